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
# Without an answer, before the others wait for another run.
MOST_MISSED = 2
# Until that run, when the connection itself goes on.
SOON = timedelta(hours=1)
NOT_ASKED = (errors.NotSentError, errors.InvalidCallError)


class NotNow(Exception):  # noqa: N818  (reads as what it is)
    """The others wait for another run."""


class L10n_Fr_ChorusBody(models.Model):
    _inherit = "l10n_fr_chorus.body"

    is_reading = fields.Boolean("Services still to read", readonly=True, copy=False)
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
        return ordered[:MOST_READ]

    def _read_on_later(self):
        """Have the cron read what a look-up left out."""
        self.ensure_one()
        if self._services_to_read():
            self.sudo().is_reading = True
            cron = self.env.ref("l10n_fr_chorus_exchange.ir_cron_directory_services")
            cron.sudo()._trigger()

    # -------------------------------------------------------------------------
    # CRON
    # -------------------------------------------------------------------------

    @api.model
    def _cron_read_services(self):
        """Go on with the bodies that were looked up, service by service."""
        bodies = self.search(Domain("is_reading", "=", True), order="id")
        connection = self.env["l10n_fr_chorus.directory.import"]._question_connection()
        if not bodies or not connection:
            return
        progress = self.env["ir.cron"]._commit_progress
        with connection._exclusive("services") as mine:
            if not mine:
                # Another worker reads them.
                return
            progress(remaining=len(bodies))
            try:
                client = connection._client()
                for body in bodies:
                    if not body._read_on(connection, client) or not progress(1):
                        return
            except NotNow:
                self._wait(connection)
            except errors.ChorusError as error:
                write_down(self.env, partial(connection._failed, error))
                self._wait(connection)

    @api.model
    def _wait(self, connection):
        """This is not the moment: nothing is left for this run, another comes by itself.

        A run that says that something is left is repeated at once.
        """
        self.env["ir.cron"]._commit_progress(remaining=0)
        if connection._may_look():
            cron = self.env.ref("l10n_fr_chorus_exchange.ir_cron_directory_services")
            soon = fields.Datetime.now() + SOON
            cron.sudo()._trigger(max(connection.pause_until or soon, soon))

    def _read_on(self, connection, client):
        """:return: False when the cron's time is over"""
        missed = 0
        for service in self._services_to_read():
            if connection._is_paused() or not connection._may_look():
                raise NotNow
            # Nothing is held open in the database while the portal thinks.
            commit(self.env)
            try:
                known = self._ask_about(connection, client, service)
            except NOT_ASKED:
                # The connection's trouble, not this service's.
                raise
            except errors.RefusedError:
                # This one cannot be read; the call log says why.
                continue
            except errors.ChorusError as error:
                missed += 1
                if missed > MOST_MISSED:
                    raise NotNow from error
                continue
            write_down(self.env, partial(service._was_read, known.requires_engagement))
            if not self.env["ir.cron"]._commit_progress():
                return False
        write_down(self.env, partial(self._all_read, is_reading=bool(missed)))
        return True

    def _ask_about(self, connection, client, service):
        structure_id, service_id = int(self.portal_id), int(service.portal_id)
        with connection._calls_about(self):
            return structures.read_service(client, structure_id, service_id)

    def _all_read(self, *, is_reading):
        """:param is_reading: some gave no answer: they are asked about again"""
        self.is_reading = is_reading
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
