"""Does this connection work, and if not, what must a person do?"""

from __future__ import annotations

from datetime import datetime, timezone
from itertools import islice

from ..lib.chorus_pro import errors
from ..lib.chorus_pro.services import invoices, structures, transverse, users
from ..lib.chorus_pro.troubles import Trouble, trouble_of
from ..tools.dates import PARIS
from .connection_items import (
    APIS,
    ERROR,
    IDLE,
    OK,
    PROBES,
    STOPPERS,
    WARNING,
    CheckResult,
    Item,
)
from .connection_words import Sentences
from .sentences import advise, explain, say
from .troubles import NO_RIGHT, NOT_SUBSCRIBED

# Structures shown with their services; an account that has more is no supplier's.
MOST_ATTACHMENTS = 500
APPLICATION = ("client_id", "client_secret")
# What the exchange cannot do without; the last API only looks up commitment numbers.
NEEDED = ("transverses", "utilisateurs", "structures", "factures")
OPTIONAL = "engagements"


def check_connection(connection, *, siret=None):
    """Ask each API the exchange needs once; nothing is changed over there.

    :param siret: that the company is about to get; by default the one it has
    :return CheckResult: whatever goes wrong, never an exception of the library
    """
    missing = connection._missing_access()
    if missing:
        return CheckResult(
            False,
            connection.env._("Please fill in: %s.", ", ".join(missing)),
            asked=False,
        )
    return _Check(connection, siret).run()


def check_application(connection):
    """Ask PISTE for a token, and the gateway which APIs are open to the application.

    Needs no technical account: a stranger's is turned away after the route was looked
    at, so the answer tells whether there is one.

    :return CheckResult: items ``token`` and one for each API
    """
    missing = connection._missing_access(APPLICATION)
    if missing:
        return CheckResult(
            False,
            connection.env._("Please fill in: %s.", ", ".join(missing)),
            asked=False,
        )
    return _Check(connection).run_application()


class _NotUsableError(Exception):
    """The portal answers, but not for this company; the text is the sentence."""


