"""PIVOT and PDF as the recipient downloads them."""

from __future__ import annotations

import base64
import io
import zipfile
from dataclasses import replace
from datetime import date, datetime, timezone
from decimal import Decimal

import pytest
from lxml import etree

from simulator.documents import (
    Attachment,
    PivotInvoice,
    build_pdf,
    build_pivot,
    read_any,
)
from simulator.documents.specimens import Annex, Specimen, cii_xml, facturx_pdf, ubl_xml

NOW = datetime(2026, 10, 14, 9, 30, tzinfo=timezone.utc)
NOTE = Annex("BL-7781.pdf", b"%PDF-1.4 note", description="BON_LIVRAISON")
FULL = Specimen(
    service="ACHATS", engagement="1234567890", contract="2026-M-017", annexes=(NOTE,)
)


def portal(content, name="facture.pdf", **changes):
    return replace(
        PivotInvoice(
            invoice=read_any(content, name),
            portal_id=900000101,
            recipient_siret="12345678200028",
            recipient_name="COMMUNE D'ESSAI",
            service_code="ACHATS",
            service_name="Service achats",
            supplier_siret="73282932000074",
            supplier_name="FOURNITURES EXEMPLE SAS",
            received=date(2026, 10, 13),
        ),
        **changes,
    )


def pivot(*invoices, **options):
    xml = build_pivot(
        invoices,
        **{
            "now": NOW,
            "zipped_attachments": True,
            "delivery": "xml",
            "flow_id": "CPP0011000000000000000101",
            **options,
        },
    )
    return etree.fromstring(xml)


def outline(element):
    """Tags in order, nested: what the tree of the reference shows."""
    children = [outline(child) for child in element]
    return (element.tag, children) if children else element.tag


def value(root, path):
    return root.findtext("CPPFactures/CPPFacturePivotUnitaire/" + path)


# Shape --------------------------------------------------------------------------


def test_root_has_no_namespace_and_names_the_schema():
    root = pivot(portal(facturx_pdf(FULL)))
    assert root.tag == "CPPFacturePivot"
    assert list(root.attrib.values()) == ["CPPFacturePivot_V2_02.xsd"]


def test_envelope_carries_the_production_date_and_the_flow():
    unit = pivot(portal(facturx_pdf(FULL))).find("Enveloppe/EnveloppeUnitaire")
    parameters = {
        item.findtext("Code"): item.findtext("Valeurparametre")
        for item in unit.iterfind("Parametres/ParametreIndiv")
    }
    assert parameters == {"DtPrd": "2026-10-14", "IdFlx": "CPP0011000000000000000101"}
    assert [item.get("NumOrdre") for item in unit.iter("ParametreIndiv")] == [
        "0001",
        "0002",
    ]
    assert unit.findtext("Partenaires/Recepteur/Id") == "12345678200028"
    assert unit.findtext("Partenaires/Emetteur/Id") == "CPP"


def test_elements_follow_the_order_of_the_reference():
    credit = replace(FULL, original="FA-2026-000")
    unit = pivot(portal(facturx_pdf(credit))).find(".//CPPFacturePivotUnitaire")
    line = (
        "Ligne",
        ["ReferenceProduit", "PrixUnitaire", "Quantite", "MontantHT", "TauxTVA"],
    )
    vat = ("TVA", ["Taux", "BaseHt", "MontantTVA"])
    file = ("PJ", ["Contenu", "NomPJ", "CategoriePJ", "TypePJ", "MimeTypePJ"])
    assert outline(unit)[1] == [
        (
            "Fournisseur",
            [
                "TypeIdentifiant",
                "Identifiant",
                "RaisonSociale",
                "CodePays",
                ("ReferenceBancaire", ["Compte"]),
                "ModeEmission",
            ],
        ),
        (
            "Debiteur",
            ["TypeIdentifiant", "Identifiant", "Nom", "CodeService", "NomService"],
        ),
        (
            "DonneesFacture",
            [
                "Id",
                "IdFactureOrigine",
                "IdCPRO",
                "Renvoi",
                "Type",
                "Cadre",
                "DateEmissionFacture",
                "DateLivraison",
                "DateReception",
                ("ModePaiement", ["Code", "Libelle"]),
                "Devise",
                ("Montants", ["MontantHT", "MontantTTC", "MontantNetAPayer"]),
                ("TVAs", [vat, vat]),
                ("Engagement", ["NumeroEngagement", "NumeroMarche"]),
                ("Lignes", [line, (line[0], line[1][1:])]),
            ],
        ),
        file,
        file,
    ]


def test_several_invoices_are_counted_and_numbered():
    second = portal(facturx_pdf(replace(FULL, number="FA-2")), portal_id=900000102)
    block = pivot(portal(facturx_pdf(FULL)), second).find("CPPFactures")
    assert block.get("Compteur") == "2"
    assert [unit.get("NumOrdre") for unit in block] == ["1", "2"]
    assert [unit.findtext("DonneesFacture/Id") for unit in block] == [
        "FA-2026-001",
        "FA-2",
    ]


