"""Receiving: the cron that looks, downloads, unpacks, makes bills."""

import logging
from datetime import timedelta

from odoo import api, fields, models

from ..lib.chorus_pro import errors
from ..tools.transactions import is_passing
from .l10n_fr_chorus_inbound import OPEN_STATES
from .l10n_fr_chorus_inbound_fetch import TO_FETCH

_logger = logging.getLogger(__name__)

# Minutes before the next try of one document; when they are used up: quarantine.
TRIES = (5, 15, 60, 240, 720)
# Of the connection or of the portal, not of a document.
PORTAL_TROUBLES = (*errors.NOTHING_DONE, errors.OutcomeUnknownError)
# The scheduler comes back at once for what it had no time for: the portal need not be
# searched again each time.
LOOK_DELAY = timedelta(minutes=30)
TO_UNPACK = [
    ("is_unpacked", "=", False),
    ("pivot_attachment_id", "!=", False),
    ("state", "in", ("fetched", "imported")),
]


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
                        if work == "_look_around" and not self._must_look(connection):
                            continue
                        self._guarded(connection, work)

    def _must_look(self, connection):
        """Not while there is work left from a look of a moment ago."""
        looked_at = connection.looked_at
        if not looked_at or fields.Datetime.now() - looked_at > LOOK_DELAY:
            return True
        return not self.search_count(self._waiting(connection), limit=1)

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
        except Exception as error:
            self.env.cr.rollback()
            _logger.exception("Chorus Pro connection %s, %s", connection.id, work)
            if not is_passing(error):
                connection._note_unforeseen()
        self._progress()

    def _treat_waiting(self, connection, client):
        """Download, unpack, make bills, read histories; each step commits its own."""
        self._ask_for_missing(connection)
        self._run_step(
            connection, TO_FETCH, "_fetch", client, type(self)._groups_to_fetch
        )
        self._run_step(
            connection, TO_UNPACK, "_unpack", client, type(self)._by_original
        )
        self._bill_waiting(connection, client)
        self._run_step(
            connection,
            [("history_due", "=", True)],
            "_read_histories",
            client,
            type(self)._in_groups,
        )

    def _by_original(self):
        """What came in one download is read at once."""
        return self.grouped("pivot_attachment_id").values()

    def _run_step(self, connection, domain, step, client, divide=iter):
        """One step on the documents that are due, a few at a time, one commit each.

        A document in trouble never stops the next one; trouble with the connection does.

        :param divide: from all that are due to those that go together, each recordset
            at its turn; one by one unless told otherwise
        """
        due = self.search(
            [("connection_id", "=", connection.id), *domain, *self._due_now()],
            order="id",
        )
        for documents in divide(due):
            try:
                getattr(documents, step)(client)
            except PORTAL_TROUBLES:
                raise
            except Exception as error:
                self.env.cr.rollback()
                if is_passing(error):
                    # Somebody changed it at the same moment: the next run tries again.
                    _logger.info(
                        "Chorus Pro inbox documents %s, %s: %s",
                        documents.ids,
                        step,
                        error,
                    )
                else:
                    _logger.exception(
                        "Chorus Pro inbox documents %s, %s", documents.ids, step
                    )
                    documents.filtered_domain(domain)._unforeseen()
            if not self._progress(len(documents)) or not connection._may_look():
                return

    def _unforeseen(self):
        for document in self:
            document.fetch_alone = True
            document._try_later(
                self.env._(
                    "Unexpected error, see the server log (document %s).", document.id
                )
            )

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
        at_work = connections.filtered(lambda c: not c._is_paused() and c._may_look())
        waiting = self.search_count(self._waiting(at_work))
        return self.env["ir.cron"]._commit_progress(processed, remaining=waiting)

    @api.model
    def _waiting(self, connections):
        return [
            ("connection_id", "in", connections.ids),
            "|",
            ("state", "in", OPEN_STATES),
            "|",
            ("files_due", "=", True),
            ("history_due", "=", True),
            *self._due_now(),
        ]

    # -------------------------------------------------------------------------
    # TROUBLE
    # -------------------------------------------------------------------------

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
        """Put aside what cannot be read, with what a person must know."""
        self._put_aside("quarantine", sentence, existing)

    def _to_settle(self, sentence, existing=None):
        """Put aside what is readable, for a person or a setting to decide.

        :param str sentence: what is to be decided, and how to go on
        :param existing: the bill that may be the same, for *Link this bill*
        """
        self._put_aside("to_settle", sentence, existing)

    def _put_aside(self, state, sentence, existing):
        """A document with a bill keeps it, learns the sentence, and waits for its files."""
        for document in self:
            vals = {
                "reason": sentence,
                "next_try_at": False,
                "files_due": False,
                "history_due": False,
            }
            if document.state in OPEN_STATES:
                vals.update(state=state, existing_move_id=existing and existing.id)
            elif document._lacks_files():
                vals.update(document._missing_vals(sentence))
            document.write(vals)
            _logger.info("Chorus Pro inbox document %s: %s", document.id, state)
