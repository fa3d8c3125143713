"""What the portal said of an attempt, kept as it was read: a dispute may need it."""

import dataclasses
import json

from odoo import fields, models

# A report with thousands of errors is cut: the first ones tell enough.
REPORT_SIZE = 200_000


class L10n_Fr_ChorusFlow(models.Model):
    _inherit = "l10n_fr_chorus.flow"

    report = fields.Text(
        string="Report as read",
        readonly=True,
        help="JSON: the last report of Chorus Pro on this attempt.",
    )
    certificate = fields.Char(
        string="Fingerprint of the deposit certificate",
        readonly=True,
        help="Base64, as Chorus Pro answers it to an invoice sent as PDF and data; it "
        "gives none for a file.",
    )

    def _report(self, report):
        # EXTENDS: the words of the portal, beside what we made of them.
        res = super()._report(report)
        text = json.dumps(
            dataclasses.asdict(report), default=str, ensure_ascii=False, indent=1
        )
        if len(text) > REPORT_SIZE:
            text = f"{text[:REPORT_SIZE]}\n[cut]"
        if self.report != text:
            self.report = text
        return res
