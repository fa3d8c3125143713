"""Looking: what changed on the portal for each structure becomes the inbox."""

from datetime import date, timedelta
from functools import partial

from odoo import api, fields, models

from ..lib.chorus_pro import errors
from ..lib.chorus_pro.codes import RECIPIENT_OPEN_STATUSES, InvoiceStatus, RequestKind
from ..lib.chorus_pro.records import UnreadableRow
from ..lib.chorus_pro.services import invoices
from ..tools.dates import paris_day, to_utc
from ..tools.transactions import write_down
from ..tools.windows import whole_window
from .l10n_fr_chorus_connection_inbox import is_denied
from .l10n_fr_chorus_inbound import DOCUMENT_TYPES_OF_PORTAL, WITHDRAWN_STATUSES
from .sentences import advise
from .status_labels import status_label

# The very first search has no date to start from: everything still to be treated.
FIRST_STATUSES = (
    *RECIPIENT_OPEN_STATUSES,
    InvoiceStatus.SUSPENDED,
    InvoiceStatus.TAKEN_BY_RECIPIENT,
)
# The portal opened that day; where a first search that was cut begins.
OPENING = date(2017, 1, 1)
# The window of changes starts a day early: the portal counts in days of Paris, its clock
# is not ours, and reading twice is harmless.
OVERLAP = timedelta(days=1)
# What comes back from these may have another service, other files, another content.
RECYCLING_STATUSES = frozenset(
    map(str, (InvoiceStatus.TO_RECYCLE, InvoiceStatus.AWAITING_RECYCLING))
)


