"""The first validator of an invoice of a subcontractor or a joint contractor."""

from __future__ import annotations

from . import codes, invoices
from .clock import day
from .context import Context, demanded, demanded_id, limited
from .directory import structure_by_code, structure_by_id
from .replies import SUCCESS_PROCESSING, Broken, Json, success
from .settings import Settings
from .state import Row, Store
from .wordings import refused

ACCEPT = "VALIDATION"
REFUSE = "REFUS"
# The name of this action is not published: the drive API's own.
MISROUTED = "ERREUR_ACHEMINEMENT"
OUTCOMES = {
    ACCEPT: codes.VALIDATED,
    REFUSE: codes.VALIDATION_REFUSED,
    MISROUTED: codes.VALIDATOR_WRONG,
}


def judge(
    store: Store,
    settings: Settings,
    row: Row,
    action: str,
    now: float,
    *,
    reason: str = "",
    login: str | None = None,
) -> str:
    """What the validator says; gives the new status. ValueError: no such action."""
    if action not in OUTCOMES:
        raise ValueError(f"action is one of {', '.join(OUTCOMES)}")
    if row["status"] != codes.TO_VALIDATE:
        raise refused("status_forbids")
    if action != ACCEPT and not reason.strip():
        raise refused("reason_missing")
    status = OUTCOMES[action]
    invoices.set_status(
        store, row, status, now, comment=reason, login=login, validated=now
    )
    invoices.schedule(store, row["id"], status, now, settings)
    return status


def treat(context: Context, body: Json) -> Json:
    """``factures/traiter/factureAValider``: the account of the validator speaks."""
    row = invoices.find(context.store, demanded_id(body, "idFacture"))
    action = demanded(body, "action")
    validator = row["validator_id"]
    if validator is None or validator not in context.account.structures:
        raise refused("no_right")
    if body.get("idValideur") not in (None, validator):
        raise refused("no_right")
    if action not in (ACCEPT, REFUSE):
        raise Broken(400, "action : valeur invalide")
    status = judge(
        context.store,
        context.settings,
        row,
        action,
        context.now,
        reason=body.get("motifRefus") or "",
        login=context.account.login,
    )
    return success(
        SUCCESS_PROCESSING,
        idFacture=row["id"],
        numeroFacture=row["number"],
        dateTraitement=day(context.now),
        statutFacture=status,
    )


def correct(context: Context, body: Json) -> Json:
    """``factures/corriger/valideur/facture``: another validator, asked again."""
    invoice_id = demanded_id(body, "idFacture")
    row = invoices.issued(context.store, context.account, invoice_id)
    if row["status"] != codes.VALIDATOR_WRONG:
        raise refused("status_forbids")
    wanted = body.get("idStructure")
    if wanted is not None:
        validator = structure_by_id(context.store, wanted)
    else:
        identifier = limited(body, "identifiantStructure", 80)
        if not identifier:
            raise Broken(400, "identifiantStructure : champ obligatoire")
        validator = structure_by_code(context.store, identifier)
    if validator is None or not validator["active"]:
        raise refused("submit_validator_unknown")
    invoices.set_status(
        context.store,
        row,
        codes.TO_VALIDATE,
        context.now,
        login=context.account.login,
        validator_id=validator["id"],
        validator_service=None,
        validated=None,
    )
    invoices.schedule(
        context.store, row["id"], codes.TO_VALIDATE, context.now, context.settings
    )
    return success(SUCCESS_PROCESSING, idFacture=row["id"])
