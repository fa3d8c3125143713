"""When no answer is the portal's trouble, and not that of what was asked about."""

from ..lib.chorus_pro import errors

# Questions in a row without an answer before all the others wait.
MOST_UNANSWERED = 2


def is_silent(error):
    """Whether the portal may be down: cut off, out of time, or broken (5xx).

    Not when it did answer, only too much of it.

    :param error: what a call raised, or None
    """
    return isinstance(error, errors.OutcomeUnknownError) and not isinstance(
        error, errors.AnswerTooLargeError
    )
