"""What the inbox and the answers need of a connection: its structures, its end."""

import logging
from datetime import timedelta
from functools import partial

from odoo import fields, models
from odoo.exceptions import UserError

from ..lib.chorus_pro import errors
from ..lib.chorus_pro.services import transverse
from ..tools.transactions import write_down

_logger = logging.getLogger(__name__)

# Rights are granted on the portal, without a word to us: how often they are read again.
RIGHTS_DELAY = timedelta(days=1)
# What an archived connection would leave without answer, for each model. A document put
# aside waits for a person, who may still want it read again.
OPEN_STATES = {
    "l10n_fr_chorus.deposit": ("ready", "sending", "unknown", "deposited"),
    "l10n_fr_chorus.inbound": ("seen", "fetched", "to_settle", "quarantine"),
    "l10n_fr_chorus.treatment": ("ready", "sending", "unknown"),
    "l10n_fr_chorus.correction": ("ready", "sending", "unknown"),
}


class L10n_Fr_ChorusConnection(models.Model):
    _inherit = "l10n_fr_chorus.connection"

    structures_read_at = fields.Datetime(
        "Structures read on", readonly=True, copy=False
    )
    looked_at = fields.Datetime("Looked for documents on", readonly=True, copy=False)
    receive_from = fields.Date(
        "Receive from",
        help="Documents deposited before that day are left on Chorus Pro. Empty: all "
        "that still wait there. An earlier day looks for older ones.",
    )
    is_read_only = fields.Boolean(
        "Read only",
        copy=False,
        help="Odoo never writes on Chorus Pro: no deposit, no answer, no payment "
        "announced. For going live on real data. Chorus Pro still notes each download.",
    )

    # -------------------------------------------------------------------------
    # ARCHIVE
    # -------------------------------------------------------------------------

    def write(self, vals):
        if "active" in vals and not vals["active"]:
            self.filtered("active")._check_nothing_open()
        if "receive_from" in vals:
            self._look_back(fields.Date.to_date(vals["receive_from"]))
        return super().write(vals)

    def _check_nothing_open(self):
        """:raise UserError: something would stay on its way for ever"""
        for connection in self:
            counts = connection._count_open()
            if any(counts.values()):
                raise UserError(
                    self.env._(
                        "%(connection)s cannot be archived yet. Invoices being sent: "
                        "%(deposits)d. Documents in the inbox without a bill: "
                        "%(documents)d. Answers not told yet: %(answers)d. Wait for "
                        "them, cancel or ignore them, then archive it.",
                        connection=connection.display_name,
                        deposits=counts["l10n_fr_chorus.deposit"],
                        documents=counts["l10n_fr_chorus.inbound"],
                        answers=counts["l10n_fr_chorus.treatment"]
                        + counts["l10n_fr_chorus.correction"],
                    )
                )

    def _count_open(self):
        self.ensure_one()
        # Whoever may change the connection need not see the documents of the company.
        return {
            model: self.env[model]
            .sudo()
            .search_count([("connection_id", "=", self.id), ("state", "in", states)])
            for model, states in OPEN_STATES.items()
        }

    # -------------------------------------------------------------------------
    # START
    # -------------------------------------------------------------------------

    def _look_back(self, start):
        """What was left out so far is looked for again when the start moves back."""
        for connection in self:
            known = connection.receive_from
            if known and (not start or start < known):
                # A first look again.
                connection.sudo().structure_ids.write(
                    {"received_cursor": False, "changes_from": False}
                )

    def _is_before_start(self, row):
        """Whether a row of the search was deposited too early to be received."""
        deposited = getattr(row, "deposit_date", None)
        return bool(self.receive_from and deposited and deposited < self.receive_from)

    # -------------------------------------------------------------------------
    # READ ONLY
    # -------------------------------------------------------------------------

    def _may_write(self):
        """Whether anything may be changed on the portal over this connection.

        Checked by everything that deposits, answers or corrects, before it queues and
        again before it calls.
        """
        self.ensure_one()
        return not self.is_read_only

    def _read_only_sentence(self):
        """Why nothing is told to the portal, in words for the user."""
        self.ensure_one()
        return self.env._(
            "%s is read only: Odoo changes nothing on Chorus Pro. Do it on the portal, "
            "or have “Read only” taken off the connection.",
            self.display_name,
        )

    # -------------------------------------------------------------------------
    # TROUBLE
    # -------------------------------------------------------------------------

    def _note_unforeseen(self):
        """Receiving broke where nothing should: a person is told, until it works again."""
        self.ensure_one()
        self._note(
            {
                "state": "error",
                "last_message": self.env._(
                    "Unexpected error while receiving: documents may be missing here. "
                    "Odoo tries again by itself; if this stays, have the server log "
                    "read (connection %s).",
                    self.id,
                ),
            }
        )

    # -------------------------------------------------------------------------
    # STRUCTURES
    # -------------------------------------------------------------------------

    def _record_structures(self, structures):
        res = super()._record_structures(structures)
        self.sudo().structures_read_at = fields.Datetime.now()
        return res

    def _recipients(self):
        """SIRETs of all structures of the account, archived ones too: who may be on a
        document that came through it. Empty: not known."""
        structures = self.with_context(active_test=False).structure_ids
        return {siret for siret in structures.mapped("siret") if siret}

    def _receiving_structures(self, client):
        """The structures to receive for; asked for again once a day, network first.

        :raise errors.ChorusError: they could not be read and none is known
        """
        self.ensure_one()
        known = self.structure_ids.filtered("can_receive")
        read_at = self.structures_read_at
        if not known or not read_at or fields.Datetime.now() - read_at > RIGHTS_DELAY:
            self._learn_structures(client, bool(known))
        return self.structure_ids.filtered(
            lambda one: one.can_receive and one.used_to_receive
        )

    def _learn_structures(self, client, has_known):
        self.env["ir.cron"]._commit_progress()
        try:
            found = {
                str(own.portal_id): own
                for own in transverse.receiving_structures(client)
            }
        except errors.ChorusError as error:
            if not (has_known and is_denied(error)):
                raise
            _logger.info("Chorus Pro: structures not listed: %s", error)
            return
        write_down(self.env, partial(self._record_receiving, found))

    def _record_receiving(self, found):
        """New rights are taken up, lost ones given up; what a person archived stays so.

        :param dict found: ``{portal id as text: structure of the library}``
        """
        known = self.with_context(active_test=False).structure_ids
        for portal_id in set(found) - set(known.mapped("portal_id")):
            own = found[portal_id]
            known.create(
                {
                    "connection_id": self.id,
                    "portal_id": portal_id,
                    "siret": own.identifier,
                    "name": own.name or own.identifier,
                    "can_receive": True,
                }
            )
        for structure in self.structure_ids:
            may = structure.portal_id in found
            if structure.can_receive != may:
                structure.write({"can_receive": may, "message": False})
        self.structures_read_at = fields.Datetime.now()


def is_denied(error):
    """Whether the portal denies this one thing, and may allow the next."""
    return isinstance(error, errors.RefusedError) or (
        isinstance(error, errors.CredentialsError) and error.cause == "forbidden"
    )
