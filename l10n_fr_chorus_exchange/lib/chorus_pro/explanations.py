"""From the texts of a refusal to their causes.

The portal says why in free French text, with technical paths, cut near 200 characters;
its full list is not public. A text is therefore looked at twice: what is it about
(`Subject`: a path, or a word), and what is wrong with it (`Fault`). Both together give
the `Cause`; whatever is not recognised is `Cause.OTHER`, and the text is always kept.

Source: texts met by integrators, API reference annex A.3 and the paraphrases of the
formats note (3.2). Nothing here decides about an invoice: the search does.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

T = TypeVar("T")
# The portal joins its texts by a bar; ours, kept with a deposit, stand on lines.
SEPARATOR = re.compile(r"[|\n]")
CUT = re.compile(r"\s*\[(?:\.{3}|…)\]\s*$")
PATH = re.compile(r"FichierXml(?:\.\w+)+", re.IGNORECASE)
RULE = re.compile(r"\b(BR-[A-Z0-9-]*\d+|[GSP]\d\.\d{2})\b")
# Beyond this a text is no sentence any more; what follows is kept, not looked at.
MOST_CHARACTERS = 4000


class Cause(str, Enum):
    """Why the portal did not take an invoice, and so what a person has to mend."""

    PAYMENT_MEANS_MISSING = "payment_means_missing"
    PAYMENT_MEANS_REFUSED = "payment_means_refused"
    IBAN = "iban"
    SERVICE_MISSING = "service_missing"
    SERVICE_UNKNOWN = "service_unknown"
    SERVICE_FORMAT = "service_format"
    ENGAGEMENT_MISSING = "engagement_missing"
    ENGAGEMENT_UNKNOWN = "engagement_unknown"
    ENGAGEMENT_FORMAT = "engagement_format"
    SERVICE_OR_ENGAGEMENT = "service_or_engagement"
    CONTRACT = "contract"
    NUMBER_TOO_LONG = "number_too_long"
    NUMBER_FORMAT = "number_format"
    NUMBER_USED = "number_used"
    TYPE = "type"
    FRAMEWORK = "framework"
    SUPPLIER_UNKNOWN = "supplier_unknown"
    RECIPIENT_UNKNOWN = "recipient_unknown"
    SIRET = "siret"
    NO_RIGHT = "no_right"
    GROSS_PRICE = "gross_price"
    QUANTITY = "quantity"
    PRICE = "price"
    TOTALS = "totals"
    VAT = "vat"
    NORM = "norm"
    XSD = "xsd"
    UNREADABLE = "unreadable"
    ATTACHMENT_TYPE = "attachment_type"
    ATTACHMENT_NAME = "attachment_name"
    ATTACHMENT = "attachment"
    FILE_TOO_LARGE = "file_too_large"
    DATE = "date"
    CURRENCY = "currency"
    OTHER = "other"


class Subject(str, Enum):
    """What a text is about."""

    PAYMENT_MEANS = "payment means"
    IBAN = "account"
    SERVICE = "service"
    ENGAGEMENT = "engagement"
    EITHER = "service or engagement"
    CONTRACT = "contract"
    NUMBER = "number"
    TYPE = "type"
    FRAMEWORK = "framework"
    SUPPLIER = "supplier"
    RECIPIENT = "recipient"
    DATE = "date"
    CURRENCY = "currency"
    ATTACHMENT = "attachment"
    GROSS_PRICE = "gross price"
    QUANTITY = "quantity"
    PRICE = "price"
    VAT = "VAT"
    TOTALS = "totals"


class Fault(str, Enum):
    """What is wrong with it."""

    USED = "used already"
    RIGHT = "no right"
    UNKNOWN = "unknown or inactive"
    LENGTH = "too long"
    FORMAT = "format"
    LIST = "not in the list"
    MISSING = "missing"
    SIZE = "too large"


@dataclass(frozen=True)
class Explanation:
    """One text of the portal and what it means.

    :ivar raw: the portal's own words, whole
    :ivar path: technical path named in it, "" if none
    :ivar rule: rule named in it (``BR-CO-10``, ``S2.05``), "" if none
    :ivar cut: the portal cut the text short
    """

    cause: Cause
    raw: str
    path: str = ""
    rule: str = ""
    cut: bool = False


# Paths first: the portal's own label of BuyerReference speaks of the commitment.
# CII, then UBL; tried in this order, on the path in lower case.
PATHS: tuple[tuple[str, Subject], ...] = (
    (r"grosspriceproducttradeprice|appliedtradeallowancecharge", Subject.GROSS_PRICE),
    (r"ibanid|payee(?:party)?creditorfinancial|payeefinancialaccount", Subject.IBAN),
    (r"paymentmeans", Subject.PAYMENT_MEANS),
    (r"buyerreference", Subject.SERVICE),
    (r"buyerorderreferenceddocument|(?<!line)orderreference", Subject.ENGAGEMENT),
    (r"contract(?:referenced)?document", Subject.CONTRACT),
    (r"businessprocess|profileid|categorycode$", Subject.FRAMEWORK),
    (r"sellertradeparty|accountingsupplierparty", Subject.SUPPLIER),
    (r"buyertradeparty|accountingcustomerparty", Subject.RECIPIENT),
    (r"additional(?:referenced)?document|attachment", Subject.ATTACHMENT),
    (r"exchangeddocument\.issuedatetime|\.issuedate\b", Subject.DATE),
    (
        r"exchangeddocument\.typecode|invoicetypecode|creditnotetypecode",
        Subject.TYPE,
    ),
    (r"currencycode", Subject.CURRENCY),
    (r"billedquantity|(?:invoiced|credited)quantity", Subject.QUANTITY),
    (r"netpriceproducttradeprice|\.priceamount", Subject.PRICE),
    (r"monetarysummation|monetarytotal", Subject.TOTALS),
    (r"applicabletradetax|tax(?:total|subtotal|category)", Subject.VAT),
    (
        r"exchangeddocument\.id\b|^fichierxml\.(?:(?:invoice|creditnote)\.)?id\b",
        Subject.NUMBER,
    ),
)

# Words of the sentence, without accents, in lower case. The order tells which of two
# words a sentence is about: "service inconnu pour le destinataire" is about the service.
WORDS: tuple[tuple[str, Subject], ...] = (
    (r"pieces? jointes?", Subject.ATTACHMENT),
    (r"(?:code )?service\b.* ou .*engagement", Subject.EITHER),
    (r"code service|service executant|\bservice\b", Subject.SERVICE),
    (r"engagement|bon de commande", Subject.ENGAGEMENT),
    (r"(?:modes?|moyens?|codes?) de (?:paiement|reglement)", Subject.PAYMENT_MEANS),
    (r"\biban\b|\bbic\b|coordonnees? bancaires?", Subject.IBAN),
    (r"\bmarche\b", Subject.CONTRACT),
    (r"cadre de facturation|\bcadre\b", Subject.FRAMEWORK),
    (r"types? de (?:facture|document)", Subject.TYPE),
    (r"numeros? (?:de (?:la |l')?)?(?:facture|document)", Subject.NUMBER),
    (r"facture \S+ (?:existe|est|a ete|a) deja|facture \S+ existe", Subject.NUMBER),
    (r"date (?:d'emission|d'etablissement|de (?:la )?facture)", Subject.DATE),
    (r"\bdevise\b", Subject.CURRENCY),
    (r"destinataire|acheteur", Subject.RECIPIENT),
    (r"fournisseur|emetteur|vendeur", Subject.SUPPLIER),
    (r"prix brut", Subject.GROSS_PRICE),
    (r"quantites?", Subject.QUANTITY),
    (r"prix unitaire", Subject.PRICE),
    (r"\btva\b", Subject.VAT),
    (r"montants?|totaux|total|coherence|incoherence", Subject.TOTALS),
)

FAULTS: tuple[tuple[str, Fault], ...] = (
    (r"deja|doublon|en double|duplique|non unique", Fault.USED),
    (r"habilit|\bdroits?\b|pas autorise a", Fault.RIGHT),
    (r"\bmo\b|trop volumineu|taille", Fault.SIZE),
    (r"caracteres? (?:au )?max|depasse|trop long|\d+ caracteres", Fault.LENGTH),
    (
        r"inconnu|n'existe pas|reference[e]?\b|introuvable|inacti|invalide",
        Fault.UNKNOWN,
    ),
    (
        r"mal forme|alphanumerique|non autorises?|format|incorrect|doit etre",
        Fault.FORMAT,
    ),
    (r"liste|autorise|accepte|reconnu", Fault.LIST),
    (r"obligatoire|absent|manquant|renseigne", Fault.MISSING),
)

# What both together mean; a subject alone (fault None) where every fault has one cure.
CAUSES: dict[tuple[Subject, Fault | None], Cause] = {
    (Subject.PAYMENT_MEANS, Fault.MISSING): Cause.PAYMENT_MEANS_MISSING,
    (Subject.PAYMENT_MEANS, None): Cause.PAYMENT_MEANS_REFUSED,
    (Subject.IBAN, None): Cause.IBAN,
    (Subject.EITHER, None): Cause.SERVICE_OR_ENGAGEMENT,
    (Subject.SERVICE, Fault.MISSING): Cause.SERVICE_MISSING,
    (Subject.SERVICE, Fault.UNKNOWN): Cause.SERVICE_UNKNOWN,
    (Subject.SERVICE, None): Cause.SERVICE_FORMAT,
    (Subject.ENGAGEMENT, Fault.MISSING): Cause.ENGAGEMENT_MISSING,
    (Subject.ENGAGEMENT, Fault.UNKNOWN): Cause.ENGAGEMENT_UNKNOWN,
    (Subject.ENGAGEMENT, None): Cause.ENGAGEMENT_FORMAT,
    (Subject.CONTRACT, None): Cause.CONTRACT,
    (Subject.NUMBER, Fault.USED): Cause.NUMBER_USED,
    (Subject.NUMBER, Fault.LENGTH): Cause.NUMBER_TOO_LONG,
    (Subject.NUMBER, None): Cause.NUMBER_FORMAT,
    (Subject.TYPE, None): Cause.TYPE,
    (Subject.FRAMEWORK, None): Cause.FRAMEWORK,
    (Subject.SUPPLIER, Fault.RIGHT): Cause.NO_RIGHT,
    (Subject.SUPPLIER, Fault.USED): Cause.NUMBER_USED,
    (Subject.SUPPLIER, Fault.FORMAT): Cause.SIRET,
    (Subject.SUPPLIER, None): Cause.SUPPLIER_UNKNOWN,
    (Subject.RECIPIENT, Fault.FORMAT): Cause.SIRET,
    (Subject.RECIPIENT, None): Cause.RECIPIENT_UNKNOWN,
    (Subject.DATE, None): Cause.DATE,
    (Subject.CURRENCY, None): Cause.CURRENCY,
    (Subject.ATTACHMENT, Fault.SIZE): Cause.FILE_TOO_LARGE,
    (Subject.ATTACHMENT, Fault.LENGTH): Cause.ATTACHMENT_NAME,
    (Subject.ATTACHMENT, Fault.LIST): Cause.ATTACHMENT_TYPE,
    (Subject.ATTACHMENT, Fault.FORMAT): Cause.ATTACHMENT_TYPE,
    (Subject.ATTACHMENT, None): Cause.ATTACHMENT,
    (Subject.GROSS_PRICE, None): Cause.GROSS_PRICE,
    (Subject.QUANTITY, None): Cause.QUANTITY,
    (Subject.PRICE, None): Cause.PRICE,
    (Subject.VAT, None): Cause.VAT,
    (Subject.TOTALS, None): Cause.TOTALS,
}

# Texts that say all by themselves, before anything else is looked at.
WHOLE: tuple[tuple[str, Cause], ...] = (
    (r"err_xsd|conforme au schema|\bxsd\b", Cause.XSD),
    (r"gdp_msg_11[._]022", Cause.FILE_TOO_LARGE),
    (r"gdp_msg_11[._]005", Cause.NO_RIGHT),
    (r"identifiant.*(?:mal forme|\bsiren\b)|14 chiffres", Cause.SIRET),
)
# Words of last resort: the file as a whole.
FILE: tuple[tuple[str, Cause], ...] = (
    (r"\bbr-(?:co|s|ae|e|g|ic|z|o|dec)\b", Cause.NORM),
    (r"irrecevab|analys|illisible|corrompu", Cause.UNREADABLE),
    (r"habilit", Cause.NO_RIGHT),
    (r"deja (?:utilise|depose|integre|existant)|doublon", Cause.NUMBER_USED),
)


def explain(text: str) -> tuple[Explanation, ...]:
    """What the texts of a refusal mean, one explanation each, in their order.

    :param text: ``libelleErreurDP``, ``libelleErreur`` or a ``libelle``; several texts
        are joined by ``|`` or stand on lines, a cut one ends with ``[...]``

    >>> [found.cause.value for found in explain(
    ...     "L'element FichierXml.ExchangedDocument.ID.value ne doit pas depasser"
    ...     " 20 caracteres|La facture F1 existe déjà pour ce fournisseur")]
    ['number_too_long', 'number_used']
    """
    texts = [piece.strip() for piece in SEPARATOR.split(text)]
    return tuple(_explain_one(piece) for piece in texts if piece)


def _explain_one(raw: str) -> Explanation:
    path = PATH.search(raw)
    rule = RULE.search(raw)
    return Explanation(
        cause=_cause(raw[:MOST_CHARACTERS], path.group() if path else ""),
        raw=raw,
        path=path.group() if path else "",
        rule=rule.group() if rule else "",
        cut=bool(CUT.search(raw)),
    )


def _cause(raw: str, path: str) -> Cause:
    words = plain(PATH.sub(" ", raw))
    for pattern, cause in WHOLE:
        if re.search(pattern, words):
            return cause
    subject = _first(PATHS, path.lower()) if path else None
    subject = subject or _first(WORDS, words)
    if subject:
        fault = _first(FAULTS, words)
        return CAUSES.get((subject, fault)) or CAUSES[subject, None]
    return _first(FILE, words) or Cause.OTHER


def _first(table: tuple[tuple[str, T], ...], text: str) -> T | None:
    return next((value for form, value in table if re.search(form, text)), None)


def plain(text: str) -> str:
    """Lower case, no accent, one kind of apostrophe, single spaces.

    >>> plain("L’élément  Déjà")
    "l'element deja"
    """
    letters = unicodedata.normalize("NFKD", text.replace("’", "'"))
    kept = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(kept.lower().split())