def test_no_invoice_is_an_error_of_the_caller():
    with pytest.raises(ValueError, match="at least one"):
        pivot()


def test_unknown_delivery_is_an_error_of_the_caller():
    with pytest.raises(ValueError, match="unknown delivery"):
        pivot(portal(facturx_pdf(FULL)), delivery="tar")


# Content ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("Fournisseur/TypeIdentifiant", "1"),
        ("Fournisseur/Identifiant", "73282932000074"),
        ("Fournisseur/RaisonSociale", "FOURNITURES EXEMPLE SAS"),
        ("Fournisseur/ReferenceBancaire/Compte", "FR7630006000011234567890189"),
        ("Debiteur/Identifiant", "12345678200028"),
        ("Debiteur/Nom", "COMMUNE D'ESSAI"),
        ("Debiteur/CodeService", "ACHATS"),
        ("Debiteur/NomService", "Service achats"),
        ("DonneesFacture/Id", "FA-2026-001"),
        ("DonneesFacture/IdCPRO", "900000101"),
        ("DonneesFacture/Renvoi", "Non"),
        ("DonneesFacture/Type", "380"),
        ("DonneesFacture/Cadre", "A1"),
        ("DonneesFacture/DateEmissionFacture", "2026-10-12"),
        ("DonneesFacture/DateLivraison", "2026-10-10"),
        ("DonneesFacture/DateReception", "2026-10-13"),
        ("DonneesFacture/ModePaiement/Code", "30"),
        ("DonneesFacture/ModePaiement/Libelle", "VIREMENT"),
        ("DonneesFacture/Devise", "EUR"),
        ("DonneesFacture/Montants/MontantHT", "98.70"),
        ("DonneesFacture/Montants/MontantTTC", "110.22"),
        ("DonneesFacture/TVAs/TVA/Taux", "20"),
        ("DonneesFacture/TVAs/TVA/BaseHt", "42.00"),
        ("DonneesFacture/TVAs/TVA/MontantTVA", "8.40"),
        ("DonneesFacture/Engagement/NumeroEngagement", "1234567890"),
        ("DonneesFacture/Engagement/NumeroMarche", "2026-M-017"),
        ("DonneesFacture/Lignes/Ligne/ReferenceProduit", "PAP-A4"),
        ("DonneesFacture/Lignes/Ligne/PrixUnitaire", "4.20"),
        ("DonneesFacture/Lignes/Ligne/Quantite", "10"),
    ],
)
@pytest.mark.parametrize("writer", [facturx_pdf, ubl_xml])
def test_value_comes_from_the_deposit(writer, path, expected):
    assert value(pivot(portal(writer(FULL))), path) == expected


def test_amount_to_pay_is_what_remains_after_the_prepaid_amount():
    paid = replace(FULL, prepaid=Decimal("10.22"))
    root = pivot(portal(facturx_pdf(paid)))
    assert value(root, "DonneesFacture/Montants/MontantTTC") == "110.22"
    assert value(root, "DonneesFacture/Montants/MontantNetAPayer") == "100.00"


def test_recycled_invoice_says_so():
    root = pivot(portal(facturx_pdf(FULL), recycled=True))
    assert value(root, "DonneesFacture/Renvoi") == "Recyclée"


def test_credit_note_keeps_its_amounts_positive_by_default():
    credit = replace(FULL, type_code="381", original="FA-0")
    root = pivot(portal(facturx_pdf(credit)))
    assert value(root, "DonneesFacture/Type") == "381"
    assert value(root, "DonneesFacture/IdFactureOrigine") == "FA-0"
    assert value(root, "DonneesFacture/Montants/MontantTTC") == "110.22"


def test_credit_note_can_be_written_with_negative_amounts():
    credit = portal(facturx_pdf(replace(FULL, type_code="381")))
    root = pivot(credit, negative_credit_notes=True)
    assert value(root, "DonneesFacture/Montants/MontantTTC") == "-110.22"
    assert value(root, "DonneesFacture/TVAs/TVA/BaseHt") == "-42.00"
    assert value(root, "DonneesFacture/Lignes/Ligne/MontantHT") == "-42.00"


def test_invoice_is_never_negated():
    root = pivot(portal(facturx_pdf(FULL)), negative_credit_notes=True)
    assert value(root, "DonneesFacture/Montants/MontantTTC") == "110.22"


def test_lines_can_be_left_out_while_the_vat_breakdown_stays():
    root = pivot(portal(facturx_pdf(FULL)), with_lines=False)
    assert root.find(".//Lignes") is None
    assert len(root.findall(".//TVA")) == 2


def test_absent_payment_code_is_shown_as_a_transfer():
    root = pivot(portal(cii_xml(replace(FULL, payment_code=None))))
    assert value(root, "DonneesFacture/ModePaiement/Libelle") == "VIREMENT"


