"""The platform as a program sees it that one of our commands has started.

``tests/demo`` and ``tests/e2e`` run with ``CHORUS_PLATFORM`` in their environment::

    from chorus_setup.handed_over import handed_over
    platform = handed_over()
    platform.databases.copy(base_database(platform), "chorus_demo")
    subprocess.Popen([*platform.odoo_command, "-d", "chorus_demo"])
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from .errors import SetupError
from .home import Home
from .odoo_source import OdooSource
from .postgres import Postgres
from .prepared import Platform


def handed_over() -> Platform:
    """The platform of the command that started us; it keeps PostgreSQL running.

    :raise SetupError: no command of `setup/` started this program
    """
    try:
        described = json.loads(Path(os.environ["CHORUS_PLATFORM"]).read_text())
    except (KeyError, FileNotFoundError) as error:
        raise SetupError(
            "Start this with ./setup/demo or ./setup/test e2e: they prepare Odoo."
        ) from error
    home = Home(Path(described["home"]))
    source = described["odoo"]
    odoo = OdooSource(
        Path(source["import_path"]),
        tuple(map(Path, source["addons"])),
        source["version"],
    )
    platform = Platform(home, odoo, Postgres(home))
    platform.database_prefix = described["database_prefix"]
    return platform
