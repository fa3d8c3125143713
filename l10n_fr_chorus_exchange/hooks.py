"""What uninstalling has to put back, and what Odoo would leave behind."""

from .models import demo_marks
from .models.en16931.forms import PARTNER_FORMATS


def uninstall_hook(env):
    """Customers lose the formats of this add-on, whose values Odoo would not know."""
    # No model owns these tables, so nobody else drops them.
    env.cr.execute("DROP TABLE IF EXISTS l10n_fr_chorus_connection_secret")
    env.cr.execute(
        "DROP TABLE IF EXISTS l10n_fr_chorus_body_word, l10n_fr_chorus_body_number"
    )
    # The ids they name may be those of other records after another installation.
    env["ir.model.data"].search([("module", "=", demo_marks.MODULE)]).unlink()
    for run in env["l10n_fr_chorus.directory.import"].search([]):
        run._drop_staging()
    for company in env["res.company"].search([]):
        env["res.partner"].with_company(company).with_context(active_test=False).search(
            [("invoice_edi_format_store", "in", list(PARTNER_FORMATS))]
        ).invoice_edi_format_store = False
