"""Who may act: one name for each role, one question for all methods.

Hiding a button stops nobody who calls the method; each action asks here first.
"""

from odoo.exceptions import AccessError

_MODULE = "l10n_fr_chorus_exchange"
SENDER = f"{_MODULE}.group_sender"
RECEIVER = f"{_MODULE}.group_receiver"
OFFICER = f"{_MODULE}.group_officer"
ACCOUNTANT = f"{_MODULE}.group_accountant"
ADMINISTRATOR = f"{_MODULE}.group_administrator"
# Whoever may answer in one of the two qualities; ``group_answer`` implies both.
ANSWERERS = (OFFICER, ACCOUNTANT)


def has_role(env, *roles):
    """Whether the user has one of these roles; the software itself has them all."""
    robot = env.su or env.user._is_superuser()
    return robot or any(map(env.user.has_group, roles))


def check_role(env, *roles):
    """Stop whoever has none of these roles.

    :param roles: XML ids of groups, such as :data:`SENDER`
    :raise AccessError: says which role to ask for
    """
    if not has_role(env, *roles):
        raise AccessError(refusal(env, *roles))


def refusal(env, *roles):
    """One sentence for whoever lacks these roles: which one to ask for."""
    if SENDER in roles and RECEIVER in roles:
        return env._(
            "Ask an administrator for a Chorus Pro role: you may look, and change nothing."
        )
    return {
        SENDER: env._(
            "Invoices are sent to Chorus Pro, and followed there, by whoever has the role "
            "“Sender”; ask an administrator for it."
        ),
        RECEIVER: env._(
            "What comes from Chorus Pro is handled by whoever has the role “Receiver”; "
            "ask an administrator for it."
        ),
        ADMINISTRATOR: env._(
            "This is for the Chorus Pro administrator to set; ask for that role."
        ),
    }.get(
        roles[0],
        env._(
            "Suppliers are answered by whoever has the role “Answer to suppliers”; ask an "
            "administrator for it."
        ),
    )
