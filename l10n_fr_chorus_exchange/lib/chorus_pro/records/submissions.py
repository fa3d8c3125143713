"""The second road: a PDF, what the portal read in it, and the invoice made of both.

Amounts are ``Decimal``: tax-free, of tax, or taxed, as their names say, in the currency
of the invoice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from .. import reading as r
from ..codes import (
    BillingFramework,
    InvoiceKind,
    InvoiceStatus,
    PaymentMode,
    SubmissionMode,
    VatRegime,
)
from ..errors import InvalidCallError
from ..packing import MAX_NUMBER
from ..reading import Item

MAX_COMMENT = 2000
MAX_REFERENCE = 50
MAX_SERVICE = 100
MAX_DESIGNATION = 100

FRAMEWORKS = (
    BillingFramework.A1,
    BillingFramework.A2,
    BillingFramework.A9,
    BillingFramework.A12,
)
# Somebody else has a say before the recipient gets these.
VALIDATED_FRAMEWORKS = (BillingFramework.A9, BillingFramework.A12)
KINDS = (InvoiceKind.INVOICE, InvoiceKind.CREDIT_NOTE)


@dataclass(frozen=True)
class OcrDraft:
    """Answer of ``deposer/pdf``: a stored file, and what the portal read in it.

    Only ``file_id`` is sure; the rest is character recognition, to be replaced by what
    the sender knows. None or "" where nothing was recognised.
    """

    file_id: int
    number: str = ""
    issue_date: date | None = None
    recipient: str = ""
    service_code: str = ""
    supplier: str = ""
    currency: str = ""
    kind: InvoiceKind | str = ""
    engagement: str = ""
    untaxed: Decimal | None = None
    tax: Decimal | None = None
    taxed: Decimal | None = None
    payable: Decimal | None = None

    @classmethod
    def from_answer(cls, item: Item) -> OcrDraft:
        return cls(
            file_id=r.needed_id(item, "pieceJointeId"),
            number=r.text(item, "numeroFacture"),
            issue_date=r.day(item, "dateFacture"),
            recipient=r.text(item, "codeDestinataire"),
            service_code=r.text(item, "codeServiceExecutant"),
            supplier=r.text(item, "codeFournisseur"),
            currency=r.text(item, "codeDeviseFacture"),
            kind=InvoiceKind.parse(r.text(item, "typeFacture")),
            engagement=r.text(item, "numeroBonCommande"),
            untaxed=r.number(item, "montantHtTotal"),
            tax=r.number(item, "montantTVA"),
            taxed=r.number(item, "montantTtcAvantRemiseGlobalTTC"),
            payable=r.number(item, "montantAPayer"),
        )


@dataclass(frozen=True)
class SubmissionLine:
    """One line: quantity, unit and tax-free price, discount, rate in percent."""

    name: str
    quantity: Decimal
    unit: str
    price: Decimal
    reference: str = ""
    discount: Decimal | None = None
    rate: Decimal | None = None

    def on_the_wire(self, number: int) -> dict[str, Any]:
        return r.compact(
            lignePosteNumero=number,
            lignePosteReference=self.reference or None,
            lignePosteDenomination=self.name,
            lignePosteQuantite=self.quantity,
            lignePosteUnite=self.unit,
            lignePosteMontantUnitaireHT=self.price,
            lignePosteMontantRemiseHT=self.discount,
            lignePosteTauxTvaManuel=self.rate,
        )


@dataclass(frozen=True)
class VatShare:
    """One line of the VAT summary; the rate in percent."""

    rate: Decimal
    base: Decimal
    tax: Decimal

    def on_the_wire(self) -> dict[str, Any]:
        return {
            "ligneTvaTauxManuel": self.rate,
            "ligneTvaMontantBaseHtParTaux": self.base,
            "ligneTvaMontantTvaParTaux": self.tax,
        }


@dataclass(frozen=True)
class Submission:
    """An invoice as ``soumettre`` takes it with a PDF, without the stored files.

    ``supplier_id`` and ``supplier_service_id`` are portal ids, as is ``bank_id``;
    recipient and validator are SIRETs. ``taxed`` is before ``discount``, which includes
    the tax.
    """

    number: str
    issue_date: date
    recipient: str
    supplier_id: int
    currency: str
    untaxed: Decimal
    tax: Decimal
    taxed: Decimal
    payable: Decimal
    framework: BillingFramework = BillingFramework.A1
    kind: InvoiceKind = InvoiceKind.INVOICE
    vat_regime: VatRegime = VatRegime.ON_DEBITS
    payment_mode: PaymentMode = PaymentMode.TRANSFER
    service_code: str = ""
    supplier_service_id: int | None = None
    bank_id: int | None = None
    validator: str = ""
    validator_service: str = ""
    exemption_code: str = ""
    contract: str = ""
    engagement: str = ""
    original_number: str = ""
    comment: str = ""
    discount: Decimal | None = None
    discount_reason: str = ""
    lines: tuple[SubmissionLine, ...] = ()
    vat: tuple[VatShare, ...] = ()

    def on_the_wire(self) -> dict[str, Any]:
        """Body of ``soumettre`` but for the files.

        :raise InvalidCallError: what the service does not take
        """
        self._check()
        shares = [share.on_the_wire() for share in self.vat]
        lines = [line.on_the_wire(n) for n, line in enumerate(self.lines, 1)]
        return r.compact(
            modeDepot=str(SubmissionMode.PDF),
            numeroFactureSaisi=self.number,
            # A date with a time of day broke the service for a client.
            dateFacture=self.issue_date.strftime("%Y-%m-%d"),
            destinataire=r.compact(
                codeDestinataire=self.recipient,
                codeServiceExecutant=self.service_code or None,
            ),
            fournisseur=r.compact(
                idFournisseur=self.supplier_id,
                idServiceFournisseur=self.supplier_service_id,
                codeCoordonneesBancairesFournisseur=self.bank_id,
            ),
            cadreDeFacturation=r.compact(
                codeCadreFacturation=str(self.framework),
                codeStructureValideur=self.validator or None,
                codeServiceValideur=self.validator_service or None,
            ),
            references=self._references(),
            lignePoste=lines or None,
            ligneTva=shares or None,
            montantTotal=r.compact(
                montantHtTotal=self.untaxed,
                montantTVA=self.tax,
                montantTtcTotal=self.taxed,
                montantRemiseGlobaleTTC=self.discount,
                motifRemiseGlobaleTTC=self.discount_reason or None,
                montantAPayer=self.payable,
            ),
            commentaire=self.comment or None,
        )

    def _references(self) -> dict[str, Any]:
        return r.compact(
            deviseFacture=self.currency,
            typeFacture=str(self.kind),
            typeTva=str(self.vat_regime),
            motifExonerationTva=self.exemption_code or None,
            numeroMarche=self.contract or None,
            numeroBonCommande=self.engagement or None,
            numeroFactureOrigine=self.original_number or None,
            modePaiement=str(self.payment_mode),
        )

    def _check(self) -> None:
        has_validator = bool(self.validator)
        is_credit_note = self.kind is InvoiceKind.CREDIT_NOTE
        checks = {
            "the number has 1 to 20 characters": 1 <= len(self.number) <= MAX_NUMBER,
            "the kind is FACTURE or AVOIR": self.kind in KINDS,
            "the framework is A1, A2, A9 or A12": self.framework in FRAMEWORKS,
            "A9 and A12 have a validator, the others none": has_validator
            == (self.framework in VALIDATED_FRAMEWORKS),
            "only a credit note has an original": is_credit_note
            or not self.original_number,
            "a discount has a reason": self.discount is None
            or bool(self.discount_reason),
            "a comment has 2000 characters at most": len(self.comment) <= MAX_COMMENT,
            "a service code has 100 characters at most": len(self.service_code)
            <= MAX_SERVICE,
            "a reference has 50 characters at most": max(
                map(len, (self.contract, self.engagement))
            )
            <= MAX_REFERENCE,
        }
        broken = [rule for rule, kept in checks.items() if not kept]
        if broken:
            raise InvalidCallError("; ".join(broken))


@dataclass(frozen=True)
class SubmissionReceipt:
    """Answer of ``soumettre``: the invoice exists on the portal.

    ``number`` may be another one than was asked for: a client saw numbers that the
    portal had made up. ``status`` is "" and ``deposited_on`` None when not told.
    ``certificate`` is the Base64 fingerprint of the deposit certificate, "" when not told.
    """

    portal_id: int
    number: str
    status: InvoiceStatus | str
    deposited_on: date | None
    supplier: str = ""
    certificate: str = ""

    @classmethod
    def from_answer(cls, item: Item) -> SubmissionReceipt:
        return cls(
            portal_id=r.needed_id(item, "identifiantFactureCPP"),
            number=r.text(item, "numeroFacture"),
            status=InvoiceStatus.parse(r.text(item, "statutFacture")),
            deposited_on=r.day(item, "dateDepot"),
            supplier=r.text(item, "identifiantStructure"),
            certificate=r.text(item, "empreinteCertificatDepot"),
        )


@dataclass(frozen=True)
class AttachmentType:
    """What a file that goes along can be declared as; ``label`` is French."""

    code: str
    label: str

    @classmethod
    def from_answer(cls, item: Item) -> AttachmentType:
        return cls(
            code=r.needed_text(item, "codeTypePieceJointe"),
            label=r.text(item, "libelleTypePieceJointe"),
        )


@dataclass(frozen=True)
class BankAccount:
    """Bank details the portal keeps for a structure; their IBAN is not told."""

    portal_id: int
    name: str

    @classmethod
    def from_answer(cls, item: Item) -> BankAccount:
        return cls(
            portal_id=r.needed_id(item, "idCoordonneeBancaire"),
            name=r.text(item, "nomCoordonneeBancaire"),
        )
