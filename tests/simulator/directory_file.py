"""The directory of recipients in one file, as ``telecharger/annuaire/destinataire`` gives it.

The layout of the portal's own archive is not documented. Two CSV files in a ZIP, with the
columns of the directory the portal publishes, are the nearest thing that is known.
"""

from __future__ import annotations

import base64
import csv
import io
import zipfile
from collections.abc import Iterable, Sequence

from .context import Context
from .replies import SUCCESS_PROCESSING, Json, success
from .state import Row

STRUCTURES = (
    "TypeIdentifiant",
    "Identifiant",
    "RaisonSociale",
    "EmetteurEdi",
    "RecepteurEdi",
    "GestionStatutMiseEnPaiement",
    "GestionEngagement",
    "GestionService",
    "GestionServiceEngagement",
    "EstMOA",
    "EstMOAUniquement",
    "StructureActive",
    "Adresse",
    "ComplementAdresse1",
    "ComplementAdresse2",
    "CodePostal",
    "Ville",
    "NumTelephone",
    "Courriel",
    "CodePays",
    "LibellePays",
)
SERVICES = (
    "idService",
    "Identifiant",
    "RaisonSociale",
    "Code",
    "Nom",
    "GestionEGMT",
    "ServiceActif",
)


def download_directory(context: Context, _body: Json) -> Json:
    """``transverses/telecharger/annuaire/destinataire``: public structures, all of them."""
    structures = context.store.all(
        "SELECT * FROM structure WHERE public = 1 ORDER BY identifier"
    )
    services = context.store.all(
        "SELECT service.*, structure.identifier, structure.name AS owner FROM service "
        "JOIN structure ON structure.id = service.structure_id "
        "WHERE structure.public = 1 ORDER BY service.id"
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "structures.csv", _csv(STRUCTURES, map(_structure, structures))
        )
        archive.writestr("services.csv", _csv(SERVICES, map(_service, services)))
    content = base64.b64encode(packed.getvalue()).decode("ascii")
    return success(SUCCESS_PROCESSING, fichierResultat=content)


def _csv(titles: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(titles)
    writer.writerows(rows)
    return text.getvalue()


def _structure(row: Row) -> Sequence[object]:
    return (
        row["id_type"],
        row["identifier"],
        row["name"],
        _flag(False),
        _flag(False),
        _flag(not row["hides_payment"]),
        _flag(row["needs_engagement"]),
        _flag(row["needs_service"]),
        _flag(row["needs_either"]),
        _flag(False),
        _flag(False),
        _flag(row["active"]),
        row["street"],
        "",
        "",
        row["zip"],
        row["city"],
        "",
        "",
        row["country"],
        "",
    )


def _service(row: Row) -> Sequence[object]:
    return (
        row["id"],
        row["identifier"],
        row["owner"],
        row["code"],
        row["name"],
        _flag(row["needs_engagement"]),
        _flag(row["active"]),
    )


def _flag(value: object) -> str:
    return "true" if value else "false"
