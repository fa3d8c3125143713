"""Runs inside Odoo: how much memory a big batch with attachments takes."""

from __future__ import annotations

import os
import resource
from typing import Any

from ..company import Bench, small_pdf

INVOICES = 1000
ATTACHMENT_BYTES = 200_000
KIB = 1024


def measure(bench: Bench, count: int = INVOICES) -> dict[str, Any]:
    """Make and freeze the documents of ``count`` invoices in one transaction.

    :return: ``{"invoices", "attachment_kib", "before_mib", "peak_mib"}``
    """
    env = bench.env
    moves = bench.invoices(count, 2)
    for move in moves:
        move.l10n_fr_chorus_attachment_ids = env["ir.attachment"].create(
            {
                "name": f"releve-{move.id}.pdf",
                "raw": b"%PDF-1.7\n" + os.urandom(ATTACHMENT_BYTES),
                "mimetype": "application/pdf",
                "res_model": move._name,
                "res_id": move.id,
            }
        )
    env.flush_all()
    env.invalidate_all()
    before = _peak()
    pdf = small_pdf()
    for move in moves:
        document = move._l10n_fr_chorus_document(
            pdf, move.l10n_fr_chorus_attachment_ids
        )
        env["l10n_fr_chorus.deposit"].sudo()._freeze(move, document)
        env.flush_all()
        env.invalidate_all()
    return {
        "invoices": count,
        "attachment_kib": ATTACHMENT_BYTES // KIB,
        "before_mib": before / KIB,
        "peak_mib": _peak() / KIB,
    }


def _peak() -> int:
    """KiB, as Linux counts them: the most this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
