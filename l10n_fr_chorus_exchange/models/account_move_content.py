from odoo import api, fields, models

from ..lib.chorus_pro.codes import BillingFramework
from .payment_means import PAYMENT_MEANS


class AccountMove(models.Model):
    """What a supplier may say of an invoice to a public body; all of it optional."""

    _inherit = "account.move"

    l10n_fr_chorus_framework = fields.Selection(
        selection="_selection_l10n_fr_chorus_framework",
        string="Billing framework",
        copy=False,
        help="Leave empty in most cases: A1, or A2 when the invoice is already paid.",
    )
    l10n_fr_chorus_validator_id = fields.Many2one(
        "res.partner",
        string="Validated by",
        copy=False,
        help="The main contractor (A9) or the mandated contractor (A12) who looks at "
        "the invoice first.",
    )
    l10n_fr_chorus_validator_service = fields.Char(
        string="Service of the validator", copy=False
    )
    l10n_fr_chorus_period_start = fields.Date(string="Billing period from", copy=False)
    l10n_fr_chorus_period_end = fields.Date(string="Billing period to", copy=False)
    l10n_fr_chorus_payment_means = fields.Selection(
        PAYMENT_MEANS,
        string="Payment means",
        copy=False,
        help="Leave empty to follow the payment method of the invoice, else the "
        "setting of the company.",
    )
    l10n_fr_chorus_corrected_id = fields.Many2one(
        "account.move",
        string="Corrects invoice",
        copy=False,
        check_company=True,
        index="btree_not_null",
        domain="[('move_type', '=', 'out_invoice'), ('state', '=', 'posted'),"
        " ('commercial_partner_id', '=', commercial_partner_id)]",
        help="The earlier invoice that this one replaces.",
    )

    l10n_fr_chorus_original_number = fields.Char(
        string="Credited invoice",
        copy=False,
        help="Number of the invoice that this credit note is for, when Odoo does not "
        "hold it.",
    )
    l10n_fr_chorus_original_date = fields.Date(
        string="Date of the credited invoice", copy=False
    )

    @api.model
    def _selection_l10n_fr_chorus_framework(self):
        """Code of the portal -> code of the flow and its meaning."""
        labels = {
            BillingFramework.A1: self.env._("Supplier's invoice"),
            BillingFramework.A2: self.env._("Supplier's invoice, already paid"),
            BillingFramework.A3: self.env._("Court costs"),
            BillingFramework.A4: self.env._("Works: draft monthly statement"),
            BillingFramework.A5: self.env._("Works: interim statement"),
            BillingFramework.A6: self.env._("Works: interim statement, validated"),
            BillingFramework.A7: self.env._("Works: draft final statement"),
            BillingFramework.A8: self.env._("Works: final account"),
            BillingFramework.A9: self.env._("Subcontractor's invoice"),
            BillingFramework.A10: self.env._(
                "Works: draft monthly statement, subcontractor"
            ),
            BillingFramework.A11: self.env._(
                "Works: draft final statement, subcontractor"
            ),
            BillingFramework.A12: self.env._("Joint contractor's invoice"),
            BillingFramework.A13: self.env._(
                "Works: draft monthly statement, joint contractor"
            ),
            BillingFramework.A14: self.env._(
                "Works: draft final statement, joint contractor"
            ),
            BillingFramework.A15: self.env._("Works: interim statement, manager"),
            BillingFramework.A16: self.env._(
                "Works: interim statement, validated, manager"
            ),
            BillingFramework.A17: self.env._("Works: draft general account, manager"),
            BillingFramework.A18: self.env._("Works: general account, manager"),
            BillingFramework.A19: self.env._(
                "Works: interim statement, validated, owner"
            ),
            BillingFramework.A20: self.env._("Works: general account, owner"),
            BillingFramework.A21: self.env._("Refund of fuel tax"),
            BillingFramework.A22: self.env._(
                "Works: draft general account, tacit procedure"
            ),
            BillingFramework.A23: self.env._("Works: tacit final account, supplier"),
            BillingFramework.A24: self.env._("Works: tacit final account, manager"),
            BillingFramework.A25: self.env._(
                "Works: final account, tacit procedure, manager"
            ),
        }
        return [
            (framework.value, f"{framework.short} – {label}")
            for framework, label in labels.items()
        ]

    def _l10n_fr_chorus_mandate(self):
        """The SEPA mandate that this invoice is collected with, for add-ons that
        manage mandates.

        :return: dictionary with BT-89 (mandate), BT-90 (creditor) and BT-91 (account
            of the debtor), empty when there is none
        """
        return {}
