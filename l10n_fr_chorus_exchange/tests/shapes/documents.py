"""Types, references, notes, sections, texts, dates, companies."""

from __future__ import annotations

from odoo import fields

from .registry import shape
from .world import seed

LOREM = (
    "Fourniture et pose de menuiseries extérieures en aluminium à rupture de pont "
    "thermique, vitrage isolant, volets roulants motorisés et reprise des tableaux. "
)


@shape(
    {
        "BT-3": "381",
        "BT-112": "120.00",
        "BG-3/0/BT-26": fields.Date.today(),
        "BT-81": None,
        "BT-84": None,
    }
)
def credit_note_of_an_invoice(case):
    origin = case.bill(case.line(100.0))
    return case.credit(case.line(100.0), origin=origin)


@shape({"BT-3": "381", "BT-106": "40.00", "BT-115": "48.00"})
def credit_note_of_a_part(case):
    origin = case.bill(case.line(100.0), case.line(40.0))
    return case.credit(case.line(40.0), origin=origin)


@shape({"BT-3": "381", "BT-106": "70.00"})
def credit_note_with_a_negative_line(case):
    origin = case.bill(case.line(100.0))
    return case.credit(case.line(100.0), case.line(-30.0), origin=origin)


@shape({"BT-3": "381"})
def credit_note_by_the_wizard_of_odoo(case):
    origin = case.bill(case.line(100.0, discount=5), case.line(7.35, case.reduced))
    wizard = case.env["account.move.reversal"].with_context(
        active_model="account.move", active_ids=origin.ids
    )
    wizard = wizard.create({"journal_id": origin.journal_id.id, "reason": "Erreur"})
    reversal = case.env["account.move"].browse(wizard.refund_moves()["res_id"])
    reversal.action_post()
    return reversal


@shape({"BT-10": "ACHATS", "BT-12": "M-2026-7", "BT-13": "EJ/2026-0045"})
def all_three_references(case):
    return case.bill(
        contract_reference="M-2026-7", purchase_order_reference="EJ/2026-0045"
    )


@shape({"BT-10": None, "BT-12": None, "BT-13": None})
def no_reference_at_all(case):
    body = case.body(seed.NOTHING_REQUIRED)
    return case.bill(partner_id=body.id, buyer_reference=False, ref="Commande 12")


@shape({"BT-10": None, "BT-13": "1234567890"})
def a_commitment_number_only(case):
    body = case.body(seed.ENGAGEMENT_REQUIRED)
    return case.bill(
        partner_id=body.id,
        buyer_reference=False,
        purchase_order_reference="1234567890",
    )


@shape({"BT-10": "SERVICE_PUBLIQUE_1_12345678200044", "BT-13": "EJ 12"})
def service_and_commitment_both_demanded(case):
    body = case.body(seed.BOTH_REQUIRED)
    return case.bill(
        partner_id=body.id,
        buyer_reference="SERVICE_PUBLIQUE_1_12345678200044",
        purchase_order_reference="EJ 12",
    )


@shape({"BT-12": "M" * 50, "BT-13": "E" * 50})
def references_of_fifty_characters(case):
    return case.bill(contract_reference="M" * 50, purchase_order_reference="E" * 50)


@shape({"BT-1": "F+A_B-C/2026/11/0001"})
def a_number_of_twenty_characters(case):
    return case.bill(name="F+A_B-C/2026/11/0001")


@shape({"BT-72": fields.Date.to_date("2026-03-04")})
def a_delivery_date(case):
    return case.bill(delivery_date=fields.Date.to_date("2026-03-04"))


@shape({"BG-13/name": "École du Bourg", "BG-13/city": "Bourg-d'Exemple"})
def delivered_elsewhere(case):
    school = case.env["res.partner"].create(
        {
            "name": "École du Bourg",
            "parent_id": case.town_hall_partner.id,
            "type": "delivery",
            "street": "3 rue de l'École",
            "zip": "99998",
            "city": "Bourg-d'Exemple",
            "country_id": case.env.ref("base.fr").id,
        }
    )
    return case.bill(
        partner_shipping_id=school.id,
        delivery_date=fields.Date.to_date("2026-03-04"),
    )


@shape({"BG-1/0/BT-22": "Merci de rappeler la référence."})
def terms_and_conditions(case):
    return case.bill(narration="<p>Merci de rappeler la référence.</p>")


@shape()
def a_very_long_narration(case):
    return case.bill(narration=f"<p>{LOREM * 40}</p>")


