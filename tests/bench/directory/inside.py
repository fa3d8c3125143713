"""Runs inside Odoo: one import, or many searches."""

from __future__ import annotations

import json
import random
import tempfile
import time
from pathlib import Path
from typing import Any

from .made import Made, siret

KIB = 1024
SEARCHES = 40  # of each kind


def run(
    env: Any,
    name: str,
    _portal_url: str,
    result: str,
    *,
    bodies: int,
    services: int,
    odd: int = 0,
    workbook: bool = False,
    empty: bool = False,
) -> None:
    """:param odd: every so many rows are not as they were first
    :param empty: without what was imported before
    """
    made = Made(bodies, services, odd)
    if empty:
        _empty(env)
    found = _search(env, made) if name == "search" else _load(env, made, workbook)
    Path(result).write_text(json.dumps(found), encoding="utf-8")


_TABLES = (
    "l10n_fr_chorus_body_service",
    "l10n_fr_chorus_body",
    "l10n_fr_chorus_body_word",
    "l10n_fr_chorus_body_number",
)


def _empty(env: Any) -> None:
    """As after an installation: no rows, and none that are only marked as deleted."""
    for table in _TABLES:
        env.cr.execute(f"DELETE FROM {table}")  # noqa: S608
    env.cr.commit()
    env.invalidate_all()
    with env.registry.cursor() as cr:
        cr._cnx.set_session(autocommit=True)
        for table in _TABLES:
            cr.execute(f"VACUUM ANALYZE {table}")


def _load(env: Any, made: Made, workbook: bool) -> dict[str, Any]:
    """:return: seconds, those of this process alone, what was written, memory"""
    runs = env["l10n_fr_chorus.directory.import"]
    with tempfile.TemporaryDirectory() as folder:
        write = made.write_workbook if workbook else made.write_csv
        paths = write(Path(folder))
        size = sum(path.stat().st_size for path in paths)
        attachments = env["ir.attachment"].create(
            [{"name": path.name, "raw": path.read_bytes()} for path in paths]
        )
    import_ = runs._start(
        {"name": "Bench", "attachment_ids": [(6, 0, attachments.ids)]}
    )
    env.cr.commit()
    env.invalidate_all()
    _forget_peak()
    base = _resident()
    start, busy = time.perf_counter(), time.process_time()
    while import_._reload().state not in ("done", "failed"):
        import_._bite()
    seconds = time.perf_counter() - start
    if import_.state != "done":
        raise AssertionError(import_.message)
    return {
        "bytes": size,
        "seconds": seconds,
        "busy": time.process_time() - busy,
        "created": import_.created_count,
        "changed": import_.changed_count,
        "closed": import_.closed_count,
        "base_mib": base / KIB,
        "peak_mib": _peak() / KIB,
    }


def _search(env: Any, made: Made) -> list[dict[str, Any]]:
    """:return: milliseconds of each kind of search, the middle and the 95th of a hundred"""
    env.cr.execute(
        "SELECT name, city, zip FROM l10n_fr_chorus_body WHERE active LIMIT 5000"
    )
    rows = env.cr.fetchall()
    chance = random.Random(7)  # noqa: S311
    kinds = {
        "whole name": lambda row, _rank: row[0],
        "one word of a town": lambda row, _rank: row[1],
        "part of a word": lambda row, _rank: row[1][1:6],
        "two words, turned": lambda row, _rank: f"{row[1]} {row[0].split()[0]}",
        "common word": lambda row, _rank: row[0].split()[0],
        "postcode": lambda row, _rank: row[2],
        "part of a SIRET": lambda _row, rank: siret(rank)[2:9],
        "whole SIRET": lambda _row, rank: siret(rank),
        "two letters": lambda row, _rank: row[1][:2],
        "not there": lambda _row, rank: f"xyzt{rank}",
    }
    find = env["l10n_fr_chorus.body"]._find
    find("warm up")
    found = []
    for kind, words in kinds.items():
        texts = [
            words(chance.choice(rows), chance.randrange(99_999))
            for _each in range(SEARCHES)
        ]
        found.append({"kind": kind, **_timed(find, texts)})
    return found


def _timed(find: Any, texts: list[str]) -> dict[str, float]:
    spent = []
    for text in texts:
        start = time.perf_counter()
        find(text).mapped("display_name")
        spent.append((time.perf_counter() - start) * 1000)
        find.__self__.env.invalidate_all()
    spent.sort()
    return {
        "p50": spent[len(spent) // 2],
        "p95": spent[int(len(spent) * 0.95)],
        "worst": spent[-1],
    }


def _peak() -> int:
    """KiB held at most since :func:`_forget_peak`."""
    return _status("VmHWM")


def _resident() -> int:
    """KiB held now."""
    return _status("VmRSS")


def _status(name: str) -> int:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    [found] = [line for line in lines if line.startswith(f"{name}:")]
    return int(found.split()[1])


def _forget_peak() -> None:
    """What making the file took is not what reading it takes."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
