"""Lines, taxes and currencies of structured invoices, to the cent."""

from datetime import date
from decimal import Decimal

from odoo.tests import tagged

from ..lib.chorus_pro.codes import InvoiceStatus
from ..lib.chorus_pro.errors import Flaw, UnreadableDocument
from ..lib.chorus_pro.records import InvoiceDetail
from ..models.inbound_content import told_by
from ..models.inbound_plan import House, UnplannableError, best_plan, make_plan
from ..models.inbound_structured import UnusableTermsError, content_of
from .inbound_common import InboundCase

D = Decimal


def terms(**values):
    return {
        "BT-1": "F-1",
        "BT-3": "380",
        "BT-5": "EUR",
        "BT-109": "100.00",
        "BT-112": "120.00",
        "BT-115": "120.00",
        "BG-23": [
            {"BT-116": "100.00", "BT-117": "20.00", "BT-118": "S", "BT-119": "20"}
        ],
        **values,
    }


def line(net, price, quantity="1", **more):
    return {
        "BT-129": quantity,
        "BT-131": net,
        "BT-146": price,
        "BT-152": "20",
        "BT-153": "Chose",
        **more,
    }


@tagged("post_install_l10n", "post_install", "-at_install")
class TestInboundAmounts(InboundCase):
    def planned(self, *lines, house=None, **values):
        content = content_of(terms(**{"BG-25": list(lines), **values}), "cii")
        plan = make_plan(content, house or House())
        self.assertTrue(plan.is_detailed)
        return [
            (one.name, one.quantity, one.unit_price, one.discount) for one in plan.lines
        ]

    def test_the_price_of_several_units_is_divided(self):
        self.assertEqual(
            self.planned(line("100.00", "50.00", "6", **{"BT-149": "3"})),
            [("Chose", 6, D("16.666667"), 0)],
        )

    def test_a_short_percentage_is_the_discount_of_its_line(self):
        self.assertEqual(
            self.planned(
                line("100.00", "12.50", "10", **{"BG-27": [{"amount": "25"}]})
            ),
            [("Chose", 10, D("12.50"), 20)],
        )

    def test_another_allowance_is_a_line_of_its_own(self):
        allowance = {"amount": "40.00", "reason": "Remise"}
        self.assertEqual(
            self.planned(line("100.00", "46.666667", "3", **{"BG-27": [allowance]})),
            [("Chose", 3, D("46.666667"), 0), ("Remise", -1, D("40.00"), 0)],
        )

    def test_a_charge_is_a_line_of_its_own(self):
        charge = {"amount": "10.00", "reason": "Palette"}
        self.assertEqual(
            self.planned(line("100.00", "30.00", "3", **{"BG-28": [charge]})),
            [("Chose", 3, D("30.00"), 0), ("Palette", 1, D("10.00"), 0)],
        )

    def test_allowances_and_charges_of_the_document_are_lines(self):
        self.assertEqual(
            self.planned(
                line("105.00", "105.00"),
                **{
                    "BG-20": [{"amount": "15", "vat_rate": "20", "reason": "Remise"}],
                    "BG-21": [{"amount": "10", "vat_rate": "20", "reason": "Port"}],
                },
            ),
            [
                ("Chose", 1, D("105.00"), 0),
                ("Remise", -1, D("15"), 0),
                ("Port", 1, D("10"), 0),
            ],
        )

    def test_prices_keep_six_decimals(self):
        self.assertEqual(
            self.planned(line("100.00", "0.098712", "1013.05")),
            [("Chose", D("1013.05"), D("0.098712"), 0)],
        )

    def test_a_rounding_that_the_file_tells_is_a_line(self):
        content = content_of(
            terms(
                **{
                    "BG-25": [line("100.00", "100.00")],
                    "BT-112": "120.40",
                    "BT-114": "0.40",
                }
            ),
            "ubl",
        )
        plan = make_plan(content, House())
        self.assertEqual(plan.total, D("120.40"))
        self.assertTrue(plan.lines[-1].is_rounding)
        self.assertEqual(plan.lines[-1].unit_price, D("0.40"))

    def test_many_lines_make_no_rounding_of_several_euros(self):
        content = content_of(
            terms(**{"BG-25": [line("0.50", "0.50")] * 200, "BT-112": "121.50"}), "cii"
        )
        with self.assertRaises(UnplannableError) as caught:
            make_plan(content, House())
        self.assertEqual(caught.exception.kind, "totals")

    def test_a_value_that_is_no_number_is_named_by_its_term(self):
        for value in ("1,2,3", "NaN", "1e999999", "douze"):
            with self.subTest(value), self.assertRaises(UnusableTermsError) as caught:
                content_of(terms(**{"BT-112": value}), "cii")
            self.assertEqual(caught.exception.args, ("BT-112",))

    def test_amounts_and_dates_that_no_invoice_has_are_named_by_their_term(self):
        for term, value, flaw in (
            ("BT-112", "1000000000000", Flaw.ABSURD_NUMBER),
            ("BT-115", "-1e30", Flaw.ABSURD_NUMBER),
            ("BT-9", date(9999, 12, 31), Flaw.ABSURD_DATE),
            ("BT-2", date(1900, 1, 1), Flaw.ABSURD_DATE),
        ):
            with self.subTest(term), self.assertRaises(UnreadableDocument) as caught:
                content_of(terms(**{term: value}), "ubl")
            self.assertEqual(
                (caught.exception.flaw, caught.exception.detail), (flaw, term)
            )

    def test_a_consultation_with_an_amount_that_no_invoice_has_is_put_aside(self):
        detail = InvoiceDetail.from_answer(
            {
                "identifiantFactureCPP": 1,
                "numeroFacture": "F-1",
                "montantTotal": {"montantHtTotal": D("1e12")},
            },
            [],
            [],
            [],
        )
        document = self.kept(untaxed="", vat=())
        document.is_consulted = False
        document._decode()
        with self.assertRaises(UnreadableDocument) as caught:
            told_by(detail)
        document._absurd(caught.exception)
        self.assertEqual(document.state, "quarantine")
        self.assertIn("montantHtTotal is beyond", document.reason)

    def test_without_lines_that_fit_the_vat_of_the_portal_is_preferred(self):
        file = content_of(terms(**{"BG-25": [line("99.00", "99.00")]}), "cii")
        portal = content_of(terms(), "pivot_lines")
        plan, content = best_plan([file, portal], House())
        self.assertEqual((plan.source, content), ("pivot_vat", portal))

    def test_when_nothing_fits_the_trouble_is_that_of_the_portal(self):
        file = content_of(terms(**{"BT-112": ""}), "cii")
        portal = content_of(terms(**{"BT-112": "150"}), "pivot_lines")
        with self.assertRaises(UnplannableError) as caught:
            best_plan([file, portal], House())
        self.assertEqual(caught.exception.kind, "totals")

    # -------------------------------------------------------------------------
    # IN THE BOOKS
    # -------------------------------------------------------------------------

    def test_vat_on_debits_or_on_receipts_chooses_the_tax(self):
        for told, exigibility in (
            ("on_payment", "on_payment"),
            ("on_invoice", "on_invoice"),
        ):
            with self.subTest(told):
                taxes = self.kept(number=told)._purchase_taxes(told)
                twenty = taxes.filtered(lambda tax: tax.amount == 20)[:1]
                self.assertEqual(twenty.tax_exigibility, exigibility)

    def test_a_company_that_does_not_keep_vat_by_payments_ignores_it(self):
        self.town_hall.tax_exigibility = False
        taxes = self.kept()._purchase_taxes("on_payment")
        self.assertEqual(taxes[:1], self.default_tax)

    def test_another_currency_is_kept_with_its_own_total(self):
        currency = self.env.ref("base.USD")
        currency.active = True
        self.env["res.currency.rate"].create(
            {
                "currency_id": currency.id,
                "name": "2026-10-01",
                "rate": 1.25,
                "company_id": self.town_hall.id,
            }
        )
        move = self.bill(
            currency="USD",
            untaxed="100.00",
            taxed="120.01",
            vat=(("20", "100.00", "20.01"),),
        )
        self.assertEqual(move.currency_id, currency)
        self.assertEqual((move.amount_tax, move.amount_total), (20.01, 120.01))
        self.assertAlmostEqual(-move.amount_total_signed, 96.01)

    def test_a_currency_without_decimals_is_rounded_its_way(self):
        self.env.ref("base.JPY").active = True
        move = self.bill(
            currency="JPY", untaxed="101", taxed="121", vat=(("20", "101", "20"),)
        )
        self.assertEqual((move.amount_untaxed, move.amount_total), (101, 121))

    def test_the_status_gives_no_date_once_the_invoice_is_withdrawn(self):
        document = self.kept()
        document.write(
            {
                "portal_status": str(InvoiceStatus.REJECTED),
                "status_at": "2026-10-14 09:00:00",
            }
        )
        self.assertIsNone(document._legal_due_date())

    # -------------------------------------------------------------------------
    # SETTINGS
    # -------------------------------------------------------------------------

    def test_structure_settings_give_account_analytics_and_person(self):
        account = self.env["account.account"].search(
            [
                ("company_ids", "in", self.town_hall.ids),
                ("account_type", "=", "expense"),
            ],
            limit=1,
        )
        self.know_structures()
        structure = self.town_hall_connection.structure_ids[:1]
        plan = self.env["account.analytic.plan"].create({"name": "Services"})
        analytic = self.env["account.analytic.account"].create(
            {"name": "Voirie", "plan_id": plan.id, "company_id": self.town_hall.id}
        )
        structure.write(
            {
                "expense_account_id": account.id,
                "user_id": self.town_hall_user.id,
                "analytic_distribution": {str(analytic.id): 100},
            }
        )
        document = self.kept()
        document.structure_id = structure
        document._decode()
        move = document.move_id
        self.assertEqual(move.invoice_line_ids.account_id, account)
        self.assertEqual(move.invoice_user_id, self.town_hall_user)
        self.assertEqual(
            move.invoice_line_ids.mapped("analytic_distribution"),
            [{str(analytic.id): 100}] * len(move.invoice_line_ids),
        )
        move.action_post()
        booked = move.invoice_line_ids.analytic_line_ids
        self.assertEqual(booked[plan._column_name()], analytic)
        self.assertEqual(sum(booked.mapped("amount")), -move.amount_untaxed)
