from .cells import GROUPED, ONE, SECOND_ROAD, Cell, cells
from .world import FaultCase

POINTS = (
    "commit, before it",
    "commit, after it",
    "call, before the work",
    "call, after the work",
)
MOST_DEATHS = 60


class TestFaults(FaultCase):
    """A part of the matrix, for every day; ``./setup/test faults`` plays it all."""

    def test_whatever_befalls_one_invoice_it_is_on_the_portal_once_or_told(self):
        self.prepare(ONE)
        self.play_all(cells(ONE, short=True))
