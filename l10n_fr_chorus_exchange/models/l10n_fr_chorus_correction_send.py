"""Corrections on their way: what each kind asks, sends, and shows afterwards."""

import base64
from collections import namedtuple
from functools import partial

from odoo import api, models

from ..lib.chorus_pro import errors
from ..lib.chorus_pro.codes import InvoiceStatus
from ..lib.chorus_pro.services import invoices, transverse, validators
from ..lib.chorus_pro.services.invoices import ComplementaryFile
from ..lib.chorus_pro.status_actions import supplier_actions
from ..tools.transactions import write_down
from .l10n_fr_chorus_correction import (
    ACKNOWLEDGE,
    ACKNOWLEDGED,
    COMPLETE,
    CORRECT_VALIDATOR,
    RECYCLE,
)
from .status_labels import status_label

# Statuses that an invoice takes when it was done; none for a mere flag. What recycling
# leads to is not published: all that an invoice sets out with.
SHOWN_BY = {
    COMPLETE: {InvoiceStatus.COMPLETED},
    RECYCLE: {
        InvoiceStatus.DEPOSITED,
        InvoiceStatus.IN_TRANSIT,
        InvoiceStatus.AVAILABLE,
    },
    ACKNOWLEDGE: set(),
    CORRECT_VALIDATOR: {InvoiceStatus.TO_VALIDATE_1, InvoiceStatus.TO_VALIDATE_2},
}
# The history of an invoice, and its address where that tells something.
News = namedtuple("News", ["history", "detail"])


