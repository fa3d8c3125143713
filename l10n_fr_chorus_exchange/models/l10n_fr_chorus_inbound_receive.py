"""Receiving: what changed on the portal, the originals, the histories."""

import hashlib
import logging
from datetime import timedelta

from psycopg2 import OperationalError

from odoo import api, fields, models

from ..lib.chorus_pro import errors
from ..lib.chorus_pro.codes import RECIPIENT_OPEN_STATUSES, InvoiceStatus, RequestKind
from ..lib.chorus_pro.services import invoices, transverse
from ..tools.dates import paris_day, to_utc
from .l10n_fr_chorus_inbound import (
    DOCUMENT_TYPES_OF_PORTAL,
    OPEN_STATES,
    WITHDRAWN_STATUSES,
)
from .sentences import advise
from .status_labels import status_label

_logger = logging.getLogger(__name__)

# The very first search has no date to start from: everything still to be treated.
FIRST_STATUSES = (
    *RECIPIENT_OPEN_STATUSES,
    InvoiceStatus.SUSPENDED,
    InvoiceStatus.TAKEN_BY_RECIPIENT,
)
# The window of changes starts a day early: the portal counts in days of Paris, its clock
# is not ours, and reading twice is harmless.
OVERLAP = timedelta(days=1)
# Minutes before the next try of one document; when they are used up: quarantine.
TRIES = (5, 15, 60, 240, 720)


