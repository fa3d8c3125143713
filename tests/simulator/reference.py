"""Lists that the portal hands out: rates, currencies, types of attachment…

Codes are those of the reference; where it gives none, or no label, ours stand in and
say so here. A client reads them at run time and relies on none.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from .context import Context, demanded, demanded_id
from .contract import contract
from .paging import cut, wanted
from .replies import SUCCESS_REFERENCE, Json, success
from .wordings import refused

# Only TVA1 is recorded; the other codes exist, their rates here are the simulator's.
VAT_RATES = (
    ("TVA1", "Franchise en base, article 293 B du CGI", Decimal(0)),
    ("TVA5", "Taux normal", Decimal(20)),
    ("TVA12", "Taux intermédiaire", Decimal(10)),
    ("TVA20", "Taux réduit", Decimal("5.5")),
)
_RATES = {code: value for code, _label, value in VAT_RATES}

# Four codes and the generic one are recorded; all labels but the last are ours.
ATTACHMENT_TYPES = (
    ("AAR", "Accusé de réception"),
    ("ACE", "Acte d'engagement"),
    ("ACS", "Acte de sous-traitance"),
    ("APC", "Acte de précision"),
    ("DIVERS", "Pièce jointe standard"),
)
ATTACHMENT_CODES = frozenset(code for code, _label in ATTACHMENT_TYPES)
INVOICE_OBJECT = "FACTURE"
# Technical ids of these lists are ours.
FIRST_TYPE_ID = 501

# The reference gives the operation, not its values: codes and labels are ours.
EXEMPTION_REASONS = (
    ("EXO_FRANCHISE", "Franchise en base, article 293 B du CGI"),
    ("EXO_261", "Exonération, article 261 du CGI"),
    ("EXO_INTRACOM", "Livraison intracommunautaire, article 262 ter I du CGI"),
    ("EXO_EXPORT", "Exportation, article 262 I du CGI"),
    ("EXO_AUTOLIQUIDATION", "Autoliquidation"),
)
EXEMPTIONS = frozenset(code for code, _label in EXEMPTION_REASONS)

CURRENCY_LABELS = {
    "EUR": "Euro",
    "CHF": "Franc suisse",
    "GBP": "Livre sterling",
    "JPY": "Yen",
    "USD": "Dollar des États-Unis",
    "XPF": "Franc CFP",
}
CURRENCIES = frozenset(CURRENCY_LABELS)
COUNTRY_LABELS = {
    "BE": "Belgique",
    "CH": "Suisse",
    "DE": "Allemagne",
    "ES": "Espagne",
    "FR": "France",
    "GB": "Royaume-Uni",
    "IT": "Italie",
    "LU": "Luxembourg",
    "NC": "Nouvelle-Calédonie",
    "PF": "Polynésie française",
    "US": "États-Unis",
    "WF": "Wallis-et-Futuna",
}
FLOW_FORMATS = ("IN_DP_E1_STRUCT", "IN_DP_E2_MIXTE", "IN_DP_E2_FACTURX")


def rate_of(code: str | None) -> Decimal | None:
    """Percentage of a rate code, None when it is unknown."""
    return _RATES.get(code or "")


def _listed(name: str, rows: Iterable[Json]) -> Json:
    return success(SUCCESS_REFERENCE, **{name: list(rows)})


def _paged(name: str, rows: list[Any]) -> Json:
    """The request has no paging block: everything comes on one page."""
    found, page = cut(rows, wanted({"nbResultatsParPage": max(10, len(rows))}))
    return success(SUCCESS_REFERENCE, **page.fields(), **{name: found})


def _codes(name: str, member: str, enum: str) -> Json:
    return _listed(name, ({member: value} for value in contract().values(enum)))


def vat_rates(_context: Context, _body: Json) -> Json:
    """``transverses/recuperer/tauxtva``."""
    return _listed(
        "listeTauxTva",
        (
            {"codeTauxTva": code, "libelleTauxTva": label, "valeurTauxTva": rate}
            for code, label, rate in VAT_RATES
        ),
    )


def attachment_types(_context: Context, body: Json) -> Json:
    """``transverses/recuperer/typespj``: all of them, or those of one ``typeObjet``."""
    wish = body.get("typeObjet")
    return _listed(
        "listeTypePieceJointe",
        (
            {
                "codeTypePieceJointe": code,
                "libelleTypePieceJointe": label,
                "idTypePieceJointe": FIRST_TYPE_ID + rank,
                "typeObjet": INVOICE_OBJECT,
            }
            for rank, (code, label) in enumerate(ATTACHMENT_TYPES)
            if wish in (None, "", INVOICE_OBJECT)
        ),
    )


def exemption_reasons(_context: Context, _body: Json) -> Json:
    """``transverses/recuperer/motifs/exonerationtva``."""
    return _paged(
        "listeMotifsExonerationTva",
        [
            {"codeMotifExonerationTva": code, "libelleMotifExonerationTva": label}
            for code, label in EXEMPTION_REASONS
        ],
    )


def payment_modes(_context: Context, _body: Json) -> Json:
    """``transverses/recuperer/modereglements``."""
    return _codes("listeModePaiement", "modePaiement", "ModePaiement")


def currencies(_context: Context, _body: Json) -> Json:
    """``transverses/recuperer/devises``."""
    return _listed(
        "listeDevises",
        (
            {"codeDevise": code, "libelleDevise": label}
            for code, label in CURRENCY_LABELS.items()
        ),
    )


def countries(_context: Context, _body: Json) -> Json:
    """``transverses/recuperer/pays``."""
    return _listed(
        "listePays",
        (
            {"codePays": code, "libellePays": label}
            for code, label in COUNTRY_LABELS.items()
        ),
    )


def frames(_context: Context, _body: Json) -> Json:
    """``transverses/recuperer/cadrefacturation``."""
    return _codes("listeCadreFacturation", "codeCadreFacturation", "Cadre")


def deposit_modes(_context: Context, _body: Json) -> Json:
    """``transverses/recuperer/modedepot``."""
    modes = contract().values("ModeDepot")
    return _paged("listeModeDepot", [{"modeDepot": mode} for mode in modes])


def identifier_types(_context: Context, _body: Json) -> Json:
    """``transverses/recuperer/typeidentifiant/structure``."""
    return _codes("listeTypeIdentifiant", "typeIdentifiantStructure", "TypeIdentifiant")


def flow_formats(_context: Context, _body: Json) -> Json:
    """``transverses/recuperer/formatflux``."""
    return _paged("listeFormatFlux", [{"formatFlux": form} for form in FLOW_FORMATS])


def bank_accounts(context: Context, body: Json) -> Json:
    """``transverses/recuperer/coordbanc/valides``: those of a structure of one's own."""
    structure = demanded_id(body, "idStructure")
    if structure not in context.account.structures:
        raise refused("no_right")
    rows = context.store.all(
        "SELECT id, name FROM bank_account WHERE structure_id = ? AND active = 1 "
        "ORDER BY id",
        structure,
    )
    return _paged(
        "listeCoordonneeBancaire",
        [
            {"idCoordonneeBancaire": row["id"], "nomCoordonneeBancaire": row["name"]}
            for row in rows
        ],
    )


def find_engagements(context: Context, body: Json) -> Json:
    """``engagementsJuridiques/rechercher``: an item found says the number is right.

    The supplier's id comes as a text. The members of an item are not published; ours
    are those of an export of the qualification portal.
    """
    supplier = demanded(body, "structureReceptriceEngagementJuridique")
    number = demanded(body, "numeroEngagementJuridique", 50)
    state = demanded(body, "etatCourantEngagementJuridique")
    if supplier not in {str(item) for item in context.account.issues_for}:
        raise refused("no_right")
    rows = context.store.all(
        "SELECT * FROM engagement WHERE supplier_id = ? AND number = ? AND state = ?",
        int(supplier),
        number,
        state,
    )
    if not rows and context.settings.empty_search_code:
        raise refused("no_result")
    return _listed(
        "listeEngagementJuridique",
        (
            {"id": row["id"], "numero": row["number"], "statut": row["status"]}
            for row in rows
        ),
    )
