"""Which companies exchange at all: the rest of Odoo is left alone, without a query."""

from odoo import api, models, tools


class L10n_Fr_ChorusConnection(models.Model):
    _inherit = "l10n_fr_chorus.connection"

    @api.model
    @tools.ormcache()
    def _connected_company_ids(self):
        """Companies that have, or had, a connection; kept in the cache of the server."""
        # Raw, for the cache is shared by all users and companies.
        self.env.cr.execute("SELECT DISTINCT company_id FROM l10n_fr_chorus_connection")
        return frozenset(company_id for [company_id] in self.env.cr.fetchall())

    @api.model_create_multi
    def create(self, vals_list):
        connections = super().create(vals_list)
        self._forget_connected()
        return connections

    def write(self, vals):
        res = super().write(vals)
        if "company_id" in vals:
            self._forget_connected()
        return res

    def unlink(self):
        res = super().unlink()
        self._forget_connected()
        return res

    @api.model
    def _forget_connected(self):
        self.flush_model(["company_id"])
        forget = self.env.registry.clear_cache
        forget()
        # Another thread may have asked before this was committed.
        self.env.cr.postcommit.add(forget)


class AccountMove(models.Model):
    _inherit = "account.move"

    def _l10n_fr_chorus_connected(self):
        """Those of companies with a connection, their own or that of a company above.

        Where nobody exchanges, this costs no query, and nor does what comes after it.
        """
        companies = self.env["l10n_fr_chorus.connection"]._connected_company_ids()
        if not companies:
            return self.browse()
        return self.filtered(
            lambda move: not companies.isdisjoint(move.company_id.sudo().parent_ids.ids)
        )
