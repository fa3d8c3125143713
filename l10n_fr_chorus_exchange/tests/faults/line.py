"""The way to the portal: where troubles befall, workers meet and processes die."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

from ...lib.chorus_pro.errors import OutcomeUnknownError
from ..common import PortalTransport

TOKEN = "token"
DEPOSIT = "factures/deposer/flux"
FILE = "transverses/ajouter/fichier"
PDF = "factures/deposer/pdf"
SUBMIT = "factures/soumettre"
SEARCH = "factures/rechercher/fournisseur"
REPORT = "transverses/consulterCRDetaille"
HISTORY = "factures/consulter/historique"
# The calls from which on the portal may hold the invoice.
MAKING = (DEPOSIT, SUBMIT)
# What an answer to them says when it is one.
SAID = {DEPOSIT: "numeroFluxDepot", SUBMIT: "identifiantFactureCPP"}


class Killed(BaseException):
    """The process ends here: nothing but the database's own clean-up runs after it."""


class Line(PortalTransport):
    """Carries requests to the portal of a cell, one worker's or another's.

    :param world: the cell being played (``FaultCase``)
    """

    def __init__(self, portal, world):
        super().__init__(portal)
        self.world = world
        # Calls that were given up and are still on their way: (moment, request).
        self.belated = []

    def send(self, request):
        operation = operation_of(request)
        making = operation in MAKING
        if making:
            self.world.about_to_make()
        self.world.meanwhile()
        self.world.die_at("call, before the work")
        if making and self.world.cell.belated and not self.world.is_belated:
            self.world.is_belated = True
            moment = self.world.seconds + self.world.cell.belated
            self.belated.append((moment, request))
            self._give_up()
        response, error = self._answered(request)
        if making:
            self.world.made(operation, response)
        self.world.meanwhile()
        self.world.die_at("call, after the work")
        if error:
            raise error
        return response

    def _answered(self, request):
        try:
            return PortalTransport.send(self, request), None
        except OutcomeUnknownError as error:
            return None, error

    def _give_up(self):
        self.world.made("", None)
        self.world.forward(600)
        raise OutcomeUnknownError("no answer in time")

    def deliver(self):
        """What was held up on its way arrives at last; nobody reads the answer."""
        due = [one for one in self.belated if one[0] <= self.world.seconds]
        for one in due:
            self.belated.remove(one)
            self._answered(one[1])


def operation_of(request):
    path = urlsplit(request.url).path
    if "oauth" in path:
        return TOKEN
    # …/cpro/factures/v1/deposer/flux
    api, _version, *rest = path.partition("/cpro/")[2].split("/")
    return "/".join([api, *rest])


def is_said(operation, response):
    """Whether an answer tells for certain what became of the call."""
    if response is None:
        return False
    if 400 <= response.status < 500 and response.status != 408:
        return True
    try:
        body = json.loads(response.body)
    except ValueError:
        return False
    return response.status == 200 and bool(
        body.get(SAID[operation]) or body.get("codeRetour")
    )
