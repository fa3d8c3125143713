"""Several workers on one inbox, each a request of its own."""

from __future__ import annotations

import base64
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from demo import world
from demo.sides import TownHall
from demo.stage import Stage
from e2e.expected_log import ExpectedLog
from e2e.test_concurrency import CONFLICT, LATER
from platform_kit.odoo_client import OdooClient
from simulator.documents import specimens

WORKERS = 3
COUNT = 6
TREAT = "factures/traiter/recue"


def test_three_workers_make_one_bill_of_each_document(
    stage: Stage, town_hall: TownHall, odoo_log: ExpectedLog
) -> None:
    portal_ids = [_drop(stage, f"FW-{rank:03}") for rank in range(COUNT)]

    _together(stage, odoo_log, "l10n_fr_chorus.inbound", "_cron_receive")
    stage.wait_until_quiet()
    documents = town_hall.documents(("portal_id", "in", portal_ids))

    assert sorted(one["portal_id"] for one in documents) == sorted(portal_ids)
    assert {one["state"] for one in documents} == {"imported"}, documents
    assert len({one["move_id"][0] for one in documents}) == COUNT
    for one in documents:
        numbered = town_hall.odoo.count("account.move", [("ref", "=", one["number"])])
        assert numbered == 1, one["number"]


def test_three_workers_tell_each_answer_once(
    stage: Stage, town_hall: TownHall, odoo_log: ExpectedLog
) -> None:
    portal_id = _drop(stage, "FW-101")
    town_hall.fetch_now()
    document = town_hall.wait_for_document(portal_id)
    admin = stage.log_in(world.ADMIN)
    [connection] = admin.search(
        "l10n_fr_chorus.connection", [("can_receive", "=", True)], "id"
    )
    before = stage.simulator.count(TREAT)
    # Nobody may begin before the answer is queued.
    admin.write("l10n_fr_chorus.connection", connection["id"], {"pause_until": LATER})
    _run(
        admin,
        "l10n_fr_chorus.treatment",
        f"model.sudo()._queue(env['l10n_fr_chorus.inbound'].sudo().browse("
        f"{document['id']}), 'MANDATEE')",
    )
    stage.wait_until_quiet()
    admin.write("l10n_fr_chorus.connection", connection["id"], {"pause_until": False})

    _together(stage, odoo_log, "l10n_fr_chorus.treatment", "_cron_answer")
    stage.wait_until_quiet()
    [there] = stage.simulator.get("invoices", id=portal_id)["invoices"]

    told = [one["status"] for one in there["history"] if one["status"] == "MANDATEE"]
    assert told == ["MANDATEE"]
    assert stage.simulator.count(TREAT) == before + 1


def _drop(stage: Stage, number: str) -> str:
    paper = specimens.facturx_pdf(
        specimens.Specimen(number=number, buyer_id=world.TOWN_HALL.siret)
    )
    answer = stage.simulator.drop(
        name=f"{number}.pdf",
        content=base64.b64encode(paper).decode(),
        recipient=world.TOWN_HALL.siret,
        service=world.SERVICE,
    )
    answer.raise_for_status()
    return str(answer.json()["id"])


def _action(client: OdooClient, model: str, code: str) -> int:
    return client.create(
        "ir.actions.server",
        {
            "name": "Now",
            "model_id": client.one_id("ir.model", [("model", "=", model)]),
            "state": "code",
            "code": code,
        },
    )


def _run(client: OdooClient, model: str, code: str) -> None:
    client.call("ir.actions.server", "run", [_action(client, model, code)])


def _together(stage: Stage, odoo_log: ExpectedLog, model: str, method: str) -> None:
    """What the scheduled action does, in requests of their own, beside the scheduler."""
    admin = stage.log_in(world.ADMIN)
    action_id = _action(admin, model, f"model.sudo().{method}()")
    workers = [stage.log_in(world.ADMIN) for _each in range(WORKERS)]
    together = Barrier(WORKERS)

    def work(client: OdooClient) -> None:
        together.wait(timeout=30)
        client.call("ir.actions.server", "run", [action_id])

    with odoo_log.expecting(CONFLICT), ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(work, workers))