class _Check(Sentences):
    def __init__(self, connection, siret=None):
        self.connection = connection
        self.env = connection.env
        self.company = connection.company_id
        self.kind, own = self.company._l10n_fr_chorus_identity()
        self.siret = siret or own
        self.client = None
        self.items = []
        self.issuing = self.receiving = None
        self.attachments = None
        self.own = None
        self.expiry = None

    # -------------------------------------------------------------------------
    # RUN
    # -------------------------------------------------------------------------

    def run(self):
        steps = {
            "token": self._sign_in,
            "transverses": self._check_portal,
            "utilisateurs": self._read_attachments,
            "structures": self._find_own,
            "factures": self._search_invoices,
            OPTIONAL: self._look_at_optional,
            "rights": self._check_rights,
        }
        self._run(steps, self.connection._client)
        self.items.insert(1, self._account_item())
        wrong = self._first_wrong()
        return CheckResult(
            wrong is None,
            str(wrong) if wrong else self._success(),
            self._found(),
            tuple(self.items),
            self._rights_rows(),
            self.expiry,
        )

    def run_application(self):
        steps = {"token": self._sign_in}
        for key in NEEDED:
            steps[key] = lambda key=key: self._look_as_stranger(key)
        steps[OPTIONAL] = self._look_at_optional
        self._run(steps, lambda: self.connection._client(needs=APPLICATION))
        wrong = self._first_wrong()
        said = self.env._("PISTE knows the application, and all APIs are open to it.")
        return CheckResult(
            wrong is None, str(wrong) if wrong else said, items=tuple(self.items)
        )

    def _run(self, steps, make_client):
        stopped = False
        for key, step in steps.items():
            if stopped:
                self.items.append(Item(key, IDLE))
                continue
            try:
                self.client = self.client or make_client()
                found = step() or Item(key, OK)
            except errors.ChorusError as error:
                found = self._wrong(key, error)
                stopped = key == "token" or found.trouble in STOPPERS
            except _NotUsableError as error:
                found = Item(key, ERROR, str(error))
            self.items.append(found)

    def _first_wrong(self):
        return next((one for one in self.items if one.state == ERROR), None)

    def _wrong(self, key, error):
        """The item of an error: cause, cure, and where it was asked."""
        trouble = trouble_of(error)
        said = explain(self.env, error)
        if trouble is Trouble.FORBIDDEN and key in APIS:
            is_open = self._is_open(key)
            if is_open is not None:
                said = say(self.env, NO_RIGHT if is_open else NOT_SUBSCRIBED)
            return Item(
                key, ERROR, f"{said.cause} {self._api_asked(key)}", said.cure, trouble
            )
        if isinstance(error, errors.CredentialsError) or trouble is None:
            return Item(key, ERROR, said.cause, said.cure, trouble)
        if trouble is Trouble.TOO_MANY:
            return Item(key, ERROR, said.cause, said.cure, trouble)
        cause = advise(self.env, error)
        if trouble is Trouble.UNREACHABLE:
            cause = f"{cause} {self._addresses()}"
        return Item(key, ERROR, cause, "", trouble)

    # -------------------------------------------------------------------------
    # STEPS
    # -------------------------------------------------------------------------

    def _sign_in(self):
        self.client.sign_in()

    def _check_portal(self):
        """Is the portal up; structures the account may send for, may receive for."""
        health = transverse.health(self.client)
        if not health.is_up:
            raise _NotUsableError(
                self.env._(
                    "Chorus Pro says that it is not available (%s). Test again later.",
                    health.message or self.env._("no reason given"),
                )
            )
        client = self.client
        self.issuing = {s.portal_id: s for s in transverse.issuing_structures(client)}
        self.receiving = {
            s.portal_id: s for s in transverse.receiving_structures(client)
        }

    def _read_attachments(self):
        found = islice(users.attachments(self.client), MOST_ATTACHMENTS)
        self.attachments = list(found)

    def _find_own(self):
        """The structure of the company, and when the technical password ends."""
        if self.siret:
            self.own = structures.find(
                self.client, self.siret, identifier_type=self.kind
            )
        allowed = self._allowed()
        if self.own and (self.own.portal_id in allowed or not allowed):
            asked = self.own.portal_id
        else:
            asked = next(iter(allowed), None)
        if asked is None:
            return None if self.siret else self._look_as_stranger("structures")
        expires = structures.read(self.client, asked).password_expires
        self.expiry = expires and expires.astimezone(PARIS).date()
        return None

    def _search_invoices(self):
        """A search of today's changes: is the API of invoices open to us?"""
        today = datetime.now(timezone.utc).astimezone(PARIS)
        window = {"changed_from": today, "changed_to": today}
        own = self.own and self.own.portal_id
        asked = False
        if self.connection.can_send and own in (self.issuing or {}):
            next(iter(invoices.search_sent(self.client, **window)), None)
            asked = True
        if self.connection.can_receive and own in (self.receiving or {}):
            next(iter(invoices.search_received(self.client, own, **window)), None)
            asked = True
        return None if asked else self._look_as_stranger("factures")

    def _look_as_stranger(self, key):
        """An API is open to the application, whoever the account may be."""
        is_open = self._is_open(key, insist=True)
        if is_open:
            return None
        said = say(self.env, NOT_SUBSCRIBED)
        return Item(
            key,
            ERROR,
            f"{said.cause} {self._api_asked(key)}",
            said.cure,
            Trouble.FORBIDDEN,
        )

    def _look_at_optional(self):
        if self._is_open(OPTIONAL) is not False:
            return None
        return Item(
            OPTIONAL,
            WARNING,
            self.env._("This API is closed to the application (403)."),
            self.env._(
                "It only serves to look up commitment numbers of the State: select it "
                "on PISTE if you want that."
            ),
        )

    def _is_open(self, key, *, insist=False):
        """Whether the gateway has a route for the application; None: it did not say.

        :param insist: raise what keeps it from saying
        """
        method, path = PROBES[key]
        stranger = self.client.stranger()
        try:
            stranger.probe(path) if method == "GET" else stranger.read(path)
        except errors.CredentialsError as error:
            if error.cause == "piste":
                raise
            return error.cause == "account"
        except errors.ChorusError:
            if insist:
                raise
            return None
        return True

    def _check_rights(self):
        """May the account act for the company as the connection is to do?

        :raise _NotUsableError: it may not
        """
        if not self.siret:
            raise _NotUsableError(self._no_identifier())
        if not self._was_answered("structures"):
            return Item("rights", IDLE)
        if self.own is None:
            raise _NotUsableError(self._unknown_identifier())
        if self.issuing is None:
            return Item("rights", IDLE)
        if self.connection.can_send and self._lacks(self.issuing):
            raise _NotUsableError(self._no_right(self.issuing, "send"))
        if self.connection.can_receive and self._lacks(self.receiving):
            raise _NotUsableError(self._no_right(self.receiving, "receive"))
        return None

    def _lacks(self, allowed):
        """Another structure will do where another connection serves that of the company."""
        if self.own.portal_id in allowed:
            return False
        others = self.company.l10n_fr_chorus_connection_ids.filtered("active")
        return not (allowed and others - self.connection)

    def _was_answered(self, key):
        return any(one.key == key and one.state == OK for one in self.items)

    # -------------------------------------------------------------------------
    # FOUND
    # -------------------------------------------------------------------------

    def _account_item(self):
        """Whoever got an answer was let in; whoever got a 401 was not."""
        for index, one in enumerate(self.items):
            if one.trouble is Trouble.ACCOUNT:
                self.items[index] = Item(one.key, IDLE)
                return Item("account", ERROR, one.cause, one.cure, one.trouble)
        let_in = any(self._was_answered(key) for key in NEEDED)
        return Item("account", OK if let_in else IDLE)

    def _allowed(self):
        return {**(self.issuing or {}), **(self.receiving or {})}

    def _found(self):
        if self.issuing is None or self.receiving is None:
            return None
        return {
            str(portal_id): {
                "siret": structure.identifier,
                "name": structure.name or structure.identifier,
                "can_issue": portal_id in self.issuing,
                "can_receive": portal_id in self.receiving,
            }
            for portal_id, structure in self._allowed().items()
        }

    def _rights_rows(self):
        """What the account may do where, as plain values; None: not read."""
        if self.attachments is None and self.issuing is None:
            return None
        attached = {one.portal_id: one for one in self.attachments or ()}
        names = {**self._allowed(), **attached}
        return [
            {
                "identifier": one.identifier,
                "name": one.name or one.identifier,
                "send": portal_id in (self.issuing or {}),
                "receive": portal_id in (self.receiving or {}),
                "role": attached[portal_id].role if portal_id in attached else "",
                "status": attached[portal_id].status if portal_id in attached else "",
                "services": [
                    {
                        "code": service.code,
                        "name": service.name,
                        "status": service.status,
                        "active": service.is_active,
                    }
                    for service in getattr(attached.get(portal_id), "services", ())
                ],
            }
            for portal_id, one in names.items()
        ]
