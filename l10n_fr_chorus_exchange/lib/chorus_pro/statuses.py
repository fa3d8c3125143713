"""Life of an invoice on the portal: the 56 status codes of the Factures Swagger 1.0.0.

Numeric ids are those of the status flows (01-12 and 37 confirmed, the others matched by
label); stage and finality group the codes by what a supplier may expect next.
"""

from __future__ import annotations

import functools
import logging
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

_logger = logging.getLogger(__name__)

_C = TypeVar("_C", bound="Code")


class Code(str, Enum):
    """A code list of the portal; ``str()`` of a member is the code itself."""

    def __str__(self) -> str:
        return str(self.value)

    @classmethod
    def parse(cls: type[_C], code: str) -> _C | str:
        """The member, or the text itself when the portal uses a code we do not know.

        >>> InvoiceStatus.parse("SUSPENDUE") is InvoiceStatus.SUSPENDED
        True
        >>> InvoiceStatus.parse("NOUVEAU_STATUT")
        'NOUVEAU_STATUT'
        """
        code = code.strip()
        try:
            return cls(code)
        except ValueError:
            if code:
                _tell_once(cls.__name__, code)
            return code


@functools.lru_cache(maxsize=256)
def _tell_once(kind: str, code: str) -> None:
    _logger.warning("Chorus Pro uses an unknown %s: %.80s", kind, code)


class Stage(str, Enum):
    """What is happening to the invoice, in one word."""

    DRAFT = "draft"
    VALIDATION = "validation"  # by a main or mandated contractor
    ROUTING = "routing"
    RECIPIENT = "recipient"  # at the public body, being treated
    SUPPLIER = "supplier"  # waiting for the supplier
    PAYMENT = "payment"
    REFUSED = "refused"
    WORKS = "works"  # between supplier, MOE and MOA
    CLOSED = "closed"


class Actor(str, Enum):
    """Who sets a status."""

    PORTAL = "portal"
    SUPPLIER = "supplier"
    RECIPIENT = "recipient"
    ACCOUNTANT = "accountant"
    VALIDATOR = "validator"
    MOE = "moe"
    MOA = "moa"
    UNKNOWN = "unknown"


class Severity(str, Enum):
    """How much it matters to the supplier, as a colour."""

    INFO = "info"
    SUCCESS = "success"
    WARNING = "warning"  # something is asked of the supplier, or late
    DANGER = "danger"  # it will not be paid as it stands


class SupplierAction(str, Enum):
    """What a supplier can do from its own software."""

    COMPLETE = "complete"  # completer
    RECYCLE = "recycle"  # recycler
    ACKNOWLEDGE = "acknowledge"  # traiterRejet
    REINVOICE = "reinvoice"  # a credit note and a new invoice, in the books
    CORRECT_VALIDATOR = "correct_validator"  # corriger/valideur/facture


