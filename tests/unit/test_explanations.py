from __future__ import annotations

import pytest

from chorus_pro.explanations import CAUSES, Cause, Explanation, Subject, explain

CII = "FichierXml.SupplyChainTradeTransaction."
AGREEMENT = CII + "ApplicableHeaderTradeAgreement."
SETTLEMENT = CII + "ApplicableHeaderTradeSettlement."
LINE = CII + "IncludedSupplyChainTradeLineItem."

# Texts that were seen, or whose sense was recorded, and their cause.
TEXTS = [
    (
        f"L'element {SETTLEMENT}SpecifiedTradeSettlementPaymentMeans.TypeCode.value"
        " est obligatoire",
        Cause.PAYMENT_MEANS_MISSING,
    ),
    (
        f"L'element {SETTLEMENT}SpecifiedTradeSettlementPaymentMeans.TypeCode.value"
        " (54) n'appartient pas à la liste des modes de paiement autorisés",
        Cause.PAYMENT_MEANS_REFUSED,
    ),
    (
        f"L'élément {AGREEMENT}BuyerReference.value (engagement juridique)"
        " est obligatoire",
        Cause.SERVICE_MISSING,
    ),
    (
        f"L'element {AGREEMENT}BuyerReference.value doit etre alphanumerique",
        Cause.SERVICE_FORMAT,
    ),
    (
        f"L'element {AGREEMENT}BuyerOrderReferencedDocument.IssuerAssignedID.value"
        " est obligatoire",
        Cause.ENGAGEMENT_MISSING,
    ),
    (
        f"L'element {AGREEMENT}BuyerOrderReferencedDocument.IssuerAssignedID.value"
        " ne doit pas dépasser 50 caractères",
        Cause.ENGAGEMENT_FORMAT,
    ),
    (
        "L'element (AppliedTradeAllowanceCharge.ActualAmount.value) est obligatoire si"
        f" l'element ({LINE}SpecifiedLineTradeAgreement.GrossPriceProductTradePrice)"
        " est renseigne",
        Cause.GROSS_PRICE,
    ),
    (
        "L'element FichierXml.ExchangedDocument.ID.value ne doit pas depasser 20"
        " caracteres",
        Cause.NUMBER_TOO_LONG,
    ),
    (
        "L'element FichierXml.ExchangedDocument.ID.value contient des caracteres non"
        " autorises",
        Cause.NUMBER_FORMAT,
    ),
    ("La facture F/1 existe déjà pour ce fournisseur.", Cause.NUMBER_USED),
    ("Le numéro de facture F1 a déjà été utilisé", Cause.NUMBER_USED),
    ("Numero de facture en double pour ce fournisseur", Cause.NUMBER_USED),
    ("Demande de paiement en doublon", Cause.NUMBER_USED),
    (
        "Le cadre de facturation (S1) n'appartient pas à la liste des cadres",
        Cause.FRAMEWORK,
    ),
    (
        "L'element FichierXml.ExchangedDocumentContext."
        "BusinessProcessSpecifiedDocumentContextParameter.ID.value est obligatoire",
        Cause.FRAMEWORK,
    ),
    (
        "L'element FichierXml.ExchangedDocument.TypeCode.value (326) n'est pas un type"
        " de facture accepté",
        Cause.TYPE,
    ),
    ("Le code service ABC est inconnu pour le destinataire 1", Cause.SERVICE_UNKNOWN),
    ("Le service exécutant est inactif", Cause.SERVICE_UNKNOWN),
    (
        "Le code service ou le numéro d'engagement juridique est obligatoire",
        Cause.SERVICE_OR_ENGAGEMENT,
    ),
    ("L'engagement 1234 est inconnu", Cause.ENGAGEMENT_UNKNOWN),
    ("Numéro de marché trop long", Cause.CONTRACT),
    ("L'identifiant 1 du fournisseur n'est pas référencé", Cause.SUPPLIER_UNKNOWN),
    ("Le destinataire 1 n'existe pas", Cause.RECIPIENT_UNKNOWN),
    ("Identifiant du destinataire : un SIRET de 14 chiffres est attendu", Cause.SIRET),
    ("L'identifiant du fournisseur est mal formé", Cause.SIRET),
    (
        "Vous n'êtes pas habilité à déposer pour la structure fournisseur 1",
        Cause.NO_RIGHT,
    ),
    ("Utilisateur non habilité", Cause.NO_RIGHT),
    ("20001 GDP_MSG_11.005", Cause.NO_RIGHT),
    ("GDP_MSG_11.022", Cause.FILE_TOO_LARGE),
    ("La pièce jointe plan.pdf dépasse 10 Mo", Cause.FILE_TOO_LARGE),
    (
        "Le nom de la pièce jointe plan.pdf dépasse 50 caractères",
        Cause.ATTACHMENT_NAME,
    ),
    (
        "L'extension de la pièce jointe a.exe n'est pas autorisée",
        Cause.ATTACHMENT_TYPE,
    ),
    ("Type de pièce jointe non reconnu", Cause.ATTACHMENT_TYPE),
    ("La pièce jointe est vide", Cause.ATTACHMENT),
    ("ERR_XSD_001 – IRRECEVABILITE: cvc-complex-type.2.4.a", Cause.XSD),
    ("IRRECEVABILITE: le document n'a pas pu être analysé", Cause.UNREADABLE),
    ("Regle BR-CO-10 : Sum of Invoice line net amount", Cause.NORM),
    ("Les totaux d'en-tête sont incohérents", Cause.TOTALS),
    ("Le montant net à payer doit être nul", Cause.TOTALS),
    ("L'IBAN est obligatoire pour un paiement par virement", Cause.IBAN),
    (
        f"L'element {SETTLEMENT}SpecifiedTradeSettlementPaymentMeans."
        "PayeePartyCreditorFinancialAccount.IBANID.value est obligatoire",
        Cause.IBAN,
    ),
    (
        "L'element FichierXml.ExchangedDocument.IssueDateTime.DateTimeString.value ne"
        " doit pas etre posterieur a la date du jour",
        Cause.DATE,
    ),
    ("La devise XYZ est inconnue", Cause.CURRENCY),
    (
        f"L'element {LINE}SpecifiedLineTradeDelivery.BilledQuantity.value ne doit pas"
        " comporter plus de 4 decimales",
        Cause.QUANTITY,
    ),
    (
        f"L'element {LINE}SpecifiedLineTradeAgreement.NetPriceProductTradePrice"
        ".ChargeAmount.value ne doit pas comporter plus de 6 decimales",
        Cause.PRICE,
    ),
    ("Le taux de TVA n'existe pas", Cause.VAT),
    ("L'element FichierXml.Invoice.ID.value est obligatoire", Cause.NUMBER_FORMAT),
    ("L'element FichierXml.ProfileID.value est obligatoire", Cause.FRAMEWORK),
    (
        "L'element FichierXml.Invoice.OrderReference.ID.value est obligatoire",
        Cause.ENGAGEMENT_MISSING,
    ),
    ("Une erreur que personne n'a encore vue", Cause.OTHER),
]


