from __future__ import annotations

import base64
from decimal import Decimal

import pytest
from unit.fakes import ok, refusal, reply

from chorus_pro import (
    FlowNotFound,
    InvalidCallError,
    InvoiceStatus,
    OutcomeUnknownError,
    RefusedError,
    structures,
    transverse,
    users,
)
from chorus_pro.codes import IdentifierType, StructureStatus

SIRET = "10000000200017"


def row(portal_id, identifier=SIRET, status="ACTIVE"):
    return {
        "idStructureCPP": portal_id,
        "identifiantStructure": identifier,
        "typeIdentifiantStructure": "SIRET",
        "designationStructure": "COMMUNE MODELE",
        "statut": status,
    }


# --- structures -------------------------------------------------------------------


def test_structure_is_found_by_its_siret(client, wire):
    wire.will(ok(listeStructures=[row(26100001)], parametresRetour={"pages": 1}))
    found = structures.find(client, "100 000 002 00017")
    assert (found.portal_id, found.name) == (26100001, "COMMUNE MODELE")
    assert found.status is StructureStatus.ACTIVE
    body = wire.bodies[0]
    assert body["structure"] == {
        "identifiantStructure": SIRET,
        "typeIdentifiantStructure": "SIRET",
    }
    assert body["restreindreStructuresPrivees"] is False


@pytest.mark.parametrize(
    "answer",
    [
        ok(listeStructures=[]),
        refusal(20000, "TRA_MSG_00.015"),
        ok(listeStructures=[row(1, "99999999999999")], parametresRetour={"pages": 1}),
    ],
)
def test_unknown_siret_finds_nothing(client, wire, answer):
    wire.will(answer)
    assert structures.find(client, SIRET) is None


def test_active_structure_wins_over_its_closed_namesake(client, wire):
    wire.will(
        ok(
            listeStructures=[row(1, status="INACTIVE"), row(2)],
            parametresRetour={"pages": 1},
        )
    )
    found = structures.find(client, SIRET)
    assert found.portal_id == 2
    assert found.is_active


def test_closed_structure_is_still_told(client, wire):
    wire.will(
        ok(listeStructures=[row(1, status="INACTIVE")], parametresRetour={"pages": 1})
    )
    assert not structures.find(client, SIRET).is_active


def test_identifier_that_is_no_siret_keeps_its_signs(client, wire):
    wire.will(ok())
    structures.find(client, " BE-0123.456 ", identifier_type=IdentifierType.EU)
    assert wire.bodies[0]["structure"] == {
        "identifiantStructure": "BE-0123.456",
        "typeIdentifiantStructure": "UE_HORS_FRANCE",
    }


def consulted(general=None, settings=None):
    return ok(
        informationGenerales={
            "idStructureCPP": 26100001,
            "identifiantStructure": SIRET,
            "typeIdentifiantStructure": "SIRET",
            "raisonSocialeStructure": "COMMUNE MODELE",
            "structurePriveePublique": "PUBLIQUE",
            "numeroTVA": "FR1",
            "emailStructure": "m@example.org",
            "dateExpirationMotPasseCompteTech": "2027-01-31T00:00:00.000+01:00",
            **(general or {}),
        },
        adressePostaleDuSiege={
            "adresse": "1 place Exemple",
            "complementAdresse1": "Bâtiment A",
            "codePostal": "99999",
            "ville": "MODELEVILLE",
            "pays": "FR",
        },
        parametres=settings or {},
    )


def test_structure_is_read_with_its_address(client, wire):
    wire.will(consulted())
    found = structures.read(client, 26100001)
    assert wire.bodies == [{"idStructureCPP": 26100001}]
    assert (found.name, found.is_public, found.vat_number) == (
        "COMMUNE MODELE",
        True,
        "FR1",
    )
    assert (found.address.street, found.address.street2) == (
        "1 place Exemple",
        "Bâtiment A",
    )
    assert found.password_expires.year == 2027


