"""What the portal lets a recipient answer, status by status: asked for now and then."""

import logging
from datetime import timedelta
from functools import partial

from odoo import api, fields, models

from ..lib.chorus_pro import errors
from ..lib.chorus_pro.codes import InvoiceStatus
from ..lib.chorus_pro.services import transverse
from ..lib.chorus_pro.status_actions import recipient_targets
from ..tools.transactions import write_down
from .l10n_fr_chorus_connection_inbox import is_denied

_logger = logging.getLogger(__name__)

# The list changes with releases of the portal; a refusal has it read again at once.
DELAY = timedelta(days=7)
# Statuses a recipient can do something with, by our table; the others are not asked.
STATUSES = tuple(str(status) for status in InvoiceStatus if recipient_targets(status))


class L10n_Fr_ChorusTreatmentTarget(models.Model):
    """One row of ``recuperer/etats/traitement``, as the account of a connection got it.

    A row that the portal would not give is kept empty (``is_known`` unset), so that it is
    not asked again at every run; our own table of statuses stands in for it.
    """

    _name = "l10n_fr_chorus.treatment.target"
    _description = "Chorus Pro answers allowed"
    _order = "connection_id, status"

    connection_id = fields.Many2one(
        "l10n_fr_chorus.connection", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="connection_id.company_id", store=True, index=True
    )
    status = fields.Char("Current status", required=True)
    targets = fields.Char("Possible statuses", help="Codes, separated by spaces.")
    is_known = fields.Boolean("Given by the portal")
    read_at = fields.Datetime("Read on")

    _status_uniq = models.UniqueIndex(
        "(connection_id, status)", "This status is already listed."
    )

    @api.model
    def _read_all(self):
        """Read what is missing or old, for each account that receives."""
        connections = self.env["l10n_fr_chorus.connection"].search(
            [("can_receive", "=", True)]
        )
        for connection in connections:
            due = connection._treatment_statuses_due()
            if not due or connection._is_paused():
                continue
            with connection._exclusive("targets") as mine:
                if mine:
                    self._read_rows(connection._speak(), due)

    @api.model
    def _read_rows(self, connection, statuses):
        try:
            client = connection._client()
        except errors.InvalidCallError as error:
            connection._failed(error)
            return
        for status in statuses:
            # Nothing is held open in the database while the portal thinks.
            self.env["ir.cron"]._commit_progress()
            try:
                targets = transverse.possible_treatments(client, status)
            except errors.ChorusError as error:
                # Answers go on with what is known; their own calls tell the trouble.
                _logger.info("Chorus Pro: answers to %s not listed: %s", status, error)
                if not is_denied(error):
                    return
                targets = None
            write_down(self.env, partial(self._record, connection, status, targets))

    @api.model
    def _record(self, connection, status, targets):
        """:param targets: codes of the portal, None when it would not tell"""
        vals = {
            "targets": " ".join(map(str, targets or ())),
            "is_known": targets is not None,
            "read_at": fields.Datetime.now(),
        }
        row = self.search(
            [("connection_id", "=", connection.id), ("status", "=", status)]
        )
        if row:
            row.write(vals)
        else:
            self.create({"connection_id": connection.id, "status": status, **vals})


class L10n_Fr_ChorusConnection(models.Model):
    _inherit = "l10n_fr_chorus.connection"

    treatment_target_ids = fields.One2many(
        "l10n_fr_chorus.treatment.target", "connection_id", "Answers allowed"
    )

    def write(self, vals):
        res = super().write(vals)
        if "is_read_only" in vals and not vals["is_read_only"]:
            self._wake_answers()
        return res

    def _wake_answers(self):
        """What waited for the right to write goes now."""
        waiting = (
            self.env["l10n_fr_chorus.treatment"]
            .sudo()
            .search(
                [
                    ("connection_id", "in", self.ids),
                    ("state", "in", ("ready", "unknown")),
                ]
            )
        )
        if waiting:
            waiting.write({"next_try_at": False, "error": False})
            waiting._wake_sender()

    def _treatment_statuses_due(self):
        """Statuses whose possible answers were not read yet, or long ago."""
        self.ensure_one()
        since = fields.Datetime.now() - DELAY
        fresh = {
            row.status
            for row in self.treatment_target_ids
            if row.read_at and row.read_at > since
        }
        return [status for status in STATUSES if status not in fresh]

    def _treatment_targets(self, status):
        """Codes the portal listed for this status; None when it has not told."""
        self.ensure_one()
        # Whoever answers need not read the list.
        for row in self.sudo().treatment_target_ids:
            if row.status == status and row.is_known:
                return frozenset((row.targets or "").split())
        return None

    def _forget_treatment_targets(self, status):
        """Ask again for the answers to this status with the next run."""
        self.sudo().treatment_target_ids.filtered(
            lambda row: row.status == status
        ).read_at = False
