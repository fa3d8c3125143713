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
        return self in FINAL_STATUSES

    @property
    def needs_supplier(self) -> bool:
        """Whether the supplier has to do something."""
        return self in SUPPLIER_ACTION_STATUSES


@dataclass(frozen=True)
class _Facts:
    number: int | None
    label: str
    stage: Stage
    actor: Actor


def _facts() -> dict[InvoiceStatus, _Facts]:
    facts = {}
    for row in _TABLE.strip().splitlines():
        code, number, stage, actor, label = (cell.strip() for cell in row.split("|"))
        facts[InvoiceStatus(code)] = _Facts(
            int(number) if number else None, label, Stage(stage), Actor(actor)
        )
    return facts


# code | id | stage | set by | French label
_TABLE = """
BROUILLON||draft|supplier|Brouillon
INTERPRETEE_OCR||draft|portal|Interprétée par OCR
DEPOSEE|1|routing|portal|Déposée
EN_COURS_ACHEMINEMENT|2|routing|portal|En cours d'acheminement vers le destinataire
MISE_A_DISPOSITION|3|recipient|portal|Mise à disposition du destinataire
A_RECYCLER|4|supplier|recipient|À recycler
REJETEE|5|refused|recipient|Rejetée
SUSPENDUE|6|supplier|recipient|Suspendue
SERVICE_FAIT|7|recipient|recipient|Service fait
MANDATEE|8|payment|recipient|Mandatée
MISE_A_DISPOSITION_COMPTABLE|9|payment|recipient|Mise à disposition du comptable
COMPTABILISEE|10|payment|accountant|Comptabilisée
MISE_EN_PAIEMENT|11|payment|accountant|Mise en paiement
COMPLETEE|12|recipient|supplier|Complétée – mise à disposition
VALIDEE_1|13|validation|validator|Validée par le premier valideur
REFUSEE_1|14|refused|validator|Refusée par le premier valideur pour autre motif
ABSENCE_VALIDATION_1_HORS_DELAI|15|validation|portal|Validation 1 hors délai
VALIDEE_2|16|validation|validator|Validée par le second valideur
REFUSEE_2|17|refused|validator|Refusée par le second valideur pour autre motif
ABSENCE_VALIDATION_2_HORS_DELAI|18|validation|portal|Validation 2 hors délai
REFUSEE_MOE|19|refused|moe|Refusée par la MOE pour autre motif
REFUSEE_FOURNISSEUR|20|refused|supplier|Refusée par le fournisseur pour autre motif
ASSOCIEE|21|works|portal|Associée
A_VALIDER_1|23|validation|portal|Mise à disposition du premier valideur
ERREUR_FOURNISSEUR_SUR_VALIDEUR|24|supplier|validator|Refusée par le premier valideur pour erreur d'acheminement
A_VALIDER_2|25|validation|portal|Mise à disposition du second valideur
ERREUR_COTRAITANT_SUR_VALIDEUR|26|supplier|validator|Refusée par le second valideur pour erreur d'acheminement
MISE_A_DISPOSITION_MOE|27|works|portal|Mise à disposition MOE
ERREUR_DE_MOE|28|supplier|moe|Refusée par la MOE pour erreur d'acheminement
PRISE_EN_COMPTE_MOE|29|works|moe|Prise en compte MOE
MISE_A_DISPOSITION_MOA|30|works|portal|Mise à disposition MOA
ERREUR_DE_MOA|31|supplier|moa|Refusée par la MOA pour erreur d'acheminement
REFUSEE_MOA|32|refused|moa|Refusée par la MOA pour autre motif
A_ASSOCIER_FOURNISSEUR|33|works|portal|Mise à disposition fournisseur
A_COMPLETER|34|supplier|moe|Demande de complément
TRANSMISE_MOA|35|works|moe|Transmise à la MOA
PRISE_EN_COMPTE_DESTINATAIRE|36|recipient|recipient|Prise en compte par le destinataire
NON_CONFORME|37|refused|portal|Non conforme – non intégrée
PRISE_EN_COMPTE_MOA|38|works|moa|Prise en compte par la MOA
A_ASSOCIER_MOA|39|works|portal|Acheminée MOA
A_ASSOCIER_MOE|40|works|portal|Acheminée MOE
ABANDONNEE||closed|unknown|
SUPPRIMEE||closed|unknown|
EN_COURS_TRAITEMENT_PIVOT_S||routing|portal|
A_VALIDER_MOE||works|unknown|
EN_ATTENTE_RECYCLAGE_FOURNISSEUR||supplier|unknown|
ERREUR_FOURNISSEUR_SUR_MOE||supplier|unknown|
ERREUR_FOURNISSEUR_SUR_MOA||supplier|unknown|
ERREUR_MOE_SUR_FOURNISSEUR||supplier|unknown|
ERREUR_MOE_SUR_MOA||works|unknown|
ERREUR_MOA_SUR_FOURNISSEUR||supplier|unknown|
ERREUR_DESTINATAIRE_PD||supplier|unknown|
ERREUR_DESTINATAIRE_EA||supplier|unknown|
REMPLACEE_PAR_A22||closed|unknown|
DUPLIQUE_APRES_REFUS||closed|unknown|
TECHNIQUE_INCONNU||routing|unknown|
"""  # noqa: E501  (one status a line is what makes the table readable)

_FACTS = _facts()

# Final for the supplier (formats note 3.8); a rejected invoice asks for a new one.
FINAL_STATUSES = frozenset(
    {
        InvoiceStatus.REJECTED,
        InvoiceStatus.PAID,
        InvoiceStatus.ABANDONED,
        InvoiceStatus.DELETED,
    }
)
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
