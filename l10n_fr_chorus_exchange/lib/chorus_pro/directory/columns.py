"""Which column of a directory is what, after its title.

The titles are those of the published file, and beside them the names the portal's API
gives to the same things: the layout of the portal's own archive is not documented.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from ..codes import Code

_BODY = {
    "typeidentifiant": "identifier_type",
    "typeidentifiantstructure": "identifier_type",
    "identifiant": "identifier",
    "identifiantstructure": "identifier",
    "siret": "identifier",
    "raisonsociale": "name",
    "raisonsocialestructure": "name",
    "designationstructure": "name",
    "gestionstatutmiseenpaiement": "reports_payment",
    "gestionengagement": "requires_engagement",
    "numeroejdoitetrerenseigne": "requires_engagement",
    "gestionservice": "requires_service",
    "codeservicedoitetrerenseigne": "requires_service",
    "gestionserviceengagement": "requires_either",
    "gestionnumeroejoucodeservice": "requires_either",
    "estmoa": "is_moa",
    "estmoauniquement": "is_moa_only",
    "structureactive": "active",
    "adresse": "street",
    "complementadresse1": "street2",
    "complementadresse2": "street3",
    "codepostal": "zip",
    "ville": "city",
    "codepays": "country_code",
}
_SERVICE = {
    "idservice": "portal_id",
    "identifiant": "identifier",
    "identifiantstructure": "identifier",
    "siret": "identifier",
    "code": "code",
    "codeservice": "code",
    "nom": "name",
    "nomservice": "name",
    "libelleservice": "name",
    "gestionegmt": "requires_engagement",
    "numeroengagement": "requires_engagement",
    "serviceactif": "active",
}
# Fields of a sheet, in the order of its rows; those it has no column for are left out.
BODY_FIELDS = tuple(dict.fromkeys(_BODY.values()))
SERVICE_FIELDS = tuple(dict.fromkeys(_SERVICE.values()))
FLAGS = frozenset(
    {
        "reports_payment",
        "requires_engagement",
        "requires_service",
        "requires_either",
        "is_moa",
        "is_moa_only",
        "active",
    }
)
_DEMANDS = FLAGS - {"active"}
_NO_LETTER = re.compile(r"[^a-z0-9]+")


class SheetKind(Code):
    """What a row of a sheet is."""

    BODIES = "bodies"
    SERVICES = "services"


@dataclass(frozen=True)
class Layout:
    """``columns`` tells for each field at which place of a row it stands."""

    kind: SheetKind
    columns: dict[str, int]

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(self.columns)


def layouts_of(titles: Sequence[str]) -> list[Layout]:
    """What the rows under these titles are; both where a row tells of both.

    >>> [str(one.kind) for one in layouts_of(["Identifiant", "RaisonSociale", "EstMOA"])]
    ['bodies']
    >>> layouts_of(["Name", "Town"])
    []
    """
    places: dict[str, int] = {}
    for place, title in enumerate(titles):
        places.setdefault(_plain(title), place)
    bodies = _columns(places, _BODY, BODY_FIELDS)
    services = _columns(places, _SERVICE, SERVICE_FIELDS)
    found = []
    is_service = services.keys() >= {"identifier", "code"}
    # The published sheet of services repeats the name of the structure and has the
    # address of the service: that makes no structure.
    is_body = bodies.keys() >= {"identifier", "name"} and (
        not is_service or "active" in bodies or _structure_demands(places)
    )
    if is_body:
        found.append(Layout(SheetKind.BODIES, bodies))
    if is_service:
        found.append(Layout(SheetKind.SERVICES, services))
    return found


def _columns(
    places: dict[str, int], names: dict[str, str], fields: Sequence[str]
) -> dict[str, int]:
    found: dict[str, int] = {}
    for title, field in names.items():
        if title in places:
            found.setdefault(field, places[title])
    return {field: found[field] for field in fields if field in found}


def _structure_demands(places: dict[str, int]) -> bool:
    return any(_BODY.get(title) in _DEMANDS for title in places)


def _plain(title: str) -> str:
    text = unicodedata.normalize("NFKD", title[:200]).lower()
    return _NO_LETTER.sub("", text)
