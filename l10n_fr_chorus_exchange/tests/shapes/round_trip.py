"""Reads a document back and holds it against the terms it was made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...tools import facturx_gateway

# BT-8 is read back as a word by the package, whichever code list it stood in.
DUE_WORDS = {
    "5": "invoice",
    "29": "delivery",
    "72": "payment",
    "3": "invoice",
    "35": "delivery",
    "432": "payment",
}
EMPTY = (None, "", False)


def read_back(xml: bytes) -> dict[str, Any]:
    """The terms of a document, as the package reads them; amounts stay text."""
    facturx_gateway.facturx()
    from facturx import parse_ubl_cii_xml  # importable once the door has mended stdnum

    terms = tidy(parse_ubl_cii_xml(xml, check_xsd=False))
    payee = terms.get("BG-10", {})
    if "biz_name" in payee:
        # In UBL the name of a payee stands where other parties have their trade name.
        payee["name"] = payee.pop("biz_name")
    return terms


def tidy(value: Any) -> Any:
    """The same terms without what is empty, so that two readings compare."""
    if isinstance(value, Mapping):
        kept = {key: tidy(item) for key, item in value.items()}
        kept = {key: item for key, item in kept.items() if not _empty(item)}
        if "BT-8" in kept:
            kept["BT-8"] = DUE_WORDS.get(kept["BT-8"], kept["BT-8"])
        return kept
    if isinstance(value, (list, tuple)):
        return [item for item in map(tidy, value) if not _empty(item)]
    return value


def _empty(value: Any) -> bool:
    return value in EMPTY or (isinstance(value, (dict, list)) and not value)


def differences(sent: Any, read: Any, path: str = "") -> list[str]:
    """Where two sets of terms part, as ``path: sent != read``."""
    if isinstance(sent, dict) and isinstance(read, dict):
        keys = [*sent, *(key for key in read if key not in sent)]
        return [
            told
            for key in keys
            for told in differences(sent.get(key), read.get(key), f"{path}/{key}")
        ]
    if isinstance(sent, list) and isinstance(read, list) and len(sent) == len(read):
        return [
            told
            for rank, (one, other) in enumerate(zip(sent, read, strict=True))
            for told in differences(one, other, f"{path}/{rank}")
        ]
    if sent == read:
        return []
    return [f"{path.lstrip('/')}: {_shown(sent)} != {_shown(read)}"]


def _shown(value: Any) -> str:
    return repr(value)[:80]


def pick(terms: Any, path: str) -> Any:
    """What stands at a path such as ``BG-25/0/BT-146`` or ``BG-23/*/BT-119``."""
    step, _, rest = path.partition("/")
    if step == "*":
        return [pick(item, rest) if rest else item for item in terms or ()]
    if isinstance(terms, list):
        found = terms[int(step)] if int(step) < len(terms) else None
    else:
        found = (terms or {}).get(step)
    return pick(found, rest) if rest else found
