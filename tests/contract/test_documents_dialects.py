"""The day the direct channel reads the reform's dialect; suppliers without a SIRET."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from simulator_kit import invoice, pivot_root
from submission_kit import form, main, stored_pdf

from simulator import seed
from simulator.documents import check_direct, read_flow
from simulator.documents.specimens import Specimen, cii_xml, facturx_pdf, ubl_xml

TODAY = date(2026, 11, 23)
SYNTAX = {
    cii_xml: "IN_DP_E1_CII_16B",
    ubl_xml: "IN_DP_E1_UBL_INVOICE",
    facturx_pdf: "IN_DP_E2_CII_FACTURX",
}
NOTES = (
    ("PMT", "Indemnité forfaitaire pour frais de recouvrement : 40 euros"),
    ("PMD", "Pénalités de retard : trois fois le taux d'intérêt légal"),
    ("AAB", "Pas d'escompte pour paiement anticipé"),
)


def in_reform(specimen=None, **changes):
    """The twin of a specimen in the reform's dialect."""
    specimen = specimen or Specimen()
    supplier, buyer = specimen.supplier_id, specimen.buyer_id
    return replace(
        specimen,
        **{
            "cadre": "B1",
            "supplier_id": supplier[:9],
            "supplier_scheme": "0002",
            "supplier_ids": (("0009", supplier),),
            "supplier_address": supplier[:9],
            "buyer_id": buyer[:9],
            "buyer_scheme": "0002",
            "buyer_ids": (("0009", buyer),),
            "buyer_address": f"{buyer[:9]}_{buyer}",
            "notes": NOTES,
            **changes,
        },
    )


@pytest.fixture(params=[cii_xml, ubl_xml], ids=["cii", "ubl"])
def write(request):
    return request.param


def told(write, specimen, dialect="reform"):
    (read,) = read_flow(write(specimen), "f", SYNTAX[write])
    return check_direct(read, SYNTAX[write], today=TODAY, dialect=dialect)


@pytest.mark.parametrize("write", SYNTAX)
@pytest.mark.parametrize("dialect", ["reform", "both"])
def test_reform_twin_is_accepted_where_the_reform_is_read(write, dialect):
    assert told(write, in_reform(), dialect) == []


def test_each_dialect_is_refused_where_only_the_other_is_read(write):
    refused = told(write, in_reform(), "direct")
    assert [words for words in refused if "cadre" in words]
    assert len([words for words in refused if "SIRET" in words]) == 2
    direct = told(write, Specimen(), "reform")
    assert [words for words in direct if "cadre" in words]
    for rule in ("BR-FR-08", "BR-FR-10"):
        assert any(words.startswith(f"Regle {rule}") for words in direct)


def test_direct_twin_is_accepted_where_both_are_read(write):
    assert told(write, Specimen(), "both") == []


@pytest.mark.parametrize("cadre", ["S5", "A1", "B3", "X1", "M7"])
def test_cadre_outside_the_reform_s_list_is_refused(write, cadre):
    assert any("cadre" in words for words in told(write, in_reform(cadre=cadre)))


@pytest.mark.parametrize("kind", ["B", "S", "M"])
def test_paid_invoice_of_the_reform_owes_nothing(write, kind):
    paid = in_reform(cadre=f"{kind}2")
    assert any("nul" in words for words in told(write, paid))
    paid = replace(paid, prepaid=paid.taxed, due_date=paid.issue_date)
    assert not any("nul" in words for words in told(write, paid))


def test_absent_cadre_is_refused_in_the_reform_too(write):
    assert any("obligatoire" in words for words in told(write, in_reform(cadre=None)))


@pytest.mark.parametrize("missing", ["PMT", "PMD", "AAB"])
def test_legal_note_that_lacks_breaks_a_public_rule(write, missing):
    notes = tuple(note for note in NOTES if note[0] != missing)
    (words,) = told(write, in_reform(notes=notes))
    assert "BR-FR-05" in words


@pytest.mark.parametrize("party", ["supplier", "buyer"])
def test_party_without_its_siret_is_refused(write, party):
    sentences = told(write, in_reform(**{f"{party}_ids": ()}))
    assert any("accompagne du SIRET" in words for words in sentences)
    other = (("0009", "99999999900099"),)
    sentences = told(write, in_reform(**{f"{party}_ids": other}))
    assert any("accompagne du SIRET" in words for words in sentences)


def test_siret_in_place_of_the_siren_is_refused(write):
    supplier = Specimen().supplier_id
    specimen = in_reform(supplier_id=supplier, supplier_scheme="0009")
    assert any("SIREN de 9 chiffres" in words for words in told(write, specimen))


@pytest.mark.parametrize("code", ["384", "386"])
def test_reform_takes_corrective_and_advance_invoices(write, code):
    specimen = in_reform(type_code=code, original="FA-1")
    assert not any("type de facture" in words for words in told(write, specimen))


