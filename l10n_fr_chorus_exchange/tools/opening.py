"""Actions that open a record."""

from __future__ import annotations

from typing import Any


def form_of(record: Any) -> dict[str, Any]:
    """Client action that opens the form of this record."""
    return {
        "type": "ir.actions.act_window",
        "res_model": record._name,
        "res_id": record.id,
        "views": [(False, "form")],
    }
