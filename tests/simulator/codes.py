"""What the portal calls things: cadres, types, payment, VAT, statuses.

Deduced values follow the reference's reading of the published enumerations.
"""

from __future__ import annotations

from .contract import contract
from .documents import ReadInvoice, pivot_cadre

DEPOSITED = "DEPOSEE"
ON_ITS_WAY = "EN_COURS_ACHEMINEMENT"
AVAILABLE = "MISE_A_DISPOSITION"
TO_RECYCLE = "A_RECYCLER"
READ_BY_OCR = "INTERPRETEE_OCR"
TO_VALIDATE = "A_VALIDER_1"
VALIDATED = "VALIDEE_1"
VALIDATION_REFUSED = "REFUSEE_1"
VALIDATOR_WRONG = "ERREUR_FOURNISSEUR_SUR_VALIDEUR"
VALIDATION_OVERDUE = "ABSENCE_VALIDATION_1_HORS_DELAI"
REJECTED = "REJETEE"
SUSPENDED = "SUSPENDUE"
COMPLETED = "COMPLETEE"
TAKEN = "PRISE_EN_COMPTE_DESTINATAIRE"
SERVICE_DONE = "SERVICE_FAIT"
MANDATED = "MANDATEE"
AT_ACCOUNTANT = "MISE_A_DISPOSITION_COMPTABLE"
POSTED = "COMPTABILISEE"
PAID = "MISE_EN_PAIEMENT"

LABELS = {
    DEPOSITED: "Déposée",
    ON_ITS_WAY: "En cours d'acheminement vers le destinataire",
    AVAILABLE: "Mise à disposition du destinataire",
    TO_RECYCLE: "À recycler",
    REJECTED: "Rejetée",
    SUSPENDED: "Suspendue",
    COMPLETED: "Complétée",
    TAKEN: "Prise en compte par le destinataire",
    SERVICE_DONE: "Service fait",
    MANDATED: "Mandatée",
    AT_ACCOUNTANT: "Mise à disposition du comptable",
    POSTED: "Comptabilisée",
    PAID: "Mise en paiement",
    TO_VALIDATE: "Mise à disposition du premier valideur",
    VALIDATED: "Validée par le premier valideur",
    VALIDATION_REFUSED: "Refusée par le premier valideur pour autre motif",
    VALIDATOR_WRONG: "Refusée par le premier valideur pour erreur d'acheminement",
    VALIDATION_OVERDUE: "Absence de validation hors délai du premier valideur",
}

# The published row: what recuperer/etats/traitement answers for an invoice put at
# the recipient's disposal, in its order.
PUBLISHED_TARGETS = (
    AVAILABLE,
    SUSPENDED,
    REJECTED,
    MANDATED,
    PAID,
    POSTED,
    AT_ACCOUNTANT,
    TO_RECYCLE,
)
# Accepted on the real portal although absent from the published row.
UNPUBLISHED_TARGETS = (SERVICE_DONE,)

# Only the row of MISE_A_DISPOSITION is published. Stages may be skipped and may go
# backwards, so the stages that follow keep the same row; the rest is ours: a
# suspended invoice waits for its supplier but may be taken back or rejected, one to
# recycle waits for its supplier, rejected and paid ones are at their end.
TARGETS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(
        (
            AVAILABLE,
            COMPLETED,
            TAKEN,
            SERVICE_DONE,
            MANDATED,
            AT_ACCOUNTANT,
            POSTED,
        ),
        PUBLISHED_TARGETS,
    ),
    SUSPENDED: (AVAILABLE, REJECTED),
}

REASON_NEEDED = frozenset({REJECTED, SUSPENDED})
# The supplier's side of the way: the recipient does not see the invoice yet.
HIDDEN_FROM_RECIPIENT = frozenset(
    {
        DEPOSITED,
        ON_ITS_WAY,
        TO_VALIDATE,
        VALIDATED,
        VALIDATION_REFUSED,
        VALIDATOR_WRONG,
        VALIDATION_OVERDUE,
    }
)

