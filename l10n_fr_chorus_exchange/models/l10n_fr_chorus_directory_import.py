"""Importing the whole directory: one run, in bites, with what it found and did."""

import logging
from datetime import datetime, time, timedelta

from psycopg2 import OperationalError
from psycopg2 import errors as pg_errors

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..lib.chorus_pro import errors
from ..lib.chorus_pro.directory import published_in, published_on
from ..lib.chorus_pro.services import transverse
from ..tools.dates import paris_day
from .sentences import advise

_logger = logging.getLogger(__name__)

WEEKLY = "l10n_fr_chorus_exchange.directory_weekly"
WEEK = timedelta(days=7)
DAY = timedelta(days=1)
# The cron does not run to the minute.
EARLY = timedelta(hours=12)
UNDER_WAY = ("waiting", "reading", "comparing")


class L10n_Fr_ChorusDirectoryImport(models.Model):
    """One import of the directory, for all companies.

    waiting ──cron──> reading ──all rows staged──> comparing ──> done
       └──────────────────┴────────person──────────────┴───> cancelled
       └──────────────────┴──not readable──────────────────> failed

    Each bite is one transaction: a run that was cut goes on where it stopped. Rows are
    staged in tables of their own, then compared set by set; only differences are written.
    """

    _name = "l10n_fr_chorus.directory.import"
    _description = "Import of the Chorus Pro directory"
    _order = "id desc"

    name = fields.Char(required=True, readonly=True)
    source = fields.Selection(
        [("file", "File"), ("portal", "Chorus Pro")],
        required=True,
        readonly=True,
        default="file",
    )
    connection_id = fields.Many2one(
        "l10n_fr_chorus.connection", readonly=True, ondelete="set null", index=True
    )
    attachment_ids = fields.Many2many("ir.attachment", string="Files", readonly=True)
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("reading", "Reading"),
            ("comparing", "Comparing"),
            ("done", "Done"),
            ("failed", "Failed"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        default="waiting",
        index=True,
        copy=False,
    )
    message = fields.Text(readonly=True, copy=False)
    published_at = fields.Datetime(
        "State of",
        readonly=True,
        help="What was looked up on Chorus Pro after this moment is newer and stays. "
        "Empty when the file does not tell: what was looked up in the week before it "
        "was imported stays.",
    )
    progress = fields.Float(readonly=True, copy=False)
    started_at = fields.Datetime("Started on", readonly=True, copy=False)
    finished_at = fields.Datetime("Finished on", readonly=True, copy=False)
    close_absent = fields.Boolean(
        "Close all that is absent",
        readonly=True,
        copy=False,
        help="Set by whoever knows that the file is whole although much is missing.",
    )

    body_count = fields.Integer("Public bodies", readonly=True, copy=False)
    service_count = fields.Integer("Services", readonly=True, copy=False)
    created_count = fields.Integer("New", readonly=True, copy=False)
    changed_count = fields.Integer("Changed", readonly=True, copy=False)
    closed_count = fields.Integer("Closed", readonly=True, copy=False)
    held_count = fields.Integer(
        "Not closed",
        readonly=True,
        copy=False,
        help="Absent from the file, but left open: the file may not be whole.",
    )
    skipped_count = fields.Integer(
        "Left as they are",
        readonly=True,
        copy=False,
        help="Otherwise in the file, or absent from it, but what is known of them is newer.",
    )
    bad_count = fields.Integer("Unreadable rows", readonly=True, copy=False)
    bad_rows = fields.Text("First unreadable rows", readonly=True, copy=False)

    # Where reading goes on: the sheet, the rows of it that are staged.
    sheet_rank = fields.Integer(readonly=True, copy=False)
    row_rank = fields.Integer(readonly=True, copy=False)
    staged_count = fields.Integer(readonly=True, copy=False)
    # Rows nobody knows the structure of, and whether the file breaks off.
    nameless_count = fields.Integer(readonly=True, copy=False)
    is_cut = fields.Boolean(readonly=True, copy=False)
    # Names of the columns that came, separated by a space.
    body_fields = fields.Char(readonly=True, copy=False)
    service_fields = fields.Char(readonly=True, copy=False)
    step = fields.Integer(readonly=True, copy=False)
    # Keys of the last rows: a file that was cut has lost them.
    last_body = fields.Char(readonly=True, copy=False)
    last_service = fields.Char(readonly=True, copy=False)

    # -------------------------------------------------------------------------
    # PEOPLE
    # -------------------------------------------------------------------------

    @api.model
    def _start(self, values):
        """A new import, which begins with the next run of the cron.

        :param dict values: ``attachment_ids``, or ``source`` portal with a
            ``connection_id``
        """
        self._check_none_under_way()
        new = self.create(values)
        # Those who look at it must be able to open its files.
        new.attachment_ids.write({"res_model": self._name, "res_id": new.id})
        new.published_at = new._guess_published()
        self._wake()
        return new

    @api.model
    def _check_none_under_way(self):
        """:raise UserError: one is; two would take turns in writing down what they say"""
        running = self.search([("state", "in", UNDER_WAY)], limit=1)
        if running:
            raise UserError(
                self.env._(
                    "%s is being imported. Wait for its end, or cancel it.",
                    running.name,
                )
            )

    def _wake(self):
        self.env.ref("l10n_fr_chorus_exchange.ir_cron_directory")._trigger()

    def _guess_published(self):
        """The day the files tell: their names, or the dates inside an archive."""
        days = []
        for attachment in self.attachment_ids:
            day = published_on(attachment.name)
            if not day:
                with attachment._l10n_fr_chorus_open() as file:
                    day = published_in(file)
            days.append(day)
        today = paris_day(fields.Datetime.now())
        day = min((one for one in days if one and one <= today), default=None)
        return datetime.combine(day, time.min) if day else False

    def _as_of(self):
        """What was looked up after this moment is newer than the file.

        A directory is published each week: one that tells no day is taken for a week
        old.
        """
        return self.published_at or self.create_date - WEEK

    def action_refresh(self):
        """How far it got; the form is read again."""
        return True

    def action_cancel(self):
        """Stop; what was written already stays."""
        self._check_may_import()
        for one in self.sudo():
            if one.state in UNDER_WAY:
                one._drop_staging()
                one._end(
                    "cancelled", self.env._("Cancelled by %s.", self.env.user.name)
                )

    def action_resume(self):
        """Go on where it failed or was cancelled: from the beginning of the file."""
        self._check_may_import()
        for one in self.sudo().filtered(lambda i: i.state in ("failed", "cancelled")):
            one._again({})

    def action_close_absent(self):
        """Import the same file again, knowing that it is whole."""
        self._check_may_import()
        self.sudo().filtered("held_count")._again({"close_absent": True})

    def _again(self, values):
        for one in self:
            if one.source == "file" and not one.attachment_ids:
                raise UserError(
                    self.env._("The file is no longer kept. Import it again.")
                )
            self._check_none_under_way()
            one._drop_staging()
            one._begin_again(values)

    def _begin_again(self, values):
        counts = {
            name: 0 for name in self._fields if name.endswith(("_count", "_rank"))
        }
        self.write(
            {
                **counts,
                "state": "waiting",
                "message": False,
                "finished_at": False,
                "bad_rows": False,
                "progress": 0,
                "step": 0,
                "is_cut": False,
                **values,
            }
        )
        self._wake()

    @api.model
    def _check_may_import(self):
        """:raise AccessError: the directory is kept by accounting managers"""
        self.check_access("read")
        self.env["l10n_fr_chorus.directory.wizard"].check_access("create")

    def unlink(self):
        for one in self:
            one._drop_staging()
        return super().unlink()

    # -------------------------------------------------------------------------
    # CRON
    # -------------------------------------------------------------------------

    @api.model
    def _cron_directory(self):
        """Fetch the directory once a week if wanted; go on with what is under way."""
        self._fetch_weekly()
        for one in self.search([("state", "in", UNDER_WAY)], order="id"):
            if not one._go_on():
                return

    def _go_on(self):
        """Bite after bite; False when there is no time left."""
        self.ensure_one()
        commit = self.env["ir.cron"]._commit_progress
        commit(remaining=1)
        speaking = self._speak()
        while speaking._reload().state in UNDER_WAY:
            try:
                left = speaking._bite()
            except pg_errors.SerializationFailure:
                # A person cancelled meanwhile; the next turn sees it.
                self.env.cr.rollback()
                self._forget_reader()
                continue
            except (errors.ChorusError, OSError, UserError) as error:
                self.env.cr.rollback()
                speaking._fail(error)
                left = commit()
            except OperationalError:
                # The database is going away, or asks for another time.
                raise
            except Exception as error:
                # One import that cannot go on must not keep the others from starting.
                _logger.exception("Chorus Pro: import %s of the directory", self.id)
                self.env.cr.rollback()
                speaking._fail(error)
                left = commit()
            if not left:
                return False
        self._forget_reader()
        commit(1, remaining=0)
        return True

    def _speak(self):
        """In the language of whoever asked, or of the company of the connection."""
        asked = self.create_uid
        if asked._is_superuser() and self.connection_id:
            asked = self.connection_id.company_id.partner_id
        return self.with_context(lang=asked.lang or self.env.lang)

    def _reload(self):
        self.invalidate_recordset()
        return self

    def _bite(self):
        """One transaction of work.

        :return: seconds left to this run of the cron
        """
        commit = self.env["ir.cron"]._commit_progress
        if self.source == "portal" and self.connection_id:
            self.connection_id._check_directory()
        if self.state == "waiting":
            if self.source == "portal" and not self.attachment_ids:
                self._fetch()
            self._prepare()
        elif self.state == "reading":
            self._read_bite()
        else:
            self._compare_bite()
        return commit()

    def _fail(self, error):
        _logger.info("Chorus Pro directory import %s failed: %s", self.id, error)
        reason = (
            advise(self.env, error)
            if isinstance(error, errors.ChorusError)
            else str(error)
        )
        if self.connection_id and isinstance(error, errors.NotSentError):
            self.connection_id._failed(error)
        self._drop_staging()
        self._end("failed", reason)

    def _end(self, state, message):
        self.write(
            {
                "state": state,
                "message": message,
                "finished_at": fields.Datetime.now(),
                **({"progress": 100} if state == "done" else {}),
            }
        )
        if state == "done":
            # A file of tens of megabytes each week: the last one is enough.
            self.search([("id", "<", self.id)]).attachment_ids.unlink()
        _logger.info("Chorus Pro directory import %s: %s", self.id, state)

    # -------------------------------------------------------------------------
    # PORTAL
    # -------------------------------------------------------------------------

    @api.model
    def _fetch_weekly(self):
        if not self.env["ir.config_parameter"].sudo().get_param(WEEKLY):
            return
        now = fields.Datetime.now()
        since = Domain.OR(
            [
                Domain("state", "in", UNDER_WAY),
                # What failed is tried again the next day.
                Domain("create_date", ">", now - DAY + EARLY),
                Domain("state", "!=", "failed")
                & Domain("create_date", ">", now - WEEK + EARLY),
            ]
        )
        mine = Domain("source", "=", "portal") | Domain("state", "in", UNDER_WAY)
        if self.search_count(mine & since, limit=1):
            return
        connection = self._question_connection()
        if connection:
            self._start(self._portal_values(connection))

    @api.model
    def _portal_values(self, connection):
        return {
            "name": self.env._("Directory of Chorus Pro"),
            "source": "portal",
            "connection_id": connection.id,
        }

    def _fetch(self):
        """Ask for the file; nothing was changed in this transaction before.

        :raise errors.ChorusError: it did not come
        """
        stored = transverse.recipient_directory(self.connection_id._client())
        if stored is None:
            raise UserError(self.env._("Chorus Pro sent no file."))
        self.connection_id._worked()
        self.attachment_ids = self.env["ir.attachment"]._l10n_fr_chorus_store(
            self, [("annuaire-chorus-pro.zip", "application/zip", stored)]
        )
        self.published_at = self._guess_published()
