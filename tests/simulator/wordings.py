"""Every label the simulator says, with where the words come from.

``recorded``: id or text seen in the reference. ``ours``: the reference says that the
case exists, or that a refusal is due, without giving the words or the number; nobody
should rely on them.
"""

from __future__ import annotations

from .replies import Refused

RECORDED = "recorded"
OURS = "ours"

# name: (codeRetour, label, provenance of the number, provenance of the words)
REFUSALS: dict[str, tuple[int, str, str, str]] = {
    "no_result": (20000, "TRA_MSG_00.015", RECORDED, RECORDED),
    "unknown_invoice": (20000, "GDP_MSG_11.008", RECORDED, RECORDED),
    "no_right": (20001, "GDP_MSG_11.005", RECORDED, RECORDED),
    "not_suspended": (20002, "GDP_MSG_11.033", RECORDED, RECORDED),
    "status_forbids": (20002, "GDP_MSG_11.001", OURS, RECORDED),
    "file_too_large": (20001, "GDP_MSG_11.022", RECORDED, RECORDED),
    "unknown_flow": (20001, "POQ_MSG_01.003 - Flux introuvable.", RECORDED, RECORDED),
    "attachment_too_large": (
        20003,
        "La pièce jointe dépasse la taille maximale de 10 Mo.",
        RECORDED,
        OURS,
    ),
    "attachment_extension": (
        20004,
        "L'extension de la pièce jointe n'est pas autorisée.",
        OURS,
        OURS,
    ),
    "attachment_empty": (20005, "Le contenu de la pièce jointe est vide.", OURS, OURS),
    "attachment_unknown": (20003, "La pièce jointe est inconnue.", OURS, OURS),
    "reason_missing": (
        20003,
        "Le motif est obligatoire pour rejeter ou suspendre une facture.",
        OURS,
        OURS,
    ),
    "recycle_recipient": (
        20004,
        "Le destinataire est inconnu ou inactif.",
        OURS,
        OURS,
    ),
    "recycle_service": (
        20005,
        "Le code service est inconnu ou inactif pour ce destinataire.",
        OURS,
        OURS,
    ),
    "recycle_service_missing": (
        20006,
        "Le code service est obligatoire pour ce destinataire.",
        OURS,
        OURS,
    ),
    "recycle_engagement_missing": (
        20007,
        "Le numéro d'engagement est obligatoire pour ce destinataire.",
        OURS,
        OURS,
    ),
    "recycle_either_missing": (
        20008,
        "Le code service ou le numéro d'engagement est obligatoire "
        "pour ce destinataire.",
        OURS,
        OURS,
    ),
    "no_criterion": (
        20001,
        "Au moins un critère de recherche est obligatoire.",
        OURS,
        OURS,
    ),
    "unknown_structure": (20001, "La structure est inconnue.", OURS, OURS),
    "unknown_service": (20002, "Le service est inconnu.", OURS, OURS),
    "pdf_unreadable": (20002, "Le document n'a pas pu être analysé.", OURS, OURS),
    "submit_number_missing": (
        20010,
        "Le numéro de facture est obligatoire.",
        OURS,
        OURS,
    ),
    "submit_number_form": (
        20011,
        "Le numéro a 20 caractères au plus : lettres, chiffres, espace, - + _ /.",
        OURS,
        OURS,
    ),
    "submit_date_missing": (20012, "La date de facture est obligatoire.", OURS, OURS),
    "submit_date_future": (
        20013,
        "La date de facture ne doit pas être postérieure à la date de dépôt.",
        OURS,
        OURS,
    ),
    "submit_date_range": (
        20014,
        "La date de facture doit être comprise entre 2000 et 2099.",
        OURS,
        OURS,
    ),
    "submit_duplicate": (
        20015,
        "Le numéro de facture existe déjà pour ce fournisseur.",
        OURS,
        OURS,
    ),
    "submit_supplier_inactive": (
        20016,
        "La structure fournisseur est inactive.",
        OURS,
        OURS,
    ),
    "submit_supplier_service": (
        20017,
        "Le service du fournisseur est inconnu ou inactif.",
        OURS,
        OURS,
    ),
    "submit_bank_account": (
        20018,
        "Les coordonnées bancaires sont inconnues pour ce fournisseur.",
        OURS,
        OURS,
    ),
    "submit_recipient": (20019, "Le destinataire est inconnu ou inactif.", OURS, OURS),
    "submit_service": (
        20020,
        "Le code service est inconnu ou inactif pour ce destinataire.",
        OURS,
        OURS,
    ),
    "submit_service_missing": (
        20021,
        "Le code service est obligatoire pour ce destinataire.",
        OURS,
        OURS,
    ),
    "submit_engagement_missing": (
        20022,
        "Le numéro d'engagement est obligatoire pour ce destinataire.",
        OURS,
        OURS,
    ),
    "submit_either_missing": (
        20023,
        "Le code service ou le numéro d'engagement est obligatoire pour ce destinataire.",
        OURS,
        OURS,
    ),
    "submit_validator_missing": (
        20024,
        "La structure du valideur est obligatoire pour ce cadre de facturation.",
        OURS,
        OURS,
    ),
    "submit_validator_unknown": (
        20025,
        "La structure du valideur est inconnue ou inactive.",
        OURS,
        OURS,
    ),
    "submit_validator_service": (
        20026,
        "Le code service du valideur est inconnu ou inactif.",
        OURS,
        OURS,
    ),
    "submit_validator_unwanted": (
        20027,
        "Ce cadre de facturation n'a pas de valideur.",
        OURS,
        OURS,
    ),
    "submit_currency": (20028, "La devise est inconnue.", OURS, OURS),
    "submit_origin_unwanted": (
        20029,
        "La facture d'origine n'est permise que pour un avoir.",
        OURS,
        OURS,
    ),
    "submit_exemption_unknown": (
        20030,
        "Le motif d'exonération de TVA est inconnu.",
        OURS,
        OURS,
    ),
    "submit_vat_type": (
        20031,
        "Le type de TVA ne correspond ni au récapitulatif de TVA ni au motif d'exonération.",
        OURS,
        OURS,
    ),
    "submit_lines_missing": (
        20032,
        "Au moins une ligne de poste est obligatoire.",
        OURS,
        OURS,
    ),
    "submit_line_numbers": (
        20033,
        "Les lignes de poste se numérotent à partir de 1, sans trou.",
        OURS,
        OURS,
    ),
    "submit_rate": (
        20034,
        "Chaque ligne porte un code de taux de TVA ou un taux manuel, pas les deux.",
        OURS,
        OURS,
    ),
    "submit_rate_unknown": (20035, "Le code de taux de TVA est inconnu.", OURS, OURS),
    "submit_amounts": (
        20036,
        "Les montants totaux de la facture sont incohérents.",
        OURS,
        OURS,
    ),
    "submit_discount_reason": (
        20037,
        "Le motif de la remise globale est obligatoire.",
        OURS,
        OURS,
    ),
    "submit_already_paid": (
        20038,
        "Le montant à payer doit être nul pour une facture déjà payée.",
        OURS,
        OURS,
    ),
    "submit_main_missing": (
        20039,
        "La pièce jointe principale est obligatoire.",
        OURS,
        OURS,
    ),
    "submit_main_many": (
        20040,
        "Une seule pièce jointe principale est permise.",
        OURS,
        OURS,
    ),
    "submit_main_not_pdf": (
        20041,
        "La pièce jointe principale doit être un PDF.",
        OURS,
        OURS,
    ),
    "submit_attachment_type": (
        20042,
        "Le type de la pièce jointe est inconnu.",
        OURS,
        OURS,
    ),
    "submit_attachment_line": (
        20043,
        "La pièce jointe cite une ligne qui n'existe pas.",
        OURS,
        OURS,
    ),
    "submit_too_large": (
        20044,
        "La facture et ses pièces jointes dépassent 120 Mo.",
        OURS,
        OURS,
    ),
}

