"""What is wrong with an invoice, tied to the record that mends it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from odoo.tools import format_date

from ..lib.chorus_pro.rules import Level, Rule, Subject, Violation

# Field of the record at fault, by subject and EN 16931 term.
FIELDS = {
    (Subject.SUPPLIER, "BT-30"): "company_registry",
    (Subject.RECIPIENT, "BT-47"): "company_registry",
    (Subject.VALIDATOR, ""): "company_registry",
    (Subject.INVOICE, "BT-1"): "name",
    (Subject.INVOICE, "BT-2"): "invoice_date",
    (Subject.INVOICE, "BT-5"): "currency_id",
    (Subject.INVOICE, "BT-10"): "buyer_reference",
    (Subject.INVOICE, "BT-12"): "contract_reference",
    (Subject.INVOICE, "BT-13"): "purchase_order_reference",
    (Subject.INVOICE, "BT-20"): "invoice_payment_term_id",
    (Subject.INVOICE, "BT-22"): "narration",
    (Subject.INVOICE, "BT-23"): "l10n_fr_chorus_framework",
    (Subject.INVOICE, "BT-25"): "reversed_entry_id",
    (Subject.INVOICE, "BT-81"): "l10n_fr_chorus_payment_means",
    (Subject.INVOICE, "BT-84"): "partner_bank_id",
    (Subject.INVOICE, "BT-112"): "invoice_line_ids",
    (Subject.ATTACHMENT, "BT-125"): "l10n_fr_chorus_attachment_ids",
}
# Fields that a term does not tell.
OWN_FIELDS = {
    "CPX-SUPPLIER-IDENTIFIER": "l10n_fr_chorus_identifier",
    "CPX-VALIDATOR": "l10n_fr_chorus_validator_id",
}
# A text of the document that is kept on another record than the invoice.
HOLDERS = {
    "BT-27": Subject.SUPPLIER,
    "BT-35": Subject.SUPPLIER,
    "BT-36": Subject.SUPPLIER,
    "BT-44": Subject.RECIPIENT,
    "BT-50": Subject.RECIPIENT,
    "BT-51": Subject.RECIPIENT,
}
# Invoices named in one sentence; the list behind it shows them all.
MOST_NAMES = 10


@dataclass(frozen=True)
class Finding:
    """One thing to settle, or to know, before an invoice goes to Chorus Pro.

    :ivar id: of the rule
    :ivar level: ``error`` or ``warning``
    :ivar sentence: in the language of the user
    :ivar record: where it is mended, a recordset of one
    :ivar field: name of its field at fault, when there is one
    :ivar title: a few words for many invoices at once
    """

    id: str
    level: str
    sentence: str
    record: Any
    field: str | None = None
    title: str = ""

    @property
    def is_error(self) -> bool:
        return self.level == Level.ERROR.value


def from_violation(move, violation: Violation) -> Finding:
    """The sentence of a broken rule, translated, with its record of Odoo."""
    rule = violation.rule
    subject = HOLDERS.get(violation.term, rule.subject)
    return Finding(
        rule.id,
        violation.level.value,
        say(move.env, rule.sentence, violation.fault.values),
        _record(move, rule, subject),
        _field(rule, subject, violation.term),
        say(move.env, rule.title),
    )


def from_rule(move, rule: Rule, sentence, record=None, field=None) -> Finding:
    """What only the maker of the document found out.

    :param sentence: in the language of the user
    """
    return Finding(
        rule.id,
        rule.level.value,
        say(move.env, rule.sentence, {"sentence": sentence}),
        move if record is None else record,
        field,
        say(move.env, rule.title),
    )


def say(env, text: str, values=None) -> str:
    """A text of the rules in the language of ``env``, dates as it writes them."""
    shown = {
        name: format_date(env, value) if isinstance(value, date) else value
        for name, value in (values or {}).items()
    }
    return env._(text, **shown) if shown else env._(text)


def _field(rule: Rule, subject: Subject, term: str) -> str | None:
    if subject is Subject.LINE:
        return "invoice_line_ids"
    return OWN_FIELDS.get(rule.id) or FIELDS.get((subject, term))


def _record(move, rule: Rule, subject: Subject):
    if rule.id == "CPX-SUPPLIER-IDENTIFIER":
        return move.company_id
    if subject is Subject.CONNECTION:
        company = move.company_id
        connection = move.env["l10n_fr_chorus.connection"]._about_sending(company, move)
        return connection or company
    if subject is Subject.SUPPLIER:
        return move.company_id.partner_id
    if subject is Subject.RECIPIENT:
        return move.commercial_partner_id
    if subject is Subject.VALIDATOR:
        return move.l10n_fr_chorus_validator_id.commercial_partner_id
    return move


# -----------------------------------------------------------------------------
# SHOWN
# -----------------------------------------------------------------------------


def alerts(env, found: dict, *, single: bool, levels=None) -> dict:
    """What the `actionable_errors` widget shows.

    :param found: findings of each invoice
    :param single: one invoice is looked at, and has one alert per finding; of many, one
        alert per kind, with the list of its invoices
    :param levels: how errors and warnings look, danger and warning by default
    """
    looks = levels or {"error": "danger", "warning": "warning"}
    if single:
        return {
            f"l10n_fr_chorus_{finding.id}_{count}": _alert(env, finding, move, looks)
            for move, findings in found.items()
            for count, finding in enumerate(findings)
        }
    kinds: dict[str, list] = {}
    for move, findings in found.items():
        for finding in findings:
            kinds.setdefault(finding.id, []).append((move, finding))
    return {
        f"l10n_fr_chorus_{key}": _group_alert(env, pairs, looks)
        for key, pairs in kinds.items()
    }


def _alert(env, finding: Finding, move, looks: dict) -> dict:
    alert = {"level": looks[finding.level], "message": finding.sentence}
    # The invoice itself is what the user looks at already; a salesperson may not open
    # the connection.
    if finding.record != move and finding.record.has_access("read"):
        alert["action_text"] = env._("Open %s", finding.record.display_name)
        alert["action"] = finding.record._get_records_action()
    return alert


def _group_alert(env, pairs: list, looks: dict) -> dict:
    finding = pairs[0][1]
    sentences = {one.sentence for _move, one in pairs}
    moves = _union(move for move, _finding in pairs)
    records = _union(one.record for _move, one in pairs)
    if records is None or not records.has_access("read"):
        records = moves
    what = finding.sentence if len(sentences) == 1 else f"{finding.title}."
    return {
        "level": looks[finding.level],
        "message": env._(
            "%(what)s Invoices: %(invoices)s", what=what, invoices=_names(env, moves)
        ),
        "action_text": env._("View"),
        "action": records._get_records_action(),
    }


def _union(records: Iterable):
    """One recordset, or None when they are of several models."""
    union = None
    for record in records:
        if union is not None and union._name != record._name:
            return None
        union = record if union is None else union | record
    return union


def _names(env, moves) -> str:
    shown = ", ".join(move.display_name for move in moves[:MOST_NAMES])
    rest = len(moves) - MOST_NAMES
    if rest == 1:
        return env._("%(names)s and one more.", names=shown)
    if rest > 0:
        return env._("%(names)s and %(count)s more.", names=shown, count=rest)
    return f"{shown}."
