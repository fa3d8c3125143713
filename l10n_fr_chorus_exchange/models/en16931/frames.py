"""Billing framework (BT-23, "cadre de facturation"): who asks to be paid, and how."""

from __future__ import annotations

from decimal import Decimal

from ...lib.chorus_pro.codes import BillingFramework
from .draft import Draft
from .prepaid import Prepaid

SUPPLIER = BillingFramework.A1
PAID = BillingFramework.A2
# Someone else looks at the invoice first: the main or the mandated contractor.
VALIDATED = (BillingFramework.A9, BillingFramework.A12)
# What the deposit takes; court costs, works and tax refunds are typed on the portal.
DEPOSITED = (SUPPLIER, PAID, *VALIDATED)


def framework(draft: Draft, paid: Prepaid) -> BillingFramework:
    """The one chosen on the invoice; else "already paid" when nothing is left to pay.

    What keeps the invoice from being sent in this framework is noted in the draft.
    """
    move = draft.move
    chosen = move.l10n_fr_chorus_framework
    found = BillingFramework(chosen) if chosen else _automatic(draft, paid)
    if found not in DEPOSITED:
        draft.miss(
            draft.env._(
                "The billing framework %s is handled on the portal only for now: type"
                " the invoice there, or choose another framework.",
                found.short,
            ),
            field="l10n_fr_chorus_framework",
        )
    elif found in VALIDATED:
        _check_validator(draft)
    elif found is PAID and draft.is_credit_note:
        draft.miss(
            draft.env._("A credit note cannot be in the framework A2, already paid."),
            field="l10n_fr_chorus_framework",
        )
    return found


def _automatic(draft: Draft, paid: Prepaid) -> BillingFramework:
    total = draft.money(draft.move.amount_total)
    return PAID if Decimal(0) < total <= paid.amount else SUPPLIER


def _check_validator(draft: Draft) -> None:
    validator = draft.move.l10n_fr_chorus_validator_id.commercial_partner_id
    if not validator:
        draft.miss(
            draft.env._("Choose the contractor who validates this invoice."),
            field="l10n_fr_chorus_validator_id",
        )
    elif not validator.l10n_fr_chorus_siret:
        draft.miss(
            draft.env._("Type the 14-digit SIRET of %s.", validator.display_name),
            validator,
            "company_registry",
        )
