"""Payment means (BG-16, BG-17, BG-19) and terms (BT-9, BT-20)."""

from __future__ import annotations

import re

from ...lib.chorus_pro.codes import BillingFramework
from ...tools.facturx_gateway import is_iban
from .draft import Draft, decimal_text, number, plain
from .parties import factor_of
from .prepaid import Prepaid
from .text import one_line

BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")
# UNTDID 4461.
TRANSFER = "30"
CASH = "10"
NEED_ACCOUNT = (TRANSFER, "31", "42", "58")
DIRECT_DEBITS = ("49", "59")
# UNTDID 4451: factor assignment clause; discount for early payment.
ASSIGNMENT = "ACC"
DISCOUNT = "AAB"
# On the wire, whatever the language of the customer: it has legal force in French.
SUBROGATION = (
    "Pour être libératoire, le paiement de cette facture doit être fait directement à"
    " %(factor)s, qui la reçoit par subrogation, sur le compte %(account)s."
)
EARLY_DISCOUNT = "Escompte de %(rate)s %% pour un paiement sous %(days)d jours."


def payment(draft: Draft, frame: BillingFramework, paid: Prepaid) -> dict:
    """Credit notes carry terms only: nothing is to be paid onto an account."""
    terms = _terms(draft, frame, paid)
    if draft.is_credit_note:
        return terms
    code = _means(draft, paid if frame is BillingFramework.A2 else Prepaid())
    terms["BT-81"] = code
    terms["BT-83"] = one_line(draft.move.payment_reference) or None
    if code in NEED_ACCOUNT:
        terms.update(_transfer(draft))
    elif code in DIRECT_DEBITS:
        terms.update(draft.move._l10n_fr_chorus_mandate())
    return terms


def _means(draft: Draft, paid: Prepaid) -> str:
    """BT-81: said on the invoice, by the payment or its method, or by the company."""
    move = draft.move
    # Whoever may read the invoice need not see the methods of payment.
    method = paid.method or move.sudo().preferred_payment_method_line_id
    return (
        move.l10n_fr_chorus_payment_means
        or method.l10n_fr_chorus_payment_means
        or (CASH if paid.journal_type == "cash" else None)
        or move.company_id.l10n_fr_chorus_payment_means
        or TRANSFER
    )


def _terms(draft: Draft, frame: BillingFramework, paid: Prepaid) -> dict:
    """BR-CO-25: a due date, or words. Both are given when both are known.

    What is already paid was due the day it was paid.
    """
    move = draft.move
    due = paid.on if frame is BillingFramework.A2 else None
    return {
        "BT-9": due or move.invoice_date_due or move.invoice_date,
        "BT-20": _words(draft)[: draft.dialect.note_length] or None,
    }


def _words(draft: Draft) -> str:
    term = draft.move.invoice_payment_term_id
    words = plain(term.note) or one_line(term.name)
    discount = early_discount(term)
    if discount and "escompte" not in words.lower():
        words = "\n".join(filter(None, [words, discount]))
    return words


def early_discount(term) -> str:
    """What paying early brings, in French; empty when it brings nothing.

    :param term: ``account.payment.term``
    """
    if not term.early_discount:
        return ""
    rate = decimal_text(number(term.discount_percentage)).replace(".", ",")
    return EARLY_DISCOUNT % {"rate": rate, "days": term.discount_days}


def notes(draft: Draft) -> list[dict]:
    """BG-1: what has legal force about the payment."""
    discount = early_discount(draft.move.invoice_payment_term_id)
    found = [{"BT-21": DISCOUNT, "BT-22": discount}] if discount else []
    factor = factor_of(draft)
    if factor:
        account = draft.move.partner_bank_id
        sentence = plain(account.l10n_fr_chorus_subrogation) or SUBROGATION % {
            "factor": one_line(factor.name),
            "account": account.acc_number,
        }
        cut = sentence[: draft.dialect.note_length]
        found.append({"BT-21": ASSIGNMENT, "BT-22": cut})
    return found


def _transfer(draft: Draft) -> dict:
    move = draft.move
    account = move.partner_bank_id
    iban = account.sanitized_acc_number or ""
    if not account:
        draft.miss(
            draft.env._(
                "Choose the bank account that %s is to be paid on (Recipient Bank).",
                draft.supplier.display_name,
            ),
            field="partner_bank_id",
        )
    elif not is_iban(iban):
        draft.miss(
            draft.env._(
                "The recipient bank account %s is not an IBAN.", account.acc_number
            ),
            account,
            "acc_number",
        )
    bic = re.sub(r"\s", "", account.bank_id.bic or "").upper()
    return {
        "BT-84": iban,
        "BT-85": one_line(account.acc_holder_name) or None,
        "BT-86": bic if BIC.fullmatch(bic) else None,
    }
