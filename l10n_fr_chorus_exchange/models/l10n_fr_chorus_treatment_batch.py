from odoo import api, fields, models

from .l10n_fr_chorus_treatment import TARGETS
from .l10n_fr_chorus_wish import PENDING_STATES
from .status_labels import status_label

# Also in static/src/batch/batch_widget.js.
NOTICE = "l10n_fr_chorus_exchange/batch"
_PENDING = "l10n_fr_chorus_exchange.batches"


class L10n_Fr_ChorusTreatmentBatch(models.Model):
    """The same answer to many invoices, given at once: how far it got."""

    _name = "l10n_fr_chorus.treatment.batch"
    _description = "Chorus Pro answers given together"
    _order = "id desc"
    _rec_name = "label"

    target = fields.Selection(TARGETS, "New status", required=True, readonly=True)
    label = fields.Char(compute="_compute_label")
    treatment_ids = fields.One2many(
        "l10n_fr_chorus.treatment", "batch_id", "Answers", readonly=True
    )
    left_out = fields.Text(
        readonly=True, help="Invoices of the selection that were not answered, and why."
    )
    total = fields.Integer("Answers given", compute="_compute_progress")
    done_count = fields.Integer("Told", compute="_compute_progress")
    refused_count = fields.Integer("Not told", compute="_compute_progress")
    waiting_count = fields.Integer("On their way", compute="_compute_progress")
    progress = fields.Float(compute="_compute_progress", help="Percent")

    @api.depends("target")
    @api.depends_context("lang")
    def _compute_label(self):
        for batch in self:
            batch.label = status_label(self.env, batch.target)

    @api.depends("treatment_ids.state")
    def _compute_progress(self):
        for batch in self:
            states = batch.treatment_ids.mapped("state")
            batch.total = len(states)
            batch.done_count = states.count("done")
            batch.waiting_count = sum(state in PENDING_STATES for state in states)
            batch.refused_count = batch.total - batch.done_count - batch.waiting_count
            over = batch.total - batch.waiting_count
            batch.progress = 100 * over / batch.total if batch.total else 0

    def _tell(self):
        """Whoever gave the answers sees the batch fill: one message for each commit."""
        hooks = self.env.cr.precommit
        if self and _PENDING not in hooks.data:
            hooks.data[_PENDING] = set()
            hooks.add(self.browse()._send_told)
        if self:
            hooks.data[_PENDING].update(self.ids)

    def _send_told(self):
        batches = self.sudo().browse(sorted(self.env.cr.precommit.data.pop(_PENDING)))
        for batch in batches.exists():
            self.env["bus.bus"]._sendone(
                batch.create_uid.partner_id, NOTICE, {"id": batch.id}
            )

    def action_retry(self):
        """Another attempt of what did not pass."""
        self.ensure_one()
        return self.treatment_ids.filtered(
            lambda t: t.state in ("refused", "cancelled")
        ).action_retry()

    def action_open_answers(self):
        """The answers in a list of their own, to filter, group and export."""
        self.ensure_one()
        return self.env["ir.actions.act_window"]._for_xml_id(
            "l10n_fr_chorus_exchange.l10n_fr_chorus_treatment_action"
        ) | {"domain": [("batch_id", "=", self.id)], "context": {}}


class L10n_Fr_ChorusTreatment(models.Model):
    _inherit = "l10n_fr_chorus.treatment"

    batch_id = fields.Many2one(
        "l10n_fr_chorus.treatment.batch",
        "Given together",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )

    def write(self, vals):
        res = super().write(vals)
        if "state" in vals or "error" in vals:
            self.batch_id._tell()
        return res

    @api.model
    def _queue_batch(self, target, answers, *, left_out="", **values):
        """Freeze the same answer to many invoices in few queries.

        :param answers: pairs of a document and a payment order number; each possible now
        :param left_out: text about what was not answered
        :param values: fields of all answers, ``reason`` among them
        :return: the batch
        :raise UserError: a reason is missing
        """
        values["reason"] = self._clean_reason(target, values.get("reason"))
        batch = self.env["l10n_fr_chorus.treatment.batch"].create(
            {"target": target, "left_out": left_out}
        )
        self.create(
            [
                {
                    **values,
                    "batch_id": batch.id,
                    "inbound_id": document.id,
                    "target": target,
                    "mandate_number": (number or "").strip(),
                }
                for document, number in answers
            ]
        )
        self._wake_sender()
        return batch
