"""One invoice of a PIVOT as a record; see :mod:`unpacking` for the way in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import BinaryIO

from . import reading as r
from .codes import AttachmentRole, BillingFramework, IdentifierType
from .errors import Flaw, UnreadableDocument
from .nodes import Node
from .sniffing import FileRemark
from .spool import Stored

_MAX_PORTAL_ID = 2**63  # the portal counts in 64 bits
MAX_NAME = 600  # characters; the portal's own forms take 99, or 50 of a number


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
    """``name`` is safe and unique in its invoice.

    ``mime`` is what the content is, see :func:`.sniffing.type_of`; ``remarks`` what a
    person should know before opening it. The content is in a temporary file that lives
    as long as the attachment.
    """

    name: str
    stored: Stored = field(repr=False)
    category: str  # such as "Facture PDF", "Bon de livraison"
    type_code: AttachmentRole | str
    mime: str
    remarks: tuple[FileRemark, ...] = ()

    @property
    def is_main(self) -> bool:
        """Whether this is the invoice itself."""
        return self.type_code is AttachmentRole.MAIN

    @property
    def is_hostile(self) -> bool:
        """Whether a person must see it before anything is made of it."""
        return any(one.remark.is_hostile for one in self.remarks)

    @property
    def size(self) -> int:
        """In bytes."""
        return self.stored.size

    @property
    def sha256(self) -> str:
        """In hexadecimal digits."""
        return self.stored.sha256

    @property
    def content(self) -> bytes:
        """The whole in memory; :meth:`open` for large ones."""
        return self.stored.content

    def open(self) -> BinaryIO:
        """A file of its own on the content, for reading and seeking."""
        return self.stored.open()


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
    account_type: str = ""  # such as "IBAN"
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


def read_invoice(
    unit: Node,
    attachments: Sequence[PivotAttachment] = (),
    broken: Sequence[BrokenAttachment] = (),
) -> PivotInvoice:
    """One ``CPPFacturePivotUnitaire``, and the files found in it.

    :raise UnreadableDocument: no number, or a value that is not what it should be
    """
    data = unit.at("DonneesFacture")
    try:
        return _invoice(unit, data, tuple(attachments), tuple(broken))
    except UnreadableDocument as problem:
        problem.portal_id = portal_id_of(unit)
        problem.number = data.value("Id")[:MAX_NAME]
        raise


def portal_id_of(unit: Node) -> int | None:
    """``IdCPRO``, None when there is none or it cannot be one."""
    found = r.integer({"id": unit.value("DonneesFacture", "IdCPRO")}, "id")
    return found if found is not None and 0 < found < _MAX_PORTAL_ID else None


def _invoice(
    unit: Node,
    data: Node,
    attachments: tuple[PivotAttachment, ...],
    broken: tuple[BrokenAttachment, ...],
) -> PivotInvoice:
    number = _short(data, "Id")
    if not number:
        raise UnreadableDocument(Flaw.NO_NUMBER, line=unit.line)
    supplier = unit.at("Fournisseur")
    bank = supplier.at("ReferenceBancaire")
    return PivotInvoice(
        portal_id=portal_id_of(unit),
        number=number,
        type_code=_short(data, "Type"),
        cadre=BillingFramework.from_short(data.value("Cadre")),
        issue_date=data.day("DateEmissionFacture"),
        delivery_date=data.day("DateLivraison"),
        received_date=data.day("DateReception"),
        currency=_short(data, "Devise"),
        supplier=_party(supplier, name="RaisonSociale"),
        recipient=_party(unit.at("Debiteur"), name="Nom"),
        amounts=PivotAmounts(
            untaxed=data.number("Montants", "MontantHT"),
            taxed=data.number("Montants", "MontantTTC"),
            payable=data.number("Montants", "MontantNetAPayer"),
        ),
        engagement=_short(data, "Engagement", "NumeroEngagement"),
        contract=_short(data, "Engagement", "NumeroMarche"),
        original_number=_short(data, "IdFactureOrigine"),
        payment_code=data.value("ModePaiement", "Code"),
        payment_label=data.value("ModePaiement", "Libelle"),
        account=_short(bank, "Compte"),
        account_type=bank.mark,
        is_recycled=data.value("Renvoi").lower().startswith("recycl"),
        vat_lines=tuple(map(_vat_line, data.all("TVAs", "TVA"))),
        lines=tuple(map(_line, data.all("Lignes", "Ligne"))),
        attachments=attachments,
        broken_attachments=broken,
    )


def _short(node: Node, *path: str) -> str:
    """A text that names something: what is longer was not made by an invoicing program.

    Names are looked for, and no index of a database takes one of any length.
    """
    text = node.value(*path)
    if len(text) > MAX_NAME:
        line = node.at(*path).line
        raise too_long(path[-1], text, line=line)
    return text


def too_long(name: str, text: str, line: int | None = None) -> UnreadableDocument:
    """What to raise for a text beyond :data:`MAX_NAME`; ``name`` is its element."""
    return UnreadableDocument(
        Flaw.FIELD_TOO_LARGE, detail=name, line=line, length=(len(text), MAX_NAME)
    )


def _party(node: Node, *, name: str) -> PivotParty:
    return PivotParty(
        identifier=_short(node, "Identifiant"),
        identifier_type=IdentifierType.from_flow(node.value("TypeIdentifiant")),
        name=_short(node, name),
        country=_short(node, "CodePays"),
        service_code=_short(node, "CodeService"),
        service_name=_short(node, "NomService"),
    )


def _vat_line(node: Node) -> PivotVatLine:
    return PivotVatLine(
        rate=_rate(node, "Taux"),
        base=node.number("BaseHt"),
        amount=node.number("MontantTVA"),
    )


def _line(node: Node) -> PivotLine:
    return PivotLine(
        number=node.mark,
        reference=node.value("ReferenceProduit"),
        unit_price=node.number("PrixUnitaire"),
        quantity=node.number("Quantite"),
        untaxed=node.number("MontantHT"),
        vat_rate=_rate(node, "TauxTVA"),
    )


def _rate(node: Node, name: str) -> Decimal | None:
    rate = node.number(name)
    if rate is not None and not 0 <= rate <= 100:
        raise UnreadableDocument(Flaw.ABSURD_NUMBER, detail=name, line=node.line)
    return rate
