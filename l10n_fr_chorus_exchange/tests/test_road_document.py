"""What is frozen for the second road."""

from decimal import Decimal
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError, ValidationError

from ..lib.chorus_pro import packing
from ..models.en16931 import submission
from .common import seed
from .road_common import A9, RoadCase


class TestRoadDocument(RoadCase):
    def two_rates(self, **values):
        tax = self.tax_sale_a.copy({"amount": 5.5, "name": "5,5 %"})
        lines = [
            self.line(0.015, quantity=21),
            self.line(33.33, quantity=3, discount=10, tax_ids=[Command.set(tax.ids)]),
        ]
        return self.invoice(invoice_line_ids=lines, **values)

    def test_figures_are_those_of_the_invoice_digit_by_digit(self):
        found = self.payload(self.two_rates())
        screw, book = found["lignePoste"]
        self.assertEqual(screw["lignePosteMontantUnitaireHT"], Decimal("0.015"))
        self.assertEqual(screw["lignePosteTauxTvaManuel"], Decimal(20))
        self.assertEqual(book["lignePosteMontantRemiseHT"], Decimal("10.00"))
        shares = [
            (
                one["ligneTvaTauxManuel"],
                one["ligneTvaMontantBaseHtParTaux"],
                one["ligneTvaMontantTvaParTaux"],
            )
            for one in found["ligneTva"]
        ]
        self.assertEqual(
            shares,
            [
                (Decimal(20), Decimal("0.32"), Decimal("0.06")),
                (Decimal("5.5"), Decimal("89.99"), Decimal("4.95")),
            ],
        )
        self.assertEqual(
            found["montantTotal"],
            {
                "montantHtTotal": Decimal("90.31"),
                "montantTVA": Decimal("5.01"),
                "montantTtcTotal": Decimal("95.32"),
                "montantAPayer": Decimal("95.32"),
            },
        )

    def test_parties_and_references_are_those_of_the_invoice(self):
        move = self.two_rates(
            purchase_order_reference="EJ0000123", contract_reference="2026-M-7"
        )
        found = self.payload(move)
        structure = self.supplier_connection.structure_ids.filtered("can_issue")
        self.assertEqual(found["modeDepot"], "DEPOT_PDF_API")
        self.assertEqual(found["numeroFactureSaisi"], move.name)
        self.assertEqual(found["dateFacture"], f"{move.invoice_date:%Y-%m-%d}")
        self.assertEqual(
            found["destinataire"],
            {"codeDestinataire": seed.TOWN_HALL, "codeServiceExecutant": "ACHATS"},
        )
        self.assertEqual(
            found["fournisseur"], {"idFournisseur": int(structure.portal_id)}
        )
        self.assertEqual(
            found["cadreDeFacturation"],
            {"codeCadreFacturation": "A1_FACTURE_FOURNISSEUR"},
        )
        self.assertEqual(
            found["references"],
            {
                "deviseFacture": "EUR",
                "typeFacture": "FACTURE",
                "typeTva": "TVA_SUR_DEBIT",
                "numeroMarche": "2026-M-7",
                "numeroBonCommande": "EJ0000123",
                "modePaiement": "VIREMENT",
            },
        )

    def test_credit_note_names_the_invoice_it_is_about(self):
        invoice = self.invoice()
        refund = invoice._reverse_moves([{"invoice_date": invoice.invoice_date}])
        refund.action_post()
        self._render(refund)
        references = self.payload(refund)["references"]
        self.assertEqual(references["typeFacture"], "AVOIR")
        self.assertEqual(references["numeroFactureOrigine"], invoice.name)
        self.assertEqual(references["modePaiement"], "VIREMENT")

    def test_invoice_without_vat_says_so_without_a_reason_of_the_portal(self):
        tax = self.tax_sale_a.copy(
            {
                "amount": 0,
                "name": "0 %",
                "ubl_cii_tax_category_code": "E",
                "ubl_cii_tax_exemption_reason_code": "VATEX-FR-FRANCHISE",
            }
        )
        line = Command.create(
            {"name": "Cours", "price_unit": 50, "tax_ids": [Command.set(tax.ids)]}
        )
        move = self.invoice(invoice_line_ids=[line])
        found = self.payload(move)
        self.assertEqual(found["references"]["typeTva"], "SANS_TVA")
        self.assertNotIn("ligneTva", found)
        structure = self.supplier_connection.structure_ids.filtered("can_issue")
        structure.exemption_code = "EXO_FRANCHISE"
        found = self.payload(move)
        self.assertEqual(found["references"]["typeTva"], "EXONERATION")
        self.assertEqual(found["references"]["motifExonerationTva"], "EXO_FRANCHISE")
        self.assertEqual(len(found["ligneTva"]), 1)

    def test_numbers_of_the_portal_typed_by_a_person_go_along(self):
        structure = self.supplier_connection.structure_ids.filtered("can_issue")
        structure.write(
            {"supplier_service_number": "28000001", "bank_details_number": " 140001 "}
        )
        found = self.payload(self.invoice())["fournisseur"]
        self.assertEqual(found["idServiceFournisseur"], 28000001)
        self.assertEqual(found["codeCoordonneesBancairesFournisseur"], 140001)
        with self.assertRaises(ValidationError):
            structure.bank_details_number = "RIB 1"

    def test_bank_details_are_looked_up_on_the_portal(self):
        structure = self.supplier_connection.structure_ids.filtered("can_issue")
        told = structure.action_look_up_bank_details()["params"]["message"]
        self.assertIn("Compte principal", told)
        self.assertIn(structure.bank_details_number, told)
        deposit = self.send_by_second_road(self.invoice())
        self.assertEqual(deposit.state, "integrated", deposit.error)

    def test_lines_add_up_to_the_total_whatever_stands_on_them(self):
        contribution = self.tax_sale_a.copy(
            {
                "name": "Éco-participation",
                "amount_type": "fixed",
                "amount": 0.1,
                "include_base_amount": True,
                "sequence": 0,
            }
        )
        taxes = self.tax_sale_a | contribution
        move = self.invoice(
            invoice_line_ids=[
                self.line(9.99, quantity=7, discount=12.5),
                self.line(19.99, quantity=3, tax_ids=[Command.set(taxes.ids)]),
                self.line(-5),
            ]
        )
        found = self.payload(move)
        net = sum(
            one["lignePosteQuantite"] * one["lignePosteMontantUnitaireHT"]
            - one.get("lignePosteMontantRemiseHT", 0)
            for one in found["lignePoste"]
        )
        self.assertEqual(net, found["montantTotal"]["montantHtTotal"])
        self.assertEqual(found["montantTotal"]["montantHtTotal"], Decimal("116.46"))

    def test_cash_rounding_downwards_is_a_discount_and_upwards_has_no_place(self):
        rounding = self.env["account.cash.rounding"].create(
            {
                "name": "Five cents",
                "rounding": 0.05,
                "strategy": "add_invoice_line",
                "rounding_method": "DOWN",
                "profit_account_id": self.company_data["default_account_revenue"].id,
                "loss_account_id": self.company_data["default_account_expense"].id,
            }
        )
        values = {
            "invoice_line_ids": [self.line(10.01)],
            "invoice_cash_rounding_id": rounding.id,
        }
        move = self.invoice(**values)
        totals = self.payload(move)["montantTotal"]
        self.assertEqual(totals["montantTtcTotal"], Decimal("12.01"))
        self.assertEqual(totals["montantRemiseGlobaleTTC"], Decimal("0.01"))
        self.assertEqual(totals["motifRemiseGlobaleTTC"], "Arrondi")
        self.assertEqual(totals["montantAPayer"], Decimal("12.00"))
        deposit = self.send_by_second_road(move)
        self.assertEqual(deposit.state, "integrated", deposit.error)
        rounding.rounding_method = "UP"
        with self.assertRaisesRegex(UserError, "cash rounding raises"):
            self.frozen(self.invoice(**values))

    def test_validator_is_named_with_its_service(self):
        move = self.invoice(
            l10n_fr_chorus_framework=A9,
            l10n_fr_chorus_validator_id=self.contractor.id,
            l10n_fr_chorus_validator_service="TRAVAUX",
        )
        self.assertEqual(
            self.payload(move)["cadreDeFacturation"],
            {
                "codeCadreFacturation": A9,
                "codeStructureValideur": self.contractor.l10n_fr_chorus_siret,
                "codeServiceValideur": "TRAVAUX",
            },
        )

    def test_files_keep_their_bytes_and_get_names_the_portal_takes(self):
        files = self.files("Plan d'exécution du lot n° 3 " * 3 + ".docx", "a.zip")
        files |= self.files("A.zip", content=b"other bytes")
        files[0].name = "Plan d'exécution du lot n° 3 " * 3  # its type tells what it is
        document = self.frozen(self.invoice(), files)
        names = [name for name, _content in document.annexes]
        self.assertEqual(len({name.lower() for name in names}), 3)
        for name in names:
            self.assertEqual(packing.attachment_problems(name, 1), ())
        self.assertEqual(
            [content for _name, content in document.annexes], files.mapped("raw")
        )
        self.assertEqual(document.road, "pdf")
        self.assertTrue(document.content.startswith(b"%PDF"))

    def test_everything_that_is_missing_is_told_at_once(self):
        move = self.invoice(l10n_fr_chorus_framework=A9)
        self.supplier_connection.structure_ids.unlink()
        files = self.files("virus.exe")
        with self.assertRaises(UserError) as caught:
            self.frozen(move, files)
        for part in ("virus.exe", "have it tested", "validates this invoice"):
            self.assertIn(part, str(caught.exception))

    def test_what_is_too_large_is_refused_before(self):
        move = self.invoice()
        size = len(self.pdf_of(move))
        with (
            patch.object(packing, "MAX_ATTACHMENT_BYTES", size // 2),
            self.assertRaisesRegex(UserError, "10 MB"),
        ):
            self.frozen(move)
        with (
            patch.object(packing, "MAX_INVOICE_BYTES", size),
            self.assertRaisesRegex(UserError, "120 MB"),
        ):
            self.frozen(move, self.files("a.zip"))

    def test_allowances_and_charges_of_the_document_become_lines_of_their_own(self):
        terms = {
            "BG-25": [
                {
                    "BT-129": "2",
                    "BT-130": "XYZ",
                    "BT-146": "150.00",
                    "BT-149": "100",
                    "BT-152": "20.00",
                    "BT-153": "Clous",
                    "BG-28": [{"amount": "0.10", "reason": "Éco-participation"}],
                }
            ],
            "BG-20": [{"amount": "1.00", "vat_rate": "20.00"}],
            "BG-21": [{"amount": "4.00", "reason": "Port", "vat_rate": "5.50"}],
        }
        found = [
            (line.name, line.quantity, line.unit, line.price, line.rate)
            for line in submission._lines(terms)
        ]
        twenty = Decimal("20.00")
        self.assertEqual(
            found,
            [
                ("Clous", Decimal(2), "XYZ", Decimal("1.5"), twenty),
                ("Éco-participation", Decimal(1), "unité", Decimal("0.10"), twenty),
                ("Remise", Decimal(-1), "unité", Decimal("1.00"), twenty),
                ("Port", Decimal(1), "unité", Decimal("4.00"), Decimal("5.50")),
            ],
        )
