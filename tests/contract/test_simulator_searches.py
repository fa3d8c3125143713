"""The two invoice searches and the directory: criteria, order, pages, caps."""

from __future__ import annotations

import pytest
from simulator_kit import invoice

from simulator import seed
from simulator.documents.specimens import cii_xml, tar_gz

SENT = "factures/rechercher/fournisseur"
RECEIVED = "factures/rechercher/recipiendaire"
HALL = seed.TOWN_HALL_ACCOUNT


@pytest.fixture
def many(call):
    """A flow of twelve invoices, of growing amounts."""
    batch = {f"{n}.xml": cii_xml(invoice(number=f"F{n:02d}")) for n in range(1, 13)}
    return call.deposit(tar_gz(batch), "lot.tar.gz")


def numbers(answer):
    return [found["numeroFacture"] for found in answer["listeFactures"]]


def test_supplier_pages_are_wrapped_and_of_ten_by_default(call, many):
    answer = call.good(SENT, {"numeroFluxDepot": many})
    assert answer["parametresRetour"] == {
        "pageCourante": 1,
        "pages": 2,
        "nbResultatsParPage": 10,
        "total": 12,
    }
    assert len(answer["listeFactures"]) == 10


def test_recipient_pages_are_at_the_root(call, many):
    body = {"paramRecherche": {"pageResultatDemandee": 2, "nbResultatsParPage": 5}}
    answer = call.good(RECEIVED, body, HALL)
    assert (answer["pageCourante"], answer["pages"], answer["total"]) == (2, 3, 12)
    assert len(answer["listeFactures"]) == 5


def test_latest_deposit_comes_first_unless_asked_otherwise(call, many):
    assert numbers(call.good(SENT, {}))[0] == "F12"
    block = {"triColonne": "NumeroFacture", "triSens": "Ascendant"}
    answer = call.good(SENT, {"rechercheFactureParFournisseur": block})
    assert numbers(answer)[0] == "F01"


@pytest.mark.parametrize(
    "column",
    ["DesignationFournisseur", "MontantTTC", "NomServiceExecutant", "CodeValideur1"],
)
def test_every_declared_column_sorts_without_losing_a_row(call, many, column):
    block = {"triColonne": column, "nbResultatsParPage": 50}
    answer = call.good(SENT, {"rechercheFactureParFournisseur": block})
    assert len(set(numbers(answer))) == 12


def test_page_zero_is_the_first_and_one_beyond_the_end_is_empty(call, many):
    pages = []
    for page in (0, 9):
        block = {"rechercheFactureParFournisseur": {"pageResultatDemandee": page}}
        pages.append(len(call.good(SENT, block)["listeFactures"]))
    assert pages == [10, 0]


def test_search_stops_at_its_cap(call, many):
    call.drive("POST", "settings", {"search_cap": 7})
    assert call.good(SENT, {})["parametresRetour"]["total"] == 7
    block = {"nbResultatsMaximum": 11}
    answer = call.good(SENT, {"rechercheFactureParFournisseur": block})
    assert answer["parametresRetour"]["total"] == 11


@pytest.mark.parametrize(
    ("criterion", "expected"),
    [
        ({"numeroFacture": "A"}, ["A"]),
        ({"numeroFacture": "a"}, []),
        ({"numeroFacture": ""}, ["B", "A"]),
        ({"typeFacture": "AVOIR"}, ["B"]),
        ({"statutCourant": ["SUSPENDUE"]}, ["A"]),
        ({"numeroBonCommande": "EJ-B"}, ["B"]),
        ({"numeroMarche": "M1"}, ["A"]),
        ({"numeroFactureOrigine": "A"}, ["B"]),
        ({"montantTTCMin": 110.22}, ["B", "A"]),
        ({"montantTTCMin": 110.23}, []),
        ({"montantHTMax": 98.69}, []),
        ({"montantApayerMin": 0, "montantApayerMax": 200}, ["B", "A"]),
        (
            {"periodeDateDepotDu": "2026-11-23", "periodeDateDepotAu": "2026-11-23"},
            ["A"],
        ),
        ({"periodeDateDepotDu": "2026-11-24"}, ["B"]),
        ({"periodeDateFactureAu": "2026-10-11"}, []),
        ({"periodeDateHeureEtatCourantDu": "2026-11-24T12:00:00"}, ["A"]),
        ({"periodeDateHeureEtatCourantAu": "2026-11-24"}, []),
        ({"periodeDateHeureEtatCourantAu": "2026-11-24T23:59:59"}, ["B", "A"]),
        ({"cadreFacturation": "A1_FACTURE_FOURNISSEUR"}, ["B", "A"]),
        ({"cadreFacturation": "A9_FACTURE_SOUSTRAITANT"}, []),
        ({"modeDepot": "UPLOAD_API"}, ["B", "A"]),
        ({"modeDepot": "EDI"}, []),
        ({"idStructureValideur": 1}, []),
        ({"rejetTraite": False}, ["B", "A"]),
    ],
)
def test_criterion_of_the_supplier_search(call, criterion, expected):
    first = call.issue(number="A", contract="M1")
    call.later(86400)
    call.issue(
        number="B",
        type_code="381",
        original="A",
        engagement="EJ-B",
        payment_code=None,
        iban=None,
    )
    call.later(7200)
    call.treat(first, "SUSPENDUE", motif="x")
    assert numbers(call.good(SENT, criterion)) == expected