@pytest.mark.parametrize(
    ("flag", "attribute"),
    [
        ("codeServiceDoitEtreRenseigne", "requires_service"),
        ("numeroEJDoitEtreRenseigne", "requires_engagement"),
        ("gestionNumeroEJOuCodeService", "requires_either"),
        ("estMoaUniquement", "works_only"),
    ],
)
def test_each_demand_of_a_structure_is_read_by_itself(client, wire, flag, attribute):
    wire.will(consulted(settings={flag: True}))
    found = structures.read(client, 26100001)
    names = ["requires_service", "requires_engagement", "requires_either", "works_only"]
    assert [name for name in names if getattr(found, name)] == [attribute]


def test_structure_that_never_reports_payment_says_so(client, wire):
    wire.will(
        consulted(settings={"statutMiseEnPaiementNestPasRemonte": True}),
        consulted(settings={"statutMiseEnPaiementNestPasRemonte": False}),
    )
    assert structures.read(client, 1).reports_payment is False
    assert structures.read(client, 1).reports_payment is True


def test_demands_that_are_left_out_of_an_answer_are_not_told(client, wire):
    wire.will(consulted(settings={}))
    found = structures.read(client, 1)
    assert (
        found.requires_service,
        found.requires_engagement,
        found.requires_either,
        found.reports_payment,
        found.works_only,
    ) == (None,) * 5


@pytest.mark.parametrize(
    ("general", "name", "is_public"),
    [
        (
            {"raisonSocialeStructure": None, "libelleStructure": "Mairie"},
            "Mairie",
            True,
        ),
        (
            {
                "raisonSocialeStructure": "",
                "prenomStructure": "Ada",
                "nomStructure": "MODELE",
                "structurePriveePublique": "PRIVEE",
            },
            "Ada MODELE",
            False,
        ),
        ({"structurePriveePublique": None}, "COMMUNE MODELE", None),
    ],
)
def test_structure_has_a_name_of_some_kind(client, wire, general, name, is_public):
    wire.will(consulted(general))
    found = structures.read(client, 1)
    assert (found.name, found.is_public) == (name, is_public)


def test_services_are_listed_with_their_own_block_name(client, wire):
    wire.will(
        ok(
            parametresRetour={"pages": 1},
            listeServices=[
                {
                    "idService": 1,
                    "codeService": "ACHATS",
                    "libelleService": "Achats",
                    "estActif": True,
                    "dateDbtService": "2017-01-01 00:00",
                    "dateFinService": "2050-12-31 00:00",
                },
                {"idService": 2, "codeService": "FACTURES_PUBLIQUES"},
                {"idService": 3, "codeService": "VIEUX", "estActif": False},
            ],
        )
    )
    found = list(structures.services(client, 26100001))
    assert [one.code for one in found if one.is_active and not one.is_reserved] == [
        "ACHATS"
    ]
    assert found[0].ends.year == 2050
    assert set(wire.bodies[0]) == {
        "idStructure",
        "parametresRechercherServicesStructure",
    }


def test_service_says_whether_it_demands_an_engagement(client, wire):
    wire.will(
        ok(
            informationsGenerales={"codeService": "ACHATS", "nomService": "Achats"},
            parametres={
                "numeroEngagement": True,
                "miseEnPaiement": False,
                "dateDebutValidite": "2017-01-01T00:00:00.000+01:00",
            },
        )
    )
    found = structures.read_service(client, 26100001, 27000001)
    assert (found.code, found.requires_engagement, found.reports_payment) == (
        "ACHATS",
        True,
        False,
    )
    assert (found.valid_from.year, found.valid_until) == (2017, None)
    assert wire.bodies == [{"idStructure": 26100001, "idService": 27000001}]


# --- transverses ------------------------------------------------------------------


@pytest.mark.parametrize(("value", "up"), [(200, True), (503, False), (None, False)])
def test_health_is_read(client, wire, value, up):
    wire.will(reply({"body": "API disponible", "statusCodeValue": value}))
    found = transverse.health(client)
    assert (found.is_up, found.message) == (up, "API disponible")


def test_flow_report_is_asked_by_its_number(client, wire):
    wire.will(ok(etatCourantDepotFlux="IN_INTEGRE"))
    found = transverse.flow_report(client, "CPP1")
    assert found.flow_number == "CPP1"
    assert found.is_accepted
    assert wire.bodies == [{"numeroFluxDepot": "CPP1"}]