@pytest.mark.parametrize(("text", "cause"), TEXTS)
def test_text_of_the_portal_has_its_cause(text, cause):
    assert [found.cause for found in explain(text)] == [cause]


@pytest.mark.parametrize(("text", "cause"), TEXTS)
def test_capitals_and_accents_change_nothing(text, cause):
    bare = text.replace("é", "e").replace("à", "a").replace("'", "’").upper()
    assert [found.cause for found in explain(bare)] == [cause]


def test_joined_texts_are_explained_one_by_one_and_kept():
    text = "Le destinataire 1 n'existe pas | Cause inconnue || La date de facture [...]"
    found = explain(text)
    assert [one.raw for one in found] == [
        "Le destinataire 1 n'existe pas",
        "Cause inconnue",
        "La date de facture [...]",
    ]
    assert [one.cut for one in found] == [False, False, True]


def test_texts_on_lines_are_explained_one_by_one():
    found = explain("Le code service est obligatoire\nLa facture F1 existe déjà\n")
    assert [one.cause for one in found] == [Cause.SERVICE_MISSING, Cause.NUMBER_USED]


def test_path_and_rule_are_read():
    [found] = explain(f"S2.05 : L'element {SETTLEMENT}X.value est obligatoire")
    assert found == Explanation(
        cause=Cause.OTHER,
        raw=f"S2.05 : L'element {SETTLEMENT}X.value est obligatoire",
        path=f"{SETTLEMENT}X.value",
        rule="S2.05",
    )


def test_nothing_said_is_nothing_explained():
    assert explain(" | ") == ()


def test_each_subject_has_a_cause_whatever_is_wrong_with_it():
    assert {subject for subject, fault in CAUSES if fault is None} == set(Subject)
