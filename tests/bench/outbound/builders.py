"""Runs inside Odoo: documents per second, ours against core's, on the same invoices."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from ..company import Bench, small_pdf

LINES = (1, 10, 200)
# Seconds given to each builder and size; the first document is not counted.
SECONDS = 3.0
LEAST_DOCUMENTS = 5


def measure(bench: Bench) -> list[dict[str, Any]]:
    """:return: rows ``{"lines", "what", "per_second", "ratio"}``; the ratio is ours to
    core's, None where core has nothing to compare with"""
    rows = []
    for lines in LINES:
        [move] = bench.invoices(1, lines)
        for what, ours, core in _pairs(bench.env, move):
            speed = _speed(bench.env, ours)
            row = {"lines": lines, "what": what, "per_second": speed, "ratio": None}
            if core:
                row["core"] = _speed(bench.env, core)
                row["ratio"] = speed / row["core"]
            rows.append(row)
    return rows


def _pairs(env: Any, move: Any) -> list[tuple[str, Callable[[], Any], Any]]:
    cii, ubl = env["account.edi.xml.cii"], env["account.edi.xml.ubl_bis3"]
    pdf = small_pdf()
    none = env["ir.attachment"]
    return [
        (
            "CII",
            lambda: move._l10n_fr_chorus_xml("cii"),
            lambda: cii._export_invoice(move),
        ),
        (
            "UBL",
            lambda: move._l10n_fr_chorus_xml("ubl"),
            lambda: ubl._export_invoice(move),
        ),
        ("Factur-X", lambda: move._l10n_fr_chorus_document(pdf, none, "facturx"), None),
    ]


def _speed(env: Any, build: Callable[[], Any]) -> float:
    """Documents per second, each read from the database anew."""
    build()
    done, spent = 0, 0.0
    while done < LEAST_DOCUMENTS or spent < SECONDS:
        env.invalidate_all()
        start = time.perf_counter()
        build()
        spent += time.perf_counter() - start
        done += 1
    return done / spent
