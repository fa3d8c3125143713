"""What a recipient does: search, read, treat."""

from __future__ import annotations

from . import codes, consultation, invoices, works
from .clock import day
from .context import Context, demanded, demanded_id
from .directory import structure_by_id
from .replies import SUCCESS_PROCESSING, Broken, Json, success
from .searches import common_fields, search
from .state import Row, Store
from .wordings import refused


def search_received(context: Context, body: Json) -> Json:
    """``factures/rechercher/recipiendaire``: paging fields at the root of the answer.

    Nothing found is a refusal, 20000 ``TRA_MSG_00.015``.
    """
    if body.get("rechercheSirenFournisseur"):
        body = {**body, "listeFournisseurs": _same_siren(context.store, body)}
    rows = [
        row
        for recipient in sorted(_recipients(context, body))
        for row in context.store.all(
            "SELECT * FROM invoice WHERE recipient_id = ?", recipient
        )
        if row["status"] not in codes.HIDDEN_FROM_RECIPIENT
    ]
    cadre = (body.get("cadreFacturation") or "").partition("_")[0] or None
    found, page = search(context, rows, body, body.get("paramRecherche"), cadre)
    if not page.total:
        raise refused("no_result")
    with_size = bool(body.get("recupererTaille"))
    return success(
        SUCCESS_PROCESSING,
        **page.fields(),
        listeFactures=[
            {
                **common_fields(context, row, with_size=with_size),
                "idFacture": row["id"],
                "factureTelechargeeParDestinataire": bool(row["downloaded"]),
                **works.parties_of(context.store, row),
            }
            for row in found
        ],
    )


def _recipients(context: Context, body: Json) -> frozenset[int]:
    """The structures to look at: all of the account's, or the one asked for."""
    allowed = context.account.receives_for
    asked = body.get("idDestinataire")
    if asked is None:
        return allowed
    if asked not in allowed:
        raise refused("no_right")
    return frozenset((asked,))


def _same_siren(store: Store, body: Json) -> list[Json]:
    wider: list[Json] = []
    for entry in body.get("listeFournisseurs") or []:
        structure = structure_by_id(store, entry.get("idFournisseur") or 0)
        siren = structure["identifier"][:9] if structure else None
        wider += [
            {"idFournisseur": row["id"]}
            for row in store.all("SELECT id, identifier FROM structure")
            if siren and row["identifier"].startswith(siren)
        ] or [entry]
    return wider


def read_received(context: Context, body: Json) -> Json:
    """``factures/consulter/recipiendaire``."""
    invoice_id = demanded_id(body, "identifiantFactureCPP")
    row = invoices.received(context.store, context.account, invoice_id)
    return consultation.for_recipient(context, row, body)


def treat(context: Context, body: Json) -> Json:
    """``factures/traiter/recue``: a new status, with a reason where one is due."""
    invoice_id = demanded_id(body, "idFacture")
    status = demanded(body, "nouveauStatut")
    if "motif" in body and body["motif"] is None:
        # Recorded: a null motif breaks the service, an empty text does not.
        raise Broken(500)
    row = invoices.received(context.store, context.account, invoice_id)
    change_status(
        context.store,
        row,
        status,
        context.now,
        reason=body.get("motif") or "",
        mandate=body.get("numeroDPMandat") or "",
        login=context.account.login,
    )
    return success(
        SUCCESS_PROCESSING,
        idFacture=row["id"],
        numeroFacture=row["number"],
        dateTraitement=day(context.now),
        nouveauStatut=status,
    )


def change_status(
    store: Store,
    row: Row,
    status: str,
    now: float,
    *,
    reason: str = "",
    mandate: str = "",
    login: str | None = None,
) -> None:
    """Apply the rules of the invoice's life; Refused when they forbid the change."""
    if status not in codes.targets(row["status"]):
        raise refused("status_forbids")
    if status in codes.REASON_NEEDED and not reason.strip():
        raise refused("reason_missing")
    number = mandate if status == codes.MANDATED and mandate else row["mandate"]
    invoices.set_status(
        store, row, status, now, comment=reason, login=login, mandate=number
    )
