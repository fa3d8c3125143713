"""What goes nowhere, for whatever reason, is told to a person."""

from datetime import timedelta

from odoo import api, fields, models

from ..tools.transactions import commit
from .l10n_fr_chorus_deposit import STUCK_DELAY, UNSENT_DELAY

# Each cron tells first what it is about to try: an hour later it is the other's turn.
PATIENCE = timedelta(hours=1)
# Alerts of one run; the others come with the next.
MOST_ALERTS = 50


class L10n_Fr_ChorusDeposit(models.Model):
    """The answers of the portal are told where they are written down. This is for what
    never comes to that: a cron switched off, a connection that is closed, refused or
    archived, an outcome that cannot be written. One cron watches over the other.
    """

    _inherit = "l10n_fr_chorus.deposit"

    @api.model
    def _tell_unsent(self):
        """Deposits that wait since yesterday without a try, or whose tries all fail."""
        before = fields.Datetime.now() - UNSENT_DELAY - PATIENCE
        self._tell(
            [("state", "=", "ready"), ("create_date", "<", before)],
            lambda deposit: deposit.env._(
                "Not sent to Chorus Pro for more than a day: %s",
                deposit.error
                or deposit.env._("look at the connection and its last message."),
            ),
        )

    @api.model
    def _tell_silent(self):
        """Deposits nothing was learned about for days, or nobody asks about any more."""
        before = fields.Datetime.now() - STUCK_DELAY - PATIENCE
        self._tell(
            [
                ("state", "in", ("sending", "unknown", "deposited")),
                ("sent_at", "<", before),
            ],
            lambda deposit: deposit.env._(
                "For more than three days nothing has been learned of this deposit (%s). "
                "Look at the connection, then ask the support of Chorus Pro.",
                deposit.flow_number or deposit.file_name,
            ),
        )

    def _tell(self, domain, say):
        found = self.search([*domain, ("alerted", "=", False)], limit=MOST_ALERTS)
        for deposit in found._each():
            with deposit._alone():
                language = deposit.connection_id._speak().env
                spoken = deposit.with_env(language)
                spoken._alert_once(say(spoken))
                commit(self.env)
