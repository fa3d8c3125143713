"""Two companies in one database see nothing of each other."""

from __future__ import annotations

import pytest

from demo.main_job import fetch_bill
from demo.sides import Side, Supplier, TownHall
from demo.stage import Stage
from e2e.expected_log import ExpectedLog
from e2e.journeys import integrated_invoice
from platform_kit.odoo_client import OdooRefusal

# How Odoo's log tells that a user may not do something.
REFUSAL = r"^odoo\.(http|addons\.base\.models\.ir_(rule|model)|models):? "
SECRETS = ("client_id", "client_secret", "login", "password")


def test_each_side_sees_its_own_documents_only(
    supplier: Supplier, town_hall: TownHall, odoo_log: ExpectedLog
) -> None:
    invoice_id = integrated_invoice(supplier)
    portal_id = supplier.move(invoice_id)["l10n_fr_chorus_portal_id"]
    bill_id = fetch_bill(town_hall, portal_id)

    assert supplier.odoo.count("l10n_fr_chorus.inbound", []) == 0
    assert town_hall.odoo.count("l10n_fr_chorus.deposit", []) == 0
    with odoo_log.expecting(REFUSAL):
        with pytest.raises(OdooRefusal):
            supplier.move(bill_id)
        with pytest.raises(OdooRefusal):
            town_hall.move(invoice_id)


def test_the_supplier_may_not_fetch_and_gets_no_bill(
    supplier: Supplier, odoo_log: ExpectedLog
) -> None:
    with odoo_log.expecting(REFUSAL), pytest.raises(OdooRefusal):
        supplier.odoo.press("l10n_fr_chorus.inbound", None, "action_fetch_now")
    supplier.stage.wait_until_quiet()

    bills = [("move_type", "in", ("in_invoice", "in_refund"))]
    assert supplier.odoo.count("account.move", bills) == 0


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize("side_class", [Supplier, TownHall])
def test_a_user_cannot_read_the_secrets_of_the_connection(
    stage: Stage, odoo_log: ExpectedLog, side_class: type[Side], name: str
) -> None:
    side = side_class(stage)
    connection_id = side.odoo.one_id("l10n_fr_chorus.connection", [])

    with odoo_log.expecting(REFUSAL), pytest.raises(OdooRefusal):
        side.odoo.read("l10n_fr_chorus.connection", connection_id, name)
