"""Invoices that have nothing to do with Chorus Pro cost what they cost without us."""

from contextlib import contextmanager

from odoo import Command, fields
from odoo.tests import tagged

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

from .bypass import bypassed


@tagged("post_install_l10n", "post_install", "-at_install")
class TestOtherInvoices(AccountTestInvoicingCommon):
    """A French company without a connection, with private customers."""

    @classmethod
    @AccountTestInvoicingCommon.setup_country("fr")
    def setUpClass(cls):
        super().setUpClass()
        cls.partner_a.write(
            {"is_company": True, "country_id": cls.env.ref("base.fr").id}
        )

    def draft(self, move_type="out_invoice"):
        move = self.env["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": self.partner_a.id,
                "invoice_date": fields.Date.today(),
                "invoice_line_ids": [
                    Command.create({"name": "Heures", "quantity": 2, "price_unit": 50})
                ],
            }
        )
        self.env.flush_all()
        self.env.invalidate_all()
        return move

    def posted(self, move_type):
        move = self.draft(move_type)
        move.action_post()
        self.env.flush_all()
        self.env.invalidate_all()
        return move

    def queries_of(self, work, move):
        """The texts of the queries that some work makes, the flush included."""
        queries = []
        with contextmanager(self._patchExecute)(queries, True):
            work(move)
        return queries

    def compared(self, work, move_type="out_invoice", start=None):
        """Queries of the same work with us and without, caches warm.

        :param work: gets an invoice; returns nothing
        :param start: makes that invoice; otherwise it is a draft
        """
        start = start or self.draft
        for _warm in range(2):
            work(start(move_type))
        with_us = self.queries_of(work, start(move_type))
        with bypassed(self.env):
            work(start(move_type))
            without = self.queries_of(work, start(move_type))
        return with_us, without

    def check_no_more(self, with_us, without):
        self.assertLessEqual(
            len(with_us),
            len(without),
            "\n".join(map(str, _left_over(with_us, without))),
        )

    def test_posting_makes_no_query_more(self):
        for move_type in "out_invoice", "out_refund", "in_invoice":
            with self.subTest(move_type):
                self.check_no_more(
                    *self.compared(lambda move: move.action_post(), move_type)
                )

    def test_the_rest_of_its_life_makes_no_query_more(self):
        def reset(move):
            move.button_draft()

        def pay(move):
            self.env["account.payment.register"].with_context(
                active_model="account.move", active_ids=move.ids
            ).create({})._create_payments()

        def cancel(move):
            move.button_draft()
            move.button_cancel()

        for work in reset, pay, cancel:
            for move_type in "out_invoice", "in_invoice":
                with self.subTest(work=work.__name__, move_type=move_type):
                    self.check_no_more(*self.compared(work, move_type, self.posted))

    def test_making_one_makes_no_query_more(self):
        def make(_nothing):
            self.draft()

        self.check_no_more(*self.compared(make))

    def test_posting_a_batch_makes_no_query_more(self):
        def post(move):
            batch = move | move.copy() | move.copy()
            self.env.flush_all()
            batch._post()

        self.check_no_more(*self.compared(post))

    def test_what_is_counted_is_ours_when_there_is_something(self):
        """The measure itself: a query of ours shows as one more."""
        model = self.env.registry["account.move"]
        extension = next(
            base
            for base in model.__bases__
            if base.__module__.endswith("l10n_fr_chorus_exchange.models.account_move")
        )

        extension._post = _chatty(extension)
        self.addCleanup(delattr, extension, "_post")
        with_us, without = self.compared(lambda move: move.action_post())
        self.assertIn("SELECT 1", with_us)
        self.assertNotIn("SELECT 1", without)


def _chatty(extension):
    def _post(move, soft=True):
        move.env.cr.execute("SELECT 1")
        return super(extension, move)._post(soft)

    return _post


def _left_over(with_us, without):
    rest = list(without)
    for query in with_us:
        if query in rest:
            rest.remove(query)
        else:
            yield query
