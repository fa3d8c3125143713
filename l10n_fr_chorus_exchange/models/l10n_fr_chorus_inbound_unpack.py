"""From an original to its files, invoice by invoice; the broken ones are put apart."""

import logging

from odoo import models

from ..lib.chorus_pro import intake, unpacking
from ..lib.chorus_pro.errors import Flaw, UnreadableDocument
from ..lib.chorus_pro.spool import Spool, pieces_of
from ..tools.transactions import is_passing
from .inbound_by_hand import invoice_of
from .l10n_fr_chorus_inbound import WORKS
from .sentences import advise

_logger = logging.getLogger(__name__)


class L10n_Fr_ChorusInbound(models.Model):
    _inherit = "l10n_fr_chorus.inbound"

    # -------------------------------------------------------------------------
    # READ
    # -------------------------------------------------------------------------

    def _read_originals(self):
        """What the originals say of these documents; each original is read once.

        Lazily, one invoice in memory at a time, in the order of the originals.

        :return: iterator of ``(document, PivotInvoice or error)``, one for each document;
            ``UnreadableDocument`` is the fault of the original, any other error is ours
        """
        for original, documents in self.grouped("pivot_attachment_id").items():
            yield from documents._read_from(original)

    def _read_from(self, original):
        left = self
        problem = UnreadableDocument(Flaw.NOT_IN_PIVOT)
        recipients = self.connection_id._recipients()
        try:
            if self[0].file_kind:
                found = self._read_file(original)
                left -= self
                yield self, found
                return
            with original._l10n_fr_chorus_open() as source:
                for found in unpacking.scan_pivot(source, recipients=recipients):
                    document = left._document_of(found)
                    if document:
                        left -= document
                        # What is asked of one of them is read for all.
                        yield document.with_prefetch(self.ids), found
                        if not left:
                            # What comes after them is nothing of theirs.
                            return
                    elif isinstance(found, UnreadableDocument):
                        # Too broken to say which one it is.
                        problem = found
        except Exception as error:
            if is_passing(error):
                raise
            problem = error
        for document in left:
            yield document, problem

    def _read_file(self, original):
        """The invoice of a file imported by hand: nobody else is in it."""
        self.ensure_one()
        with original._l10n_fr_chorus_open() as source:
            stored = Spool().store(pieces_of(source))
        kind = intake.identify(stored)
        invoice = invoice_of(original.name, stored, kind.mime)
        return invoice or UnreadableDocument(Flaw.NO_INVOICE)

    def _read_original(self):
        """:return: ``PivotInvoice``
        :raise UnreadableDocument: broken, or another invoice than the one asked for
        :raise Exception: nobody foresaw it
        """
        self.ensure_one()
        [(_document, found)] = self._read_originals()
        if isinstance(found, Exception):
            raise found
        return found

    def _document_of(self, found):
        """The document among these that an invoice of a PIVOT is; may be empty."""
        if found.portal_id:
            return self.filtered(lambda d: d.portal_id == str(found.portal_id))
        # The portal's id is not proven to be always there; the number is.
        same = self.filtered(lambda d: d.number == found.number)
        return same if len(same) == 1 else self.browse()

    # -------------------------------------------------------------------------
    # UNPACK
    # -------------------------------------------------------------------------

    def _unpack(self, _client=None):
        """Keep the files of originals just downloaded; a bill gets those that are new."""
        documents = self.try_lock_for_update().filtered_domain(
            [("is_unpacked", "=", False), ("pivot_attachment_id", "!=", False)]
        )
        # Before one of them gives its original up.
        shared = documents._sharing()
        try:
            with self.env.cr.savepoint():
                documents._unpack_all(shared)
        except Exception as error:
            if is_passing(error):
                # Two transactions met: the next run tries again.
                raise
            _logger.info("Chorus Pro inbox, files one by one after: %r", error)
            documents._unpack_each(shared)

    def _unpack_all(self, shared):
        for document, found in self._read_originals():
            document._unpack_one(found, is_shared=document in shared)

    def _unpack_each(self, shared):
        """The one in trouble stays behind; the others keep what was unpacked."""
        for document, found in self._read_originals():
            try:
                with self.env.cr.savepoint():
                    document._unpack_one(found, is_shared=document in shared)
            except Exception as error:
                if is_passing(error):
                    raise
                _logger.exception("Chorus Pro inbox document %s: files", document.id)
                document._try_later(
                    self.env._(
                        "Unexpected error, see the server log (document %s).",
                        document.id,
                    )
                )

    def _sharing(self):
        """Those whose original holds other documents as well."""
        counts = self._read_group(
            [("pivot_attachment_id", "in", self.pivot_attachment_id.ids)],
            ["pivot_attachment_id"],
            ["__count"],
        )
        shared = {original for original, count in counts if count > 1}
        return self.filtered(lambda one: one.pivot_attachment_id in shared)

    def _unpack_one(self, found, *, is_shared):
        self.ensure_one()
        if isinstance(found, UnreadableDocument):
            self._not_unpacked(found, is_shared=is_shared)
            return
        if isinstance(found, Exception):
            self._not_read(found, is_shared=is_shared)
            return
        files = self.env["l10n_fr_chorus.inbound.file"]
        accepted = {}
        if not self.move_id:
            # Another attempt, or a document that came back from recycling.
            accepted = {file.sha256: file.accepted_by_id.id for file in self.file_ids}
            self.file_ids.unlink()
        new = files._take_in(self, found, accepted)
        self.is_unpacked = True
        if self.move_id:
            self._files_added(new)
            self._learn_references(found)
        if self._stop_at_suspects() or self.move_id:
            return
        if self.kind == WORKS:
            self._to_settle(
                self.env._(
                    "Works invoice: Odoo shows it with its files and makes no bill of "
                    "it. Deal with it on the Chorus Pro portal, and enter the bill by "
                    "hand."
                )
            )

    def _not_unpacked(self, problem, *, is_shared):
        if is_shared and self._has_portal_id():
            # It spoils, or misses, in a download with others: it comes alone.
            self._come_alone()
            return
        self.is_unpacked = True
        if self.move_id:
            self.move_id._message_log(body=advise(self.env, problem))
            return
        self._quarantine(
            self.env._(
                "%s Ask the supplier to send it again, or enter the bill by hand "
                "from the Chorus Pro portal.",
                advise(self.env, problem),
            )
        )

    def _not_read(self, error, *, is_shared=False):
        """Nobody foresaw it: not this document's fault while others were read with it,
        nor if the original is gone from the disk. It comes alone, once."""
        _logger.error("Chorus Pro inbox document %s: original", self.id, exc_info=error)
        if self._has_portal_id() and (is_shared or not self.fetch_alone):
            self._come_alone()
            return
        self._try_later(
            self.env._("Unexpected error, see the server log (document %s).", self.id)
        )

    def _come_alone(self):
        """Another download, of this document only; the original kept is given up."""
        self.write(
            {
                "fetch_alone": True,
                "pivot_attachment_id": False,
                "sha256": False,
                **({"files_due": True} if self.move_id else {"state": "seen"}),
            }
        )
