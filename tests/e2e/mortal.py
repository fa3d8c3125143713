"""Runs inside Odoo: lives of invoices, each in a process that may be killed.

``python -m e2e.mortal DATABASE`` reads one order per line and answers each by one line,
both JSON. The registry is loaded once; every life is a fork of it with database
connections of its own, does what a user and the scheduler would do, and dies of SIGKILL
just before or just after the commit it was told. The product knows nothing of this: the
commits are those of the driver of PostgreSQL.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

from psycopg2.extensions import TRANSACTION_STATUS_IDLE

import odoo
from odoo import api, sql_db
from odoo.modules.registry import Registry

from odoo.addons.base.models.ir_cron import IrCron

from demo import world
from e2e import mortal_inbound
from simulator import seed

ADDON = "l10n_fr_chorus_exchange"
CRONS = ("ir_cron_send", "ir_cron_follow")
# Nobody listens there: printed documents go without their style sheet.
NOBODY = "http://127.0.0.1:9"
SETTLED = ("integrated", "rejected", "refused", "cancelled")
# Hours after which everything must be settled.
MOST_HOURS = 12
# When deposits made in advance would go by themselves.
PARKED = datetime(2200, 1, 1)  # noqa: DTZ001 - as Odoo has them
# One hour has passed: for whoever reads the database, and without waiting.
HOUR_PASSES = """
UPDATE l10n_fr_chorus_deposit SET sent_at = sent_at - interval '1 hour',
       asked_at = asked_at - interval '1 hour',
       next_try_at = next_try_at - interval '1 hour'
 WHERE state NOT IN ('integrated', 'rejected', 'refused', 'cancelled');
UPDATE l10n_fr_chorus_flow SET started_at = started_at - interval '1 hour'
 WHERE state IN ('sending', 'unknown', 'deposited');
