"""Code lists of the portal; the sources are the Factures and Structures Swagger 1.0.0.

French codes are values, English names are members; ``X.parse(text)`` never fails.
"""

from __future__ import annotations

from .statuses import (
    FINAL_STATUSES,
    REASON_STATUSES,
    RECIPIENT_OPEN_STATUSES,
    SUPPLIER_ACTION_STATUSES,
    Actor,
    Code,
    InvoiceStatus,
    Stage,
)

__all__ = [
    "FINAL_STATUSES",
    "REASON_STATUSES",
    "RECIPIENT_OPEN_STATUSES",
    "SUPPLIER_ACTION_STATUSES",
    "Actor",
    "AttachmentRole",
    "BillingFramework",
    "Code",
    "DepositMode",
    "DownloadFormat",
    "FlowState",
    "FlowSyntax",
    "HistoryAction",
    "IdentifierType",
    "InvoiceKind",
    "InvoiceStatus",
    "PaymentMode",
    "RequestKind",
    "SortOrder",
    "Stage",
    "StructureStatus",
    "VatRegime",
    "WorksKind",
]


class FlowState(Code):
    """State of a deposited flow (``etatCourantDepotFlux``); seen live and in the spec.

    ::

        JUST_DEPOSITED -> RECEIVED -> EXCHANGED -> WAITING -> RUNNING
            -> INTEGRATED | PARTLY_INTEGRATED | REJECTED | FAILED | TO_REPROCESS -> ...

    A code unknown to this list means "pending".
    """

    JUST_DEPOSITED = "IN_DEPOT_PORTAIL_EN_ATTENTE_TRAITEMENT_SE_CPP"
    RECEIVED = "IN_RECU"
    EXCHANGED = "IN_TRAITE_SE_CPP"
    WAITING = "IN_EN_ATTENTE_TRAITEMENT_CPP"
    RUNNING = "IN_EN_COURS_TRAITEMENT_CPP"
    TO_REPROCESS = "IN_EN_ATTENTE_RETRAITEMENT_CPP"
    FAILED = "IN_INCIDENTE"
    REJECTED = "IN_REJETE"
    INTEGRATED = "IN_INTEGRE"
    PARTLY_INTEGRATED = "IN_INTEGRE_PARTIEL"
    INADMISSIBLE = "QP_IRRECEVABLE"
    ADMISSIBLE = "QP_RECEVABLE"
    ADMISSIBLE_WITH_ERROR = "QP_RECEVABLE_AVEC_ERREUR"

    @property
    def label(self) -> str:
        """French label of the specification."""
        return _FLOW_LABELS[self]

    @property
    def is_final(self) -> bool:
        """Whether the portal has finished with the flow."""
        return self in _FINAL_FLOW_STATES


_FLOW_LABELS = {
    FlowState.JUST_DEPOSITED: "Déposé, en attente de traitement",
    FlowState.RECEIVED: "Reçu",
    FlowState.EXCHANGED: "Traité (SE CPP)",
    FlowState.WAITING: "En attente de traitement",
    FlowState.RUNNING: "En cours de traitement",
    FlowState.TO_REPROCESS: "En attente de retraitement",
    FlowState.FAILED: "Incidenté",
    FlowState.REJECTED: "Rejeté",
    FlowState.INTEGRATED: "Intégré",
    FlowState.PARTLY_INTEGRATED: "Intégré partiellement",
    FlowState.INADMISSIBLE: "Irrecevable",
    FlowState.ADMISSIBLE: "Recevable",
    FlowState.ADMISSIBLE_WITH_ERROR: "Recevable avec erreur",
}
# "Recevable avec erreur" is left out: nobody recorded what follows it.
_FINAL_FLOW_STATES = frozenset(
    {
        FlowState.FAILED,
        FlowState.REJECTED,
        FlowState.INTEGRATED,
        FlowState.PARTLY_INTEGRATED,
        FlowState.INADMISSIBLE,
    }
)


class FlowSyntax(Code):
    """What ``deposer/flux`` takes (``SyntaxeFluxDepot``, 13 values)."""

    FACTURX = "IN_DP_E2_CII_FACTURX"
    CII = "IN_DP_E1_CII_16B"
    UBL = "IN_DP_E1_UBL_INVOICE"
    CII_MINIMAL = "IN_DP_E2_CII_MIN_16B"
    UBL_MINIMAL = "IN_DP_E2_UBL_INVOICE_MIN"
    CHORUS_MINIMAL = "IN_DP_E2_CPP_FACTURE_MIN"
    OLD_CII = "IN_DP_E1_CII"
    OLD_CII_MINIMAL = "IN_DP_E2_CII_MIN"
    PES = "IN_DP_E1_PES_FACTURE"
    PES_MINIMAL = "IN_DP_E2_PES_FACTURE_MIN"
    XCBL = "IN_DP_E1_XCBL"
    ARCHIVE_UBL = "IN_DP_PDFARCHIVE_UBL_INVOICE_MUG"
    ARCHIVE_CII = "IN_DP_PDFARCHIVE_CII_MUG"


