"""What a person downloaded from the portal by hand: the same inbox, the same rules."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..lib.chorus_pro import intake, unpacking
from ..lib.chorus_pro.errors import Flaw, UnreadableDocument
from ..lib.chorus_pro.identifiers import clean_siret
from ..lib.chorus_pro.intake import IntakeKind
from ..lib.chorus_pro.spool import Spool, pieces_of
from .inbound_by_hand import invoice_of, trouble_in
from .l10n_fr_chorus_inbound import (
    DOCUMENT_TYPES_OF_UNTDID,
    KINDS_OF_FRAMEWORK,
    WITHDRAWN_STATUSES,
)
from .sentences import advise

# Before the checksum that stands for the portal's id where there is none.
BY_HAND = "file-"
STRUCTURED = (IntakeKind.FACTURX, IntakeKind.CII, IntakeKind.UBL)


class L10n_Fr_ChorusInbound(models.Model):
    _inherit = "l10n_fr_chorus.inbound"

    # Of a file without the portal's data; empty for what came in a PIVOT.
    file_kind = fields.Char(readonly=True)

    def _import_file(self, connection, name, source):
        """Put a file downloaded by hand into the inbox; the cron does the rest.

        A PIVOT, bare or in the portal's ZIP, holds the portal's ids: its documents are
        those the search would bring. A PDF or XML of an invoice has no such id: its
        checksum keeps it unique until the portal lists the same number of the same
        supplier.

        :param source: a binary file
        :return: the documents of the file, known ones included
        :raise UserError: nothing in it can be received, and why
        """
        stored = Spool().store(pieces_of(source))
        found = intake.identify(stored)
        try:
            if found.problem:
                raise found.problem
            if found.kind is IntakeKind.PIVOT:
                return self._import_pivot(connection, stored)
            if found.kind is IntakeKind.ZIP:
                return self._import_archive(connection, stored)
            return self._import_invoice(connection, name, stored, found)
        except UnreadableDocument as error:
            raise UserError(
                self.env._(
                    "%(file)s: %(reason)s", file=name, reason=advise(self.env, error)
                )
            ) from error

    # -------------------------------------------------------------------------
    # PIVOT
    # -------------------------------------------------------------------------

    def _import_pivot(self, connection, stored):
        documents, problems = self.browse(), []
        recipients = connection._recipients()
        for rank, one in enumerate(unpacking.scan_pivot(stored, recipients=recipients)):
            if isinstance(one, UnreadableDocument):
                problems.append(one)
                continue
            portal_id = str(one.portal_id or f"{BY_HAND}{stored.sha256}-{rank}")
            documents |= self._taken_in(connection, portal_id, one, "")
        if not documents:
            raise problems[0] if problems else UnreadableDocument(Flaw.NO_INVOICE)
        documents._keep_import(stored, "")
        for problem in problems:
            documents._tell_left_out(problem)
        return documents

    def _tell_left_out(self, problem):
        """What of the same file is not received, where somebody will read it."""
        sentence = advise(self.env, problem)
        for document in self.filtered(lambda d: d.state == "fetched"):
            document.reason = " ".join(filter(None, [document.reason, sentence]))

    # -------------------------------------------------------------------------
    # FILES
    # -------------------------------------------------------------------------

    def _import_archive(self, connection, stored):
        """Each file of the archive, whatever its folder; none of its paths is used."""
        documents, problems = self.browse(), []
        for one in intake.files_in(stored):
            if isinstance(one, UnreadableDocument):
                problems.append(one)
                continue
            found = intake.identify(one.stored)
            if found.kind is IntakeKind.PIVOT:
                documents |= self._import_pivot(connection, one.stored)
            elif found.kind in STRUCTURED:
                documents |= self._import_invoice(
                    connection, one.name, one.stored, found
                )
        if documents:
            return documents
        if problems:
            raise problems[0]
        raise UserError(
            self.env._(
                "No invoice in this archive: neither a PIVOT nor a Factur-X, CII or UBL. "
                "Import its PDF files one by one."
            )
        )

    def _import_invoice(self, connection, name, stored, found):
        if found.kind not in (*STRUCTURED, IntakeKind.PDF):
            raise UserError(
                self.env._(
                    "%s is no invoice: import a PIVOT or ZIP of Chorus Pro, a Factur-X, "
                    "a CII, a UBL or a PDF.",
                    name,
                )
            )
        invoice = invoice_of(name, stored, found.mime)
        if not invoice:
            return self._import_plain(connection, name, stored, found)
        self._check_recipient(connection, invoice)
        document = self._same_invoice(connection, invoice)
        if not document:
            portal_id = f"{BY_HAND}{stored.sha256}"
            document = self._taken_in(connection, portal_id, invoice, str(found.kind))
        if document.file_kind:
            document._keep_import(stored, name)
        return document

    def _check_recipient(self, connection, invoice):
        """:raise UnreadableDocument: the invoice names somebody else"""
        siret = clean_siret(invoice.recipient.identifier)
        recipients = connection._recipients()
        if siret and recipients and siret not in recipients:
            raise UnreadableDocument(
                Flaw.OTHER_RECIPIENT, detail=siret[:40], number=invoice.number
            )

    def _import_plain(self, connection, name, stored, found):
        """A PDF that says nothing to a program: kept, for a person to enter."""
        portal_id = f"{BY_HAND}{stored.sha256}"
        document = self._of_connection(connection, portal_id)
        if document:
            return document
        document = self.create(
            {
                "connection_id": connection.id,
                "company_id": connection.company_id.id,
                "portal_id": portal_id,
                "number": name,
                "file_kind": str(found.kind),
                "is_unpacked": True,
                **self._plain_vals(trouble_in(name, stored, found.mime)),
            }
        )
        self.env["l10n_fr_chorus.inbound.file"]._take_in_alone(
            document, name, stored, found.mime
        )
        held = document.file_ids._held()
        if held:
            document.write(
                {"state": "quarantine", "reason": document._suspect_sentence(held)}
            )
        return document

    @api.model
    def _plain_vals(self, trouble):
        """:param trouble: of the data in the file; None: there are none"""
        if trouble:
            return {
                "state": "quarantine",
                "reason": self.env._(
                    "%s Ask the supplier to send it again, or fetch the document by its "
                    "number and ignore this file.",
                    advise(self.env, trouble),
                ),
            }
        return {
            "state": "to_settle",
            "reason": self.env._(
                "This file holds no invoice data, and Odoo cannot know which document "
                "of Chorus Pro it is. Enter the bill by hand; or fetch the document by "
                "its number and ignore this file."
            ),
        }

    # -------------------------------------------------------------------------
    # RECORDS
    # -------------------------------------------------------------------------

    def _of_connection(self, connection, portal_id):
        return self.search(
            [("connection_id", "=", connection.id), ("portal_id", "=", portal_id)]
        )

    def _same_invoice(self, connection, invoice):
        """The document of the inbox that this invoice is; may be empty."""
        same = self.search(
            [("connection_id", "=", connection.id), ("number", "=", invoice.number)]
        )
        siret = clean_siret(invoice.supplier.identifier)
        return same.filtered(
            lambda d: (
                clean_siret(d.supplier_siret or "") == siret
                and d._may_be(invoice.issue_date, invoice.amounts.taxed)
            )
        )[:1]

    def _may_be(self, day, total):
        """Whether another place may tell of this document: a supplier's numbers come
        again the next year. What one of them leaves out is no contradiction."""
        is_year = not (day and self.invoice_date) or day.year == self.invoice_date.year
        currency = self.currency_id or self.company_id.currency_id
        is_total = not (total and self.amount_total) or not currency.compare_amounts(
            abs(float(total)), abs(self.amount_total)
        )
        return is_year and is_total

    def _taken_in(self, connection, portal_id, invoice, file_kind):
        """The record of an invoice imported by hand: new, or the one that is there."""
        document = self._of_connection(connection, portal_id)
        if document:
            return document
        structure = connection.with_context(active_test=False).structure_ids.filtered(
            lambda s: s.siret == clean_siret(invoice.recipient.identifier)
        )[:1]
        return self.create(
            {
                "connection_id": connection.id,
                "company_id": connection.company_id.id,
                "structure_id": structure.id,
                "portal_id": portal_id,
                "file_kind": file_kind,
                "kind": KINDS_OF_FRAMEWORK.get(invoice.cadre, "FACTURE"),
                "document_type": DOCUMENT_TYPES_OF_UNTDID.get(invoice.type_code),
                "number": invoice.number,
                "supplier_siret": invoice.supplier.identifier,
                "supplier_id_type": str(invoice.supplier.identifier_type),
                "supplier_name": invoice.supplier.name,
                "currency_code": invoice.currency,
                "amount_total": invoice.amounts.taxed or 0,
                "invoice_date": invoice.issue_date,
                "deposit_date": invoice.received_date,
                "service_code": invoice.recipient.service_code,
            }
        )

    def _keep_import(self, stored, name):
        """Read this file for the documents that have no bill yet.

        What was rejected on the portal, or taken back, stays without one. A bill gets
        what files of the portal's own it does not have.
        """
        self.filtered(lambda d: d.move_id and not d.file_kind)._keep_for_bills(stored)
        waiting = self.filtered(
            lambda d: (
                d.state != "imported" and d.portal_status not in WITHDRAWN_STATUSES
            )
        )
        waiting._keep(stored, name)
        for document in waiting:
            document.write(
                {
                    **document._reopened_vals(),
                    "state": "fetched",
                    # It may be of any day.
                    "files_status": False,
                    "files_status_at": False,
                    # The portal has not told its status yet.
                    "history_due": document._has_portal_id()
                    and not document.portal_status,
                }
            )

    def _adopt(self, structure, found):
        """Documents imported without the portal's id, now that the portal lists them.

        :param dict found: as for ``_record_found``, of rows that are not in the inbox
        :return: portal ids that have their record now
        """
        if not found:
            return set()
        by_hand = self.search(
            [
                ("connection_id", "=", structure.connection_id.id),
                ("portal_id", "=like", f"{BY_HAND}%"),
            ]
        )
        left = by_hand.grouped(lambda one: _key(one.supplier_siret, one.number))
        adopted = set()
        for portal_id, (kind, row) in found.items():
            supplier = getattr(row, "supplier", None)
            key = supplier and _key(supplier.identifier, row.number)
            document = left.get(key, self.browse()).filtered(
                lambda one, row=row: one._may_be(row.issue_date, row.taxed)
            )[:1]
            if document:
                left[key] -= document
                vals = document._prepare_vals(structure, kind, row)
                if document.move_id:
                    # Whatever became of it over there, its bill is made: what is told
                    # of it goes on the bill, with the portal's files.
                    vals.update(state="imported", files_due=True, history_due=True)
                    vals.pop("reason", None)
                elif "state" not in vals:
                    vals.update(document._reopened_vals())
                document.write({**vals, "file_kind": False})
                if document.move_id:
                    document.move_id.write(document._move_status_vals())
                adopted.add(portal_id)
        return adopted


def _key(identifier, number):
    return clean_siret(identifier or ""), (number or "").casefold()
