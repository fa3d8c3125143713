"""The three lists inside a consulted invoice, each with its own paging names."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from .documents import Line, ReadInvoice, VatLine
from .paging import ascending, cut, wanted
from .replies import Json
from .state import Row

CENT = Decimal("0.01")

# The generic type of the portal; the other codes are not published.
ATTACHMENT_TYPE = "DIVERS"
ATTACHMENT_LABEL = "Pièce jointe standard"


def vat_recap(invoice: ReadInvoice, block: Any) -> Json:
    rows = [_vat_line(line) for line in invoice.vat_lines]
    _sort(
        rows, block, "triColonneListeRecapitulatifTVA", "triSensListeRecapitulatifTVA"
    )
    page_rows, page = cut(
        rows,
        wanted(
            block,
            "pageResultatDemandeeListeRecapitulatifTVA",
            "nbResultatsParPageListeListeRecapitulatifTVA",
        ),
    )
    return {"ligneTva": page_rows, **page.fields("LignesRecapitulativesTVA")}


def _vat_line(line: VatLine) -> Json:
    return {
        "ligneTvaTauxManuel": line.rate,
        "ligneTvaMontantBaseHtParTaux": line.base,
        "ligneTvaMontantTvaParTaux": line.amount,
    }


def lines(invoice: ReadInvoice, block: Any) -> Json:
    rows = [_line(line) for line in invoice.lines]
    _sort(rows, block, "triColonneListeLignesPoste", "triSensListeLignesPoste")
    page_rows, page = cut(
        rows,
        wanted(
            block, "pageResultatDemandeeLignesPoste", "nbResultatsParPageLignesPoste"
        ),
    )
    return {"lignePoste": page_rows, **page.fields("LignesPoste")}


def _line(line: Line) -> Json:
    rate = line.vat_rate or Decimal(0)
    vat = (line.net_amount * rate / 100).quantize(CENT)
    return {
        "lignePosteNumero": line.number,
        "lignePosteReference": line.reference,
        "lignePosteDenomination": line.name,
        "lignePosteQuantite": line.quantity,
        "lignePosteUniteLibelle": line.unit,
        "lignePosteMontantUnitaireHT": line.unit_price,
        "lignePosteMontantRemiseHT": line.discount,
        "lignePosteTauxTvaManuel": line.vat_rate,
        "lignePosteMontantHtApresRemise": line.net_amount,
        "lignePosteMontantTva": vat,
        "lignePosteMontantTtcApresRemise": line.net_amount + vat,
    }


def attachments(files: list[Row], block: Any) -> Json:
    rows = [_attachment(row) for row in files if row["kind"] != "main"]
    _sort(rows, block, "triColonneListePiecesJointes", "triSensListePiecesJointes")
    page_rows, page = cut(
        rows,
        wanted(
            block,
            "pageResultatDemandeeListePieceJointe",
            "nbResultatsParPageListePieceJointe",
        ),
    )
    return {"pieceJointe": page_rows, **page.fields("ListePiecesJointe")}


def _attachment(row: Row) -> Json:
    return {
        "pieceJointeTypeCode": row["type_code"] or ATTACHMENT_TYPE,
        "pieceJointeTypeLibelle": ATTACHMENT_LABEL,
        "pieceJointeDesignation": row["designation"] or row["name"],
        "pieceJointeNumeroLigneFacture": row["line"],
        "pieceJointeIdLiaison": row["id"],
        "pieceJointeId": row["file_id"],
        "pieceJointeExtension": row["extension"] or None,
    }


def _sort(rows: list[Json], block: Any, column_name: str, order_name: str) -> None:
    """Sort in place when a column is asked for; else the document's own order."""
    column = (block or {}).get(column_name)
    if not column:
        return
    name = column[0].lower() + column[1:]
    rows.sort(key=_sort_key(name), reverse=not ascending(block, order_name))


def _sort_key(name: str) -> Callable[[Json], tuple[bool, Any]]:
    def key(row: Json) -> tuple[bool, Any]:
        value = row.get(name)
        return (value is not None, 0 if value is None else value)

    return key