def test_recipient_criteria_name_structure_and_services(call):
    call.issue(number="A")
    call.issue(number="B", service="ECOLES")
    call.issue(number="C", buyer_id=seed.NOTHING_REQUIRED, service=None)
    hall = call.structure_id(seed.TOWN_HALL)
    schools = call.service_id(seed.TOWN_HALL, "ECOLES")
    for entry, expected in (
        ({"idDestinataire": hall}, ["B", "A"]),
        ({"idDestinataire": hall, "listeIdServiceExecutant": [schools]}, ["B"]),
    ):
        assert numbers(call.good(SENT, {"listeDestinataire": [entry]})) == expected
    body = {"idDestinataire": hall, "idServiceExecutant": schools}
    assert numbers(call.good(RECEIVED, body, HALL)) == ["B"]


def test_siren_of_a_recipient_widens_the_search(call):
    call.issue(number="C", buyer_id=seed.NOTHING_REQUIRED, service=None)
    entry = {"idDestinataire": call.structure_id(seed.BOTH_REQUIRED)}
    body = {"listeDestinataire": [entry]}
    assert numbers(call.good(SENT, body)) == []
    body["rechercheSirenDestinataire"] = True
    assert numbers(call.good(SENT, body)) == ["C"]


def test_recipient_search_knows_suppliers_types_and_kinds(call):
    call.issue(number="A")
    supplier = call.structure_id(seed.SUPPLIER)
    other = call.structure_id(seed.OTHER_SUPPLIER)
    for body, total in (
        ({"listeFournisseurs": [{"idFournisseur": supplier}]}, 1),
        ({"listeFournisseurs": [{"idFournisseur": other}]}, None),
        (
            {
                "listeFournisseurs": [{"idFournisseur": supplier}],
                "rechercheSirenFournisseur": True,
            },
            1,
        ),
        ({"listeTypeFacture": ["AVOIR"]}, None),
        ({"typeDemandePaiement": "FACTURE"}, 1),
        ({"typeDemandePaiement": "FACTURE_TRAVAUX"}, None),
        ({"factureTelechargeeParDestinataire": False}, 1),
    ):
        assert call.hall(RECEIVED, body).get("total") == total, body


def test_account_sees_only_the_invoices_of_its_structures(call):
    call.issue(number="A")
    assert numbers(call(SENT, {}, seed.OTHER_SUPPLIER_ACCOUNT)) == []
    assert numbers(call(SENT, {}, HALL)) == []


def test_empty_supplier_search_says_what_the_settings_choose(call):
    answer = call.good(SENT, {})
    assert answer["parametresRetour"]["total"] == 0
    call.drive("POST", "settings", {"empty_search_code": 20000})
    assert call.refused(SENT, {}) == (20000, "TRA_MSG_00.015")


# The directory.


def structures(call, login=seed.SUPPLIER_ACCOUNT, restrict=None, **criteria):
    body = {"structure": criteria, "parametres": {"nbResultatsParPage": 100}}
    if restrict is not None:
        body["restreindreStructuresPrivees"] = restrict
    found = call.good("structures/rechercher", body, login)["listeStructures"]
    return [entry["identifiantStructure"] for entry in found]


def test_structure_is_found_by_its_siret_alone(call):
    for code in (seed.TOWN_HALL, seed.CLOSED_BODY):
        assert structures(call, identifiantStructure=code) == [code]
    assert structures(call, identifiantStructure="00000000000000") == []


def test_private_structures_of_others_are_hidden_unless_asked_for(call):
    mine, other = seed.SUPPLIER, seed.OTHER_SUPPLIER
    assert structures(call, typeStructure="PRIVEE") == [mine]
    found = structures(call, restrict=False, typeStructure="PRIVEE")
    assert set(found) == {mine, other, *seed.ABROAD}


def test_structure_criteria_narrow_the_search(call):
    assert structures(call, statutStructure="INACTIF") == [seed.CLOSED_BODY]
    assert structures(call, raisonSocialeStructure="syndicat") == [seed.SYNDICATE]
    assert structures(call, adresseVille="nulle part") == []
    assert structures(call, estMOA=True) == []


