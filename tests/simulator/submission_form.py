"""What ``soumettre`` says, turned into a form that rules can look at.

Only what stands in the request and in the directory; nothing is judged here but
presence and length.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from . import codes
from .clock import in_paris
from .context import Context, demanded, demanded_id, limited
from .directory import service_by_code, structure_by_code, structure_by_id
from .documents import MAIN, Attachment, Line, ReadInvoice, VatLine
from .invoices import Upload
from .reference import rate_of
from .replies import Broken, Json
from .state import Row
from .wordings import refused

TYPED_IN = "SAISIE_API"
MAX_COMMENT = 2000
MAX_FIGURE = Decimal(10) ** 13
SMALLEST = Decimal("0.000001")
BEARS = {"EXONERATION": "E", "SANS_TVA": "O"}


@dataclass(frozen=True)
class Rated:
    """A VAT rate as it was given: a code of the portal's or a percentage."""

    code: str | None
    manual: Decimal | None

    @property
    def percent(self) -> Decimal:
        if self.manual is not None:
            return self.manual
        return rate_of(self.code) or Decimal(0)


@dataclass(frozen=True)
class FormLine:
    """One ``lignePoste``; ``discount`` is 0 when none is given."""

    number: int
    reference: str | None
    name: str
    quantity: Decimal
    unit: str
    price: Decimal
    discount: Decimal
    rate: Rated

    @property
    def net(self) -> Decimal:
        return self.quantity * self.price - self.discount


@dataclass(frozen=True)
class FormVat:
    """One ``ligneTva``."""

    base: Decimal
    amount: Decimal
    rate: Rated


@dataclass(frozen=True)
class Form:
    """A submission: every member of the request that counts, rows of the directory."""

    mode: str
    number: str
    issued: date
    supplier: Row
    supplier_service: int | None
    bank_account: int | None
    iban: str | None
    recipient: Row
    service: Row | None
    service_code: str | None
    cadre: str
    validator_code: str | None
    validator: Row | None
    validator_service: str | None
    currency: str
    kind: str
    vat_type: str
    exemption: str | None
    contract: str | None
    engagement: str | None
    original_number: str | None
    payment_mode: str
    lines: tuple[FormLine, ...]
    vat: tuple[FormVat, ...]
    untaxed: Decimal
    total_vat: Decimal
    taxed: Decimal
    discount: Decimal
    discount_reason: str | None
    payable: Decimal
    main: tuple[Upload, ...]
    annexes: tuple[Upload, ...]
    comment: str | None

    @property
    def with_pdf(self) -> bool:
        """The invoice is a PDF; the form only repeats what it says."""
        return self.mode != TYPED_IN

    def document(self, files: Sequence[tuple[Upload, Row]]) -> ReadInvoice:
        """The invoice as the portal keeps it, whatever way it came."""
        category = BEARS.get(self.vat_type, "S")
        main = next(
            (_file(row, MAIN) for item, row in files if item.kind == "main"), None
        )
        return ReadInvoice(
            number=self.number,
            issue_date=self.issued,
            type_code="381" if self.kind == "AVOIR" else "380",
            cadre=self.cadre.partition("_")[0],
            currency=self.currency,
            supplier_id=self.supplier["identifier"],
            supplier_id_scheme=codes.SCHEMES[self.supplier["id_type"]],
            supplier_name=self.supplier["name"],
            supplier_vat=self.supplier["vat"],
            supplier_country=self.supplier["country"],
            buyer_id=self.recipient["identifier"],
            buyer_name=self.recipient["name"],
            service_code=self.service_code,
            engagement=self.engagement,
            contract=self.contract,
            original_number=self.original_number,
            due_date=None,
            payment_code=codes.PAYMENT_CODES[self.payment_mode],
            iban=self.iban,
            vat_due_code=codes.VAT_DUE_CODES.get(self.vat_type),
            total_untaxed=self.untaxed,
            total_vat=self.total_vat,
            total_taxed=self.taxed,
            prepaid=self.taxed - self.discount - self.payable,
            payable=self.payable,
            vat_lines=tuple(
                VatLine(row.rate.percent, row.base, row.amount, category)
                for row in self.vat
            ),
            lines=tuple(_line(line) for line in self.lines),
            attachments=tuple(_file(row) for item, row in files if item.kind != "main"),
            main=main or Attachment("facture.pdf", b"", "application/pdf", MAIN),
            xml=b"",
            delivery_date=None,
            notes=(self.comment,) if self.comment else (),
        )