def test_unknown_flow_is_an_error_of_its_own(client, wire):
    wire.will(refusal(20001, "POQ_MSG_01.003 - Flux introuvable."))
    with pytest.raises(FlowNotFound) as caught:
        transverse.flow_report(client, "CPP1")
    assert caught.value.code == 20001


def test_other_refusal_of_a_report_is_a_refusal(client, wire):
    wire.will(refusal(20001, "GCU_MSG_02.001"))
    with pytest.raises(RefusedError) as caught:
        transverse.flow_report(client, "CPP1")
    assert not isinstance(caught.value, FlowNotFound)


def test_report_without_state_is_not_trusted(client, wire):
    wire.will(ok())
    with pytest.raises(OutcomeUnknownError):
        transverse.flow_report(client, "CPP1")


def test_file_is_added(client, wire):
    wire.will(ok(pieceJointeId=5500001))
    assert transverse.add_file(client, b"%PDF", "Bon.PDF") == 5500001
    body = wire.bodies[0]
    assert base64.b64decode(body.pop("pieceJointeFichier")) == b"%PDF"
    assert body == {
        "pieceJointeNom": "Bon.PDF",
        "pieceJointeTypeMime": "application/pdf",
        "pieceJointeExtension": "PDF",
    }


def test_file_the_portal_does_not_take_is_not_sent(client, wire):
    with pytest.raises(InvalidCallError, match="bad_extension, empty"):
        transverse.add_file(client, b"", "bon.exe")
    assert wire.requests == []


def test_possible_treatments_are_listed(client, wire):
    wire.will(
        ok(
            listeStatutsPossiblesPourTraitement=[
                {"statutPossiblePourTraitement": "REJETEE"},
                {"statutPossiblePourTraitement": "NOUVEAU_2028"},
            ]
        )
    )
    found = transverse.possible_treatments(client, InvoiceStatus.AVAILABLE)
    assert found == (InvoiceStatus.REJECTED, "NOUVEAU_2028")
    assert wire.bodies == [{"statutCourant": "MISE_A_DISPOSITION"}]


def test_vat_rates_are_listed(client, wire):
    wire.will(
        ok(
            listeTauxTva=[
                {"codeTauxTva": "TVA5", "libelleTauxTva": "5,5 %", "valeurTauxTva": 5.5}
            ]
        )
    )
    (found,) = transverse.vat_rates(client)
    assert (found.code, found.label, found.rate) == ("TVA5", "5,5 %", Decimal("5.5"))


@pytest.mark.parametrize(
    ("call", "side"),
    [
        (transverse.issuing_structures, "fournisseur"),
        (transverse.receiving_structures, "destinataire"),
    ],
)
def test_own_structures_are_listed(client, wire, call, side):
    wire.will(
        ok(
            listeStructures=[
                {"idStructureCPP": 1, "identifiant": SIRET, "designationStructure": "C"}
            ]
        )
    )
    (found,) = call(client)
    assert (found.portal_id, found.identifier, found.name) == (1, SIRET, "C")
    assert wire.paths == [f"transverses/v1/recuperer/structures/actives/{side}"]


# --- utilisateurs -----------------------------------------------------------------


def test_attachments_are_listed_with_their_services(client, wire):
    wire.will(
        ok(
            parametresRetour={"pages": 1},
            listeStructureRattachement=[
                {
                    "idRattachementStructure": 9,
                    "idStructure": 26100001,
                    "identifiantStructure": SIRET,
                    "typeIdentifiantStructure": "SIRET",
                    "designationStructure": "COMMUNE MODELE",
                    "roleUtilisateur": "UTILISATEUR",
                    "statutRattachementStructure": "VALIDEE",
                    "listeServicesRattache": [
                        {
                            "idService": 27000001,
                            "codeService": "ACHATS",
                            "libelleService": "Achats",
                            "statutRattachementService": "VALIDEE",
                            "estActif": True,
                        }
                    ],
                }
            ],
        )
    )
    (found,) = users.attachments(client)
    assert (found.portal_id, found.identifier, found.status) == (
        26100001,
        SIRET,
        "VALIDEE",
    )
    assert [(one.code, one.is_active) for one in found.services] == [("ACHATS", True)]
    assert set(wire.bodies[0]) == {"parametresRecherche"}
