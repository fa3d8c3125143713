"""Technical accounts, and what each may do for which structure."""

from __future__ import annotations

import base64
import binascii
import hmac
from dataclasses import dataclass

from .state import Row, Store


@dataclass(frozen=True)
class Account:
    """A technical account as an operation sees it."""

    login: str
    issues_for: frozenset[int]
    receives_for: frozenset[int]

    @property
    def structures(self) -> frozenset[int]:
        return self.issues_for | self.receives_for


def read_header(value: str) -> tuple[str, str] | None:
    """Login and password of a ``cpro-account`` header, None when it is not one.

    >>> read_header("YTpi")
    ('a', 'b')
    """
    try:
        text = base64.b64decode(value, validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return None
    login, colon, password = text.partition(":")
    return (login, password) if colon and login else None


def identify(store: Store, header: str | None) -> Account | None:
    """The account of that header, None when login or password is wrong."""
    pair = read_header(header) if header else None
    if pair is None:
        return None
    login, password = pair
    row = store.one("SELECT password FROM account WHERE login = ?", login)
    if row is None:
        return None
    if not hmac.compare_digest(str(row["password"]).encode(), password.encode()):
        return None
    return account_of(store, login)


def account_of(store: Store, login: str) -> Account:
    rights = rights_of(store, login)
    return Account(
        login=login,
        issues_for=frozenset(r["structure_id"] for r in rights if r["may_issue"]),
        receives_for=frozenset(r["structure_id"] for r in rights if r["may_receive"]),
    )


def rights_of(store: Store, login: str) -> list[Row]:
    return store.all(
        "SELECT r.id, r.structure_id, r.may_issue, r.may_receive, s.identifier, "
        "s.name, s.id_type, s.active FROM account_right r "
        "JOIN structure s ON s.id = r.structure_id WHERE r.login = ? ORDER BY s.id",
        login,
    )


def put_account(
    store: Store,
    login: str,
    password: str | None,
    rights: dict[int, tuple[bool, bool]] | None,
) -> None:
    """Add or alter an account; ``rights`` maps structure id to (issue, receive).

    None leaves the password (or the rights) of a known account as they are.
    """
    known = store.one("SELECT password FROM account WHERE login = ?", login)
    if known is None:
        store.insert(
            "account",
            {
                "login": login,
                "password": password or "",
                "first_name": "Compte",
                "last_name": login.partition("@")[0],
            },
        )
    elif password is not None:
        store.run("UPDATE account SET password = ? WHERE login = ?", password, login)
    if rights is None:
        return
    store.run("DELETE FROM account_right WHERE login = ?", login)
    for structure_id, (issue, receive) in rights.items():
        store.insert(
            "account_right",
            {
                "login": login,
                "structure_id": structure_id,
                "may_issue": issue,
                "may_receive": receive,
            },
        )
