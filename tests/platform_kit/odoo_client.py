"""A person in front of Odoo, without the browser: the calls the web client makes."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import requests

# Seconds: to connect, between two bytes. Making a PDF takes its time.
TIMEOUT = (5.0, 180.0)


class OdooRefusal(Exception):  # noqa: N818 - what Odoo said
    """Odoo answered with an error; the text is what a user would read."""

    def __init__(self, message: str, name: str = "") -> None:
        super().__init__(message)
        self.name = name


class OdooClient:
    """One user logged in, as the web client is.

    :param allowed: ids of the companies ticked in the menu at the top
    """

    def __init__(self, url: str, database: str) -> None:
        self.url = url
        self.database = database
        self.session = requests.Session()
        self.context: dict[str, Any] = {}
        self.uid = 0
        self._numbers = itertools.count(1)

    def log_in(self, login: str, password: str) -> OdooClient:
        """:raise OdooRefusal: wrong login or password"""
        asked = {"db": self.database, "login": login, "password": password}
        info = self._call("/web/session/authenticate", asked)
        self.uid = int(info["uid"])
        self.context = dict(info["user_context"])
        return self

    def in_companies(self, *company_ids: int) -> OdooClient:
        self.context["allowed_company_ids"] = list(company_ids)
        return self

    def call(
        self,
        model: str,
        method: str,
        *arguments: Any,
        context: Mapping[str, Any] | None = None,
        **named: Any,
    ) -> Any:
        """Call a public method: ``call("account.move", "action_post", [move_id])``."""
        return self._call(
            f"/web/dataset/call_kw/{model}/{method}",
            {
                "model": model,
                "method": method,
                "args": list(arguments),
                "kwargs": {**named, "context": {**self.context, **(context or {})}},
            },
        )

    # -------------------------------------------------------------------------
    # SHORT FORMS
    # -------------------------------------------------------------------------

    def create(
        self,
        model: str,
        values: Mapping[str, Any],
        context: Mapping[str, Any] | None = None,
    ) -> int:
        return int(self.call(model, "create", [dict(values)], context=context)[0])

    def write(self, model: str, record_id: int, values: Mapping[str, Any]) -> None:
        self.call(model, "write", [record_id], dict(values))

    def read(self, model: str, record_id: int, *names: str) -> dict[str, Any]:
        """:raise LookupError: the record is not there"""
        rows = self.call(model, "read", [record_id], list(names))
        if not rows:
            raise LookupError(f"{model} {record_id}")
        return dict(rows[0])

    def search(
        self,
        model: str,
        domain: Sequence[Any],
        *names: str,
        order: str = "id",
        limit: int | None = None,
    ) -> list[dict[str, Any]]:
        """Rows of the records found."""
        rows = self.call(
            model,
            "search_read",
            domain=list(domain),
            fields=list(names),
            order=order,
            limit=limit,
        )
        return list(rows)

    def count(self, model: str, domain: Sequence[Any]) -> int:
        return int(self.call(model, "search_count", list(domain)))

    def one_id(self, model: str, domain: Sequence[Any]) -> int:
        """:raise LookupError: none, or more than one"""
        rows = self.search(model, domain, "id", limit=2)
        if len(rows) != 1:
            raise LookupError(f"{model} {domain}: {len(rows)} found")
        return int(rows[0]["id"])

    def open_action(self, action: str | int) -> dict[str, Any]:
        """An entry of the menu, as the web client loads it (external or database id)."""
        asked = {"action_id": action, "context": self.context}
        return dict(self._call("/web/action/load", asked))

    def press(self, model: str, record_id: int | None, method: str) -> Any:
        """Press a button of a form; one above a list has no record."""
        return self._call(
            f"/web/dataset/call_button/{model}/{method}",
            {
                "model": model,
                "method": method,
                "args": [[] if record_id is None else [record_id]],
                "kwargs": {"context": self.context},
            },
        )

    # -------------------------------------------------------------------------
    # TRANSPORT
    # -------------------------------------------------------------------------

    def _call(self, path: str, params: Mapping[str, Any]) -> Any:
        answer = self.session.post(
            f"{self.url}{path}",
            json={
                "jsonrpc": "2.0",
                "method": "call",
                "id": next(self._numbers),
                "params": params,
            },
            timeout=TIMEOUT,
        )
        answer.raise_for_status()
        content = answer.json()
        error = content.get("error")
        if error:
            data = error.get("data") or {}
            raise OdooRefusal(
                str(data.get("message") or error.get("message")),
                str(data.get("name") or ""),
            )
        return content.get("result")
