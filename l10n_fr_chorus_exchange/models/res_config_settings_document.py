from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    l10n_fr_chorus_form = fields.Selection(
        related="company_id.l10n_fr_chorus_form", readonly=False
    )
    l10n_fr_chorus_dialect = fields.Selection(
        related="company_id.l10n_fr_chorus_dialect", readonly=False
    )
    l10n_fr_chorus_reform_from = fields.Date(
        related="company_id.l10n_fr_chorus_reform_from", readonly=False
    )
    l10n_fr_chorus_legal_notes = fields.Boolean(
        related="company_id.l10n_fr_chorus_legal_notes", readonly=False
    )
    l10n_fr_chorus_note_pmt = fields.Text(
        related="company_id.l10n_fr_chorus_note_pmt", readonly=False
    )
    l10n_fr_chorus_note_pmd = fields.Text(
        related="company_id.l10n_fr_chorus_note_pmd", readonly=False
    )
    l10n_fr_chorus_note_aab = fields.Text(
        related="company_id.l10n_fr_chorus_note_aab", readonly=False
    )