class L10n_Fr_ChorusInbound(models.Model):
    _inherit = "l10n_fr_chorus.inbound"

    def _look_around(self, connection, client):
        """One structure the account may not read does not hide the others.

        :raise errors.CredentialsError: the account may read none
        """
        structures = connection._receiving_structures(client)
        denied = {}
        for structure in structures:
            if error := self._look(client, structure):
                denied[structure] = error
        write_down(self.env, partial(self._looked, connection, structures, denied))
        if structures and len(denied) == len(structures):
            for error in denied.values():
                if isinstance(error, errors.CredentialsError):
                    raise error

    def _looked(self, connection, structures, denied):
        if not structures:
            sentence = self.env._(
                "Chorus Pro names no structure that this technical account may receive "
                "for. Ask its manager to grant the right on the Chorus Pro portal."
            )
        else:
            for structure, error in denied.items():
                structure.message = advise(self.env, error)
            sentence = " ".join(
                f"{structure.display_name}: {structure.message}"
                for structure in structures.filtered("message")
            )
        if not sentence:
            connection._worked()
            return
        nothing_read = len(denied) == len(structures)
        connection._note(
            {"last_message": sentence, **({"state": "error"} if nothing_read else {})}
        )

    def _look(self, client, structure):
        """All pages of both kinds first, then one set of records and the cursor.

        :return: the error of the portal when it denies this structure, else None
        """
        window = _Window(client, int(structure.portal_id), structure.received_cursor)
        # Nothing is held open in the database while the portal thinks.
        self.env["ir.cron"]._commit_progress()
        try:
            window.look()
        except errors.ChorusError as error:
            if not is_denied(error):
                raise
            return error
        write_down(self.env, partial(self._record_window, structure, window))
        return None

    def _record_window(self, structure, window):
        self._record_found(structure, window.rows)
        message = self._window_message(window)
        if (structure.message or "") != message:
            connection = structure.connection_id
            if structure.message and structure.message in (
                connection.last_message or ""
            ):
                connection._note({"last_message": False})
            structure.message = message
        # The portal's clock, not ours: a change is never missed when the two differ. And
        # not while it keeps rows back: they would never be asked for again.
        moments = [
            to_utc(row.status_at)
            for _kind, row in window.rows.values()
            if not isinstance(row, UnreadableRow) and row.status_at
        ]
        since = structure.received_cursor
        if not window.is_cut and moments and (not since or max(moments) > since):
            structure.received_cursor = max(moments)

    def _window_message(self, window):
        parts = []
        if window.is_cut:
            parts.append(
                self.env._(
                    "Chorus Pro does not list all the documents that changed on one same "
                    "day. Odoo receives those it lists and asks again; look for the "
                    "others on the Chorus Pro portal."
                )
            )
        if window.has_nameless:
            parts.append(
                self.env._(
                    "Chorus Pro lists documents without their identifier. They cannot be "
                    "received; look for them on the Chorus Pro portal."
                )
            )
        return " ".join(parts)

    # -------------------------------------------------------------------------
    # RECORD
    # -------------------------------------------------------------------------

    def _record_found(self, structure, found):
        """One new record per portal id; known ones learn their new status.

        :param dict found: ``{portal id: (kind, ReceivedInvoice or UnreadableRow)}``
        """
        known = self.search(
            [
                ("connection_id", "=", structure.connection_id.id),
                ("portal_id", "in", list(found)),
            ]
        ).grouped("portal_id")
        self.create(
            [
                self._prepare_vals(structure, kind, row)
                for portal_id, (kind, row) in found.items()
                if portal_id not in known
            ]
        )
        for portal_id, document in known.items():
            kind, row = found[portal_id]
            if isinstance(row, UnreadableRow):
                continue
            if not document.portal_status and document.state == "quarantine":
                # It was listed without what is needed, and is whole now.
                document.write(
                    {
                        **document._reopened_vals(),
                        **self._prepare_vals(structure, kind, row),
                    }
                )
            elif row.status and document._differs(row):
                document._status_changed(row)

    def _prepare_vals(self, structure, kind, row):
        vals = {
            "connection_id": structure.connection_id.id,
            "company_id": structure.company_id.id,
            "structure_id": structure.id,
            "portal_id": str(row.portal_id),
            "kind": kind,
        }
        if isinstance(row, UnreadableRow):
            return {**vals, **self._unreadable_vals(row)}
        return {
            **vals,
            "document_type": DOCUMENT_TYPES_OF_PORTAL.get(row.kind),
            "number": row.number,
            "supplier_siret": row.supplier.identifier,
            "supplier_id_type": str(row.supplier.identifier_type),
            "supplier_name": row.supplier.name,
            "currency_code": row.currency,
            "amount_total": row.taxed or 0,
            "invoice_date": row.issue_date,
            "deposit_date": row.deposit_date,
            "service_code": row.recipient.service_code,
            **self._status_vals(row),
            **self._withdrawn_vals(str(row.status)),
        }

    @api.model
    def _unreadable_vals(self, row):
        return {
            # A title is needed: the only thing that is known.
            "number": row.number or str(row.portal_id),
            "state": "quarantine",
            "reason": self.env._(
                "Chorus Pro lists this document without its number. Press Retry to "
                "download it; if that brings nothing, enter the bill by hand from the "
                "Chorus Pro portal."
            ),
        }

    @api.model
    def _status_vals(self, row):
        return {
            "portal_status": str(row.status or ""),
            "status_at": to_utc(row.status_at),
            "status_comment": row.status_comment,
        }

    @api.model
    def _withdrawn_vals(self, status):
        if status not in WITHDRAWN_STATUSES:
            return {}
        return {
            "state": "ignored",
            "reason": self.env._(
                "Already dealt with on Chorus Pro (“%s”): no bill to make.",
                status_label(self.env, status),
            ),
        }

    def _differs(self, row):
        return self.portal_status != str(row.status) or (
            row.status_at and self.status_at != to_utc(row.status_at)
        )

    def _status_changed(self, row):
        """A known document moved on: read its history; take it back or leave it out."""
        vals = {
            **self._status_vals(row),
            **self._files_due_vals(str(row.status)),
            "history_due": bool(self.move_id),
        }
        if not self.move_id and not self.ignored_by_id:
            withdrawn = self._withdrawn_vals(vals["portal_status"])
            if withdrawn:
                vals.update(withdrawn)
            elif self.state == "ignored":
                # What was kept may be another document than the one that came back.
                vals.update(
                    self._reopened_vals(), pivot_attachment_id=False, sha256=False
                )
        self.write(vals)

    def _files_due_vals(self, status):
        """Whether this new status may come with files that the bill has not."""
        completed = status == InvoiceStatus.COMPLETED
        recycled = (
            self.portal_status in RECYCLING_STATUSES
            and status not in RECYCLING_STATUSES
        )
        return {"files_due": True} if self.move_id and (completed or recycled) else {}


class _Window:
    """What changed for one structure since a moment; read without the database.

    ``rows`` is ``{portal id: (kind, row)}``; ``has_nameless`` tells that some have no
    id; ``is_cut`` that the portal kept rows back although only one day was asked for.
    """

    def __init__(self, client, portal_id, since):
        self.client = client
        self.portal_id = portal_id
        self.since = paris_day(since - OVERLAP) if since else None
        self.today = paris_day(fields.Datetime.now())
        self.rows = {}
        self.has_nameless = False
        self.is_cut = False

    def look(self):
        for kind in (RequestKind.INVOICE, RequestKind.WORKS):
            try:
                self._ask(kind, self.since)
            except errors.SearchCutError:
                since = self.since or OPENING
                whole_window(partial(self._ask, kind), since, max(since, self.today))

    def _ask(self, kind, since=None, until=None):
        found = invoices.search_received(
            self.client,
            self.portal_id,
            kind=kind,
            changed_from=since,
            changed_to=until,
            statuses=None if self.since else FIRST_STATUSES,
        )
        try:
            for row in found:
                if row.portal_id is None:
                    self.has_nameless = True
                else:
                    self.rows[str(row.portal_id)] = (str(kind), row)
        except errors.SearchCutError:
            if since is None or since != until:
                raise
            # Less than a day cannot be asked for; the other days can.
            self.is_cut = True
        return ()
