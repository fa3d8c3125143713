"""Works invoices: who manages the works and who ordered them.

The search by recipient tells both (``codeMOE``, ``codeMOA``…); the deposit formats have
no place for them, so whoever puts an invoice on the portal names them beside.
"""

from __future__ import annotations

from .directory import structure_by_code
from .replies import Json
from .state import Row, Store

ROLES = ("MOE", "MOA")


def name_parties(store: Store, invoice_id: int, parties: Json) -> None:
    """Who they are, by identifier: ``{"MOE": "…", "MOA": "…"}``.

    ValueError for a structure the directory does not know.
    """
    known = {}
    for role in ROLES:
        code = parties.get(role)
        structure = structure_by_code(store, str(code)) if code else None
        if code and structure is None:
            raise ValueError(f"unknown structure {code}")
        known[role.lower()] = structure["id"] if structure else None
    store.update("invoice", invoice_id, known)


def parties_of(store: Store, row: Row) -> Json:
    """The six members of a row of the search by recipient; null when not named."""
    members: Json = {}
    for role in ROLES:
        found = store.one("SELECT * FROM structure WHERE id = ?", row[role.lower()])
        members[f"code{role}"] = found["identifier"] if found else None
        members[f"typeIdentifiant{role}"] = found["id_type"] if found else None
        members[f"designation{role}"] = found["name"] if found else None
    return members
