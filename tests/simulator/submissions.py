"""Invoices that come as a PDF and a form: ``deposer/pdf``, then ``soumettre``."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import replace

from . import codes, documents, flows, invoices
from .clock import day, in_paris
from .context import Context, demanded
from .directory import structure_by_code
from .documents import Guesses, Unreadable
from .invoices import Arrival, Upload
from .invoices_supplier import strict_base64
from .replies import SUCCESS_PROCESSING, Broken, Json, success
from .state import Row
from .submission_form import Form, read_form
from .submission_rules import check
from .wordings import refused

MAX_PDF = 10 * 1024 * 1024
MAX_INVOICE = 120 * 1024 * 1024
MAX_NAME = 50


def deposit_pdf(context: Context, body: Json) -> Json:
    """``factures/deposer/pdf``: keep the PDF, say what could be read on it.

    A draft in ``INTERPRETEE_OCR`` waits for ``soumettre``; HTTP 413 beyond 10 MB.
    """
    content = strict_base64(body, "fichierFacture")
    name = demanded(body, "nomFichier", 200)
    form = demanded(body, "formatDepot")
    if "." not in name.strip(".") or "/" in name or "\\" in name:
        raise Broken(400, "nomFichier : nom avec extension, sans chemin")
    if len(content) > MAX_PDF:
        raise Broken(413)
    if not context.account.issues_for:
        raise refused("no_right")
    try:
        read = documents.read_pdf(content)
    except Unreadable as verdict:
        raise refused("pdf_unreadable") from verdict
    file_id = context.store.insert(
        "file",
        {
            "login": context.account.login,
            "name": documents.short_name(name, MAX_NAME),
            "extension": "PDF",
            "mime": "application/pdf",
            "content": content,
        },
    )
    values = _recognised(context, read)
    context.store.insert(
        "draft",
        {
            "file_id": file_id,
            "login": context.account.login,
            "name": name,
            "format": form,
            "read": json.dumps(values, default=str),
            "at": context.now,
        },
    )
    # Recorded: what was not recognised is there, and null.
    return {**success(SUCCESS_PROCESSING, pieceJointeId=file_id), **values}


def _recognised(context: Context, read: Guesses) -> Json:
    """The members of the answer; the directory tells the parties apart."""
    supplier = recipient = None
    for siret in read.sirets:
        row = structure_by_code(context.store, siret)
        if row is not None and row["public"]:
            recipient = recipient or siret
        else:
            supplier = supplier or siret
    kind = None
    if read.is_credit_note is not None:
        kind = "AVOIR" if read.is_credit_note else "FACTURE"
    return {
        "numeroFacture": read.number,
        "dateFacture": read.date,
        "codeDestinataire": recipient,
        "codeServiceExecutant": read.service,
        "codeFournisseur": supplier,
        "codeDeviseFacture": read.currency,
        "typeFacture": kind,
        "typeTva": None,
        "numeroBonCommande": read.order,
        "montantTtcAvantRemiseGlobalTTC": read.taxed,
        "montantAPayer": read.payable,
        "montantHtTotal": read.untaxed,
        "montantTVA": read.vat,
    }


def submit(context: Context, body: Json) -> Json:
    """``factures/soumettre``: one invoice, and its id at once.

    A missing or ill-formed member is 400; what the rules forbid is a refusal.
    """
    form = read_form(context, body)
    form = replace(form, number=_number(context, form))
    check(context, form)
    uploads = _uploads(context, form)
    read = form.document(uploads)
    if flows.is_duplicate(context.store, form.supplier["id"], read, context.settings):
        raise refused("submit_duplicate")
    if not form.with_pdf and not form.main:
        read = documents.with_pdf(read)
    arrival = _arrival(context, form, [upload for upload, _row in uploads])
    invoice_id = invoices.create(context.store, read, arrival, context.settings)
    for upload, _row in uploads:
        context.store.run(
            "UPDATE draft SET invoice_id = ? WHERE file_id = ?",
            invoice_id,
            upload.file_id,
        )
    return success(
        SUCCESS_PROCESSING,
        identifiantFactureCPP=invoice_id,
        numeroFacture=read.number,
        statutFacture=arrival.status,
        dateDepot=day(context.now),
        identifiantStructure=form.supplier["identifier"],
        empreinteCertificatDepot=_fingerprint(invoice_id, read.number, context.now),
    )


def _arrival(context: Context, form: Form, uploads: list[Upload]) -> Arrival:
    """How it came; a frame with a validator waits for it first."""
    validator = form.validator
    return Arrival(
        supplier=form.supplier,
        recipient=form.recipient,
        service=form.service,
        at=context.now,
        mode=form.mode,
        login=context.account.login,
        status=codes.DEPOSITED if validator is None else codes.TO_VALIDATE,
        uploads=tuple(uploads),
        columns={
            "vat_type": form.vat_type,
            "payment_mode": form.payment_mode,
            "note": form.comment,
            "validator_id": validator["id"] if validator else None,
            "validator_service": form.validator_service,
        },
    )


def _number(context: Context, form: Form) -> str:
    """The supplier's number, or the portal's own: year, then a counter, 20 digits."""
    mode = context.settings.assigned_number
    if mode == "never" or (mode == "typed_in" and form.with_pdf):
        return form.number
    year = in_paris(context.now).year
    return f"{year}{context.store.next_number(f'typed in {year}'):016d}"


def _fingerprint(invoice_id: int, number: str, now: float) -> str:
    seen = f"{invoice_id} {number} {now}".encode()
    return base64.b64encode(hashlib.sha256(seen).digest()).decode("ascii")


def _uploads(context: Context, form: Form) -> list[tuple[Upload, Row]]:
    """The stored files it names: those of the account, each one once."""
    wishes = [*form.main, *form.annexes]
    found = [(wish, _stored(context, wish.file_id)) for wish in wishes]
    if len({wish.file_id for wish in wishes}) < len(wishes):
        raise refused("attachment_unknown")
    if sum(row["size"] for _wish, row in found) > MAX_INVOICE:
        raise refused("submit_too_large")
    for wish, row in found:
        if wish.kind == "main" and row["extension"] != "PDF":
            raise refused("submit_main_not_pdf")
    return found


def _stored(context: Context, file_id: int) -> Row:
    row = context.store.one(
        "SELECT id, name, extension, mime, content, length(content) AS size FROM file "
        "WHERE id = ? AND login = ?",
        file_id,
        context.account.login,
    )
    if row is None:
        raise refused("attachment_unknown")
    return row
