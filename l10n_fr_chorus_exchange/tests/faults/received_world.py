"""Plays one cell of receiving or of answering."""

from __future__ import annotations

import itertools
from dataclasses import replace
from unittest.mock import patch

from simulator.documents import specimens

from ...models import l10n_fr_chorus_inbound_draft as reading
from ...models.inbound_sources import Found
from ..common import PortalTransport, seed
from ..inbound_common import InboundCase
from .received_cells import ANSWERS, RECEIVING, ReceivedCell
from .received_line import ReceivedLine
from .received_verdict import OPEN_ANSWERS, answered_failures, received_failures
from .world import FaultCase

INBOX = "l10n_fr_chorus.inbound"
ANSWER = "l10n_fr_chorus.treatment"
# Rounds of the scheduled actions after which everything must be settled.
MOST = 60
ADDED = "bon-de-commande.pdf"
PDF = b"%PDF-1.4\n%%EOF\n"


class ReceivedCase(FaultCase, InboundCase):
    """The town hall's side: ``prepare`` says which work is tried."""

    line_class = ReceivedLine

    def prepare(self, work):
        self.form = work
        self.kept_away = 0
        self.document = self.inbox.browse()
        self.papers = [
            specimens.facturx_pdf(
                specimens.Specimen(number=f"FA-{rank:03}", buyer_id=seed.TOWN_HALL)
            )
            for rank in range(12)
        ]
        if work == RECEIVING:
            return
        # The bill is there; what is tried is to answer.
        self._begin(ReceivedCell("", count=1), 1, None)
        self.receive()
        self.document = self.documents()
        self.assertEqual(self.document.state, "imported", self.document.reason)
        for target in ANSWERS:
            self.env[ANSWER].sudo()._queue(self.document.sudo(), target)

    def _drop(self, count):
        for rank, paper in enumerate(self.papers[:count]):
            self.drop_invoice(f"FA-{rank:03}.pdf", paper, service="ACHATS")

    # -------------------------------------------------------------------------
    # WATCHED CALLS
    # -------------------------------------------------------------------------

    def about_to_answer(self):
        """The committed state must hold the intent, and nothing unseen."""
        rows = self._rows(
            "SELECT id FROM l10n_fr_chorus_treatment WHERE state = 'sending'"
        )
        if len(rows) != 1:
            self.violations.append(f"an answer leaves with {len(rows)} intents")
        self.going = [row[0] for row in rows]
        for one in self.going:
            if one in self.unanswered:
                self.violations.append("an answer goes again without a look")
        self.unanswered.update(dict.fromkeys(self.going, self.seconds))

    def looked(self):
        """What became of earlier attempts is known."""
        self.unanswered.clear()

    def meanwhile(self):
        if self.workers < 2 or self.depth:
            return
        self.depth = 1
        try:
            self.work(*self._action())
        finally:
            self.depth = 0

    def _action(self):
        if self.form == RECEIVING:
            return "_cron_receive", INBOX
        return "_cron_answer", ANSWER

    # -------------------------------------------------------------------------
    # CELLS
    # -------------------------------------------------------------------------

    def _begin(self, cell, workers, death):
        res = super()._begin(cell, workers, death)
        self.added = None
        if cell.completed:
            self.drive("DELETE", "faults")
        self._drop(cell.count if self.form == RECEIVING else 1)
        return res

    def play(self, cell, workers=1, death=None):
        if not cell.consulted:
            return super().play(cell, workers, death)
        # What the files tell of the VAT is not read.
        with (
            patch.object(reading, "structured", lambda _files, _number: Found()),
            patch.object(reading, "of_pivot", _without_vat(reading.of_pivot)),
        ):
            return super().play(cell, workers, death)

    def failures(self):
        if self.form == RECEIVING:
            return received_failures(self)
        return answered_failures(self)

    def bills(self):
        return self.env["account.move"].search(
            [
                ("company_id", "=", self.town_hall.id),
                ("move_type", "in", ("in_invoice", "in_refund")),
            ]
        )

    def files_of(self, move):
        return self.env["ir.attachment"].search(
            [("res_model", "=", "account.move"), ("res_id", "=", move.id)]
        )

    def _to_the_end(self):
        self._rounds(MOST, self._is_settled)
        if self.form == RECEIVING and self.cell.completed:
            self._complete_first()
            self._rounds(MOST, self._is_settled)
        put_aside = self.documents(("state", "in", ("to_settle", "quarantine")))
        if put_aside:
            # Told to a person, who tries again.
            if not all(put_aside.mapped("reason")):
                self.violations.append("a document aside without a reason")
            put_aside.action_retry()
            self._rounds(MOST, self._is_settled)

    def _complete_first(self):
        """Beside Odoo: nothing of this is tried."""
        document = self.documents().sorted("portal_id")[:1]
        line, self.transport = self.transport, PortalTransport(self.portal)
        self.is_playing = False
        self.treat_on_portal(document.portal_id, "SUSPENDUE", "Il manque le bon")
        self.complete(document, ADDED, PDF)
        self.is_playing, self.transport = True, line
        self.added = document.portal_id, ADDED
        self.forward(60)
        for one in self.cell.faults:
            self.drive("POST", "faults", one)

    def _rounds(self, most, is_done):
        method, model = self._action()
        for count in itertools.count():
            self.env.invalidate_all()
            if count == most or (count and is_done()):
                return
            if count:
                self.forward(3600)
            self.work(method, model)
            # What an answer brought is read by the receiver.
            self.env.invalidate_all()
            if self.form != RECEIVING:
                self.forward(60)
                self.work("_cron_receive", INBOX)

    def _is_settled(self):
        if self.faults_left():
            return False
        documents = self.documents()
        if any(documents.mapped("history_due")) or any(documents.mapped("files_due")):
            return False
        if self.form == RECEIVING:
            there = {str(one["id"]): one["status"] for one in self.portal_invoices()}
            here = {one.portal_id: one.portal_status for one in documents}
            return here == there and not any(
                state in ("seen", "fetched") for state in documents.mapped("state")
            )
        return not any(
            state in OPEN_ANSWERS
            for state in self.document.treatment_ids.mapped("state")
        )


def _without_vat(read):
    def bare(pivot):
        content = read(pivot)
        amounts = replace(content.amounts, untaxed=None)
        return replace(content, vat_lines=(), lines=(), amounts=amounts)

    return bare
