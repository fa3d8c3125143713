"""What a supplier does: deposit, search, read, complete, recycle, acknowledge."""

from __future__ import annotations

import base64
import binascii

from . import codes, consultation, flows, invoices
from .clock import day, minute
from .context import Context, demanded, demanded_id, limited
from .contract import contract
from .directory import (
    is_usable,
    known_structure,
    missing,
    service_by_code,
    structure_by_code,
    structure_by_id,
)
from .replies import SUCCESS_PROCESSING, Broken, Json, success
from .searches import common_fields, search
from .state import Row, Store
from .wordings import refused

MAX_FLOW = 10 * 1024 * 1024
MAX_BATCH = 30 * 1024 * 1024
BATCH_EXTENSIONS = (".tar.gz", ".tgz", ".gz", ".zip")
MAX_COMMENT = 2000


def strict_base64(body: Json, name: str) -> bytes:
    """A file of the request: standard alphabet, padding, no line break; else 400."""
    text = demanded(body, name)
    try:
        return base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise Broken(400, f"{name} : Base64 invalide") from None


def deposit_flow(context: Context, body: Json) -> Json:
    """``factures/deposer/flux``: the file is received; nothing is read yet."""
    content = strict_base64(body, "fichierFlux")
    name = demanded(body, "nomFichier", 200)
    syntax = demanded(body, "syntaxeFlux")
    if "." not in name.strip("."):
        raise Broken(400, "nomFichier : extension obligatoire")
    limit = MAX_BATCH if name.lower().endswith(BATCH_EXTENSIONS) else MAX_FLOW
    if len(content) > limit:
        raise refused("file_too_large")
    if not context.account.issues_for:
        raise refused("no_right")
    number = flows.receive(
        context.store,
        content,
        name,
        syntax,
        context.account.login,
        context.now,
        stuck="flow_pending" in context.hit,
        fate=context.hit.fate,
    )
    echoed = syntax if syntax in contract().values("SyntaxeFluxRetour") else None
    return success(
        SUCCESS_PROCESSING,
        numeroFluxDepot=number,
        dateDepot=day(context.now),
        syntaxeFlux=echoed,
    )


def search_sent(context: Context, body: Json) -> Json:
    """``factures/rechercher/fournisseur``: no criterion is needed."""
    store = context.store
    if body.get("rechercheSirenDestinataire"):
        body = {**body, "listeDestinataire": _same_siren(store, body)}
    rows = [
        row
        for supplier in sorted(context.account.issues_for)
        for row in _candidates(store, supplier, body)
    ]
    cadre = (body.get("cadreFacturation") or "").partition("_")[0] or None
    block = body.get("rechercheFactureParFournisseur")
    found, page = search(context, rows, body, block, cadre)
    if not page.total and context.settings.empty_search_code:
        raise refused("no_result")
    with_size = bool(body.get("recupererTaille"))
    return success(
        SUCCESS_PROCESSING,
        parametresRetour=page.fields(),
        listeFactures=[_sent(context, row, with_size=with_size) for row in found],
    )


def _candidates(store: Store, supplier: int, body: Json) -> list[Row]:
    """The supplier's invoices; the indexes serve the two criteria that narrow most."""
    sql, values = "SELECT * FROM invoice WHERE supplier_id = ?", [supplier]
    for name, column in (("numeroFacture", "number"), ("numeroFluxDepot", "flow")):
        if body.get(name):
            sql += f" AND {column} = ?"
            values.append(body[name])
    return store.all(sql, *values)


def _same_siren(store: Store, body: Json) -> list[Json]:
    """Every recipient criterion, repeated for all structures of its SIREN."""
    wider: list[Json] = []
    for entry in body.get("listeDestinataire") or []:
        structure = structure_by_id(store, entry.get("idDestinataire") or 0)
        if structure is None:
            wider.append(entry)
            continue
        siren = structure["identifier"][:9]
        wider += [
            {**entry, "idDestinataire": row["id"]}
            for row in store.all("SELECT id, identifier FROM structure")
            if row["identifier"].startswith(siren)
        ]
    return wider


def _sent(context: Context, row: Row, *, with_size: bool) -> Json:
    return {
        **common_fields(context, row, with_size=with_size),
        "identifiantFactureCPP": row["id"],
        "numeroFluxDepot": row["flow"],
        "numeroFactureOrigine": row["original_number"],
        "modeDepot": row["mode"],
        "nomPrenomUtilisateurCreateur": row["creator"],
        "rejetTraite": bool(row["rejection_handled"]),
        **_validator(context, row),
    }


def _validator(context: Context, row: Row) -> Json:
    if row["validator_id"] is None:
        return {}
    validator = known_structure(context.store, row["validator_id"])
    return {
        "typeIdentifiantValideur1": validator["id_type"],
        "codeValideur1": validator["identifier"],
        "raisonSocialeValideur1": validator["name"],
        "dateValidation1": day(row["validated"]),
    }


def read_sent(context: Context, body: Json) -> Json:
    """``factures/consulter/fournisseur``."""
    invoice_id = demanded_id(body, "identifiantFactureCPP")
    row = invoices.issued(context.store, context.account, invoice_id)
    return consultation.for_supplier(context, row, body)


