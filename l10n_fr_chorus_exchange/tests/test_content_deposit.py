from odoo import Command, fields
from odoo.tests import tagged

from .common import seed
from .deposit_common import DepositCase

# Country, its partner, its company, and who it is on the portal.
ELSEWHERE = (
    (
        "de",
        {},
        {"l10n_fr_chorus_identifier": seed.EU_SUPPLIER},
        seed.EU_SUPPLIER,
    ),
    (
        "ch",
        {"name": "MUSTERWERKSTATT"},
        {"l10n_fr_chorus_identifier": False},
        seed.FOREIGN_SUPPLIER,
    ),
    (
        "nc",
        {"company_registry": seed.CALEDONIAN_SUPPLIER},
        {},
        seed.CALEDONIAN_SUPPLIER,
    ),
    (
        "fr",
        {},
        {
            "l10n_fr_chorus_identifier_type": "PARTICULIER",
            "l10n_fr_chorus_identifier": seed.PERSON_SUPPLIER,
        },
        seed.PERSON_SUPPLIER,
    ),
)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestContentDeposit(DepositCase):
    """What was said of an invoice is what the portal holds."""

    def _integrated(self, move):
        deposit = self.sent(move)
        self.assertEqual(deposit.state, "integrated", deposit.error)
        [found] = [row for row in self.portal_invoices() if row["number"] == move.name]
        return found

    def _pay(self, move, amount):
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        ).create(
            {
                "amount": amount,
                "journal_id": self.company_data["default_journal_bank"].id,
            }
        )._create_payments()

    def test_an_invoice_paid_beforehand_arrives_with_nothing_due(self):
        move = self.invoice()
        self._pay(move, 360.0)
        found = self._integrated(move)
        self.assertEqual(found["cadre"], "A2")
        self.assertEqual(found["taxed"], "360.00")
        self.assertEqual(found["payable"], "0.00")

    def test_an_invoice_paid_in_part_arrives_with_the_rest_due(self):
        move = self.invoice()
        self._pay(move, 100.0)
        found = self._integrated(move)
        self.assertEqual(found["cadre"], "A1")
        self.assertEqual(found["payable"], "260.00")

    def test_a_discount_on_the_whole_arrives(self):
        lines = [
            Command.create(
                {
                    "name": name,
                    "price_unit": price,
                    "tax_ids": [Command.set(self.tax_sale_a.ids)],
                    "extra_tax_data": data,
                }
            )
            for name, price, data in (
                ("Fournitures", 100.0, False),
                ("Remise", -10.0, {"computation_key": "global_discount,1,percent"}),
            )
        ]
        found = self._integrated(self.invoice(invoice_line_ids=lines))
        self.assertEqual(found["untaxed"], "90.00")
        self.assertEqual(found["taxed"], "108.00")

    def test_a_factor_s_account_arrives(self):
        self.bank.l10n_fr_chorus_factor_id = self.env["res.partner"].create(
            {"name": "Affacturage SA"}
        )
        self.assertTrue(self._integrated(self.invoice()))

    def test_suppliers_without_siret_send_as_well(self):
        outside = self.env["account.tax"].create(
            {
                "name": "Outside",
                "amount": 0,
                "type_tax_use": "sale",
                "company_id": self.supplier.id,
                "country_id": self.supplier.account_fiscal_country_id.id,
                "tax_group_id": self.tax_sale_a.tax_group_id.id,
                "ubl_cii_tax_category_code": "O",
            }
        )
        line = {"name": "Étude", "price_unit": 100, "tax_ids": outside.ids}
        self.supplier_connection.write(
            {
                "login": seed.ABROAD_ACCOUNT,
                "password": seed.ACCOUNTS[seed.ABROAD_ACCOUNT],
            }
        )
        for country, values, settings, identifier in ELSEWHERE:
            with self.subTest(country=country):
                self._settle(country, values, settings)
                move = self.invoice(
                    invoice_date=fields.Date.today(),
                    invoice_line_ids=[Command.create(line)],
                )
                found = self._integrated(move)
                self.assertEqual(found["supplier"], identifier)
                self.assertEqual(
                    move.l10n_fr_chorus_deposit_ids.supplier_siret, identifier
                )

    def _settle(self, country, values, settings):
        """The supplier moves there and its connection still works."""
        self.supplier.partner_id.write(
            {
                "country_id": self.env.ref(f"base.{country}").id,
                "vat": False,
                "company_registry": False,
                **values,
            }
        )
        self.supplier.write(settings)
        connection = self.supplier_connection
        connection.action_test_connection()
        self.assertEqual(connection.state, "ok", connection.last_message)

    def test_an_identifier_that_is_missing_or_unknown_is_asked_for(self):
        self.supplier.write(
            {"l10n_fr_chorus_identifier_type": "PARTICULIER", "vat": False}
        )
        self.supplier_connection.action_test_connection()
        self.assertIn("is missing", self.supplier_connection.last_message)
        self.supplier.l10n_fr_chorus_identifier = "9999999999"
        self.supplier_connection.action_test_connection()
        self.assertIn(
            "under the identifier 9999999999", self.supplier_connection.last_message
        )