class BillingFramework(Code):
    """Cadre de facturation: who sends what kind of payment request."""

    A1 = "A1_FACTURE_FOURNISSEUR"
    A2 = "A2_FACTURE_FOURNISSEUR_DEJA_PAYEE"
    A3 = "A3_MEMOIRE_JUSTICE"
    A4 = "A4_PROJET_DECOMPTE_MENSUEL_FOURNISSEUR"
    A5 = "A5_ETAT_ACOMPTE_FOURNISSEUR"
    A6 = "A6_ETAT_ACOMPTE_VALIDE_FOURNISSEUR"
    A7 = "A7_PROJET_DECOMPTE_FINAL_FOURNISSEUR"
    A8 = "A8_DECOMPTE_GENERAL_DEFINITIF_FOURNISSEUR"
    A9 = "A9_FACTURE_SOUSTRAITANT"
    A10 = "A10_PROJET_DECOMPTE_MENSUEL_SOUSTRAITANT"
    A11 = "A11_PROJET_DECOMPTE_FINAL_SOUSTRAITANT"
    A12 = "A12_FACTURE_COTRAITANT"
    A13 = "A13_PROJET_DECOMPTE_MENSUEL_COTRAITANT"
    A14 = "A14_PROJET_DECOMPTE_FINAL_COTRAITANT"
    A15 = "A15_ETAT_ACOMPTE_MOE"
    A16 = "A16_ETAT_ACOMPTE_VALIDE_MOE"
    A17 = "A17_PROJET_DECOMPTE_GENERAL_MOE"
    A18 = "A18_DECOMPTE_GENERAL_MOE"
    A19 = "A19_ETAT_ACOMPTE_VALIDE_MOA"
    A20 = "A20_DECOMPTE_GENERAL_MOA"
    A21 = "A21_DEMANDE_REMBOURSEMENT_TIC"
    A22 = "A22_PROJET_DECOMPTE_GENERAL_FOURNISSEUR_PROCEDURE_TACITE"
    A23 = "A23_DECOMPTE_GENERAL_DEFINITIF_TACITE_FOURNISSEUR"
    A24 = "A24_DECOMPTE_GENERAL_DEFINITIF_TACITE_MOE"
    A25 = "A25_DECOMPTE_GENERAL_DEFINITIF_MOE_PROCEDURE_TACITE"
    NONE = "SANS_CADRE_DE_FACTURATION"  # in outputs only

    @property
    def short(self) -> str:
        """Spelling of flows (BT-23) and of the PIVOT; "" where there is none.

        >>> BillingFramework.A1.short
        'A1'
        """
        return "" if self is BillingFramework.NONE else self.name

    @classmethod
    def from_short(cls, code: str) -> BillingFramework | str:
        """Member of a short code; a code we do not know stays text.

        >>> BillingFramework.from_short("A9") is BillingFramework.A9
        True
        """
        code = code.strip()
        return cls[code] if code in cls.__members__ and code != "NONE" else code


class InvoiceKind(Code):
    """``TypeFacture``."""

    INVOICE = "FACTURE"
    CREDIT_NOTE = "AVOIR"
    DOWN_PAYMENT = "ACOMPTE"


class RequestKind(Code):
    """``TypeDemandePaiement``; searches by recipient take the first two."""

    INVOICE = "FACTURE"
    WORKS = "FACTURE_TRAVAUX"
    JUSTICE = "MEMOIRE_JUSTICE"
    REFUND = "DEMANDE_REMBOURSEMENT"


class WorksKind(Code):
    """``TypeFactureTravaux``."""

    SUBCONTRACTOR = "DP_DE_SOUSTRAITANT_TRAVAUX"
    MONTHLY_DRAFT = "PROJET_DECOMPTE_MENSUEL"
    INTERIM = "ETAT_ACOMPTE"
    INTERIM_VALIDATED = "ETAT_ACOMPTE_VALIDE"
    FINAL_DRAFT = "PROJET_DECOMPTE_FINAL"
    GENERAL_DRAFT = "PROJET_DECOMPTE_GENERAL"
    GENERAL_DRAFT_TACIT = "PROJET_DECOMPTE_GENERAL_PROCEDURE_TACITE"
    GENERAL = "DECOMPTE_GENERAL"
    GENERAL_SIGNED = "DECOMPTE_GENERAL_SIGNE"
    GENERAL_DEFINITIVE_TACIT = "DECOMPTE_GENERAL_DEFINITIF_TACITE"
    GENERAL_DEFINITIVE_TACIT_PROCEDURE = "DECOMPTE_GENERAL_DEFINITIF_PROCEDURE_TACITE"


