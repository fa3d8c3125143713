"""Every page a person opens can be shown with the rights that person has."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import requests
from lxml import etree

from demo import world
from demo.main_job import fetch_bill, main_job
from demo.protocol import Protocol
from demo.screenshots import take_pictures
from demo.sides import Supplier, TownHall
from demo.stage import Stage
from e2e.journeys import integrated_invoice, on_portal
from platform_kit.odoo_client import OdooClient
from platform_kit.servers import TIMEOUT

PAGES = (
    "l10n_fr_chorus_body_action",
    "l10n_fr_chorus_connection_action",
    "l10n_fr_chorus_correction_action",
    "l10n_fr_chorus_deposit_action",
    "l10n_fr_chorus_event_action",
    "l10n_fr_chorus_inbound_action",
    "l10n_fr_chorus_posting_rule_action",
    "l10n_fr_chorus_receivable_action",
    "l10n_fr_chorus_refusal_reason_action",
    "l10n_fr_chorus_service_action",
    "l10n_fr_chorus_stage_report_action",
    "l10n_fr_chorus_structure_action",
    "l10n_fr_chorus_treatment_action",
)
# Opened by a button, not by the menu.
FORMS = (
    "l10n_fr_chorus.inbound.fetch",
    "l10n_fr_chorus.inbound.import",
    "l10n_fr_chorus.treatment.wizard",
)
# Bytes of a PNG with nothing on it; a page of text has several times as many.
BLANK_PICTURE = 12_000
# Fields inside another field belong to the lines of that one.
OWN_FIELDS = "//field[not(ancestor::field)]"


def fields_of(arch: str) -> dict[str, dict[str, Any]]:
    """What a view reads of its own model, as the web client asks for it."""
    root = etree.fromstring(arch)
    return {str(node.get("name")): {} for node in root.xpath(OWN_FIELDS)}


def show_form(odoo: OdooClient, model: str, record_id: int) -> dict[str, Any]:
    """Read all that the form of a record shows; OdooRefusal when it may not be read."""
    views = odoo.call(model, "get_views", [[False, "form"]])["views"]
    names = fields_of(views["form"]["arch"])
    [row] = odoo.call(model, "web_read", [record_id], specification=names)
    return dict(row)


def show_list(odoo: OdooClient, action: str) -> list[dict[str, Any]]:
    """Open a menu entry and read the list it shows."""
    opened = odoo.open_action(f"l10n_fr_chorus_exchange.{action}")
    model = opened["res_model"]
    asked = [view for view in opened["views"] if view[1] in ("list", "form")]
    views = odoo.call(model, "get_views", asked)["views"]
    found = odoo.call(
        model, "web_search_read", [], specification=fields_of(views["list"]["arch"])
    )
    return list(found["records"])


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("company", world.COMPANIES, ids=lambda c: c.user.login)
def test_an_invoicing_user_can_open_each_page_of_the_menu(
    stage: Stage, company: world.Company, page: str
) -> None:
    odoo = stage.log_in(company.user)

    for row in show_list(odoo, page):
        model = odoo.open_action(f"l10n_fr_chorus_exchange.{page}")["res_model"]
        show_form(odoo, model, row["id"])
        break


@pytest.mark.parametrize("model", FORMS)
def test_an_invoicing_user_can_open_each_window_of_a_button(
    stage: Stage, model: str
) -> None:
    odoo = stage.log_in(world.TOWN_HALL.user)
    views = odoo.call(model, "get_views", [[False, "form"]])["views"]
    fields = fields_of(views["form"]["arch"])

    opened = odoo.call(model, "onchange", [], {}, [], fields)

    assert set(opened["value"]) <= set(fields)


def test_both_sides_can_open_their_forms(
    supplier: Supplier, town_hall: TownHall
) -> None:
    invoice_id = integrated_invoice(supplier)
    invoice = show_form(supplier.odoo, "account.move", invoice_id)
    bill_id = fetch_bill(town_hall, invoice["l10n_fr_chorus_portal_id"])
    bill = show_form(town_hall.odoo, "account.move", bill_id)

    assert bill["ref"] == invoice["name"]
    show_form(supplier.odoo, "res.partner", supplier.customer_id)


def test_the_page_of_the_portal_shows_the_invoice(
    stage: Stage, supplier: Supplier
) -> None:
    invoice = supplier.move(integrated_invoice(supplier))

    page = requests.get(stage.simulator.url, timeout=TIMEOUT)

    assert page.status_code == 200
    assert invoice["name"] in page.text
    assert len(on_portal(stage, invoice["name"])) == 1


def test_every_page_shows_in_chromium_without_an_error(
    stage: Stage, supplier: Supplier, town_hall: TownHall, tmp_path: Path
) -> None:
    main_job(supplier, town_hall, Protocol())

    pictures = take_pictures(stage, tmp_path)

    assert len(pictures) >= 10
    assert all(path.stat().st_size > BLANK_PICTURE for path in pictures)
