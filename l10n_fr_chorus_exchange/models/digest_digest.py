from odoo import fields, models
from odoo.exceptions import AccessError

PEOPLE = "account.group_account_invoice"


class DigestDigest(models.Model):
    """Optional lines of the digest e-mail; off until somebody ticks them."""

    _inherit = "digest.digest"

    kpi_l10n_fr_chorus_to_settle = fields.Boolean("To settle on Chorus Pro")
    kpi_l10n_fr_chorus_to_settle_value = fields.Integer(
        compute="_compute_kpi_l10n_fr_chorus_to_settle_value"
    )
    kpi_l10n_fr_chorus_to_send = fields.Boolean("To send to Chorus Pro")
    kpi_l10n_fr_chorus_to_send_value = fields.Integer(
        compute="_compute_kpi_l10n_fr_chorus_to_send_value"
    )
    kpi_l10n_fr_chorus_paid = fields.Boolean("Payments announced on Chorus Pro")
    kpi_l10n_fr_chorus_paid_value = fields.Integer(
        compute="_compute_kpi_l10n_fr_chorus_paid_value"
    )

    def _compute_kpi_l10n_fr_chorus_to_settle_value(self):
        """Invoices and bills that wait for a person now, whatever the period."""
        self._l10n_fr_chorus_count(
            "kpi_l10n_fr_chorus_to_settle_value",
            [("l10n_fr_chorus_situation", "in", ("to_settle", "refused", "unknown"))],
        )

    def _compute_kpi_l10n_fr_chorus_to_send_value(self):
        self._l10n_fr_chorus_count(
            "kpi_l10n_fr_chorus_to_send_value",
            [("l10n_fr_chorus_situation", "=", "to_send")],
        )

    def _compute_kpi_l10n_fr_chorus_paid_value(self):
        """Customer invoices whose payment was announced in the period."""
        start, end, _companies = self._get_kpi_compute_parameters()
        self._l10n_fr_chorus_count(
            "kpi_l10n_fr_chorus_paid_value",
            [
                ("move_type", "in", ("out_invoice", "out_refund")),
                ("l10n_fr_chorus_status", "=", "MISE_EN_PAIEMENT"),
                ("l10n_fr_chorus_status_at", ">=", start),
                ("l10n_fr_chorus_status_at", "<", end),
            ],
        )

    def _l10n_fr_chorus_count(self, field, domain):
        if not self.env.user.has_group(PEOPLE):
            raise AccessError(
                self.env._("Do not have access, skip this data for user's digest email")
            )
        _start, _end, companies = self._get_kpi_compute_parameters()
        counts = dict(
            self.env["account.move"]
            .sudo()
            ._read_group(
                [("company_id", "in", companies.ids), *domain],
                ["company_id"],
                ["__count"],
            )
        )
        for digest in self:
            digest[field] = counts.get(digest.company_id or self.env.company, 0)

    def _compute_kpis_actions(self, company, user):
        res = super()._compute_kpis_actions(company, user)
        action = (
            "account.action_move_out_invoice_type?menu_id="
            f"{self.env.ref('account.menu_finance').id}"
        )
        for name in ("to_settle", "to_send", "paid"):
            res[f"kpi_l10n_fr_chorus_{name}"] = action
        return res
