"""Electronic addresses of the reform's directory: BT-34 and BT-49, scheme 0225."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from .identity import siren_of, siret_of

SCHEME = "0225"
LENGTH = 125  # BR-FR-25
_ALLOWED = re.compile(r"[A-Za-z0-9+\-_.]+")  # BR-FR-23


class Address(NamedTuple):
    """Where a document is sent."""

    scheme: str  # of the EAS list: 0225, a scheme of Peppol, EM for e-mail
    value: str


def with_addresses(
    terms: Mapping[str, Any],
    seller: Address | None = None,
    buyer: Address | None = None,
    abroad: Address | None = None,
) -> dict[str, Any]:
    """Write BT-34 and BT-49; the given terms are left unchanged.

    :param seller: address the company has chosen in the directory; its SIREN without
    :param buyer: address that is known of the customer; ``SIREN_SIRET_SERVICE`` or
        ``SIREN_SIRET`` without, the patterns of the directory
    :param abroad: other address of a seller who has no SIREN
    """
    party, customer = terms["BG-4"], terms["BG-7"]
    siren = siren_of(party)
    return {
        **terms,
        "BG-4": _addressed(party, seller or _in_directory(siren) or abroad),
        "BG-7": _addressed(
            customer, buyer or _in_directory(_of_buyer(customer, terms.get("BT-10")))
        ),
    }


def is_address(text: str) -> bool:
    """Whether the directory could hold this address.

    >>> is_address("123456782_12345678200028_ACHATS"), is_address("SERVICE ACHATS")
    (True, False)
    """
    return bool(_ALLOWED.fullmatch(text)) and len(text) <= LENGTH


def _of_buyer(party: Mapping[str, Any], service: str | None) -> str | None:
    siren, siret = siren_of(party), siret_of(party)
    if not siret:
        return siren
    whole = f"{siren}_{siret}"
    # A service code with other characters is no routing code: it stays in BT-10 only.
    routed = f"{whole}_{service}" if service else whole
    return routed if is_address(routed) else whole


def _in_directory(value: str | None) -> Address | None:
    return Address(SCHEME, value) if value else None


def _addressed(party: Mapping[str, Any], address: Address | None) -> dict[str, Any]:
    if not address:
        return dict(party)
    return {
        **party,
        "einvoicing_addr": address.value,
        "einvoicing_addr_schemeid": address.scheme,
    }
