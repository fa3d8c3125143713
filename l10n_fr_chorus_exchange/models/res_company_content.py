from odoo import fields, models

from ..lib.chorus_pro.codes import IdentifierType
from .en16931.identity import derived_identifier, identifier_type
from .en16931.text import one_line
from .l10n_fr_chorus_body import IDENTIFIER_TYPES
from .payment_means import PAYMENT_MEANS


class ResCompany(models.Model):
    """What the invoices of a company say to public bodies."""

    _inherit = "res.company"

    l10n_fr_chorus_identifier_type = fields.Selection(
        IDENTIFIER_TYPES,
        string="Chorus Pro identifier type",
        help="Leave empty: the country of the company tells.",
    )
    l10n_fr_chorus_identifier = fields.Char(
        string="Chorus Pro identifier",
        help="Leave empty: made from the SIRET, the VAT number or the name.",
    )
    l10n_fr_chorus_payment_means = fields.Selection(
        PAYMENT_MEANS,
        string="Chorus Pro payment means",
        default="30",
        required=True,
        help="How invoices say that they are to be paid, when neither the invoice nor "
        "its payment method says otherwise.",
    )
    l10n_fr_chorus_vat_due = fields.Selection(
        [
            ("on_invoice", "On invoice (debits)"),
            ("on_payment", "On payment (receipts)"),
        ],
        string="VAT falls due",
        help="Leave empty: the taxes of each invoice tell. On invoice is the option "
        "for debits of suppliers of services.",
    )
    l10n_fr_chorus_type_down_payment = fields.Boolean(
        string="Down payments as type 386",
        help="Off: they go as ordinary invoices (380), which Chorus Pro is known to "
        "take.",
    )
    l10n_fr_chorus_type_corrective = fields.Boolean(
        string="Corrected invoices as type 384",
        help="Off: they go as ordinary invoices (380), which Chorus Pro is known to "
        "take.",
    )

    def _l10n_fr_chorus_identity(self):
        """How the portal knows this company as a supplier.

        :return: ``(IdentifierType, identifier)``; the identifier is empty when it
            still has to be typed
        """
        self.ensure_one()
        partner = self.partner_id
        kind = (
            IdentifierType(self.l10n_fr_chorus_identifier_type)
            if self.l10n_fr_chorus_identifier_type
            else identifier_type(
                partner.country_id, self.env.ref("base.europe").country_ids
            )
        )
        typed = one_line(self.l10n_fr_chorus_identifier)
        return kind, typed or derived_identifier(kind, partner)

    def _l10n_fr_chorus_supplier_identifier(self):
        """The identifier alone: what searches of the portal go by."""
        return self._l10n_fr_chorus_identity()[1]