@shape(
    {
        "BG-25/0/BT-127-00/0/BT-127": "Lot 1\nPremière note\nSeconde note",
        "BG-25/1/BT-127-00/0/BT-127": "Lot 2\nLot 2 bis",
    }
)
def sections_and_notes_between_lines(case):
    return case.bill(
        case.words("line_note", "Avant tout", sequence=1),
        case.words("line_section", "Lot 1", sequence=2),
        case.line(10.0, sequence=3),
        case.words("line_note", "Première note", sequence=4),
        case.words("line_note", "Seconde note", sequence=5),
        case.words("line_section", "Lot 2", sequence=6),
        case.words("line_subsection", "Lot 2 bis", sequence=7),
        case.line(20.0, sequence=8),
    )


@shape()
def a_very_long_line_note(case):
    return case.bill(
        case.line(10.0, sequence=1), case.words("line_note", LOREM * 12, sequence=2)
    )


@shape(
    {"BG-25/0/BT-153": "Pose de volets", "BG-25/0/BT-154": "en deux jours\nà l'étage"}
)
def a_label_of_several_lines(case):
    return case.bill(case.line(10.0, name="Pose de volets\nen deux jours\nà l'étage"))


@shape()
def a_very_long_label(case):
    return case.bill(case.line(10.0, name=LOREM * 20))


@shape({"BG-25/0/BT-153": "Œuvre d’été — Noël à l’Haÿ, 12 m² ½ € ℃"})
def accents_and_symbols(case):
    return case.bill(case.line(10.0, name="Œuvre d’été — Noël à l’Haÿ, 12 m² ½ € ℃"))


@shape({"BG-25/0/BT-153": "<b>Vis & \"écrous\"</b> ]]> 'M6' <!-- -->"})
def characters_special_to_xml(case):
    return case.bill(
        case.line(10.0, name="<b>Vis & \"écrous\"</b> ]]> 'M6' <!-- -->"),
        contract_reference="M&<7>",
    )


@shape({"BG-25/0/BT-153": "Vis à bois ½ 🏛"})
def characters_forbidden_in_xml(case):
    return case.bill(case.line(10.0, name="Vis\x01 à bois \x1f ½ 🏛 \uffff"))


@shape({"BG-25/0/BT-153": "Volet", "BG-25/0/BT-157": "4006381333931"})
def a_product_with_a_barcode(case):
    case.goods.write({"name": "Volet", "barcode": "4006381333931"})
    return case.bill(case.line(10.0, product_id=case.goods.id, name="Volet bleu, 2 m"))


@shape({"BG-4/name": "Agence du Modèle", "BG-4/legal_identifier": seed.OTHER_SUPPLIER})
def another_company_of_the_group(case):
    """Same database, other company: its identity, bank and taxes, not the first's."""
    other, bank = case.second_supplier()
    return case.bill(
        case.line(100.0, case.chart_tax("tva_normale", other)),
        company_id=other.id,
        partner_bank_id=bank.id,
    )


@shape(
    {
        "BT-73": fields.Date.to_date("2026-10-01"),
        "BT-74": fields.Date.to_date("2026-10-31"),
    }
)
def a_billing_period(case):
    return case.bill(
        l10n_fr_chorus_period_start=fields.Date.to_date("2026-10-01"),
        l10n_fr_chorus_period_end=fields.Date.to_date("2026-10-31"),
    )


@shape(
    {"BT-3": "381", "BG-3/0/BT-25": "F2019-7"},
)
def credit_note_of_an_invoice_made_elsewhere(case):
    return case.credit(
        l10n_fr_chorus_original_number="F2019-7",
        l10n_fr_chorus_original_date=fields.Date.to_date("2025-12-01"),
    )


@shape(
    {"BT-3": "381", "BG-3": None},
    refused_in_reform="names its invoice",
    never_met=frozenset({"BR-FR-CO-05"}),
)
def credit_note_without_origin(case):
    """Chorus Pro takes it; the reform wants to know which invoice it is of."""
    return case.credit(case.line(100.0))


@shape(stopped_on_sending="demands a service code")
def no_service_where_one_is_demanded(case):
    return case.bill(buyer_reference=False)


@shape(stopped_on_sending="demands a commitment number")
def no_commitment_number_where_one_is_demanded(case):
    body = case.body(seed.ENGAGEMENT_REQUIRED)
    body.l10n_fr_chorus_requires_engagement = True
    return case.bill(partner_id=body.id, buyer_reference=False)


@shape(stopped_on_sending="(F|f)uture")
def dated_in_the_future(case):
    return case.bill(invoice_date=fields.Date.add(case.today, days=3))
