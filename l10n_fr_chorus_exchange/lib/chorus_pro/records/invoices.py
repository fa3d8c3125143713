"""Invoices as the portal tells of them: search results, consultations, histories."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar, TypeVar

from .. import reading as r
from ..codes import (
    BillingFramework,
    DepositMode,
    IdentifierType,
    InvoiceKind,
    InvoiceStatus,
    PaymentMode,
    RequestKind,
    VatRegime,
)
from ..errors import Flaw, OutcomeUnknownError
from ..reading import Item
from ..suppliers import NO_DETAIL, SupplierDetail

Status = InvoiceStatus | str


@dataclass(frozen=True)
class Party:
    """Supplier or public body on an invoice; "" or None: not told."""

    identifier: str = ""
    identifier_type: IdentifierType | str = ""
    name: str = ""
    portal_id: int | None = None
    service_id: int | None = None
    service_code: str = ""
    service_name: str = ""


@dataclass(frozen=True)
class FoundInvoice:
    """What both searches tell of one invoice.

    Amounts are in ``currency``, as written by the supplier. ``status_at`` is aware.
    """

    portal_id: int
    number: str
    status: Status
    status_at: datetime | None
    status_comment: str
    kind: InvoiceKind | str
    request_kind: RequestKind | str
    supplier: Party
    recipient: Party
    issue_date: date | None
    deposit_date: date | None
    currency: str
    untaxed: Decimal | None
    taxed: Decimal | None
    payable: Decimal | None
    contract: str  # numeroMarche
    engagement: str  # numeroBonCommande


@dataclass(frozen=True)
class SentInvoice(FoundInvoice):
    """Row of ``rechercher/fournisseur``."""

    ID_FIELD: ClassVar[str] = "identifiantFactureCPP"

    flow_number: str = ""
    original_number: str = ""
    deposit_mode: DepositMode | str = ""
    rejection_treated: bool | None = None
    second_validator: str = ""  # name; the first one is the one that was sent

    @classmethod
    def from_answer(cls, item: Item) -> SentInvoice:
        return cls(
            portal_id=r.needed_id(item, cls.ID_FIELD),
            flow_number=r.text(item, "numeroFluxDepot"),
            original_number=r.text(item, "numeroFactureOrigine"),
            deposit_mode=DepositMode.parse(r.text(item, "modeDepot")),
            rejection_treated=r.flag(item, "rejetTraite"),
            second_validator=r.text(item, "raisonSocialeValideur2"),
            **_found(item),
        )


@dataclass(frozen=True)
class ReceivedInvoice(FoundInvoice):
    """Row of ``rechercher/recipiendaire``.

    ``downloaded`` is shared by all users of the public body: never a cursor.
    """

    ID_FIELD: ClassVar[str] = "idFacture"

    downloaded: bool | None = None
    works_kind: str = ""
    project_manager: Party = Party()  # MOE, of a works invoice
    contracting_authority: Party = Party()  # MOA, of a works invoice

    @classmethod
    def from_answer(cls, item: Item) -> ReceivedInvoice:
        return cls(
            portal_id=r.needed_id(item, cls.ID_FIELD),
            downloaded=r.flag(item, "factureTelechargeeParDestinataire"),
            works_kind=r.text(item, "typeFactureTravaux"),
            project_manager=_works_party(item, "MOE"),
            contracting_authority=_works_party(item, "MOA"),
            **_found(item),
        )


@dataclass(frozen=True)
class UnreadableRow:
    """A row of a search without what makes an invoice of it; the others are fine.

    ``portal_id`` is None or ``number`` is "": at least one of them is missing.
    ``reason`` is in English; ``flaw`` its stable key, None when the id is missing.
    """

    portal_id: int | None
    number: str
    reason: str
    flaw: Flaw | None = None


Row = TypeVar("Row", SentInvoice, ReceivedInvoice)


def readable(kind: type[Row], item: Item) -> Row | UnreadableRow:
    """The row as a record, or what is left of it: one bad row hides no other."""
    try:
        return kind.from_answer(item)
    except OutcomeUnknownError as error:
        portal_id = r.integer(item, kind.ID_FIELD)
        return UnreadableRow(
            portal_id=portal_id,
            number=r.text(item, "numeroFacture"),
            reason=str(error),
            flaw=None if portal_id is None else Flaw.NO_NUMBER,
        )


def _works_party(item: Item, role: str) -> Party:
    return Party(
        identifier=r.text(item, f"code{role}"),
        identifier_type=IdentifierType.parse(r.text(item, f"typeIdentifiant{role}")),
        name=r.text(item, f"designation{role}"),
    )


def _found(item: Item) -> dict[str, Any]:
    return {
        "number": r.needed_text(item, "numeroFacture"),
        "status": InvoiceStatus.parse(r.text(item, "statut")),
        "status_at": r.moment(item, "dateHeureEtatCourant"),
        "status_comment": r.text(item, "commentaireEtatCourant"),
        "kind": InvoiceKind.parse(r.text(item, "typeFacture")),
        "request_kind": RequestKind.parse(r.text(item, "typeDemandePaiement")),
        "supplier": Party(
            identifier=r.text(item, "codeFournisseur"),
            identifier_type=IdentifierType.parse(
                r.text(item, "typeIdentifiantFournisseur")
            ),
            name=r.text(item, "designationFournisseur"),
            service_code=r.text(item, "codeServiceFournisseur"),
            service_name=r.text(item, "nomServiceFournisseur"),
        ),
        "recipient": Party(
            identifier=r.text(item, "codeDestinataire"),
            name=r.text(item, "designationDestinataire"),
            portal_id=r.integer(item, "idDestinataire"),
            service_id=r.integer(item, "idServiceExecutant"),
            service_code=r.text(item, "codeServiceExecutant"),
            service_name=r.text(item, "nomServiceExecutant"),
        ),
        "issue_date": r.day(item, "dateFacture"),
        "deposit_date": r.day(item, "dateDepot"),
        "currency": r.text(item, "devise"),
        "untaxed": r.number(item, "montantHT"),
        "taxed": r.number(item, "montantTTC"),
        "payable": r.number(item, "montantAPayer"),
        "contract": r.text(item, "numeroMarche"),
        "engagement": r.text(item, "numeroBonCommande"),
    }


@dataclass(frozen=True)
class VatLine:
    """VAT recap of one rate; ``rate`` in percent."""

    rate: Decimal | None
    base: Decimal | None
    amount: Decimal | None
    code: str = ""
    label: str = ""

    @classmethod
    def from_answer(cls, item: Item) -> VatLine:
        rate = r.number(item, "ligneTvaTauxManuel")
        if rate is None:
            rate = r.number(item, "ligneTvaTauxRefValeur")
        return cls(
            rate=rate,
            base=r.number(item, "ligneTvaMontantBaseHtParTaux"),
            amount=r.number(item, "ligneTvaMontantTvaParTaux"),
            code=r.text(item, "ligneTvaTauxRefCode"),
            label=r.text(item, "ligneTvaTauxRefLibelle"),
        )


@dataclass(frozen=True)
class InvoiceLine:
    """One line; only invoices entered as data have any."""

    number: int | None
    reference: str
    name: str
    quantity: Decimal | None
    unit: str
    unit_price: Decimal | None
    discount: Decimal | None
    vat_rate: Decimal | None
    vat_code: str
    untaxed: Decimal | None
    vat: Decimal | None
    taxed: Decimal | None

    @classmethod
    def from_answer(cls, item: Item) -> InvoiceLine:
        return cls(
            number=r.integer(item, "lignePosteNumero"),
            reference=r.text(item, "lignePosteReference"),
            name=r.text(item, "lignePosteDenomination"),
            quantity=r.number(item, "lignePosteQuantite"),
            unit=r.text(item, "lignePosteUniteLibelle"),
            unit_price=r.number(item, "lignePosteMontantUnitaireHT"),
            discount=r.number(item, "lignePosteMontantRemiseHT"),
            vat_rate=r.number(item, "lignePosteTauxTvaManuel"),
            vat_code=r.text(item, "lignePosteTauxTva"),
            untaxed=r.number(item, "lignePosteMontantHtApresRemise"),
            vat=r.number(item, "lignePosteMontantTva"),
            taxed=r.number(item, "lignePosteMontantTtcApresRemise"),
        )


@dataclass(frozen=True)
class AttachmentRow:
    """A file named in a consultation; its content comes with the PIVOT."""

    portal_id: int | None
    designation: str
    extension: str
    type_code: str
    type_label: str

    @classmethod
    def from_answer(cls, item: Item) -> AttachmentRow:
        return cls(
            portal_id=r.integer(item, "pieceJointeId"),
            designation=r.text(item, "pieceJointeDesignation"),
            extension=r.text(item, "pieceJointeExtension"),
            type_code=r.text(item, "pieceJointeTypeCode"),
            type_label=r.text(item, "pieceJointeTypeLibelle"),
        )


@dataclass(frozen=True)
class InvoiceDetail:
    """Answer of ``consulter/fournisseur`` or ``consulter/recipiendaire``."""

    portal_id: int
    number: str
    status: Status
    deposit_mode: DepositMode | str
    framework: BillingFramework | str
    supplier: Party
    recipient: Party
    kind: InvoiceKind | str
    vat_regime: VatRegime | str
    payment_mode: PaymentMode | str
    issue_date: date | None
    deposit_date: date | None
    due_date: date | None
    currency: str
    contract: str
    engagement: str
    original_number: str
    mandate_number: str
    untaxed: Decimal | None
    vat: Decimal | None
    taxed: Decimal | None
    payable: Decimal | None
    comment: str
    rejection_treated: bool | None = None
    vat_lines: tuple[VatLine, ...] = ()
    lines: tuple[InvoiceLine, ...] = ()
    attachments: tuple[AttachmentRow, ...] = ()
    supplier_detail: SupplierDetail = NO_DETAIL

    @classmethod
    def from_answer(
        cls,
        invoice: Item,
        vat_lines: list[Item],
        lines: list[Item],
        attachments: list[Item],
    ) -> InvoiceDetail:
        references = r.part(invoice, "references")
        totals = r.part(invoice, "montantTotal")
        framework = r.part(invoice, "cadreDeFacturation")
        kept: Callable[[str], str] = lambda key: r.text(references, key)  # noqa: E731
        return cls(
            portal_id=r.needed_id(invoice, "identifiantFactureCPP"),
            number=r.needed_text(invoice, "numeroFacture"),
            status=InvoiceStatus.parse(r.text(invoice, "statutFacture")),
            deposit_mode=DepositMode.parse(r.text(invoice, "modeDepot")),
            framework=BillingFramework.parse(r.text(framework, "codeCadreFacturation")),
            supplier=_supplier(r.part(invoice, "fournisseur")),
            recipient=_recipient(r.part(invoice, "destinataire")),
            kind=InvoiceKind.parse(kept("typeFacture")),
            vat_regime=VatRegime.parse(kept("typeTva")),
            payment_mode=PaymentMode.parse(kept("modePaiement")),
            issue_date=r.day(references, "dateFacture"),
            deposit_date=r.day(references, "dateDepot"),
            due_date=r.day(references, "dateEcheancePaiement"),
            currency=kept("codeDeviseFacture"),
            contract=kept("numeroMarche"),
            engagement=kept("numeroBonCommande"),
            original_number=kept("numeroFactureOrigine"),
            mandate_number=kept("numeroDpMandat"),
            untaxed=r.number(totals, "montantHtTotal"),
            vat=r.number(totals, "montantTVA"),
            taxed=r.number(totals, "montantTtcTotal"),
            payable=r.number(totals, "montantAPayer"),
            comment=r.text(invoice, "commentaire"),
            rejection_treated=r.flag(invoice, "rejetTraite"),
            vat_lines=tuple(map(VatLine.from_answer, vat_lines)),
            lines=tuple(map(InvoiceLine.from_answer, lines)),
            attachments=tuple(map(AttachmentRow.from_answer, attachments)),
            supplier_detail=_supplier_detail(r.part(invoice, "fournisseur")),
        )


def _supplier(item: Item) -> Party:
    name = r.text(item, "designationFournisseur")
    return Party(
        identifier=r.text(item, "codeFournisseur"),
        identifier_type=IdentifierType.parse(
            r.text(item, "typeIdentifiantFournisseur")
        ),
        name=name or r.text(item, "raisonSocialeFournisseur"),
        portal_id=r.integer(item, "idFournisseur"),
        service_id=r.integer(item, "idServiceFournisseur"),
        service_code=r.text(item, "codeServiceFournisseur"),
        service_name=r.text(item, "libelleServiceFournisseur"),
    )


def _supplier_detail(item: Item) -> SupplierDetail:
    return SupplierDetail.from_answer(item, r.part(item, "affactureur"))


def _recipient(item: Item) -> Party:
    return Party(
        identifier=r.text(item, "codeDestinataire"),
        name=r.text(item, "libelleDestinataire")
        or r.text(item, "designationDestinataire"),
        portal_id=r.integer(item, "idDestinataire"),
        service_id=r.integer(item, "idServiceExecutant"),
        service_code=r.text(item, "codeServiceExecutant"),
        service_name=r.text(item, "libelleServiceExecutant"),
    )
