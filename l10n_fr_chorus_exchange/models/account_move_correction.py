from odoo import api, fields, models
from odoo.exceptions import UserError

from ..lib.chorus_pro.codes import InvoiceStatus
from ..lib.chorus_pro.status_actions import SupplierAction, supplier_actions
from ..tools.notifications import notification
from ..tools.roles import SENDER, check_role
from .account_move import READERS
from .account_move_activity import STATUS
from .l10n_fr_chorus_correction import (
    ACKNOWLEDGE,
    COMPLETE,
    CORRECT_VALIDATOR,
    KINDS,
    RECYCLE,
)
from .l10n_fr_chorus_wish import PENDING_STATES

CUSTOMER_DOCUMENTS = ("out_invoice", "out_refund")
REINVOICE = SupplierAction.REINVOICE.value
WAITING_FOR_VALIDATOR = (InvoiceStatus.TO_VALIDATE_1, InvoiceStatus.TO_VALIDATE_2)
# The first one has validated: what is sent names the first one only.
WITH_SECOND_VALIDATOR = tuple(
    map(str, (InvoiceStatus.TO_VALIDATE_2, InvoiceStatus.WRONG_VALIDATOR_2))
)


class AccountMove(models.Model):
    """What the supplier can do, as long as the status of the portal allows it."""

    _inherit = "account.move"

    l10n_fr_chorus_correction_ids = fields.One2many(
        "l10n_fr_chorus.correction",
        "move_id",
        "Chorus Pro corrections",
        copy=False,
        groups=READERS,
    )
    l10n_fr_chorus_can_complete = fields.Boolean(
        "Can answer the suspension",
        compute="_compute_l10n_fr_chorus_corrections",
        compute_sudo=True,
        groups=READERS,
    )
    l10n_fr_chorus_can_recycle = fields.Boolean(
        "Can be sent to another service",
        compute="_compute_l10n_fr_chorus_corrections",
        compute_sudo=True,
        groups=READERS,
    )
    l10n_fr_chorus_can_acknowledge = fields.Boolean(
        "Rejection can be acknowledged",
        compute="_compute_l10n_fr_chorus_corrections",
        compute_sudo=True,
        groups=READERS,
    )
    l10n_fr_chorus_can_reinvoice = fields.Boolean(
        "Can be credited and invoiced again",
        compute="_compute_l10n_fr_chorus_corrections",
        compute_sudo=True,
        groups=READERS,
    )
    l10n_fr_chorus_can_correct_validator = fields.Boolean(
        "Validator can be corrected",
        compute="_compute_l10n_fr_chorus_corrections",
        compute_sudo=True,
        groups=READERS,
    )
    l10n_fr_chorus_correction_summary = fields.Text(
        "Your correction",
        compute="_compute_l10n_fr_chorus_corrections",
        compute_sudo=True,
        groups=READERS,
    )
    l10n_fr_chorus_validation_sentence = fields.Char(
        "Validation",
        compute="_compute_l10n_fr_chorus_validation_sentence",
        compute_sudo=True,
        groups=READERS,
    )
    # Nobody here chooses it: the portal tells its name, where there is one.
    l10n_fr_chorus_second_validator = fields.Char(
        "Second validator", readonly=True, copy=False, groups=READERS
    )
    l10n_fr_chorus_sent_to_id = fields.Many2one(
        "res.partner",
        "Sent on to",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups=READERS,
        help="The public body that has the invoice on Chorus Pro, when it was sent on to "
        "another one than the customer.",
    )
    l10n_fr_chorus_replaced_by_ids = fields.One2many(
        "account.move", "l10n_fr_chorus_corrected_id", "Replaced by", copy=False
    )
    l10n_fr_chorus_stays_out = fields.Boolean(
        "Stays out of Chorus Pro",
        copy=False,
        help="Not to be sent: a credit note for an invoice that the public body has "
        "rejected concerns the books only.",
    )

    @api.depends(
        "move_type",
        "state",
        "l10n_fr_chorus_portal_id",
        "l10n_fr_chorus_status",
        "l10n_fr_chorus_correction_ids.state",
        "l10n_fr_chorus_correction_ids.error",
        "l10n_fr_chorus_correction_ids.is_withdrawn",
        "l10n_fr_chorus_action_ids",
        "l10n_fr_chorus_replaced_by_ids.state",
        "reversal_move_ids.state",
    )
    @api.depends_context("lang")
    def _compute_l10n_fr_chorus_corrections(self):
        corrections = self.env["l10n_fr_chorus.correction"]
        for move in self:
            ours = (
                move.move_type in CUSTOMER_DOCUMENTS
                and move.state == "posted"
                and bool(move.l10n_fr_chorus_portal_id)
            )
            for kind, _label in KINDS:
                move[f"l10n_fr_chorus_can_{kind}"] = ours and corrections._is_possible(
                    move, kind
                )
            move.l10n_fr_chorus_can_reinvoice = (
                ours and move._l10n_fr_chorus_may_reinvoice()
            )
            move.l10n_fr_chorus_correction_summary = move._l10n_fr_chorus_say_wish(
                move.l10n_fr_chorus_correction_ids.sorted("id")[-1:]
            )

    def _l10n_fr_chorus_may_reinvoice(self):
        """Whether a public body or a validator refused it, and nothing replaces it."""
        done = self.l10n_fr_chorus_replaced_by_ids | self.reversal_move_ids
        return (
            self.move_type == "out_invoice"
            and SupplierAction.REINVOICE
            in supplier_actions(self.l10n_fr_chorus_status or "")
            and all(move.state == "cancel" for move in done)
        )

    def _l10n_fr_chorus_say_wish(self, correction):
        """The last correction in one sentence, while the status does not show it yet."""
        if not correction or (correction.state == "done" and not correction.error):
            return False
        if correction.state == "cancelled" and not correction.error:
            return False
        label = correction.label
        sentences = {
            "ready": self.env._(
                "“%s” will be sent to Chorus Pro within minutes.", label
            ),
            "sending": self.env._("“%s” is being sent to Chorus Pro.", label),
            "unknown": self.env._(
                "“%s” was sent, no answer came. Odoo is checking on Chorus Pro.", label
            ),
            "refused": self.env._("Chorus Pro refused “%s”.", label),
        }
        if correction.state not in PENDING_STATES and not self._l10n_fr_chorus_is_last(
            correction
        ):
            return False
        sentence = sentences.get(correction.state)
        words = (sentence, correction._withdrawal_words(), correction.error)
        return " ".join(filter(None, words))

    def _l10n_fr_chorus_is_last(self, correction):
        """Whether the portal has said nothing new since a correction ended."""
        at = self.l10n_fr_chorus_status_at
        return not at or not correction.write_date or at <= correction.write_date

    @api.depends(
        "l10n_fr_chorus_status",
        "l10n_fr_chorus_status_at",
        "l10n_fr_chorus_validator_id",
        "l10n_fr_chorus_second_validator",
    )
    @api.depends_context("lang", "tz")
    def _compute_l10n_fr_chorus_validation_sentence(self):
        for move in self:
            move.l10n_fr_chorus_validation_sentence = (
                move.move_type in CUSTOMER_DOCUMENTS
                and move._l10n_fr_chorus_say_validation()
            )

    def _l10n_fr_chorus_say_validation(self):
        """Who has to validate, and since when; False when nobody has."""
        if self.l10n_fr_chorus_status not in map(str, WAITING_FOR_VALIDATOR):
            return False
        if self.l10n_fr_chorus_status in WITH_SECOND_VALIDATOR:
            validator = self.l10n_fr_chorus_second_validator
            validator = validator or self.env._("The second validator")
        else:
            validator = self.l10n_fr_chorus_validator_id.display_name
            validator = validator or self.env._("The first validator")
        at = self.l10n_fr_chorus_status_at
        if not at:
            return self.env._("%s has to validate this invoice.", validator)
        day = fields.Datetime.context_timestamp(self, at).date()
        lang = self.env["res.lang"]._get_data(code=self.env.lang or "en_US")
        return self.env._(
            "%(validator)s has had to validate this invoice since %(date)s.",
            validator=validator,
            date=day.strftime(lang.date_format),
        )

    # -------------------------------------------------------------------------
    # ACTIONS
    # -------------------------------------------------------------------------

    def action_l10n_fr_chorus_complete(self):
        """Answer the suspension, in a window."""
        return self._l10n_fr_chorus_open_correction(COMPLETE, "complete")

    def action_l10n_fr_chorus_recycle(self):
        """Send it to another service, in a window."""
        return self._l10n_fr_chorus_open_correction(RECYCLE, "recycle")

    def action_l10n_fr_chorus_correct_validator(self):
        """Name another validator, in a window."""
        return self._l10n_fr_chorus_open_correction(CORRECT_VALIDATOR, "validator")

    def action_l10n_fr_chorus_acknowledge(self):
        """Tell the portal that the rejection was seen; the cron does it."""
        moves = self._l10n_fr_chorus_check_may_correct(ACKNOWLEDGE)
        for move in moves:
            self.env["l10n_fr_chorus.correction"].sudo()._queue(move, ACKNOWLEDGE)
        return notification(self.env._("Will be sent within minutes."))

    def action_l10n_fr_chorus_reinvoice(self):
        """Odoo's own window of credit notes; the new invoice knows the one it replaces."""
        self._l10n_fr_chorus_check_may_correct(REINVOICE)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Credit and invoice again"),
            "res_model": "account.move.reversal",
            "view_mode": "form",
            "target": "new",
            "context": {
                "active_model": "account.move",
                "active_ids": self.ids,
                "active_id": self.id,
                "default_reason": self.l10n_fr_chorus_status_comment or "",
            },
        }

    def _l10n_fr_chorus_open_correction(self, kind, wizard):
        self.ensure_one()
        self._l10n_fr_chorus_check_may_correct(kind)
        labels = dict(
            self.env["l10n_fr_chorus.correction"]
            ._fields["kind"]
            ._description_selection(self.env)
        )
        return {
            "type": "ir.actions.act_window",
            "name": labels[kind],
            "res_model": f"l10n_fr_chorus.{wizard}.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_move_id": self.id},
        }

    def _l10n_fr_chorus_check_may_correct(self, kind):
        """The invoices with all rights on what belongs to them.

        :raise AccessError: the user may not change them, or is no sender
        :raise UserError: the status does not allow it, or it is on its way already
        """
        check_role(self.env, SENDER)
        self.check_access("write")
        moves = self.sudo()
        for move in moves:
            if not move[f"l10n_fr_chorus_can_{kind}"]:
                raise UserError(
                    self.env._(
                        "%(invoice)s: not possible now. Either it is already on its way "
                        "to Chorus Pro, or the status there (“%(status)s”) does not "
                        "allow it.",
                        invoice=move.display_name,
                        status=move.l10n_fr_chorus_status_label or "-",
                    )
                )
        return moves

    # -------------------------------------------------------------------------
    # AFTERWARDS
    # -------------------------------------------------------------------------

    def _l10n_fr_chorus_corrected(self, correction):
        """The portal has it: the invoice says the same, with one line of trace."""
        self.ensure_one()
        after = {
            COMPLETE: self._l10n_fr_chorus_completed,
            RECYCLE: self._l10n_fr_chorus_recycled,
            ACKNOWLEDGE: self._l10n_fr_chorus_acknowledged,
            CORRECT_VALIDATOR: self._l10n_fr_chorus_validator_corrected,
        }
        self._message_log(body=after[correction.kind](correction))

    def _l10n_fr_chorus_completed(self, correction):
        names = ", ".join(correction.file_ids.mapped("designation"))
        sentence = self.env._("Chorus Pro: the suspension was answered.")
        return " ".join(filter(None, [sentence, correction.comment, names]))

    def _l10n_fr_chorus_recycled(self, correction):
        # The customer of the books stays: its receivable is there, and its name is on
        # the invoice. What leads to the desk follows.
        partner = correction.partner_id
        moved = partner.commercial_partner_id != self.commercial_partner_id
        vals = {"l10n_fr_chorus_sent_to_id": partner.id if moved else False}
        if correction.service_code or moved:
            vals["buyer_reference"] = correction.service_code or False
        if correction.engagement:
            vals["purchase_order_reference"] = correction.engagement
        self.with_context(skip_is_manually_modified=True).write(vals)
        return self.env._(
            "Chorus Pro: sent on to %(name)s (%(siret)s), service %(service)s, "
            "commitment %(engagement)s, under the same number.",
            name=partner.display_name,
            siret=correction.siret,
            service=correction.service_code or "-",
            engagement=correction.engagement or "-",
        )

    def _l10n_fr_chorus_acknowledged(self, _correction):
        # Seen to: the activity about the rejection has had its day.
        self._l10n_fr_chorus_activities(STATUS).action_feedback()
        return self.env._("Chorus Pro: the rejection was acknowledged.")

    def _l10n_fr_chorus_validator_corrected(self, correction):
        if self.l10n_fr_chorus_status in WITH_SECOND_VALIDATOR:
            self.l10n_fr_chorus_second_validator = correction.partner_id.display_name
        else:
            self.with_context(
                skip_is_manually_modified=True
            ).l10n_fr_chorus_validator_id = correction.partner_id
        return self.env._(
            "Chorus Pro: to be validated by %(name)s (%(siret)s).",
            name=correction.partner_id.display_name,
            siret=correction.siret,
        )

    def _l10n_fr_chorus_can_send(self):
        # EXTENDS: what concerns the books only is not offered.
        return not self.l10n_fr_chorus_stays_out and super()._l10n_fr_chorus_can_send()
