"""Cause and cure of everything that stops a call, in one table.

``TROUBLES`` is the only place where a status of the gateway becomes words. What Chorus Pro
itself refuses has its own words, see ``sentences``.
"""

from __future__ import annotations

from typing import NamedTuple

from odoo.tools.translate import LazyTranslate

from ..lib.chorus_pro.troubles import Trouble

_lt = LazyTranslate(__name__)


class Words(NamedTuple):
    """What happened, and what a person does about it; sentences, not translated yet."""

    cause: object
    cure: object


TROUBLES = {
    Trouble.PISTE: Words(
        _lt(
            "PISTE refuses the application (400, invalid_client): the client ID or the "
            "secret is wrong, or they belong to the other environment."
        ),
        _lt(
            "Copy both again from the page of your application on PISTE, and check the "
            "environment chosen here."
        ),
    ),
    Trouble.ACCOUNT: Words(
        _lt(
            "Chorus Pro refuses the technical account (401): the login or the password "
            "is wrong, or the password has expired."
        ),
        _lt(
            "An account works about 30 minutes after its creation. Check it on the "
            "Chorus Pro portal, then type it again here."
        ),
    ),
    Trouble.FORBIDDEN: Words(
        _lt(
            "Access is forbidden (403): the application has not subscribed to this API "
            "on PISTE (or its terms were not accepted), or the technical account has no "
            "right on this structure."
        ),
        _lt(
            "Subscribe on PISTE, or ask the manager of the structure to grant the right "
            "on the Chorus Pro portal."
        ),
    ),
    Trouble.BAD_REQUEST: Words(
        _lt("Chorus Pro could not read the request (400)."),
        _lt(
            "Check what was typed for this document: dates, identifiers, names of "
            "attachments. If all of it is right, report it together with its line in "
            "the list of calls."
        ),
    ),
    Trouble.NOT_FOUND: Words(
        _lt("Chorus Pro has nothing at this address (404)."),
        _lt(
            "Check the address of the connection. If it is that of the State, test "
            "again later."
        ),
    ),
    Trouble.TOO_LARGE: Words(
        _lt("Chorus Pro says that this is too large (413)."),
        _lt("Ask for fewer documents, or send smaller ones."),
    ),
    Trouble.WRONG_TYPE: Words(
        _lt("Chorus Pro does not take the form of the request (415)."),
        _lt(
            "Something between Odoo and Chorus Pro, such as a proxy, changes what is "
            "sent: have the network checked."
        ),
    ),
    Trouble.TOO_MANY: Words(
        _lt("Too many calls in a short time (429)."),
        _lt(
            "Odoo waits and goes on by itself. If it comes back, lower the calls per "
            "day, or see the quota of the application on PISTE."
        ),
    ),
    Trouble.SERVER_ERROR: Words(
        _lt("Chorus Pro has met an error of its own (500)."),
        _lt(
            "Test again later. If it is about one document only, check its dates and "
            "amounts."
        ),
    ),
    Trouble.CLOSED: Words(
        _lt(
            "Chorus Pro or its gateway PISTE is closed or overloaded (502, 503 or 504)."
        ),
        _lt("There is nothing to change here: test again later."),
    ),
    Trouble.TIMEOUT: Words(
        _lt("Chorus Pro did not answer in time."),
        _lt(
            "Test again later. If it goes on, have the network checked (proxy, "
            "firewall)."
        ),
    ),
    Trouble.CUT: Words(
        _lt(
            "Chorus Pro gave no usable answer: the line was cut, or the answer is "
            "incomplete."
        ),
        _lt(
            "Test again later. If it goes on, have the network checked (proxy, "
            "firewall)."
        ),
    ),
    Trouble.PAGE: Words(
        _lt(
            "A web page came instead of an answer: Chorus Pro is closed for "
            "maintenance, or a proxy of your network stands in between."
        ),
        _lt(
            "Test again later. If it goes on, have the network checked, and the address "
            "of the connection."
        ),
    ),
    Trouble.UNREACHABLE: Words(
        _lt("Chorus Pro could not be reached."),
        _lt(
            "Check the network of the server (firewall, proxy) and the address of the "
            "connection."
        ),
    ),
    Trouble.TOO_MUCH: Words(
        _lt("The answer of Chorus Pro is larger than what Odoo reads."),
        _lt("Ask for fewer documents at a time."),
    ),
}

# The gateway tells the two reasons of a 403 apart, once it is asked as a stranger.
NOT_SUBSCRIBED = Words(
    _lt(
        "This API is closed to the application (403): it is not selected for it on "
        "PISTE, its terms of use (CGU) are not accepted, or the application is that of "
        "the other environment."
    ),
    _lt(
        "On PISTE, open the application, select the API, and accept its terms of use "
        "(CGU): each API exists twice, for the sandbox and for production."
    ),
)
NO_RIGHT = Words(
    _lt(
        "The API is open to the application, but the technical account has no right "
        "there (403)."
    ),
    _lt(
        "On the Chorus Pro portal, have the manager of the structure grant the right to "
        "the connection request (raccordement) of this account."
    ),
)
