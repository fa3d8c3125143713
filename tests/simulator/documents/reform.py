"""What replaces rules of the direct dialect once the portal reads XP Z12-012.

Public rules (BR-FR) come from their own schematron; those of the portal (BR-FR-CPRO)
are published without one, and only those that touch parties and frame are here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from . import cii, ubl
from .model import Family
from .values import content, is_siret, nodes
from .wordings import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

    from .rules import Case

SIREN_SCHEME = "0002"
SIRET_SCHEME = "0009"
# BR-FR-CPRO-03; 0009 apart, for suppliers that have no SIRET.
SUPPLIER_SCHEMES = frozenset({SIRET_SCHEME, "0223", "0226", "0227", "0228", "0229"})
PAID = frozenset({"B2", "S2", "M2"})
# S5 is left out on purpose: never for a public buyer (BR-FR-CPRO-24).
FRAMES = (
    PAID
    | frozenset(f"{kind}{number}" for kind in "BSM" for number in (1, 4, 7, 8, 9))
    - {"M7"}
    | {"S3", "S6"}
)
TYPES = frozenset({"380", "381", "384", "386"})
_SIREN = re.compile(r"\d{9}")


def is_reform(frame: str | None) -> bool:
    """Whether BT-23 is written as the reform does: a letter of B, S, M and a digit.

    >>> is_reform("S1"), is_reform("S5"), is_reform("A1"), is_reform(None)
    (True, True, False, False)
    """
    return bool(re.fullmatch(r"[BSM]\d", frame or ""))


def frame_rule(case: Case) -> Iterator[str]:
    """BT-23 among B, S and M codes; nothing left to pay when already paid."""
    frame = case.invoice.cadre
    if frame is None:
        yield say("mandatory", path=case.path("cadre"))
    elif frame not in FRAMES:
        yield say("cadre", path=case.path("cadre"), value=frame)
    elif frame in PAID and case.invoice.payable != 0:
        yield say("already_paid_reform")


def supplier_rule(case: Case) -> Iterator[str]:
    """SIREN and SIRET, or the one identifier of a supplier that has none."""
    legal, scheme = _legal(case, "supplier")
    known = dict(_identifiers(case, "supplier"))
    if not known.keys() & SUPPLIER_SCHEMES:
        yield say("scheme", path=case.path("supplier"), rule="BR-FR-CPRO-03")
    if scheme == SIREN_SCHEME:
        yield from _siret(case, "supplier", legal, known.get(SIRET_SCHEME))
    elif is_siret(legal):
        yield say("siren", path=case.path("supplier"), value=legal)


def buyer_rule(case: Case) -> Iterator[str]:
    """A public buyer has a SIRET of its own, beside its SIREN."""
    legal, _scheme = _legal(case, "buyer")
    yield from _siret(
        case, "buyer", legal, dict(_identifiers(case, "buyer")).get(SIRET_SCHEME)
    )


def _siret(
    case: Case, role: str, siren: str | None, siret: str | None
) -> Iterator[str]:
    if not _SIREN.fullmatch(siren or ""):
        yield say("siren", path=case.path(role), value=siren or "")
    if not is_siret(siret) or (siren and not (siret or "").startswith(siren)):
        yield say("siret_beside", path=case.path(role))


def _legal(case: Case, role: str) -> tuple[str | None, str | None]:
    if case.family is Family.CII:
        return cii.legal_id(case.root, _CII_PARTIES[role])
    return ubl.legal_id(case.root, _UBL_PARTIES[role])


def _identifiers(case: Case, role: str) -> Iterator[tuple[str, str]]:
    """BT-29 or BT-46 as (scheme, value)."""
    for found in _identifier_nodes(case, role):
        value, scheme = content(found), found.get("schemeID")
        if value and scheme:
            yield scheme, value


def _identifier_nodes(case: Case, role: str) -> Iterator[_Element]:
    if case.family is Family.CII:
        yield from nodes(case.root, f"{cii.AGREEMENT}/{_CII_PARTIES[role]}/GlobalID")
    else:
        yield from nodes(case.root, f"{_UBL_PARTIES[role]}/PartyIdentification/ID")


_CII_PARTIES = {"supplier": "SellerTradeParty", "buyer": "BuyerTradeParty"}
_UBL_PARTIES = {"supplier": ubl.SUPPLIER, "buyer": ubl.BUYER}
