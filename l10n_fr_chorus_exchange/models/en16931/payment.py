"""Payment means (BG-16, BG-17) and terms (BT-9, BT-20)."""

from __future__ import annotations

import re

from ...tools.facturx_gateway import is_iban
from .draft import Draft, plain
from .text import one_line

BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")


def payment(draft: Draft) -> dict:
    """Credit notes carry terms only: nothing is to be paid onto an account."""
    terms = _terms(draft)
    if draft.is_credit_note and not draft.dialect.payment_means_on_credit_notes:
        return terms
    return {**terms, **_transfer(draft)}


def _terms(draft: Draft) -> dict:
    """BR-CO-25: a due date, or words. Both are given when both are known."""
    move = draft.move
    term = move.invoice_payment_term_id
    words = plain(term.note) or one_line(term.name)
    return {
        "BT-9": move.invoice_date_due or move.invoice_date,
        "BT-20": words[: draft.dialect.note_length] or None,
    }


def _transfer(draft: Draft) -> dict:
    move = draft.move
    account = move.partner_bank_id
    number = account.sanitized_acc_number or ""
    if not account:
        draft.miss(
            draft.env._(
                "Choose the bank account that %s is to be paid on (Recipient Bank).",
                draft.supplier.display_name,
            )
        )
    elif not is_iban(number):
        draft.miss(
            draft.env._(
                "The recipient bank account %s is not an IBAN.", account.acc_number
            )
        )
    bic = re.sub(r"\s", "", account.bank_id.bic or "").upper()
    return {
        "BT-81": draft.dialect.payment_means,
        "BT-83": one_line(move.payment_reference) or None,
        "BT-84": number,
        "BT-85": one_line(account.acc_holder_name) or None,
        "BT-86": bic if BIC.fullmatch(bic) else None,
    }
