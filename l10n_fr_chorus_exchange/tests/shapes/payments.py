"""Frames, payments made and to be made, terms, down payments."""

from __future__ import annotations

from odoo import Command

from .registry import PDF_ROAD, Shape, add, shape
from .world import IBAN, seed


@shape(
    {
        "BT-23": "A1",
        "BT-81": "30",
        "BT-84": IBAN,
        "BT-86": "PSSTFRPPXXX",
        "BT-113": None,
    }
)
def transfer_to_the_company(case):
    return case.bill()


@shape({"BT-20": "30 % à la commande, le solde à la réception"})
def terms_in_instalments(case):
    terms = case.env["account.payment.term"].create(
        {
            "name": "30/70",
            "note": "<p>30 % à la commande, le solde à la réception</p>",
            "line_ids": [
                Command.create({"value": "percent", "value_amount": 30, "nb_days": 0}),
                Command.create({"value": "percent", "value_amount": 70, "nb_days": 30}),
            ],
        }
    )
    return case.bill(invoice_payment_term_id=terms.id, invoice_date_due=False)


def _early_discount(case, computation):
    return case.env["account.payment.term"].create(
        {
            "name": "2 % à 10 jours, 30 jours net",
            "early_discount": True,
            "discount_percentage": 2,
            "discount_days": 10,
            "early_pay_discount_computation": computation,
            "line_ids": [
                Command.create({"value": "percent", "value_amount": 100, "nb_days": 30})
            ],
        }
    )


@shape({"BT-112": "120.00", "BT-115": "120.00"})
def early_payment_discount(case):
    return case.bill(
        case.line(100.0),
        invoice_payment_term_id=_early_discount(case, "included").id,
        invoice_date_due=False,
    )


@shape({"BT-112": "120.00"})
def early_payment_discount_without_effect_on_vat(case):
    return case.bill(
        case.line(100.0),
        invoice_payment_term_id=_early_discount(case, "excluded").id,
        invoice_date_due=False,
    )


@shape(refused="lower the VAT at once")
def vat_lowered_for_a_discount_not_taken_yet(case):
    return case.bill(
        case.line(100.0),
        invoice_payment_term_id=_early_discount(case, "mixed").id,
        invoice_date_due=False,
    )


@shape({"BT-23": "A2", "BT-113": "120.00", "BT-115": "0.00"})
def paid_before_sending(case):
    move = case.bill(case.line(100.0))
    case.pay(move)
    return move


@shape({"BT-23": "A1", "BT-112": "120.00", "BT-113": "50.00", "BT-115": "70.00"})
def partly_paid_before_sending(case):
    move = case.bill(case.line(100.0))
    case.pay(move, 50.0)
    return move


@shape({"BT-113": None, "BT-115": "120.00"})
def reconciled_with_a_credit_note(case):
    """A credit note is no payment: it travels by itself."""
    move = case.bill(case.line(100.0))
    case.credit(case.line(100.0), origin=move)  # confirming it reconciles both
    return move


@shape(refused="bank account")
def no_bank_account(case):
    return case.bill(partner_bank_id=False)


@shape({"BT-106": "700.00", "BG-25/1/BT-129": "-1", "BG-25/1/BT-131": "-300.00"})
def final_invoice_with_the_down_payment_deducted(case):
    case.bill(case.line(300.0, name="Acompte de 30 %"))
    return case.bill(
        case.line(1000.0), case.line(300.0, quantity=-1, name="Acompte déduit")
    )


@shape({"BT-115": "0.00"})
def final_invoice_wholly_paid_by_down_payments(case):
    case.bill(case.line(1000.0, name="Acompte de 100 %"))
    return case.bill(
        case.line(1000.0), case.line(1000.0, quantity=-1, name="Acompte déduit")
    )


def _by(code):
    def build(case):
        return case.bill(l10n_fr_chorus_payment_means=code)

    return build


# The list of rule S2.05, without 01, which the norm cannot write.
for _code in ("10", "20", "30", "31", "42", "48", "49", "58", "59", "97"):
    add(Shape(f"payment_means_{_code}", _by(_code), {"BT-81": _code}))


@shape({"BT-81": "20", "BT-84": None})
def by_cheque_as_the_payment_method_says(case):
    journal = case.company_data["default_journal_bank"]
    method = journal.inbound_payment_method_line_ids[:1]
    method.l10n_fr_chorus_payment_means = "20"
    return case.bill(preferred_payment_method_line_id=method.id)


@shape({"BG-10/name": "Affacturage du Modèle", "BG-1/0/BT-21": "ACC"})
def a_factor_is_to_be_paid(case):
    factor = case.env["res.partner"].create(
        {
            "name": "Affacturage du Modèle",
            "is_company": True,
            "company_registry": "100 000 009 00015",
            "country_id": case.env.ref("base.fr").id,
        }
    )
    case.bank.l10n_fr_chorus_factor_id = factor
    return case.bill()


@shape({"BG-10/name": "Affacturage du Modèle"})
def the_account_belongs_to_the_factor(case):
    factor = case.env["res.partner"].create(
        {"name": "Affacturage du Modèle", "is_company": True}
    )
    account = case.env["res.partner.bank"].create(
        {
            "acc_number": "FR7612345987650123456789014",
            "partner_id": factor.id,
            "allow_out_payment": True,
        }
    )
    return case.bill(partner_bank_id=account.id)


def _contractor(case):
    case.know_structures()
    return case._create_public_body("Imprimerie de l'Exemple", seed.OTHER_SUPPLIER)


@shape(road=PDF_ROAD)
def a_subcontractor_and_the_main_contractor(case):
    return case.bill(
        l10n_fr_chorus_framework="A9_FACTURE_SOUSTRAITANT",
        l10n_fr_chorus_validator_id=_contractor(case).id,
    )


@shape(road=PDF_ROAD)
def a_joint_contractor_and_the_mandated_one(case):
    return case.bill(
        l10n_fr_chorus_framework="A12_FACTURE_COTRAITANT",
        l10n_fr_chorus_validator_id=_contractor(case).id,
    )


@shape(refused="(C|c)hoose (it|the contractor who validates)")
def a_subcontractor_without_main_contractor(case):
    return case.bill(l10n_fr_chorus_framework="A9_FACTURE_SOUSTRAITANT")


@shape(refused="on the (Chorus Pro )?portal (itself|only) for now")
def a_works_statement(case):
    return case.bill(l10n_fr_chorus_framework="A4_PROJET_DECOMPTE_MENSUEL_FOURNISSEUR")


@shape(refused="on the (Chorus Pro )?portal (itself|only) for now")
def a_refund_of_fuel_tax(case):
    return case.bill(l10n_fr_chorus_framework="A21_DEMANDE_REMBOURSEMENT_TIC")
