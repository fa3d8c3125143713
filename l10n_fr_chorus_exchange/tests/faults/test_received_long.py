from dataclasses import replace

from odoo.tests import tagged

from .received_cells import WORKS, grounds, received_cells
from .received_world import ReceivedCase
from .world import LOSING, POINTS


@tagged("chorus_faults", "post_install", "-at_install", "-standard")
class TestReceivedLong(ReceivedCase):
    """The whole matrix: each trouble at each call, each death on each ground."""


def _troubles(work, workers):
    def test(self):
        self.prepare(work)
        self.play_all(received_cells(work), workers)

    return test


def _deaths(work, workers):
    def test(self):
        self.prepare(work)
        points = POINTS if workers == 1 else LOSING
        for ground in death_grounds(work):
            self.play_deaths(ground, workers, points)

    return test


def death_grounds(work):
    """Every ground of the matrix once."""
    found = []
    for _operation, cell in grounds(work):
        ground = replace(cell, name=cell.name or "a good day")
        if ground not in found:
            found.append(ground)
    return found


for _work in WORKS:
    for _workers in (1, 2):
        _title = f"{_work}_by_{_workers}"
        setattr(
            TestReceivedLong,
            f"test_every_trouble_at_every_call_of_{_title}",
            _troubles(_work, _workers),
        )
        setattr(
            TestReceivedLong,
            f"test_a_death_at_every_commit_and_call_of_{_title}",
            _deaths(_work, _workers),
        )