def complete(context: Context, body: Json) -> Json:
    """``factures/completer``: only a suspended invoice takes files and a comment."""
    store, account = context.store, context.account
    invoice_id = demanded_id(body, "identifiantFactureCPP")
    comment = limited(body, "commentaire", MAX_COMMENT)
    row = invoices.issued(store, account, invoice_id)
    if row["status"] != codes.SUSPENDED:
        raise refused("not_suspended")
    wishes = body.get("pieceJointeComplementaire") or []
    for wish in wishes:
        _attach(context, row, wish)
    invoices.set_status(
        store, row, codes.COMPLETED, context.now, comment=comment, login=account.login
    )
    invoices.add_other_event(
        store, row["id"], "Facture complétée", context.now, account.login
    )
    return success(
        SUCCESS_PROCESSING,
        pageCourante=1,
        pages=1,
        nbResultatsParPage=10,
        total=1,
        identifiantFactureCPP=row["id"],
        numeroFacture=row["number"],
        dateTraitement=minute(context.now),
    )


def _attach(context: Context, row: Row, wish: Json) -> None:
    designation = demanded(wish, "pieceJointeComplementaireDesignation", 100)
    type_code = demanded(wish, "pieceJointeComplementaireType", 30)
    file_id = demanded_id(wish, "pieceJointeComplementaireId")
    owned = context.store.one(
        "SELECT 1 FROM file WHERE id = ? AND login = ?", file_id, context.account.login
    )
    if owned is None:
        raise refused("attachment_unknown")
    # A stored file belongs to the account until it is used, once.
    context.store.run("UPDATE file SET login = NULL WHERE id = ?", file_id)
    context.store.insert(
        "invoice_file",
        {
            "invoice_id": row["id"],
            "file_id": file_id,
            "kind": "complement",
            "type_code": type_code,
            "designation": designation,
            "line": wish.get("pieceJointeComplementaireNumeroLigneFacture"),
        },
    )


def recycle(context: Context, body: Json) -> Json:
    """``factures/recycler``: new routing data, same number, back on its way."""
    store = context.store
    invoice_id = demanded_id(body, "identifiantFactureCPP")
    comment = limited(body, "commentaire", MAX_COMMENT)
    row = invoices.issued(store, context.account, invoice_id)
    if row["status"] != codes.TO_RECYCLE:
        raise refused("status_forbids")
    recipient, service, service_code = _new_route(context, row, body)
    reference = body.get("reference") or {}
    engagement = limited(reference, "numeroBonCommande", 50) or row["engagement"]
    lack = missing(recipient, service, service_code, engagement)
    for is_missing, name in (
        (lack.service, "recycle_service_missing"),
        (lack.engagement, "recycle_engagement_missing"),
        (lack.either, "recycle_either_missing"),
    ):
        if is_missing:
            raise refused(name)
    # The reference gives the answer's fields, not their values after recycling:
    # the invoice starts its way again, deposited today.
    invoices.set_status(
        store,
        row,
        codes.DEPOSITED,
        context.now,
        comment=comment,
        login=context.account.login,
        recipient_id=recipient["id"],
        service_id=service["id"] if service else None,
        service_code=service_code,
        engagement=engagement,
        contract=limited(reference, "numeroMarche", 50) or row["contract"],
        vat_type=reference.get("typeTva") or row["vat_type"],
        payment_mode=reference.get("modePaiement") or row["payment_mode"],
        deposited=context.now,
        downloaded=0,
        recycled=1,
    )
    invoices.schedule(store, row["id"], codes.DEPOSITED, context.now, context.settings)
    invoices.add_other_event(
        store, row["id"], "Facture recyclée", context.now, context.account.login
    )
    return success(
        SUCCESS_PROCESSING,
        identifiantFactureCPP=row["id"],
        numeroFacture=row["number"],
        statutFacture=codes.DEPOSITED,
        dateDepot=day(context.now),
    )


def _new_route(
    context: Context, row: Row, body: Json
) -> tuple[Row, Row | None, str | None]:
    store = context.store
    wish = body.get("destinataire") or {}
    identifier = limited(wish, "codeDestinataire", 80)
    if identifier:
        recipient = structure_by_code(store, identifier)
    else:
        recipient = structure_by_id(store, row["recipient_id"])
    if recipient is None or not recipient["active"] or not recipient["public"]:
        raise refused("recycle_recipient")
    moved = recipient["id"] != row["recipient_id"]
    code = limited(wish, "codeServiceExecutant", 100)
    if not code and not moved:
        code = row["service_code"]
    if not code:
        return recipient, None, None
    service = service_by_code(store, recipient["id"], code)
    if service is None or not is_usable(service, context.now):
        raise refused("recycle_service")
    return recipient, service, code


def handle_rejections(context: Context, body: Json) -> Json:
    """``factures/traiterRejet``: the supplier has seen to its rejected invoices."""
    wishes = body.get("listeDemandePaiement")
    if not wishes:
        raise Broken(400, "listeDemandePaiement : champ obligatoire")
    ids = [demanded_id(wish, "idDemandePaiement") for wish in wishes]
    rows = [invoices.issued(context.store, context.account, item) for item in ids]
    if any(row["status"] != codes.REJECTED for row in rows):
        raise refused("status_forbids")
    for row in rows:
        context.store.update("invoice", row["id"], {"rejection_handled": 1})
        invoices.add_action(
            context.store,
            row["id"],
            "TRAITEMENT_REJET",
            context.now,
            context.account.login,
        )
    return success(SUCCESS_PROCESSING)
