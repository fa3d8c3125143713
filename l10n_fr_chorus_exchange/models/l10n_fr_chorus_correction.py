from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..lib.chorus_pro.codes import HistoryAction
from ..lib.chorus_pro.services.invoices import MAX_COMMENT
from ..lib.chorus_pro.status_actions import SupplierAction, supplier_actions
from ..tools.roles import SENDER, check_role
from .l10n_fr_chorus_attachment_type import STANDARD_TYPE
from .l10n_fr_chorus_wish import PENDING_STATES

COMPLETE = SupplierAction.COMPLETE.value
RECYCLE = SupplierAction.RECYCLE.value
ACKNOWLEDGE = SupplierAction.ACKNOWLEDGE.value
CORRECT_VALIDATOR = SupplierAction.CORRECT_VALIDATOR.value
# What is done on the portal; invoicing again is done in the books.
KINDS = [
    (COMPLETE, "Answer the suspension"),
    (RECYCLE, "Send to another service"),
    (ACKNOWLEDGE, "Acknowledge the rejection"),
    (CORRECT_VALIDATOR, "Correct the validator"),
]
# Actions of the history that say so.
ACKNOWLEDGED = tuple(
    map(str, (HistoryAction.REJECTION_TREATED, HistoryAction.REJECTION_ACKNOWLEDGED))
)


class L10n_Fr_ChorusCorrection(models.Model):
    """What a supplier does on the portal to an invoice it has sent.

    Each of the four is refused by the portal in any status but its own (and the
    acknowledgement is a mere flag), so that doing it again after having looked cannot
    do it twice.
    """

    _name = "l10n_fr_chorus.correction"
    _inherit = "l10n_fr_chorus.wish"
    _description = "Chorus Pro correction"
    _order = "id desc"
    _rec_name = "label"
    _check_company_auto = True
    _wish_cron = "ir_cron_correct"
    _wish_purpose = "correct"

    move_id = fields.Many2one(
        "account.move",
        "Invoice",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(related="move_id.company_id", store=True, index=True)
    # The ids of another environment mean other invoices.
    connection_id = fields.Many2one(
        "l10n_fr_chorus.connection", required=True, readonly=True, index=True
    )
    kind = fields.Selection(KINDS, "What", required=True, readonly=True)
    label = fields.Char(compute="_compute_label")
    comment = fields.Text(readonly=True)
    file_ids = fields.One2many(
        "l10n_fr_chorus.correction.file", "correction_id", "Files", readonly=True
    )
    partner_id = fields.Many2one(
        "res.partner", "Recipient or validator", readonly=True, ondelete="restrict"
    )
    siret = fields.Char("SIRET", readonly=True)
    service_code = fields.Char(readonly=True)
    engagement = fields.Char("Commitment number", readonly=True)
    # How often the status that shows success was seen before the attempt.
    seen_before = fields.Integer(readonly=True)

    _one_pending = models.UniqueIndex(
        "(move_id, kind) WHERE state IN ('ready', 'sending', 'unknown')",
        "This is already on its way to Chorus Pro.",
    )

    @api.depends("kind")
    @api.depends_context("lang")
    def _compute_label(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for correction in self:
            correction.label = labels.get(correction.kind, "")

    def _check_may_act(self):
        check_role(self.env, SENDER)
        return super()._check_may_act()

    # -------------------------------------------------------------------------
    # QUEUE
    # -------------------------------------------------------------------------

    @api.model
    def _is_possible(self, move, kind):
        """Whether this makes sense now, and nothing is on its way already."""
        if any(c.state in PENDING_STATES for c in move.l10n_fr_chorus_correction_ids):
            return False
        connection = self._connection_of(move).sudo()
        if not connection or not connection._may_write():
            # Nobody would send it.
            return False
        if kind == ACKNOWLEDGE and self._is_acknowledged(move):
            return False
        return bool(move.l10n_fr_chorus_portal_id) and kind in {
            action.value
            for action in supplier_actions(move.l10n_fr_chorus_status or "")
        }

    @api.model
    def _is_acknowledged(self, move):
        """From here, or by somebody on the portal."""
        return any(
            correction.kind == ACKNOWLEDGE and correction.state == "done"
            for correction in move.l10n_fr_chorus_correction_ids
        ) or any(
            action.code in ACKNOWLEDGED for action in move.l10n_fr_chorus_action_ids
        )

    @api.model
    def _connection_of(self, move):
        """The active connection this invoice went out by, or an empty recordset."""
        last = move.l10n_fr_chorus_deposit_ids.sorted("id")[-1:]
        return last.connection_id.filtered("active")

    @api.model
    def _queue(self, move, kind, *, files=(), **values):
        """Freeze a wish; the cron fulfils it after this transaction.

        Twice the same is one: the one already waiting is returned.

        :param move: the invoice, with rights on its corrections
        :param files: values of ``l10n_fr_chorus.correction.file``
        :raise UserError: the status does not allow it, or another one is on its way
        """
        waiting = move.l10n_fr_chorus_correction_ids.filtered(
            lambda c: c.kind == kind and c.state in PENDING_STATES
        )
        if not waiting:
            if not self._is_possible(move, kind):
                raise UserError(
                    self.env._(
                        "Something else is already on its way to Chorus Pro for this "
                        "invoice, or its status there (“%s”) no longer allows this.",
                        move.l10n_fr_chorus_status_label,
                    )
                )
            waiting = self.create(
                {
                    "move_id": move.id,
                    "connection_id": self._connection_of(move).id,
                    "kind": kind,
                    "comment": (values.pop("comment", "") or "").strip()[:MAX_COMMENT],
                    "file_ids": [Command.create(file) for file in files],
                    **values,
                }
            )
        waiting._want_again()
        self._wake_sender()
        return waiting

    def _is_still_possible(self):
        return self._is_possible(self.move_id, self.kind)

    def _renew(self):
        # The portal may have dropped what was stored with an attempt it refused.
        self.file_ids.portal_file_id = False
        return super()._renew()


class L10n_Fr_ChorusCorrectionFile(models.Model):
    """A file that goes with the answer to a suspension, as it was when it was chosen."""

    _name = "l10n_fr_chorus.correction.file"
    _description = "Chorus Pro file of a correction"
    _order = "id"

    correction_id = fields.Many2one(
        "l10n_fr_chorus.correction", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="correction_id.company_id", store=True, index=True
    )
    name = fields.Char(
        required=True, readonly=True, help="For the portal: 50 characters at most."
    )
    designation = fields.Char(required=True, readonly=True, size=100)
    type_code = fields.Char("Kind", required=True, readonly=True, default=STANDARD_TYPE)
    content = fields.Binary("File", attachment=True, required=True, readonly=True)
    # Kept as soon as the portal has given it: a retry does not upload the file again.
    portal_file_id = fields.Char("Chorus Pro identifier", readonly=True, copy=False)
