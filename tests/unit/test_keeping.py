from __future__ import annotations

import base64
import hashlib
import json

import pytest

from chorus_pro.keeping import MOST_READ, MOST_ROWS, MOST_TEXT, keepable


def kept(content):
    return json.loads(keepable(json.dumps(content).encode()))


def test_what_explains_a_refusal_stays():
    content = {"codeRetour": 20006, "libelle": "Le service est inactif", "x": None}
    assert kept(content) == content


@pytest.mark.parametrize(
    "name",
    [
        "emailStructure",
        "telephone",
        "indicatifFax",
        "prenomValideur1",
        "nomValideur1",
        "nomFournisseur",
        "nomStructure",
        "nomDestinataire",
        "histoActionUtilisateurNom",
        "nomPrenomUtilisateurCreateur",
        "adresseEmailConnexionUtilisateur",
        "adresseFournisseurDetail",
        "complementAdresse1",
        "coordBancairesFournisseurCompteBancaire",
        "coordBancairesBicSwift",
        "client_secret",
        "motDePasse",
        "access_token",
    ],
)
def test_people_accounts_and_secrets_are_masked_at_any_depth(name):
    assert kept({"liste": [{"a": {name: "Exemple"}}]}) == {
        "liste": [{"a": {name: "***"}}]
    }


def test_names_of_bodies_and_services_stay():
    content = {
        "typeIdentifiantStructure": "SIRET",
        "raisonSocialeStructure": "Commune",
        "designationStructure": "Commune",
        "nomService": "Achats",
        "idUtilisateur": 3,
    }
    assert kept(content) == content


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("typeIdentifiantStructure", "raisonSocialeStructure"),
        ("typeIdentifiantStructure", "libelleStructure"),
        ("typeIdentifiantFournisseur", "raisonSocialeFournisseur"),
        ("typeIdentifiantFournisseur", "designationFournisseur"),
        ("typeIdentifiantStructureFournisseur", "designationFournisseur"),
        ("typeIdentifiantValideur1", "raisonSocialeValideur1"),
        ("affactureurTypeIdentifiant", "affactureurDesignation"),
    ],
)
def test_a_person_who_invoices_is_masked_where_a_company_would_stay(kind, name):
    rest = {"raisonSocialeMoa": "Commune", "etat": "DEPOSEE"}
    content = {kind: "PARTICULIER", name: "Jeanne Exemple", **rest}
    assert kept(content) == {kind: "PARTICULIER", name: "***", **rest}
    company = {**content, kind: "SIRET"}
    assert kept(company) == company


def test_what_is_empty_or_a_mark_stays_as_it_is():
    content = {"telephone": "", "email": None, "estValideurDelegue": True, "fax": 0}
    assert kept(content) == content


def test_the_kind_of_an_account_is_no_secret():
    assert kept({"coordBancairesFournisseurType": "IBAN"})[
        "coordBancairesFournisseurType"
    ] == ("IBAN")


def test_addresses_telephones_and_accounts_are_masked_in_free_text():
    text = (
        "Appeler a.b@example.com ou 01 99 00 00 00, FR76 3000 1007 9412 3456 7890 185"
    )
    assert kept({"commentaire": text}) == {"commentaire": "Appeler *** ou ***, ***"}


@pytest.mark.parametrize(
    "account",
    [
        "fr7630001007941234567890185",
        "fr76 3000 1007 9412 3456 7890 185",
        "30001007941234567890185",
        "30001 00794 12345678901 85",
        "30001-00794-1234567890a-85",
    ],
)
def test_an_account_is_masked_however_it_is_written(account):
    assert kept({"commentaire": f"Virer sur {account}."}) == {
        "commentaire": "Virer sur ***."
    }


def test_a_number_of_a_flow_is_no_account():
    content = {"numeroFluxDepot": "CPP00011840000000000000088", "id": "1" * 22}
    assert kept(content) == content


def test_a_siret_and_an_invoice_number_are_no_telephones():
    content = {"identifiant": "10000000900017", "numeroFacture": "FA-2026-0001"}
    assert kept(content) == content


@pytest.mark.parametrize("name", ["fichierFlux", "anything"])
def test_a_file_becomes_its_size_and_checksum(name):
    file = b"%PDF-1.7 " * 60
    told = kept({name: base64.b64encode(file).decode()})[name]
    assert told == f"<{len(file)} bytes, sha256 {hashlib.sha256(file).hexdigest()}>"


def test_a_small_file_is_known_by_its_field():
    assert kept({"fichierFlux": "QUJD"})["fichierFlux"].startswith("<3 bytes")


def test_a_broken_file_is_told_by_its_text():
    text = "A" * 1001
    told = kept({"fichierFlux": text})["fichierFlux"]
    assert told == f"<1001 bytes, sha256 {hashlib.sha256(text.encode()).hexdigest()}>"


def test_a_long_list_says_how_much_was_left_out():
    rows = kept(list(range(MOST_ROWS + 3)))
    assert rows == [*range(MOST_ROWS), "<3 more>"]


def test_a_page_is_told_by_its_size_and_its_beginning():
    told = keepable(b"<html>Maintenance, webmaster@example.com</html>")
    assert told.startswith("<47 bytes, sha256 ")
    assert told.endswith("\n<html>Maintenance, ***</html>")


def test_a_long_body_is_cut_and_a_huge_one_is_not_read():
    long = keepable(json.dumps({str(i): "mot " * 100 for i in range(200)}).encode())
    assert len(long) == MOST_TEXT + 1
    assert keepable(b" " * (MOST_READ + 1)).startswith(f"<{MOST_READ + 1} bytes")


def test_a_body_nested_beyond_reason_harms_nothing():
    depth = 50_000
    assert keepable(b"[" * depth + b"]" * depth).startswith(f"<{2 * depth} bytes")


def test_nothing_stays_nothing():
    assert keepable(b"") == ""
