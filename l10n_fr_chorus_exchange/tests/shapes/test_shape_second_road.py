import json
from decimal import Decimal

from odoo.exceptions import UserError

from . import catalogue
from .board import HOLDS, STOPPED, Row
from .world import ShapeCase

AMOUNTS = {
    "montantHtTotal": "untaxed",
    "montantTVA": "vat",
    "montantTtcTotal": "taxed",
    "montantAPayer": "payable",
}
# Types of invoice that only a structured file can say.
STRUCTURED_ONLY = ("384", "386")


class TestSecondRoad(ShapeCase):
    """One test per shape: also sent as a PDF with its figures, exact to the cent."""

    def prove(self, one):
        row = Row(one.name, {"deposited pdf": "not deposited"})
        try:
            stopped = self._deposit(one)
            row.cells["deposited pdf"] = STOPPED if stopped else HOLDS
        finally:
            row.keep()

    def _deposit(self, one):
        """Send it; True when it was rightly stopped."""
        move = one.build(self)
        move.company_id.l10n_fr_chorus_road = "pdf"
        move.commercial_partner_id.invoice_edi_format = False
        self._render(move)
        self.fresh_portal()
        if not move._l10n_fr_chorus_issuing_structure():
            self.know_supplier(move.company_id)
        stopped = stopped_by(one)
        if stopped:
            with self.assertRaisesRegex(UserError, stopped):
                self.send(move)
            return True
        deposit = self.send(move)
        self.assertEqual(deposit.road, "pdf")
        self.run_cron("ir_cron_send")
        self.assertEqual(deposit.state, "integrated", deposit.error)
        [seen] = [one for one in self.portal_invoices() if one["number"] == move.name]
        payload = json.loads(deposit.payload, parse_float=Decimal)
        for wire, name in AMOUNTS.items():
            self.assertEqual(Decimal(seen[name]), payload["montantTotal"][wire], name)
        self.assert_lines_add_up(payload)
        return False

    def know_supplier(self, company):
        """What a test of the connection would bring, at a tenth of its time."""
        identifier = company._l10n_fr_chorus_supplier_identifier()
        known = self.drive("GET", "structures")["structures"]
        [row] = [one for one in known if one["identifier"] == identifier]
        connection = self.env["l10n_fr_chorus.connection"]._for_company(company)
        self.env["l10n_fr_chorus.structure"].create(
            {
                "connection_id": connection.id,
                "portal_id": str(row["id"]),
                "siret": identifier,
                "name": row["name"],
                "can_issue": True,
            }
        )

    def assert_lines_add_up(self, payload):
        net = sum(
            line["lignePosteQuantite"] * line["lignePosteMontantUnitaireHT"]
            - line.get("lignePosteMontantRemiseHT", 0)
            for line in payload["lignePoste"]
        )
        # Prices have six decimals, the net of a line two; where the price includes the
        # tax, Odoo leaves the cent that its rounding spares on a line.
        slack = Decimal("0.01") * len(payload["lignePoste"])
        total = payload["montantTotal"]["montantHtTotal"]
        self.assertLessEqual(abs(net - total), slack, payload["lignePoste"])


def stopped_by(one):
    """Words of the sentence that stops the shape on this road; "" for none."""
    if one.expects.get("BT-3") in STRUCTURED_ONLY:
        return "as a PDF, nothing else"
    if Decimal(one.expects.get("BT-114") or 0) > 0:
        return "cash rounding raises"
    return one.refused or one.stopped_on_sending


def _test(one):
    def test(self):
        self.prove(one)

    test.__doc__ = one.sentence
    return test


for _shape in catalogue.SHAPES.values():
    setattr(TestSecondRoad, f"test_{_shape.name}", _test(_shape))
