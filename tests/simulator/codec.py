"""Documents as they were read, to JSON and back.

Numbers and dates keep their exact value; file contents are not written into the JSON
but handed to ``keep`` (which gives an id) and asked back from ``fetch``.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from . import documents

_CLASSES: dict[str, type[Any]] = {
    cls.__name__: cls
    for cls in (
        documents.ReadInvoice,
        documents.Line,
        documents.VatLine,
        documents.Attachment,
    )
}


def dumps(invoice: documents.ReadInvoice, keep: Callable[[bytes], int]) -> str:
    return json.dumps(_pack(invoice, keep), ensure_ascii=False)


def loads(raw: str, fetch: Callable[[int], bytes]) -> documents.ReadInvoice:
    invoice = _unpack(json.loads(raw), fetch)
    if not isinstance(invoice, documents.ReadInvoice):
        raise TypeError("not an invoice")
    return invoice


def _pack(value: Any, keep: Callable[[bytes], int]) -> Any:
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, Decimal):
        return {"#number": str(value)}
    if isinstance(value, date):
        return {"#day": value.isoformat()}
    if isinstance(value, bytes):
        return {"#file": keep(value)}
    if isinstance(value, tuple | list):
        return [_pack(item, keep) for item in value]
    if dataclasses.is_dataclass(value) and type(value).__name__ in _CLASSES:
        members = {
            field.name: _pack(getattr(value, field.name), keep)
            for field in dataclasses.fields(value)
        }
        return {"#class": type(value).__name__, **members}
    raise TypeError(f"cannot keep a {type(value).__name__}")


def _unpack(value: Any, fetch: Callable[[int], bytes]) -> Any:
    if isinstance(value, list):
        return tuple(_unpack(item, fetch) for item in value)
    if not isinstance(value, dict):
        return value
    if "#number" in value:
        return Decimal(value["#number"])
    if "#day" in value:
        return date.fromisoformat(value["#day"])
    if "#file" in value:
        return fetch(value["#file"])
    members = {name: _unpack(item, fetch) for name, item in value.items()}
    return _CLASSES[members.pop("#class")](**members)
