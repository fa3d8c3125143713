"""What went wrong, as a person reads it; the table of the gateway is in ``troubles``."""

from __future__ import annotations

from typing import NamedTuple

from odoo.tools.translate import LazyTranslate

from ..lib.chorus_pro import errors
from ..lib.chorus_pro.errors import Flaw, Remark
from ..lib.chorus_pro.troubles import Trouble, trouble_of
from .troubles import TROUBLES

_lt = LazyTranslate(__name__)

# By message id: the numbers of the portal mean something else in each operation.
REFUSAL_ADVICE = {
    "GDP_MSG_11.001": _lt(
        "The status of the invoice on Chorus Pro no longer allows this. Read its "
        "status again, then decide."
    ),
    "GDP_MSG_11.005": _lt(
        "The technical account may not act on this invoice. Ask the manager of the "
        "structure to grant the right on the Chorus Pro portal."
    ),
    "GDP_MSG_11.008": _lt(
        "Chorus Pro does not know this invoice, or does not show it to this account."
    ),
    "GDP_MSG_11.022": _lt(
        "The file is too large for Chorus Pro. Send fewer or smaller attachments."
    ),
    "GDP_MSG_11.033": _lt(
        "The invoice is not suspended on Chorus Pro, so it cannot be completed."
    ),
    "POQ_MSG_01.003": _lt(
        "Chorus Pro does not know this deposit yet; its report will be asked for again."
    ),
}

# Why a document, or a file in it, is of no use; ends a sentence after a colon.
FLAW_WORDS = {
    Flaw.DAMAGED_ARCHIVE: _lt("the archive is damaged"),
    Flaw.CLOSED_ARCHIVE: _lt("the archive is damaged or encrypted"),
    Flaw.TOO_MANY_MEMBERS: _lt("there are too many files in the archive"),
    Flaw.SEVERAL_FILES: _lt("the archive holds %s files instead of one"),
    Flaw.NO_XML: _lt("there is no XML file in the archive"),
    Flaw.TOO_LARGE: _lt("it is too large"),
    Flaw.EMPTY: _lt("it is empty"),
    Flaw.NOT_BASE64: _lt("its Base64 code is broken"),
    Flaw.NOT_XML: _lt("its XML is broken"),
    Flaw.ENCODING: _lt("its character encoding (%s) cannot be read"),
    Flaw.DOCTYPE: _lt("it holds a document type declaration, which is refused"),
    Flaw.TOO_DEEP: _lt("its XML is nested too deep"),
    Flaw.FIELD_TOO_LARGE: _lt("the text of %s is too long"),
    Flaw.TOO_MANY_ELEMENTS: _lt("it holds too many lines or fields"),
    Flaw.NOT_A_DIRECTORY: _lt(
        "it holds neither structures nor services of the directory, but %s"
    ),
    Flaw.NOT_A_PIVOT: _lt("it is not a PIVOT file"),
    Flaw.NO_INVOICE: _lt("the PIVOT file holds no invoice"),
    Flaw.NOT_IN_PIVOT: _lt("the PIVOT file holds another invoice"),
    Flaw.OTHER_RECIPIENT: _lt("the invoice is for somebody else (%s)"),
    Flaw.NO_NUMBER: _lt("the invoice has no number"),
    Flaw.NOT_A_NUMBER: _lt("the value of %s is not a number"),
    Flaw.NOT_A_DATE: _lt("the value of %s is not a date"),
    Flaw.ABSURD_NUMBER: _lt("the value of %s is beyond what a bill can hold"),
    Flaw.ABSURD_DATE: _lt("the date in %s is not of our time"),
    Flaw.TOO_MANY_ATTACHMENTS: _lt("the invoice has too many attachments"),
    Flaw.ATTACHMENTS_TOO_LARGE: _lt("its attachments are too large together"),
}

# What to know of a file that is kept all the same; a sentence without its full stop.
REMARK_WORDS = {
    Remark.WRONG_TYPE: _lt("Its name does not say what it holds (%s)"),
    Remark.DISGUISED: _lt("It is something else than its name says (%s)"),
    Remark.PROGRAM: _lt("It is a program: do not open it"),
    Remark.PDF_SCRIPT: _lt("This PDF holds JavaScript: open it in the preview only"),
    Remark.PDF_LAUNCH: _lt("This PDF starts a program: open it in the preview only"),
    Remark.PDF_OPENS: _lt(
        "This PDF opens a file that is inside it: open it in the preview only"
    ),
    Remark.PDF_LOCKED: _lt("This PDF is encrypted"),
}


