from dataclasses import replace

from odoo.tests import tagged

from .cells import FORMS, Cell, cells, grounds
from .world import LOSING, POINTS, FaultCase


@tagged("chorus_faults", "post_install", "-at_install", "-standard")
class TestFaultsLong(FaultCase):
    """The whole matrix: each trouble at each step, each death on each ground."""


def _troubles(form, workers):
    def test(self):
        self.prepare(form)
        self.play_all(cells(form), workers)

    return test


def _deaths(form, workers):
    def test(self):
        self.prepare(form)
        points = POINTS if workers == 1 else LOSING
        for cell in death_grounds(form):
            self.play_deaths(cell, workers, points)

    return test


def death_grounds(form):
    """A good day, and every ground of the matrix once."""
    found = [Cell("a good day")]
    for operation, ground, cell in grounds(form):
        name = f"{operation.partition('/')[2]} {ground}"
        # The same ground may serve several calls.
        if replace(cell, name="") not in [replace(one, name="") for one in found]:
            found.append(replace(cell, name=name))
    return found


for _form in FORMS:
    for _workers in (1, 2):
        _title = f"{_form.replace(' ', '_')}_by_{_workers}"
        setattr(
            TestFaultsLong,
            f"test_every_trouble_at_every_step_of_{_title}",
            _troubles(_form, _workers),
        )
        setattr(
            TestFaultsLong,
            f"test_a_death_at_every_commit_and_call_of_{_title}",
            _deaths(_form, _workers),
        )
