"""From a kept original to a draft vendor bill, or to quarantine with the reason."""

import logging

from psycopg2 import OperationalError

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools.translate import LazyTranslate

from ..lib.chorus_pro import unpacking
from ..lib.chorus_pro.errors import Flaw, UnreadableDocument
from .inbound_line_names import line_names
from .inbound_plan import UnplannableError, make_plan
from .sentences import advise, flaw_words

_logger = logging.getLogger(__name__)
_lt = LazyTranslate(__name__)

# What to do when the figures make no bill; filled with the values of ``UnplannableError``.
PLAN_ADVICE = {
    "no_total": _lt(
        "The document states no total with tax. Enter the bill by hand from the original."
    ),
    "no_vat": _lt(
        "The document gives no VAT detail: %(untaxed)s without tax, %(total)s with tax, "
        "which is no rate of your purchase taxes. Create the tax if it is missing, then "
        "press Retry; or enter the bill by hand from the original."
    ),
    "no_rate": _lt(
        "The document states %(vat)s of VAT without its rate. Enter the bill by hand "
        "from the original, or reject it on Chorus Pro."
    ),
    "too_large": _lt(
        "The document states an amount that no bill can hold. Reject it on Chorus Pro."
    ),
    "vat": _lt(
        "%(vat)s of VAT at %(rate)s %% does not fit a base of %(base)s. If the supplier "
        "is wrong, reject the invoice on Chorus Pro; otherwise enter it by hand."
    ),
    "totals": _lt(
        "The amounts do not add up: %(bases)s without tax and %(vat)s of VAT do not make "
        "%(total)s. If the supplier is wrong, reject the invoice on Chorus Pro; "
        "otherwise enter it by hand."
    ),
}


