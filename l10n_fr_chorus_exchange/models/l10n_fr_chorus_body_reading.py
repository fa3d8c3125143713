"""Demands of the services of a body with many of them: each is a call, and a person who
looks it up waits for a few only. The others are read in the background."""

from datetime import timedelta
from functools import partial

from odoo import api, fields, models
from odoo.fields import Domain

from ..lib.chorus_pro import errors
from ..lib.chorus_pro.services import structures
from ..tools.transactions import commit, write_down

# Read this lately: not again for somebody who looks the body up.
FRESH = timedelta(hours=20)
# Of one body, at each look-up; the longest unread first.
MOST_READ = 60
# Services without an answer, before those of the next body have their turn.
MOST_MISSED = 2
# Bodies in a row without an answer, before all wait for another run.
MOST_IN_VAIN = 2
# Until that run, when the connection itself goes on; twice as long each time in vain.
SOON = timedelta(hours=1)
# It runs by itself that often.
EVERY = timedelta(days=1)


class NotNow(Exception):  # noqa: N818  (reads as what it is)
    """The others wait for another run."""


class NoTime(Exception):  # noqa: N818  (reads as what it is)
    """This run is over; the next one follows at once."""


class L10n_Fr_ChorusBody(models.Model):
    _inherit = "l10n_fr_chorus.body"

    is_reading = fields.Boolean("Services still to read", readonly=True, copy=False)
    # Runs in a row that left some of its services without an answer.
    reading_misses = fields.Integer("Runs without an answer", readonly=True, copy=False)
    reading_note = fields.Char("Being read", compute="_compute_reading_note")

    _is_reading_idx = models.Index("(id) WHERE is_reading")

    @api.depends("is_reading", "service_ids.checked_at", "service_ids.active")
    @api.depends_context("lang")
    def _compute_reading_note(self):
        for body in self:
            left = len(body._services_to_read()) if body.is_reading else 0
            body.reading_note = bool(left) and self.env._(
                "What %d of its services demand is still being read.", left
            )

    def _services_to_read(self):
        """Those whose demands nobody read lately, the longest unread first."""
        self.ensure_one()
        if self.requires_engagement or not self.portal_id:
            # All of them want what the body wants: nothing to ask.
            return self.env["l10n_fr_chorus.body.service"]
        since = fields.Datetime.now() - FRESH
        unread = self.service_ids.filtered(
            lambda one: (
                one.active
                and one.portal_id
                and not one.is_reserved
                and (not one.checked_at or one.checked_at < since)
            )
        )
        long_ago = fields.Datetime.to_datetime("2000-01-01")
        ordered = unread.sorted(lambda one: (one.checked_at or long_ago, one.id))
        # Those that gave no answer the last time must not keep the others waiting.
        turn = self.reading_misses * (MOST_MISSED + 1) % (len(ordered) or 1)
        return (ordered[turn:] | ordered[:turn])[:MOST_READ]

    def _read_on_later(self):
        """Have the cron read what a look-up left out."""
        self.ensure_one()
        if self._services_to_read():
            self.sudo().write({"is_reading": True, "reading_misses": 0})
            cron = self.env.ref("l10n_fr_chorus_exchange.ir_cron_directory_services")
            cron.sudo()._trigger()

    # -------------------------------------------------------------------------
    # CRON
    # -------------------------------------------------------------------------

    @api.model
    def _cron_read_services(self):
        """Go on with the bodies that were looked up, service by service."""
        # One that does not answer must not keep the others waiting.
        bodies = self.search(
            Domain("is_reading", "=", True), order="reading_misses, id"
        )
        connection = self.env["l10n_fr_chorus.directory.import"]._question_connection()
        if not bodies or not connection:
            return
        with connection._exclusive("services") as mine:
            if not mine:
                # Another worker reads them.
                return
            self.env["ir.cron"]._commit_progress(remaining=len(bodies))
            try:
                bodies._read_all(connection, connection._client())
            except NoTime:
                return
            except NotNow:
                bodies._wait(connection)
            except errors.ChorusError as error:
                write_down(self.env, partial(connection._failed, error))
                bodies._wait(connection)

    def _read_all(self, connection, client):
        in_vain = 0
        for body in self:
            in_vain = 0 if body._read_on(connection, client) else in_vain + 1
            if in_vain == MOST_IN_VAIN:
                raise NotNow
            if not self.env["ir.cron"]._commit_progress(1):
                raise NoTime
        if in_vain:
            raise NotNow

    def _wait(self, connection):
        """This is not the moment: nothing is left for this run, another comes by itself.

        A run that says that something is left is repeated at once.
        """
        self.env["ir.cron"]._commit_progress(remaining=0)
        misses = self.filtered("is_reading").mapped("reading_misses")
        pause = SOON * 2 ** max(min(misses, default=0) - 1, 0)
        if pause < EVERY and connection._may_look():
            cron = self.env.ref("l10n_fr_chorus_exchange.ir_cron_directory_services")
            again = fields.Datetime.now() + pause
            cron.sudo()._trigger(max(connection.pause_until or again, again))

    def _read_on(self, connection, client):
        """:return: False when the portal leaves too many questions without an answer"""
        missed = 0
        for service in self._services_to_read():
            if connection._is_paused() or not connection._may_look():
                raise NotNow
            if not connection._is_of_directory():
                # Its numbers mean something else there.
                raise NotNow
            # Nothing is held open in the database while the portal thinks.
            commit(self.env)
            try:
                known = self._ask_about(connection, client, service)
            except errors.NOTHING_DONE:
                # The connection's trouble, not this service's.
                raise
            except errors.RefusedError:
                # This one cannot be read; the call log says why.
                continue
            except errors.ChorusError:
                missed += 1
                if missed > MOST_MISSED:
                    break
                continue
            write_down(self.env, partial(service._was_read, known.requires_engagement))
            if not self.env["ir.cron"]._commit_progress():
                raise NoTime
        write_down(self.env, partial(self._was_asked, missed))
        return missed <= MOST_MISSED

    def _ask_about(self, connection, client, service):
        structure_id, service_id = int(self.portal_id), int(service.portal_id)
        with connection._calls_about(self):
            return structures.read_service(client, structure_id, service_id)

    def _was_asked(self, missed):
        """:param missed: how many gave no answer: they are asked about again"""
        self.is_reading = bool(missed)
        self.reading_misses = self.reading_misses + 1 if missed else 0
        self._partners()._l10n_fr_chorus_follow(self)


class L10n_Fr_ChorusBodyService(models.Model):
    _inherit = "l10n_fr_chorus.body.service"

    def _was_read(self, requires_engagement):
        changes = {}
        self._take_values(
            {
                "requires_engagement": requires_engagement,
                "checked_at": fields.Datetime.now(),
            },
            changes,
        )
        self.body_id._after_learn(changes)


class ResPartner(models.Model):
    _inherit = "res.partner"

    l10n_fr_chorus_reading_note = fields.Char(
        related="l10n_fr_chorus_body_id.reading_note"
    )
