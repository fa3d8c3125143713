"""Troubles one can order, and how they befall a call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .replies import Answer
from .state import Row, Store

TOKEN = "token"
EVERYTHING = "*"

# What each kind does, in French for the page.
KINDS = {
    "delay": "Réponse retenue N secondes, le travail étant fait",
    "cut_before": "Connexion coupée avant le travail",
    "cut_after": "Connexion coupée après le travail, sans réponse",
    "unauthorized": "Refus 401",
    "forbidden": "Refus 403",
    "too_many": "Refus 429 avec Retry-After",
    "server_error": "Erreur 503 avec une page HTML",
    "half_answer": "Moitié de réponse",
    "invalid_client": "Jeton refusé (400 invalid_client)",
    "flow_pending": "Flux laissé en attente",
    "missing_report_line": "Facture rejetée absente du compte rendu",
}

# Kinds that only make sense on one operation.
ONLY_ON = {
    "invalid_client": TOKEN,
    "flow_pending": "factures/deposer/flux",
    "missing_report_line": "transverses/consulterCRDetaille",
}

DEFAULT_HOLD = 5.0
DEFAULT_RETRY_AFTER = 2

_HTML = (
    b"<html><head><title>503 Service Unavailable</title></head>"
    b"<body><h1>Service momentan\xc3\xa9ment indisponible</h1></body></html>"
)


@dataclass(frozen=True)
class Hit:
    """The troubles that befall one call, by kind."""

    rows: dict[str, Row]

    def __contains__(self, kind: str) -> bool:
        return kind in self.rows

    @property
    def names(self) -> str | None:
        return ",".join(sorted(self.rows)) or None

    @property
    def after_work(self) -> bool:
        """The gateway fails on the way back: what was asked has been done."""
        row = self.rows.get("server_error")
        return row is not None and bool(row["after_work"])

    def refusal(self) -> Answer | None:
        """The answer of a gateway that does not let the call through."""
        if "unauthorized" in self:
            return Answer(401)
        if "forbidden" in self:
            return Answer(403)
        if "too_many" in self:
            wait = self.rows["too_many"]["retry_after"]
            seconds = DEFAULT_RETRY_AFTER if wait is None else wait
            return Answer(429, {"Retry-After": str(seconds)})
        if "server_error" in self and not self.after_work:
            return self.server_error()
        return None

    def server_error(self) -> Answer:
        return Answer(503, {"Content-Type": "text/html; charset=utf-8"}, _HTML)

    def spoil(self, answer: Answer) -> Answer:
        """Damage an answer whose work is done and kept."""
        if self.after_work:
            answer = self.server_error()
        if "delay" in self:
            answer.hold = float(self.rows["delay"]["seconds"]) or DEFAULT_HOLD
        if "cut_after" in self:
            answer.cut = "close"
        elif "half_answer" in self:
            answer.cut = "half"
        return answer


def order(store: Store, wish: dict[str, Any]) -> int:
    """Keep a fault to come; ValueError says what is wrong with the order."""
    kind = wish.get("kind")
    if kind not in KINDS:
        raise ValueError(f"kind is one of {', '.join(KINDS)}")
    operation = wish.get("operation", ONLY_ON.get(kind, EVERYTHING))
    if not isinstance(operation, str) or not operation:
        raise ValueError("operation is a text")
    if kind in ONLY_ON and operation not in (ONLY_ON[kind], EVERYTHING):
        raise ValueError(f"{kind} only befalls {ONLY_ON[kind]}")
    times = wish.get("times", 1)
    if times is not None and (not isinstance(times, int) or times < 1):
        raise ValueError("times is a number from 1, or null for always")
    return store.insert(
        "fault",
        {
            "operation": operation,
            "kind": kind,
            "times": times,
            "probability": _number(wish, "probability", 1.0),
            "seconds": _number(wish, "seconds", 0.0),
            "retry_after": wish.get("retry_after"),
            "after_work": bool(wish.get("after_work", False)),
        },
    )


def take(store: Store, operation: str, chance: Callable[[], float]) -> Hit:
    """The faults that befall this call; each one used is counted down."""
    rows: dict[str, Row] = {}
    for row in store.all("SELECT * FROM fault ORDER BY id"):
        if row["kind"] in rows or not _befalls(row, operation):
            continue
        if row["probability"] < 1 and chance() >= row["probability"]:
            continue
        rows[row["kind"]] = row
        _count_down(store, row)
    return Hit(rows)


def _befalls(row: Row, operation: str) -> bool:
    if row["kind"] in ONLY_ON and ONLY_ON[row["kind"]] != operation:
        return False
    return row["operation"] in (EVERYTHING, operation)


def _count_down(store: Store, row: Row) -> None:
    if row["times"] == 1:
        store.run("DELETE FROM fault WHERE id = ?", row["id"])
        return
    store.run(
        "UPDATE fault SET hits = hits + 1, times = times - 1 WHERE id = ?", row["id"]
    )


def listing(store: Store) -> list[dict[str, Any]]:
    return [
        {
            "id": row["id"],
            "operation": row["operation"],
            "kind": row["kind"],
            "times": row["times"],
            "probability": row["probability"],
            "seconds": row["seconds"],
            "retry_after": row["retry_after"],
            "after_work": bool(row["after_work"]),
            "hits": row["hits"],
        }
        for row in store.all("SELECT * FROM fault ORDER BY id")
    ]


def clear(store: Store, fault_id: int | None = None) -> None:
    """Forget one fault, or all of them."""
    if fault_id is None:
        store.run("DELETE FROM fault")
    else:
        store.run("DELETE FROM fault WHERE id = ?", fault_id)


def _number(wish: dict[str, Any], name: str, default: float) -> float:
    value = wish.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise ValueError(f"{name} is a number from 0")
    return float(value)
