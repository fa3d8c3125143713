"""What was received, counted by operation: never a file, never a secret."""

from __future__ import annotations

import json
from typing import Any

from .clock import instant
from .state import Store

# Beyond this a text of a request is a file: only its length is kept.
LONGEST_TEXT = 300
KEPT = 200


def record(store: Store, at: float, method: str, path: str, operation: str) -> int:
    """Write a call down before anything befalls it."""
    return store.insert(
        "call", {"at": at, "method": method, "path": path, "operation": operation}
    )


def finish(store: Store, call_id: int, **values: Any) -> None:
    """What became of it: login, status, code, fault, request."""
    store.update("call", call_id, values)


def scrub(value: Any) -> Any:
    """A request without its files."""
    if isinstance(value, dict):
        return {str(name): scrub(member) for name, member in value.items()}
    if isinstance(value, list):
        return [scrub(item) for item in value]
    if isinstance(value, str) and len(value) > LONGEST_TEXT:
        return f"<{len(value)} characters>"
    if isinstance(value, int | float | bool | str) or value is None:
        return value
    return str(value)


def counts(store: Store) -> dict[str, int]:
    rows = store.all(
        "SELECT operation, count(*) AS n FROM call GROUP BY operation ORDER BY operation"
    )
    return {row["operation"]: row["n"] for row in rows}


def latest(store: Store, limit: int = 50) -> list[dict[str, Any]]:
    """The last calls, the latest first."""
    rows = store.all(
        "SELECT * FROM call ORDER BY id DESC LIMIT ?", min(max(limit, 0), KEPT)
    )
    return [
        {
            "id": row["id"],
            "at": instant(row["at"]),
            "method": row["method"],
            "path": row["path"],
            "operation": row["operation"],
            "login": row["login"],
            "status": row["status"],
            "codeRetour": row["code"],
            "fault": row["fault"],
            "request": json.loads(row["request"]) if row["request"] else None,
        }
        for row in rows
    ]


def clear(store: Store) -> None:
    store.run("DELETE FROM call")
