"""Runs inside Odoo: following many open invoices of which few changed.

The invoices are copies of one that went the whole way, made in SQL on both sides: what
follows a status reads the invoice's own row, and 50,000 are not made otherwise in time.
"""

from __future__ import annotations

import json
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import requests

from odoo import sql_db
from odoo.tools import SQL

from ..company import Bench, small_pdf
from .many import Portal, copy_invoices

# A hundredth of them changes between two runs.
SHARE = 100
# Histories really asked for, to know what one call per invoice costs.
PROBES = 30
TIMEOUT = (5.0, 60.0)
# Each run moves other invoices, each to a status that follows the one before.
STATUSES = ("SERVICE_FAIT", "MANDATEE", "COMPTABILISEE")


def run(
    env: Any,
    _name: str,
    portal_url: str,
    result: str,
    *,
    open_invoices: int,
    latencies: list[float],
    state: str,
) -> None:
    """:param latencies: seconds added to each call
    :param state: the simulator's file
    """
    bench = Bench(env, portal_url)
    connection = bench.connect()
    portal = Portal(Path(state))
    move = _one_invoice(bench, portal_url)
    ids = copy_invoices(env, portal, move, open_invoices)
    env["l10n_fr_chorus.deposit"]._cron_follow()
    env.cr.commit()
    rows = [
        _measure(env, connection, portal, portal_url, ids, latency, status)
        for latency, status in zip(latencies, STATUSES, strict=False)
    ]
    Path(result).write_text(json.dumps(rows), encoding="utf-8")


def _one_invoice(bench: Bench, portal_url: str) -> Any:
    requests.post(
        f"{portal_url}/simulator/api/settings",
        json={"thorough": False},
        timeout=TIMEOUT,
    ).raise_for_status()
    env = bench.env
    move = bench.invoices(1, 3)
    document = move._l10n_fr_chorus_document(small_pdf(), env["ir.attachment"])
    deposits = env["l10n_fr_chorus.deposit"].sudo()
    deposit = deposits._freeze(move, document)
    env.cr.commit()
    deposits._cron_send()
    deposit.next_try_at = False
    env.cr.commit()
    deposits._cron_follow()
    env.cr.commit()
    if deposit.state != "integrated":
        raise AssertionError(f"the first invoice was not integrated: {deposit.state}")
    return move


def _measure(
    env: Any,
    connection: Any,
    portal: Portal,
    portal_url: str,
    ids: list[int],
    latency: float,
    status: str,
) -> dict[str, Any]:
    changed = ids[::SHARE] if len(ids) >= SHARE else ids[:1]
    portal.change(changed, status)
    env.invalidate_all()
    with _slow(connection, latency):
        calls, queries = _calls(portal_url), sql_db.sql_counter
        start = time.perf_counter()
        env["l10n_fr_chorus.deposit"]._cron_follow()
        env.cr.commit()
        spent = time.perf_counter() - start
        calls, queries = _calls(portal_url) - calls, sql_db.sql_counter - queries
        each = _one_by_one(connection, ids)
    known = _how_many(env, status)
    if known != len(changed):
        raise AssertionError(f"{len(changed)} changed, {known} seen")
    return {
        "open": len(ids),
        "changed": len(changed),
        "latency_ms": round(latency * 1000),
        "calls": calls,
        "queries": queries,
        "seconds": spent,
        "each_calls": len(ids),
        "each_seconds": each * len(ids),
    }


def _one_by_one(connection: Any, ids: list[int]) -> float:
    """Seconds of one question about one invoice, the mean of some."""
    from odoo.addons.l10n_fr_chorus_exchange.lib.chorus_pro.services import invoices

    client = connection._client()
    probes = ids[:PROBES]
    start = time.perf_counter()
    for portal_id in probes:
        invoices.history(client, portal_id)
    return (time.perf_counter() - start) / len(probes)


def _how_many(env: Any, status: str) -> int:
    env.cr.execute(
        SQL(
            "SELECT count(*) FROM account_move WHERE l10n_fr_chorus_status = %s", status
        )
    )
    [[count]] = env.cr.fetchall()
    return int(count)


@contextmanager
def _slow(connection: Any, latency: float) -> Any:
    """Every call takes so much longer, as over a real line."""
    from odoo.addons.l10n_fr_chorus_exchange.lib.chorus_pro.transport import (
        RequestsTransport,
    )

    wire = RequestsTransport()

    class Far:
        def send(self, request: Any) -> Any:
            time.sleep(latency)
            return wire.send(request)

    far = Far()
    with patch.object(type(connection), "_transport", lambda _self: far):
        yield


def _calls(portal_url: str) -> int:
    answer = requests.get(f"{portal_url}/simulator/api/calls", timeout=TIMEOUT)
    counts = answer.json()["counts"]
    return sum(number for name, number in counts.items() if "/" in name)
