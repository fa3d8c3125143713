"""The short message after a button, with the form read again behind it."""

from __future__ import annotations

from typing import Any

TITLE = "Chorus Pro"  # a name: the same in every language


def notification(
    message: str, kind: str = "success", *, sticky: bool = False
) -> dict[str, Any]:
    """Client action to return from a button.

    :param message: sentence in the reader's language
    :param kind: ``success``, ``warning`` or ``danger``
    """
    return {
        "type": "ir.actions.client",
        "tag": "display_notification",
        "params": {
            "title": TITLE,
            "message": message,
            "type": kind,
            "sticky": sticky,
            "next": {"type": "ir.actions.client", "tag": "soft_reload"},
        },
    }


def closing(message: str) -> dict[str, Any]:
    """The same from the button of a window, which closes."""
    told = notification(message)
    told["params"]["next"] = {"type": "ir.actions.act_window_close"}
    return told
