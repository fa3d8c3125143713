"""CPPFacturePivot: what a recipient downloads, built from what was deposited.

Order and names follow the element tree of the reference; the official schema is not
public. What is not documented there is left out or is a parameter.
"""

from __future__ import annotations

import base64
from decimal import Decimal
from typing import TYPE_CHECKING

from lxml import etree

from .files import archive, files_of
from .identifiers import identifier_kind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from lxml.etree import _Element

    from .files import Filed
    from .model import Line, PivotInvoice, ReadInvoice, VatLine

_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_SCHEMA = "CPPFacturePivot_V2_02.xsd"
ENTRY = "PivotS.xml"
ISSUER = "CPP"

# UNTDID 4461 -> label shown to the recipient.
PAYMENT_LABELS = {
    **dict.fromkeys(("30", "31", "42", "58"), "VIREMENT"),
    "20": "CHEQUE",
    **dict.fromkeys(("49", "59"), "PRELEVEMENT"),
    "10": "ESPECE",
    "97": "REPORT",
    **dict.fromkeys(("48", "01"), "AUTRE"),
}
_DEFAULT_PAYMENT = "30"

# Nearest cadre of the portal for invoices written in the reform's dialect.
_REFORM_CADRES = {
    **dict.fromkeys(("B2", "S2", "M2"), "A2"),
    "S3": "A9",
    "S6": "A12",
}


def pivot_cadre(cadre: str | None) -> str:
    """The portal's short code: BT-23 when it is A1…A25, else the nearest one.

    >>> pivot_cadre("A2"), pivot_cadre("S3"), pivot_cadre(None)
    ('A2', 'A9', 'A1')
    """
    if cadre and cadre[:1] == "A" and cadre[1:].isdigit() and 1 <= int(cadre[1:]) <= 25:
        return cadre
    return _REFORM_CADRES.get(cadre or "", "A1")


def build_pivot(
    invoices: Sequence[PivotInvoice],
    *,
    now: datetime,
    zipped_attachments: bool,
    delivery: str,
    flow_id: str,
    with_lines: bool = True,
    negative_credit_notes: bool = False,
) -> bytes:
    """One PIVOT document with all ``invoices`` and their files.

    :param now: production date written in the envelope
    :param zipped_attachments: each file as a ZIP of one entry, or as it is
    :param delivery: ``zip`` (an archive holding ``PivotS.xml``) or ``xml``
    :param flow_id: ``IdFlx`` of the envelope
    :param with_lines: carry ``Lignes``; E2 flows may go without on the portal
    :param negative_credit_notes: the sign the portal uses is not documented
    :raise ValueError: no invoice, or an unknown delivery
    """
    if not invoices:
        raise ValueError("a PIVOT needs at least one invoice")
    if delivery not in {"zip", "xml"}:
        raise ValueError(f"unknown delivery {delivery!r}")
    root = etree.Element("CPPFacturePivot", nsmap={"xsi": _XSI})
    root.set(f"{{{_XSI}}}noNamespaceSchemaLocation", _SCHEMA)
    _envelope(root, invoices[0].recipient_siret, now, flow_id)
    block = _add(root, "CPPFactures", Compteur=str(len(invoices)))
    for rank, item in enumerate(invoices, start=1):
        unit = _add(block, "CPPFacturePivotUnitaire", NumOrdre=str(rank))
        is_flipped = negative_credit_notes and item.invoice.is_credit_note
        _supplier(unit, item)
        _recipient(unit, item)
        _data(unit, item, sign=-1 if is_flipped else 1, with_lines=with_lines)
        _files(unit, item, is_zipped=zipped_attachments)
    xml = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return archive([(ENTRY, xml)]) if delivery == "zip" else xml


def _add(
    parent: _Element, tag: str, text: str | None = None, **attributes: str
) -> _Element:
    element = etree.SubElement(parent, tag, attributes)
    element.text = text
    return element


def _add_known(parent: _Element, tag: str, text: str | None) -> None:
    if text:
        _add(parent, tag, text)


def _envelope(root: _Element, recipient: str, now: datetime, flow_id: str) -> None:
    unit = _add(_add(root, "Enveloppe"), "EnveloppeUnitaire", NumOrdre="1")
    parameters = _add(unit, "Parametres")
    told = {"DtPrd": now.date().isoformat(), "IdFlx": flow_id}
    for rank, (code, value) in enumerate(told.items(), start=1):
        item = _add(parameters, "ParametreIndiv", NumOrdre=f"{rank:04}")
        _add(item, "Code", code)
        _add(item, "Valeurparametre", value)
    partners = _add(unit, "Partenaires")
    _add(_add(partners, "Recepteur"), "Id", recipient)
    _add(_add(partners, "Emetteur"), "Id", ISSUER)


def _supplier(unit: _Element, item: PivotInvoice) -> None:
    invoice = item.invoice
    block = _add(unit, "Fournisseur")
    kind = identifier_kind(
        item.supplier_siret, invoice.supplier_id_scheme, invoice.supplier_country
    )
    _add(block, "TypeIdentifiant", kind)
    _add(block, "Identifiant", item.supplier_siret)
    _add(block, "RaisonSociale", item.supplier_name)
    _add_known(block, "CodePays", invoice.supplier_country)
    if invoice.iban:
        account = _add(block, "ReferenceBancaire", Type="IBAN")
        _add(account, "Compte", invoice.iban)
    _add(block, "ModeEmission", "flux")


