"""One invoice of a PIVOT as a record; see :mod:`unpacking` for the way in."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from lxml import etree

from . import reading as r
from .archives import (
    ZIP_MAGIC,
    Allowance,
    Limits,
    open_archive,
    read_member,
    safe_name,
)
from .codes import AttachmentRole, BillingFramework, IdentifierType
from .errors import Flaw, UnreadableDocument
from .packing import extension, mime_type

# Files that are themselves ZIP archives.
_ZIP_BASED = frozenset({"zip", "docx", "xlsx", "pptx", "odt", "ods", "odp"})


@dataclass(frozen=True)
class PivotParty:
    """``Fournisseur`` or ``Debiteur``."""

    identifier: str
    identifier_type: IdentifierType | str
    name: str
    country: str = ""
    service_code: str = ""
    service_name: str = ""


@dataclass(frozen=True)
class PivotAmounts:
    """Totals of the invoice: without tax, with tax, still to pay."""

    untaxed: Decimal | None
    taxed: Decimal | None
    payable: Decimal | None


@dataclass(frozen=True)
class PivotVatLine:
    """``rate`` in percent."""

    rate: Decimal | None
    base: Decimal | None
    amount: Decimal | None


@dataclass(frozen=True)
class PivotLine:
    """Often missing or empty; there is no description in the PIVOT."""

    number: str
    reference: str
    unit_price: Decimal | None
    quantity: Decimal | None
    untaxed: Decimal | None
    vat_rate: Decimal | None


@dataclass(frozen=True)
class PivotAttachment:
    """``name`` is safe and unique in its invoice; ``mime`` comes from its extension."""

    name: str
    content: bytes = field(repr=False)
    category: str  # such as "Facture PDF", "Bon de livraison"
    type_code: AttachmentRole | str
    mime: str

    @property
    def is_main(self) -> bool:
        """Whether this is the invoice itself."""
        return self.type_code is AttachmentRole.MAIN


@dataclass(frozen=True)
class BrokenAttachment:
    """A file that was announced but cannot be taken out.

    ``flaw`` and ``detail`` say why, as in :class:`UnreadableDocument`.
    """

    name: str
    category: str
    flaw: Flaw
    detail: str = ""


@dataclass(frozen=True)
class PivotInvoice:
    """What the recipient gets of one invoice.

    Amounts are in ``currency`` as written; the sign on credit notes is not documented.
    """

    portal_id: int | None
    number: str
    type_code: str  # UNTDID 1001: 380 invoice, 381 credit note
    cadre: BillingFramework | str
    issue_date: date | None
    delivery_date: date | None
    received_date: date | None
    currency: str
    supplier: PivotParty
    recipient: PivotParty
    amounts: PivotAmounts
    engagement: str
    contract: str
    original_number: str
    payment_code: str
    payment_label: str
    account: str = field(repr=False)  # bank account of the supplier
    is_recycled: bool = False
    vat_lines: tuple[PivotVatLine, ...] = ()
    lines: tuple[PivotLine, ...] = ()
    attachments: tuple[PivotAttachment, ...] = ()
    broken_attachments: tuple[BrokenAttachment, ...] = ()

    @property
    def is_credit_note(self) -> bool:
        return self.type_code == "381"

    @property
    def main_attachment(self) -> PivotAttachment | None:
        """The readable invoice: type 01, else the PDF whose name starts with PJ00."""
        pdfs = [one for one in self.attachments if one.mime == "application/pdf"]
        mains = [one for one in pdfs if one.is_main]
        others = [one for one in pdfs if one.name.upper().startswith("PJ00")]
        any_main = [one for one in self.attachments if one.is_main]
        return next(iter(mains + others + any_main), None)


def read_invoice(unit: etree._Element, limits: Limits) -> PivotInvoice:
    """One ``CPPFacturePivotUnitaire``.

    :raise UnreadableDocument: no number, or a value that is not what it should be
    """
    data = _Node(_child(unit, "DonneesFacture"))
    portal_id = r.integer({"id": data.text("IdCPRO")}, "id")
    try:
        return _invoice(unit, data, portal_id, limits)
    except UnreadableDocument as problem:
        problem.portal_id = portal_id
        raise


def _invoice(
    unit: etree._Element, data: _Node, portal_id: int | None, limits: Limits
) -> PivotInvoice:
    number = data.text("Id")
    if not number:
        raise UnreadableDocument(Flaw.NO_NUMBER)
    supplier = _Node(_child(unit, "Fournisseur"))
    attachments, broken = _attachments(unit, limits)
    return PivotInvoice(
        portal_id=portal_id,
        number=number,
        type_code=data.text("Type"),
        cadre=BillingFramework.from_short(data.text("Cadre")),
        issue_date=data.day("DateEmissionFacture"),
        delivery_date=data.day("DateLivraison"),
        received_date=data.day("DateReception"),
        currency=data.text("Devise"),
        supplier=_party(supplier, name="RaisonSociale"),
        recipient=_party(_Node(_child(unit, "Debiteur")), name="Nom"),
        amounts=PivotAmounts(
            untaxed=data.number("Montants", "MontantHT"),
            taxed=data.number("Montants", "MontantTTC"),
            payable=data.number("Montants", "MontantNetAPayer"),
        ),
        engagement=data.text("Engagement", "NumeroEngagement"),
        contract=data.text("Engagement", "NumeroMarche"),
        original_number=data.text("IdFactureOrigine"),
        payment_code=data.text("ModePaiement", "Code"),
        payment_label=data.text("ModePaiement", "Libelle"),
        account=supplier.text("ReferenceBancaire", "Compte"),
        is_recycled=data.text("Renvoi").lower().startswith("recycl"),
        vat_lines=tuple(_vat_line(node) for node in data.all("TVAs", "TVA")),
        lines=tuple(_line(node) for node in data.all("Lignes", "Ligne")),
        attachments=attachments,
        broken_attachments=broken,
    )


def _party(node: _Node, *, name: str) -> PivotParty:
    return PivotParty(
        identifier=node.text("Identifiant"),
        identifier_type=IdentifierType.from_flow(node.text("TypeIdentifiant")),
        name=node.text(name),
        country=node.text("CodePays"),
        service_code=node.text("CodeService"),
        service_name=node.text("NomService"),
    )


def _vat_line(node: _Node) -> PivotVatLine:
    return PivotVatLine(
        rate=node.number("Taux"),
        base=node.number("BaseHt"),
        amount=node.number("MontantTVA"),
    )


def _line(node: _Node) -> PivotLine:
    return PivotLine(
        number=node.attribute("NumOrdre"),
        reference=node.text("ReferenceProduit"),
        unit_price=node.number("PrixUnitaire"),
        quantity=node.number("Quantite"),
        untaxed=node.number("MontantHT"),
        vat_rate=node.number("TauxTVA"),
    )


def _attachments(
    unit: etree._Element, limits: Limits
) -> tuple[tuple[PivotAttachment, ...], tuple[BrokenAttachment, ...]]:
    good: list[PivotAttachment] = []
    broken: list[BrokenAttachment] = []
    allowance = Allowance(limits.max_attachment_bytes)
    for count, element in enumerate(_children(unit, "PJ"), start=1):
        if count > limits.max_attachments:
            raise UnreadableDocument(Flaw.TOO_MANY_ATTACHMENTS)
        node = _Node(element)
        announced = node.text("NomPJ") or node.text("NomPJOrigine")
        taken = [one.name for one in good]
        name = safe_name(announced, taken, fallback=f"attachment-{count}")
        category = node.text("CategoriePJ")
        try:
            content = _content(node.raw("Contenu"), name, limits, allowance)
        except UnreadableDocument as problem:
            broken.append(
                BrokenAttachment(name, category, problem.flaw, problem.detail)
            )
        else:
            role = AttachmentRole.parse(node.text("TypePJ"))
            good.append(PivotAttachment(name, content, category, role, mime_type(name)))
        if allowance.is_spent:
            raise UnreadableDocument(Flaw.ATTACHMENTS_TOO_LARGE)
    return tuple(good), tuple(broken)


def _content(encoded: str, name: str, limits: Limits, allowance: Allowance) -> bytes:
    """The file itself, out of its Base64 and of the ZIP mostly put around it."""
    try:
        packed = "".join(encoded.split()).encode("ascii")
        content = base64.b64decode(packed, validate=True)
    except (UnicodeEncodeError, binascii.Error) as err:
        raise UnreadableDocument(Flaw.NOT_BASE64) from err
    if not content:
        raise UnreadableDocument(Flaw.EMPTY)
    inside = _unwrapped(content, extension(name), limits, allowance)
    if inside is None:
        allowance.left -= len(content)
        return content
    return inside


def _unwrapped(
    content: bytes, kind: str, limits: Limits, allowance: Allowance
) -> bytes | None:
    """Out of a ZIP of one file; None for a file that is none, or a ZIP of its own."""
    if not content.startswith(ZIP_MAGIC):
        return None
    with open_archive(content, limits) as archive:
        files = [member for member in archive.infolist() if not member.is_dir()]
        alone = len(files) == 1
        own = kind in _ZIP_BASED and not (
            alone and extension(files[0].filename) == kind
        )
        if own:
            return None
        if not alone:
            raise UnreadableDocument(Flaw.SEVERAL_FILES, detail=str(len(files)))
        most = limits.max_file_bytes
        return read_member(archive, files[0], limits, allowance, most)


@dataclass(frozen=True)
class _Node:
    """Reading below an element by local names; a missing element is empty."""

    element: etree._Element | None

    def raw(self, *path: str) -> str:
        current = self.element
        for name in path:
            current = _child(current, name)
        return "" if current is None else current.text or ""

    def text(self, *path: str) -> str:
        return self.raw(*path).strip()

    def number(self, *path: str) -> Decimal | None:
        text = self.text(*path)
        value = r.decimal_of(text)
        if text and value is None:
            raise UnreadableDocument(Flaw.NOT_A_NUMBER, detail=path[-1])
        return value

    def day(self, *path: str) -> date | None:
        text = self.text(*path)
        value = r.day_of(text)
        if text and value is None:
            raise UnreadableDocument(Flaw.NOT_A_DATE, detail=path[-1])
        return value

    def attribute(self, name: str) -> str:
        return "" if self.element is None else self.element.get(name, "").strip()

    def all(self, container: str, name: str) -> Iterator[_Node]:
        return map(_Node, _children(_child(self.element, container), name))


def local_name(element: etree._Element) -> str:
    """Name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def _children(element: etree._Element | None, name: str) -> Iterator[etree._Element]:
    if element is not None:
        yield from (child for child in element if local_name(child) == name)


def _child(element: etree._Element | None, name: str) -> etree._Element | None:
    return next(_children(element, name), None)