class L10n_Fr_ChorusCorrection(models.Model):
    _inherit = "l10n_fr_chorus.correction"

    @api.model
    def _cron_correct(self):
        """Do what was asked for, find out what became of what had no answer."""
        self._run_wishes()
        connections = self.env["l10n_fr_chorus.connection"].search(
            [("active", "=", True), ("can_send", "=", True), ("state", "=", "ok")]
        )
        for connection in connections:
            connection._speak()._refresh_attachment_types()

    def _fulfil(self):
        if self.state == "ready" and not self.connection_id._may_write():
            # Not even asked about: it waits until Odoo may write again.
            return
        super()._fulfil()

    # -------------------------------------------------------------------------
    # CALLS
    # -------------------------------------------------------------------------

    def _portal_id(self):
        return int(self.move_id.l10n_fr_chorus_portal_id)

    def _question(self, client):
        return partial(_look, client, self._portal_id(), self.kind == RECYCLE)

    def _call(self, client):
        calls = {
            COMPLETE: self._call_complete,
            RECYCLE: self._call_recycle,
            ACKNOWLEDGE: self._call_acknowledge,
            CORRECT_VALIDATOR: self._call_validator,
        }
        return calls[self.kind](client, self._portal_id())

    def _call_complete(self, client, portal_id):
        files = [
            ComplementaryFile(
                int(file.portal_file_id), file.designation, file.type_code
            )
            for file in self.file_ids
        ]
        return partial(
            invoices.complete,
            client,
            portal_id,
            comment=self.comment or "",
            attachments=files,
        )

    def _call_recycle(self, client, portal_id):
        return partial(
            invoices.recycle,
            client,
            portal_id,
            recipient=self.siret or None,
            service_code=self.service_code or None,
            engagement=self.engagement or None,
            comment=self.comment or "",
        )

    def _call_acknowledge(self, client, portal_id):
        return partial(invoices.acknowledge_rejections, client, [portal_id])

    def _call_validator(self, client, portal_id):
        return partial(
            validators.correct_validator, client, portal_id, self.siret or ""
        )

    # -------------------------------------------------------------------------
    # FILES
    # -------------------------------------------------------------------------

    def _prepare(self, client):
        """Upload the files that the portal does not have yet, each one for good."""
        if not self.connection_id._may_write():
            # What became of an earlier attempt was asked; nothing is sent again.
            return False
        for file in self.file_ids.filtered(lambda f: not f.portal_file_id):
            content = base64.b64decode(file.with_context(bin_size=False).content)
            upload = partial(transverse.add_file, client, content, file.name)
            stored, error = self._ask(upload)
            if error is not None:
                write_down(self.env, partial(self._not_uploaded, error))
                return False
            write_down(self.env, partial(file._stored_as, stored))
        return True

    def _not_uploaded(self, error):
        if isinstance(error, errors.InvalidCallError):
            # The library objects to the file itself: it would never go.
            self._refused(self.env._("The file cannot be sent: %s.", error))
            return
        # Without an answer at worst a file that nothing quotes lies over there.
        self._not_asked(error)

    # -------------------------------------------------------------------------
    # WHAT THE PORTAL SHOWS
    # -------------------------------------------------------------------------

    def _record(self, news):
        move = self.move_id
        move._l10n_fr_chorus_record_history(news.history)
        if move.l10n_fr_chorus_history_due:
            move.l10n_fr_chorus_history_due = False

    def _is_shown_by(self, news):
        if self.kind == ACKNOWLEDGE:
            return any(
                str(action.code) in ACKNOWLEDGED for action in news.history.actions
            )
        if self.kind == RECYCLE and news.detail:
            return self._is_ours(news.detail)
        if self.state == "unknown":
            return self._count(news) > self.seen_before
        if self.state == "refused" and self.kind != COMPLETE:
            # Who named the validator that it waits for now, nobody tells.
            return False
        return self.kind == COMPLETE and news.history.status in SHOWN_BY[COMPLETE]

    def _is_ours(self, detail):
        """Whether an invoice that was sent on went where this one is to go."""
        told = (
            (detail.recipient.identifier, self.siret),
            (detail.recipient.service_code, self.service_code),
            (detail.engagement, self.engagement),
        )
        # What the portal leaves out speaks for us only if ours has left.
        may_be_ours = self.state != "ready"
        return all(
            not ours or theirs == ours or (may_be_ours and not theirs)
            for theirs, ours in told
        )

    def _count(self, news):
        shown = SHOWN_BY[self.kind]
        return sum(entry.code in shown for entry in news.history.entries)

    def _trace(self, news):
        return {"seen_before": self._count(news)}

    def _overtaken(self, news):
        status = news.history.status
        if self.kind in {action.value for action in supplier_actions(status)}:
            return False
        return self.env._(
            "Not done from here: the status on Chorus Pro has changed to “%s”.",
            status_label(self.env, str(status)),
        )

    def _is_behind_another(self):
        return self._pending_before([("move_id", "=", self.move_id.id)])

    def _is_result_due(self):
        return self.move_id.l10n_fr_chorus_history_due

    def _result_is_due(self):
        self.move_id.l10n_fr_chorus_history_due = True

    # -------------------------------------------------------------------------
    # OUTCOMES
    # -------------------------------------------------------------------------

    def _done(self):
        """Done, by this wish or by somebody on the portal before it could leave."""
        # An earlier attempt without an answer may have been the one that did it.
        was_sent = self.state in ("sending", "unknown") or self.tries > 1
        super()._done()
        # Whoever was told of a refusal has nothing left to do about it.
        self.move_id._l10n_fr_chorus_calm()
        if self.kind == COMPLETE and not was_sent:
            self.error = self.env._(
                "Somebody had answered on the portal already: this answer and its files "
                "were not sent."
            )
            return
        self.move_id._l10n_fr_chorus_corrected(self)

    def _warn(self, summary, sentence):
        self.move_id._l10n_fr_chorus_alert(sentence, summary)


class L10n_Fr_ChorusCorrectionFile(models.Model):
    _inherit = "l10n_fr_chorus.correction.file"

    def _stored_as(self, portal_file_id):
        self.portal_file_id = str(portal_file_id)


def _look(client, portal_id, with_address):
    """The history; for an invoice that went on its way again also where it went."""
    history = invoices.history(client, portal_id)
    detail = None
    if with_address and history.status is not InvoiceStatus.TO_RECYCLE:
        detail = invoices.read_sent(client, portal_id)
    return News(history, detail)