class L10n_Fr_ChorusInbound(models.Model):
    _inherit = "l10n_fr_chorus.inbound"

    def _decode(self, _client=None):
        """Make the bill, or put the document aside with a reason a person understands."""
        document = self.try_lock_for_update().filtered_domain(
            [("state", "=", "fetched")]
        )
        if not document:
            return
        try:
            with self.env.cr.savepoint():
                document._make_bill()
        except OperationalError:
            # Two transactions met: the next run tries again, nothing is wrong with it.
            raise
        except UnreadableDocument as error:
            document._quarantine(
                self.env._(
                    "%s Ask the supplier to send it again, or enter the bill by hand "
                    "from the Chorus Pro portal.",
                    advise(self.env, error),
                )
            )
        except UnplannableError as error:
            sentence = self.env._(PLAN_ADVICE[error.kind])
            document._quarantine(sentence % _readable(error.values))
        except _AlreadyThereError as error:
            document._quarantine(error.args[0], existing=error.move)
        except UserError as error:
            # Ours, or a rule of this database (locked period, missing account…).
            document._quarantine(str(error))
        except Exception:
            _logger.exception("Chorus Pro inbox document %s: no bill", document.id)
            document._quarantine(
                self.env._(
                    "Unexpected error, see the server log (document %s).", document.id
                )
            )

    def _make_bill(self):
        """Read, decide, write, check: anything wrong is raised and undone by the caller."""
        self.ensure_one()
        pivot = self._read_original()
        currency = self._bill_currency(pivot)
        journal = self._bill_journal()
        plan = make_plan(
            pivot,
            digits=currency.decimal_places,
            quantity_digits=self.env["decimal.precision"].precision_get("Product Unit"),
            known_rates=self._purchase_rates(),
        )
        taxes = self._bill_taxes(plan)
        supplier = self._bill_supplier(pivot)
        self._check_not_there(supplier, pivot, plan)
        names = line_names(pivot) if plan.is_detailed else []
        move = self.env["account.move"].create(
            {
                **self._bill_vals(pivot, plan),
                "partner_id": supplier.id,
                "currency_id": currency.id,
                "journal_id": journal.id,
                "invoice_line_ids": [
                    fields.Command.create(
                        self._line_vals(number, line, plan, taxes, names)
                    )
                    for number, line in enumerate(plan.lines, start=1)
                ],
            }
        )
        self._fit_taxes(move, plan, taxes)
        self._check_total(move, plan)
        self._attach_files(move, pivot)
        self._done(move, pivot, plan)
        return move

    # -------------------------------------------------------------------------
    # READ
    # -------------------------------------------------------------------------

    def _read_original(self):
        """:return: ``PivotInvoice``
        :raise UnreadableDocument: broken, or another invoice than the one asked for
        """
        found = unpacking.read_pivot(self.pivot_attachment_id.raw or b"")
        for pivot in found:
            if str(pivot.portal_id) == self.portal_id:
                return pivot
        # The portal's id is not proven to be always there; the number is.
        if (
            len(found) == 1
            and not found[0].portal_id
            and found[0].number == self.number
        ):
            return found[0]
        raise UnreadableDocument(Flaw.NOT_IN_PIVOT)

    def _bill_currency(self, pivot):
        code = pivot.currency or self.currency_code or "EUR"
        currency = (
            self.env["res.currency"]
            .with_context(active_test=False)
            .search([("name", "=", code)], limit=1)
        )
        if not currency:
            raise UserError(
                self.env._(
                    "The invoice is in “%s”, which Odoo does not know. Enter the bill by "
                    "hand from the original, or reject it on Chorus Pro.",
                    code,
                )
            )
        if not currency.active:
            raise UserError(
                self.env._(
                    "The invoice is in %s. Activate this currency and its rate "
                    "(Configuration › Currencies), then press Retry.",
                    code,
                )
            )
        return currency

    def _bill_journal(self):
        journal = (
            self.structure_id._purchase_journal()
            if self.structure_id
            else self.connection_id._purchase_journal()
        )
        if not journal:
            raise UserError(
                self.env._(
                    "%s has no purchase journal. Create one, then press Retry.",
                    self.company_id.name,
                )
            )
        if not journal.default_account_id:
            raise UserError(
                self.env._(
                    "The journal “%s” has no default expense account. Set one, then press "
                    "Retry.",
                    journal.name,
                )
            )
        return journal

    def _check_total(self, move, plan):
        if move.currency_id.compare_amounts(move.amount_total, float(plan.total)):
            raise UserError(
                self.env._(
                    "Odoo comes to a total of %(ours)s instead of %(theirs)s. Enter the "
                    "bill by hand from the original.",
                    ours=move.currency_id.format(move.amount_total),
                    theirs=move.currency_id.format(float(plan.total)),
                )
            )

    # -------------------------------------------------------------------------
    # VALUES
    # -------------------------------------------------------------------------

    def _bill_supplier(self, pivot):
        supplier = pivot.supplier
        partner = self.env["res.partner"]._l10n_fr_chorus_supplier(
            self.company_id,
            identifier=supplier.identifier or self.supplier_siret or "",
            id_type=str(supplier.identifier_type or self.supplier_id_type or ""),
            name=supplier.name or self.supplier_name or "",
            country_code=supplier.country,
        )
        if not partner:
            raise UserError(
                self.env._(
                    "The document does not identify its supplier (%s): neither SIRET, "
                    "nor VAT number, nor another identifier. Enter the bill by hand from "
                    "the original, or reject it on Chorus Pro.",
                    supplier.name or self.supplier_name or "–",
                )
            )
        return partner

    def _check_not_there(self, supplier, pivot, plan):
        """The portal's own rule: one invoice per supplier, number and year."""
        moves = self.env["account.move"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("commercial_partner_id", "=", supplier.commercial_partner_id.id),
                ("move_type", "=", "in_refund" if plan.is_refund else "in_invoice"),
                ("ref", "=ilike", _literal(pivot.number)),
                ("state", "!=", "cancel"),
            ]
        )
        year = pivot.issue_date and pivot.issue_date.year
        twins = moves.filtered(
            lambda move: (
                not (year and move.invoice_date) or move.invoice_date.year == year
            )
        )
        if twins:
            raise _AlreadyThereError(
                self.env._(
                    "This invoice is already there: %(bill)s of %(supplier)s. If it is "
                    "the same one, press “Link this bill”; otherwise correct the "
                    "reference of that bill, then press Retry.",
                    bill=twins[0].display_name,
                    supplier=supplier.display_name,
                ),
                twins[0],
            )

    def _bill_vals(self, pivot, plan):
        return {
            "move_type": "in_refund" if plan.is_refund else "in_invoice",
            "company_id": self.company_id.id,
            "ref": pivot.number,
            "invoice_date": pivot.issue_date or self.invoice_date,
            "buyer_reference": pivot.recipient.service_code or False,
            "contract_reference": pivot.contract or False,
            "purchase_order_reference": pivot.engagement or False,
            **self._move_status_vals(),
        }

    def _move_status_vals(self):
        """What the bill knows of the portal; its history follows."""
        return {
            "l10n_fr_chorus_portal_id": self.portal_id,
            "l10n_fr_chorus_status": self.portal_status,
            "l10n_fr_chorus_status_at": self.status_at,
            "l10n_fr_chorus_status_comment": self.status_comment,
        }

    def _line_vals(self, number, line, plan, taxes, names):
        tax = self.env["account.tax"] if line.rate is None else taxes[line.rate]
        return {
            "name": self._described(line.name, names[number - 1 : number])
            or self._line_name(number, line, plan),
            "quantity": float(line.quantity),
            "price_unit": float(line.unit_price),
            "tax_ids": [fields.Command.set(tax.ids)],
            "sequence": number,
        }

    def _described(self, reference, names):
        """Reference and description of a line, what there is of them."""
        name = "".join(names)
        if reference and name and reference != name:
            return f"[{reference}] {name}"
        return reference or name

    def _line_name(self, number, line, plan):
        """Words for a line the document does not name."""
        if line.rate is None:
            return self.env._("Rounding difference of the supplier")
        if plan.is_detailed:
            return self.env._("Line %d", number)
        return self.env._(
            "%(number)s — VAT %(rate)s %%", number=self.number, rate=f"{line.rate:f}"
        )

    # -------------------------------------------------------------------------
    # END
    # -------------------------------------------------------------------------

    def _done(self, move, pivot, plan):
        self.write(
            {
                "state": "done",
                "move_id": move.id,
                # The list of the portal may have been without it.
                "number": pivot.number,
                "reason": False,
                "existing_move_id": False,
                "tries": 0,
                "next_try_at": False,
                "history_due": True,
            }
        )
        self._link_original_invoice(move, pivot)
        notes = [self.env._("Received from Chorus Pro.")]
        if not plan.is_detailed:
            notes.append(
                self.env._(
                    "The lines of the document do not add up to its totals, or are not "
                    "there: one line was made per VAT rate."
                )
            )
        if not move.partner_id.active:
            notes.append(
                self.env._(
                    "The supplier %s is archived in Odoo.", move.partner_id.display_name
                )
            )
        payable = pivot.amounts.payable
        if payable is not None and abs(payable) != plan.total:
            notes.append(
                self.env._(
                    "The document asks for %(payable)s out of %(total)s: the rest is "
                    "already paid, or held back.",
                    payable=move.currency_id.format(float(abs(payable))),
                    total=move.currency_id.format(float(plan.total)),
                )
            )
        notes += [
            self.env._(
                "The file %(name)s could not be read: %(reason)s.",
                name=file.name,
                reason=flaw_words(self.env, file.flaw, file.detail),
            )
            for file in pivot.broken_attachments
        ]
        move._message_log(body=" ".join(notes))

    def _link_original_invoice(self, move, pivot):
        """A credit note points at the bill it corrects, when that one is known."""
        if move.move_type != "in_refund" or not pivot.original_number:
            return
        move.reversed_entry_id = self.env["account.move"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("commercial_partner_id", "=", move.commercial_partner_id.id),
                ("move_type", "=", "in_invoice"),
                ("ref", "=ilike", _literal(pivot.original_number)),
                ("state", "!=", "cancel"),
            ],
            limit=1,
        )


class _AlreadyThereError(Exception):
    def __init__(self, sentence, move):
        super().__init__(sentence)
        self.move = move


def _literal(text):
    r"""A text as a pattern that matches itself only, in any case.

    >>> _literal("50%_A")
    '50\\%\\_A'
    """
    for character in ("\\", "%", "_"):
        text = text.replace(character, "\\" + character)
    return text


def _readable(values):
    return {key: f"{value:f}" for key, value in values.items()}
