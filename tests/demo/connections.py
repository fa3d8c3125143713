"""Each company gets its access to the portal, and tests it."""

from __future__ import annotations

from typing import Any

from demo import world
from demo.protocol import Protocol, expect
from demo.stage import Stage
from platform_kit.odoo_client import OdooClient
from simulator import seed


def connect(stage: Stage, protocol: Protocol) -> None:
    """As the administrator does once: addresses, secrets, *Test the connection*."""
    admin = stage.log_in(world.ADMIN)
    # Reports find their style sheets under this address, whatever the port.
    for parameter in ("web.base.url", "report.url"):
        admin.call("ir.config_parameter", "set_param", parameter, stage.odoo.url)
    for company in world.COMPANIES:
        with protocol.step(f"Connection of {company.name}: test") as step:
            connection = test_connection(stage, admin, company)
            step.saw(connection["last_message"] or "")
            expect(connection["state"] == "ok", f"state {connection['state']}")


def demo_data(stage: Stage, protocol: Protocol) -> None:
    """The button *Demo data*: public bodies to look for, drafts to look at."""
    admin = stage.log_in(world.ADMIN)
    connection_id = admin.one_id("l10n_fr_chorus.connection", [("can_send", "=", True)])
    with protocol.step("Demo data at one press") as step:
        action = admin.press(
            "l10n_fr_chorus.connection", connection_id, "action_demo_data"
        )
        drafts = admin.search("account.move", action["domain"], "state")
        step.saw(f"{len(drafts)} draft invoices to public bodies")
        expect(drafts, "there are no invoices")
        expect({row["state"] for row in drafts} == {"draft"}, "not all are drafts")


def test_connection(
    stage: Stage, admin: OdooClient, company: world.Company
) -> dict[str, Any]:
    """The connection of a company, made if it is missing, after its test."""
    company_id = admin.one_id("res.company", [("company_registry", "=", company.siret)])
    admin.in_companies(company_id)
    found = admin.search("l10n_fr_chorus.connection", [("company_id", "=", company_id)])
    connection_id = (
        found[0]["id"]
        if found
        else admin.create(
            "l10n_fr_chorus.connection",
            {
                "name": f"Chorus Pro — {company.name}",
                "company_id": company_id,
                "environment": "custom",
                "base_url": stage.simulator.url,
                "client_id": seed.CLIENT_ID,
                "client_secret": seed.CLIENT_SECRET,
                "login": company.account,
                "password": seed.ACCOUNTS[company.account],
                "can_send": company.can_send,
                "can_receive": company.can_receive,
            },
        )
    )
    admin.press("l10n_fr_chorus.connection", connection_id, "action_test_connection")
    return admin.read(
        "l10n_fr_chorus.connection", connection_id, "state", "last_message"
    )