_CII = (
    "L'element FichierXml.SupplyChainTradeTransaction.ApplicableHeaderTradeAgreement."
)
_UBL = "L'element FichierXml.Invoice."

# Texts of listeErreurDP for the rules that need the directory. The two CII element
# paths are recorded; everything else is ours.
REJECTIONS: dict[str, tuple[str, str]] = {
    "service_missing_cii": (_CII + "BuyerReference.value est obligatoire.", RECORDED),
    "engagement_missing_cii": (
        _CII + "BuyerOrderReferencedDocument.IssuerAssignedID.value est obligatoire.",
        RECORDED,
    ),
    "service_missing_ubl": (_UBL + "BuyerReference.value est obligatoire.", OURS),
    "engagement_missing_ubl": (
        _UBL + "OrderReference.ID.value est obligatoire.",
        OURS,
    ),
    "either_missing": (
        "Le code service ou le numéro d'engagement juridique est obligatoire "
        "pour ce destinataire.",
        OURS,
    ),
    "supplier_unknown": (
        "L'identifiant {identifier} du fournisseur n'est pas référencé.",
        OURS,
    ),
    "supplier_inactive": ("La structure fournisseur {identifier} est inactive.", OURS),
    "supplier_no_right": (
        "Vous n'êtes pas habilité à déposer pour la structure fournisseur "
        "{identifier}.",
        OURS,
    ),
    "recipient_unknown": ("Le destinataire {identifier} n'existe pas.", OURS),
    "recipient_inactive": ("Le destinataire {identifier} est inactif.", OURS),
    "recipient_private": (
        "Le destinataire {identifier} n'est pas une structure publique.",
        OURS,
    ),
    "service_unknown": (
        "Le code service {code} est inconnu pour le destinataire {identifier}.",
        OURS,
    ),
    "service_inactive": (
        "Le code service {code} du destinataire {identifier} est inactif.",
        OURS,
    ),
    "duplicate": (
        "La facture {number} existe déjà pour ce fournisseur.",
        OURS,
    ),
}


def refused(name: str) -> Refused:
    """The refusal of that name, ready to be raised."""
    code, label, _number, _words = REFUSALS[name]
    return Refused(code, label)


def rejection(name: str, **values: str) -> str:
    """One sentence of a ``libelleErreurDP``."""
    return REJECTIONS[name][0].format(**values)
