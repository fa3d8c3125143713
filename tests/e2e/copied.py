"""Runs inside Odoo: a database connected to production, or a copy of one.

``python -m e2e.copied DATABASE PORTAL ORDER`` takes the simulator at ``PORTAL`` for the
real Chorus Pro, carries one order out and prints one line of JSON: how the database sees
its deposits and its connection.

- ``queue``: connect to it and send an invoice, which stays in the queue
- ``run``: the scheduler runs all actions that are due
- ``vouch``: an administrator says that this is the real database; then ``run``
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

import odoo
from odoo import api
from odoo.modules.registry import Registry

from odoo.addons.base.models.ir_cron import IrCron

from e2e import mortal

ONE_FILE = {"count": 1, "grouped": False, "annex": "", "sent": True}


def main(database: str, portal: str, order: str) -> None:
    # Whatever Odoo prints goes to its log; the answer has the line for itself.
    answer = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    odoo.tools.config.parse_config(
        [f"--database={database}", "--no-http", "--max-cron-threads=0"]
    )
    odoo.service.server.load_server_wide_modules()
    Registry(database)
    _make_real(portal)
    if order == "queue":
        _queue(database, portal)
    elif order == "vouch":
        _vouch(database)
    if order in ("run", "vouch"):
        _run(database)
    with Registry(database).cursor() as cr:
        answer.write(json.dumps(_seen(cr)) + "\n")
    answer.close()


def _make_real(portal: str) -> None:
    """The simulator is the real portal for this process."""
    from odoo.addons.l10n_fr_chorus_exchange.lib.chorus_pro import environment

    environment.PRODUCTION = environment.Environment(
        name="production", token_url=portal + environment.TOKEN_PATH, api_url=portal
    )


def _queue(database: str, portal: str) -> None:
    said: dict[str, Any] = {}
    mortal.prepare(database, {"portal": portal}, None, said.update)
    mortal.make(database, ONE_FILE, None, said.update)


def _vouch(database: str) -> None:
    with Registry(database).cursor() as cr:
        _connection(cr).action_real_database()


def _run(database: str) -> None:
    with Registry(database).cursor() as cr:
        cr.execute("UPDATE l10n_fr_chorus_deposit SET next_try_at = NULL")
        cr.execute("UPDATE ir_cron SET nextcall = now() - interval '1 hour'")
    IrCron._process_jobs(database)


def _connection(cr: Any) -> Any:
    env = api.Environment(cr, api.SUPERUSER_ID, {})
    return env["l10n_fr_chorus.connection"].search([], limit=1)


def _seen(cr: Any) -> dict[str, Any]:
    connection = _connection(cr)
    deposits = connection.env["l10n_fr_chorus.deposit"].search([])
    return {
        "states": deposits.mapped("state"),
        "is_away": connection.is_away,
        "sentence": connection.away_message or "",
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
