"""Troubles one can order, and how they befall a call."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .replies import Answer, Json, Refused, forbidden
from .shapes import blanked, ids_in, lone_as_object
from .state import Row, Store

TOKEN = "token"
EVERYTHING = "*"

# What each kind does, in French for the page.
KINDS = {
    "delay": "Réponse retenue N secondes, le travail étant fait ou à faire",
    "cut_before": "Connexion coupée avant le travail",
    "cut_after": "Connexion coupée après le travail, sans réponse",
    "unauthorized": "Refus 401",
    "forbidden": "Refus 403",
    "too_many": "Refus 429 avec Retry-After",
    "server_error": "Erreur 500, 502, 503 ou 504 avec une page HTML",
    "half_answer": "Moitié de réponse",
    "refused": "Refus métier, pour tout appel ou pour une facture",
    "blank_field": "Champ absent ou nul dans la réponse",
    "single_object": "Liste d'un seul élément envoyée comme un objet",
    "invalid_client": "Jeton refusé (400 invalid_client)",
    "bad_request": "Refus 400 sans raison",
    "html_answer": "Réponse 200 qui est une page HTML",
    "flow_pending": "Flux laissé en attente",
    "flow_late": "Flux dont chaque état dure N secondes",
    "flow_incident": "Flux incidenté",
    "flow_rejected": "Flux rejeté, toutes ses factures ou en bloc",
    "flow_partial": "Flux intégré partiellement : dernières factures rejetées",
    "missing_report_line": "Facture rejetée absente du compte rendu",
    "broken_download": "Fichier téléchargé tronqué, pour tous ou pour une facture",
}

# Kinds that only make sense on one operation.
ONLY_ON = {
    "invalid_client": TOKEN,
    **dict.fromkeys(
        (
            "flow_pending",
            "flow_late",
            "flow_incident",
            "flow_rejected",
            "flow_partial",
        ),
        "factures/deposer/flux",
    ),
    "missing_report_line": "transverses/consulterCRDetaille",
    "broken_download": "factures/telecharger/groupe",
}
# Kinds that may be meant for one invoice: they spare the calls that do not name it.
OF_INVOICE = frozenset({"refused", "broken_download"})

# Kinds that need a technical account, hence no business with the token.
BEYOND_TOKEN = frozenset({"refused", "blank_field", "single_object"})

DEFAULT_HOLD = 5.0
DEFAULT_RETRY_AFTER = 2
DEFAULT_LATENESS = 60.0
DEFAULT_REJECTION = "Les controles de coherence de la facture n'ont pas pu aboutir"
# Recorded as the refusal of a missing right.
DEFAULT_REFUSAL = (20001, "GDP_MSG_11.005")

STATUSES = {
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}


@dataclass(frozen=True)
class Hit:
    """The troubles that befall one call, by kind."""

    rows: dict[str, Row]

    def __contains__(self, kind: str) -> bool:
        return kind in self.rows

    @property
    def names(self) -> str | None:
        return ",".join(sorted(self.rows)) or None

    def detail(self, kind: str) -> Json:
        """What was ordered together with a kind; empty when it does not strike."""
        row = self.rows.get(kind)
        found: Json = json.loads(row["detail"]) if row else {}
        return found

    @property
    def hold_before(self) -> float:
        """Seconds to wait before the work is done."""
        return self._hold if self.detail("delay").get("before_work") else 0.0

    @property
    def _hold(self) -> float:
        return float(self.rows["delay"]["seconds"]) or DEFAULT_HOLD

    @property
    def after_work(self) -> bool:
        """The gateway fails on the way back: what was asked has been done."""
        return self._is_after("server_error") or self._is_after("html_answer")

    def _is_after(self, kind: str) -> bool:
        row = self.rows.get(kind)
        return row is not None and bool(row["after_work"])

    @property
    def fate(self) -> Json:
        """What will become of the flow that is being deposited; empty: as it should."""
        told: Json = {}
        if "flow_late" in self:
            told["delay"] = float(self.rows["flow_late"]["seconds"]) or DEFAULT_LATENESS
        if "flow_incident" in self:
            told["incident"] = True
        for kind in ("flow_rejected", "flow_partial"):
            if kind in self:
                told["rejection"] = self.detail(kind)
        return told

    def refusal(self) -> Answer | None:
        """The answer of a gateway that does not let the call through."""
        if "bad_request" in self:
            return Answer(400)
        if "unauthorized" in self:
            return Answer(401)
        if "forbidden" in self:
            return forbidden()
        if "too_many" in self:
            wait = self.rows["too_many"]["retry_after"]
            seconds = DEFAULT_RETRY_AFTER if wait is None else wait
            return Answer(429, {"Retry-After": str(seconds)})
        if "server_error" in self and not self.after_work:
            return self.server_error()
        if "html_answer" in self and not self.after_work:
            return _page(200, "Maintenance")
        return None

    def server_error(self) -> Answer:
        status = self.detail("server_error")["status"]
        return _page(status, f"{status} {STATUSES[status]}")

    def refuse(self) -> None:
        """Raise the business refusal that was ordered, if any."""
        if "refused" in self:
            detail = self.detail("refused")
            raise Refused(detail["code"], detail["label"])

    def damage(self, content: bytes) -> bytes:
        """A file to take away, or the first half of it when so ordered."""
        return content[: len(content) // 2] if "broken_download" in self else content

    def reshape(self, body: Json) -> Json:
        """The members of an answer, as an odd portal would send them."""
        if "blank_field" in self:
            detail = self.detail("blank_field")
            stand_in: tuple[str | None, ...] = (None,) if detail["as_null"] else ()
            if detail["as_blank"]:
                stand_in = ("",)
            body = blanked(body, detail["field"], detail["invoice"], stand_in)
        if "single_object" in self:
            body = lone_as_object(body)
        return body

    def spoil(self, answer: Answer) -> Answer:
        """Damage an answer whose work is done and kept."""
        if self._is_after("server_error"):
            answer = self.server_error()
        elif self._is_after("html_answer"):
            answer = _page(200, "Maintenance")
        if "delay" in self and not self.hold_before:
            answer.hold = self._hold
        if "cut_after" in self:
            answer.cut = "close"
        elif "half_answer" in self:
            answer.cut = "half"
        return answer


def _page(status: int, title: str) -> Answer:
    text = (
        f"<html><head><title>{title}</title></head>"
        "<body><h1>Service momentanément indisponible</h1></body></html>"
    )
    return Answer(status, {"Content-Type": "text/html; charset=utf-8"}, text.encode())


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
    if operation == TOKEN and kind in BEYOND_TOKEN:
        raise ValueError(f"{kind} does not befall the token")
    times = wish.get("times", 1)
    if times is not None and (not isinstance(times, int) or times < 1):
        raise ValueError("times is a number from 1, or null for always")
    skip = wish.get("skip", 0)
    if type(skip) is not int or skip < 0:
        raise ValueError("skip is a number from 0")
    return store.insert(
        "fault",
        {
            "operation": operation,
            "skip": skip,
            "kind": kind,
            "times": times,
            "probability": _number(wish, "probability", 1.0),
            "seconds": _number(wish, "seconds", 0.0),
            "retry_after": wish.get("retry_after"),
            "after_work": bool(wish.get("after_work", False)),
            "detail": json.dumps(DETAILS[kind](wish) if kind in DETAILS else {}),
        },
    )


def _refusal_detail(wish: Json) -> Json:
    code, label = DEFAULT_REFUSAL
    found = {
        "code": wish.get("code", code),
        "label": wish.get("label", label),
        "invoice": _invoice(wish),
    }
    if type(found["code"]) is not int or not found["code"]:
        raise ValueError("code is a number other than 0")
    if type(found["label"]) is not str:
        raise ValueError("label is a text")
    return found


def _blank_detail(wish: Json) -> Json:
    name = wish.get("field")
    if not isinstance(name, str) or not name:
        raise ValueError("field is the name of a member of the answer")
    return {
        "field": name,
        "invoice": _invoice(wish),
        "as_null": bool(wish.get("as_null", False)),
        "as_blank": bool(wish.get("as_blank", False)),
    }


def _invoice_detail(wish: Json) -> Json:
    return {"invoice": _invoice(wish)}


def _error_detail(wish: Json) -> Json:
    status = wish.get("status", 503)
    if status not in STATUSES:
        raise ValueError(f"status is one of {', '.join(map(str, STATUSES))}")
    return {"status": status}


def _rejection_detail(wish: Json) -> Json:
    """``last`` invoices of the flow, all without; ``technical``: the flow itself."""
    label, last = wish.get("label", DEFAULT_REJECTION), wish.get("last")
    if wish.get("kind") == "flow_partial" and last is None:
        last = 1
    if type(label) is not str or not label:
        raise ValueError("label is a text")
    if last is not None and (type(last) is not int or last < 1):
        raise ValueError("last is a number from 1")
    technical = bool(wish.get("technical", False))
    return {"label": label, "last": last, "technical": technical}


def _delay_detail(wish: Json) -> Json:
    return {"before_work": bool(wish.get("before_work", False))}


def _invoice(wish: Json) -> int | None:
    value = wish.get("invoice")
    if value is not None and type(value) is not int:
        raise ValueError("invoice is a technical id")
    return value


# What is ordered together with a kind, checked.
DETAILS: dict[str, Callable[[Json], Json]] = {
    "refused": _refusal_detail,
    "flow_rejected": _rejection_detail,
    "flow_partial": _rejection_detail,
    "blank_field": _blank_detail,
    "broken_download": _invoice_detail,
    "server_error": _error_detail,
    "delay": _delay_detail,
}


def take(
    store: Store, operation: str, chance: Callable[[], float], body: bytes = b""
) -> Hit:
    """The faults that befall this call; each one used is counted down.

    ``body`` is that of the request: some may be meant for one invoice only.
    """
    rows: dict[str, Row] = {}
    for row in store.all("SELECT * FROM fault ORDER BY id"):
        if row["kind"] in rows or not _befalls(row, operation, body):
            continue
        if row["skip"]:
            store.update("fault", row["id"], {"skip": row["skip"] - 1})
            continue
        if row["probability"] < 1 and chance() >= row["probability"]:
            continue
        rows[row["kind"]] = row
        _count_down(store, row)
    return Hit(rows)


def _befalls(row: Row, operation: str, body: bytes) -> bool:
    kind = row["kind"]
    if kind in ONLY_ON and ONLY_ON[kind] != operation:
        return False
    if operation == TOKEN and kind in BEYOND_TOKEN:
        return False
    if row["operation"] not in (EVERYTHING, operation):
        return False
    if kind not in OF_INVOICE:
        return True
    invoice = json.loads(row["detail"])["invoice"]
    return invoice is None or invoice in ids_in(body)


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
            "skip": row["skip"],
            **json.loads(row["detail"]),
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
