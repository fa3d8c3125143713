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
from typing import Any, TypeVar

from psycopg2 import OperationalError
from psycopg2.errors import ProgramLimitExceeded

from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

_logger = logging.getLogger(__name__)

ATTEMPTS = 5

T = TypeVar("T")


def commit(env: Any) -> None:
    """Commit in the middle of a piece of work, in a cron or not.

    Nothing is counted, so the row where the cron counts what is done need not be read.
    """
    env["ir.cron"].with_context(ir_cron_progress_id=False)._commit_progress()


def is_passing(error: BaseException) -> bool:
    """Whether the database may take another time what it would not take now.

    Never what goes beyond its limits, such as a text too long for an index: whoever wrote
    such a document must not have it tried for ever.
    """
    return isinstance(error, OperationalError) and not isinstance(
        error, ProgramLimitExceeded
    )


def write_down(env: Any, work: Callable[[], T]) -> T:
    """Run ``work`` and commit; again when another transaction was in the way.

    Only for crons, right after a call to the portal: the last commit came before that
    call, so a rollback undoes ``work`` and nothing else.

    :return: what the ``work`` that was committed returned; read after the commit, a
        record would cost a query
    :raise Exception: what ``work`` raised, or the conflict that would not go away
    """
    attempt = 0
    while True:
        attempt += 1
        try:
            result = work()
            commit(env)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            env.cr.rollback()
            if attempt == ATTEMPTS:
                raise
            _logger.info(
                "Chorus Pro: written down again after a conflict (%d)", attempt
            )
            time.sleep(random.uniform(0, 0.2 * attempt))  # noqa: S311 (no secret)
        else:
            return result