class InvoiceStatus(Code):
    """Status of an invoice (``StatutFacture``)."""

    DRAFT = "BROUILLON"
    READ_BY_OCR = "INTERPRETEE_OCR"
    DEPOSITED = "DEPOSEE"
    IN_TRANSIT = "EN_COURS_ACHEMINEMENT"
    AVAILABLE = "MISE_A_DISPOSITION"
    TO_RECYCLE = "A_RECYCLER"
    REJECTED = "REJETEE"
    SUSPENDED = "SUSPENDUE"
    SERVICE_DONE = "SERVICE_FAIT"
    MANDATED = "MANDATEE"
    AVAILABLE_TO_ACCOUNTANT = "MISE_A_DISPOSITION_COMPTABLE"
    BOOKED = "COMPTABILISEE"
    PAID = "MISE_EN_PAIEMENT"
    COMPLETED = "COMPLETEE"
    VALIDATED_1 = "VALIDEE_1"
    REFUSED_1 = "REFUSEE_1"
    VALIDATION_1_EXPIRED = "ABSENCE_VALIDATION_1_HORS_DELAI"
    VALIDATED_2 = "VALIDEE_2"
    REFUSED_2 = "REFUSEE_2"
    VALIDATION_2_EXPIRED = "ABSENCE_VALIDATION_2_HORS_DELAI"
    REFUSED_BY_MOE = "REFUSEE_MOE"
    REFUSED_BY_SUPPLIER = "REFUSEE_FOURNISSEUR"
    ASSOCIATED = "ASSOCIEE"
    TO_VALIDATE_1 = "A_VALIDER_1"
    WRONG_VALIDATOR_1 = "ERREUR_FOURNISSEUR_SUR_VALIDEUR"
    TO_VALIDATE_2 = "A_VALIDER_2"
    WRONG_VALIDATOR_2 = "ERREUR_COTRAITANT_SUR_VALIDEUR"
    AVAILABLE_TO_MOE = "MISE_A_DISPOSITION_MOE"
    ERROR_OF_MOE = "ERREUR_DE_MOE"
    TAKEN_BY_MOE = "PRISE_EN_COMPTE_MOE"
    AVAILABLE_TO_MOA = "MISE_A_DISPOSITION_MOA"
    ERROR_OF_MOA = "ERREUR_DE_MOA"
    REFUSED_BY_MOA = "REFUSEE_MOA"
    TO_ASSOCIATE_SUPPLIER = "A_ASSOCIER_FOURNISSEUR"
    TO_COMPLETE = "A_COMPLETER"
    SENT_TO_MOA = "TRANSMISE_MOA"
    TAKEN_BY_RECIPIENT = "PRISE_EN_COMPTE_DESTINATAIRE"
    NOT_COMPLIANT = "NON_CONFORME"
    TAKEN_BY_MOA = "PRISE_EN_COMPTE_MOA"
    TO_ASSOCIATE_MOA = "A_ASSOCIER_MOA"
    TO_ASSOCIATE_MOE = "A_ASSOCIER_MOE"
    ABANDONED = "ABANDONNEE"
    DELETED = "SUPPRIMEE"
    PIVOT_IN_PROGRESS = "EN_COURS_TRAITEMENT_PIVOT_S"
    TO_VALIDATE_MOE = "A_VALIDER_MOE"
    AWAITING_RECYCLING = "EN_ATTENTE_RECYCLAGE_FOURNISSEUR"
    SUPPLIER_ERROR_ON_MOE = "ERREUR_FOURNISSEUR_SUR_MOE"
    SUPPLIER_ERROR_ON_MOA = "ERREUR_FOURNISSEUR_SUR_MOA"
    MOE_ERROR_ON_SUPPLIER = "ERREUR_MOE_SUR_FOURNISSEUR"
    MOE_ERROR_ON_MOA = "ERREUR_MOE_SUR_MOA"
    MOA_ERROR_ON_SUPPLIER = "ERREUR_MOA_SUR_FOURNISSEUR"
    RECIPIENT_ERROR_PD = "ERREUR_DESTINATAIRE_PD"
    RECIPIENT_ERROR_EA = "ERREUR_DESTINATAIRE_EA"
    REPLACED_BY_A22 = "REMPLACEE_PAR_A22"
    DUPLICATED_AFTER_REFUSAL = "DUPLIQUE_APRES_REFUS"
    TECHNICAL_UNKNOWN = "TECHNIQUE_INCONNU"

    @property
    def number(self) -> int | None:
        """Id in the status flows; None when no source gives one."""
        return _FACTS[self].number

    @property
    def label(self) -> str:
        """French label; the code in words where no source gives one."""
        return _FACTS[self].label or self.value.replace("_", " ").capitalize()

    @property
    def stage(self) -> Stage:
        return _FACTS[self].stage

    @property
    def set_by(self) -> Actor:
        return _FACTS[self].actor

    @property
    def is_final(self) -> bool:
        """Whether nothing more is expected to happen to this invoice."""
        return _FACTS[self].is_final

    @property
    def is_followed(self) -> bool:
        """Whether to go on asking: what is final is not asked about any more."""
        return not _FACTS[self].is_final

    @property
    def severity(self) -> Severity:
        return _FACTS[self].severity

    @property
    def needs_supplier(self) -> bool:
        """Whether the supplier has to do something."""
        return self in SUPPLIER_ACTION_STATUSES


@dataclass(frozen=True)
class Facts:
    number: int | None
    label: str
    stage: Stage
    severity: Severity
    is_final: bool
    actor: Actor
    supplier_may: tuple[SupplierAction, ...]
    recipient_may: str