class Said(NamedTuple):
    """What happened and what to do about it, in the language of the reader."""

    cause: str
    cure: str

    def __str__(self):
        return f"{self.cause} {self.cure}".strip()


def say(env, words):
    """A row of the table of troubles, in the language of the reader."""
    return Said(env._(words.cause), env._(words.cure))


def explain(env, error):
    """Cause and cure of an error; no secret and no address in them.

    :param env: environment whose language is used
    :param errors.ChorusError error: anything the library raises
    :return Said: without a cure where a refusal of the portal says it all
    """
    if getattr(error, "message_id", None) in REFUSAL_ADVICE:
        return Said(_advise_refusal(env, error), "")
    trouble = trouble_of(error)
    if trouble is Trouble.TOO_MANY and error.retry_after is not None:
        return Said(
            env._(
                "Chorus Pro asks to wait %d seconds before the next call; Odoo will "
                "wait.",
                round(error.retry_after),
            ),
            "",
        )
    if trouble is not None:
        return _with_label(env, say(env, TROUBLES[trouble]), error)
    if isinstance(error, errors.RefusedError):
        return Said(_advise_refusal(env, error), "")
    if isinstance(error, errors.UnreadableDocument):
        return Said(_advise_unreadable(env, error), "")
    return Said(env._("The call to Chorus Pro could not be made: %s", error), "")


def _with_label(env, said, error):
    label = getattr(error, "label", "")
    if not label:
        return said
    return said._replace(
        cause=env._("%(cause)s It says: %(label)s.", cause=said.cause, label=label)
    )


def advise(env, error):
    """What happened, what to do and what Odoo does, in the language of the reader.

    :param env: environment whose language is used
    :param errors.ChorusError error: anything the library raises
    :return str: sentences, no secret and no address in them
    """
    said = str(explain(env, error))
    if isinstance(error, errors.CredentialsError):
        return said
    if isinstance(error, errors.OutcomeUnknownError):
        return env._(
            "%(advice)s Odoo will ask again before it repeats anything. Detail: "
            "%(detail)s.",
            advice=said,
            detail=error,
        )
    if isinstance(error, errors.NotSentError) and error.retry_after is None:
        return env._(
            "%(advice)s Odoo will call again; nothing was sent. Detail: %(detail)s.",
            advice=said,
            detail=error,
        )
    return said


def flaw_words(env, flaw, detail=""):
    """Why a document cannot be read, as the end of a sentence.

    :param Flaw flaw: the key the library gives
    :param str detail: what the library tells with it
    """
    return _told_with(env._(FLAW_WORDS[flaw]), detail)


def remark_words(env, remarks):
    """What to know before opening a file, as sentences; "" when there is nothing.

    :param remarks: ``remarks`` of a ``PivotAttachment``
    """
    return " ".join(
        f"{_told_with(env._(REMARK_WORDS[one.remark]), one.detail)}." for one in remarks
    )


def _told_with(words, detail):
    return words % detail if "%s" in words else words


def _advise_unreadable(env, error):
    words = flaw_words(env, error.flaw, error.detail)
    if error.length:
        words = env._(
            "%(why)s (%(length)s characters, at most %(most)s)",
            why=words,
            length=error.length[0],
            most=error.length[1],
        )
    if error.line:
        return env._(
            "The document cannot be read: %(why)s (line %(line)s of the XML).",
            why=words,
            line=error.line,
        )
    return env._("The document cannot be read: %s.", words)


def _advise_refusal(env, error):
    known = REFUSAL_ADVICE.get(error.message_id)
    if known is None:
        return env._(
            "Chorus Pro says no: %(label)s [%(code)s]",
            label=error.label or env._("without giving a reason"),
            code=error.code,
        )
    return env._(
        "%(advice)s (%(message)s)",
        advice=env._(known),
        message=error.message_id or error.code,
    )
