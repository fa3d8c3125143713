from odoo import api, fields, models
from odoo.tools import email_normalize

from .en16931.dialects.addresses import SCHEME, Address
from .en16931.forms import PARTNER_FORMATS

FORM_LABELS = [
    ("facturx", "Factur-X (PDF with its data)"),
    ("cii", "CII (XML)"),
    ("ubl", "UBL (XML)"),
]
EMAIL = "EM"  # EAS list


class ResPartner(models.Model):
    """A customer may want another format than the company sends by default."""

    _inherit = "res.partner"

    invoice_edi_format = fields.Selection(
        selection_add=[
            ("chorus_facturx", "Chorus Pro: Factur-X"),
            ("chorus_cii", "Chorus Pro: CII"),
            ("chorus_ubl", "Chorus Pro: UBL"),
        ]
    )
    l10n_fr_chorus_form = fields.Selection(
        FORM_LABELS,
        "File format",
        compute="_compute_l10n_fr_chorus_form",
        inverse="_inverse_l10n_fr_chorus_form",
        help="What is deposited for this customer. Empty: the format of the company's "
        "settings.",
    )

    @api.depends_context("company")
    @api.depends("invoice_edi_format")
    def _compute_l10n_fr_chorus_form(self):
        for partner in self:
            partner.l10n_fr_chorus_form = PARTNER_FORMATS.get(
                partner.invoice_edi_format, False
            )

    def _inverse_l10n_fr_chorus_form(self):
        formats = {form: key for key, form in PARTNER_FORMATS.items()}
        for partner in self:
            if partner.l10n_fr_chorus_form:
                partner.invoice_edi_format = formats[partner.l10n_fr_chorus_form]
            elif partner.invoice_edi_format in PARTNER_FORMATS:
                # Back to what Odoo suggests for other channels.
                partner.invoice_edi_format = partner._get_suggested_invoice_edi_format()

    def _get_peppol_edi_format(self):
        # EXTENDS 'account_edi_ubl_cii': a format of Chorus Pro is none of Peppol's.
        self.ensure_one()
        if self.invoice_edi_format in PARTNER_FORMATS:
            return self._get_suggested_peppol_edi_format()
        return super()._get_peppol_edi_format()

    def _l10n_fr_chorus_directory_address(self):
        """Address of the reform's directory that was typed for this partner, or None."""
        self.ensure_one()
        known = self.peppol_eas == SCHEME and self.peppol_endpoint
        return Address(SCHEME, self.peppol_endpoint) if known else None

    def _l10n_fr_chorus_address_abroad(self):
        """Any electronic address of a partner who is not in that directory, or None."""
        self.ensure_one()
        if self.peppol_eas and self.peppol_endpoint:
            return Address(self.peppol_eas, self.peppol_endpoint)
        email = email_normalize(self.email or "")
        return Address(EMAIL, email) if email else None