def _facts() -> dict[InvoiceStatus, Facts]:
    facts = {}
    for row in _TABLE.strip().splitlines():
        code, number, stage, severity, final, actor, supplier, recipient, label = (
            cell.strip() for cell in row.split("|")
        )
        facts[InvoiceStatus(code)] = Facts(
            number=int(number) if number else None,
            label=label,
            stage=Stage(stage),
            severity=Severity(severity),
            is_final=bool(final),
            actor=Actor(actor),
            supplier_may=tuple(SupplierAction(word) for word in supplier.split()),
            recipient_may=recipient,
        )
    return facts


# code | id | stage | severity | final | set by | supplier may | recipient may | French label
#
# Codes and labels: API reference 3.1; set by: 4.3 for 01-12, else read from the label.
# Final for the supplier: formats note 3.8. A rejected invoice asks for a new one.
# Supplier may: formats note 3.7 (recycle, complete, treat the rejection) and 4.2 of the
# API reference (validator; published for the first one, the second one follows it);
# after a validator's refusal for another reason a new invoice is our reading. Works
# statuses are answered on the portal.
# Recipient may, as named in ``RECIPIENT_TARGETS``: only the row of MISE_A_DISPOSITION is
# published (2.3.4), the statuses that mean the same to the recipient follow it; the
# accountant's steps follow the life cycle of 4.3.
_TABLE = """
BROUILLON||draft|info||supplier|||Brouillon
INTERPRETEE_OCR||draft|info||portal|||Interprétée par OCR
DEPOSEE|1|routing|info||portal|||Déposée
EN_COURS_ACHEMINEMENT|2|routing|info||portal|||En cours d'acheminement vers le destinataire
MISE_A_DISPOSITION|3|recipient|info||portal||desk|Mise à disposition du destinataire
A_RECYCLER|4|supplier|warning||recipient|recycle||À recycler
REJETEE|5|refused|danger|final|recipient|acknowledge reinvoice||Rejetée
SUSPENDUE|6|supplier|warning||recipient|complete|pay|Suspendue
SERVICE_FAIT|7|recipient|info||recipient||desk|Service fait
MANDATEE|8|payment|info||recipient||accountant|Mandatée
MISE_A_DISPOSITION_COMPTABLE|9|payment|info||recipient||books|Mise à disposition du comptable
COMPTABILISEE|10|payment|info||accountant||pay|Comptabilisée
MISE_EN_PAIEMENT|11|payment|success|final|accountant|||Mise en paiement
COMPLETEE|12|recipient|info||supplier||desk|Complétée – mise à disposition
VALIDEE_1|13|validation|info||validator|||Validée par le premier valideur
REFUSEE_1|14|refused|danger||validator|reinvoice||Refusée par le premier valideur pour autre motif
ABSENCE_VALIDATION_1_HORS_DELAI|15|validation|warning||portal|||Validation 1 hors délai
VALIDEE_2|16|validation|info||validator|||Validée par le second valideur
REFUSEE_2|17|refused|danger||validator|reinvoice||Refusée par le second valideur pour autre motif
ABSENCE_VALIDATION_2_HORS_DELAI|18|validation|warning||portal|||Validation 2 hors délai
REFUSEE_MOE|19|refused|danger||moe|||Refusée par la MOE pour autre motif
REFUSEE_FOURNISSEUR|20|refused|danger||supplier|||Refusée par le fournisseur pour autre motif
ASSOCIEE|21|works|info||portal|||Associée
A_VALIDER_1|23|validation|info||portal|||Mise à disposition du premier valideur
ERREUR_FOURNISSEUR_SUR_VALIDEUR|24|supplier|warning||validator|correct_validator||Refusée par le premier valideur pour erreur d'acheminement
A_VALIDER_2|25|validation|info||portal|||Mise à disposition du second valideur
ERREUR_COTRAITANT_SUR_VALIDEUR|26|supplier|warning||validator|correct_validator||Refusée par le second valideur pour erreur d'acheminement
MISE_A_DISPOSITION_MOE|27|works|info||portal|||Mise à disposition MOE
ERREUR_DE_MOE|28|supplier|warning||moe|||Refusée par la MOE pour erreur d'acheminement
PRISE_EN_COMPTE_MOE|29|works|info||moe|||Prise en compte MOE
MISE_A_DISPOSITION_MOA|30|works|info||portal|||Mise à disposition MOA
ERREUR_DE_MOA|31|supplier|warning||moa|||Refusée par la MOA pour erreur d'acheminement
REFUSEE_MOA|32|refused|danger||moa|||Refusée par la MOA pour autre motif
A_ASSOCIER_FOURNISSEUR|33|works|info||portal|||Mise à disposition fournisseur
A_COMPLETER|34|supplier|warning||moe|||Demande de complément
TRANSMISE_MOA|35|works|info||moe|||Transmise à la MOA
PRISE_EN_COMPTE_DESTINATAIRE|36|recipient|info||recipient||desk|Prise en compte par le destinataire
NON_CONFORME|37|refused|danger||portal|||Non conforme – non intégrée
PRISE_EN_COMPTE_MOA|38|works|info||moa|||Prise en compte par la MOA
A_ASSOCIER_MOA|39|works|info||portal|||Acheminée MOA
A_ASSOCIER_MOE|40|works|info||portal|||Acheminée MOE
ABANDONNEE||closed|danger|final|unknown|||
SUPPRIMEE||closed|danger|final|unknown|||
EN_COURS_TRAITEMENT_PIVOT_S||routing|info||portal|||
A_VALIDER_MOE||works|info||unknown|||
EN_ATTENTE_RECYCLAGE_FOURNISSEUR||supplier|warning||unknown|||
ERREUR_FOURNISSEUR_SUR_MOE||supplier|warning||unknown|||
ERREUR_FOURNISSEUR_SUR_MOA||supplier|warning||unknown|||
ERREUR_MOE_SUR_FOURNISSEUR||supplier|warning||unknown|||
ERREUR_MOE_SUR_MOA||works|info||unknown|||
ERREUR_MOA_SUR_FOURNISSEUR||supplier|warning||unknown|||
ERREUR_DESTINATAIRE_PD||supplier|warning||unknown|||
ERREUR_DESTINATAIRE_EA||supplier|warning||unknown|||
REMPLACEE_PAR_A22||closed|info||unknown|||
DUPLIQUE_APRES_REFUS||closed|info||unknown|||
TECHNIQUE_INCONNU||routing|info||unknown|||
"""  # noqa: E501  (one status a line is what makes the table readable)

