"""What making bills costs the database, for few and for many documents."""

from collections import Counter
from decimal import Decimal
from unittest.mock import patch

from odoo import sql_db
from odoo.tests import tagged
from odoo.tools import split_every

from simulator.documents import specimens
from simulator.documents.specimens import Specimen, SpecimenLine

from ..models.l10n_fr_chorus_inbound_bill import BATCH
from .inbound_common import InboundCase

D = Decimal
# From the original to the bill with its files, everything included.
MOST_QUERIES = 25
LINES = (
    SpecimenLine("Papier A4", D("10"), D("8.75"), D("20"), "PAP-A4"),
    SpecimenLine("Livres", D("2"), D("15.00"), D("5.5")),
)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestInboundBudget(InboundCase):
    def waiting(self, count):
        """Documents of a few suppliers; one in ten rounds its VAT its own way."""
        documents = self.inbox
        for rank in range(count):
            number = f"B{count}-{rank}"
            specimen = Specimen(number=number, lines=LINES, iban=None)
            odd = rank % 10 == 0
            documents |= self.kept(
                number=number,
                untaxed="117.50",
                taxed="136.66" if odd else "136.65",
                vat=(
                    ("20", "87.50", "17.51" if odd else "17.50"),
                    ("5.5", "30", "1.65"),
                ),
                supplier=(
                    "1",
                    f"1000000{rank % 5}00015",
                    f"Fournisseur {rank % 5}",
                    "FR",
                ),
                files=(
                    ("facture.pdf", specimens.facturx_pdf(specimen), "01"),
                    ("bon.pdf", b"%PDF-1.4\n%%EOF\n" + str(rank).encode(), "02"),
                ),
            )
        self.env.flush_all()
        self.env.invalidate_all()
        return documents

    def queries(self, documents):
        counted = Counter()
        execute = sql_db.Cursor.execute

        def counting(cursor, query, *args, **kwargs):
            counted[str(getattr(query, "code", query))[:120]] += 1
            return execute(cursor, query, *args, **kwargs)

        with patch.object(sql_db.Cursor, "execute", counting):
            for batch in split_every(BATCH, documents.ids, self.inbox.browse):
                batch._decode()
            self.env.flush_all()
        self.assertEqual(set(documents.mapped("state")), {"imported"})
        return counted

    def test_a_bill_takes_25_queries_at_most_and_fewer_when_there_are_many(self):
        # The suppliers are known, and the process has served before.
        self.waiting(5)._decode()
        few, many = self.waiting(10), self.waiting(40)
        costs = [self.queries(few).total() / 10, self.queries(many).total() / 40]
        self.assertLessEqual(max(costs), MOST_QUERIES)
        self.assertLess(costs[1], costs[0])
        sources = (few + many).move_id.mapped("l10n_fr_chorus_source")
        self.assertEqual(set(sources), {"facturx"})
        self.assertEqual(len((few + many).move_id), 50)
