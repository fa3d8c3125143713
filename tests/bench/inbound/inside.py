"""Runs inside Odoo: receiving many invoices, beside the bare creation of the same bills.

All in one process and one run: what the machine does meanwhile slows everything alike.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import requests

from odoo import sql_db

from . import memory
from .town_hall import LINES, TownHall

TIMEOUT = (5.0, 120.0)
WARM_UP = 20
# Bills created together, by the inbox and by hand.
BATCH = 20
# Files uploaded the way of core: each takes half a second and more.
UPLOADED = 40
# The bills of the table, and so many rounds more of a few bills each.
ROUNDS = 5
ROUND_BILLS = 2 * BATCH
STEPS = ("_look_around", "_fetch", "_unpack", "_decode", "_read_histories")


@dataclass
class Spent:
    seconds: float = 0.0
    queries: int = 0


def run(
    env: Any, _name: str, portal_url: str, result: str, *, bills: int, large: int
) -> None:
    """:param bills: how many invoices are received
    :param large: how many documents of 10 MB are read for the memory
    """
    hall = TownHall(env, portal_url)
    hall.post(WARM_UP)
    hall.receive()
    pdfs = hall.post(bills)
    before = _calls(portal_url)
    steps, whole = _received(hall)
    calls = {
        name: count - before.get(name, 0)
        for name, count in _calls(portal_url).items()
        if count > before.get(name, 0)
    }
    moves = hall.bills(bills)
    raw = _raw(env, moves)
    ratios = [steps["_decode"].seconds / raw.seconds, *_more_ratios(hall)]
    found = {
        "bills": len(moves),
        "lines": LINES,
        "steps": {name: vars(spent) for name, spent in steps.items()},
        "whole": vars(whole),
        "raw": vars(raw),
        "ratios": ratios,
        "core": vars(_core(hall, dict(list(pdfs.items())[:UPLOADED]))),
        "uploaded": min(bills, UPLOADED),
        "structures": len(hall.connection.structure_ids),
        "calls": calls,
        "memory": memory.measure(hall, large),
    }
    Path(result).write_text(json.dumps(found), encoding="utf-8")


def _received(hall: TownHall) -> tuple[dict[str, Spent], Spent]:
    steps = {step: Spent() for step in STEPS}
    with _measured(hall.inbox, steps):
        whole = _timed(hall.receive)
    return steps, whole


def _more_ratios(hall: TownHall) -> list[float]:
    """Time of our bills by that of the bare ones, round after round, each measured
    right after the other: a moment's noise spoils one round."""
    found = []
    for _each in range(ROUNDS - 1):
        hall.post(ROUND_BILLS)
        steps, _whole = _received(hall)
        raw = _raw(hall.env, hall.bills(ROUND_BILLS))
        found.append(steps["_decode"].seconds / raw.seconds)
    return found


def _raw(env: Any, moves: Any) -> Spent:
    """The same bills by `create`, in batches of the same size, and nothing else."""
    values = [_values(move) for move in moves]
    env.invalidate_all()

    def create() -> None:
        for first in range(0, len(values), BATCH):
            env["account.move"].create(values[first : first + BATCH])
            env.flush_all()

    return _undone(env, create)


def _values(move: Any) -> dict[str, Any]:
    return {
        "move_type": move.move_type,
        "company_id": move.company_id.id,
        "partner_id": move.partner_id.id,
        "currency_id": move.currency_id.id,
        "journal_id": move.journal_id.id,
        "ref": f"{move.ref}-RAW",
        "invoice_date": move.invoice_date,
        "invoice_line_ids": [
            (
                0,
                0,
                {
                    "name": line.name,
                    "quantity": line.quantity,
                    "price_unit": line.price_unit,
                    "tax_ids": [(6, 0, line.tax_ids.ids)],
                },
            )
            for line in move.invoice_line_ids
        ],
    }


def _core(hall: TownHall, pdfs: dict[str, bytes]) -> Spent:
    """The same files uploaded on the journal, as a person would without the portal."""
    env = hall.env
    attachments = env["ir.attachment"].create(
        [{"name": name, "raw": content} for name, content in pdfs.items()]
    )
    env.flush_all()
    journal = hall.journal.with_context(default_move_type="in_invoice")

    def upload() -> None:
        for first in range(0, len(attachments), BATCH):
            part = attachments[first : first + BATCH]
            journal._create_document_from_attachment(part.ids)
            env.flush_all()

    return _undone(env, upload)


def _undone(env: Any, work: Any) -> Spent:
    env.cr.commit()
    try:
        return _timed(work)
    finally:
        env.cr.rollback()
        env.invalidate_all()


def _timed(work: Any) -> Spent:
    queries, start = sql_db.sql_counter, time.perf_counter()
    work()
    return Spent(time.perf_counter() - start, sql_db.sql_counter - queries)


@contextmanager
def _measured(inbox: Any, steps: dict[str, Spent]) -> Iterator[None]:
    """Each step of the receiver with its own clock."""
    model = type(inbox)
    patches = [
        patch.object(model, name, _clocked(getattr(model, name), spent))
        for name, spent in steps.items()
    ]
    for one in patches:
        one.start()
    try:
        yield
    finally:
        for one in patches:
            one.stop()


def _clocked(step: Any, spent: Spent) -> Any:
    def clocked(records: Any, *args: Any, **more: Any) -> Any:
        queries, start = sql_db.sql_counter, time.perf_counter()
        try:
            return step(records, *args, **more)
        finally:
            records.env.flush_all()
            spent.seconds += time.perf_counter() - start
            spent.queries += sql_db.sql_counter - queries

    return clocked


def _calls(portal_url: str) -> dict[str, int]:
    answer = requests.get(f"{portal_url}/simulator/api/calls", timeout=TIMEOUT)
    counts: dict[str, int] = answer.json()["counts"]
    return {name: count for name, count in counts.items() if "/" in name}