def test_absent_references_leave_no_empty_element():
    root = pivot(portal(cii_xml(Specimen()), service_code=None, service_name=None))
    assert root.find(".//Engagement") is None
    assert root.find(".//CodeService") is None


def test_cadre_of_the_reform_is_shown_as_the_portals_own():
    root = pivot(portal(cii_xml(replace(FULL, cadre="B2"))))
    assert value(root, "DonneesFacture/Cadre") == "A2"


# Files --------------------------------------------------------------------------


def files(root):
    return [
        {child.tag: child.text for child in block} for block in root.iterfind(".//PJ")
    ]


def test_deposited_pdf_is_the_main_file_and_annexes_follow():
    main, annex = files(pivot(portal(facturx_pdf(FULL), "facture.pdf")))
    assert (main["NomPJ"], main["TypePJ"]) == ("facture.pdf", "01")
    assert (main["CategoriePJ"], main["MimeTypePJ"]) == (
        "Facture PDF",
        "application/pdf",
    )
    assert (annex["NomPJ"], annex["TypePJ"]) == ("BL-7781.pdf", "02")
    assert annex["CategoriePJ"] == "Bon de livraison"


def test_zipped_content_holds_one_entry_named_like_the_file():
    content = facturx_pdf(FULL)
    main = files(pivot(portal(content)))[0]
    with zipfile.ZipFile(io.BytesIO(base64.b64decode(main["Contenu"]))) as archive:
        assert archive.namelist() == [main["NomPJ"]]
        assert archive.read(main["NomPJ"]) == content


def test_plain_content_is_the_file_itself():
    content = facturx_pdf(FULL)
    main, annex = files(pivot(portal(content), zipped_attachments=False))
    assert base64.b64decode(main["Contenu"]) == content
    assert base64.b64decode(annex["Contenu"]) == NOTE.content


def test_xml_deposit_brings_its_readable_pdf_and_its_xml():
    xml = ubl_xml(Specimen())
    main, source = files(pivot(portal(xml, "f.xml"), zipped_attachments=False))
    assert base64.b64decode(main["Contenu"]).startswith(b"%PDF-")
    assert (source["CategoriePJ"], source["TypePJ"]) == ("Facture XML", "02")
    assert base64.b64decode(source["Contenu"]) == xml


def test_files_added_on_the_portal_come_last():
    added = Attachment("rib.pdf", b"%PDF-", "application/pdf")
    last = files(pivot(portal(facturx_pdf(FULL), extra=(added,))))[-1]
    assert (last["NomPJ"], last["CategoriePJ"]) == ("rib.pdf", "Pièce jointe standard")


def test_long_name_is_cut_and_the_original_told():
    main = files(pivot(portal(facturx_pdf(FULL), "f" * 60 + ".pdf")))[0]
    assert main["NomPJ"] == "f" * 46 + ".pdf"
    assert main["NomPJOrigine"] == "f" * 60 + ".pdf"


def test_files_of_the_same_name_stay_apart():
    twins = tuple(
        Attachment(name, b"x", "application/pdf")
        for name in ("FACTURE.pdf", "facture.pdf", "x" * 60, "x" * 60)
    )
    names = [
        f["NomPJ"] for f in files(pivot(portal(facturx_pdf(Specimen()), extra=twins)))
    ]
    assert len({name.lower() for name in names}) == 5
    assert max(map(len, names)) <= 50


def test_zip_delivery_holds_the_same_document():
    item = portal(facturx_pdf(FULL))
    options = {"now": NOW, "zipped_attachments": True, "flow_id": "F"}
    packed = build_pivot([item], delivery="zip", **options)
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.namelist() == ["PivotS.xml"]
        assert archive.read("PivotS.xml") == build_pivot(
            [item], delivery="xml", **options
        )


# PDF download -------------------------------------------------------------------


def entries(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.namelist()


def test_one_invoice_is_its_deposited_pdf():
    content = facturx_pdf(FULL)
    assert build_pdf([portal(content)], with_attachments=False) == content


def test_one_invoice_without_annex_is_a_pdf_even_with_attachments():
    content = facturx_pdf(Specimen())
    assert build_pdf([portal(content)], with_attachments=True) == content


def test_one_invoice_with_annexes_is_a_zip():
    found = build_pdf([portal(facturx_pdf(FULL))], with_attachments=True)
    assert entries(found) == ["facture.pdf", "BL-7781.pdf"]


def test_several_invoices_have_one_directory_each():
    second = portal(facturx_pdf(replace(FULL, number="A/B")), portal_id=900000102)
    found = build_pdf([portal(facturx_pdf(FULL)), second], with_attachments=False)
    assert entries(found) == [
        "FA-2026-001_900000101/facture.pdf",
        "A-B_900000102/facture.pdf",
    ]


def test_no_invoice_makes_no_download():
    with pytest.raises(ValueError, match="at least one"):
        build_pdf([], with_attachments=True)
