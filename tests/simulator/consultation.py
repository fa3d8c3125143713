"""One invoice in full, as the supplier or the recipient reads it."""

from __future__ import annotations

from decimal import Decimal

from . import codes, invoices, subblocks
from .clock import day, minute
from .context import Context
from .directory import known_structure, service_by_id
from .documents import ReadInvoice
from .replies import SUCCESS_PROCESSING, Json, success
from .state import Row

# The names of the three paging blocks differ per side.
RECIPIENT_BLOCKS = ("rechercheligneTvaRecap", "recherchePj", "rechercheLignePoste")
SUPPLIER_BLOCKS = ("getpLigneRecapTva", "getpListePiecesJointes", "getpLignesPoste")


def for_recipient(context: Context, row: Row, body: Json) -> Json:
    shown = _common(context, row, body, RECIPIENT_BLOCKS)
    shown["destinataire"] = _recipient(context, row)
    shown["fournisseur"] = _supplier(context, row, is_issued=False)
    return success(SUCCESS_PROCESSING, facture=shown)


def for_supplier(context: Context, row: Row, body: Json) -> Json:
    shown = _common(context, row, body, SUPPLIER_BLOCKS)
    recipient = known_structure(context.store, row["recipient_id"])
    destination = _recipient(context, row)
    del destination["destinataireEtat"]
    destination["miseEnPaiementDestinataire"] = not recipient["hides_payment"]
    destination["designationDestinataire"] = recipient["name"]
    shown["destinataire"] = destination
    shown["fournisseur"] = _supplier(context, row, is_issued=True)
    shown["rejetTraite"] = bool(row["rejection_handled"])
    return success(SUCCESS_PROCESSING, facture=shown)


def _common(
    context: Context, row: Row, body: Json, blocks: tuple[str, str, str]
) -> Json:
    invoice = invoices.document(context.store, row)
    files = invoices.files_of(context.store, row["id"])
    vat_block, file_block, line_block = (body.get(name) for name in blocks)
    main = next((item for item in files if item["kind"] == "main"), None)
    return {
        "identifiantFactureCPP": row["id"],
        "numeroFacture": row["number"],
        "statutFacture": row["status"],
        "modeDepot": row["mode"],
        "cadreDeFacturation": _frame(context, row),
        "references": _references(row, files),
        "recapitulatifDeTva": subblocks.vat_recap(invoice, vat_block),
        "montantTotal": _totals(row, invoice),
        "pieceJointePrincipale": main
        and {
            "idLiaisonPieceJointePrincipale": main["id"],
            "idPieceJointePrincipale": main["file_id"],
        },
        "listeDesPiecesJointes": subblocks.attachments(files, file_block),
        "lignesDePoste": subblocks.lines(invoice, line_block),
        "commentaire": row["note"],
    }


def _frame(context: Context, row: Row) -> Json:
    shown: Json = {"codeCadreFacturation": codes.output_cadre(row["cadre"])}
    if row["validator_id"] is not None:
        validator = known_structure(context.store, row["validator_id"])
        shown["idValideur1"] = validator["id"]
        shown["typeIdentifiantValideur1"] = validator["id_type"]
        shown["codeValideur1"] = validator["identifier"]
        shown["raisonSocialeValideur1"] = validator["name"]
        shown["dateValidation1"] = day(row["validated"])
    return shown


def _references(row: Row, files: list[Row]) -> Json:
    return {
        "dateFacture": row["issue_date"],
        "dateDepot": day(row["deposited"]),
        "codeDeviseFacture": row["currency"],
        "typeFacture": row["type"],
        "typeTva": row["vat_type"],
        "numeroMarche": row["contract"],
        "numeroBonCommande": row["engagement"],
        "numeroFactureOrigine": row["original_number"],
        "modePaiement": row["payment_mode"],
        "dateCreationFacture": minute(row["created"]),
        "dateEcheancePaiement": row["due_date"],
        "tailleTotalePiecesJointes": sum(item["size"] for item in files),
        "numeroDpMandat": row["mandate"],
    }


def _totals(row: Row, invoice: ReadInvoice) -> Json:
    return {
        "montantHtTotal": Decimal(row["untaxed"]),
        "montantTVA": invoice.total_vat,
        "montantTtcAvantRemiseGlobalTTC": Decimal(row["taxed"]),
        "montantTtcTotal": Decimal(row["taxed"]),
        "montantAPayer": Decimal(row["payable"]),
    }


def _recipient(context: Context, row: Row) -> Json:
    structure = known_structure(context.store, row["recipient_id"])
    service = service_by_id(context.store, row["service_id"])
    return {
        "destinataireEtat": "OUI" if structure["state"] else "NON",
        "idDestinataire": structure["id"],
        "codeDestinataire": structure["identifier"],
        "libelleDestinataire": structure["name"],
        "idServiceExecutant": row["service_id"],
        "codeServiceExecutant": row["service_code"],
        "libelleServiceExecutant": service["name"] if service else None,
        "adresseDestinataireDetail": structure["street"],
        "adresseDestinataireCodePostal": structure["zip"],
        "adresseDestinataireVille": structure["city"],
        "adresseDestinataireCodePays": structure["country"],
    }


def _supplier(context: Context, row: Row, *, is_issued: bool) -> Json:
    structure = known_structure(context.store, row["supplier_id"])
    shown = {
        "idFournisseur": structure["id"],
        "typeIdentifiantFournisseur": structure["id_type"],
        "codeFournisseur": structure["identifier"],
        "designationFournisseur": structure["name"],
        "raisonSocialeFournisseur": structure["name"] if is_issued else None,
        "adresseFournisseurDetail": structure["street"],
        "adresseFournisseurCodePostal": structure["zip"],
        "adresseFournisseurVille": structure["city"],
        "adresseFournisseurCodePays": structure["country"],
    }
    return {**shown, **_bank(invoices.document(context.store, row).iban)}


def _bank(iban: str | None) -> Json:
    """The account in the portal's pieces: country, key, the rest."""
    if not iban:
        return {}
    compact = "".join(iban.split())
    return {
        "coordBancairesFournisseurType": "IBAN",
        "coordBancairesFournisseurCodePays": compact[:2],
        "coordBancairesFournisseurCleIban": compact[2:4],
        "coordBancairesFournisseurCompteBancaire": compact[4:],
    }
