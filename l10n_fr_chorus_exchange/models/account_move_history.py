from odoo import fields, models

from ..lib.chorus_pro.statuses import InvoiceStatus
from ..lib.chorus_pro.transitions import is_whole_story
from ..tools.dates import paris_minute, to_utc
from .account_move import READERS
from .account_move_clock import CLOCK_LATER


class AccountMove(models.Model):
    """What the portal says of an invoice or a bill, written down as it is learned."""

    _inherit = "account.move"

    l10n_fr_chorus_event_ids = fields.One2many(
        "l10n_fr_chorus.event",
        "move_id",
        string="Chorus Pro history",
        domain=[("kind", "=", "status")],
        copy=False,
        groups=READERS,
    )
    l10n_fr_chorus_action_ids = fields.One2many(
        "l10n_fr_chorus.event",
        "move_id",
        string="Actions of users on Chorus Pro",
        domain=[("kind", "=", "action")],
        copy=False,
        groups=READERS,
    )
    l10n_fr_chorus_history_due = fields.Boolean(
        string="Chorus Pro history to be read again", readonly=True, copy=False
    )
    l10n_fr_chorus_asked_at = fields.Datetime(
        string="History asked for on", readonly=True, copy=False
    )

    def _l10n_fr_chorus_record_row(self, row, *, is_late=False):
        """What the row of a search says now: status, line of the history, differences.

        :param row: ``SentInvoice`` of the library
        :param bool is_late: much may have happened since the last look
        """
        self.ensure_one()
        before = InvoiceStatus.parse(self.l10n_fr_chorus_status or "")
        move = self.with_context(**{CLOCK_LATER: True})
        move._l10n_fr_chorus_keep_step(row)
        move._l10n_fr_chorus_note(row.status, row.status_at, row.status_comment)
        self._l10n_fr_chorus_refresh_clock()
        second = row.second_validator
        if second and second != self.sudo().l10n_fr_chorus_second_validator:
            self.sudo().l10n_fr_chorus_second_validator = second
        whole = bool(row.status_at) and is_whole_story(
            before, row.status, row.status_comment
        )
        if (is_late or not whole) and not self.l10n_fr_chorus_history_due:
            self.l10n_fr_chorus_history_due = True
        self._l10n_fr_chorus_compare(row)

    def _l10n_fr_chorus_keep_step(self, row):
        """The status of a row as a line of the history, unless it is there already."""
        if not row.status_at or not row.status:
            return
        code = str(row.status)
        # To the minute as the histories, so that their order decides.
        at = to_utc(row.status_at).replace(second=0)
        events = self.sudo().l10n_fr_chorus_event_ids
        if any(event._is_same_step(code, at) for event in events):
            return
        self.env["l10n_fr_chorus.event"].create(
            {
                "move_id": self.id,
                "company_id": self.company_id.id,
                "origin": "search",
                "portal_event_id": f"{code} {paris_minute(at)}",
                "position": max(events.mapped("position"), default=-1) + 1,
                "code": code,
                "at": at,
                "comment": row.status_comment,
            }
        )

    def _l10n_fr_chorus_history_asked(self, history, questions):
        """Write down an answer about one invoice, or that there was none.

        :param history: ``History`` of the library; None when it could not be read
        :param questions: what people asked about it before
        """
        self.ensure_one()
        self.l10n_fr_chorus_asked_at = fields.Datetime.now()
        questions.unlink()
        if history is None:
            if questions:
                # Still wanted, behind the others.
                self.l10n_fr_chorus_history_due = True
            return
        if self.l10n_fr_chorus_history_due:
            self.l10n_fr_chorus_history_due = False
        self._l10n_fr_chorus_record_history(history)

    def _l10n_fr_chorus_record_history(self, history):
        """Keep the portal's history of this invoice: new lines, current status, one note.

        :param history: ``History`` of the library, oldest event first
        """
        self.ensure_one()
        self._l10n_fr_chorus_record_histories([history])

    def _l10n_fr_chorus_record_histories(self, histories):
        """The same for several invoices, whose new lines are created together.

        :param histories: one ``History`` of the library for each of these invoices
        """
        moves = self.with_context(**{CLOCK_LATER: True})
        told = list(zip(moves, histories, strict=True))
        fresh = {}
        for move, history in told:
            for vals in (
                *move._l10n_fr_chorus_fresh_steps(history.entries),
                *move._l10n_fr_chorus_fresh_actions(history.actions),
            ):
                # One bill of two documents comes twice.
                fresh[move.id, vals["portal_event_id"]] = vals
        moves.env["l10n_fr_chorus.event"].create(list(fresh.values()))
        for move, history in told:
            current = next(
                (
                    one
                    for one in reversed(history.entries)
                    if one.code == history.status
                ),
                history.last,
            )
            move._l10n_fr_chorus_note(
                history.status, current and current.at, current and current.comment
            )
        self._l10n_fr_chorus_refresh_clock()

    def _l10n_fr_chorus_fresh_steps(self, entries):
        """Values of the lines that are new; those that a search brought are completed."""
        events = self.sudo().l10n_fr_chorus_event_ids
        known = set(events.mapped("portal_event_id"))
        seen = events.filtered(lambda event: event.origin == "search")
        fresh = {}
        for position, entry in enumerate(entries):
            key = _event_key(entry)
            if key in known:
                continue
            vals = {
                "move_id": self.id,
                "company_id": self.company_id.id,
                "origin": "history",
                "portal_event_id": key,
                "position": position,
                "code": str(entry.code),
                "at": to_utc(entry.at),
                "comment": entry.comment,
                "author": entry.author,
            }
            twin = _seen_before(seen, vals)
            if twin:
                seen -= twin
                twin._complete(vals)
            else:
                fresh[key] = vals
        return list(fresh.values())

    def _l10n_fr_chorus_fresh_actions(self, actions):
        """Values of what users did on the portal that is not known yet."""
        known = set(self.sudo().l10n_fr_chorus_action_ids.mapped("portal_event_id"))
        fresh = {}
        for position, action in enumerate(actions):
            key = f"action {_event_key(action)}"
            if key not in known:
                fresh[key] = {
                    "move_id": self.id,
                    "company_id": self.company_id.id,
                    "kind": "action",
                    "portal_event_id": key,
                    "position": position,
                    "code": str(action.code) or "?",
                    "at": to_utc(action.at),
                    "author": action.author,
                }
        return list(fresh.values())

    def _l10n_fr_chorus_note(self, code, at, comment):
        """Write the status down, with one line in the chatter when it changed.

        :param at: aware datetime, or None when the portal gives none
        """
        before = self.l10n_fr_chorus_status
        vals = {
            "l10n_fr_chorus_status": str(code),
            "l10n_fr_chorus_status_at": to_utc(at),
            "l10n_fr_chorus_status_comment": comment or False,
        }
        if before == str(code) and self._l10n_fr_chorus_is_same_minute(at):
            # Searches count in milliseconds, histories in minutes: the finer one stays.
            del vals["l10n_fr_chorus_status_at"]
        if any(self[name] != (value or False) for name, value in vals.items()):
            self.write(vals)
        if before != self.l10n_fr_chorus_status:
            self._message_log(
                body=self.env._("Chorus Pro: %s", self.l10n_fr_chorus_summary)
            )

    def _l10n_fr_chorus_is_same_minute(self, at):
        known = self.l10n_fr_chorus_status_at
        return bool(known and at) and paris_minute(known) == paris_minute(to_utc(at))


def _seen_before(seen, vals):
    """The line that a search brought for this one of the history, or none."""
    for event in seen:
        if vals["at"] is None and event.code == vals["code"]:
            return event
        if event._is_same_step(vals["code"], vals["at"]):
            return event
    return seen.browse()


def _event_key(entry):
    """The portal's id of a history line; what it says, where the portal gives no id."""
    if entry.portal_event_id:
        return str(entry.portal_event_id)
    return f"{entry.code} {entry.at or ''}".strip()
