"""The kinds of files Chorus Pro knows, kept so that nobody waits for them."""

import logging
from datetime import timedelta
from functools import partial

from odoo import fields, models

from ..lib.chorus_pro import errors
from ..lib.chorus_pro.services import submissions
from ..tools.transactions import commit, write_down

_logger = logging.getLogger(__name__)

# The generic kind, which every portal has.
STANDARD_TYPE = "DIVERS"
# The list hardly changes.
FRESH = timedelta(days=30)


class L10n_Fr_ChorusAttachmentType(models.Model):
    """What a file that goes along can be declared as, one list for each connection."""

    _name = "l10n_fr_chorus.attachment.type"
    _description = "Chorus Pro kind of file"
    _order = "name, code, id"
    _rec_names_search = ["name", "code"]

    connection_id = fields.Many2one(
        "l10n_fr_chorus.connection", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="connection_id.company_id", store=True, index=True
    )
    code = fields.Char(required=True, readonly=True)
    name = fields.Char(required=True, readonly=True)
    active = fields.Boolean(default=True)

    _code_uniq = models.UniqueIndex(
        "(connection_id, code)", "This kind of file is already known."
    )


class L10n_Fr_ChorusConnection(models.Model):
    _inherit = "l10n_fr_chorus.connection"

    attachment_type_ids = fields.One2many(
        "l10n_fr_chorus.attachment.type", "connection_id", "Kinds of files"
    )
    attachment_types_at = fields.Datetime(
        "Kinds of files read on", readonly=True, copy=False
    )

    def _leave_environment(self):
        # EXTENDS: the other environment has a list of its own.
        res = super()._leave_environment()
        self.with_context(active_test=False).attachment_type_ids.unlink()
        self.attachment_types_at = False
        return res

    def _refresh_attachment_types(self):
        """Read the list when it is old; whoever fails to read it tries the next day."""
        self.ensure_one()
        now = fields.Datetime.now()
        if self._is_paused() or (
            self.attachment_types_at and self.attachment_types_at > now - FRESH
        ):
            return
        if not self._may_look():
            return
        try:
            client = self._client()
        except errors.ChorusError as error:
            _logger.info("Chorus Pro connection %s: %s", self.id, error)
            return
        # Nothing is held open in the database while the portal thinks.
        commit(self.env)
        try:
            types = submissions.attachment_types(client)
        except errors.ChorusError as error:
            _logger.info("Chorus Pro connection %s: kinds of files: %s", self.id, error)
            later = partial(self._record_attachment_types, None)
            write_down(self.env, later)
            return
        write_down(self.env, partial(self._record_attachment_types, types))

    def _record_attachment_types(self, types):
        """:param types: ``AttachmentType`` of the library; None: could not be read"""
        connection = self.sudo().try_lock_for_update(allow_referencing=True)
        if not connection:
            return
        now = fields.Datetime.now()
        if types is None:
            connection.attachment_types_at = now - FRESH + timedelta(days=1)
            return
        known = connection.with_context(active_test=False).attachment_type_ids.grouped(
            "code"
        )
        seen = {one.code: one.label or one.code for one in types}
        for code, name in seen.items():
            if code in known:
                known[code].write({"name": name, "active": True})
            else:
                self._add_attachment_type(code, name)
        connection.attachment_type_ids.filtered(
            lambda one: one.code not in seen
        ).action_archive()
        connection.attachment_types_at = now

    def _add_attachment_type(self, code, name):
        self.env["l10n_fr_chorus.attachment.type"].sudo().create(
            {"connection_id": self.id, "code": code, "name": name}
        )
