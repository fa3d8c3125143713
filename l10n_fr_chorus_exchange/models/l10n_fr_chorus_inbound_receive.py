"""Receiving: the cron that looks, downloads, makes bills; the originals."""

import hashlib
import logging
from datetime import timedelta
from functools import partial

from psycopg2 import OperationalError

from odoo import api, fields, models

from ..lib.chorus_pro import errors
from ..lib.chorus_pro.services import invoices
from ..tools.transactions import write_down
from .l10n_fr_chorus_inbound import OPEN_STATES
from .sentences import advise

_logger = logging.getLogger(__name__)

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
                    # Downloads wait as well: what is listed again tomorrow is not lost.
                    if mine and not connection._is_paused() and connection._may_look():
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
                document.filtered_domain(domain)._try_later(
                    self.env._(
                        "Unexpected error, see the server log (document %s).",
                        document.id,
                    )
                )
            if not self._progress(1) or not connection._may_look():
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
                    connections.filtered(
                        lambda c: not c._is_paused() and c._may_look()
                    ).ids,
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

    # -------------------------------------------------------------------------
    # FETCH: the original, kept before it is read
    # -------------------------------------------------------------------------

    def _fetch(self, client):
        content, error = self._download(client)
        write_down(self.env, partial(self._fetched, content, error))
        if isinstance(error, errors.NotSentError):
            raise error

    def _download(self, client):
        """The PIVOT file as it came, and the error if it did not: one of them is None."""
        portal_id = int(self.portal_id)
        # Nothing is held open in the database while the portal thinks.
        self.env["ir.cron"]._commit_progress()
        try:
            return invoices.download_pivot(client, [portal_id]), None
        except errors.ChorusError as error:
            return None, error

    def _fetched(self, content, error):
        """Write down a download, unless a person decided otherwise meanwhile."""
        for document in self.filtered_domain([("state", "=", "seen")]):
            if error is None:
                document._keep(content)
            elif not (document.pivot_attachment_id and _is_out_of_reach(error)):
                document._not_fetched(error)
                continue
            # Out of reach: the original of an earlier attempt is read again.
            document.write(
                {"state": "fetched", "reason": False, "tries": 0, "next_try_at": False}
            )

    def _not_fetched(self, error):
        if isinstance(error, errors.NotSentError):
            # The connection's trouble, not the document's.
            return
        sentence = advise(self.env, error)
        if _is_hopeless(error):
            self._quarantine(sentence)
        else:
            self._try_later(sentence)

    def _keep(self, content):
        digest = hashlib.sha256(content).hexdigest()
        if self.pivot_attachment_id and digest == self.sha256:
            return
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
            if document.state in OPEN_STATES:
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


def _is_out_of_reach(error):
    """Whether nothing was learnt about the document: an original kept is as good."""
    return isinstance(
        error, (errors.NotSentError, errors.OutcomeUnknownError)
    ) and not _is_hopeless(error)