class L10n_Fr_ChorusInbound(models.Model):
    _inherit = "l10n_fr_chorus.inbound"

    # -------------------------------------------------------------------------
    # RECEIVE
    # -------------------------------------------------------------------------

    @api.model
    def _cron_receive(self):
        """Look for what changed, download it, make bills; each step commits its own."""
        connections = self.env["l10n_fr_chorus.connection"].search(
            [("can_receive", "=", True)]
        )
        # All look first: a large backlog of one company does not hide the others' news.
        for work in ("_look_around", "_treat_waiting"):
            for connection in connections:
                # What is written down is read by the company's accountants.
                connection = connection._speak()
                with connection._exclusive("receive") as mine:
                    if mine and not connection._is_paused():
                        self._guarded(connection, work)

    def _guarded(self, connection, work):
        """Work on one connection; where its access or the portal fails, it pauses."""
        inbox = self.with_env(connection.env).with_company(connection.company_id)
        try:
            getattr(inbox, work)(connection, connection._client())
        except errors.ChorusError as error:
            # Not the fault of a document, and the cursor has not moved: the next run
            # starts where this one stopped.
            connection._failed(error)
            self._wake_receiver(at=connection.pause_until)
        except Exception:
            self.env.cr.rollback()
            _logger.exception("Chorus Pro connection %s, %s", connection.id, work)
        self._progress()

    def _look_around(self, connection, client):
        structures = connection.structure_ids.filtered("can_receive")
        for structure in structures or self._learn_structures(connection, client):
            try:
                self._look(client, structure)
            except errors.RefusedError as error:
                # No right on this one: the others may still be read.
                _logger.info(
                    "Chorus Pro structure %s: not read: %s", structure.id, error
                )
        connection._worked()

    @api.model
    def _learn_structures(self, connection, client):
        """A connection that was never tested: for whom may its account receive?"""
        found = {
            str(own.portal_id): own for own in transverse.receiving_structures(client)
        }
        known = connection.with_context(active_test=False).structure_ids
        # What a person archived stays so.
        for portal_id in set(found) - set(known.mapped("portal_id")):
            own = found[portal_id]
            known.create(
                {
                    "connection_id": connection.id,
                    "portal_id": portal_id,
                    "siret": own.identifier,
                    "name": own.name or own.identifier,
                    "can_receive": True,
                }
            )
        connection.structure_ids.filtered(lambda s: s.portal_id in found).write(
            {"can_receive": True}
        )
        self.env["ir.cron"]._commit_progress()
        return connection.structure_ids.filtered("can_receive")

    def _treat_waiting(self, connection, client):
        self._run_step(connection, [("state", "=", "seen")], "_fetch", client)
        self._run_step(connection, [("state", "=", "fetched")], "_decode", client)
        self._run_step(connection, [("files_due", "=", True)], "_fetch_again", client)
        self._run_step(
            connection, [("history_due", "=", True)], "_read_history", client
        )

    def _run_step(self, connection, domain, step, client):
        """One step on each document that is due, one commit each.

        A document in trouble never stops the next one; trouble with the connection does.
        """
        due = self.search(
            [("connection_id", "=", connection.id), *domain, *self._due_now()],
            order="id",
        )
        for document in due:
            try:
                getattr(document, step)(client)
            except (errors.NotSentError, errors.InvalidCallError):
                raise
            except OperationalError as error:
                # Somebody changed it at the same moment: the next run tries again.
                self.env.cr.rollback()
                _logger.info(
                    "Chorus Pro inbox document %s, %s: %s", document.id, step, error
                )
            except Exception:
                self.env.cr.rollback()
                _logger.exception("Chorus Pro inbox document %s, %s", document.id, step)
                document._try_later(
                    self.env._(
                        "Unexpected error, see the server log (document %s).",
                        document.id,
                    )
                )
            if not self._progress(1):
                return

    @api.model
    def _due_now(self):
        return [
            "|",
            ("next_try_at", "=", False),
            ("next_try_at", "<=", fields.Datetime.now()),
        ]

    def _progress(self, processed=0):
        """Commit; tell the scheduler what is left, so that it comes back for it at once.

        :return: seconds left for this run
        """
        connections = self.env["l10n_fr_chorus.connection"].search(
            [("can_receive", "=", True)]
        )
        waiting = self.search_count(
            [
                (
                    "connection_id",
                    "in",
                    connections.filtered(lambda c: not c._is_paused()).ids,
                ),
                "|",
                ("state", "in", OPEN_STATES),
                "|",
                ("files_due", "=", True),
                ("history_due", "=", True),
                *self._due_now(),
            ]
        )
        return self.env["ir.cron"]._commit_progress(processed, remaining=waiting)

    def _reload(self, domain):
        """The document, locked in a new transaction, if ``domain`` still holds.

        The network may have taken a minute: somebody may have pressed a button, which a
        transaction begun before would not see.
        """
        self.env["ir.cron"]._commit_progress()
        return self.try_lock_for_update().filtered_domain(domain)

    # -------------------------------------------------------------------------
    # LOOK: what changed on the portal
    # -------------------------------------------------------------------------

    def _look(self, client, structure):
        """All pages of both kinds first, then one set of records and the cursor."""
        since = structure.received_cursor
        criteria = (
            {"changed_from": paris_day(since - OVERLAP)}
            if since
            else {"statuses": FIRST_STATUSES}
        )
        found = {}
        for kind in (RequestKind.INVOICE, RequestKind.WORKS):
            for row in invoices.search_received(
                client, int(structure.portal_id), kind=kind, **criteria
            ):
                found[str(row.portal_id)] = (str(kind), row)
        self._record_found(structure, found)
        # The portal's clock, not ours: a change is never missed when the two differ.
        moments = [
            to_utc(row.status_at) for _kind, row in found.values() if row.status_at
        ]
        if moments and (not since or max(moments) > since):
            structure.received_cursor = max(moments)
        self.env["ir.cron"]._commit_progress()

    def _record_found(self, structure, found):
        """One new record per portal id; known ones learn their new status.

        :param dict found: ``{portal id: (kind, ReceivedInvoice)}``
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
            _kind, row = found[portal_id]
            if row.status and document._differs(row):
                document._status_changed(row)

    def _prepare_vals(self, structure, kind, row):
        return {
            "connection_id": structure.connection_id.id,
            "company_id": structure.company_id.id,
            "structure_id": structure.id,
            "portal_id": str(row.portal_id),
            "kind": kind,
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
    def _status_vals(self, row):
        return {
            "portal_status": str(row.status),
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
        vals = {**self._status_vals(row), "history_due": bool(self.move_id)}
        if not self.move_id and not self.ignored_by_id:
            withdrawn = self._withdrawn_vals(vals["portal_status"])
            if withdrawn:
                vals.update(withdrawn)
            elif self.state == "ignored":
                vals.update(self._reopened_vals())
        elif self.move_id and vals["portal_status"] == InvoiceStatus.COMPLETED:
            vals["files_due"] = True
        self.write(vals)

    # -------------------------------------------------------------------------
    # FETCH: the original, kept before it is read
    # -------------------------------------------------------------------------

    def _fetch(self, client):
        content = self._download(client)
        if content is None:
            return
        for document in self._reload([("state", "=", "seen")]):
            document._keep(content)
            document.write(
                {"state": "fetched", "reason": False, "tries": 0, "next_try_at": False}
            )

    def _download(self, client):
        """The PIVOT file as it came, or None when the trouble is written down.

        :raise errors.NotSentError: the portal cannot be reached at all
        """
        try:
            return invoices.download_pivot(client, [int(self.portal_id)])
        except errors.NotSentError:
            raise
        except errors.ChorusError as error:
            document = self._reload([])
            sentence = advise(self.env, error)
            if _is_hopeless(error):
                document._quarantine(sentence)
            else:
                document._try_later(sentence)
        return None

    def _keep(self, content):
        digest = hashlib.sha256(content).hexdigest()
        extension = "zip" if content[:4] == b"PK\x03\x04" else "xml"
        # Never shown as a page: what a supplier sends is not ours.
        attachments = self.env["ir.attachment"].with_context(
            attachments_mime_plainxml=True
        )
        self.write(
            {
                "sha256": digest,
                "pivot_attachment_id": attachments.create(
                    {
                        "name": f"chorus-pro-{self.portal_id}.{extension}",
                        "raw": content,
                        "res_model": self._name,
                        "res_id": self.id,
                    }
                ).id,
            }
        )
        _logger.info("Chorus Pro inbox document %s: original %s", self.id, digest)

    def _try_later(self, sentence):
        """A passing trouble of this document; the last one puts it in quarantine."""
        for document in self:
            if document.tries >= len(TRIES):
                document._quarantine(sentence)
                continue
            next_try = fields.Datetime.now() + timedelta(minutes=TRIES[document.tries])
            document.write(
                {
                    "reason": sentence,
                    "tries": document.tries + 1,
                    "next_try_at": next_try,
                }
            )
            self._wake_receiver(at=next_try)

    def _quarantine(self, sentence, existing=None):
        """Put aside with what a person must know; a document with a bill keeps it."""
        for document in self:
            vals = {
                "reason": sentence,
                "next_try_at": False,
                "files_due": False,
                "history_due": False,
            }
            if not document.move_id:
                vals.update(
                    state="quarantine", existing_move_id=existing and existing.id
                )
            document.write(vals)
            _logger.info("Chorus Pro inbox document %s: put aside", document.id)


def _is_hopeless(error):
    """Whether the same download can never succeed: the answer is too large."""
    return isinstance(error, errors.AnswerTooLargeError) or (
        isinstance(error, errors.RefusedError) and error.code == 413
    )
