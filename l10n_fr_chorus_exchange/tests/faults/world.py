"""Plays one cell: deposits ready to go, workers, and a clock that the test moves."""

from __future__ import annotations

import contextlib
import itertools
import time
from dataclasses import replace
from datetime import timedelta, timezone
from unittest.mock import patch

from odoo import api, fields
from odoo.tests.test_cursor import TestCursor

from ...lib.chorus_pro.piste import TokenStore
from ..common import Portal
from ..road_common import RoadCase
from . import board
from .cells import GROUPED, SECOND_ROAD
from .line import Killed, Line, is_said
from .verdict import SETTLED, failures_of

# Where a process may die.
POINTS = (
    "commit, before it",
    "commit, after it",
    "call, before the work",
    "call, after the work",
)
# Those that lose most.
LOSING = ("commit, before it", "call, after the work")
# More passages of one point than any cell has.
MOST_DEATHS = 250
# Rounds of the scheduled actions after which everything must be settled.
MOST_ROUNDS = 150
# The statuses come with one of these, an hour apart.
MOST_LOOKS = 36
CLOSED_ATTEMPTS = ("not_sent", "rejected", "incident", "refused")


class FaultCase(RoadCase):
    """One portal, one clock and one line for each cell; the database is put back."""

    line_class = Line

    def setUp(self):
        super().setUp()
        self.start = fields.Datetime.now().replace(microsecond=0)
        self.seconds = 0
        deposits = self.env.registry["l10n_fr_chorus.deposit"]
        connections = self.env.registry["l10n_fr_chorus.connection"]
        self.startPatcher(patch.object(deposits, "_jitter", lambda _self: 1.0))
        self.startPatcher(
            patch.object(
                connections, "_exclusive", lambda one, name="": self._hold(one, name)
            )
        )
        self.startPatcher(
            patch.object(connections, "_client_options", lambda _self: self._options())
        )
        self.startPatcher(patch.object(fields.Datetime, "now", self._now))
        self._watch_commits()

    # -------------------------------------------------------------------------
    # TIME
    # -------------------------------------------------------------------------

    def _now(self, *_args):
        return self.start + timedelta(seconds=self.seconds)

    def _stamp(self):
        return self._now().replace(tzinfo=timezone.utc).timestamp()

    def forward(self, seconds):
        """Later, here and on the portal; what was held up on its way arrives."""
        self.seconds += max(0, round(seconds))
        self.transport.deliver()
        if self.cell.release and self.seconds >= self.cell.release * 60:
            for flow in self.deposits():
                if flow["stuck"]:
                    self.drive("POST", "deposits", {"number": flow["number"]})

    def _until(self, deposits):
        """Seconds to the next moment something is due."""
        moments = []
        for deposit in deposits:
            if deposit.state in ("ready", "unknown", "deposited"):
                paused = deposit.connection_id.pause_until
                at = max(filter(None, [deposit.next_try_at, paused, self._now()]))
                moments.append((at - self._now()).total_seconds())
        return max(60, min(moments, default=60))

    # -------------------------------------------------------------------------
    # WORKERS
    # -------------------------------------------------------------------------

    def _options(self):
        """Each worker is a process of its own, with its own token."""
        return {
            "tokens": self.tokens[self.depth],
            "clock": lambda: float(self.seconds),
            "sleep": self.forward,
        }

    @contextlib.contextmanager
    def _hold(self, connection, name):
        """As the lock of a database session: both workers of a test share one."""
        key = (connection.id, name)
        mine = key not in self.held
        self.kept_away += not mine
        if mine:
            self.held.add(key)
        try:
            yield mine
        finally:
            if mine:
                self.held.discard(key)

    def work(self, method, model="l10n_fr_chorus.deposit"):
        """A scheduled action, in a transaction of its own; False: it was killed."""
        try:
            with self.registry.cursor() as cr:
                env = api.Environment(cr, api.SUPERUSER_ID, {})
                getattr(env[model], method)()
        except Killed:
            self.is_dying = False
            return False
        return True

    def meanwhile(self):
        """While one worker waits for the portal, the other one does all it would."""
        if self.workers < 2 or self.depth:
            return
        self.depth = 1
        try:
            self.work("_cron_send")
            self.work("_cron_follow")
        finally:
            self.depth = 0

    # -------------------------------------------------------------------------
    # DEATH
    # -------------------------------------------------------------------------

    def _watch_commits(self):
        commit = TestCursor.commit

        def counted(cursor):
            self.die_at("commit, before it")
            commit(cursor)
            self.die_at("commit, after it")

        self.startPatcher(patch.object(TestCursor, "commit", counted))

    def die_at(self, point):
        """Count the passages at a point of the first worker; die at the chosen one."""
        if self.depth or not self.is_playing:
            return
        if self.is_dying:
            raise Killed
        if point == self.death[0]:
            self.passages += 1
            if self.passages == self.death[1]:
                self.is_dying = True
                raise Killed

    # -------------------------------------------------------------------------
    # CALLS THAT MAKE AN INVOICE
    # -------------------------------------------------------------------------

    def _rows(self, query, *args):
        self.cr.execute(query, args)
        return self.cr.fetchall()

    def about_to_make(self):
        """The committed state must allow this call: no earlier outcome is open."""
        open_cursors = [
            one for one in TestCursor._cursors_stack if one._savepoint is not None
        ]
        if open_cursors:
            self.violations.append("a call to the portal inside a transaction")
        rows = self._rows(
            "SELECT id, name FROM l10n_fr_chorus_deposit WHERE state = 'sending'"
        )
        if not rows:
            self.violations.append("a call without its intent")
        others = self._rows(
            """SELECT d.name, f.state FROM l10n_fr_chorus_deposit d
                 JOIN l10n_fr_chorus_flow_deposit_rel r ON r.deposit_id = d.id
                 JOIN l10n_fr_chorus_flow f ON f.id = r.flow_id
                WHERE d.state = 'sending' AND f.id != d.flow_id
                  AND f.state NOT IN %s""",
            (*CLOSED_ATTEMPTS, "partial"),
        )
        for name, state in others:
            self.violations.append(f"{name} goes while an attempt is {state}")
        delay = self.supplier_connection.unknown_delay * 60
        for deposit_id, name in rows:
            since = self.unanswered.get(deposit_id)
            if since is not None and self.seconds - since < delay:
                self.violations.append(f"{name} goes again in the time of doubt")
        # Until an answer says otherwise.
        self.going = [deposit_id for deposit_id, _name in rows]
        self.unanswered.update(dict.fromkeys(self.going, self.seconds))

    def made(self, operation, response):
        """What the answer to such a call says, if it says anything."""
        if response is not None and is_said(operation, response):
            for deposit_id in self.going:
                self.unanswered.pop(deposit_id, None)

    # -------------------------------------------------------------------------
    # CELLS
    # -------------------------------------------------------------------------

    def prepare(self, form):
        """Frozen deposits that wait to be sent: the same for every cell of a test."""
        self.form = form
        self.supplier.l10n_fr_chorus_form = "cii"
        self.supplier_connection.group_deposits = form == GROUPED
        moves = [self.invoice() for _each in range(3 if form == GROUPED else 1)]
        if form == SECOND_ROAD:
            moves[0].l10n_fr_chorus_attachment_ids = self.files("plan.docx")
        self.ready = self.env["l10n_fr_chorus.deposit"].sudo()
        for move in moves:
            self.ready |= self.send(move)
        self.assertEqual(set(self.ready.mapped("state")), {"ready"})

    def play_all(self, cells, workers=1, death=None):
        """Play every cell, one subtest each."""
        self.kept_away = 0
        for cell in cells:
            with self.subTest(cell=cell.name, workers=workers):
                failures = self.play(cell, workers, death)
                self.assertFalse(failures, "\n".join([cell.name, *failures]))
        if workers > 1 and not death:
            # Else the second worker met nobody, and these cells prove nothing of it.
            self.assertTrue(self.kept_away)

    def play_deaths(self, ground, workers=1, points=POINTS):
        """Die at the first passage of each point, at the second, … until one survives."""
        for point in points:
            for passage in range(1, MOST_DEATHS):
                cell = replace(
                    ground, name=f"{ground.name}; death at {point} {passage}"
                )
                self.play_all([cell], workers, (point, passage))
                if self.passages < passage:
                    break
            else:
                self.fail(f"{ground.name}: more passages than expected at {point}")

    def play(self, cell, workers=1, death=None):
        """What does not hold at the end of ``cell``; the database is put back."""
        began = time.monotonic()
        self._begin(cell, workers, death)
        with self.enter_registry_test_mode():
            savepoint = self.env.cr.savepoint()
            try:
                self.is_playing = True
                self._to_the_end()
                failures = self.failures()
            finally:
                self.is_playing = False
                savepoint.close(rollback=True)
                self.env.invalidate_all()
        shape = f"{self.form}, {workers} worker{'s' * (workers > 1)}"
        board.keep(cell.name, shape, time.monotonic() - began, failures)
        return failures

    def failures(self):
        """What does not hold, one sentence each."""
        return failures_of(self, self.ready)

    def _begin(self, cell, workers, death):
        self.cell, self.workers, self.death = cell, workers, death or ("", 0)
        self.seconds = self.passages = self.depth = 0
        self.is_playing = self.is_dying = self.is_belated = False
        self.held, self.violations = set(), []
        self.unanswered, self.going = {}, []
        clock = {"clock": lambda: float(self.seconds)}
        self.tokens = [TokenStore(**clock), TokenStore(**clock)]
        self.portal.close()
        self.portal = Portal(":memory:", real=self._stamp)
        self.addCleanup(self.portal.close)
        self.transport = self.line_class(self.portal, self)
        self.drive("POST", "settings", {"thorough": False, **cell.settings})
        for one in cell.faults:
            self.drive("POST", "faults", one)

    def _to_the_end(self):
        self._rounds(MOST_ROUNDS, self._is_settled)
        if self.cell.treated:
            for invoice in self.portal_invoices():
                # Two steps at once: the status alone does not tell them.
                for status in "MANDATEE", "MISE_A_DISPOSITION_COMPTABLE":
                    self.treat_on_portal(invoice["id"], status)
        self._rounds(MOST_LOOKS, self._is_in_line)

    def _rounds(self, most, is_done):
        for count in itertools.count():
            self.env.invalidate_all()
            if count == most or (count and is_done()):
                return
            if count:
                self.forward(self._until(self.ready) if most == MOST_ROUNDS else 3600)
            self.work("_cron_send")
            self.env.invalidate_all()
            # A little later, as the scheduler does.
            self.forward(60)
            self.work("_cron_follow")

    def _is_settled(self):
        return all(deposit.state in SETTLED for deposit in self.ready)

    def _is_in_line(self):
        """Statuses agree, and every call that was held up has arrived."""
        there = {str(one["id"]): one["status"] for one in self.portal_invoices()}
        agreed = all(
            there.get(one.portal_id) == one.move_id.l10n_fr_chorus_status
            and not one.move_id.l10n_fr_chorus_history_due
            for one in self.ready
            if one.state == "integrated"
        )
        return agreed and not self.transport.belated and not self.faults_left()

    def faults_left(self):
        """Orders that have not struck at all."""
        orders = self.drive("GET", "faults")["faults"]
        return [one for one in orders if not one["hits"] and one["times"] is not None]
