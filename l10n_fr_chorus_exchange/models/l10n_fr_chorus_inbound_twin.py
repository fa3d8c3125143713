"""Bills that are already there."""

import re
from dataclasses import dataclass
from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL, format_date, formatLang

from ..lib.chorus_pro.identifiers import siren_of

# How long after its date an invoice may have come.
NEW_YEAR = timedelta(days=90)
# What people add to a number, or leave out, when they type it.
_IGNORED = re.compile(r"[^0-9A-Za-z]+")
# A bill's number as ``number_key`` writes it.
KEY = """
    COALESCE(NULLIF(UPPER(REGEXP_REPLACE(move.ref, '[^0-9A-Za-z]+', '', 'g')), ''), move.ref)
"""
BILLS_NUMBERED = """
    WITH supplier AS (
        SELECT id FROM res_partner
         WHERE commercial_partner_id = ANY(%(suppliers)s::int[])
         UNION
        SELECT partner.id
          FROM unnest(%(sirens)s::text[]) AS entity(siren)
          JOIN res_partner AS partner
            ON partner.l10n_fr_chorus_siret
               BETWEEN entity.siren || '00000' AND entity.siren || '99999'
    )
    SELECT move.id, %(key)s
      FROM account_move AS move
      JOIN supplier ON supplier.id = move.partner_id
     WHERE move.move_type IN ('in_invoice', 'in_refund')
       AND move.state != 'cancel'
       AND move.company_id = ANY(%(companies)s)
       AND %(key)s = ANY(%(keys)s)
     ORDER BY move.id
"""


class AlreadyThereError(Exception):
    """The invoice is in the books already, or may be.

    ``args[0]`` says it to a person. ``move`` is the bill; ``is_certain`` means that the
    document may be linked to it without asking. Without a bill, the document is the
    twin of another one of the same batch: to be treated after it, on its own.
    """

    def __init__(self, sentence, move=None, pivot=None, *, is_certain=False):
        super().__init__(sentence)
        self.move = move
        self.pivot = pivot
        self.is_certain = is_certain


@dataclass(frozen=True)
class _Wanted:
    """A document as far as it can be recognised among the bills."""

    key: str
    year: int | None
    is_refund: bool
    total: object
    supplier: models.Model
    pivot: object

    @classmethod
    def of(cls, supplier, pivot, plan):
        return cls(
            key=number_key(pivot.number),
            year=pivot.issue_date and pivot.issue_date.year,
            is_refund=plan.is_refund,
            total=plan.total,
            supplier=supplier.commercial_partner_id,
            pivot=pivot,
        )

    @property
    def move_type(self):
        return "in_refund" if self.is_refund else "in_invoice"


