"""From what a received document says to the lines of a bill, in plain values.

Nothing here touches the database: the inbox gathers the values, asks for a plan, then
writes it. Amounts are ``Decimal`` in the currency of the document; a bill is always
positive, the sign of the document only decides between bill and credit note.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from .inbound_content import Content, ContentLine
from .inbound_structured import DISCOUNT_DIGITS

# UNTDID 1001 codes that EN 16931 counts among credit notes.
CREDIT_NOTE_TYPES = frozenset(
    {
        "81",
        "83",
        "261",
        "262",
        "296",
        "308",
        "381",
        "396",
        "420",
        "458",
        "502",
        "503",
        "532",
    }
)
# The rules of EN 16931 accept a VAT amount that far from base × rate (BR-S-09 and its
# sisters compare within one unit of the currency); beyond it is no rounding.
VAT_TOLERANCE = Decimal(1)
# The portal writes amounts as decimal(19,6); more would not fit a bill either.
TOO_LARGE = Decimal(10) ** 13
# A bill line holds unit prices of six decimals at most, as the portal does.
PRICE_DIGITS = 6

ZERO = Decimal(0)


class UnplannableError(Exception):
    """The figures do not make a bill; ``kind`` names the sentence, ``values`` fill it."""

    def __init__(self, kind, **values):
        super().__init__(kind)
        self.kind = kind
        self.values = values


@dataclass(frozen=True)
class PlannedLine:
    """One bill line; ``rate`` in percent, None for a line without any tax.

    An empty ``name`` leaves the words to the caller. ``told`` is the line of the
    document it was made from, ``is_rounding`` one that nobody wrote.
    """

    name: str
    quantity: Decimal
    unit_price: Decimal
    rate: Decimal | None
    discount: Decimal = ZERO  # percent
    told: ContentLine | None = None
    is_rounding: bool = False


@dataclass(frozen=True)
class BillPlan:
    """``vat`` holds the document's own VAT amount of each rate, ``total`` its taxed total."""

    is_refund: bool
    lines: tuple[PlannedLine, ...]
    vat: dict[Decimal, Decimal]
    total: Decimal
    is_detailed: bool
    source: str
    untaxed: Decimal


@dataclass(frozen=True)
class House:
    """What the company's books allow; ``known_rates`` to try where none is named."""

    digits: int = 2  # decimals of the currency
    quantity_digits: int = 2  # decimals a bill line keeps of a quantity
    known_rates: Collection[Decimal] = ()
    rounds_whole: bool = False  # taxes are rounded once for the whole document

    @property
    def cent(self) -> Decimal:
        return Decimal(1).scaleb(-self.digits)


@dataclass
class _Share:
    """What the document says of one VAT rate."""

    base: Decimal = ZERO
    amount: Decimal = ZERO


def make_plan(content: Content, house: House) -> BillPlan:
    """Lines and VAT amounts whose sum is the document's taxed total, to the cent.

    :raise UnplannableError: a total is missing, or the figures contradict each other
    """
    cent = house.cent
    total = _rounded(content.amounts.taxed, cent)
    if total is None:
        raise UnplannableError("no_total")
    untaxed = _rounded(content.amounts.untaxed, cent)
    negative = total < 0 or (total == 0 and (untaxed or ZERO) < 0)
    shares = _shares(content, total, untaxed, house)
    turn = _turn(shares, total)
    for share in shares.values():
        share.base *= turn
        share.amount *= turn
    _check_vat(shares)
    rest = abs(total) - sum(s.base + s.amount for s in shares.values())
    _check_rest(rest, content, shares, total, cent)
    detailed = _detailed_lines(content.lines, shares, house)
    lines = detailed or [
        PlannedLine("", Decimal(1), share.base, rate) for rate, share in shares.items()
    ]
    if rest:
        lines = [*lines, PlannedLine("", Decimal(1), rest, None, is_rounding=True)]
    return BillPlan(
        is_refund=_is_refund(content, negative=negative),
        lines=tuple(lines),
        vat={rate: share.amount for rate, share in shares.items()},
        total=abs(total),
        is_detailed=bool(detailed),
        source=_source(content, detailed),
        untaxed=sum(share.base for share in shares.values()) + rest,
    )


