"""A PDF and the form that goes with it, both right; what tests break piece by piece."""

from __future__ import annotations

import base64
import io

from reportlab.pdfgen import canvas

from simulator import seed

PDF = "factures/deposer/pdf"
SUBMIT = "factures/soumettre"
OTHER = seed.OTHER_SUPPLIER_ACCOUNT

TEXT = f"""ATELIER DU MODELE SIRET {seed.SUPPLIER}
Facture n° FA-2026-777
Date de facture : 20/11/2026
Client : COMMUNE DE MODELEVILLE {seed.TOWN_HALL[:3]} 000 002 00014
Code service : ACHATS
Bon de commande : EJ0000123
Total HT : 1 000,00 EUR
Total TVA : 200,00 EUR
Total TTC : 1 200,00 EUR
Net à payer : 1 200,00 EUR"""


def pdf(text=TEXT):
    buffer = io.BytesIO()
    page = canvas.Canvas(buffer, invariant=1)
    for rank, line in enumerate(text.splitlines()):
        page.drawString(50, 800 - 20 * rank, line)
    page.showPage()
    page.save()
    return buffer.getvalue()


def pdf_body(content=None, **changes):
    return {
        "fichierFacture": base64.b64encode(content or pdf()).decode(),
        "nomFichier": "FA-2026-777.pdf",
        "formatDepot": "PDF_NON_SIGNE",
        **changes,
    }


def stored_pdf(call, login=seed.SUPPLIER_ACCOUNT):
    return call.good(PDF, pdf_body(), login)["pieceJointeId"]


def stored_annex(call, name="plan.docx", content=b"PK annex"):
    body = {
        "pieceJointeFichier": base64.b64encode(content).decode(),
        "pieceJointeNom": name,
        "pieceJointeTypeMime": "application/octet-stream",
        "pieceJointeExtension": name.rpartition(".")[2],
    }
    return call.good("transverses/ajouter/fichier", body)["pieceJointeId"]


def form(call, **changes):
    """A submission that is right, with its PDF stored; blocks are merged."""
    body = {
        "modeDepot": "DEPOT_PDF_API",
        "numeroFactureSaisi": "FA-2026-777",
        "dateFacture": "2026-11-20",
        "destinataire": {
            "codeDestinataire": seed.TOWN_HALL,
            "codeServiceExecutant": "ACHATS",
        },
        "fournisseur": {"idFournisseur": call.structure_id(seed.SUPPLIER)},
        "cadreDeFacturation": {"codeCadreFacturation": "A1_FACTURE_FOURNISSEUR"},
        "references": {
            "deviseFacture": "EUR",
            "typeFacture": "FACTURE",
            "typeTva": "TVA_SUR_DEBIT",
            "numeroBonCommande": "EJ0000123",
            "numeroMarche": "M-2026-1",
            "modePaiement": "VIREMENT",
        },
        "ligneTva": [
            {
                "ligneTvaTauxManuel": 20,
                "ligneTvaMontantBaseHtParTaux": 1000,
                "ligneTvaMontantTvaParTaux": 200,
            }
        ],
        "montantTotal": {
            "montantHtTotal": 1000,
            "montantTVA": 200,
            "montantTtcTotal": 1200,
            "montantAPayer": 1200,
        },
        "commentaire": "Livré le 19 novembre",
    }
    if "pieceJointePrincipale" not in changes:
        body["pieceJointePrincipale"] = main(stored_pdf(call))
    for name, value in changes.items():
        if isinstance(value, dict) and isinstance(body.get(name), dict):
            merged = {**body[name], **value}
            body[name] = {k: v for k, v in merged.items() if v is not None}
        else:
            body[name] = value
    return {name: value for name, value in body.items() if value is not None}


def main(file_id):
    return [
        {
            "pieceJointePrincipaleDesignation": "Facture",
            "pieceJointePrincipaleId": file_id,
        }
    ]


def annex(file_id, **changes):
    return {
        "pieceJointeComplementaireDesignation": "Plan",
        "pieceJointeComplementaireType": "DIVERS",
        "pieceJointeComplementaireId": file_id,
        **changes,
    }


def line(**changes):
    return {
        "lignePosteNumero": 1,
        "lignePosteReference": "R1",
        "lignePosteDenomination": "Étude",
        "lignePosteQuantite": 4,
        "lignePosteUnite": "lot",
        "lignePosteMontantUnitaireHT": 250,
        "lignePosteTauxTvaManuel": 20,
        **changes,
    }


def subcontract(call, **changes):
    frame = {
        "codeCadreFacturation": "A9_FACTURE_SOUSTRAITANT",
        "codeStructureValideur": seed.OTHER_SUPPLIER,
    }
    return form(call, cadreDeFacturation={**frame, **changes})


# bodies of the operations around it -------------------------------------------------

LISTS = [
    f"transverses/recuperer/{name}"
    for name in (
        "cadrefacturation",
        "devises",
        "formatflux",
        "modedepot",
        "modereglements",
        "motifs/exonerationtva",
        "pays",
        "typeidentifiant/structure",
        "typespj",
    )
]


def own_structure(name):
    return lambda call: {name: call.structure_id(seed.SUPPLIER)}


def to_validate(call):
    invoice_id = call.good("factures/soumettre", subcontract(call))
    return {"idFacture": invoice_id["identifiantFactureCPP"], "action": "VALIDATION"}


def misrouted(call):
    invoice_id = to_validate(call)["idFacture"]
    wish = {"id": invoice_id, "action": "ERREUR_ACHEMINEMENT", "comment": "Pas moi"}
    call.drive("POST", "validations", wish)
    return {"idFacture": invoice_id, "identifiantStructure": seed.SYNDICATE}


def engagement(call):
    return {
        "structureReceptriceEngagementJuridique": str(call.structure_id(seed.SUPPLIER)),
        "numeroEngagementJuridique": seed.ENGAGEMENT,
        "etatCourantEngagementJuridique": "COMMANDE",
    }
