"""What uninstalling has to put back."""

from .models.en16931.forms import PARTNER_FORMATS


def uninstall_hook(env):
    """Customers lose the formats of this add-on, whose values Odoo would not know."""
    for company in env["res.company"].search([]):
        env["res.partner"].with_company(company).with_context(active_test=False).search(
            [("invoice_edi_format_store", "in", list(PARTNER_FORMATS))]
        ).invoice_edi_format_store = False