def _recipient(unit: _Element, item: PivotInvoice) -> None:
    block = _add(unit, "Debiteur")
    _add(block, "TypeIdentifiant", "1")
    _add(block, "Identifiant", item.recipient_siret)
    _add(block, "Nom", item.recipient_name)
    _add_known(block, "CodeService", item.service_code)
    _add_known(block, "NomService", item.service_name)


def _data(unit: _Element, item: PivotInvoice, *, sign: int, with_lines: bool) -> None:
    invoice = item.invoice
    block = _add(unit, "DonneesFacture")
    _add(block, "Id", invoice.number)
    _add_known(block, "IdFactureOrigine", invoice.original_number)
    _add(block, "IdCPRO", str(item.portal_id))
    _add(block, "Renvoi", "Recyclée" if item.recycled else "Non")
    _add(block, "Type", invoice.type_code)
    _add(block, "Cadre", pivot_cadre(invoice.cadre))
    _add(block, "DateEmissionFacture", invoice.issue_date.isoformat())
    if invoice.delivery_date:
        _add(block, "DateLivraison", invoice.delivery_date.isoformat())
    _add(block, "DateReception", item.received.isoformat())
    _payment(block, invoice)
    _add(block, "Devise", invoice.currency)
    _amounts(block, invoice, sign)
    _vat(block, invoice.vat_lines, sign)
    _commitment(block, invoice)
    if with_lines and invoice.lines:
        lines = _add(block, "Lignes")
        for line in invoice.lines:
            _line(lines, line, sign)


def _payment(block: _Element, invoice: ReadInvoice) -> None:
    """Absent or outside the portal's list: shown as a transfer (EDI rule G1.14)."""
    code = invoice.payment_code or _DEFAULT_PAYMENT
    if code not in PAYMENT_LABELS:
        code = _DEFAULT_PAYMENT
    means = _add(block, "ModePaiement")
    _add(means, "Code", code)
    _add(means, "Libelle", PAYMENT_LABELS[code])


def _amounts(block: _Element, invoice: ReadInvoice, sign: int) -> None:
    amounts = _add(block, "Montants")
    _add(amounts, "MontantHT", figure(sign * invoice.total_untaxed))
    _add(amounts, "MontantTTC", figure(sign * invoice.total_taxed))
    _add(amounts, "MontantNetAPayer", figure(sign * invoice.payable))


def _vat(block: _Element, vat_lines: Sequence[VatLine], sign: int) -> None:
    if not vat_lines:
        return
    breakdown = _add(block, "TVAs")
    for vat in vat_lines:
        row = _add(breakdown, "TVA")
        _add(row, "Taux", figure(vat.rate))
        _add(row, "BaseHt", figure(sign * vat.base))
        _add(row, "MontantTVA", figure(sign * vat.amount))


def _commitment(block: _Element, invoice: ReadInvoice) -> None:
    if not (invoice.engagement or invoice.contract):
        return
    commitment = _add(block, "Engagement")
    _add_known(commitment, "NumeroEngagement", invoice.engagement)
    _add_known(commitment, "NumeroMarche", invoice.contract)


def _line(lines: _Element, line: Line, sign: int) -> None:
    row = _add(lines, "Ligne", NumOrdre=str(line.number))
    # The element tree has no place for a designation.
    _add_known(row, "ReferenceProduit", line.reference)
    _add(row, "PrixUnitaire", figure(sign * line.unit_price))
    _add(row, "Quantite", figure(line.quantity))
    _add(row, "MontantHT", figure(sign * line.net_amount))
    if line.vat_rate is not None:
        _add(row, "TauxTVA", figure(line.vat_rate))


def _files(unit: _Element, item: PivotInvoice, *, is_zipped: bool) -> None:
    for rank, filed in enumerate(files_of(item), start=1):
        block = _add(unit, "PJ", NumOrdre=str(rank))
        _add(block, "Contenu", _encoded(filed, is_zipped=is_zipped))
        _add(block, "NomPJ", filed.name)
        _add(block, "CategoriePJ", filed.category)
        _add(block, "TypePJ", filed.type_code)
        _add(block, "MimeTypePJ", filed.mime)
        if filed.original_name != filed.name:
            _add(block, "NomPJOrigine", filed.original_name)


def _encoded(filed: Filed, *, is_zipped: bool) -> str:
    content = filed.content
    if is_zipped:
        content = archive([(filed.name, content)])
    return base64.b64encode(content).decode("ascii")


def figure(value: Decimal) -> str:
    """Plain decimal text with a point.

    >>> figure(Decimal("-0.00")), figure(Decimal("504.00")), figure(Decimal("5E+2"))
    ('0.00', '504.00', '500')
    """
    # A minus in front of zero means nothing to a reader.
    return f"{value if value else abs(value):f}"
