"""``factures/telecharger/groupe``: what either side may take away."""

from __future__ import annotations

import base64

from . import invoices
from .clock import in_paris
from .context import Context, demanded, demanded_id
from .documents import build_pdf, build_pivot
from .replies import SUCCESS_PROCESSING, Broken, Json, success
from .state import Row

MAX_PRODUCED = 120 * 1024 * 1024


def download_group(context: Context, body: Json) -> Json:
    """PIVOT or PDF of some invoices; HTTP 413 when the file would be too large."""
    form = demanded(body, "format", 5)
    if form not in ("PDF", "PIVOT"):
        raise Broken(400, "format : PDF ou PIVOT")
    wishes = body.get("listeFacture")
    if not wishes:
        raise Broken(400, "listeFacture : champ obligatoire")
    with_attachments = _with_attachments(body)
    ids = list(dict.fromkeys(demanded_id(wish, "idFacture") for wish in wishes))
    rows = [invoices.visible(context.store, context.account, item) for item in ids]
    if sum(invoices.size_of(context.store, row["id"]) for row in rows) > MAX_PRODUCED:
        raise Broken(413)
    content = _produce(context, rows, form, with_attachments=with_attachments)
    if len(content) > MAX_PRODUCED:
        raise Broken(413)
    content = context.hit.damage(content)
    for row in rows:
        _remember(context, row)
    return success(
        SUCCESS_PROCESSING, fichierResultat=base64.b64encode(content).decode("ascii")
    )


def _with_attachments(body: Json) -> bool:
    wish = (body.get("avecPiecesJointesComplementaires") or "non").lower()
    if wish not in ("oui", "non"):
        raise Broken(400, "avecPiecesJointesComplementaires : Oui ou Non")
    return wish == "oui"


def _produce(
    context: Context, rows: list[Row], form: str, *, with_attachments: bool
) -> bytes:
    pivots = [invoices.pivot_invoice(context.store, row) for row in rows]
    if form == "PDF":
        return build_pdf(pivots, with_attachments=with_attachments)
    return build_pivot(
        pivots,
        now=in_paris(context.now),
        zipped_attachments=context.settings.pivot_attachments == "zipped",
        delivery=context.settings.pivot_delivery,
        flow_id=f"CPP001{context.store.next_number('download'):019d}",
    )


def _remember(context: Context, row: Row) -> None:
    """A download is a user action; the recipient's own one also sets the flag."""
    invoices.add_action(
        context.store,
        row["id"],
        "TELECHARGEMENT_FACTURE",
        context.now,
        context.account.login,
    )
    if row["recipient_id"] in context.account.receives_for:
        context.store.update("invoice", row["id"], {"downloaded": 1})
