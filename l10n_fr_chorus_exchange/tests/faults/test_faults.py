from .cells import GROUPED, ONE, SECOND_ROAD, Cell, cells
from .world import LOSING, FaultCase


class TestFaults(FaultCase):
    """A part of the matrix, for every day; ``./setup/test faults`` plays it all."""

    def test_whatever_befalls_one_invoice_it_is_on_the_portal_once_or_told(self):
        self.prepare(ONE)
        self.play_all(cells(ONE, short=True)[::2])

    def test_a_group_in_trouble_ends_with_each_invoice_once_or_told(self):
        self.prepare(GROUPED)
        self.play_all(cells(GROUPED, short=True)[::4])

    def test_the_second_road_in_trouble_ends_with_one_invoice_or_told(self):
        self.prepare(SECOND_ROAD)
        self.play_all(cells(SECOND_ROAD, short=True)[::4])

    def test_two_workers_in_trouble_deposit_once(self):
        for form in (ONE, SECOND_ROAD):
            with self.subTest(form=form):
                self.prepare(form)
                self.play_all(cells(form, short=True)[::8], workers=2)

    def test_odoo_may_die_at_any_commit_and_any_call(self):
        self.prepare(ONE)
        self.play_deaths(Cell("a good day"), points=LOSING)
