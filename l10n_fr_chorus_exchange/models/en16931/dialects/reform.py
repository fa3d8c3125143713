"""From the direct dialect to that of the reform: XP Z12-012, profile EN 16931."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .identity import in_reform

GOODS, SERVICES, MIXED = "B", "S", "M"
# Second half of BT-23, after what is invoiced.
ORDINARY, PAID, AFTER_ADVANCE = "1", "2", "4"
# Frames that do not tell goods from services. A12: declared by a joint contractor; A9:
# paid to a subcontractor by the public buyer, who alone may receive S3 (BR-FR-CPRO-23).
FIXED_FRAMES = {"A9": "S3", "A12": "S6"}
PAID_FRAME = "A2"

# BR-FR-CPRO-29 to 44: characters.
TEXT_LENGTHS = {"BT-20": 1024}
PARTY_LENGTHS = {
    "name": 99,
    "biz_name": 99,
    "addr_l1": 400,
    "addr_l2": 400,
    "addr_l3": 400,
}
LINE_LENGTHS = {"BT-154": 1024}
BREAKDOWN_LENGTHS = {"BT-120": 1024}
DOCUMENT_LENGTHS = {"BT-122": 50}
PARTIES = ("BG-4", "BG-7", "BG-10", "BG-11", "BG-13")


def translate(
    terms: Mapping[str, Any], operation: str, *, after_advance: bool = False
) -> dict[str, Any]:
    """The same invoice for the national platforms; the given terms are left unchanged.

    Legal notes, electronic addresses and the kinds of files have their own functions.

    :param operation: ``B`` goods, ``S`` services, ``M`` both
    :param after_advance: advances invoiced earlier are deducted from this invoice
    """
    frame_code = frame(terms.get("BT-23"), operation, after_advance=after_advance)
    result = {**terms, "BT-23": frame_code}
    for party in ("BG-4", "BG-7", "BG-10"):
        if terms.get(party):
            result[party] = in_reform(terms[party])
    return _within_lengths(result)


def frame(direct: str | None, operation: str, *, after_advance: bool = False) -> str:
    """BT-23 of the reform for a frame of Chorus Pro.

    >>> frame("A1", "S"), frame("A2", "B"), frame("A1", "M", after_advance=True)
    ('S1', 'B2', 'M4')
    """
    if direct in FIXED_FRAMES:
        return FIXED_FRAMES[direct]
    if direct == PAID_FRAME:
        return operation + PAID
    return operation + (AFTER_ADVANCE if after_advance else ORDINARY)


def _within_lengths(terms: dict[str, Any]) -> dict[str, Any]:
    result = _cut(terms, TEXT_LENGTHS)
    for party in PARTIES:
        if result.get(party):
            result[party] = _cut(result[party], PARTY_LENGTHS)
    for group, lengths in (
        ("BG-23", BREAKDOWN_LENGTHS),
        ("BG-24", DOCUMENT_LENGTHS),
        ("BG-25", LINE_LENGTHS),
    ):
        if result.get(group):
            result[group] = [_cut(entry, lengths) for entry in result[group]]
    return result


def _cut(entry: Mapping[str, Any], lengths: Mapping[str, int]) -> dict[str, Any]:
    return {
        key: value[: lengths[key]].rstrip() if key in lengths and value else value
        for key, value in entry.items()
    }
