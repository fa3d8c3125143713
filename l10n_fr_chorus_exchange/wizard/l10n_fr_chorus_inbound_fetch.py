from functools import partial

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..lib.chorus_pro import errors
from ..lib.chorus_pro.codes import RequestKind
from ..lib.chorus_pro.records import UnreadableRow
from ..lib.chorus_pro.services import invoices
from ..models.l10n_fr_chorus_inbound import WITHDRAWN_STATUSES
from ..models.sentences import advise
from ..tools.roles import RECEIVER, check_role

# Each is asked twice while somebody waits: ordinary invoices, works invoices.
MOST_STRUCTURES = 10


class L10n_Fr_ChorusInboundFetch(models.TransientModel):
    """Brings one document now, whenever it was deposited.

    The portal is asked before anything is written; the cron then downloads.
    """

    _name = "l10n_fr_chorus.inbound.fetch"
    _description = "Fetch one document from Chorus Pro"

    connection_id = fields.Many2one(
        "l10n_fr_chorus.connection",
        required=True,
        domain="[('can_receive', '=', True), "
        "('company_id', 'in', allowed_company_ids)]",
        default=lambda self: self._default_connection(),
    )
    structure_id = fields.Many2one(
        "l10n_fr_chorus.structure",
        "Addressed to",
        domain="[('connection_id', '=', connection_id), ('can_receive', '=', True)]",
        help="Empty: any structure you receive for.",
    )
    number = fields.Char("Invoice number")
    portal_id = fields.Char("Chorus Pro identifier")

    @api.model
    def _default_connection(self):
        connection = self.env["l10n_fr_chorus.connection"]._for_receiving(
            self.env.company
        )
        return connection.filtered(
            lambda one: one.can_receive and one.company_id in self.env.companies
        )

    def action_fetch(self):
        self.ensure_one()
        self._check_may_fetch()
        number = (self.number or "").strip()
        portal_id = (self.portal_id or "").strip()
        if bool(number) == bool(portal_id):
            raise UserError(
                self.env._("Give the number of the invoice, or its identifier.")
            )
        if portal_id and not portal_id.isdecimal():
            raise UserError(
                self.env._("An identifier of Chorus Pro is made of digits.")
            )
        try:
            found = self._ask(number, portal_id)
        except errors.ChorusError as error:
            raise UserError(advise(self.env, error)) from error
        return self._show(self._record(found))

    def _check_may_fetch(self):
        """:raise AccessError, UserError: not this user's, or not open for receiving"""
        check_role(self.env, RECEIVER)
        self.env["account.move"].check_access("create")
        # A client needs no right of its own: whose account is used is checked here.
        self.connection_id._check_received_by_hand()

    # -------------------------------------------------------------------------
    # PORTAL
    # -------------------------------------------------------------------------

    def _ask(self, number, portal_id):
        """Nothing is written before or in between.

        :return: ``{structure: {portal id: (kind, row)}}``
        """
        connection = self.connection_id
        structures = connection.structure_ids.filtered("can_receive")
        if self.structure_id:
            structures &= self.structure_id
        elif number and len(structures) > MOST_STRUCTURES:
            raise UserError(
                self.env._("Choose to whom the invoice is addressed: there are many.")
            )
        client = connection._client()
        if portal_id:
            detail = invoices.read_received(client, int(portal_id))
            number = detail.number
            recipient = str(detail.recipient.portal_id)
            structures = structures.filtered(lambda s: s.portal_id == recipient)
        return {
            structure: _rows(client, int(structure.portal_id), number, portal_id)
            for structure in structures
        }

    # -------------------------------------------------------------------------
    # INBOX
    # -------------------------------------------------------------------------

    def _record(self, found):
        # Users read the inbox only; whether they may act was checked first.
        inbox = self.env["l10n_fr_chorus.inbound"].sudo()
        ids = [portal_id for rows in found.values() for portal_id in rows]
        if not ids:
            raise UserError(
                self.env._(
                    "Chorus Pro lists no such document for the structures you receive "
                    "for. Check the number and to whom it is addressed."
                )
            )
        for structure, rows in found.items():
            if rows:
                inbox._record_found(structure, rows, is_asked=True)
        documents = inbox.search(
            [
                ("connection_id", "=", self.connection_id.id),
                ("portal_id", "in", ids),
            ]
        )
        # What was rejected there, or taken back, is shown and stays without a bill.
        documents.filtered(
            lambda d: d.can_retry and d.portal_status not in WITHDRAWN_STATUSES
        )._reopen()
        documents._fetch_files()
        inbox._wake_receiver()
        return documents

    def _show(self, documents):
        return documents.with_env(self.env)._get_records_action(
            name=self.env._("Fetched from Chorus Pro")
        )


def _rows(client, structure_id, number, portal_id):
    search = partial(
        invoices.search_received, client, structure_id, number=number, page_size=1000
    )
    return {
        str(row.portal_id): (str(kind), row)
        for kind in (RequestKind.INVOICE, RequestKind.WORKS)
        for row in search(kind=kind)
        if not isinstance(row, UnreadableRow)
        and (not portal_id or str(row.portal_id) == portal_id)
    }
