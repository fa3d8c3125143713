from odoo import api, fields, models

from ..lib.chorus_pro.codes import FlowState
from .l10n_fr_chorus_deposit import sha256
from .status_labels import flow_label

STATES = [
    ("sending", "Being sent"),
    ("unknown", "No answer"),
    ("deposited", "Received, being checked"),
    ("integrated", "Integrated"),
    ("partial", "Partly integrated"),
    ("rejected", "Rejected"),
    ("incident", "Incident on Chorus Pro"),
    ("refused", "Refused at once"),
    ("not_sent", "Not arrived"),
]
OF_REPORT = {
    FlowState.INTEGRATED: "integrated",
    FlowState.PARTLY_INTEGRATED: "partial",
    FlowState.REJECTED: "rejected",
    FlowState.INADMISSIBLE: "rejected",
    FlowState.FAILED: "incident",
}


class L10n_Fr_ChorusFlow(models.Model):
    """One call that handed invoices to the portal: an attempt; never used again.

    ::

        sending ──flow number──> deposited ──> integrated | partial | rejected | incident
           ├──refusal──> refused
           ├──the call did not get through──> not_sent
           └──no answer──> unknown ──found──> integrated
                              └──no trace after the delay──> not_sent

    It mostly carries one invoice; grouped, it carries several in one archive, which it
    keeps, and each of its deposits gets a verdict of its own.
    """

    _name = "l10n_fr_chorus.flow"
    _description = "Chorus Pro deposit attempt"
    _order = "id desc"
    _rec_name = "file_name"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    connection_id = fields.Many2one(
        "l10n_fr_chorus.connection",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    deposit_ids = fields.Many2many(
        "l10n_fr_chorus.deposit",
        "l10n_fr_chorus_flow_deposit_rel",
        "flow_id",
        "deposit_id",
        string="Invoices",
        readonly=True,
    )
    deposit_count = fields.Integer(
        string="Number of invoices", compute="_compute_deposit_count"
    )
    state = fields.Selection(
        STATES, required=True, readonly=True, default="sending", index=True
    )
    started_at = fields.Datetime(string="Sent on", readonly=True)
    answered_at = fields.Datetime(string="Answered on", readonly=True)
    flow_number = fields.Char(
        string="Flow number", readonly=True, index="btree_not_null"
    )
    flow_state = fields.Char(string="Flow state code", readonly=True)
    flow_state_label = fields.Char(string="Report", compute="_compute_flow_state_label")
    error = fields.Text(string="Message", readonly=True)
    file_name = fields.Char(string="File name", readonly=True)
    syntax = fields.Char(readonly=True)
    sha256 = fields.Char(string="SHA-256", readonly=True)
    attachment_id = fields.Many2one(
        "ir.attachment", string="File sent", readonly=True, ondelete="restrict"
    )

    @api.depends("deposit_ids")
    def _compute_deposit_count(self):
        for flow in self:
            flow.deposit_count = len(flow.deposit_ids)

    @api.depends("flow_state")
    @api.depends_context("lang")
    def _compute_flow_state_label(self):
        for flow in self:
            flow.flow_state_label = flow_label(self.env, flow.flow_state)

    @api.model
    def _begin(self, deposits, document):
        """The intent to send ``document`` for ``deposits``, to be committed at once.

        :param document: of one invoice, or the archive of several
        """
        # The archive of several is kept with the flow itself.
        of_one = deposits.attachment_id if len(deposits) == 1 else None
        flow = self.create(
            {
                "company_id": deposits.company_id.id,
                "connection_id": deposits.connection_id.id,
                "deposit_ids": deposits.ids,
                "started_at": fields.Datetime.now(),
                "file_name": document.file_name,
                "syntax": document.syntax,
                "sha256": sha256(document.content),
                "attachment_id": of_one and of_one.id,
            }
        )
        if of_one is None:
            flow.attachment_id = self.env["ir.attachment"].create(
                {
                    "name": document.file_name,
                    "raw": document.content,
                    "res_model": self._name,
                    "res_id": flow.id,
                }
            )
        return flow

    def _answer(self, state, **values):
        """Write down what the call itself brought; nothing before there was one."""
        calling = self.filtered(lambda flow: flow.state in ("sending", "unknown"))
        calling.write({"state": state, "answered_at": fields.Datetime.now(), **values})

    def _report(self, report):
        """Write down what the report says; False leaves the state as it is."""
        code = str(report.state)
        state = OF_REPORT.get(report.state, self.state)
        if (self.flow_state, self.state) != (code, state):
            self.write({"flow_state": code, "state": state})

    def _found(self, row):
        """An invoice of this attempt is on the portal, as a search shows.

        :param row: ``SentInvoice`` of the library
        """
        if self.flow_number and row.flow_number and row.flow_number != self.flow_number:
            # It came by another attempt: this one says nothing new.
            return
        values = {"answered_at": self.answered_at or fields.Datetime.now()}
        if not self.flow_number and row.flow_number:
            values["flow_number"] = row.flow_number
        if all(
            deposit.state == "integrated"
            for deposit in self.deposit_ids
            if deposit.flow_id == self
        ):
            values["state"] = "integrated"
            values["error"] = False
        self.write(values)

    def _was_of_no_use(self, sentence):
        """All it brought is on the portal by other attempts; its report is not awaited."""
        if self.state == "deposited" and all(
            deposit.state == "integrated" for deposit in self.deposit_ids
        ):
            # A number is taken once: this is how the portal settles the second one.
            self.write({"state": "rejected", "error": sentence})
