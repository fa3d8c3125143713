"""Thousands of open invoices, the same in Odoo and on the simulator."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import Any

from odoo.tools import SQL

DAY = 86400.0
# When they were put at the recipient's disposal: nothing of the last days.
AGE = 10 * DAY
_SERIES = """
WITH RECURSIVE series(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < ?)
INSERT INTO invoice ({names}) SELECT {values} FROM invoice, series
WHERE id = ? AND n < ?
"""


class Portal:
    """The simulator's file, written beside its process."""

    def __init__(self, state: Path) -> None:
        self._store = sqlite3.connect(state, timeout=60.0)
        self._store.row_factory = sqlite3.Row

    def copy(self, portal_id: int, count: int) -> list[int]:
        """:return: the ids of ``count`` invoices like that one, itself included"""
        then = time.time() - AGE
        store = self._store
        [base] = store.execute("SELECT max(id) FROM invoice").fetchone()
        names = [row["name"] for row in store.execute("PRAGMA table_info(invoice)")]
        values = {name: name for name in names}
        values |= {"id": f"{base} + n", "number": "'BENCH' || n", "flow": "flow || n"}
        with store:
            store.execute(
                "UPDATE invoice SET status_at = ?, deposited = ?, created = ? "
                "WHERE id = ?",
                (then, then, then, portal_id),
            )
            # Names of columns, no values.
            query = _SERIES.format(
                names=", ".join(names), values=", ".join(values[one] for one in names)
            )
            store.execute(query, (count, portal_id, count))
            store.execute(
                "INSERT INTO status_event (invoice_id, status, at) SELECT id, status, "
                "status_at FROM invoice WHERE id > ?",
                (base,),
            )
        return [portal_id, *range(base + 1, base + count)]

    def change(self, ids: list[int], status: str) -> None:
        now = time.time()
        with self._store as store:
            store.executemany(
                "UPDATE invoice SET status = ?, status_at = ? WHERE id = ?",
                [(status, now, one) for one in ids],
            )
            store.executemany(
                "INSERT INTO status_event (invoice_id, status, at) VALUES (?, ?, ?)",
                [(one, status, now) for one in ids],
            )


def copy_invoices(env: Any, portal: Portal, move: Any, count: int) -> list[int]:
    """:return: the portal ids of ``count`` open invoices known to both sides"""
    first = int(move.l10n_fr_chorus_portal_id)
    ids = portal.copy(first, count)
    env.flush_all()
    base = ids[1] - 1 if count > 1 else first
    _copy(
        env,
        "account_move",
        move.id,
        SQL("generate_series(1, %s) AS n", count - 1),
        {
            "name": SQL("'BENCH' || n"),
            "l10n_fr_chorus_portal_id": SQL("(%s + n)::varchar", base),
            "sequence_number": SQL("%s + n", 10_000_000),
        },
    )
    deposit = move.l10n_fr_chorus_deposit_ids
    _copy(
        env,
        "l10n_fr_chorus_deposit",
        deposit.id,
        SQL("(SELECT * FROM account_move WHERE name LIKE %s) AS copy", "BENCH%"),
        {
            "name": SQL("copy.name"),
            "move_id": SQL("copy.id"),
            "portal_id": SQL("copy.l10n_fr_chorus_portal_id"),
        },
    )
    env.cr.commit()
    env.cr.execute("ANALYZE")
    env.invalidate_all()
    return ids


def _copy(env: Any, table: str, id_: int, times: SQL, new: dict[str, SQL]) -> None:
    """One row again and again, some of its columns new."""
    env.cr.execute(
        SQL(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s "
            "AND column_name != 'id'",
            table,
        )
    )
    names = [name for [name] in env.cr.fetchall()]
    columns = SQL(", ").join(SQL.identifier(name) for name in names)
    values = SQL(", ").join(
        new.get(name) or SQL.identifier("model", name) for name in names
    )
    env.cr.execute(
        SQL(
            "INSERT INTO %s (%s) SELECT %s FROM %s AS model, %s WHERE model.id = %s",
            SQL.identifier(table),
            columns,
            values,
            SQL.identifier(table),
            times,
            id_,
        )
    )
