"""The second road of a deposit: files first, then the invoice made of them."""

import json
import logging
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial

from odoo import fields, models

from ..lib.chorus_pro import errors
from ..lib.chorus_pro.codes import DepositMode, PdfFormat
from ..lib.chorus_pro.services import invoices, submissions, transverse
from ..lib.chorus_pro.services.invoices import ComplementaryFile
from ..tools.dates import paris_day
from .en16931.document import PDF, Document
from .explanations import is_number_used
from .wanted import readable

_logger = logging.getLogger(__name__)


# Year and counter: a number that the portal made up (API reference, ``soumettre``).
MADE_UP = re.compile(r"20[0-9]{18}")


@dataclass(frozen=True)
class Again(Document):
    """A document that was handed over before; nothing of it was seen on the portal.

    :ivar since: day of the first attempt, in Paris
    :ivar taken: portal ids of other invoices of that day and amount
    """

    since: date | None = None
    taken: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Stored:
    """Files the portal keeps for an invoice that does not exist yet."""

    pdf: int
    annexes: tuple[ComplementaryFile, ...]


class L10n_Fr_ChorusDeposit(models.Model):
    """Several calls, one point of no return.

    ::

        ajouter/fichier (each annex) ─> deposer/pdf ─> soumettre ─> integrated
                │                           │              ├─refusal─> refused
                └──────────┬────────────────┘              └─no answer─> unknown
                     not sent, or refused

    The uploads leave files behind at worst: until ``soumettre`` the portal has no
    invoice, and everything may be done again. Its answer carries the invoice: there is
    no flow and no report.

    Before an attempt that is not the first, the portal is searched once more: it may have
    given the invoice a number of its own, by which no search for ours finds it.
    """

    _inherit = "l10n_fr_chorus.deposit"

    def _frozen(self):
        # EXTENDS: what the hand-over must know of earlier attempts, read beforehand.
        document = super()._frozen()
        if document is None or document.road != PDF or not self.flow_ids:
            return document
        first = min(self.flow_ids.mapped("started_at"))
        others = self.search(
            [
                ("connection_id", "=", self.connection_id.id),
                ("portal_id", "!=", False),
                ("invoice_date", "=", self.invoice_date),
                ("amount_total", "=", self.amount_total),
            ]
        )
        return Again(
            **vars(document),
            since=paris_day(first),
            taken=frozenset(others.mapped("portal_id")),
        )

    def _hand_over_pdf(self, client, document):
        """Upload, then submit; the database is left alone meanwhile.

        :param Document document: as it was frozen
        :return: what to write down, as a callable: it may have to be done twice
        """
        try:
            found = isinstance(document, Again) and _trace(client, document)
        except errors.ChorusError as error:
            # Without having looked, nothing is sent a second time.
            return partial(self._not_sent, _harmless(error))
        if found:
            return partial(self._found_there, found)
        try:
            stored = _store(client, document)
        except errors.RefusedError as error:
            return partial(self._refused_by_portal, error)
        except errors.InvalidCallError as error:
            return partial(self._not_submittable, error)
        except errors.ChorusError as error:
            return partial(self._not_sent, _harmless(error))
        except Exception:
            _logger.exception("Chorus Pro: an upload broke off")
            return partial(self._not_sent, errors.NotSentError("see the server log"))
        return self._submit(client, document, stored)

    def _submit(self, client, document, stored):
        """Call ``soumettre`` once; from here on the portal may have the invoice."""
        try:
            receipt = submissions.submit(
                client, document.payload, stored.pdf, stored.annexes
            )
        except errors.RefusedError as error:
            return self._refused_or_there(client, document, error)
        except errors.OutcomeUnknownError as error:
            return partial(self._no_answer, error)
        except errors.InvalidCallError as error:
            return partial(self._not_submittable, error)
        except errors.ChorusError as error:
            return partial(self._not_sent, error)
        except Exception:
            # Whatever broke, bytes may have left: only the portal knows.
            _logger.exception("Chorus Pro: a submission broke off")
            return partial(
                self._outcome_unknown,
                self.env._("Unexpected error, see the server log."),
            )
        return partial(self._submitted, receipt)

    def _refused_or_there(self, client, document, refusal):
        """A refusal may say that an earlier attempt arrived after all: the portal knows."""
        try:
            found = _of_number(client, _Sought.of(document))
        except errors.ChorusError as error:
            # Not to be told to a person as refused while the invoice may be there.
            return partial(self._no_answer, error)
        if found:
            return partial(self._found_there, found)
        if is_number_used(refusal.label):
            return partial(self._number_taken, refusal)
        return partial(self._refused_by_portal, refusal)

    # -------------------------------------------------------------------------
    # OUTCOMES
    # -------------------------------------------------------------------------

    def _submitted(self, receipt):
        """The invoice is on the portal, which has told its id and first status."""
        _logger.info("Chorus Pro deposit %s is invoice %s", self.id, receipt.portal_id)
        self.connection_id._worked()
        self.flow_id._answer(
            "integrated", error=False, certificate=receipt.certificate or False
        )
        self.write(
            {
                "state": "integrated",
                "portal_id": str(receipt.portal_id),
                "error": False,
                "raw_error": False,
                "asked_at": fields.Datetime.now(),
                "next_try_at": False,
            }
        )
        move = self.move_id
        move.l10n_fr_chorus_portal_id = str(receipt.portal_id)
        if receipt.status:
            # Its moment comes with the next look at statuses.
            move._l10n_fr_chorus_note(receipt.status, None, False)
        move._l10n_fr_chorus_calm()
        self._tell_other_number(receipt.number, receipt.portal_id)

    def _found_there(self, row):
        """An earlier attempt arrived after all: ``row`` of a search is this invoice."""
        self.connection_id._worked()
        self._integrated(row)
        self._tell_other_number(row.number, row.portal_id)

    def _number_taken(self, refusal):
        """Refused since its number is used, by nothing that a search shows so far.

        After an earlier attempt that may be this very invoice: it is looked for, as in
        a doubt, and not sent again.
        """
        if not self._has_open_past():
            self._refused_by_portal(refusal)
            return
        self._outcome_unknown(self._number_taken_sentence())
        self.raw_error = refusal.label

    def _tell_other_number(self, number, portal_id):
        """Never in silence: the public body will speak of another number than ours."""
        if number in ("", self.name):
            return
        # Whatever was told before was about something else.
        self.alerted = False
        self._alert_once(
            self.env._(
                "Chorus Pro registered %(invoice)s under another number, %(number)s"
                " (identifier %(id)s). Look at it on the portal.",
                invoice=self.name,
                number=number,
                id=portal_id,
            )
        )

    def _not_submittable(self, error):
        """The library itself objects: the same bytes would never go."""
        _logger.warning("Chorus Pro deposit %s: %s", self.id, error)
        sentence = self.env._("This invoice cannot be sent as a PDF: %s.", error)
        self.flow_id._answer("not_sent", error=sentence)
        self._refused(sentence)


