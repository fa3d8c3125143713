"""From what a received document says to the lines of a bill, in plain values.

Nothing here touches the database: the inbox gathers the values, asks for a plan, then
writes it. Amounts are ``Decimal`` in the currency of the document; a bill is always
positive, the sign of the document only decides between bill and credit note.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

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
    """One bill line; ``rate`` in percent, None for a rounding line without any tax.

    An empty ``name`` leaves the words to the caller.
    """

    name: str
    quantity: Decimal
    unit_price: Decimal
    rate: Decimal | None


@dataclass(frozen=True)
class BillPlan:
    """``vat`` holds the document's own VAT amount of each rate, ``total`` its taxed total."""

    is_refund: bool
    lines: tuple[PlannedLine, ...]
    vat: dict[Decimal, Decimal]
    total: Decimal
    is_detailed: bool


@dataclass
class _Share:
    """What the document says of one VAT rate."""

    base: Decimal = ZERO
    amount: Decimal = ZERO


def make_plan(
    pivot,
    *,
    digits: int = 2,
    quantity_digits: int = 2,
    known_rates: Collection[Decimal] = (),
) -> BillPlan:
    """Lines and VAT amounts whose sum is the document's taxed total, to the cent.

    :param pivot: ``PivotInvoice`` of the library
    :param digits: decimals of the currency
    :param quantity_digits: decimals a bill line keeps of a quantity
    :param known_rates: rates to try, in percent, when the document names none
    :raise UnplannableError: a total is missing, or the figures contradict each other
    """
    cent = Decimal(1).scaleb(-digits)
    total = _rounded(pivot.amounts.taxed, cent)
    if total is None:
        raise UnplannableError("no_total")
    untaxed = _rounded(pivot.amounts.untaxed, cent)
    negative = total < 0 or (total == 0 and (untaxed or ZERO) < 0)
    shares = _shares(pivot, total, untaxed, known_rates, cent)
    turn = _turn(shares, total, cent)
    for share in shares.values():
        share.base *= turn
        share.amount *= turn
    _check_vat(shares)
    rest = abs(total) - sum(s.base + s.amount for s in shares.values())
    if abs(rest) > cent * (len(shares) + len(pivot.lines)):
        raise UnplannableError(
            "totals",
            bases=sum(s.base for s in shares.values()),
            vat=sum(s.amount for s in shares.values()),
            total=abs(total),
        )
    detailed = _detailed_lines(pivot.lines, shares, cent, quantity_digits)
    lines = detailed or [
        PlannedLine("", Decimal(1), share.base, rate) for rate, share in shares.items()
    ]
    if rest:
        lines = [*lines, PlannedLine("", Decimal(1), rest, None)]
    return BillPlan(
        is_refund=negative or pivot.type_code.lstrip("0") in CREDIT_NOTE_TYPES,
        lines=tuple(lines),
        vat={rate: share.amount for rate, share in shares.items()},
        total=abs(total),
        is_detailed=bool(detailed),
    )


def _rounded(amount: Decimal | None, cent: Decimal) -> Decimal | None:
    if amount is None:
        return None
    if abs(amount) >= TOO_LARGE:
        raise UnplannableError("too_large")
    return amount.quantize(cent, ROUND_HALF_UP)


def _shares(pivot, total, untaxed, known_rates, cent) -> dict[Decimal, _Share]:
    """Base and VAT by rate: as the document says, else as its lines or totals imply."""
    if pivot.vat_lines:
        return _told_shares(pivot.vat_lines, cent)
    if pivot.lines and all(
        line.vat_rate is not None and line.untaxed is not None for line in pivot.lines
    ):
        return _shares_of_lines(pivot.lines, cent)
    if untaxed is None or untaxed == total:
        return {ZERO: _Share(total, ZERO)}
    for rate in known_rates:
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


def _turn(shares, total, cent) -> int:
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


def _detailed_lines(lines, shares, cent, quantity_digits) -> list[PlannedLine]:
    """The document's own lines when they add up to its bases rate by rate, else none.

    They often do not: a discount on the whole document, or a deposit whose lines the
    portal did not carry.
    """
    only_rate = next(iter(shares)) if len(shares) == 1 else None
    sums: dict[Decimal, Decimal] = dict.fromkeys(shares, ZERO)
    rated = []
    for line in lines:
        rate = only_rate if line.vat_rate is None else _normal(line.vat_rate)
        net = _rounded(line.untaxed, cent)
        if rate not in sums or net is None:
            return []
        sums[rate] += net
        rated.append((line, rate, net))
    turn = _line_turn(sums, shares)
    if not turn:
        return []
    return [
        _planned(line, rate, net * turn, turn, quantity_digits)
        for line, rate, net in rated
    ]


def _line_turn(sums, shares) -> int:
    bases = {rate: share.base for rate, share in shares.items()}
    if sums == bases:
        return 1
    return -1 if {rate: -total for rate, total in sums.items()} == bases else 0


def _planned(line, rate, net, turn, quantity_digits) -> PlannedLine:
    """Quantity × price that is exactly the net amount, else one × the net amount.

    Exactly: a product that only rounds to it would drift with companies that round the
    whole document.
    """
    name = (getattr(line, "name", "") or line.reference or "").strip()
    quantity, price = line.quantity, line.unit_price
    if quantity and _fits(quantity, quantity_digits):
        for candidate in _prices(price, net * turn, quantity):
            if quantity * candidate == net * turn:
                return PlannedLine(name, quantity * turn, candidate, rate)
    if quantity and price and quantity != 1:
        name = f"{name} ({_plain(quantity)} × {_plain(price)})".strip()
    return PlannedLine(name, Decimal(1), net, rate)


def _prices(price, net, quantity) -> Iterable[Decimal]:
    if price is not None:
        yield price
    # A discounted line: its net price, when it is a short number.
    net_price = net / quantity
    if _fits(net_price, PRICE_DIGITS):
        yield net_price


def _fits(number: Decimal, digits: int) -> bool:
    return abs(number) < TOO_LARGE and number == round(number, digits)


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