UPDATE l10n_fr_chorus_connection SET pause_until = pause_until - interval '1 hour';
UPDATE ir_cron SET nextcall = nextcall - interval '1 hour' WHERE active;
UPDATE ir_cron_trigger SET call_at = call_at - interval '1 hour';
"""

Tell = Callable[..., None]


# -----------------------------------------------------------------------------
# DEATH
# -----------------------------------------------------------------------------


class Commits:
    """Counts the commits of this process and kills it at one of them.

    :param death: ``["before", 3]``: just before the third one; None: no death
    :param tell: gets the place of each commit before anything happens there
    """

    def __init__(self, death: list[Any] | None, tell: Tell) -> None:
        self.death = tuple(death or ())
        self.tell = tell
        self.count = 0
        self.is_counting = True

    def watch(self) -> None:
        commit = sql_db.PsycoConnection.commit

        def counted(connection: Any) -> None:
            nothing_begun = (
                connection.get_transaction_status() == TRANSACTION_STATUS_IDLE
            )
            if nothing_begun or not self.is_counting:
                commit(connection)
                return
            self.count += 1
            self.tell(at=_place())
            self._die("before")
            commit(connection)
            self._die("after")

        sql_db.PsycoConnection.commit = counted

    def _die(self, side: str) -> None:
        if self.death == (side, self.count):
            os.kill(os.getpid(), signal.SIGKILL)


def _place() -> str:
    """Who commits: the innermost function of the add-on, or else of Odoo."""
    frames = traceback.extract_stack()[:-2]
    inner = [one for one in frames if "sql_db" not in one.filename]
    ours = [one for one in inner if f"/{ADDON}/" in one.filename]
    if ours:
        return ours[-1].name
    theirs = [one for one in inner if "/odoo/" in one.filename]
    return f"Odoo: {theirs[-1].name}" if theirs else "the request"


def in_a_process(database: str, order: dict[str, Any]) -> dict[str, Any]:
    """Carry one order out in a fork; what it told, and whether it was killed."""
    # A connection must not be shared by two processes.
    sql_db.close_all()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        _carry_out(database, order, writer)
    os.close(writer)
    with os.fdopen(reader) as told:
        lines = [json.loads(line) for line in told]
    _pid, status = os.waitpid(child, 0)
    answer: dict[str, Any] = {"places": [one.pop("at") for one in lines if "at" in one]}
    for one in lines:
        answer.update(one)
    answer["killed"] = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    answer["failed"] = not answer["killed"] and status != 0
    return answer


def _carry_out(database: str, order: dict[str, Any], writer: int) -> None:
    """Never returns: the process ends here."""

    def tell(**said: Any) -> None:
        os.write(writer, (json.dumps(said) + "\n").encode())

    status = 1
    try:
        commits = Commits(order.get("death"), tell)
        commits.watch()
        Registry(database).check_signaling()
        ORDERS[order["do"]](database, order, commits, tell)
        status = 0
    except BaseException:  # noqa: BLE001 - told, and the process ends here
        traceback.print_exc()
    finally:
        # As little as possible: no clean-up that a real end would not have either.
        os._exit(status)


# -----------------------------------------------------------------------------
# LIFE
# -----------------------------------------------------------------------------


def send(database: str, order: dict[str, Any], commits: Commits, tell: Tell) -> None:
    """A person presses *Send & Print* on each invoice that is not on its way."""
    tell(found=_looked(database, order, commits))
    with Registry(database).cursor() as cr:
        for move in _moves(cr, order["invoices"]):
            if not _deposit(move):
                _press_send(move)


def follow(database: str, order: dict[str, Any], commits: Commits, tell: Tell) -> None:
    """The scheduler runs, hour after hour, until everything is settled."""
    tell(found=_looked(database, order, commits))
    _unpark(database, order, commits)
    for _hour in range(MOST_HOURS):
        _pass_an_hour(database, commits)
        IrCron._process_jobs(database)
        seen = _looked(database, order, commits)
        if all(one["state"] in SETTLED and not one["due"] for one in seen):
            break
    tell(left=seen)


def _press_send(move: Any) -> None:
    wizard = (
        move.env["account.move.send.wizard"]
        .with_context(active_model="account.move", active_ids=move.ids)
        .create({"move_id": move.id})
    )
    wizard.action_send_and_print()


def _moves(cr: Any, ids: list[int]) -> Any:
    """The invoices, as the user of the supplier sees them."""
    env = api.Environment(cr, api.SUPERUSER_ID, {})
    user = env["res.users"].search([("login", "=", world.SUPPLIER.user.login)])
    return env(user=user.id, context={"lang": world.LANGUAGE})["account.move"].browse(
        ids
    )


def _deposit(move: Any) -> Any:
    return move.env["l10n_fr_chorus.deposit"].search([("move_id", "in", move.ids)])


def _looked(
    database: str, order: dict[str, Any], commits: Commits
) -> list[dict[str, Any]]:
    """What the database holds of each invoice."""
    commits.is_counting = False
    with Registry(database).cursor() as cr:
        seen = [_seen(move) for move in _moves(cr, order["invoices"])]
    commits.is_counting = True
    return seen


def _seen(move: Any) -> dict[str, Any]:
    deposits = _deposit(move).sudo()
    last = deposits[:1]
    return {
        "number": move.name,
        "state": last.state or "not sent",
        "deposits": len(deposits),
        "flows": sorted(deposits.flow_ids.mapped("state")),
        "error": last.error or "",
        "portal_id": move.sudo().l10n_fr_chorus_portal_id or "",
        "status": move.sudo().l10n_fr_chorus_status or "",
        "due": bool(last) and move.sudo().l10n_fr_chorus_history_due,
        "cron_failures": sum(_crons(move.sudo().env).mapped("failure_count")),
    }


def _pass_an_hour(database: str, commits: Commits) -> None:
    commits.is_counting = False
    with Registry(database).cursor() as cr:
        cr.execute(HOUR_PASSES)
    commits.is_counting = True


def _unpark(database: str, order: dict[str, Any], commits: Commits) -> None:
    """Deposits were made in advance, for many lives: those of this one may go."""
    commits.is_counting = False
    with Registry(database).cursor() as cr:
        cr.execute(
            """UPDATE l10n_fr_chorus_deposit SET next_try_at = NULL
                WHERE move_id = ANY(%s) AND next_try_at > %s""",
            [order["invoices"], PARKED - timedelta(days=365)],
        )
    commits.is_counting = True


# -----------------------------------------------------------------------------
# BEFORE
# -----------------------------------------------------------------------------


def prepare(database: str, order: dict[str, Any], _commits: Any, tell: Tell) -> None:
    """The connection of the supplier, its customer, and only the crons it takes."""
    with Registry(database).cursor() as cr:
        env = api.Environment(cr, api.SUPERUSER_ID, {"lang": world.LANGUAGE})
        for name in ("web.base.url", "report.url"):
            env["ir.config_parameter"].set_param(name, NOBODY)
        (env["ir.cron"].search([]) - _crons(env)).active = False
        connection = env["l10n_fr_chorus.connection"].create(
            {
                "name": "Chorus Pro",
                "company_id": env.ref("base.main_company").id,
                "environment": "custom",
                "base_url": order["portal"],
                "client_id": seed.CLIENT_ID,
                "client_secret": seed.CLIENT_SECRET,
                "login": world.SUPPLIER.account,
                "password": seed.ACCOUNTS[world.SUPPLIER.account],
                "can_send": True,
            }
        )
        connection.action_test_connection()
        _customer(env).action_l10n_fr_chorus_lookup()
        tell(state=connection.state)


def make(database: str, order: dict[str, Any], _commits: Any, tell: Tell) -> None:
    """Posted invoices, as the next lives are about; sent already, where that is asked."""
    with Registry(database).cursor() as cr:
        moves = _moves(cr, [])
        env = moves.env
        company = env.user.company_id.sudo()
        connection = env["l10n_fr_chorus.connection"].sudo()._for_company(company)
        connection.group_deposits = order["grouped"]
        product = env["product.product"].search(
            [("name", "=", world.PRODUCTS[0][0])], limit=1
        )
        described = {
            "move_type": "out_invoice",
            "partner_id": _customer(env).id,
            "buyer_reference": world.SERVICE,
            "purchase_order_reference": world.ENGAGEMENT,
            "invoice_line_ids": [(0, 0, {"product_id": product.id, "quantity": 3})],
        }
        made = moves.create([described] * order["count"])
        made.action_post()
        if order["annex"]:
            for move in made:
                move.l10n_fr_chorus_attachment_ids = env["ir.attachment"].create(
                    {
                        "name": order["annex"],
                        "raw": b"PK\x03\x04",
                        "res_model": move._name,
                        "res_id": move.id,
                    }
                )
        if order["sent"]:
            with _one_paper(env):
                for move in made:
                    _press_send(move)
            _deposit(made).sudo().next_try_at = PARKED
        tell(invoices=made.ids)


@contextmanager
def _one_paper(env: Any) -> Iterator[None]:
    """All printed alike: most of the time of sending would go into printing."""
    report = type(env["ir.actions.report"])
    printed: list[bytes] = []
    prints = report._run_wkhtmltopdf

    def print_once(self: Any, *papers: Any, **options: Any) -> bytes:
        if not printed:
            printed.append(prints(self, *papers, **options))
        return printed[0]

    with patch.object(report, "_run_wkhtmltopdf", print_once):
        yield


def _crons(env: Any) -> Any:
    return env["ir.cron"].browse(env.ref(f"{ADDON}.{name}").id for name in CRONS)


def _customer(env: Any) -> Any:
    return env["res.partner"].search(
        [
            ("company_registry", "=", world.TOWN_HALL.siret),
            ("parent_id", "=", False),
        ],
        limit=1,
    )


ORDERS = {
    "prepare": prepare,
    "make": make,
    "send": send,
    "follow": follow,
    **mortal_inbound.ORDERS,
}


def main(database: str) -> None:
    # Whatever Odoo prints goes to its log; answers have the line for themselves.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    odoo.tools.config.parse_config(
        [f"--database={database}", "--no-http", "--max-cron-threads=0"]
    )
    odoo.service.server.load_server_wide_modules()
    Registry(database)
    for line in sys.stdin:
        answer = in_a_process(database, json.loads(line))
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main(sys.argv[1])
