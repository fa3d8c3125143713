"""Every sentence of refusal, with where it comes from.

``RECORDED``: the French words were seen in an answer of the portal.
``PARAPHRASED``: the portal says this, but only the sense was recorded.
``OURS``: no public material gives the text; ours, in the portal's manner.

Element paths of UBL are ours by analogy: only CII paths were recorded.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from .model import Family, TechnicalError

XSD_CODE = "ERR_XSD_001"
# Only the XSD code was recorded. The next one and the nature are the simulator's.
FILE_CODE = "ERR_SIM_001"
NATURE = "TECHNIQUE"
PREFIX = "IRRECEVABILITE: "


class Source(Enum):
    """How much of a sentence is the portal's."""

    RECORDED = "words seen in an answer of the portal"
    PARAPHRASED = "sense recorded, words ours"
    OURS = "words and form ours"


@dataclass(frozen=True)
class Wording:
    """A sentence with placeholders, its origin, and the rule it speaks for."""

    text: str
    source: Source
    rule: str = ""


_R, _P, _O = Source.RECORDED, Source.PARAPHRASED, Source.OURS

WORDINGS: dict[str, Wording] = {
    # invoice level: libelleErreurDP
    "mandatory": Wording("L'element {path} est obligatoire", _R),
    "too_long": Wording(
        "L'element {path} ne doit pas depasser {limit} caracteres", _P, "G1.05"
    ),
    "alphanumeric": Wording("L'element {path} doit etre alphanumerique", _P),
    "gross_price": Wording(
        "L'element (AppliedTradeAllowanceCharge.ActualAmount.value) est obligatoire"
        " si l'element ({path}) est renseigne",
        _R,
    ),
    "number_characters": Wording(
        "L'element {path} contient des caracteres non autorises", _O, "G1.05"
    ),
    "date_future": Wording(
        "L'element {path} ne doit pas etre posterieur a la date du jour", _O, "G1.07"
    ),
    "date_range": Wording(
        "L'element {path} doit etre compris entre 2000 et 2099", _O, "G1.36"
    ),
    "type": Wording(
        "L'element {path} ({value}) n'est pas un type de facture accepte", _O, "G1.01"
    ),
    "cadre": Wording(
        "Le cadre de facturation de l'element {path} ({value}) n'appartient pas a la"
        " liste des cadres autorises",
        _P,
        "G1.02",
    ),
    "siret": Wording(
        "L'identifiant de l'element {path} ({value}) est inconnu ou mal forme : un"
        " SIRET de 14 chiffres est attendu",
        _P,
        "G2.07",
    ),
    "identifier_length": Wording(
        "L'identifiant de l'element {path} ne doit pas depasser 18 caracteres",
        _O,
        "G2.07",
    ),
    "payment_code": Wording(
        "L'element {path} ({value}) n'appartient pas a la liste des modes de paiement"
        " autorises",
        _O,
        "S2.05",
    ),
    "iban_missing": Wording(
        "L'element {path} est obligatoire pour un paiement par virement", _O, "G1.16"
    ),
    "iban_form": Wording("L'element {path} doit etre un IBAN", _O, "G1.16"),
    "already_paid": Wording(
        "Le montant net a payer doit etre nul pour le cadre de facturation A2", _O
    ),
    "already_paid_reform": Wording(
        "Le montant net a payer doit etre nul pour une facture deja payee",
        _O,
        "BR-FR-CO-09",
    ),
    "siren": Wording(
        "L'identifiant de l'element {path} ({value}) doit etre un SIREN de 9 chiffres",
        _O,
        "BR-FR-10",
    ),
    "siret_beside": Wording(
        "L'element {path} doit etre accompagne du SIRET (schema 0009)",
        _O,
        "BR-FR-CPRO-09",
    ),
    "scheme": Wording(
        "L'element {path} n'a aucun identifiant d'un schema attendu ({rule})",
        _O,
        "BR-FR-CPRO-03",
    ),
    "quantity_decimals": Wording(
        "L'element {path} ne doit pas comporter plus de 4 decimales", _O, "G1.15"
    ),
    "price_decimals": Wording(
        "L'element {path} ne doit pas comporter plus de 6 decimales", _O, "G1.16"
    ),
    "amount_size": Wording(
        "L'element {path} ne doit pas depasser 19 positions dont 6 decimales", _O
    ),
    "attachment_name": Wording(
        "Le nom de la piece jointe {name} depasse 50 caracteres", _O
    ),
    "attachment_extension": Wording(
        "L'extension de la piece jointe {name} n'est pas autorisee", _O
    ),
    "attachment_empty": Wording("La piece jointe {name} est vide", _O),
    "attachment_size": Wording("La piece jointe {name} depasse 10 Mo", _O),
    "norm": Wording("Regle {id} : {text}", _O, "EN 16931"),
    "norm_engine": Wording(
        "Les controles de coherence de la facture n'ont pas pu aboutir", _O, "EN 16931"
    ),
    # flow level: listeErreurTechnique
    "xsd": Wording(
        PREFIX + "le fichier {name} n'est pas conforme au schema (ligne {line} :"
        " {text})",
        _P,
    ),
    "syntax_unknown": Wording(PREFIX + "syntaxe {syntax} inconnue", _O),
    "syntax_unsupported": Wording(
        PREFIX + "syntaxe {syntax} non prise en charge par le simulateur", _O
    ),
    "syntax_mismatch": Wording(
        PREFIX + "le contenu du fichier {name} ({found}) ne correspond pas a la"
        " syntaxe {syntax}",
        _O,
    ),
    "unreadable": Wording(
        PREFIX + "le fichier {name} n'a pas pu etre analyse : {reason}", _P
    ),
}


