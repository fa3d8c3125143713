"""What of a call may be kept for a while, when somebody looks for a fault.

The text of a request or an answer without its secrets, its files and its people: a file
becomes its size and checksum, names of persons, addresses, telephones and bank accounts
become ``***``. Field names are those of the API (contracts of Factures and Structures).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from .codes import IdentifierType
from .redact import MASK, scrub

MOST_TEXT = 20_000  # characters of one body
MOST_ROWS = 20  # of one list
MOST_READ = 2_000_000  # bytes; a larger body is not even parsed
_FILE_SIZE = 200  # characters from which Base64 is a file and no code

_PEOPLE = re.compile(
    r"mail|courriel|telephone|fax|prenom|utilisateurNom|nomMoe|nomFournisseur|nomValideur"
    r"|nomStructure|nomDestinataire"
    r"|designationValideur|adresse\w*(?:detail|complement|email)|complementAdresse"
    r"|adressePostale|bic|iban|cleRib|coordBancaires|coordonneeBancaire|compteBancaire",
    re.IGNORECASE,
)
# What names a company or a body, and a person where the kind of identifier beside it says
# so: ``typeIdentifiantFournisseur`` is that of ``raisonSocialeFournisseur``.
_KIND = re.compile(r"typeIdentifiant(?:Structure(?=.))?", re.IGNORECASE)
_NAME = re.compile(r"raisonSociale|designation|libelle|nom", re.IGNORECASE)
# Columns that the pattern names and that tell nothing of anybody.
_NOBODY = {"coordBancairesFournisseurType", "coordBancairesFournisseurId"}
_IN_TEXT = (
    re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    # IBAN, then RIB: bank, branch, account, key.
    re.compile(
        r"\b[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b", re.IGNORECASE
    ),
    re.compile(r"\b[0-9]{5}([ -]?)[0-9]{5}\1[A-Z0-9]{11}\1[0-9]{2}\b", re.IGNORECASE),
    re.compile(r"(?<!\d)(?:\+33 ?|0)[1-9](?:[ .-]?[0-9]{2}){4}(?!\d)"),
)
_BASE64 = re.compile(r"[A-Za-z0-9+/\r\n]+={0,2}\s*")


def keepable(body: bytes) -> str:
    """The text of a body, fit to be shown to an administrator for a while.

    >>> keepable(b'{"codeRetour": 0, "emailStructure": "a@example.com"}')
    '{\\n "codeRetour": 0,\\n "emailStructure": "***"\\n}'

    :param body: of a request or an answer, as it travels
    :return: indented JSON where it is JSON; at most :data:`MOST_TEXT` characters
    """
    if not body:
        return ""
    if len(body) > MOST_READ:
        return _told(body)
    try:
        # Of a body nested beyond reason, the cleaning gives up as the reading does.
        text = json.dumps(_clean(json.loads(body)), ensure_ascii=False, indent=1)
    except (ValueError, RecursionError):
        # A page of something in between: its beginning says what it is.
        return f"{_told(body)}\n{_text(body[:2000].decode('utf-8', 'replace'))}"
    return text if len(text) <= MOST_TEXT else f"{text[:MOST_TEXT]}…"


def _clean(value: Any) -> Any:
    if isinstance(value, Mapping):
        persons = _persons(value)
        return {key: _clean_field(key, item, persons) for key, item in value.items()}
    if isinstance(value, list):
        rows = [_clean(item) for item in value[:MOST_ROWS]]
        more = len(value) - len(rows)
        return [*rows, f"<{more} more>"] if more else rows
    return _text(value) if isinstance(value, str) else value


def _persons(content: Mapping[str, Any]) -> tuple[str, ...]:
    """Who in this record is no company: ``fournisseur``, ``structure``…, small letters."""
    return tuple(
        _KIND.sub("", key).lower()
        for key, kind in content.items()
        if kind == IdentifierType.PERSON.value and _KIND.search(key)
    )


def _clean_field(key: str, value: Any, persons: tuple[str, ...]) -> Any:
    if isinstance(value, (Mapping, list)):
        return _clean(value)
    if not value or value is True:
        return value
    if key not in _NOBODY and _PEOPLE.search(key):
        return MASK
    if _NAME.search(key) and any(person in key.lower() for person in persons):
        return MASK
    if isinstance(value, str) and key.startswith("fichier"):
        return _file(value)
    # The rules of the log know the names of secrets.
    hidden = scrub({key: ""})[key]
    return hidden or _clean(value)


def _text(text: str) -> str:
    if len(text) >= _FILE_SIZE and _BASE64.fullmatch(text):
        return _file(text)
    shown: str = scrub(text)
    for pattern in _IN_TEXT:
        shown = pattern.sub(MASK, shown)
    return shown


def _file(text: str) -> str:
    try:
        return _told(base64.b64decode(text, validate=False))
    except binascii.Error:
        return _told(text.encode())


def _told(content: bytes) -> str:
    digest = hashlib.sha256(content).hexdigest()
    return f"<{len(content)} bytes, sha256 {digest}>"