class VatRegime(Code):
    """``TypeTva``: when the tax becomes due, or why there is none."""

    ON_DEBITS = "TVA_SUR_DEBIT"
    ON_RECEIPTS = "TVA_SUR_ENCAISSEMENT"
    EXEMPT = "EXONERATION"
    NO_VAT = "SANS_TVA"


class PaymentMode(Code):
    """``ModePaiement``."""

    CHEQUE = "CHEQUE"
    DIRECT_DEBIT = "PRELEVEMENT"
    TRANSFER = "VIREMENT"
    CASH = "ESPECE"
    OTHER = "AUTRE"
    CARRY_FORWARD = "REPORT"


class DepositMode(Code):
    """``ModeDepot``: how an invoice reached the portal."""

    WEB_ENTRY = "SAISIE_WEB"
    PORTAL_PDF = "PORTAIL_PDF"
    EDI_STRUCTURED = "EDI_XML_STRUCT"
    EDI_MIXED = "EDI_MIXTE"
    EDI_ARCHIVE = "EDI_PDF_ARCHIVE"
    PORTAL_ENTRY = "SAISIE_PORTAIL"
    API_ENTRY = "SAISIE_API"
    PORTAL_DEPOSIT = "DEPOT_PDF_PORTAIL"
    PORTAL_SIGNED_DEPOSIT = "DEPOT_PDF_SIGNE_PORTAIL"
    API_DEPOSIT = "DEPOT_PDF_API"
    API_SIGNED_DEPOSIT = "DEPOT_PDF_SIGNE_API"
    EDI = "EDI"
    PORTAL_UPLOAD = "UPLOAD_PORTAIL"
    API_UPLOAD = "UPLOAD_API"
    EDI_SCAN = "EDI_NUMERISATION"


class PdfFormat(Code):
    """``FormatDepot`` of ``deposer/pdf``."""

    UNSIGNED = "PDF_NON_SIGNE"
    PADES = "PDF_SIGNE_PADES"
    XADES = "PDF_SIGNE_XADES"


class SubmissionMode(Code):
    """``ModeDepotApi``: what ``soumettre`` is given beside the figures."""

    ENTRY = "SAISIE_API"
    PDF = "DEPOT_PDF_API"
    SIGNED_PDF = "DEPOT_PDF_SIGNE_API"


class HistoryAction(Code):
    """``ActionHisto``: what a user did, beside the changes of status."""

    DOWNLOADED = "TELECHARGEMENT_FACTURE"
    REJECTION_ACKNOWLEDGED = "ACQUITTEMENT_REJET"
    SUSPENSION_ACKNOWLEDGED = "ACQUITTEMENT_SUSPENSION"
    REJECTION_TREATED = "TRAITEMENT_REJET"


class IdentifierType(Code):
    """``TypeIdentifiant`` of a structure."""

    SIRET = "SIRET"
    EU = "UE_HORS_FRANCE"
    NON_EU = "HORS_UE"
    RIDET = "RIDET"
    TAHITI = "TAHITI"
    OTHER = "AUTRE"
    PERSON = "PARTICULIER"

    @classmethod
    def from_flow(cls, number: str) -> IdentifierType | str:
        """Member of the digit used in flows and in the PIVOT; unknown stays text.

        >>> IdentifierType.from_flow("1") is IdentifierType.SIRET
        True
        """
        return _FLOW_IDENTIFIERS.get(number.strip().lstrip("0"), number.strip())


# 7 for a person is not confirmed by any source, so it is left out.
_FLOW_IDENTIFIERS = {
    "1": IdentifierType.SIRET,
    "2": IdentifierType.EU,
    "3": IdentifierType.NON_EU,
    "4": IdentifierType.RIDET,
    "5": IdentifierType.TAHITI,
    "6": IdentifierType.OTHER,
}


class StructureStatus(Code):
    """``statut`` of a structure in answers."""

    ACTIVE = "ACTIVE"
    INACTIVE = "INACTIVE"


class AttachmentRole(Code):
    """``TypePJ`` of the PIVOT."""

    MAIN = "01"
    COMPLEMENTARY = "02"


class DownloadFormat(Code):
    """``format`` of ``telecharger/groupe``."""

    PDF = "PDF"
    PIVOT = "PIVOT"


class SortOrder(Code):
    """``triSens``."""

    ASCENDING = "Ascendant"
    DESCENDING = "Descendant"