def say(key: str, **values: object) -> str:
    """The sentence ``key`` with its placeholders filled.

    >>> say("mandatory", path="FichierXml.ExchangedDocument.ID.value")
    "L'element FichierXml.ExchangedDocument.ID.value est obligatoire"
    """
    return WORDINGS[key].text.format(**values)


def technical(key: str, *, code: str = FILE_CODE, **values: object) -> TechnicalError:
    """The same, as a line of ``listeErreurTechnique``."""
    return TechnicalError(nature=NATURE, code=code, label=say(key, **values))


_TRANSACTION = "FichierXml.SupplyChainTradeTransaction."
_AGREEMENT = _TRANSACTION + "ApplicableHeaderTradeAgreement."
_SETTLEMENT = _TRANSACTION + "ApplicableHeaderTradeSettlement."
_LINE = _TRANSACTION + "IncludedSupplyChainTradeLineItem."
_MEANS = _SETTLEMENT + "SpecifiedTradeSettlementPaymentMeans."

PATHS: dict[Family, dict[str, str]] = {
    Family.CII: {
        "number": "FichierXml.ExchangedDocument.ID.value",
        "issue_date": "FichierXml.ExchangedDocument.IssueDateTime.DateTimeString.value",
        "type": "FichierXml.ExchangedDocument.TypeCode.value",
        "cadre": "FichierXml.ExchangedDocumentContext"
        ".BusinessProcessSpecifiedDocumentContextParameter.ID.value",
        "supplier": _AGREEMENT + "SellerTradeParty.SpecifiedLegalOrganization.ID.value",
        "buyer": _AGREEMENT + "BuyerTradeParty.SpecifiedLegalOrganization.ID.value",
        "service": _AGREEMENT + "BuyerReference.value",
        "engagement": _AGREEMENT
        + "BuyerOrderReferencedDocument.IssuerAssignedID.value",
        "contract": _AGREEMENT + "ContractReferencedDocument.IssuerAssignedID.value",
        "payment_code": _MEANS + "TypeCode.value",
        "iban": _MEANS + "PayeePartyCreditorFinancialAccount.IBANID.value",
        "quantity": _LINE + "SpecifiedLineTradeDelivery.BilledQuantity.value",
        "price": _LINE + "SpecifiedLineTradeAgreement.NetPriceProductTradePrice"
        ".ChargeAmount.value",
        "gross_price": _LINE
        + "SpecifiedLineTradeAgreement.GrossPriceProductTradePrice",
    },
    Family.UBL: {
        "number": "FichierXml.ID.value",
        "issue_date": "FichierXml.IssueDate.value",
        "type": "FichierXml.InvoiceTypeCode.value",
        "cadre": "FichierXml.ProfileID.value",
        "supplier": "FichierXml.AccountingSupplierParty.Party.PartyLegalEntity"
        ".CompanyID.value",
        "buyer": "FichierXml.AccountingCustomerParty.Party.PartyLegalEntity"
        ".CompanyID.value",
        "service": "FichierXml.BuyerReference.value",
        "engagement": "FichierXml.OrderReference.ID.value",
        "contract": "FichierXml.ContractDocumentReference.ID.value",
        "payment_code": "FichierXml.PaymentMeans.PaymentMeansCode.value",
        "iban": "FichierXml.PaymentMeans.PayeeFinancialAccount.ID.value",
        "quantity": "FichierXml.InvoiceLine.InvoicedQuantity.value",
        "price": "FichierXml.InvoiceLine.Price.PriceAmount.value",
    },
}