def test_unknown_siret_can_be_a_no_result_code(call):
    call.drive("POST", "settings", {"empty_search_code": 20000})
    body = {"structure": {"identifiantStructure": "00000000000000"}}
    assert call.refused("structures/rechercher", body) == (20000, "TRA_MSG_00.015")


@pytest.mark.parametrize(
    ("code", "flags"),
    [
        (seed.NOTHING_REQUIRED, (False, False, False)),
        (seed.ENGAGEMENT_REQUIRED, (False, True, False)),
        (seed.SERVICE_REQUIRED, (True, False, False)),
        (seed.BOTH_REQUIRED, (True, True, False)),
        (seed.DEPARTMENT, (False, False, True)),
        (seed.TOWN_HALL, (True, False, False)),
    ],
)
def test_structure_says_what_it_demands(call, code, flags):
    body = {"idStructureCPP": call.structure_id(code)}
    asked = call.good("structures/consulter", body)["parametres"]
    assert flags == (
        asked["codeServiceDoitEtreRenseigne"],
        asked["numeroEJDoitEtreRenseigne"],
        asked["gestionNumeroEJOuCodeService"],
    )


def test_expiry_of_the_technical_password_is_told_to_its_owner_only(call):
    name = "dateExpirationMotPasseCompteTech"
    body = {"idStructureCPP": call.structure_id(seed.SUPPLIER)}
    mine = call.good("structures/consulter", body)["informationGenerales"]
    assert mine[name] == "2027-02-21T10:00:00.000+01:00"
    others = call.good("structures/consulter", body, HALL)["informationGenerales"]
    assert name not in others


def test_services_come_by_ten_with_inactive_and_reserved_ones(call):
    body = {"idStructure": call.structure_id(seed.METROPOLIS)}
    first = call.good("structures/rechercher/services", body)
    assert (len(first["listeServices"]), first["parametresRetour"]["total"]) == (10, 14)
    body["parametresRechercherServicesStructure"] = {"pageResultatDemandee": 2}
    rest = call.good("structures/rechercher/services", body)["listeServices"]
    assert [service["codeService"] for service in rest][-1] == "FACTURES_PUBLIQUES"
    hall = {"idStructure": call.structure_id(seed.TOWN_HALL)}
    found = call.good("structures/rechercher/services", hall)["listeServices"]
    assert [s["codeService"] for s in found if not s["estActif"]] == ["ANCIEN"]
    assert found[0]["dateFinService"] == "2050-12-31 00:00"


def test_services_can_be_sorted(call):
    block = {"triColonne": "CodeService", "triSens": "Ascendant"}
    body = {
        "idStructure": call.structure_id(seed.TOWN_HALL),
        "parametresRechercherServicesStructure": block,
    }
    found = call.good("structures/rechercher/services", body)["listeServices"]
    codes = [service["codeService"] for service in found]
    assert codes == sorted(codes)


def test_generic_paging_block_is_refused_by_the_services_search(call):
    body = {"idStructure": call.structure_id(seed.TOWN_HALL), "parametres": {}}
    assert call.status("structures/rechercher/services", body) == 400


def test_service_says_whether_it_demands_the_engagement(call):
    told = {}
    for code in ("ACHATS", "VOIRIE"):
        body = {
            "idStructure": call.structure_id(seed.TOWN_HALL),
            "idService": call.service_id(seed.TOWN_HALL, code),
        }
        answer = call.good("structures/consulter/service", body)
        told[code] = answer["parametres"]["numeroEngagement"]
    assert told == {"ACHATS": False, "VOIRIE": True}


def test_account_learns_for_whom_it_issues_and_receives(call):
    path = "transverses/recuperer/structures/actives/"
    issuing = call.good(path + "fournisseur", {})["listeStructures"]
    receiving = call.good(path + "destinataire", {}, HALL)["listeStructures"]
    assert [s["identifiant"] for s in issuing] == [seed.SUPPLIER]
    assert {s["identifiant"] for s in receiving} == {
        seed.TOWN_HALL,
        seed.NOTHING_REQUIRED,
    }


def test_attachments_of_the_account_name_structures_and_services(call):
    answer = call.good("utilisateurs/monCompte/recuperer/rattachements", {}, HALL)
    found = {
        entry["identifiantStructure"]: len(entry["listeServicesRattache"])
        for entry in answer["listeStructureRattachement"]
    }
    assert found == {seed.TOWN_HALL: 5, seed.NOTHING_REQUIRED: 1}


def test_seed_identifiers_of_our_own_fail_the_check_digit():
    own = [
        s.identifier
        for s in seed.STRUCTURES
        if s.id_type == "SIRET" and s.identifier.startswith(("10", "20"))
    ]
    assert len(own) == 7
    assert not any(luhn(code) for code in own)


def luhn(code):
    digits = [int(c) * (1 + i % 2) for i, c in enumerate(reversed(code))]
    return sum(d - 9 if d > 9 else d for d in digits) % 10 == 0