_FACTS = _facts()

FINAL_STATUSES = frozenset(status for status in InvoiceStatus if status.is_final)
SUPPLIER_ACTION_STATUSES = frozenset(
    status for status in InvoiceStatus if status.stage is Stage.SUPPLIER
) | {InvoiceStatus.REJECTED, InvoiceStatus.NOT_COMPLIANT}
# The recipient must say why (text of traiter/recue).
REASON_STATUSES = frozenset({InvoiceStatus.REJECTED, InvoiceStatus.SUSPENDED})
# What a recipient may still have to pay: default filter of an incremental pull.
RECIPIENT_OPEN_STATUSES = (
    InvoiceStatus.AVAILABLE,
    InvoiceStatus.COMPLETED,
    InvoiceStatus.SERVICE_DONE,
    InvoiceStatus.MANDATED,
)
# What a recipient may make of an invoice, by the word of the table above.
RECIPIENT_TARGETS = {
    "": (),
    "desk": (
        InvoiceStatus.AVAILABLE,
        InvoiceStatus.SUSPENDED,
        InvoiceStatus.REJECTED,
        InvoiceStatus.TO_RECYCLE,
        InvoiceStatus.SERVICE_DONE,  # taken by the portal, absent from the published row
        InvoiceStatus.MANDATED,
        InvoiceStatus.AVAILABLE_TO_ACCOUNTANT,
        InvoiceStatus.BOOKED,
        InvoiceStatus.PAID,
    ),
    "accountant": (
        InvoiceStatus.AVAILABLE_TO_ACCOUNTANT,
        InvoiceStatus.BOOKED,
        InvoiceStatus.PAID,
    ),
    "books": (InvoiceStatus.BOOKED, InvoiceStatus.PAID),
    "pay": (InvoiceStatus.PAID,),
}


def facts_of(status: InvoiceStatus) -> Facts:
    """The row of the table; for :mod:`status_actions`."""
    return _FACTS[status]