class L10n_Fr_ChorusInbound(models.Model):
    _inherit = "l10n_fr_chorus.inbound"

    was_there = fields.Boolean(
        "Entered before",
        readonly=True,
        help="The bill was in Odoo before the document was received; they were linked.",
    )

    def _twins(self, suppliers, pivots, plans):
        """Which of several documents are bills already; one query for all.

        The portal's own rule is one invoice per supplier, number and year.
        Linked without asking: same supplier, same number but for case, spaces and
        punctuation, same year, same currency and total to the cent, and no other
        document stands behind that bill. Anything less is for a person.

        :return: for each document ``AlreadyThereError`` or None, in the order of ``self``
        """
        wanted = list(map(_Wanted.of, suppliers, pivots, plans))
        moves = self._moves_numbered(wanted)
        seen, errors = set(), []
        for document, one in zip(self, wanted, strict=True):
            same = moves.get(one.key, self.env["account.move"])
            error = document._twin(one, same) if one.supplier else None
            key = (document.company_id, one.supplier, one.key, one.year, one.is_refund)
            is_linked = not error or error.is_certain
            if one.supplier and is_linked and key in seen:
                error = AlreadyThereError("its twin is in the same batch")
            seen.add(key)
            errors.append(error)
        return errors

    def _moves_numbered(self, wanted):
        """Bills of these numbers, of these suppliers or of the same legal entities.

        :return: ``{key of the number: account.move}``
        """
        if not wanted:
            return {}
        sirens = {siren_of(one.supplier.l10n_fr_chorus_siret or "") for one in wanted}
        self.env["account.move"].flush_model(
            ["ref", "partner_id", "company_id", "move_type", "state"]
        )
        self.env["res.partner"].flush_model(
            ["commercial_partner_id", "l10n_fr_chorus_siret"]
        )
        rows = self.env.execute_query(
            SQL(
                BILLS_NUMBERED,
                suppliers=[one.supplier.id for one in wanted if one.supplier],
                sirens=sorted(sirens - {""}),
                companies=self.company_id.ids,
                keys=sorted({one.key for one in wanted}),
                key=SQL(KEY),
            )
        )
        moves = self.env["account.move"].browse(move_id for move_id, _key in rows)
        keys = dict(rows)
        return dict(moves.grouped(lambda move: keys[move.id]))

    def _twin(self, wanted, moves):
        """``AlreadyThereError`` for the bill that is this document, or may be; or None."""
        moves = moves.filtered(
            lambda move: (
                move.company_id == self.company_id
                and move.move_type == wanted.move_type
                and (_is_of_year(wanted.year, move) or self._came_late(wanted, move))
            )
        )
        certain = moves.filtered(lambda move: self._is_certain(wanted, move))
        # Two of them: which one is not for us to say.
        if len(certain) == 1:
            sentence = self.env._("This invoice was entered before it was received.")
            return AlreadyThereError(sentence, certain, wanted.pivot, is_certain=True)
        own = moves.filtered(lambda move: move.commercial_partner_id == wanted.supplier)
        candidate = (certain or own or moves)[:1]
        if not candidate:
            return None
        return AlreadyThereError(self._may_be_there(wanted, candidate), candidate)

    def _is_certain(self, wanted, move):
        currency = wanted.pivot.currency or self.currency_code or "EUR"
        return bool(
            wanted.year
            and move.invoice_date
            and move.invoice_date.year == wanted.year
            and move.commercial_partner_id == wanted.supplier
            and move.currency_id.name == currency
            and _is_total(wanted, move)
            and not move.sudo().l10n_fr_chorus_inbound_ids
        )

    def _came_late(self, wanted, move):
        """Whether a person may have entered it with the day it came, after new year."""
        return (
            _is_total(wanted, move)
            and abs(move.invoice_date - wanted.pivot.issue_date) <= NEW_YEAR
            and not move.sudo().l10n_fr_chorus_inbound_ids
        )

    def _may_be_there(self, wanted, move):
        """Both sides, for a person to compare."""
        other = move.sudo().l10n_fr_chorus_inbound_ids[:1]
        parts = [
            self.env._(
                "This invoice may be already there: %(bill)s, number %(number)s of "
                "%(day)s, %(total)s, %(supplier)s.",
                bill=move.display_name,
                number=move.ref,
                day=format_date(self.env, move.invoice_date) or "–",
                total=move.currency_id.format(move.amount_total),
                supplier=move.commercial_partner_id.display_name,
            ),
            self.env._(
                "Chorus Pro says: number %(number)s of %(day)s, %(total)s, %(supplier)s.",
                number=wanted.pivot.number,
                day=format_date(self.env, wanted.pivot.issue_date) or "–",
                total=_money(self.env, wanted.total, wanted.pivot.currency),
                supplier=wanted.supplier.display_name,
            ),
        ]
        if other:
            parts.append(
                self.env._("That bill was made from document %s.", other.portal_id)
            )
        parts.append(
            self.env._(
                "If it is the same invoice, press “Link this bill”; otherwise correct "
                "the reference of that bill, then press Retry."
            )
        )
        return " ".join(parts)

    # -------------------------------------------------------------------------
    # LINK
    # -------------------------------------------------------------------------

    def _link_bill(self, move, sentence, pivot=None):
        """The bill that was already there is this document's: no second one.

        References the bill lacks are filled in; nothing else of it changes.

        :param str sentence: why, for the chatter of the bill
        """
        self.ensure_one()
        self.write(
            {
                "state": "imported",
                "move_id": move.id,
                "existing_move_id": False,
                "was_there": True,
                "reason": False,
                "tries": 0,
                "next_try_at": False,
                "history_due": True,
            }
        )
        move.write(
            {
                **self._move_status_vals(),
                **(self._missing_references(move, pivot) if pivot else {}),
            }
        )
        self._attach_files()
        move._message_log(body=sentence)
        move._l10n_fr_chorus_alert_bank()
        self._link_waiting_refunds(move)
        # It may have been confirmed or paid before it was linked.
        move._l10n_fr_chorus_catch_up()

    def _missing_references(self, move, pivot):
        """What the document says and the bill does not; which account it names."""
        references = {
            "buyer_reference": pivot.recipient.service_code,
            "purchase_order_reference": pivot.engagement,
            "contract_reference": pivot.contract,
        }
        vals = {
            name: value
            for name, value in references.items()
            if value and not move[name]
        }
        [bank] = self._bill_banks(
            [move.commercial_partner_id], [pivot], [move.move_type == "in_refund"]
        )
        # A person chose where the bill is paid.
        bank.pop("partner_bank_id", None)
        return {**vals, **bank}


def _is_of_year(year, move):
    """Whether the bill may be of this year: what has no date may be of any."""
    return not year or not move.invoice_date or move.invoice_date.year == year


def _is_total(wanted, move):
    return not move.currency_id.compare_amounts(move.amount_total, float(wanted.total))


def number_key(number):
    """An invoice number without what people change when they type it.

    >>> number_key("fa-2026/ 0042"), number_key("№")
    ('FA20260042', '№')
    """
    return _IGNORED.sub("", number).upper() or number


def _money(env, amount, code):
    """As the document writes it, in the reader's language: its currency may be unknown."""
    digits = max(0, -amount.as_tuple().exponent)
    return f"{formatLang(env, float(amount), digits=digits)} {code}".strip()
