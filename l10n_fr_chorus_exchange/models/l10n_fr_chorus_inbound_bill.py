"""From kept originals to draft vendor bills, or aside with the reason."""

import logging

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import split_every

from ..lib.chorus_pro.errors import UnreadableDocument
from ..tools.transactions import is_passing
from .inbound_advice import plan_advice
from .inbound_draft import Books, NeedsConsultationError
from .inbound_plan import UnplannableError
from .sentences import advise

_logger = logging.getLogger(__name__)

# Bills made together: from there on the cost of one bill hardly falls, and what a
# conflict with another transaction undoes grows.
BATCH = 20


class L10n_Fr_ChorusInbound(models.Model):
    _inherit = "l10n_fr_chorus.inbound"

    def _bill_waiting(self, connection, client):
        """Bills of all documents that wait for one; what they lack is asked in between."""
        self._bill_due(connection, client)
        asked = [("state", "=", "fetched"), ("consultation_due", "=", True)]
        if self.search_count([("connection_id", "=", connection.id), *asked], limit=1):
            self._run_step(connection, asked, "_consult", client)
            self._bill_due(connection, client)

    def _bill_due(self, connection, client):
        ready = [
            ("state", "=", "fetched"),
            ("is_unpacked", "=", True),
            ("consultation_due", "=", False),
        ]
        due = self.search(
            [("connection_id", "=", connection.id), *ready, *self._due_now()],
            order="id",
        )
        for batch in split_every(BATCH, due.ids, self.browse):
            try:
                batch._decode(client)
            except Exception as error:
                self.env.cr.rollback()
                if is_passing(error):
                    # Two transactions met: the next run tries again.
                    _logger.info("Chorus Pro inbox, bills: %s", error)
                else:
                    _logger.exception("Chorus Pro inbox documents %s", batch.ids)
                    one_by_one = [*ready, ("id", "in", batch.ids)]
                    self._run_step(connection, one_by_one, "_decode", client)
            if not self._progress(len(batch)) or not connection._may_look():
                return

    def _decode(self, _client=None):
        """Make the bills, or put documents aside with a reason a person understands.

        All at once first; when something is wrong that no document was blamed for, one
        by one, so that only the one in trouble stays behind.
        """
        documents = self.try_lock_for_update().filtered_domain(
            [("state", "=", "fetched")]
        )
        # One document is one bill, whatever brought it back here.
        billed = documents.filtered("move_id")
        billed.state = "imported"
        drafts = (documents - billed)._drafts()
        if drafts:
            self._make_or_split(drafts)

    def _drafts(self):
        """What the originals say, each read once; trouble puts a document aside.

        :return: list of ``BillDraft``, of the documents that may become bills
        """
        drafts, books = [], Books()
        for document, found in self._read_originals():
            if isinstance(found, UnreadableDocument):
                document._aside(found)
                continue
            if isinstance(found, Exception):
                document._not_read(found)
                continue
            try:
                drafts.append(document._draft(found, books))
            except NeedsConsultationError:
                document.consultation_due = True
            except Exception as error:  # noqa: BLE001 (one never stops the others)
                document._aside(error)
        return drafts

    def _make_or_split(self, drafts):
        try:
            with self.env.cr.savepoint():
                self._make_bills(drafts)
        except Exception as error:
            # Undone, then blamed on one document.
            if is_passing(error):
                raise
            if len(drafts) == 1:
                drafts[0].document._aside(error)
                return
            _logger.info("Chorus Pro inbox, one by one after: %r", error)
            for draft in drafts:
                self._make_or_split([draft.again()])

    def _make_bills(self, drafts):
        """Write, check, tell: what is raised is undone by the caller.

        Documents whose own figures or twins stop them go aside here, the others on.
        """
        drafts = self._with_suppliers(drafts)
        if not drafts:
            return
        products = self._find_products(drafts)
        # One note of ours says more than core's "created".
        moves = (
            self.env["account.move"]
            .with_context(mail_create_nolog=True)
            .create([self._bill_vals(one, products) for one in drafts])
            .with_env(self.env)
        )
        for draft, move in zip(drafts, moves, strict=True):
            draft.move = move
        self._fit_taxes(drafts)
        for draft in drafts:
            draft.document._check_total(draft)
        self._finish(drafts)

    def _with_suppliers(self, drafts):
        """The drafts that know their supplier and are no second bill."""
        documents = self.browse([one.document.id for one in drafts])
        suppliers = documents._bill_suppliers(
            [one.pivot for one in drafts], [one.supplier_detail for one in drafts]
        )
        twins = documents._twins(
            suppliers, [one.pivot for one in drafts], [one.plan for one in drafts]
        )
        kept, ids = [], [one.id for one in suppliers if one]
        for draft, supplier, twin in zip(drafts, suppliers, twins, strict=True):
            draft.supplier = supplier and supplier.with_prefetch(ids)
            if not supplier:
                draft.document._to_settle(draft.document._no_supplier(draft.pivot))
            elif twin:
                draft.document._meet_twin(draft, twin)
            else:
                draft.document._take_reverse_charge(draft)
                kept.append(draft)
        if kept:
            banks = self.browse([one.document.id for one in kept])._bill_banks(
                [one.supplier for one in kept],
                [one.pivot for one in kept],
                [one.plan.is_refund for one in kept],
                [one.supplier_detail for one in kept],
            )
            for draft, bank in zip(kept, banks, strict=True):
                draft.bank = bank
        return kept

    def _meet_twin(self, draft, twin):
        if twin.is_certain:
            self._link_bill(twin.move, twin.args[0], draft.pivot)
        elif twin.move:
            self._to_settle(twin.args[0], existing=twin.move)
        # Otherwise its twin is in this very batch: it stays for the next one.

    # -------------------------------------------------------------------------
    # ASIDE
    # -------------------------------------------------------------------------

    def _aside(self, error):
        """The state and the sentence that go with an error of this document.

        :raise OperationalError: as it came, when nothing is wrong with the document
        """
        if is_passing(error):
            raise error
        if isinstance(error, UnreadableDocument):
            self._quarantine(
                self.env._(
                    "%s Ask the supplier to send it again, or enter the bill by hand "
                    "from the Chorus Pro portal.",
                    advise(self.env, error),
                )
            )
        elif isinstance(error, UnplannableError):
            self._to_settle(plan_advice(self.env, error))
        elif isinstance(error, UserError):
            # Ours, or a rule of this database (locked period, missing account…).
            self._to_settle(str(error))
        else:
            _logger.error(
                "Chorus Pro inbox document %s: no bill", self.id, exc_info=error
            )
            self._quarantine(
                self.env._(
                    "Unexpected error, see the server log (document %s).", self.id
                )
            )