# A validator who says nothing lets the invoice go on when the time is over.
FORWARD = {
    DEPOSITED: ON_ITS_WAY,
    ON_ITS_WAY: AVAILABLE,
    TO_VALIDATE: VALIDATION_OVERDUE,
    VALIDATED: ON_ITS_WAY,
    VALIDATION_OVERDUE: ON_ITS_WAY,
}

_WORKS = {f"A{n}" for n in (4, 5, 6, 7, 8, 10, 11, *range(13, 21), *range(22, 26))}
_PAYMENT = {
    "10": "ESPECE",
    "20": "CHEQUE",
    "30": "VIREMENT",
    "31": "VIREMENT",
    "42": "VIREMENT",
    "58": "VIREMENT",
    "49": "PRELEVEMENT",
    "59": "PRELEVEMENT",
    "97": "REPORT",
}
_VAT = {"5": "TVA_SUR_DEBIT", "72": "TVA_SUR_ENCAISSEMENT"}
# The code of flows that stands for a modePaiement typed in.
PAYMENT_CODES = {
    "VIREMENT": "30",
    "CHEQUE": "20",
    "PRELEVEMENT": "49",
    "ESPECE": "10",
    "REPORT": "97",
    "AUTRE": "48",
}
VAT_DUE_CODES = {kind: code for code, kind in _VAT.items()}

# listed for every TypeIdentifiant: the number flows and PIVOT use
ID_TYPES = {
    "1": "SIRET",
    "2": "UE_HORS_FRANCE",
    "3": "HORS_UE",
    "4": "RIDET",
    "5": "TAHITI",
    "6": "AUTRE",
}
# Individuals have no published number of their own.
SCHEMES = {kind: number for number, kind in ID_TYPES.items()} | {"PARTICULIER": "6"}


def targets(status: str) -> tuple[str, ...]:
    """What a recipient may turn a status into, unpublished targets included."""
    row = TARGETS.get(status, ())
    return (*row, *UNPUBLISHED_TARGETS) if row == PUBLISHED_TARGETS else row


def long_cadre(short: str | None) -> str | None:
    """``A1`` -> ``A1_FACTURE_FOURNISSEUR``; None when there is no such cadre."""
    if not short:
        return None
    for name in contract().values("Cadre"):
        if name.split("_", 1)[0] == short:
            return name
    return None


def output_cadre(short: str | None) -> str:
    """The cadre as consultations show it: not all have a place there."""
    name = long_cadre(short)
    if name in contract().values("CadreSortie23"):
        return name
    return "SANS_CADRE_DE_FACTURATION"


def short_cadre(invoice: ReadInvoice) -> str:
    return pivot_cadre(invoice.cadre)


def request_kind(cadre: str) -> str:
    """``typeDemandePaiement`` that goes with a cadre."""
    if cadre in _WORKS:
        return "FACTURE_TRAVAUX"
    return {"A3": "MEMOIRE_JUSTICE", "A21": "DEMANDE_REMBOURSEMENT"}.get(
        cadre, "FACTURE"
    )


def invoice_type(invoice: ReadInvoice) -> str:
    """``typeFacture`` of an UNTDID 1001 code."""
    if invoice.is_credit_note:
        return "AVOIR"
    return "ACOMPTE" if invoice.type_code == "386" else "FACTURE"


def payment_mode(code: str | None) -> str | None:
    """``modePaiement`` of an UNTDID 4461 code; absent and "other" count as transfer.

    (EDI annex, rule G1.14, for the absent one.)
    """
    if code is None:
        return "VIREMENT"
    return _PAYMENT.get(code, "AUTRE")


def vat_type(invoice: ReadInvoice) -> str | None:
    """``typeTva``; None when the document does not say."""
    categories = {line.category for line in invoice.vat_lines}
    if categories == {"E"}:
        return "EXONERATION"
    if categories <= {"O"}:
        return "SANS_TVA"
    return _VAT.get(invoice.vat_due_code or "")