def test_service_code_of_the_reform_is_that_of_the_invoice():
    buyer = Specimen().buyer_id
    specimen = in_reform(buyer_ids=(("0009", buyer), ("0224", "ACHATS")))
    (read,) = read_flow(ubl_xml(specimen), "f", SYNTAX[ubl_xml])
    assert (read.buyer_id, read.service_code) == (buyer, "ACHATS")
    direct = replace(specimen, cadre="A1")
    (read,) = read_flow(ubl_xml(direct), "f", SYNTAX[ubl_xml])
    assert read.service_code is None


# on the portal ---------------------------------------------------------------------


def test_portal_changes_dialects_by_a_setting(call):
    twin = in_reform(invoice(number="FA-R"), service="ACHATS")
    refused = call.deposit(cii_xml(twin))
    assert call.report(refused)["etatCourantDepotFlux"] == "IN_REJETE"
    call.drive("POST", "settings", {"dialect": "both"})
    for specimen in (twin, invoice(number="FA-D")):
        number = call.deposit(cii_xml(specimen))
        assert call.report(number)["etatCourantDepotFlux"] == "IN_INTEGRE"
    (found,) = call.invoices_of(
        call.deposit(ubl_xml(replace(twin, number="FA-U")), syntax=SYNTAX[ubl_xml])
    )
    assert found["codeFournisseur"] == seed.SUPPLIER
    assert found["codeDestinataire"] == seed.TOWN_HALL
    call.drive("POST", "settings", {"dialect": "reform"})
    number = call.deposit(cii_xml(invoice(number="FA-E")))
    assert call.report(number)["etatCourantDepotFlux"] == "IN_REJETE"


@pytest.mark.parametrize("code", ["384", "386"])
def test_types_the_direct_channel_takes_are_a_setting(call, code):
    specimen = invoice(type_code=code, original="FA-1")
    assert "type" in call.errors(call.deposit(cii_xml(specimen)))
    call.drive("POST", "settings", {"accepted_types": "380,381,384,386"})
    number = call.deposit(cii_xml(specimen))
    (found,) = call.invoices_of(number)
    assert found["typeFacture"] == ("ACOMPTE" if code == "386" else "FACTURE")


ABROAD = [
    (seed.EU_SUPPLIER, "DE", "0223", "2"),
    (seed.EU_SUPPLIER, "DE", None, "2"),
    (seed.FOREIGN_SUPPLIER, "CH", "0227", "3"),
    (seed.CALEDONIAN_SUPPLIER, "NC", "0228", "4"),
    (seed.POLYNESIAN_SUPPLIER, "PF", "0229", "5"),
    (seed.WALLIS_SUPPLIER, "WF", None, "6"),
    (seed.PERSON_SUPPLIER, "FR", "0226", "6"),
]


@pytest.mark.parametrize(("identifier", "country", "scheme", "kind"), ABROAD)
@pytest.mark.parametrize("write", [cii_xml, ubl_xml], ids=["cii", "ubl"])
def test_supplier_without_a_siret_deposits_all_the_same(
    call, write, identifier, country, scheme, kind
):
    specimen = invoice(
        supplier_id=identifier,
        supplier_scheme=scheme,
        supplier_country=country,
        supplier_vat="FR12345678901",
    )
    account = {"login": seed.ABROAD_ACCOUNT}
    number = call.deposit(write(specimen), syntax=SYNTAX[write], **account)
    report = call.report(number, **account)
    assert report["etatCourantDepotFlux"] == "IN_INTEGRE", report
    body = {"numeroFluxDepot": number}
    (found,) = call.good("factures/rechercher/fournisseur", body, **account)[
        "listeFactures"
    ]
    assert found["codeFournisseur"] == identifier
    types = [s.id_type for s in seed.STRUCTURES if s.identifier == identifier]
    assert [found["typeIdentifiantFournisseur"]] == types
    root = pivot_root(call, found["identifiantFactureCPP"])
    assert root.findtext(".//Fournisseur/TypeIdentifiant") == kind
    assert root.findtext(".//Fournisseur/Identifiant") == identifier


def test_supplier_without_a_siret_submits_too(call):
    supplier = call.structure_id(seed.PERSON_SUPPLIER)
    login = seed.ABROAD_ACCOUNT
    file_id = stored_pdf(call, login)
    body = form(
        call,
        fournisseur={"idFournisseur": supplier},
        pieceJointePrincipale=main(file_id),
    )
    answer = call.good("factures/soumettre", body, login)
    assert answer["identifiantStructure"] == seed.PERSON_SUPPLIER
    root = pivot_root(call, answer["identifiantFactureCPP"])
    assert root.findtext(".//Fournisseur/TypeIdentifiant") == "6"
    assert Decimal(root.findtext(".//MontantTTC")) == 1200
