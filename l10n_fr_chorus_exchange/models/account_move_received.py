"""What a received bill shows above its lines: its twin, what differs, what went wrong."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.roles import RECEIVER, check_role
from .account_move import READERS
from .account_move_supplier import BANK
from .l10n_fr_chorus_inbound import WAITING_STATES


class AccountMove(models.Model):
    _inherit = "account.move"

    l10n_fr_chorus_twin_id = fields.Many2one(
        "l10n_fr_chorus.inbound",
        "Chorus Pro document that may be this bill",
        compute="_compute_l10n_fr_chorus_twin_id",
        compute_sudo=True,
        groups=READERS,
    )
    l10n_fr_chorus_twin_number = fields.Char(
        "Number of that document",
        compute="_compute_l10n_fr_chorus_twin_id",
        compute_sudo=True,
        groups=READERS,
    )
    l10n_fr_chorus_difference_words = fields.Text(
        "What differs",
        compute="_compute_l10n_fr_chorus_difference_words",
        compute_sudo=True,
        groups=READERS,
    )
    l10n_fr_chorus_inbound_reason = fields.Text(
        "Trouble with the document",
        compute="_compute_l10n_fr_chorus_inbound_reason",
        compute_sudo=True,
        groups=READERS,
    )
    l10n_fr_chorus_structure_id = fields.Many2one(
        related="l10n_fr_chorus_inbound_id.structure_id",
        string="Received for",
        groups=READERS,
    )
    l10n_fr_chorus_in_charge_id = fields.Many2one(
        related="l10n_fr_chorus_inbound_id.in_charge_id",
        string="Person in charge",
        groups=READERS,
    )

    def _compute_l10n_fr_chorus_twin_id(self):
        bills = self.filtered(lambda move: move.is_purchase_document())
        documents = self.env["l10n_fr_chorus.inbound"].search(
            [
                ("existing_move_id", "in", bills.ids),
                ("state", "in", WAITING_STATES),
            ]
        )
        by_bill = documents.grouped("existing_move_id")
        for move in self:
            twin = by_bill.get(move._origin, documents.browse())[:1]
            move.l10n_fr_chorus_twin_id = twin
            move.l10n_fr_chorus_twin_number = twin.number

    @api.depends(
        "l10n_fr_chorus_difference_ids.state", "l10n_fr_chorus_difference_ids.label"
    )
    @api.depends_context("lang")
    def _compute_l10n_fr_chorus_difference_words(self):
        for move in self:
            # The account has a banner of its own.
            opened = move.l10n_fr_chorus_difference_ids.filtered(
                lambda one: one.state == "open" and one.kind != BANK
            )
            move.l10n_fr_chorus_difference_words = (
                " · ".join(opened.sorted("id").mapped("label")) or False
            )

    @api.depends(
        "l10n_fr_chorus_inbound_ids.reason", "l10n_fr_chorus_inbound_ids.next_try_at"
    )
    def _compute_l10n_fr_chorus_inbound_reason(self):
        for move in self:
            document = move.l10n_fr_chorus_inbound_id
            # What Odoo tries again by itself asks nothing of a person.
            move.l10n_fr_chorus_inbound_reason = (
                not document.next_try_at and document.reason
            )

    def action_l10n_fr_chorus_link_twin(self):
        """The document that waits is this bill: no second one."""
        self.ensure_one()
        check_role(self.env, RECEIVER)
        self.check_access("write")
        document = self.l10n_fr_chorus_twin_id
        if not document:
            raise UserError(self.env._("No document waits for this bill any more."))
        return document.with_env(self.env).action_link_existing()

    def action_l10n_fr_chorus_open_twin(self):
        self.ensure_one()
        return self.l10n_fr_chorus_twin_id._get_records_action()

    def action_l10n_fr_chorus_open_differences(self):
        """What differs, in three columns, each line to be settled."""
        self.ensure_one()
        view = self.env.ref(
            "l10n_fr_chorus_exchange.l10n_fr_chorus_difference_view_list"
        )
        return {
            "type": "ir.actions.act_window",
            # The domain first: below a text, the extractor of texts takes it for one.
            "domain": [("move_id", "=", self.id)],
            "name": self.env._("What differs"),
            "res_model": "l10n_fr_chorus.difference",
            "views": [(view.id, "list")],
            "target": "new",
        }
