"""The directory: structures and their services."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .clock import instant, minute
from .context import Context, demanded_id
from .directory import structure_by_id
from .paging import ascending, cut, wanted
from .replies import SUCCESS_REFERENCE, Broken, Json, success
from .state import Row
from .wordings import refused

_STATUS = {"ACTIF": 1, "INACTIF": 0}
_KIND = {"PUBLIQUE": 1, "PRIVEE": 0}

Test = Callable[[Row], bool]


def find_structures(context: Context, body: Json) -> Json:
    """``structures/rechercher``: at least one criterion; private ones only if attached.

    An unknown identifier gives an empty list, or 20000 when the settings say so.
    """
    criteria = {
        name: value
        for name, value in (body.get("structure") or {}).items()
        if value not in (None, "")
    }
    if not criteria:
        raise refused("no_criterion")
    tests = _tests(criteria)
    if body.get("restreindreStructuresPrivees") is not False:
        mine = context.account.structures
        tests.append(lambda row: bool(row["public"]) or row["id"] in mine)
    rows = [
        row
        for row in context.store.all("SELECT * FROM structure")
        if all(test(row) for test in tests)
    ]
    block = body.get("parametres")
    rows.sort(key=_structure_key(block), reverse=not ascending(block))
    found, page = cut(rows, wanted(block))
    if not found and context.settings.empty_search_code:
        raise refused("no_result")
    return success(
        SUCCESS_REFERENCE,
        parametresRetour=page.fields(),
        listeStructures=[_found(row) for row in found],
    )


def _tests(criteria: Json) -> list[Test]:
    """One test per criterion; those a structure of ours never meets find nothing."""
    known: dict[str, Callable[[Row, Any], bool]] = {
        "identifiantStructure": lambda row, value: row["identifier"] == value,
        "typeIdentifiantStructure": lambda row, value: row["id_type"] == value,
        "statutStructure": lambda row, value: row["active"] == _STATUS[value],
        "typeStructure": lambda row, value: row["public"] == _KIND[value],
        "raisonSocialeStructure": lambda row, value: _within(row["name"], value),
        "libelleStructure": lambda row, value: _within(row["name"], value),
        "adresseVille": lambda row, value: _within(row["city"] or "", value),
        "adresseCodePostal": lambda row, value: row["zip"] == value,
        "adresseCodePays": lambda row, value: row["country"] == value,
        "estMOA": lambda row, value: value is False,
        "estMOAUniquement": lambda row, value: value is False,
        "nomStructure": lambda row, value: False,
        "prenomStructure": lambda row, value: False,
    }
    return [
        _bind(known[name], value) for name, value in criteria.items() if name in known
    ]


def _bind(test: Callable[[Row, Any], bool], value: Any) -> Test:
    return lambda row: test(row, value)


def _within(text: str, part: str) -> bool:
    return part.casefold() in text.casefold()


def _structure_key(block: Any) -> Callable[[Row], Any]:
    column = {
        "DesignationStructure": "name",
        "TypeIdentifiantStructure": "id_type",
        "Statut": "active",
    }.get((block or {}).get("triColonne") or "", "identifier")
    return lambda row: (row[column], row["id"])


def _found(row: Row) -> Json:
    return {
        "designationStructure": row["name"],
        "idStructureCPP": row["id"],
        "identifiantStructure": row["identifier"],
        "statut": "ACTIVE" if row["active"] else "INACTIVE",
        "typeIdentifiantStructure": row["id_type"],
    }


def read_structure(context: Context, body: Json) -> Json:
    """``structures/consulter``: what the structure is and what it demands."""
    row = _structure(context, demanded_id(body, "idStructureCPP"))
    is_mine = row["id"] in context.account.structures
    return success(
        SUCCESS_REFERENCE,
        informationGenerales={
            "idStructureCPP": row["id"],
            "identifiantStructure": row["identifier"],
            "typeIdentifiantStructure": row["id_type"],
            "raisonSocialeStructure": row["name"],
            "libelleStructure": row["name"],
            "structurePriveePublique": "PUBLIQUE" if row["public"] else "PRIVEE",
            "numeroTVA": row["vat"],
            "emailStructure": row["email"],
            "dateExpirationMotPasseCompteTech": (
                instant(row["password_expires"]) if is_mine else None
            ),
        },
        adressePostaleDuSiege={
            "adresse": row["street"],
            "codePostal": row["zip"],
            "ville": row["city"],
            "pays": row["country"],
        },
        parametres={
            "codeServiceDoitEtreRenseigne": bool(row["needs_service"]),
            "numeroEJDoitEtreRenseigne": bool(row["needs_engagement"]),
            "gestionNumeroEJOuCodeService": bool(row["needs_either"]),
            "statutMiseEnPaiementNestPasRemonte": bool(row["hides_payment"]),
            "estMoaUniquement": False,
            "getaMoa": False,
            "estValideurDelegue": False,
            "connexionEDI": False,
            "recevoirDonneesViaEDI": False,
            "nonDiffusibleInsee": False,
        },
    )


def find_services(context: Context, body: Json) -> Json:
    """``structures/rechercher/services``; the generic paging block is refused."""
    if "parametres" in body:
        raise Broken(400, "parametres : bloc inconnu de ce service")
    row = _structure(context, demanded_id(body, "idStructure"))
    block = body.get("parametresRechercherServicesStructure")
    services = context.store.all(
        "SELECT * FROM service WHERE structure_id = ? ORDER BY id", row["id"]
    )
    column = {
        "CodeService": "code",
        "LibelleService": "name",
        "DateDbtService": "starts",
        "DateFinService": "ends",
        "EstActif": "active",
    }.get((block or {}).get("triColonne") or "", "id")
    services.sort(
        key=lambda service: (service[column], service["id"]),
        reverse=column != "id" and not ascending(block),
    )
    found, page = cut(services, wanted(block))
    return success(
        SUCCESS_REFERENCE,
        parametresRetour=page.fields(),
        listeServices=[
            {
                "idService": service["id"],
                "codeService": service["code"],
                "libelleService": service["name"],
                "estActif": bool(service["active"]),
                "dateDbtService": minute(service["starts"]),
                "dateFinService": minute(service["ends"]),
            }
            for service in found
        ],
    )


def read_service(context: Context, body: Json) -> Json:
    """``structures/consulter/service``: paging fields at the root of the answer."""
    structure = _structure(context, demanded_id(body, "idStructure"))
    service = context.store.one(
        "SELECT * FROM service WHERE id = ? AND structure_id = ?",
        demanded_id(body, "idService"),
        structure["id"],
    )
    if service is None:
        raise refused("unknown_service")
    return success(
        SUCCESS_REFERENCE,
        informationsGenerales={
            "codeService": service["code"],
            "nomService": service["name"],
            "descriptionService": service["name"],
        },
        adressePostale={
            "adresse": structure["street"],
            "codePostal": structure["zip"],
            "ville": structure["city"],
            "pays": structure["country"],
        },
        parametres={
            "numeroEngagement": bool(service["needs_engagement"]),
            "miseEnPaiement": bool(service["reports_payment"]),
            "dateCreation": instant(service["starts"]),
            "dateDebutValidite": instant(service["starts"]),
            "dateFinValidite": instant(service["ends"]),
            "dateModification": instant(service["starts"]),
        },
        pageCourante=1,
        pages=1,
        nbResultatsParPage=10,
        total=1,
    )


def _structure(context: Context, structure_id: int) -> Row:
    row = structure_by_id(context.store, structure_id)
    if row is None:
        raise refused("unknown_structure")
    return row
