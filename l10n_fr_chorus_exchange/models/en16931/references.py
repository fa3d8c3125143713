"""Type of the invoice (BT-3) and the documents that it names (BT-10 to 13, BG-3)."""

from __future__ import annotations

from .draft import Draft
from .text import one_line

# UNTDID 1001
INVOICE = "380"
CREDIT_NOTE = "381"
CORRECTIVE = "384"
DOWN_PAYMENT = "386"
TYPE_CODES = {"out_invoice": INVOICE, "out_refund": CREDIT_NOTE}


def type_code(draft: Draft) -> str | None:
    """BT-3. Whether the portal takes 384 and 386 is not documented: settings."""
    move = draft.move
    code = TYPE_CODES.get(move.move_type)
    if code is None:
        draft.miss(
            draft.env._("Only customer invoices and credit notes go to Chorus Pro.")
        )
    if code == INVOICE and _is_corrective(draft):
        return CORRECTIVE
    if (
        code == INVOICE
        and move.company_id.l10n_fr_chorus_type_down_payment
        and move.sudo()._is_downpayment()
    ):
        return DOWN_PAYMENT
    return code


def _is_corrective(draft: Draft) -> bool:
    move = draft.move
    return bool(
        move.company_id.l10n_fr_chorus_type_corrective
        and move.l10n_fr_chorus_corrected_id
    )


def references(draft: Draft) -> dict:
    """Only what the user typed: no other reference of Odoo stands in for these.

    A commitment number that is really an order name would send the invoice astray.
    """
    move = draft.move
    return {
        "BT-10": one_line(move.buyer_reference),
        "BT-12": one_line(move.contract_reference),
        "BT-13": one_line(move.purchase_order_reference),
        "BG-3": [
            {"BT-25": one_line(earlier.name), "BT-26": earlier.invoice_date}
            for earlier in _preceding(draft)
        ]
        or _typed(move),
    }


def _typed(move) -> list[dict]:
    """The invoice credited, as typed: it was made before this Odoo."""
    number = one_line(move.l10n_fr_chorus_original_number)
    if not number or move.move_type != "out_refund":
        return []
    return [{"BT-25": number, "BT-26": move.l10n_fr_chorus_original_date or None}]


def _preceding(draft: Draft):
    """Earlier invoices: the one credited, corrected or debited, the down payments."""
    # A salesperson may read this invoice and not those of others that it names.
    move = draft.move.sudo()
    if draft.is_credit_note:
        return move.reversed_entry_id
    corrected = move.l10n_fr_chorus_corrected_id
    if _is_corrective(draft):
        return corrected  # BR-FR-CO-04: exactly one
    earlier = corrected
    if "debit_origin_id" in move._fields:
        earlier |= move.debit_origin_id
    if not move._is_downpayment():
        advances = move.invoice_line_ids._get_downpayment_lines().move_id
        earlier |= advances.filtered(
            lambda one: one.state == "posted" and one.move_type == "out_invoice"
        )
    return (earlier - move).sorted(lambda one: (one.invoice_date, one.name))