def _harmless(error):
    """The same trouble in a call that makes no invoice: nothing was sent by it."""
    if isinstance(error, errors.NotSentError):
        return error
    retry_after = getattr(error, "retry_after", None)
    return errors.NotSentError(str(error), retry_after=retry_after)


def _store(client, document):
    """Upload the annexes, then the PDF; what the portal reads in it is of no interest.

    :return: :class:`Stored`
    """
    annexes = tuple(
        ComplementaryFile(transverse.add_file(client, content, name), name)
        for name, content in document.annexes
    )
    draft = submissions.deposit_pdf(
        client, document.content, document.file_name, PdfFormat(document.syntax)
    )
    return Stored(pdf=draft.file_id, annexes=annexes)


@dataclass(frozen=True)
class _Sought:
    """What identifies the invoice of a document on the portal."""

    number: str
    supplier_id: int
    recipient: str
    day: date
    total: Decimal

    @classmethod
    def of(cls, document):
        payload = json.loads(document.payload, parse_float=Decimal)
        return cls(
            number=payload["numeroFactureSaisi"],
            supplier_id=payload["fournisseur"]["idFournisseur"],
            recipient=payload["destinataire"]["codeDestinataire"],
            day=date.fromisoformat(payload["dateFacture"]),
            total=abs(Decimal(payload["montantTotal"]["montantTtcTotal"])),
        )

    def fits(self, row):
        """Date and amount are ours; credit notes may come with either sign.

        :raise OutcomeUnknownError: it lacks the amount that would tell
        """
        if row.issue_date not in (None, self.day):
            return False
        if row.taxed is None:
            raise errors.OutcomeUnknownError("a row of the search says too little")
        return abs(row.taxed) == self.total

    def renumbered(self, row):
        """Ours in everything, under a number that the portal made up."""
        return (
            MADE_UP.fullmatch(row.number)
            and row.deposit_mode is DepositMode.API_DEPOSIT
            and row.recipient.identifier == self.recipient
            and row.issue_date == self.day
            and self.fits(row)
        )


def _trace(client, document):
    """What an earlier attempt may have left on the portal (``SentInvoice``), or None."""
    sought = _Sought.of(document)
    found = _of_number(client, sought)
    if found:
        return found
    rows = invoices.search_sent(
        client, supplier_id=sought.supplier_id, deposited_from=document.since
    )
    return next(
        (
            row
            for row in readable(rows)
            if sought.renumbered(row) and str(row.portal_id) not in document.taken
        ),
        None,
    )


def _of_number(client, sought):
    rows = invoices.search_sent(
        client, number=sought.number, supplier_id=sought.supplier_id
    )
    ours = (row for row in readable(rows, sought.number) if row.number == sought.number)
    return next((row for row in ours if sought.fits(row)), None)
