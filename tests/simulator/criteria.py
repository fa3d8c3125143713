"""Search criteria of the two invoice searches, told apart by their field names."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from .clock import in_paris, parse_moment
from .replies import Json
from .state import Row

# Field of the request -> column that must be equal. Empty texts are no criterion.
EQUAL = {
    "numeroFacture": "number",
    "numeroFluxDepot": "flow",
    "typeFacture": "type",
    "idFournisseur": "supplier_id",
    "idServiceExecutant": "service_id",
    "numeroMarche": "contract",
    "numeroBonCommande": "engagement",
    "numeroFactureOrigine": "original_number",
    "modeDepot": "mode",
    "typeDemandePaiement": "kind",
    "idStructureValideur": "validator_id",
}
AT_LEAST = {
    "montantHTMin": "untaxed",
    "montantTTCMin": "taxed",
    "montantApayerMin": "payable",
}
AT_MOST = {
    "montantHTMax": "untaxed",
    "montantTTCMax": "taxed",
    "montantApayerMax": "payable",
}
# Periods over a day: both ends are included.
DAYS: dict[str, Callable[[Row], str]] = {
    "periodeDateDepot": lambda row: in_paris(row["deposited"]).date().isoformat(),
    "periodeDateFacture": lambda row: str(row["issue_date"]),
}
# The only period over an instant: a bare day means its midnight, at both ends.
INSTANT = "periodeDateHeureEtatCourant"


# A flow never fills these: asking for one of them finds nothing.
NEVER_FILLED = (
    "idServiceFournisseur",
    "coordonneeBancaire",
    "idUtilisateurCreateur",
    "listeTypeFactureTravaux",
)


def matching(rows: Iterable[Row], body: Json, short_cadre: str | None) -> list[Row]:
    """The rows that meet every criterion of the request (null is no criterion)."""
    tests = [*_equalities(body), *_amounts(body), *_periods(body), *_lists(body)]
    if any(body.get(name) for name in NEVER_FILLED):
        return []
    if short_cadre is not None:
        tests.append(lambda row: row["cadre"] == short_cadre)
    return [row for row in rows if all(test(row) for test in tests)]


Test = Callable[[Row], bool]


def _equalities(body: Json) -> list[Test]:
    tests: list[Test] = []
    for name, column in EQUAL.items():
        value = body.get(name)
        if value not in (None, ""):
            tests.append(_equal(column, value))
    for name, column in (
        ("rejetTraite", "rejection_handled"),
        ("factureTelechargeeParDestinataire", "downloaded"),
    ):
        if body.get(name) is not None:
            tests.append(_flag(column, wanted=body[name]))
    return tests


def _equal(column: str, value: Any) -> Test:
    return lambda row: bool(row[column] == value)


def _flag(column: str, *, wanted: bool) -> Test:
    return lambda row: bool(row[column]) == wanted


def _amounts(body: Json) -> list[Test]:
    tests: list[Test] = []
    for name, column in AT_LEAST.items():
        if body.get(name) is not None:
            tests.append(_at_least(column, Decimal(str(body[name]))))
    for name, column in AT_MOST.items():
        if body.get(name) is not None:
            tests.append(_at_most(column, Decimal(str(body[name]))))
    return tests


def _at_least(column: str, limit: Decimal) -> Test:
    return lambda row: Decimal(row[column]) >= limit


def _at_most(column: str, limit: Decimal) -> Test:
    return lambda row: Decimal(row[column]) <= limit


def _periods(body: Json) -> list[Test]:
    tests: list[Test] = []
    for prefix, value_of in DAYS.items():
        if body.get(f"{prefix}Du"):
            tests.append(_from_day(value_of, body[f"{prefix}Du"]))
        if body.get(f"{prefix}Au"):
            tests.append(_to_day(value_of, body[f"{prefix}Au"]))
    since, until = body.get(f"{INSTANT}Du"), body.get(f"{INSTANT}Au")
    if since:
        tests.append(_since(parse_moment(since)))
    if until:
        tests.append(_until(parse_moment(until)))
    return tests


def _from_day(value_of: Callable[[Row], str], limit: str) -> Test:
    return lambda row: value_of(row) >= limit[:10]


def _to_day(value_of: Callable[[Row], str], limit: str) -> Test:
    return lambda row: value_of(row) <= limit[:10]


def _since(limit: float) -> Test:
    return lambda row: bool(row["status_at"] >= limit)


def _until(limit: float) -> Test:
    return lambda row: bool(row["status_at"] <= limit)


def _lists(body: Json) -> list[Test]:
    tests: list[Test] = []
    if body.get("statutCourant"):
        tests.append(_among("status", body["statutCourant"]))
    if body.get("listeTypeFacture"):
        tests.append(_among("type", body["listeTypeFacture"]))
    if body.get("listeDestinataire"):
        tests.append(
            _party(
                "recipient_id",
                "service_id",
                [
                    (entry.get("idDestinataire"), entry.get("listeIdServiceExecutant"))
                    for entry in body["listeDestinataire"]
                ],
            )
        )
    if body.get("listeFournisseurs"):
        # Suppliers have no service of their own in a flow: only the structure counts.
        tests.append(
            _party(
                "supplier_id",
                None,
                [
                    (entry.get("idFournisseur"), None)
                    for entry in body["listeFournisseurs"]
                ],
            )
        )
    return tests


def _among(column: str, values: list[str]) -> Test:
    return lambda row: row[column] in values


def _party(
    column: str, service_column: str | None, wanted: list[tuple[int | None, Any]]
) -> Test:
    def test(row: Row) -> bool:
        for party, services in wanted:
            if party is not None and row[column] != party:
                continue
            if services and service_column and row[service_column] not in services:
                continue
            return True
        return False

    return test
