"""An invoice on the second road, for the tests of it."""

import json
from decimal import Decimal

from odoo import Command

from ..lib.chorus_pro import packing
from .common import seed
from .deposit_common import DepositCase

SIX_TYPES = ("bon.pdf", "photo.png", "plan.jpg", "heures.csv", "calcul.xlsx", "t.ods")
A9 = "A9_FACTURE_SOUSTRAITANT"


class RoadCase(DepositCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contractor = cls._create_public_body(
            "Entreprise générale", seed.OTHER_SUPPLIER
        )

    def setUp(self):
        super().setUp()
        self.know_structures()

    def files(self, *names, content=b"PK\x03\x04 bytes of a file"):
        return self.env["ir.attachment"].create(
            [
                {
                    "name": name,
                    "raw": content,
                    "mimetype": packing.mime_type(name),
                }
                for name in names
            ]
        )

    def line(self, price, **values):
        return Command.create(
            {
                "name": "Fournitures",
                "price_unit": price,
                "tax_ids": [Command.set(self.tax_sale_a.ids)],
                **values,
            }
        )

    def send_by_second_road(self, move):
        self.supplier.l10n_fr_chorus_road = "pdf"
        deposit = self.send(move)
        self.run_cron("ir_cron_send")
        return deposit

    def told(self, move):
        """The errors found before sending, one line each."""
        found = move._l10n_fr_chorus_findings()
        return "\n".join(one.sentence for one in found if one.is_error)

    def pdf_of(self, move):
        return move.invoice_pdf_report_id.raw

    def frozen(self, move, attachments=None):
        files = self.env["ir.attachment"] if attachments is None else attachments
        return move._l10n_fr_chorus_submission_document(self.pdf_of(move), files)

    def payload(self, move):
        return json.loads(self.frozen(move).payload, parse_float=Decimal)
