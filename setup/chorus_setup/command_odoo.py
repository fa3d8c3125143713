"""`./setup/odoo …`: any Odoo command line on the prepared platform."""

from __future__ import annotations

from .database import NAME
from .prepared import Platform, prepared
from .processes import run_in_foreground


def main(arguments: list[str]) -> int:
    with prepared() as platform:
        for name in wanted_databases(arguments):
            _ensure_database(platform, name)
        return run_in_foreground(
            [*platform.odoo_command, *arguments],
            platform.environment,
            keep_open=platform.keep_open,
        )


def wanted_databases(arguments: list[str]) -> list[str]:
    """Databases the server would make itself if they were missing.

    >>> wanted_databases(["-d", "x", "-i", "account", "--stop-after-init"])
    ['x']
    >>> wanted_databases(["--database=x,y"])
    ['x', 'y']
    >>> wanted_databases(["shell", "-d", "x"])
    []
    """
    if not arguments or (not arguments[0].startswith("-") and arguments[0] != "server"):
        return []
    for position, argument in enumerate(arguments):
        if argument.startswith("--database="):
            return argument.partition("=")[2].split(",")
        if argument in ("-d", "--database"):
            return ",".join(arguments[position + 1 : position + 2]).split(",")
        if argument.startswith("-d") and len(argument) > 2:
            return argument[2:].split(",")
    return []


def _ensure_database(platform: Platform, name: str) -> None:
    # A name of another shape is left to Odoo, which quotes it as it wants.
    if NAME.match(name) and not platform.databases.exists(name):
        platform.databases.create(name)
