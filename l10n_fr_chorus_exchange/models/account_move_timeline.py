from babel.dates import format_skeleton

from odoo import api, fields, models
from odoo.tools.misc import babel_locale_parse, format_datetime, get_lang

from .account_move import READERS
from .status_labels import status_label
from .status_sentences import status_severity
from .timeline import DETOURS, NAMES, Event, steps_of

# A deposit that the portal knows nothing of yet stands before the first stage.
HANDED_OVER = ("deposited", "integrated")


class AccountMove(models.Model):
    """The stages of an invoice or bill on the portal, for the line above the form."""

    _inherit = "account.move"

    l10n_fr_chorus_timeline = fields.Json(
        string="Stages on Chorus Pro",
        compute="_compute_l10n_fr_chorus_timeline",
        compute_sudo=True,
        groups=READERS,
        help="List of stages: key, label, state (done, current, coming), severity, "
        "date and details in the reader's language and time zone.",
    )

    @api.depends(
        "l10n_fr_chorus_event_ids.code",
        "l10n_fr_chorus_event_ids.at",
        "l10n_fr_chorus_event_ids.comment",
        "l10n_fr_chorus_status",
        "l10n_fr_chorus_status_at",
        "l10n_fr_chorus_status_comment",
        "l10n_fr_chorus_deposit_state",
        "l10n_fr_chorus_deposit_ids.sent_at",
    )
    @api.depends_context("lang", "tz")
    def _compute_l10n_fr_chorus_timeline(self):
        for move in self:
            move.l10n_fr_chorus_timeline = [
                move._l10n_fr_chorus_show_step(step)
                for step in steps_of(move._l10n_fr_chorus_life())
            ]

    def _l10n_fr_chorus_life(self):
        """What happened on the portal, oldest first, the current status last."""
        lines = self.l10n_fr_chorus_event_ids.filtered(
            lambda line: line.code and line.kind == "status"
        ).sorted(
            # A line without date stands before all dated ones, as on the portal; the
            # times are to the minute, the place settles the rest.
            lambda line: (bool(line.at), line.at or 0, line.position, line.id)
        )
        life = [Event(line.code, line.at, line.comment or "") for line in lines]
        code = self.l10n_fr_chorus_status
        if code and (not life or life[-1].code != code):
            # The search knows it, the history was not read yet.
            at = self.l10n_fr_chorus_status_at
            comment = self.l10n_fr_chorus_status_comment or ""
            life.append(Event(code, at, comment))
        if not life and self.l10n_fr_chorus_deposit_state in HANDED_OVER:
            last = self.l10n_fr_chorus_deposit_ids.sorted("id")[-1:]
            life.append(Event("DEPOSEE", last.sent_at))
        return life

    def _l10n_fr_chorus_show_step(self, step):
        first, last = step.events[:1], step.events[-1:]
        rank = step.rank
        name = DETOURS.get(step.key) if rank is None else NAMES[step.key]
        at = first[0].at if first else None
        return {
            "key": step.key,
            "label": self.env._(name) if name else status_label(self.env, step.key),
            "state": step.state,
            "severity": status_severity(last[0].code) if last else "info",
            "date": self._l10n_fr_chorus_short_day(at) if at else "",
            "details": [
                self._l10n_fr_chorus_show_event(event) for event in step.events
            ],
        }

    def _l10n_fr_chorus_show_event(self, event):
        zone = self.env.tz.zone
        moment = format_datetime(self.env, event.at, tz=zone, dt_format="short")
        parts = [moment, status_label(self.env, event.code), event.comment]
        return " · ".join(" ".join(part.split()) for part in parts if part)

    def _l10n_fr_chorus_short_day(self, at):
        """ "5 Mar", in the reader's language and time zone; the year if it is another."""
        local = fields.Datetime.context_timestamp(self, at)
        this_year = local.year == fields.Date.context_today(self).year
        locale = babel_locale_parse(get_lang(self.env).code)
        return format_skeleton("MMMd" if this_year else "yMMMd", local, locale=locale)
