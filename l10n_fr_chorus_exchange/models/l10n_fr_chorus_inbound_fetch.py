"""Downloading: originals in groups, kept before they are read; then their files."""

import logging
from functools import partial

from odoo import models
from odoo.tools import split_every

from ..lib.chorus_pro import errors
from ..lib.chorus_pro.archives import ZIP_MAGIC, safe_name
from ..lib.chorus_pro.services import invoices
from ..lib.chorus_pro.spool import Spool
from ..tools.transactions import write_down
from .sentences import advise

_logger = logging.getLogger(__name__)

# Downloads in a row without an answer before it is no longer the fault of a document.
MOST_UNANSWERED = 2
TO_FETCH = ["|", ("state", "=", "seen"), ("files_due", "=", True)]


class L10n_Fr_ChorusInbound(models.Model):
    _inherit = "l10n_fr_chorus.inbound"

    def _groups_to_fetch(self):
        """What is downloaded together: ten at most; alone what failed in a group.

        :return: recordsets
        """
        alone = self.filtered("fetch_alone")
        together = (self - alone).filtered(lambda d: d._has_portal_id())
        return [
            *(
                self.browse(ids)
                for ids in split_every(invoices.MAX_DOWNLOAD, together.ids)
            ),
            *alone,
        ]

    def _has_portal_id(self):
        """Whether the portal knows this document: not of one imported without its id."""
        self.ensure_one()
        return self.portal_id.isdecimal()

    # -------------------------------------------------------------------------
    # DOWNLOAD
    # -------------------------------------------------------------------------

    def _fetch(self, client):
        """One download for these documents; one each when it does not go through.

        :return: the error of the portal, or None
        :raise errors.NotSentError: the connection's trouble, nothing was learnt
        """
        known = {one.id: (one.portal_status, one.status_at) for one in self}
        content, error = self._download(client)
        is_blocked = isinstance(error, errors.NotSentError)
        if error is not None and len(self) > 1 and not is_blocked:
            # Too large together, or one of them is bad.
            self._fetch_one_by_one(client)
            return error
        write_down(self.env, partial(self._fetched, content, error, known))
        if is_blocked:
            raise error
        return error

    def _fetch_one_by_one(self, client):
        """:raise errors.OutcomeUnknownError: two in a row had no answer: it is the portal"""
        unanswered = 0
        for rank, document in enumerate(self):
            error = document._fetch(client)
            unanswered = (unanswered + 1) if is_out_of_reach(error) else 0
            if unanswered:
                write_down(self.env, document._must_be_alone)
            if unanswered == MOST_UNANSWERED:
                write_down(self.env, partial(self[rank + 1 :]._fetched, None, error))
                raise error

    def _must_be_alone(self):
        self.fetch_alone = True

    def _download(self, client):
        """The PIVOT file as it came, and the error if it did not: one of them is None."""
        portal_ids = [int(document.portal_id) for document in self]
        # Nothing is held open in the database while the portal thinks.
        self.env["ir.cron"]._commit_progress()
        try:
            return invoices.download_pivot(client, portal_ids), None
        except errors.ChorusError as error:
            return None, error

    def _fetched(self, content, error, known=None):
        """Write down a download, unless a person decided otherwise meanwhile.

        :param dict known: status and its date by id, as they were before the download
        """
        documents = self.filtered_domain(TO_FETCH)
        if error is not None:
            # Out of reach: the original of an earlier attempt is read again.
            kept = documents.filtered(
                lambda d: (
                    d.state == "seen"
                    and d.pivot_attachment_id
                    and is_out_of_reach(error)
                )
            )
            (documents - kept)._not_fetched(error)
            documents = kept
        else:
            documents._keep(content)
        for document in documents:
            told = {}
            if content is not None:
                status, at = known[document.id]
                told = {"files_status": status, "files_status_at": at}
            document.write(
                {
                    **told,
                    "state": "fetched" if document.state == "seen" else document.state,
                    "is_unpacked": False,
                    "files_due": False,
                    "files_missing_at": False,
                    "reason": False,
                    "tries": 0,
                    "next_try_at": False,
                }
            )

    def _not_fetched(self, error):
        if isinstance(error, errors.NotSentError):
            # The connection's trouble, not the document's.
            return
        sentence = advise(self.env, error)
        if is_hopeless(error):
            self._quarantine(sentence)
            # Nor can it tomorrow.
            self.files_missing_at = False
        else:
            self._try_later(sentence)

    def _keep(self, stored, name=""):
        """One original for all the documents that came in it, as it came.

        :param stored: ``Stored`` of the library, or bytes
        :param name: of a file imported by hand
        """
        if isinstance(stored, bytes):
            stored = Spool().store([stored])
        documents = self.filtered(
            lambda d: not (d.pivot_attachment_id and d.sha256 == stored.sha256)
        )
        if not documents:
            return
        name = safe_name(name) if name else documents[0]._original_name(stored)
        # On the first of them; all are of one connection, for the same readers.
        original = self.env["ir.attachment"]._l10n_fr_chorus_store(
            documents[0], [(name, "", stored)]
        )
        # An earlier original stays on the document: it may have to be shown one day.
        documents.write({"sha256": stored.sha256, "pivot_attachment_id": original.id})
        _logger.info(
            "Chorus Pro inbox documents %s: original %s", documents.ids, stored.sha256
        )

    def _original_name(self, stored):
        head = stored.read_at(0, 4)
        extension = "zip" if head == ZIP_MAGIC else "xml"
        return f"chorus-pro-{self.portal_id}.{extension}"


def is_hopeless(error):
    """Whether the same download can never succeed: the answer is too large."""
    return isinstance(error, errors.AnswerTooLargeError) or (
        isinstance(error, errors.RefusedError) and error.code == 413
    )


def is_out_of_reach(error):
    """Whether nothing was learnt about the document: an original kept is as good."""
    return isinstance(
        error, (errors.NotSentError, errors.OutcomeUnknownError)
    ) and not is_hopeless(error)
