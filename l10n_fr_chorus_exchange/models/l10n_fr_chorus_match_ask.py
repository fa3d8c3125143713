"""Customers of a selection that the portal is asked about, one by one."""

from functools import partial

from odoo import fields, models

from ..lib.chorus_pro import errors
from ..lib.chorus_pro.services import structures
from ..tools.silence import MOST_UNANSWERED, is_silent
from ..tools.transactions import commit, write_down
from .sentences import advise

# Times one customer is asked about without an answer, while the portal is down as well.
MOST_TRIES = 12


class L10n_Fr_ChorusMatch(models.Model):
    _inherit = "l10n_fr_chorus.match"

    def _ask_portal(self):
        """The others, one by one, as long as there are calls left today."""
        progress = self.env["ir.cron"]._commit_progress
        connection = self.env["l10n_fr_chorus.connection"]._for_questions(
            self.company_id
        )
        refusal = connection and connection._directory_refusal()
        if not connection or refusal:
            self._next(["asking"], limit=None)._not_asked(refusal)
        client, unanswered = None, []
        while lines := self._next(["asking"]):
            # Each read for itself: every commit forgets what was read.
            for line_id in lines.ids:
                client = client or self._client_of(connection)
                reason = self._why_not_ask(connection)
                if reason or not client:
                    self.message = reason or connection.last_message
                    return bool(progress())
                line = lines.browse(line_id)
                line._heard(connection, line._ask(connection, client), unanswered)
                if not progress(1):
                    return False
                if self.state != "looking":
                    return True
        self._got_through()
        return bool(progress())

    def _why_not_ask(self, connection):
        """Why the portal is not asked now, in words; False when it is."""
        if refusal := connection._directory_refusal():
            return refusal
        if connection._is_paused():
            return self.env._(
                "Chorus Pro does not answer for the moment; it goes on by itself."
            )
        if not connection._may_look():
            return self.env._(
                "The calls of today are used up; it goes on by itself tomorrow."
            )
        return False

    def _client_of(self, connection):
        try:
            return connection._client()
        except errors.ChorusError as error:
            connection._failed(error)
            return None


class L10n_Fr_ChorusMatchLine(models.Model):
    _inherit = "l10n_fr_chorus.match.line"

    tries = fields.Integer("Questions without an answer", readonly=True)

    def _ask(self, connection, client):
        """The portal, network first.

        :return: the error it ended with, or None
        """
        siret = self._identifier()
        # Nothing is held open in the database while the portal thinks.
        commit(self.env)
        try:
            with connection._calls_about(self.partner_id):
                found = _ask_portal(client, siret)
        except errors.ChorusError as error:
            write_down(self.env, partial(self._not_answered, connection, error))
            return error
        write_down(self.env, partial(self._answered, found))
        return None

    def _not_answered(self, connection, error):
        if isinstance(error, errors.NOTHING_DONE):
            connection._failed(error)
            return
        tries = self.tries + 1
        is_over = tries >= MOST_TRIES or not is_silent(error)
        self.write(
            {
                "state": "trouble" if is_over else "asking",
                "tries": tries,
                "note": advise(self.env, error),
            }
        )

    def _heard(self, connection, error, unanswered):
        """One without an answer is in trouble once another has one; two in a row: the
        portal is, and both are asked about again later.

        :param list unanswered: ids of the lines before this one without an answer
        """
        if isinstance(error, errors.NOTHING_DONE):
            return
        if not is_silent(error):
            alone = self.browse(unanswered).filtered(lambda one: one.state == "asking")
            alone.state = "trouble"
            unanswered.clear()
            return
        unanswered.append(self.id)
        if len(unanswered) == MOST_UNANSWERED:
            unanswered.clear()
            write_down(self.env, partial(connection._failed, error))

    def _answered(self, found):
        if found is None:
            self.write(
                {
                    "state": "unknown",
                    "note": self.env._(
                        "Check the SIRET: a public body is listed under the one of the "
                        "establishment that is invoiced."
                    ),
                }
            )
            return
        bodies = self.env["l10n_fr_chorus.body"]
        body, _changes = bodies._learn([bodies._portal_row(*found)])
        self._settle(body)

    def _not_asked(self, reason=None):
        """The company has nobody to ask with, or nobody who may."""
        self.write(
            {
                "state": "trouble",
                "note": reason
                or self.env._(
                    "Not in the directory kept here. Make a connection to Chorus Pro to "
                    "ask it."
                ),
            }
        )


def _ask_portal(client, siret):
    """Structure, its demands, its services; None when it is unknown."""
    structure = structures.find(client, siret)
    if structure is None:
        return None
    if not structure.is_active:
        return (structure,)
    detail = structures.read(client, structure.portal_id)
    if detail.is_public is False:
        return structure, detail
    # What each service demands is read when it is used, a few each night.
    services = [(one, None) for one in structures.services(client, structure.portal_id)]
    return structure, detail, services
