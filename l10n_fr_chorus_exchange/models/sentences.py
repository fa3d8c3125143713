"""The one table between what went wrong and what a person reads."""

from __future__ import annotations

from odoo.tools.translate import LazyTranslate

from ..lib.chorus_pro import errors

_lt = LazyTranslate(__name__)

# Which lock stayed shut, and who can open it.
CREDENTIALS_ADVICE = {
    "piste": _lt(
        "PISTE refuses the application (invalid_client): the client ID or the secret "
        "is wrong, or they belong to the other environment. Copy both again from the "
        "page of your application on PISTE, and check the environment chosen here."
    ),
    "account": _lt(
        "Chorus Pro refuses the technical account (401): the login or the password is "
        "wrong, or the password has expired. An account works about 30 minutes after "
        "its creation. Check it on the Chorus Pro portal, then type it again here."
    ),
    "forbidden": _lt(
        "Access is forbidden (403): the application has not subscribed to this API on "
        "PISTE (or its terms were not accepted), or the technical account has no right "
        "on this structure. Subscribe on PISTE, or ask the manager of the structure to "
        "grant the right on the Chorus Pro portal."
    ),
}

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

TOO_LARGE = _lt(
    "Chorus Pro says that this is too large (413). Ask for fewer documents, or send "
    "smaller ones."
)


def advise(env, error):
    """What happened and what to do, in the language of the reader.

    :param env: environment whose language is used
    :param errors.ChorusError error: anything the library raises
    :return str: sentences, no secret and no address in them
    """
    if isinstance(error, errors.CredentialsError):
        return env._(CREDENTIALS_ADVICE[error.cause])
    if isinstance(error, errors.RefusedError):
        return _advise_refusal(env, error)
    if isinstance(error, errors.NotSentError):
        return _advise_not_sent(env, error)
    if isinstance(error, errors.OutcomeUnknownError):
        return env._(
            "Chorus Pro gave no usable answer; it may be closed or overloaded. Odoo "
            "will ask again before it repeats anything. Detail: %s.",
            error,
        )
    if isinstance(error, errors.UnreadableDocument):
        return env._("The document cannot be read: %s", error.reason)
    return env._("The call to Chorus Pro could not be made: %s", error)


def _advise_refusal(env, error):
    known = REFUSAL_ADVICE.get(error.message_id)
    if known is None and error.code == 413:
        known = TOO_LARGE
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


def _advise_not_sent(env, error):
    if error.retry_after is not None:
        return env._(
            "Chorus Pro asks to wait %d seconds before the next call; Odoo will wait.",
            round(error.retry_after),
        )
    return env._(
        "Chorus Pro could not be reached, or its gateway PISTE is closed; nothing was "
        "sent. Check the network of the server (firewall, proxy) and the address; Odoo "
        "will try again. Detail: %s.",
        error,
    )
