"""Once the bills are there: their files, what to know of them, the inbox up to date."""

from odoo import models
from odoo.tools import format_date

from .l10n_fr_chorus_inbound_references import reference_vals

AMOUNTS = ("amount", "untaxed")


class L10n_Fr_ChorusInbound(models.Model):
    _inherit = "l10n_fr_chorus.inbound"

    def _finish(self, drafts):
        """Link, tell, attach; a few queries for all of them."""
        documents = self.browse([draft.document.id for draft in drafts])
        documents._imported(drafts)
        moves = self.env["account.move"].browse([draft.move.id for draft in drafts])
        documents._attach_files()
        documents._record_differences(drafts)
        moves._message_log_batch(
            bodies={
                draft.move.id: " ".join(draft.document._bill_notes(draft))
                for draft in drafts
            }
        )
        moves._l10n_fr_chorus_alert_bank()
        for draft in drafts:
            draft.document._after_bill(draft)
        documents._link_waiting_refunds(moves)
        clear = [draft for draft in drafts if not draft.is_for_person]
        self.browse([draft.document.id for draft in clear])._post_allowed(
            moves.browse([draft.move.id for draft in clear])
        )

    def _imported(self, drafts):
        self.write(
            {
                "state": "imported",
                "reason": False,
                "existing_move_id": False,
                "tries": 0,
                "next_try_at": False,
                "history_due": True,
            }
        )
        # Read together: those of the drafts were read one by one.
        for document, draft in zip(self, drafts, strict=True):
            document.write(
                {
                    "move_id": draft.move.id,
                    # The list of the portal may have been without it.
                    "number": draft.pivot.number,
                    "source": draft.plan.source,
                    "was_there": False,
                    **reference_vals(draft.pivot),
                }
            )

    def _after_bill(self, draft):
        """Other records this bill belongs to."""
        pivot, move = draft.pivot, draft.move
        self._link_original_invoice(move, draft.told("original_number"))
        if pivot.engagement or pivot.contract:
            self._match_orders(move, pivot)

    # -------------------------------------------------------------------------
    # DIFFERENCES
    # -------------------------------------------------------------------------

    def _record_differences(self, drafts):
        """Where the file and the portal disagree; the bill follows the portal."""
        rows, differing = [], self.env["account.move"]
        for draft in drafts:
            found = draft.document._differences(draft)
            differing |= draft.move if found else differing
            rows += [
                {
                    "move_id": draft.move.id,
                    "kind": kind,
                    "ours": ours,
                    "theirs": theirs,
                    "is_of_file": True,
                }
                for kind, (ours, theirs) in found.items()
            ]
        if rows:
            self.env["l10n_fr_chorus.difference"].create(rows)
            differing._l10n_fr_chorus_flag_differences()

    def _differences(self, draft):
        """:return: ``{kind: (in the file, on the portal)}``, both as texts"""
        file, pivot = draft.file, draft.pivot
        if not file:
            return {}
        portal = {
            "number": pivot.number,
            "date": pivot.issue_date,
            "currency": pivot.currency,
            "amount": pivot.amounts.taxed,
            "untaxed": pivot.amounts.untaxed,
            "service": pivot.recipient.service_code,
            "contract": pivot.contract,
            "engagement": pivot.engagement,
        }
        found = {}
        for kind, theirs in portal.items():
            ours = file.header.get(kind)
            # What one of them leaves out is no contradiction.
            if ours in (None, "") or theirs in (None, ""):
                continue
            if kind in AMOUNTS:
                ours, theirs = abs(ours), abs(theirs)
            if ours != theirs:
                found[kind] = (
                    self._difference_text(ours, draft),
                    self._difference_text(theirs, draft),
                )
        return found

    def _difference_text(self, value, draft):
        if isinstance(value, str):
            return value
        if hasattr(value, "year"):
            return format_date(self.env, value)
        return draft.currency.format(float(value))

    # -------------------------------------------------------------------------
    # NOTES
    # -------------------------------------------------------------------------

    def _bill_notes(self, draft):
        """Sentences for the bill: where it comes from, what a person must know."""
        sources = dict(self._fields["source"]._description_selection(self.env))
        notes = [
            self.env._(
                "Received from Chorus Pro. Lines: %s.", sources[draft.plan.source]
            )
        ]
        notes += self._source_notes(draft)
        notes += self._money_notes(draft)
        if draft.supplier and not draft.supplier.active:
            notes.append(
                self.env._(
                    "The supplier %s is archived in Odoo.", draft.supplier.display_name
                )
            )
        return notes + self._file_notes()

    def _file_notes(self):
        held, notes = self.file_ids._held(), []
        for file in self.file_ids.filtered("problem"):
            told = {"name": file.name, "reason": file.problem}
            if file in held:
                sentence = self.env._(
                    "The file %(name)s is not on the bill. %(reason)s", **told
                )
            elif file.attachment_id:
                sentence = self.env._("About the file %(name)s: %(reason)s", **told)
            else:
                sentence = self.env._(
                    "The file %(name)s could not be read: %(reason)s.", **told
                )
            notes.append(sentence)
        return notes

    def _source_notes(self, draft):
        notes = []
        if draft.plan.source == "files":
            notes.append(
                self.env._(
                    "Nothing tells the VAT of this invoice: only its totals were "
                    "entered. Complete the lines and the taxes from the original."
                )
            )
        elif not draft.plan.is_detailed:
            notes.append(
                self.env._(
                    "The lines of the document do not add up to its totals, or are not "
                    "there: one line was made per VAT rate."
                )
            )
        if draft.unreadable:
            notes.append(
                self.env._(
                    "The structured invoice in %s cannot be read.",
                    ", ".join(draft.unreadable),
                )
            )
        return notes

    def _money_notes(self, draft):
        notes = []
        total, payable = draft.plan.total, draft.pivot.amounts.payable
        money = draft.currency.format
        if draft.is_paid:
            notes.append(self.env._("The supplier says it is paid already (A2)."))
        elif payable is not None and abs(payable) != total:
            notes.append(
                self.env._(
                    "The document asks for %(payable)s out of %(total)s: the rest is "
                    "already paid, or held back.",
                    payable=money(float(abs(payable))),
                    total=money(float(total)),
                )
            )
        if draft.is_rate_missing:
            notes.append(
                self.env._(
                    "No exchange rate of %s is known: enter one before you confirm.",
                    draft.currency.name,
                )
            )
        if draft.is_owed_by_buyer:
            notes.append(self._reverse_charge_note(draft))
        if draft.is_vat_adjusted:
            notes.append(
                self.env._(
                    "The VAT was set to the supplier's own amounts, cents included."
                )
            )
        if any(line.is_rounding for line in draft.plan.lines):
            notes.append(
                self.env._("A line was added for the supplier's rounding difference.")
            )
        return notes

    def _reverse_charge_note(self, draft):
        if draft.reverse_tax:
            return self.env._(
                "The VAT is owed by the buyer (reverse charge): the tax %s was taken.",
                draft.reverse_tax.name,
            )
        return self.env._(
            "The VAT is owed by the buyer (reverse charge): choose the tax that "
            "declares it."
        )
