"""Databases made, copied and dropped, each with its file store."""

from __future__ import annotations

import os
import re
import shutil

from .errors import SetupError
from .home import Home
from .postgres import Postgres

# Lower case only: a quoted name would have to be quoted everywhere else as well.
NAME = re.compile(r"[a-z][a-z0-9_]{0,62}\Z")


class Databases:
    """The databases of one server, as Odoo would make them.

    Made here rather than by Odoo, which would ask for extensions the embedded server
    does not have and log that as a warning.
    """

    def __init__(self, home: Home, postgres: Postgres) -> None:
        self.filestores = home.data / "filestore"
        self.postgres = postgres

    def exists(self, name: str) -> bool:
        found = self.postgres.sql(
            f"SELECT 1 FROM pg_database WHERE datname = '{_checked(name)}'"  # noqa: S608
        )
        return bool(found)

    def create(self, name: str) -> None:
        self.postgres.sql(
            f"CREATE DATABASE \"{_checked(name)}\" ENCODING 'unicode'"
            " LC_COLLATE 'C' TEMPLATE template0"
        )

    def drop(self, name: str) -> None:
        """Drop a database, whoever is connected, and its files. Quiet if not there."""
        self.postgres.sql(f'DROP DATABASE IF EXISTS "{_checked(name)}" WITH (FORCE)')
        shutil.rmtree(self.filestores / name, ignore_errors=True)

    def copy(self, source: str, name: str) -> None:
        """A copy of ``source`` under a new name; files are shared by hard links.

        Odoo names stored files by their content and never changes one in place.
        """
        self.drop(name)
        self.postgres.sql(
            f'CREATE DATABASE "{_checked(name)}" TEMPLATE "{_checked(source)}"'
        )
        files = self.filestores / source
        if files.exists():
            shutil.copytree(files, self.filestores / name, copy_function=_link)

    def rename(self, name: str, new_name: str) -> None:
        self.postgres.sql(
            f'ALTER DATABASE "{_checked(name)}" RENAME TO "{_checked(new_name)}"'
        )
        files = self.filestores / name
        if files.exists():
            files.rename(self.filestores / new_name)


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system, or one without hard links
        shutil.copy2(source, target)


def _checked(name: str) -> str:
    if not NAME.match(name):
        raise SetupError(f"{name!r} is no database name: a-z, 0-9 and _, 63 at most.")
    return name
