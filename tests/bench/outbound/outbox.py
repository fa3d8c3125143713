"""Runs inside Odoo: from the queue to *integrated*, against the simulator over HTTP."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import requests

from odoo import fields, sql_db

from ..company import Bench, small_pdf

INVOICES = 1000
# Rounds of questions after which something is wrong.
MOST_ROUNDS = 20
TIMEOUT = (5.0, 60.0)


def measure(bench: Bench, count: int = INVOICES) -> list[dict[str, Any]]:
    """One row per way of depositing: one invoice per flow, then grouped.

    :return: rows ``{"what", "invoices", "per_second", "calls", "queries"}``, the last
        two per invoice
    """
    connection = bench.connect()
    # The portal's own checks take longer than all of ours: they are left out.
    requests.post(
        f"{bench.portal_url}/simulator/api/settings",
        json={"thorough": False},
        timeout=TIMEOUT,
    ).raise_for_status()
    rows = []
    for what, grouped in (("one per flow", False), ("grouped", True)):
        connection.group_deposits = grouped
        rows.append({"what": what, **_one_way(bench, count)})
    return rows


def _one_way(bench: Bench, count: int) -> dict[str, Any]:
    env = bench.env
    moves = bench.invoices(count, 3)
    none, pdf = env["ir.attachment"], small_pdf()
    deposits = env["l10n_fr_chorus.deposit"].sudo()
    for move in moves:
        document = move._l10n_fr_chorus_document(pdf, none)
        deposits |= deposits._freeze(move, document)
    env.cr.commit()
    calls, queries = _calls(bench), sql_db.sql_counter
    start = time.perf_counter()
    for _round in range(MOST_ROUNDS):
        deposits._cron_send()
        env.cr.commit()
        deposits._cron_follow()
        env.cr.commit()
        waiting = deposits.filtered(lambda d: d.state != "integrated")
        if not waiting:
            break
        # The next question is due at once: only the rhythm is left out.
        waiting.next_try_at = fields.Datetime.now() - timedelta(seconds=1)
        env.cr.commit()
    else:
        raise AssertionError(f"not integrated: {waiting.mapped('state')}")
    spent = time.perf_counter() - start
    return {
        "invoices": count,
        "per_second": count / spent,
        "calls": (_calls(bench) - calls) / count,
        "queries": (sql_db.sql_counter - queries) / count,
    }


def _calls(bench: Bench) -> int:
    """Calls of the services; the token is asked for once and does not count."""
    answer = requests.get(f"{bench.portal_url}/simulator/api/calls", timeout=TIMEOUT)
    counts = answer.json()["counts"]
    return sum(number for name, number in counts.items() if "/" in name)
