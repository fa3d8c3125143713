"""Services shared by all families: flow report, stored files, reference data."""

from __future__ import annotations

from . import codes, flows, invoices
from .accounts import rights_of
from .clock import instant, minute
from .context import Context, demanded
from .documents import EXTENSIONS
from .invoices_supplier import strict_base64
from .paging import ascending, cut, wanted
from .replies import (
    SUCCESS_PROCESSING,
    SUCCESS_REFERENCE,
    Broken,
    Json,
    success,
)
from .state import Row
from .wordings import refused

MAX_ATTACHMENT = 10 * 1024 * 1024
CUT_MARK = "[...]"


def health(_context: Context, _body: Json) -> Json:
    """``transverses/health-check``, the only GET."""
    return {
        "body": "L'API Transverses est disponible",
        "statusCodeValue": 200,
        "statusCode": "OK",
    }


def report(context: Context, body: Json) -> Json:
    """``transverses/consulterCRDetaille``: where a flow stands and what is wrong."""
    store = context.store
    number = demanded(body, "numeroFluxDepot")
    flow = store.one(
        "SELECT * FROM flow WHERE number = ? AND login = ?",
        number,
        context.account.login,
    )
    if flow is None or context.now < flow["deposited"] + context.settings.report_delay:
        raise refused("unknown_flow")
    errors = store.all("SELECT * FROM flow_error WHERE flow = ? ORDER BY id", number)
    rejected = [error for error in errors if error["kind"] == "invoice"]
    if "missing_report_line" in context.hit:
        rejected = []
    return success(
        SUCCESS_REFERENCE,
        nomFichier=flows.server_name(flow),
        codeInterfaceDepotFlux=flow["interface"],
        dateDepotFlux=instant(flow["deposited"]),
        etatCourantDepotFlux=flow["state"],
        dateHeureEtatCourantFlux=instant(flow["state_at"]),
        listeErreurDP=[_rejected(error, context) for error in rejected],
        listeErreurTechnique=[
            {
                "natureErreur": error["nature"],
                "codeErreur": error["code"],
                "libelleErreur": error["label"],
            }
            for error in errors
            if error["kind"] == "technical"
        ],
    )


def _rejected(error: Row, context: Context) -> Json:
    label, longest = error["label"], context.settings.error_length
    if len(label) > longest:
        label = label[:longest] + CUT_MARK
    return {
        "numeroDP": error["number"],
        "identifiantFournisseur": error["supplier"],
        "identifiantDestinataire": error["recipient"],
        "libelleErreurDP": label,
    }


def add_file(context: Context, body: Json) -> Json:
    """``transverses/ajouter/fichier``: keep a file for a later use."""
    name = demanded(body, "pieceJointeNom", 50)
    mime = demanded(body, "pieceJointeTypeMime", 255)
    extension = demanded(body, "pieceJointeExtension")
    if not body.get("pieceJointeFichier") and "pieceJointeFichier" in body:
        raise refused("attachment_empty")
    content = strict_base64(body, "pieceJointeFichier")
    if len(content) > MAX_ATTACHMENT:
        raise refused("attachment_too_large")
    if invoices.extension_of(name) == "":
        raise Broken(400, "pieceJointeNom : extension obligatoire")
    if extension.upper() not in EXTENSIONS:
        raise refused("attachment_extension")
    file_id = context.store.insert(
        "file",
        {
            "login": context.account.login,
            "name": name,
            "extension": extension.upper(),
            "mime": mime,
            "content": content,
        },
    )
    return success(SUCCESS_PROCESSING, pieceJointeId=file_id)


def possible_treatments(_context: Context, body: Json) -> Json:
    """``transverses/recuperer/etats/traitement``: targets of a status, as published."""
    status = demanded(body, "statutCourant")
    return success(
        SUCCESS_REFERENCE,
        listeStatutsPossiblesPourTraitement=[
            {"statutPossiblePourTraitement": target}
            for target in codes.TARGETS.get(status, ())
        ],
    )


def issuing_structures(context: Context, _body: Json) -> Json:
    """``transverses/recuperer/structures/actives/fournisseur``."""
    return _active_structures(context, "may_issue")


def receiving_structures(context: Context, _body: Json) -> Json:
    """``transverses/recuperer/structures/actives/destinataire``."""
    return _active_structures(context, "may_receive")


def _active_structures(context: Context, right: str) -> Json:
    rows = [
        row
        for row in rights_of(context.store, context.account.login)
        if row[right] and row["active"]
    ]
    # The request has no paging block: everything comes on one page.
    found, page = cut(rows, wanted({"nbResultatsParPage": max(10, len(rows))}))
    return success(
        SUCCESS_REFERENCE,
        **page.fields(),
        listeStructures=[
            {
                "idStructureCPP": row["structure_id"],
                "identifiant": row["identifier"],
                "designationStructure": row["name"],
            }
            for row in found
        ],
    )


def attachments_of_account(context: Context, body: Json) -> Json:
    """``utilisateurs/monCompte/recuperer/rattachements``: who am I, and for whom."""
    block = body.get("parametresRecherche")
    rows = rights_of(context.store, context.account.login)
    if not ascending(block):
        rows = rows[::-1]
    found, page = cut(rows, wanted(block))
    return success(
        SUCCESS_REFERENCE,
        parametresRetour=page.fields(),
        listeStructureRattachement=[_attached(context, row) for row in found],
    )


def _attached(context: Context, row: Row) -> Json:
    services = context.store.all(
        "SELECT * FROM service WHERE structure_id = ? ORDER BY id", row["structure_id"]
    )
    return {
        "designationStructure": row["name"],
        "idRattachementStructure": row["id"],
        "idStructure": row["structure_id"],
        "identifiantStructure": row["identifier"],
        "typeIdentifiantStructure": row["id_type"],
        "statutRattachementStructure": "VALIDEE",
        "listeServicesRattache": [
            {
                "idService": service["id"],
                "codeService": service["code"],
                "libelleService": service["name"],
                "estActif": bool(service["active"]),
                "dateDbtService": minute(service["starts"]),
                "dateFinService": minute(service["ends"]),
                "idRattachementService": service["id"],
                "statutRattachementService": "VALIDEE",
            }
            for service in services
        ],
    }