def totals_plan(content: Content, house: House) -> BillPlan:
    """No VAT detail anywhere: the totals as they are, without any tax, for a person.

    :raise UnplannableError: there is no total either
    """
    total = _rounded(content.amounts.taxed, house.cent)
    if total is None:
        raise UnplannableError("no_total")
    untaxed = _rounded(content.amounts.untaxed, house.cent)
    amounts = [total] if untaxed is None else [untaxed, total - untaxed]
    turn = -1 if total < 0 else 1
    return BillPlan(
        is_refund=_is_refund(content, negative=total < 0),
        lines=tuple(
            PlannedLine("", Decimal(1), turn * amount, None)
            for amount in amounts
            if amount or len(amounts) == 1
        ),
        vat={},
        total=abs(total),
        is_detailed=False,
        source="files",
        untaxed=abs(total),
    )


def _is_refund(content: Content, *, negative: bool) -> bool:
    return negative or content.type_code.lstrip("0") in CREDIT_NOTE_TYPES


def _source(content: Content, detailed: list[PlannedLine]) -> str:
    is_pivot = content.source == "pivot_lines"
    return "pivot_vat" if is_pivot and not detailed else content.source


def _check_rest(rest, content, shares, total, cent) -> None:
    """What is left is a rounding: the one the document tells, or of a cent a rate.

    Where no VAT table was given, the rates are sums of lines, rounded each: a cent a line.
    """
    told = abs(content.rounding)
    few = cent * (len(shares) + (0 if content.vat_lines else len(content.lines)))
    if abs(rest) > few and not (told and abs(abs(rest) - told) <= few):
        raise UnplannableError(
            "totals",
            bases=sum(s.base for s in shares.values()),
            vat=sum(s.amount for s in shares.values()),
            total=abs(total),
        )


def _rounded(amount: Decimal | None, cent: Decimal) -> Decimal | None:
    if amount is None:
        return None
    if abs(amount) >= TOO_LARGE:
        raise UnplannableError("too_large")
    return amount.quantize(cent, ROUND_HALF_UP)


def _shares(content, total, untaxed, house) -> dict[Decimal, _Share]:
    """Base and VAT by rate: as the document says, else as its lines or totals imply."""
    cent = house.cent
    if content.vat_lines:
        return _told_shares(content.vat_lines, cent)
    if content.lines and all(
        line.vat_rate is not None and line.untaxed is not None for line in content.lines
    ):
        return _shares_of_lines(content.lines, cent)
    if untaxed is None:
        raise UnplannableError("no_untaxed")
    if untaxed == total:
        return {ZERO: _Share(total, ZERO)}
    for rate in house.known_rates:
        if abs(_rounded(untaxed * rate / 100, cent) - (total - untaxed)) <= cent:
            return {rate: _Share(untaxed, total - untaxed)}
    raise UnplannableError("no_vat", untaxed=untaxed, total=total)


def _told_shares(vat_lines, cent) -> dict[Decimal, _Share]:
    shares: dict[Decimal, _Share] = {}
    for line in vat_lines:
        base = _rounded(line.base, cent) or ZERO
        amount = _rounded(line.amount, cent) or ZERO
        if line.rate is None and amount:
            raise UnplannableError("no_rate", vat=amount)
        share = shares.setdefault(_normal(line.rate), _Share())
        share.base += base
        share.amount += amount
    return shares


def _shares_of_lines(lines, cent) -> dict[Decimal, _Share]:
    shares: dict[Decimal, _Share] = {}
    for line in lines:
        shares.setdefault(_normal(line.vat_rate), _Share()).base += _rounded(
            line.untaxed, cent
        )
    for rate, share in shares.items():
        share.amount = _rounded(share.base * rate / 100, cent)
    return shares


def _normal(rate: Decimal | None) -> Decimal:
    """One key per rate, whatever its trailing zeros: ``20.00`` and ``20`` are equal."""
    return ZERO if rate is None else rate.normalize() + ZERO


def _turn(shares, total) -> int:
    """-1 when base and VAT must change sign to make a positive bill, else 1.

    The portal's sign on credit notes is not documented: totals and breakdown may each be
    negative or not, so the breakdown is held against the total.
    """
    told = sum(share.base + share.amount for share in shares.values())
    agrees = abs(abs(total) - told) <= abs(abs(total) + told)
    return 1 if agrees else -1


def _check_vat(shares) -> None:
    for rate, share in shares.items():
        if abs(share.base * rate / 100 - share.amount) >= VAT_TOLERANCE:
            raise UnplannableError("vat", rate=rate, base=share.base, vat=share.amount)


