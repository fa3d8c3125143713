"""Lives of a town hall's inbox, for ``e2e.mortal``: received, answered, and what is left."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from odoo import api
from odoo.modules.registry import Registry

from odoo.addons.base.models.ir_cron import IrCron

from demo import world
from simulator import seed

ADDON = "l10n_fr_chorus_exchange"
CRONS = ("ir_cron_receive", "ir_cron_answer")
ANSWERS = ("SERVICE_FAIT", "MANDATEE")
OPEN_ANSWERS = ("ready", "sending", "unknown")
# Hours after which everything must be settled.
MOST_HOURS = 12
HOUR_PASSES = """
UPDATE l10n_fr_chorus_inbound SET next_try_at = next_try_at - interval '1 hour';
UPDATE l10n_fr_chorus_treatment SET sent_at = sent_at - interval '1 hour',
       next_try_at = next_try_at - interval '1 hour'
 WHERE state IN ('ready', 'sending', 'unknown');
UPDATE l10n_fr_chorus_connection SET pause_until = pause_until - interval '1 hour',
       looked_at = looked_at - interval '1 hour';
UPDATE ir_cron SET nextcall = nextcall - interval '1 hour' WHERE active;
UPDATE ir_cron_trigger SET call_at = call_at - interval '1 hour';
"""

Order = dict[str, Any]
Tell = Callable[..., None]


def prepare(database: str, order: Order, _commits: Any, tell: Tell) -> None:
    """The connection of the town hall, and only the crons it takes."""
    with Registry(database).cursor() as cr:
        env = api.Environment(cr, api.SUPERUSER_ID, {"lang": world.LANGUAGE})
        (env["ir.cron"].search([]) - _crons(env)).active = False
        connection = env["l10n_fr_chorus.connection"].create(
            {
                "name": "Chorus Pro",
                "company_id": _company(env).id,
                "environment": "custom",
                "base_url": order["portal"],
                "client_id": seed.CLIENT_ID,
                "client_secret": seed.CLIENT_SECRET,
                "login": world.TOWN_HALL.account,
                "password": seed.ACCOUNTS[world.TOWN_HALL.account],
                "can_receive": True,
            }
        )
        connection.action_test_connection()
        tell(state=connection.state)


def work(database: str, order: Order, commits: Any, tell: Tell) -> None:
    """The scheduler runs, hour after hour, until everything is settled."""
    tell(found=_looked(database, order, commits))
    for _hour in range(MOST_HOURS):
        _beside(database, commits, lambda cr: cr.execute(HOUR_PASSES))
        IrCron._process_jobs(database)
        seen = _looked(database, order, commits)
        if all(_is_settled(one) for one in seen):
            break
    tell(left=seen)


def decide(database: str, order: Order, _commits: Any, _tell: Tell) -> None:
    """The town hall answers each invoice; nothing has left yet."""
    with Registry(database).cursor() as cr:
        for document in _documents(cr, order["documents"]):
            for target in ANSWERS:
                document.env["l10n_fr_chorus.treatment"]._queue(document, target)


def _looked(database: str, order: Order, commits: Any) -> list[Order]:
    """What the database holds of each document that waits on the portal."""
    seen: list[Order] = []

    def look(cr: Any) -> None:
        found = _documents(cr, order["documents"])
        for portal_id in order["documents"]:
            one = found.filtered(lambda d, wanted=portal_id: d.portal_id == wanted)
            seen.append(_seen(one, portal_id))

    _beside(database, commits, look)
    return seen


def _seen(document: Any, portal_id: str) -> Order:
    moves = document.env["account.move"].search(
        [
            ("company_id", "=", _company(document.env).id),
            ("move_type", "=", "in_invoice"),
            ("ref", "in", document.mapped("number")),
        ]
    )
    files = document.env["ir.attachment"].search(
        [("res_model", "=", "account.move"), ("res_id", "in", moves.ids)]
    )
    answers = document.treatment_ids.sorted("id")
    return {
        "portal_id": portal_id,
        "records": len(document),
        "state": document[:1].state or "not seen",
        "reason": document[:1].reason or "",
        "bills": len(moves),
        "is_linked": document.move_id == moves,
        "total": str(moves[:1].amount_total),
        "files": files.mapped("name"),
        "statuses": sorted(
            {
                document[:1].portal_status or "",
                moves[:1].l10n_fr_chorus_status or "",
            }
        ),
        "due": any(document.mapped("history_due")),
        "answers": [[one.target, one.state, one.error or ""] for one in answers],
        "cron_failures": sum(_crons(document.env).mapped("failure_count")),
    }


def _is_settled(seen: Order) -> bool:
    return (
        seen["state"] not in ("not seen", "seen", "fetched")
        and not seen["due"]
        and not any(state in OPEN_ANSWERS for _target, state, _e in seen["answers"])
    )


def _beside(database: str, commits: Any, action: Callable[[Any], None]) -> None:
    """Not a part of the life: nobody dies of it."""
    commits.is_counting = False
    with Registry(database).cursor() as cr:
        action(cr)
    commits.is_counting = True


def _documents(cr: Any, portal_ids: list[str]) -> Any:
    env = api.Environment(cr, api.SUPERUSER_ID, {"lang": world.LANGUAGE})
    return env["l10n_fr_chorus.inbound"].search([("portal_id", "in", portal_ids)])


def _company(env: Any) -> Any:
    return env["res.company"].search([("company_registry", "=", world.TOWN_HALL.siret)])


def _crons(env: Any) -> Any:
    return env["ir.cron"].browse(env.ref(f"{ADDON}.{name}").id for name in CRONS)


ORDERS = {"prepare inbox": prepare, "decide": decide, "work inbox": work}
