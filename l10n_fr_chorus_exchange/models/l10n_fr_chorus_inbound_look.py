"""Looking: what changed on the portal for each structure becomes the inbox."""

import logging
from functools import partial

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models

from ..lib.chorus_pro import errors
from ..lib.chorus_pro.errors import Flaw
from ..lib.chorus_pro.records import UnreadableRow
from ..tools.dates import paris_day, to_utc
from ..tools.transactions import is_passing, write_down
from ..tools.windows import OVERLAP, SKEW
from .l10n_fr_chorus_connection_inbox import is_denied
from .l10n_fr_chorus_inbound import DOCUMENT_TYPES_OF_PORTAL, WITHDRAWN_STATUSES
from .received_window import FIRST_STATUSES, Window, was_over_before
from .sentences import advise
from .status_labels import status_label

_logger = logging.getLogger(__name__)


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
        connection._note({"looked_at": fields.Datetime.now()})
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
        window = Window(
            client,
            int(structure.portal_id),
            structure.received_cursor,
            structure.connection_id.receive_from,
        )
        # Nothing is held open in the database while the portal thinks.
        self.env["ir.cron"]._commit_progress()
        try:
            window.look()
        except errors.ChorusError as error:
            if not is_denied(error):
                raise
            return error
        record = partial(self._record_window, structure, window)
        try:
            write_down(self.env, record)
        except UniqueViolation:
            # A person fetched or imported one of them meanwhile: it is known now.
            self.env.cr.rollback()
            write_down(self.env, record)
        except Exception as error:
            self.env.cr.rollback()
            if is_passing(error):
                raise
            _logger.info("Chorus Pro inbox, rows one by one after: %r", error)
            write_down(self.env, partial(self._record_one_by_one, structure, window))
        return None

    def _record_one_by_one(self, structure, window):
        """A row that breaks is put aside and told; it hides no other."""
        window.odd.clear()
        for portal_id, (kind, row) in window.rows.items():
            try:
                with self.env.cr.savepoint():
                    self._record_found(structure, {portal_id: (kind, row)})
            except Exception as error:
                if is_passing(error):
                    raise
                _logger.exception("Chorus Pro document %s: not listed here", portal_id)
                window.odd.add(portal_id)
                unreadable = UnreadableRow(int(portal_id), "", "not written down")
                self._record_found(structure, {portal_id: (kind, unreadable)})
        self._note_window(structure, window)

    def _record_window(self, structure, window):
        self._record_found(structure, window.rows)
        self._note_window(structure, window)

    def _note_window(self, structure, window):
        """What to tell a person, and from where to look the next time."""
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
            for portal_id, (_kind, row) in window.rows.items()
            if portal_id not in window.odd
            and not isinstance(row, UnreadableRow)
            and row.status_at
        ]
        since = structure.received_cursor
        if not since and not structure.changes_from:
            structure.changes_from = window.began - SKEW
        # A moment of the years to come is an error: nothing would be asked for until then.
        last = min(max(moments), fields.Datetime.now() + OVERLAP) if moments else None
        if not since:
            # A first look sees what is open only: all that changes from then on is asked
            # for, even if nothing was open, or the portal kept rows back for days.
            first = structure.changes_from
            last = min(last, first + OVERLAP) if last else first
        if not window.is_cut and last and (not since or last > since):
            structure.received_cursor = last

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
        if window.odd:
            parts.append(
                self.env._(
                    "Unexpected error with what Chorus Pro lists of the documents %s, see "
                    "the server log. Look for them on the Chorus Pro portal.",
                    ", ".join(sorted(window.odd)),
                )
            )
        return " ".join(parts)

    # -------------------------------------------------------------------------
    # RECORD
    # -------------------------------------------------------------------------

    def _record_found(self, structure, found, is_asked=False):
        """One new record per portal id; known ones learn their new status.

        :param is_asked: somebody wants these, whenever they were deposited
        :param dict found: ``{portal id: (kind, ReceivedInvoice or UnreadableRow)}``
        """
        known = self.search(
            [
                ("connection_id", "=", structure.connection_id.id),
                ("portal_id", "in", list(found)),
            ]
        ).grouped("portal_id")
        fresh = {
            portal_id: row for portal_id, row in found.items() if portal_id not in known
        }
        adopted = self._adopt(structure, fresh)
        self.create(
            [
                {
                    **self._prepare_vals(structure, kind, row),
                    **self._treated_there_vals(structure, row),
                }
                for portal_id, (kind, row) in fresh.items()
                if portal_id not in adopted
                and (is_asked or not self._stays_there(structure, row))
            ]
        )
        for portal_id, document in known.items():
            document._found_again(structure, *found[portal_id])

    @api.model
    def _stays_there(self, structure, row):
        """Whether a document that is not known is none to be received."""
        return structure.connection_id._is_before_start(row) or was_over_before(
            row, structure.changes_from
        )

    def _found_again(self, structure, kind, row):
        if isinstance(row, UnreadableRow):
            return
        if not self.portal_status and self.state == "quarantine":
            # It was listed without what is needed, and is whole now.
            self.write(
                {
                    **self._reopened_vals(),
                    **self._prepare_vals(structure, kind, row),
                }
            )
        elif row.status and self._differs(row):
            self._status_changed(structure, row)

    def _prepare_vals(self, structure, kind, row):
        vals = {
            "connection_id": structure.connection_id.id,
            "company_id": structure.company_id.id,
            "portal_id": str(row.portal_id),
            "kind": kind,
            "structure_id": structure.id,
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
            "moe_siret": row.project_manager.identifier,
            "moe_name": row.project_manager.name,
            "moa_siret": row.contracting_authority.identifier,
            "moa_name": row.contracting_authority.name,
            **self._routing_vals(structure, row),
            **self._status_vals(row),
            **self._left_out_vals(structure, row),
        }

    @api.model
    def _routing_vals(self, structure, row):
        """Where it is addressed: another place once it was recycled."""
        return {
            "structure_id": structure.id,
            "service_code": row.recipient.service_code,
        }

    @api.model
    def _left_out_vals(self, structure, row):
        """Why no bill is to be made of it, as values; none when one is."""
        service = structure._services_by_code().get(row.recipient.service_code)
        if service and not service.is_received:
            return {
                "state": "ignored",
                "reason": self.env._(
                    "Addressed to %s, for which nothing is received here. To make the "
                    "bill all the same, press Retry.",
                    service.display_name,
                ),
            }
        return self._withdrawn_vals(str(row.status))

    @api.model
    def _treated_there_vals(self, structure, row):
        """Of the time before Odoo looked, and past the desk when it is first seen: the
        end of what was booked elsewhere. No bill is made of it unless a person says so.
        """
        since, deposited = structure.changes_from, getattr(row, "deposit_date", None)
        if (
            not since
            or not deposited
            or deposited >= paris_day(since)
            or row.status in FIRST_STATUSES
            or str(row.status) in WITHDRAWN_STATUSES
        ):
            return {}
        return {
            "state": "ignored",
            "reason": self.env._(
                "Deposited before Odoo first looked, and treated on Chorus Pro (“%s”): it "
                "may be in your books already. If it is not, press Retry.",
                status_label(self.env, str(row.status)),
            ),
        }

    @api.model
    def _unreadable_vals(self, row):
        if row.flaw is Flaw.NO_NUMBER:
            reason = self.env._(
                "Chorus Pro lists this document without its number. Press Retry to "
                "download it; if that brings nothing, enter the bill by hand from the "
                "Chorus Pro portal."
            )
        else:
            reason = self.env._(
                "What Chorus Pro lists of this document could not be written down, see "
                "the server log. Press Retry to download it; if that brings nothing, "
                "enter the bill by hand from the Chorus Pro portal."
            )
        # A title is needed: the only thing that is known.
        number = row.number or str(row.portal_id)
        return {"number": number, "state": "quarantine", "reason": reason}

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

    def _status_changed(self, structure, row):
        """A known document moved on: read its history; take it back or leave it out."""
        is_moved = self.service_code != (row.recipient.service_code or False)
        vals = {
            **self._routing_vals(structure, row),
            **self._status_vals(row),
            **self._files_due_vals(row),
            "history_due": bool(self.move_id),
        }
        if not self.move_id and not self.ignored_by_id:
            left_out = self._left_out_vals(structure, row)
            if self.state == "ignored":
                left_out = self._treated_there_vals(structure, row) or left_out
            if left_out:
                vals.update(left_out)
            elif self.state == "ignored" or self._is_to_be_read_again(row):
                vals.update(self._given_up_vals())
        self.write(vals)
        if is_moved and self.move_id:
            self._tell_moved()

    def _tell_moved(self):
        """The bill of a recycled invoice is for another service now."""
        if self.move_id.state == "draft":
            self.move_id.buyer_reference = self.service_code
        self.move_id._message_log(
            body=self.env._(
                "The supplier sent the invoice on to the service %(service)s of "
                "%(structure)s. Check the journal and the accounts.",
                service=self.service_id.display_name or self.service_code or "–",
                structure=self.structure_id.display_name,
            )
        )
