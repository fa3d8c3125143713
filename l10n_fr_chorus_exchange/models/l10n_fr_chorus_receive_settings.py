from odoo import fields, models


class L10n_Fr_ChorusReceiveSettings(models.AbstractModel):
    """How bills received for a structure, or for one of its services, are entered.

    What is empty comes from the next larger unit: service, structure, connection.
    """

    _name = "l10n_fr_chorus.receive.settings"
    _inherit = ["analytic.mixin"]
    _description = "Chorus Pro settings of bills received"

    journal_id = fields.Many2one(
        "account.journal",
        "Purchase journal",
        domain="[('type', '=', 'purchase')]",
        check_company=True,
        help="Bills received for it go here. Empty: the journal of the structure, else "
        "the one of the connection.",
    )
    expense_account_id = fields.Many2one(
        "account.account",
        "Expense account",
        domain="[('account_type', 'not in', ('asset_receivable', 'liability_payable', "
        "'asset_cash', 'liability_credit_card', 'off_balance'))]",
        check_company=True,
        help="For the lines of these bills. Empty: as Odoo predicts it, else the default "
        "account of the journal.",
    )
    user_id = fields.Many2one(
        "res.users",
        "Person in charge",
        domain="[('share', '=', False)]",
        check_company=True,
        help="Follows these bills and gets what is to be done about them.",
    )
