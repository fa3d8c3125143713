"""By which connection an invoice leaves, where its company has several."""

from odoo import api, fields, models

from ..lib.chorus_pro.codes import IdentifierType
from ..lib.chorus_pro.identifiers import siren_of


class AccountJournal(models.Model):
    _inherit = "account.journal"

    l10n_fr_chorus_connection_id = fields.Many2one(
        "l10n_fr_chorus.connection",
        "Chorus Pro connection",
        domain="[('company_id', 'parent_of', company_id), ('can_send', '=', True)]",
        check_company=True,
        help="Invoices of this journal leave by this connection. Empty: by the one that "
        "sends for the establishment of the company.",
    )
    l10n_fr_chorus_has_choice = fields.Boolean(
        compute="_compute_l10n_fr_chorus_has_choice"
    )

    @api.depends("company_id", "type")
    def _compute_l10n_fr_chorus_has_choice(self):
        for journal in self:
            journal.l10n_fr_chorus_has_choice = journal.type == "sale" and _has_choice(
                journal
            )


class AccountMove(models.Model):
    _inherit = "account.move"

    l10n_fr_chorus_connection_id = fields.Many2one(
        "l10n_fr_chorus.connection",
        "Chorus Pro connection",
        domain="[('company_id', 'parent_of', company_id), ('can_send', '=', True)]",
        check_company=True,
        index="btree_not_null",
        help="By which technical account this invoice leaves. Empty: by that of its "
        "journal, else the one that sends for the establishment of the company.",
    )
    l10n_fr_chorus_has_choice = fields.Boolean(
        compute="_compute_l10n_fr_chorus_has_choice"
    )
    l10n_fr_chorus_default_connection = fields.Char(
        compute="_compute_l10n_fr_chorus_has_choice"
    )

    @api.depends("company_id", "journal_id", "move_type")
    def _compute_l10n_fr_chorus_has_choice(self):
        for move in self:
            has_choice = (
                move.is_sale_document()
                and move.l10n_fr_chorus_is_public
                and _has_choice(move)
            )
            connections = self.env["l10n_fr_chorus.connection"]
            if has_choice:
                connections = connections.sudo()._for_sending(move.company_id, move)
            move.l10n_fr_chorus_has_choice = has_choice
            move.l10n_fr_chorus_default_connection = connections.display_name or False

    def _l10n_fr_chorus_establishment(self):
        """SIRET of the establishment that sells, where it is not that of the company.

        A person chose a connection that sends for one other establishment of the same
        legal entity: its account may send for no other one. A branch has its own SIRET.

        :return: "" for the company's own, and where nobody can tell
        """
        self.ensure_one()
        asked = self.sudo()
        if not (
            asked.l10n_fr_chorus_connection_id
            or asked.journal_id.l10n_fr_chorus_connection_id
        ):
            return ""
        kind, own = self.company_id._l10n_fr_chorus_identity()
        siren = siren_of(own) if kind is IdentifierType.SIRET else ""
        if not siren:
            return ""
        # Whoever invoices has no right on connections.
        connections = self.env["l10n_fr_chorus.connection"].sudo()
        chosen = connections._senders(self.company_id)._chosen_for(self)
        served = chosen.structure_ids.filtered("used_to_send").mapped("siret")
        if own in served:
            return ""
        others = {siret for siret in served if siret and siren_of(siret) == siren}
        return others.pop() if len(others) == 1 else ""

    def _l10n_fr_chorus_seller_identifier(self):
        """By what the portal knows whoever sells: what searches there go by."""
        return (
            self._l10n_fr_chorus_establishment()
            or self.company_id._l10n_fr_chorus_supplier_identifier()
        )


def _has_choice(record):
    connections = record.env["l10n_fr_chorus.connection"].sudo()
    return len(connections._senders(record.company_id)) > 1
