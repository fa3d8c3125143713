"""Access to Chorus Pro that the server keeps, instead of the database.

Of the connection whose *name on the server* is ``town_hall``, the configuration file of
Odoo may hold::

    [l10n_fr_chorus_exchange.town_hall]
    client_id = ...
    client_secret = ...
    login = ...
    password = ...

and the environment of the process ``CHORUS_PRO_TOWN_HALL_CLIENT_SECRET`` and so on, which
comes first. ``database`` there names the only database that may use it; ``base_url`` (and
``token_url``) the only other address it may be sent to.
"""

import logging
import os
import re
from configparser import Error, RawConfigParser
from functools import lru_cache
from pathlib import Path

from odoo.tools import config

_logger = logging.getLogger(__name__)

SECTION = "l10n_fr_chorus_exchange."
PREFIX = "CHORUS_PRO_"
KEYS = (
    "client_id",
    "client_secret",
    "login",
    "password",
    "proxy_access",
    "database",
    "base_url",
    "token_url",
)
# Also the name of a variable of the environment.
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
LARGEST = 1_000_000  # bytes of a configuration file


def server_access(name, database):
    """What the server keeps for this connection, for this database.

    :return: ``{key: (value, "environment" or "file")}``, without what is empty
    """
    if not name or not NAME.fullmatch(name):
        return {}
    found = {key: (value, "file") for key, value in _from_file(name).items()}
    found |= {key: (value, "environment") for key, value in _from_environ(name)}
    only, _source = found.get("database", (database, ""))
    return found if only == database else {}


def _from_environ(name):
    for key in KEYS:
        value = os.environ.get(f"{PREFIX}{name}_{key}".upper(), "").strip()
        if value:
            yield key, value


def _from_file(name):
    path = config["config"]
    try:
        stamp = Path(path).stat()
    except (OSError, TypeError):
        return {}
    if stamp.st_size > LARGEST:
        return {}
    return _sections(path, stamp.st_mtime_ns, stamp.st_size).get(name, {})


@lru_cache(maxsize=1)
def _sections(path, _changed_at, _size):
    """``{name: {key: value}}``; read again when the file changes, without a restart."""
    parser = RawConfigParser()
    try:
        parser.read([path], encoding="utf-8")
    except (Error, ValueError):
        # The message of the parser quotes lines of the file.
        _logger.warning("The configuration file cannot be read: %s", path)
        return {}
    return {
        section.removeprefix(SECTION): {
            key: value.strip()
            for key, value in parser.items(section)
            if key in KEYS and value and value.strip()
        }
        for section in parser.sections()
        if section.startswith(SECTION)
    }
