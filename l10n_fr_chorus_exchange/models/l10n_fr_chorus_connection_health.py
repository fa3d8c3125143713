"""The health of a connection: what the last look found, and a look every night."""

import logging
from functools import partial

from odoo import api, fields, models

from ..lib.chorus_pro import errors
from ..tools.transactions import write_down
from .connection_check import check_connection
from .connection_items import ERROR, IDLE, LABELS, OK, WARNING, Item
from .sentences import explain
from .status_labels import attachment_label

_logger = logging.getLogger(__name__)

# Font Awesome name and colour of Bootstrap for each state of an item.
ICONS = {
    OK: ("fa-check-circle", "success"),
    WARNING: ("fa-exclamation-triangle", "warning"),
    ERROR: ("fa-times-circle", "danger"),
    IDLE: ("fa-circle-o", "muted"),
}
# Which item a refused access is about, by its cause.
ITEM_OF = {"piste": "token", "account": "account", "forbidden": "rights"}
# What every call that goes through proves.
PROVED = ("token", "account")
# Structures drawn on the card; the others are counted.
SHOWN = 20


class L10n_Fr_ChorusConnection(models.Model):
    _inherit = "l10n_fr_chorus.connection"

    # {"items": [{"key", "state", "cause", "cure"}], "rights": [...]}, as last found. An
    # item that a refused call wrote has what stood there as "before", or None.
    health = fields.Json("Last look", readonly=True, copy=False)
    health_card = fields.Html(
        "Health", compute="_compute_health_card", sanitize=False, readonly=True
    )
    health_label = fields.Char("Condition", compute="_compute_health_label")

    @api.depends("health", "state", "password_ends_on", "calls_per_day")
    @api.depends_context("lang", "tz")
    def _compute_health_card(self):
        for connection in self:
            connection.health_card = bool(connection.ids) and self.env[
                "ir.qweb"
            ]._render(
                "l10n_fr_chorus_exchange.connection_health",
                connection._health_values(),
            )

    @api.depends("health", "state", "pause_until", "environment", "base_url")
    @api.depends_context("lang")
    def _compute_health_label(self):
        for connection in self:
            connection.health_label = connection._condition()

    def _condition(self):
        """Never better than what the last calls met: the last look may be of last night."""
        items = (self.health or {}).get("items") or ()
        wrong = [one["key"] for one in items if one["state"] == ERROR]
        if self.is_away:
            return self.env._("Stopped: not the real database?")
        if wrong:
            labels = (_label(self.env, key) for key in wrong)
            return self.env._("To mend: %s", ", ".join(labels))
        if self.state == "error":
            return self.env._("To mend: see the last message")
        if self._is_paused():
            return self.env._("Waiting for Chorus Pro: see the last message")
        if not items:
            return self.env._("Not tested yet")
        return self.env._("All in order")

    def _health_values(self):
        """What the template draws; nothing secret is in it."""
        self.ensure_one()
        health = self.health or {}
        rights = health.get("rights") or []
        return {
            "connection": self,
            "items": [self._shown_item(one) for one in health.get("items") or ()],
            "rights": [self._shown_right(one) for one in rights[:SHOWN]],
            "rights_more": max(len(rights) - SHOWN, 0),
            "jobs": self._health_jobs(),
        }

    def _shown_item(self, item):
        icon, colour = ICONS.get(item["state"], ICONS[IDLE])
        return {
            **item,
            "label": _label(self.env, item["key"]),
            "icon": icon,
            "colour": colour,
        }

    def _shown_right(self, right):
        return {
            **right,
            "status_label": attachment_label(self.env, right["status"]),
            "services": [
                {**one, "status_label": attachment_label(self.env, one["status"])}
                for one in right["services"]
            ],
        }

    # -------------------------------------------------------------------------
    # LOOK
    # -------------------------------------------------------------------------

    def _record_check(self, result, state):
        res = super()._record_check(result, state)
        if result.asked:
            rights = result.rights
            if rights is None:
                # Not read this time: what was known is better than nothing.
                rights = (self.health or {}).get("rights")
            self.sudo().health = {
                "items": [one.as_json() for one in result.items],
                "rights": rights,
            }
        return res

    def _failed_vals(self, error):
        """Whoever refuses the access is on the card at once, not the next night."""
        vals = super()._failed_vals(error)
        if isinstance(error, errors.CredentialsError) and error.cause in ITEM_OF:
            item = Item(ITEM_OF[error.cause], ERROR, *explain(self.env, error))
            vals["health"] = self._health_with(item)
        return vals

    def _health_with(self, item):
        """The health with this item in place of the one that was found there."""
        health = self.health or {}
        items = {one["key"]: one for one in health.get("items") or ()}
        known = items.get(item.key)
        before = known.get("before", known) if known else None
        items[item.key] = {**item.as_json(), "before": before}
        return {
            **health,
            "items": [items[key] for key in LABELS if key in items],
        }

    def _worked_vals(self):
        """A call that went through takes back what a refused one wrote."""
        vals = super()._worked_vals()
        items = (self.health or {}).get("items") or ()
        found = [one.get("before", one) for one in items]
        found = [
            Item(one["key"], OK).as_json()
            if one["key"] in PROVED and one["state"] == ERROR
            else one
            for one in found
            if one
        ]
        if found != list(items):
            vals["health"] = {**self.health, "items": found}
        return vals

    @api.model
    def _cron_health(self):
        """Look at each connection in use, and warn before a password ends.

        One that was never tested is being set up: whoever does that looks himself.
        """
        connections = self.search([("state", "!=", "draft")])
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=len(connections))
        for connection in connections:
            connection = connection._speak()
            try:
                connection._look_after()
            except Exception:
                # One company's trouble is not that of the next one.
                self.env.cr.rollback()
                _logger.exception("Chorus Pro: health of %s", connection)
            progress(1)

    def _look_after(self):
        self.ensure_one()
        write_down(self.env, self._tell_away)
        if self._may_be_looked_at():
            self.env["ir.cron"]._commit_progress()
            # Nothing is held open in the database while the portal thinks.
            result = check_connection(self)
            write_down(self.env, partial(self._record_night, result))
        write_down(self.env, self._warn_of_end)

    def _may_be_looked_at(self):
        # Every call that is refused renews its pause: the night would never look.
        waits = self._is_paused() and self.state != "error"
        return not waits and self._may_look() and not self._missing_access()

    def _record_night(self, result):
        """Only what a person must mend makes an error of a connection overnight."""
        wrong = self.state if result.is_passing else "error"
        self._record_check(result, "ok" if result.ok else wrong)


def _label(env, key):
    known = LABELS.get(key)
    return env._(known) if known is not None else key