def _file(row: Row, type_code: str = "02") -> Attachment:
    return Attachment(row["name"], bytes(row["content"]), row["mime"], type_code)


def _line(line: FormLine) -> Line:
    return Line(
        number=line.number,
        reference=line.reference,
        name=line.name,
        quantity=line.quantity,
        unit=line.unit,
        unit_price=line.price,
        net_amount=line.net.quantize(Decimal("0.01")),
        vat_rate=line.rate.percent,
        discount=line.discount or None,
    )


def read_form(context: Context, body: Json) -> Form:
    """The form of a request; 400 for what must always be there, refusals for parties.

    The supplier comes first: without a right on it nothing else is told.
    """
    mode = demanded(body, "modeDepot")
    supplier = _supplier(context, _block(body, "fournisseur"))
    recipient, service, service_code = _recipient(context, _block(body, "destinataire"))
    pdf = mode != TYPED_IN
    return Form(
        mode=mode,
        number=_number(body, needed=pdf or context.settings.assigned_number == "never"),
        issued=_issued(context, body, needed=pdf),
        supplier=supplier,
        recipient=recipient,
        service=service,
        service_code=service_code,
        lines=tuple(_lines(body)),
        vat=tuple(_vat(body)),
        main=tuple(_main(body)),
        annexes=tuple(_annexes(body)),
        comment=limited(body, "commentaire", MAX_COMMENT),
        **_bank(context, supplier, body["fournisseur"]),
        **_frame(context, _block(body, "cadreDeFacturation")),
        **_references(_block(body, "references")),
        **_totals(_block(body, "montantTotal")),
    )


def _block(body: Json, name: str) -> Json:
    block: Json | None = body.get(name)
    if block is None:
        raise Broken(400, f"{name} : champ obligatoire")
    return block


def _number(body: Json, *, needed: bool) -> str:
    number = limited(body, "numeroFactureSaisi", None) or ""
    if needed and not number.strip():
        raise refused("submit_number_missing")
    return number


def _issued(context: Context, body: Json, *, needed: bool) -> date:
    value = body.get("dateFacture")
    if value is None:
        if needed:
            raise refused("submit_date_missing")
        return in_paris(context.now).date()
    return date.fromisoformat(value)


def _supplier(context: Context, block: Json) -> Row:
    row = structure_by_id(context.store, demanded_id(block, "idFournisseur"))
    if row is None:
        raise refused("unknown_structure")
    if row["id"] not in context.account.issues_for:
        raise refused("no_right")
    if not row["active"]:
        raise refused("submit_supplier_inactive")
    return row


def _bank(context: Context, supplier: Row, block: Json) -> dict[str, Any]:
    account = block.get("codeCoordonneesBancairesFournisseur")
    row = None
    if account is not None:
        row = context.store.one(
            "SELECT iban FROM bank_account WHERE id = ? AND structure_id = ? "
            "AND active = 1",
            account,
            supplier["id"],
        )
        if row is None:
            raise refused("submit_bank_account")
    return {
        "supplier_service": block.get("idServiceFournisseur"),
        "bank_account": account,
        "iban": row["iban"] if row else None,
    }


def _recipient(context: Context, block: Json) -> tuple[Row, Row | None, str | None]:
    identifier = demanded(block, "codeDestinataire", 14)
    row = structure_by_code(context.store, identifier)
    if row is None or not row["active"] or not row["public"]:
        raise refused("submit_recipient")
    code = limited(block, "codeServiceExecutant", 100)
    service = service_by_code(context.store, row["id"], code) if code else None
    return row, service, code


