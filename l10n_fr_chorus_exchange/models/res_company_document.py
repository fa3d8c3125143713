from odoo import fields, models

from .en16931.dialects import DIRECT, REFORM
from .en16931.dialects.legal_notes import (
    DISCOUNT,
    LATE_PENALTIES,
    RECOVERY_FEE,
    STANDARD,
)
from .en16931.forms import FACTURX
from .res_partner_document import FORM_LABELS


class ResCompany(models.Model):
    """How the invoices of a company are written for Chorus Pro."""

    _inherit = "res.company"

    l10n_fr_chorus_form = fields.Selection(
        FORM_LABELS,
        "Chorus Pro file format",
        default=FACTURX,
        required=True,
        help="What is deposited on Chorus Pro. A customer can have another format.",
    )
    l10n_fr_chorus_dialect = fields.Selection(
        [
            (DIRECT, "Chorus Pro: frameworks A1, A2…, SIRET"),
            (REFORM, "National reform: frameworks B1, S1, M1…, SIREN"),
        ],
        "Chorus Pro dialect",
        default=DIRECT,
        required=True,
        help="Chorus Pro refuses direct deposits in the dialect of the reform until it "
        "announces otherwise.",
    )
    l10n_fr_chorus_reform_from = fields.Date(
        "Dialect of the reform from",
        help="Invoices dated before keep the dialect of Chorus Pro. Empty: all invoices.",
    )
    l10n_fr_chorus_legal_notes = fields.Boolean(
        "Legal notes and electronic addresses",
        help="Also write them in the dialect of Chorus Pro. That of the reform always "
        "has them.",
    )
    # Written on the invoice: French whatever the language of the user.
    l10n_fr_chorus_note_pmt = fields.Text(
        "Recovery fee", default=STANDARD[RECOVERY_FEE]
    )
    l10n_fr_chorus_note_pmd = fields.Text(
        "Late payment penalties", default=STANDARD[LATE_PENALTIES]
    )
    l10n_fr_chorus_note_aab = fields.Text(
        "Early payment discount", default=STANDARD[DISCOUNT]
    )

    def _l10n_fr_chorus_dialect_on(self, day):
        """``direct`` or ``reform`` for an invoice of that day (today without one)."""
        self.ensure_one()
        if self.l10n_fr_chorus_dialect != REFORM:
            return DIRECT
        start = self.l10n_fr_chorus_reform_from
        day = day or fields.Date.context_today(self)
        return DIRECT if start and day < start else REFORM

    def _l10n_fr_chorus_legal_texts(self):
        """Texts of the legal notes by their code (BT-21)."""
        return {
            RECOVERY_FEE: self.l10n_fr_chorus_note_pmt,
            LATE_PENALTIES: self.l10n_fr_chorus_note_pmd,
            DISCOUNT: self.l10n_fr_chorus_note_aab,
        }
