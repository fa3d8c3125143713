"""Who is told, and when: a password about to end, a connection that stopped working."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_date, plaintext2html

from ..tools.dates import paris_day

# The portal's rule for the technical password, where it does not tell the day itself.
PASSWORD_DAYS = 424
# Days before the end at which the person in charge is told, each once.
WARNINGS = (30, 15, 5)
# Of the activities; see ``mail_activity``.
CONNECTION = "connection"
EXPIRY = "expiry"
AWAY = "away"
MAIL = "l10n_fr_chorus_exchange.mail_template_password_ends"


class L10n_Fr_ChorusConnection(models.Model):
    _name = "l10n_fr_chorus.connection"
    _inherit = ["l10n_fr_chorus.connection", "mail.thread", "mail.activity.mixin"]

    user_id = fields.Many2one(
        "res.users",
        "Person in charge",
        domain="[('share', '=', False)]",
        help="Told when the connection stops working and before the technical password "
        "ends. Empty: whoever made the connection, else an administrator.",
    )
    password_changed_on = fields.Date(
        "Password changed on",
        copy=False,
        help="The day you last changed the technical password on Chorus Pro; the day it "
        "was typed here, unless you correct it. It lasts 424 days.",
    )
    # What ``structures/consulter`` tells (API reference, 1.2).
    password_told_end = fields.Date(readonly=True, copy=False)
    password_ends_on = fields.Date(
        "Password ends on", compute="_compute_password_ends_on", store=True
    )
    password_days = fields.Integer(
        "Days left to the password", compute="_compute_password_message"
    )
    password_message = fields.Char(
        "End of the password", compute="_compute_password_message"
    )
    # The last of ``WARNINGS`` that was given; 0: none.
    password_warned = fields.Integer(readonly=True, copy=False)

    @api.depends("password_changed_on", "password_told_end")
    def _compute_password_ends_on(self):
        for connection in self:
            changed = connection.password_changed_on
            connection.password_ends_on = connection.password_told_end or (
                changed and changed + timedelta(days=PASSWORD_DAYS)
            )

    @api.depends("password_ends_on", "password_told_end")
    @api.depends_context("lang")
    def _compute_password_message(self):
        today = paris_day(fields.Datetime.now())
        for connection in self:
            end = connection.password_ends_on
            connection.password_days = (end - today).days if end else 0
            connection.password_message = end and connection._say_end(end, today)

    def _say_end(self, end, today):
        day = format_date(self.env, end)
        if end < today:
            return self.env._("Ended on %s.", day)
        if self.password_told_end:
            return self.env._(
                "Ends on %(day)s, in %(days)d days.", day=day, days=(end - today).days
            )
        return self.env._(
            "Should end on %(day)s, in %(days)d days: 424 days after it was changed. "
            "Chorus Pro has not told the day.",
            day=day,
            days=(end - today).days,
        )

    # -------------------------------------------------------------------------
    # CHANGES
    # -------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        today = paris_day(fields.Datetime.now())
        for vals in vals_list:
            if vals.get("password"):
                vals.setdefault("password_changed_on", today)
        return super().create(vals_list)

    def write(self, vals):
        if vals.get("password"):
            vals = {
                "password_changed_on": paris_day(fields.Datetime.now()),
                "password_told_end": False,
                **vals,
            }
        ends = {one: one.password_ends_on for one in self}
        states = {one: one.state for one in self} if "state" in vals else {}
        res = super().write(vals)
        for connection in self:
            connection._tell_state(states.get(connection, connection.state))
            if connection.password_ends_on != ends[connection]:
                connection._calm_end()
        return res

    def _record_check(self, result, state):
        res = super()._record_check(result, state)
        if result.password_ends and result.password_ends != self.password_told_end:
            self.sudo().password_told_end = result.password_ends
        return res

    # -------------------------------------------------------------------------
    # END OF THE PASSWORD
    # -------------------------------------------------------------------------

    def _warn_of_end(self):
        """An activity and a mail 30, 15 and 5 days before, each once."""
        self.ensure_one()
        left = self._warning_due()
        if not left:
            return
        self.password_warned = left
        user = self._in_charge()
        connection = self.with_context(lang=user.lang or self.env.lang)
        connection._tell(
            EXPIRY,
            user,
            connection.env._("Chorus Pro: change the technical password"),
            connection._end_sentence(),
            self.password_ends_on,
        )
        template = self.env.ref(MAIL, raise_if_not_found=False)
        if template and user.partner_id.email:
            template.with_context(chorus_lang=user.lang).send_mail(
                self.id, email_values={"recipient_ids": [(4, user.partner_id.id)]}
            )

    def _warning_due(self):
        """The warning to be given now, in days; None: none, or it was given."""
        end = self.password_ends_on
        if not end:
            return None
        days = (end - paris_day(fields.Datetime.now())).days
        reached = [one for one in WARNINGS if days <= one]
        due = min(reached, default=None)
        given = self.password_warned
        return due if due and (not given or due < given) else None

    def _end_sentence(self):
        return self.env._(
            "The password of the technical account of “%(connection)s” ends on "
            "%(day)s. Change it on the Chorus Pro portal, then type the new one on the "
            "connection in Odoo; until then nothing is sent or received any more.",
            connection=self.display_name,
            day=format_date(self.env, self.password_ends_on),
        )

    def _calm_end(self):
        """Another password, another end: what was told of the last one is over."""
        days = self.password_days
        if self.password_ends_on and days <= max(WARNINGS) and self.password_warned:
            return
        self._activities_about(EXPIRY).unlink()
        if self.password_warned:
            self.sudo().password_warned = 0

    # -------------------------------------------------------------------------
    # STATE
    # -------------------------------------------------------------------------

    def _tell_state(self, before):
        """One activity from the moment it stops working until it works again.

        Not for whoever sets it up, and reads in front of the form what is wrong.
        """
        self.ensure_one()
        if self.state == before:
            return
        if self.state == "ok":
            self._activities_about(CONNECTION).unlink()
        elif self.state == "error" and (
            before == "ok" or self.env.user._is_superuser()
        ):
            user = self._in_charge()
            connection = self.with_context(lang=user.lang or self.env.lang)
            connection._tell(
                CONNECTION,
                user,
                connection.env._("Chorus Pro: the connection no longer works"),
                self.last_message or "",
                fields.Date.context_today(self),
            )

    def _tell_away(self):
        """One activity while nothing goes because the database looks like a copy.

        Odoo's address changes by itself when an administrator comes by another one: the
        original must not fall silent without a word.
        """
        self.ensure_one()
        sentence = not self._is_neutralized() and self._away_sentence()
        if not sentence:
            self._activities_about(AWAY).unlink()
            return
        user = self._in_charge()
        connection = self.with_context(lang=user.lang or self.env.lang)
        connection._tell(
            AWAY,
            user,
            connection.env._("Chorus Pro: nothing is sent or received from here"),
            connection._away_sentence(),
            fields.Date.context_today(self),
        )

    # -------------------------------------------------------------------------
    # ACTIVITIES
    # -------------------------------------------------------------------------

    def _tell(self, problem, user, summary, sentence, deadline):
        """One activity about a problem; an open one is rewritten instead."""
        vals = {
            "summary": summary,
            "note": plaintext2html(sentence),
            "date_deadline": deadline,
        }
        known = self._activities_about(problem)
        if known:
            known.write(vals)
            return
        # The mail about the password says it already; nobody needs another one.
        self.sudo().with_context(mail_activity_quick_update=True).activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=user.id,
            l10n_fr_chorus_problem=problem,
            **vals,
        )

    def _activities_about(self, problem):
        return self.sudo().activity_ids.filtered(
            lambda one: one.automated and one.l10n_fr_chorus_problem == problem
        )

    def _in_charge(self):
        """Who sees to this connection; nobody who has left, no robot."""
        self.ensure_one()
        asked = self.sudo()
        for user in (*asked.user_id, *asked.create_uid):
            if self._may_see_to(user):
                return user
        administrators = self.env["res.users"].search(
            [
                ("all_group_ids", "in", self.env.ref("base.group_system").id),
                ("company_ids", "in", asked.company_id.id),
                ("share", "=", False),
            ],
            order="id",
        )
        return administrators.filtered(self._may_see_to)[:1] or self.env.user

    def _may_see_to(self, user):
        # Rights are those in all companies of the person, whatever ours are now.
        record = self.with_context(allowed_company_ids=[]).with_user(user)
        return user.active and not user.share and record.has_access("read")