def _detailed_lines(lines, shares, house) -> list[PlannedLine]:
    """The document's own lines when they add up to its bases rate by rate, else none.

    They often do not: a discount on the whole document, or a deposit whose lines the
    portal did not carry.
    """
    only_rate = next(iter(shares)) if len(shares) == 1 else None
    sums: dict[Decimal, Decimal] = dict.fromkeys(shares, ZERO)
    rated = []
    for line in lines:
        rate = only_rate if line.vat_rate is None else _normal(line.vat_rate)
        net = _rounded(line.untaxed, house.cent)
        if rate not in sums or net is None:
            return []
        sums[rate] += net
        rated.append((line, rate, net))
    turn = _line_turn(sums, shares)
    if not turn:
        return []
    planned = [_planned(*one, turn, house) for one in rated]
    drifting = _drifting(planned, shares, house)
    return [
        _planned(*told, turn, house, exact=True) if one.rate in drifting else one
        for one, told in zip(planned, rated, strict=True)
    ]


def _drifting(planned, shares, house) -> set[Decimal]:
    """Rates whose prices add up to another base where the whole document is rounded."""
    if not house.rounds_whole:
        return set()
    return {
        rate
        for rate, share in shares.items()
        if _rounded(
            sum((_raw(line) for line in planned if line.rate == rate), ZERO), house.cent
        )
        != share.base
    }


def _raw(line: PlannedLine) -> Decimal:
    return line.quantity * line.unit_price * (100 - line.discount) / 100


def _line_turn(sums, shares) -> int:
    bases = {rate: share.base for rate, share in shares.items()}
    if sums == bases:
        return 1
    return -1 if {rate: -total for rate, total in sums.items()} == bases else 0


def _planned(line, rate, net, turn, house, *, exact=False) -> PlannedLine:
    """Quantity × price that makes the net amount, else one × the net amount.

    :param exact: not only to the cent; a product that rounds to the net amount would
        drift with companies that round the whole document
    """
    name, quantity = _described(line), line.quantity
    if quantity and _fits(quantity, house.quantity_digits):
        for price, discount in _prices(line, net):
            made = quantity * price * (100 - discount) / 100
            if made == net or (not exact and _rounded(made, house.cent) == net):
                return PlannedLine(name, quantity * turn, price, rate, discount, line)
    if quantity and line.unit_price and quantity != 1:
        name = f"{name} ({_plain(quantity)} × {_plain(line.unit_price)})".strip()
    return PlannedLine(name, Decimal(1), net * turn, rate, told=line)


def _described(line: ContentLine) -> str:
    """Reference and words of a line, what there is of them."""
    reference, name = line.reference.strip(), line.name.strip()
    if reference and name and reference != name:
        return f"[{reference}] {name}"
    return reference or name


def _prices(line: ContentLine, net: Decimal) -> Iterable[tuple[Decimal, Decimal]]:
    """Price and discount in percent, the most faithful first."""
    price, quantity = line.unit_price, line.quantity
    if price is not None:
        price = round(price, PRICE_DIGITS)
        if line.discount and quantity * price:
            percent = 100 * line.discount / abs(quantity * price)
            if 0 < percent <= 100 and _fits(percent, DISCOUNT_DIGITS):
                yield price, percent
        yield price, ZERO
    # A discounted line: its net price, when it is a short number.
    net_price = net / quantity
    if _fits(net_price, PRICE_DIGITS):
        yield net_price, ZERO


def _fits(number: Decimal, digits: int) -> bool:
    return abs(number) < TOO_LARGE and number == round(number, digits)


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def best_plan(contents: Collection[Content], house: House) -> tuple[BillPlan, Content]:
    """The first content whose lines make the bill, else one that tells its VAT.

    :param contents: the best first; one of them is the PIVOT, whose trouble is told
    :raise UnplannableError: none of them makes a bill
    """
    plain, trouble = [], None
    for content in contents:
        try:
            plan = make_plan(content, house)
        except UnplannableError as error:
            if trouble is None or content.source == "pivot_lines":
                trouble = error
            continue
        if plan.is_detailed:
            return plan, content
        plain.append((plan, content))
    if plain:
        # Without lines a file tells no more than the portal.
        return next((one for one in plain if one[0].source == "pivot_vat"), plain[0])
    raise trouble or UnplannableError("no_total")
