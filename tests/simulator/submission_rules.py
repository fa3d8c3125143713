"""Rules of ``soumettre``; the words of the refusals are ours unless said otherwise."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal

from .clock import in_paris
from .context import Context
from .directory import is_usable, missing, service_by_code
from .reference import ATTACHMENT_CODES, CURRENCIES, EXEMPTIONS, rate_of
from .submission_form import TYPED_IN, Form, Rated
from .wordings import refused

_NUMBER = re.compile(r"[A-Za-z0-9 +_/-]{1,20}")
MAX_LINE_GAP = Decimal("0.01")
PAID = "A2_FACTURE_FOURNISSEUR_DEJA_PAYEE"
WITH_VALIDATOR = frozenset({"A9_FACTURE_SOUSTRAITANT", "A12_FACTURE_COTRAITANT"})

Rule = Callable[[Context, Form], Iterator[str]]


def check(context: Context, form: Form) -> None:
    """Raise the first refusal, in the order of the request."""
    for rule in RULES:
        for name in rule(context, form):
            raise refused(name)


def _identity(context: Context, form: Form) -> Iterator[str]:
    if not _NUMBER.fullmatch(form.number):
        yield "submit_number_form"
    if form.issued > in_paris(context.now).date():
        yield "submit_date_future"
    if not 2000 <= form.issued.year <= 2099:
        yield "submit_date_range"


def _supplier(context: Context, form: Form) -> Iterator[str]:
    service = form.supplier_service
    if service is None:
        return
    found = context.store.one(
        "SELECT 1 FROM service WHERE id = ? AND structure_id = ? AND active = 1",
        service,
        form.supplier["id"],
    )
    if found is None:
        yield "submit_supplier_service"


def _recipient(context: Context, form: Form) -> Iterator[str]:
    if form.service_code and (
        form.service is None or not is_usable(form.service, context.now)
    ):
        yield "submit_service"
    lack = missing(form.recipient, form.service, form.service_code, form.engagement)
    if lack.service:
        yield "submit_service_missing"
    if lack.engagement:
        yield "submit_engagement_missing"
    if lack.either:
        yield "submit_either_missing"


def _frame(context: Context, form: Form) -> Iterator[str]:
    if form.cadre not in WITH_VALIDATOR:
        if form.validator_code:
            yield "submit_validator_unwanted"
        return
    if not form.validator_code:
        yield "submit_validator_missing"
    if form.validator is None or not form.validator["active"]:
        yield "submit_validator_unknown"
    elif form.validator_service:
        service = service_by_code(
            context.store, form.validator["id"], form.validator_service
        )
        if service is None or not is_usable(service, context.now):
            yield "submit_validator_service"


def _references(_context: Context, form: Form) -> Iterator[str]:
    if form.currency not in CURRENCIES:
        yield "submit_currency"
    if form.original_number and form.kind != "AVOIR":
        yield "submit_origin_unwanted"
    if form.exemption and form.exemption not in EXEMPTIONS:
        yield "submit_exemption_unknown"
    wanted = "EXONERATION" if form.exemption else None
    if wanted is None and not form.vat:
        wanted = "SANS_TVA"
    if wanted is None and form.vat_type in ("EXONERATION", "SANS_TVA"):
        yield "submit_vat_type"
    if wanted is not None and form.vat_type != wanted:
        yield "submit_vat_type"


def _lines(_context: Context, form: Form) -> Iterator[str]:
    if form.mode == TYPED_IN and not form.lines:
        yield "submit_lines_missing"
    if sorted(line.number for line in form.lines) != list(
        range(1, len(form.lines) + 1)
    ):
        yield "submit_line_numbers"
    yield from _rates(line.rate for line in form.lines)
    yield from _rates(row.rate for row in form.vat)
    if form.mode == TYPED_IN and _apart(
        sum((line.net for line in form.lines), Decimal(0)),
        form.untaxed,
        len(form.lines),
    ):
        yield "submit_amounts"


def _rates(rates: Iterable[Rated]) -> Iterator[str]:
    for rate in rates:
        if (rate.code is None) == (rate.manual is None):
            yield "submit_rate"
        if rate.code is not None and rate_of(rate.code) is None:
            yield "submit_rate_unknown"


def _amounts(_context: Context, form: Form) -> Iterator[str]:
    if form.vat and (
        _apart(sum((row.base for row in form.vat), Decimal(0)), form.untaxed)
        or _apart(sum((row.amount for row in form.vat), Decimal(0)), form.total_vat)
    ):
        yield "submit_amounts"
    if not form.vat and form.total_vat:
        yield "submit_amounts"
    if _apart(form.untaxed + form.total_vat, form.taxed):
        yield "submit_amounts"
    if form.discount and not form.discount_reason:
        yield "submit_discount_reason"
    net = form.taxed - form.discount
    if form.cadre == PAID:
        if form.payable:
            yield "submit_already_paid"
    elif abs(form.payable) > abs(net) + MAX_LINE_GAP or form.payable * net < 0:
        yield "submit_amounts"


def _apart(one: Decimal, other: Decimal, times: int = 1) -> bool:
    """Further apart than rounding explains."""
    return abs(one - other) > MAX_LINE_GAP * max(1, times)


def _files(_context: Context, form: Form) -> Iterator[str]:
    if form.with_pdf and not form.main:
        yield "submit_main_missing"
    if len(form.main) > 1:
        yield "submit_main_many"
    numbers = {line.number for line in form.lines}
    for annex in form.annexes:
        if annex.type_code not in ATTACHMENT_CODES:
            yield "submit_attachment_type"
        if annex.line is not None and annex.line not in numbers:
            yield "submit_attachment_line"


RULES: tuple[Rule, ...] = (
    _identity,
    _supplier,
    _recipient,
    _frame,
    _references,
    _lines,
    _amounts,
    _files,
)
