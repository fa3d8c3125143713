"""Short transactions around the network.

A question to the portal takes seconds. The database must not be kept waiting meanwhile,
nor may an answer be lost because another transaction changed the same record: commit
before (the intent, or nothing), call, then write down in a new transaction.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable
from typing import Any

from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

_logger = logging.getLogger(__name__)

ATTEMPTS = 5


def write_down(env: Any, work: Callable[[], None]) -> None:
    """Run ``work`` and commit; again when another transaction was in the way.

    Only for crons, right after a call to the portal: the last commit came before that
    call, so a rollback undoes ``work`` and nothing else.

    :raise Exception: what ``work`` raised, or the conflict that would not go away
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            work()
            env["ir.cron"]._commit_progress()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            env.cr.rollback()
            if attempt == ATTEMPTS:
                raise
            _logger.info(
                "Chorus Pro: written down again after a conflict (%d)", attempt
            )
            time.sleep(random.uniform(0, 0.2 * attempt))  # noqa: S311 (no secret)
        else:
            return