def _frame(context: Context, block: Json) -> dict[str, Any]:
    code = limited(block, "codeStructureValideur", None)
    return {
        "cadre": demanded(block, "codeCadreFacturation"),
        "validator_code": code,
        "validator": structure_by_code(context.store, code) if code else None,
        "validator_service": limited(block, "codeServiceValideur", 100),
    }


def _references(block: Json) -> dict[str, Any]:
    return {
        "currency": demanded(block, "deviseFacture", 3),
        "kind": demanded(block, "typeFacture"),
        "vat_type": demanded(block, "typeTva"),
        "exemption": limited(block, "motifExonerationTva", None),
        "contract": limited(block, "numeroMarche", 50),
        "engagement": limited(block, "numeroBonCommande", 50),
        "original_number": limited(block, "numeroFactureOrigine", None),
        "payment_mode": demanded(block, "modePaiement"),
    }


def _totals(block: Json) -> dict[str, Any]:
    return {
        "untaxed": figure(block, "montantHtTotal"),
        "total_vat": figure(block, "montantTVA"),
        "taxed": figure(block, "montantTtcTotal"),
        "discount": figure(block, "montantRemiseGlobaleTTC", default=Decimal(0)),
        "discount_reason": limited(block, "motifRemiseGlobaleTTC", None),
        "payable": figure(block, "montantAPayer"),
    }


def figure(block: Json, name: str, default: Decimal | None = None) -> Decimal:
    """A decimal(19,6) of the request; 400 when it is missing or does not fit."""
    value = block.get(name)
    if value is None:
        if default is None:
            raise Broken(400, f"{name} : champ obligatoire")
        return default
    number = Decimal(str(value))
    if abs(number) >= MAX_FIGURE or number != number.quantize(SMALLEST):
        raise Broken(400, f"{name} : 19 positions dont 6 décimales au plus")
    return number


def _rate(block: Json, code: str, manual: str) -> Rated:
    typed = block.get(manual)
    return Rated(
        code=limited(block, code, None),
        manual=None if typed is None else figure(block, manual),
    )


def _lines(body: Json) -> Iterable[FormLine]:
    for block in body.get("lignePoste") or []:
        yield FormLine(
            number=demanded_id(block, "lignePosteNumero"),
            reference=limited(block, "lignePosteReference", None),
            name=demanded(block, "lignePosteDenomination"),
            quantity=figure(block, "lignePosteQuantite"),
            unit=demanded(block, "lignePosteUnite"),
            price=figure(block, "lignePosteMontantUnitaireHT"),
            discount=figure(block, "lignePosteMontantRemiseHT", Decimal(0)),
            rate=_rate(block, "lignePosteTauxTva", "lignePosteTauxTvaManuel"),
        )


def _vat(body: Json) -> Iterable[FormVat]:
    for block in body.get("ligneTva") or []:
        yield FormVat(
            base=figure(block, "ligneTvaMontantBaseHtParTaux"),
            amount=figure(block, "ligneTvaMontantTvaParTaux"),
            rate=_rate(block, "ligneTvaTaux", "ligneTvaTauxManuel"),
        )


def _main(body: Json) -> Iterable[Upload]:
    for block in body.get("pieceJointePrincipale") or []:
        yield Upload(
            file_id=demanded_id(block, "pieceJointePrincipaleId"),
            kind="main",
            designation=demanded(block, "pieceJointePrincipaleDesignation", 100),
        )


def _annexes(body: Json) -> Iterable[Upload]:
    prefix = "pieceJointeComplementaire"
    for block in body.get(prefix) or []:
        yield Upload(
            file_id=demanded_id(block, f"{prefix}Id"),
            kind="deposit",
            designation=demanded(block, f"{prefix}Designation", 100),
            type_code=demanded(block, f"{prefix}Type", 30),
            line=block.get(f"{prefix}NumeroLigneFacture"),
        )
