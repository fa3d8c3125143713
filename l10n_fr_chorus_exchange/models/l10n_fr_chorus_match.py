"""Which of many customers are on Chorus Pro: looked up in bites, applied together."""

import base64
import logging
from functools import partial

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, format_date

from ..tools.csv_file import csv_file
from ..tools.roles import ADMINISTRATOR, SENDER, check_role
from ..tools.transactions import commit, write_down
from .l10n_fr_chorus_match_line import (
    LOOKING,
    MATCHED,
    PROPOSED,
    STATES,
    UNMATCHED,
)

_logger = logging.getLogger(__name__)

# Customers looked up in the directory kept here, or applied, in one transaction.
BITE = 200
UNDER_WAY = ("looking", "applying")


class L10n_Fr_ChorusMatch(models.Model):
    """One selection of customers. It can be left at any time; a cron goes on with it.

    looking ──all looked up──> ready ──apply──> applying ──> ready
       └────────person───────────┘
    """

    _name = "l10n_fr_chorus.match"
    _description = "Customers looked up on Chorus Pro"
    _order = "id desc"

    name = fields.Char(compute="_compute_name")
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    user_id = fields.Many2one(
        "res.users",
        "Started by",
        required=True,
        readonly=True,
        ondelete="cascade",
        default=lambda self: self.env.user,
    )
    applied_by_id = fields.Many2one(
        "res.users", "Applied by", readonly=True, ondelete="set null"
    )
    state = fields.Selection(
        [("looking", "Looking up"), ("ready", "Ready"), ("applying", "Applying")],
        required=True,
        readonly=True,
        default="looking",
        index=True,
    )
    message = fields.Char(readonly=True)
    # When a run last came to its end, for the health card.
    through_at = fields.Datetime("Last looked through on", readonly=True, copy=False)
    line_ids = fields.One2many("l10n_fr_chorus.match.line", "match_id", "Customers")
    total_count = fields.Integer("Customers selected", compute="_compute_counts")
    waiting_count = fields.Integer("Still to look up", compute="_compute_counts")
    found_count = fields.Integer("On Chorus Pro", compute="_compute_counts")
    proposed_count = fields.Integer("For you to choose", compute="_compute_counts")
    unmatched_count = fields.Integer("Not matched", compute="_compute_counts")
    trouble_count = fields.Integer("Could not be asked", compute="_compute_counts")
    applied_count = fields.Integer("Applied", compute="_compute_counts")
    to_apply_count = fields.Integer("To apply", compute="_compute_counts")
    progress = fields.Float(compute="_compute_counts", help="Percent")
    csv_data = fields.Binary("CSV", compute="_compute_csv", attachment=False)
    csv_name = fields.Char(compute="_compute_csv")

    @api.depends("create_date")
    @api.depends_context("lang")
    def _compute_name(self):
        for match in self:
            day = fields.Datetime.context_timestamp(
                match, match.create_date or fields.Datetime.now()
            )
            match.name = self.env._(
                "Customers looked up on %s", format_date(self.env, day)
            )

    @api.depends("line_ids.state", "line_ids.to_apply", "state")
    def _compute_counts(self):
        groups = self.env["l10n_fr_chorus.match.line"]._read_group(
            [("match_id", "in", self.ids)],
            ["match_id", "state", "to_apply"],
            ["__count"],
        )
        for match in self:
            mine = [row[1:] for row in groups if row[0] == match]
            if match != match._origin:
                # In its form, while lines are ticked.
                mine = [(line.state, line.to_apply, 1) for line in match.line_ids]
            count = partial(_count, mine)
            match.total_count = count({state for state, _label in STATES})
            match.waiting_count = count(LOOKING)
            match.found_count = count({"found", "applied"})
            match.proposed_count = count(PROPOSED)
            match.unmatched_count = count(UNMATCHED - PROPOSED)
            match.trouble_count = count({"trouble"})
            match.applied_count = count({"applied"})
            match.to_apply_count = count(MATCHED, only_to_apply=True)
            left = match.waiting_count
            if match.state == "applying":
                left = match.to_apply_count
            done = match.total_count - left
            match.progress = (
                100 * done / match.total_count if match.total_count else 100
            )

    # -------------------------------------------------------------------------
    # PEOPLE
    # -------------------------------------------------------------------------

    def write(self, vals):
        """From its form, people tick customers and choose bodies: lines see to that."""
        if not self.env.su and set(vals) - {"line_ids"}:
            raise AccessError(self.env._("Choose the public body, and what to apply."))
        return super().write(vals)

    @api.model
    def _start(self, partners):
        """Look these customers up; opens the record that shows how far it got.

        :param partners: any contacts; their companies are looked up, each once
        """
        check_role(self.env, SENDER, ADMINISTRATOR)
        customers = partners.commercial_partner_id
        customers.check_access("read")
        if not customers:
            raise UserError(self.env._("Select customers first."))
        match = self.sudo().create(
            {"company_id": self.env.company.id, "user_id": self.env.uid}
        )
        # SQL: thousands at once, and each line is the same.
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO l10n_fr_chorus_match_line
                       (match_id, company_id, partner_id, state, to_apply)
                SELECT %s, %s, id, 'waiting', FALSE
                  FROM unnest(%s) AS id ORDER BY id
                """,
                match.id,
                match.company_id.id,
                customers.ids,
            )
        )
        match.invalidate_recordset()
        match._wake()
        return match.sudo(self.env.su)._open()

    def _open(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

    def _wake(self):
        self.env.ref("l10n_fr_chorus_exchange.ir_cron_match").sudo()._trigger()

    def action_refresh(self):
        """How far it got; the form is read again."""
        return True

    def action_stop(self):
        """Look no further; what was found can be applied."""
        self._check_mine()
        stopped = self.sudo().filtered(lambda match: match.state == "looking")
        stopped.write({"state": "ready", "message": False})

    def action_resume(self):
        """Go on with what was not looked up, could not be, or was corrected since."""
        self._check_mine()
        for match in self.sudo().filtered(lambda one: one.state == "ready"):
            match.line_ids.filtered(
                lambda line: line._is_worth_another_look()
            ).state = "waiting"
            match.state = "looking"
            match._wake()

    def action_apply(self):
        """Write down what the ticked customers are on Chorus Pro."""
        self._check_mine()
        self.ensure_one()
        if not self.to_apply_count:
            raise UserError(self.env._("Tick the customers to apply first."))
        self.sudo().write(
            {"state": "applying", "applied_by_id": self.env.uid, "message": False}
        )
        self._wake()

    def action_open_lines(self):
        """The customers in a list of their own, to filter, group and tick."""
        self.ensure_one()
        return self.env["ir.actions.act_window"]._for_xml_id(
            "l10n_fr_chorus_exchange.l10n_fr_chorus_match_line_action"
        ) | {"domain": [("match_id", "=", self.id)]}

    def action_csv(self):
        """Download what could not be matched."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content?model={self._name}&id={self.id}&field=csv_data"
            "&filename_field=csv_name&download=true",
            "target": "download",
        }

    @api.depends_context("lang", "uid")
    def _compute_csv(self):
        for match in self:
            match.csv_name = f"chorus-pro-{match.id}.csv"
            match.csv_data = base64.b64encode(match._csv())

    def _csv(self):
        """:return: bytes of the file, one row for each customer without a match"""
        self.ensure_one()
        lines = self.line_ids.filtered(lambda line: line.state in UNMATCHED)
        labels = dict(lines._fields["state"]._description_selection(self.env))
        header = [
            self.env._("Customer"),
            self.env._("Reference"),
            self.env._("SIRET"),
            self.env._("VAT"),
            self.env._("Street"),
            self.env._("Postcode"),
            self.env._("Town"),
            self.env._("Result"),
            self.env._("What to do"),
        ]
        return csv_file(
            header,
            (
                (*line._csv_customer(), labels[line.state], line.note)
                for line in lines.sorted(lambda one: (one.state, one.id))
            ),
        )

    def _check_mine(self):
        check_role(self.env, SENDER, ADMINISTRATOR)
        self.check_access("read")

    # -------------------------------------------------------------------------
    # CRON
    # -------------------------------------------------------------------------

    @api.model
    def _cron_match(self):
        """Go on with every selection, a bite of each at a time."""
        for match_id in self.search([("state", "in", UNDER_WAY)], order="id").ids:
            match = self.browse(match_id)
            match = match.with_context(lang=match.user_id.lang or self.env.lang)
            try:
                if not match._go_on():
                    return
            except OperationalError as error:
                self.env.cr.rollback()
                _logger.info("Chorus Pro: %s put off: %s", match, error)
            except Exception:
                self.env.cr.rollback()
                _logger.exception("Chorus Pro: %s", match)
                match.message = self.env._("Unexpected error, see the server log.")
                self.env["ir.cron"]._commit_progress()

    def _go_on(self):
        """:return: False when there is no time left"""
        if self.state == "applying":
            return self._apply_in_bites()
        return self._look_in_bites() and self._ask_portal()

    def _next(self, states, limit=BITE, **more):
        lines = self.env["l10n_fr_chorus.match.line"]
        domain = [("match_id", "=", self.id), ("state", "in", states)]
        domain += [(name, "=", value) for name, value in more.items()]
        # Those without an answer come last.
        return lines.search(domain, order="tries NULLS FIRST, id", limit=limit)

    def _look_in_bites(self):
        """In the directory kept here: no call."""
        progress = self.env["ir.cron"]._commit_progress
        while lines := self._next(["waiting"]):
            lines._look()
            if not progress(len(lines), remaining=self.waiting_count):
                return False
        return True

    def _apply_in_bites(self):
        progress = self.env["ir.cron"]._commit_progress
        while lines := self._next(MATCHED, to_apply=True):
            for line_id in lines.ids:
                line = lines.browse(line_id)
                commit(self.env)
                try:
                    write_down(self.env, line._apply)
                except UserError as error:
                    # Odoo refuses what is filled in: it says itself what to correct.
                    self.env.cr.rollback()
                    write_down(self.env, partial(line._not_applied, str(error)))
                except Exception:
                    self.env.cr.rollback()
                    _logger.exception("Chorus Pro: %s not applied", line)
                    write_down(self.env, line._not_applied)
            if not progress(len(lines), remaining=self.to_apply_count):
                return False
        self._got_through()
        return bool(progress())

    def _got_through(self):
        now = fields.Datetime.now()
        self.write({"state": "ready", "message": False, "through_at": now})


class ResPartner(models.Model):
    _inherit = "res.partner"

    def action_l10n_fr_chorus_match(self):
        """From the list of customers: which of these are on Chorus Pro."""
        return self.env["l10n_fr_chorus.match"]._start(self)


def _count(rows, states, *, only_to_apply=False):
    return sum(
        count
        for state, to_apply, count in rows
        if state in states and (to_apply or not only_to_apply)
    )
