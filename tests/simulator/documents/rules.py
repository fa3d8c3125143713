"""Rules of a direct deposit that need no directory."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, TypeAlias
from zoneinfo import ZoneInfo

from . import cii, reform, ubl
from .identifiers import identifier_kind
from .model import Family, ReadInvoice
from .norm import EngineError, failures, national_rules
from .values import content, is_siret, nodes, text
from .wordings import PATHS, say
from .xmlsafe import family_of, parse

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from lxml.etree import _Element

PARIS = ZoneInfo("Europe/Paris")

CADRES = frozenset(f"A{rank}" for rank in range(1, 26))
# Only these two are proven; the portal's own list (G1.01) is not public.
DIRECT_TYPES = frozenset({"380", "381"})
PAYMENT_CODES = frozenset(
    {"01", "10", "20", "30", "31", "42", "48", "49", "58", "59", "97"}
)
TRANSFER_CODES = frozenset({"30", "31", "42"})
# fmt: off
EXTENSIONS = frozenset((
    "BMP", "GIF", "FAX", "ODT", "PPT", "TIFF", "XLS", "BZ2", "GZ", "JPEG", "P7S", "RTF",
    "TXT", "XML", "CSV", "GZIP", "JPG", "PDF", "SVG", "XHTML", "XLSX", "DOC", "HTM",
    "ODP", "PNG", "TGZ", "XLC", "ZIP", "DOCX", "HTML", "ODS", "PPS", "TIF", "XLM",
    "PPTX",
))
# fmt: on
DIRECT, REFORM, BOTH = "direct", "reform", "both"
MAX_NUMBER = 20
MAX_SERVICE = 100
MAX_REFERENCE = 50
MAX_IDENTIFIER = 18
MAX_NAME = 50
MAX_ATTACHMENT = 10 * 1024 * 1024

_NUMBER = re.compile(r"[A-Za-z0-9 +_/-]*")
_SERVICE = re.compile(r"[A-Za-z0-9À-ÖØ-öø-ÿ _-]*")
_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{10,30}")
_DECIMAL = re.compile(r"[+-]?(\d*)(?:\.(\d*))?")


Rule: TypeAlias = "Callable[[Case], Iterator[str]]"


@dataclass(frozen=True)
class Case:
    """One invoice under examination."""

    invoice: ReadInvoice
    root: _Element
    family: Family
    syntax: str
    today: date
    types: Collection[str]

    def path(self, name: str) -> str:
        """Technical path of an element, as the portal writes it."""
        return PATHS[self.family][name]


def check_direct(
    invoice: ReadInvoice,
    syntax: str,
    *,
    today: date | None = None,
    types: Collection[str] = DIRECT_TYPES,
    dialect: str = DIRECT,
    with_norm: bool = True,
) -> list[str]:
    """Sentences of refusal, empty when the invoice may be integrated.

    The portal's own rules come first because its report is cut near 200 characters;
    broken rules of EN 16931 follow. The schema was checked by ``read_flow``.

    :param syntax: ``syntaxeFlux`` of the deposit
    :param today: day of the portal's clock, in Paris; the real one by default
    :param types: BT-3 codes accepted in the direct dialect
    :param with_norm: run the schematrons, nine tenths of the time
    :param dialect: ``direct``, ``reform``, or ``both``: then BT-23 tells which
    """
    root = parse(invoice.xml)
    case = Case(
        invoice=invoice,
        root=root,
        family=family_of(root),
        syntax=syntax,
        today=today or datetime.now(PARIS).date(),
        types=types,
    )
    is_reform = dialect == REFORM or (
        dialect == BOTH and reform.is_reform(invoice.cadre)
    )
    if is_reform:
        case = replace(case, types=reform.TYPES)
    told = [
        sentence
        for rule in (REFORM_RULES if is_reform else RULES)
        for sentence in rule(case)
    ]
    told = list(dict.fromkeys(told))
    return told + _norm(root, is_reform=is_reform) if with_norm else told


def _norm(root: _Element, *, is_reform: bool) -> list[str]:
    try:
        found = failures(root)
        if is_reform:
            found += failures(root, national_rules(root))
        return [say("norm", id=f.rule, text=f.text) for f in found]
    except EngineError:
        return [say("norm_engine")]


# Header -------------------------------------------------------------------------


def _number(case: Case) -> Iterator[str]:
    path = case.path("number")
    if len(case.invoice.number) > MAX_NUMBER:
        yield say("too_long", path=path, limit=MAX_NUMBER)
    if not _NUMBER.fullmatch(case.invoice.number):
        yield say("number_characters", path=path)


def _issue_date(case: Case) -> Iterator[str]:
    issued = case.invoice.issue_date
    if not 2000 <= issued.year <= 2099:
        yield say("date_range", path=case.path("issue_date"))
    elif issued > case.today:
        yield say("date_future", path=case.path("issue_date"))


def _type(case: Case) -> Iterator[str]:
    if case.invoice.type_code not in case.types:
        yield say("type", path=case.path("type"), value=case.invoice.type_code)


def _cadre(case: Case) -> Iterator[str]:
    cadre = case.invoice.cadre
    if cadre is None:
        yield say("mandatory", path=case.path("cadre"))
    elif cadre not in CADRES:
        yield say("cadre", path=case.path("cadre"), value=cadre)
    elif cadre == "A2" and case.invoice.payable != 0:
        yield say("already_paid")


# Parties and references ---------------------------------------------------------


def _supplier(case: Case) -> Iterator[str]:
    if case.family is Family.CII:
        value, scheme = cii.legal_id(case.root, "SellerTradeParty")
    else:
        value, scheme = ubl.legal_id(case.root, ubl.SUPPLIER)
    path = case.path("supplier")
    country = case.invoice.supplier_country
    is_french = identifier_kind(value or "", scheme, country) == "1"
    if is_french and value is None:
        yield say("mandatory", path=path)
    elif is_french and not is_siret(value):
        yield say("siret", path=path, value=value)
    elif len(case.invoice.supplier_id) > MAX_IDENTIFIER:
        yield say("identifier_length", path=path)


def _buyer(case: Case) -> Iterator[str]:
    if case.family is Family.CII:
        value, _scheme = cii.legal_id(case.root, "BuyerTradeParty")
    else:
        value, _scheme = ubl.legal_id(case.root, ubl.BUYER)
    if value is None:
        yield say("mandatory", path=case.path("buyer"))
    elif not is_siret(value):
        yield say("siret", path=case.path("buyer"), value=value)


def _references(case: Case) -> Iterator[str]:
    service = case.invoice.service_code or ""
    if not _SERVICE.fullmatch(service):
        yield say("alphanumeric", path=case.path("service"))
    if len(service) > MAX_SERVICE:
        yield say("too_long", path=case.path("service"), limit=MAX_SERVICE)
    if len(case.invoice.engagement or "") > MAX_REFERENCE:
        yield say("too_long", path=case.path("engagement"), limit=MAX_REFERENCE)
    if len(case.invoice.contract or "") > MAX_REFERENCE:
        yield say("too_long", path=case.path("contract"), limit=MAX_REFERENCE)


# Payment ------------------------------------------------------------------------


def _payment(case: Case) -> Iterator[str]:
    is_cii = case.family is Family.CII
    blocks = list(nodes(case.root, cii.MEANS if is_cii else ubl.MEANS))
    tag = "TypeCode" if is_cii else "PaymentMeansCode"
    codes = [text(block, tag) for block in blocks]
    path = case.path("payment_code")
    # A credit note may go without a payment block, never with one that is empty.
    if None in codes or not (codes or case.invoice.is_credit_note):
        yield say("mandatory", path=path)
    for code in codes:
        if code is not None and code not in PAYMENT_CODES:
            yield say("payment_code", path=path, value=code)
    yield from _accounts(case, blocks, codes)


def _accounts(
    case: Case, blocks: list[_Element], codes: list[str | None]
) -> Iterator[str]:
    account_of = cii.account_of if case.family is Family.CII else ubl.account_of
    for block, code in zip(blocks, codes, strict=True):
        if code not in TRANSFER_CODES:
            continue
        account = account_of(block)
        if account is None:
            yield say("iban_missing", path=case.path("iban"))
        elif not _IBAN.fullmatch("".join(account.split())):
            yield say("iban_form", path=case.path("iban"))


# Figures ------------------------------------------------------------------------


def _decimals(value: str | None) -> int:
    match = _DECIMAL.fullmatch(value or "")
    return len(match[2] or "") if match else 0


def _positions(value: str | None) -> int:
    match = _DECIMAL.fullmatch(value or "")
    return len(match[1] or "") + len(match[2] or "") if match else 0


def _lines(case: Case) -> Iterator[str]:
    if case.family is Family.CII:
        tag, quantity, price = cii.LINES, cii.QUANTITY, cii.NET_PRICE + "/ChargeAmount"
    else:
        tag, quantity = ubl.line_tag(case.root)
        price = "Price/PriceAmount"
    for item in nodes(case.root, tag):
        if _decimals(text(item, quantity)) > 4:
            yield say("quantity_decimals", path=case.path("quantity"))
        if _decimals(text(item, price)) > 6:
            yield say("price_decimals", path=case.path("price"))


def _gross_price(case: Case) -> Iterator[str]:
    if case.family is not Family.CII:
        return
    gross = "SpecifiedLineTradeAgreement/GrossPriceProductTradePrice"
    discount = "AppliedTradeAllowanceCharge/ActualAmount"
    for block in nodes(case.root, f"{cii.LINES}/{gross}"):
        if text(block, discount) is None:
            path = case.path("gross_price").removeprefix("FichierXml.")
            yield say("gross_price", path=path)


def _amounts(case: Case) -> Iterator[str]:
    is_cii = case.family is Family.CII
    base = cii.SUMMATION if is_cii else "LegalMonetaryTotal"
    for item in nodes(case.root, base + "/*"):
        value = content(item)
        if _positions(value) > 19 or _decimals(value) > 6:
            name = str(item.tag).rpartition("}")[2]
            yield say("amount_size", path=f"FichierXml.{base}.{name}".replace("/", "."))


# Attachments --------------------------------------------------------------------


def _attachments(case: Case) -> Iterator[str]:
    for item in case.invoice.attachments:
        stem, dot, extension = item.name.rpartition(".")
        if len(item.name) > MAX_NAME:
            yield say("attachment_name", name=item.name)
        if not (stem and dot and extension.upper() in EXTENSIONS):
            yield say("attachment_extension", name=item.name)
        if not item.content:
            yield say("attachment_empty", name=item.name)
        if len(item.content) > MAX_ATTACHMENT:
            yield say("attachment_size", name=item.name)


RULES: tuple[Rule, ...] = (
    _number,
    _issue_date,
    _type,
    _cadre,
    _supplier,
    _buyer,
    _references,
    _payment,
    _lines,
    _gross_price,
    _amounts,
    _attachments,
)

_IN_REFORM: dict[Rule, Rule] = {
    _cadre: reform.frame_rule,
    _supplier: reform.supplier_rule,
    _buyer: reform.buyer_rule,
}
REFORM_RULES = tuple(_IN_REFORM.get(rule, rule) for rule in RULES)
