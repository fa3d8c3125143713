"""The way to the portal of whoever receives: every call is watched."""

from __future__ import annotations

import json

from odoo.tests.test_cursor import TestCursor

from .line import HISTORY, Line, operation_of
from .received_cells import TREAT


class ReceivedLine(Line):
    """Calls are made between transactions; an answer is not repeated unseen."""

    def send(self, request):
        operation = operation_of(request)
        self._watch_transactions(operation)
        if operation == TREAT:
            self.world.about_to_answer()
        self.world.meanwhile()
        self.world.die_at("call, before the work")
        response, error = self._answered(request)
        if operation in (HISTORY, TREAT) and _says(response):
            self.world.looked()
        self.world.meanwhile()
        self.world.die_at("call, after the work")
        if error:
            raise error
        return response

    def _watch_transactions(self, operation):
        if any(one._savepoint is not None for one in TestCursor._cursors_stack):
            self.world.violations.append(f"{operation} inside a transaction")


def _says(response):
    """Whether what became of an earlier answer is known now."""
    if response is None:
        return False
    if 400 <= response.status < 500:
        return True
    try:
        return response.status == 200 and isinstance(json.loads(response.body), dict)
    except ValueError:
        return False
