"""The prepared platform: everything the commands stand on, described in one file."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .database import Databases
from .home import REPOSITORY, Home, home_from_environment, write_whole
from .odoo_source import OdooSource, find_odoo
from .ports import ODOO_PORT, SIMULATOR_PORT
from .postgres import Postgres
from .system_packages import ensure_packages
from .virtualenv import ensure_virtualenv

# Not handed on: they would make the virtual environment import other things.
PYTHON_VARIABLES = {"PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "VIRTUAL_ENV"}
NOT_BY_PROXY = "localhost,127.0.0.1"


class Platform:
    """Odoo, Python and PostgreSQL, ready to be used; made by :func:`prepared`."""

    def __init__(self, home: Home, odoo: OdooSource, postgres: Postgres) -> None:
        self.home = home
        self.odoo = odoo
        self.postgres = postgres
        self.databases = Databases(home, postgres)
        # Begins every database name of ours; several homes may share a server.
        shared = "" if postgres.embedded else f"{home.tag}_"
        self.database_prefix = f"chorus_{shared}"
        self.keep_open: int | None = None

    @property
    def odoo_command(self) -> list[str]:
        return [str(self.home.python), "-m", "odoo"]

    @property
    def e2e_logs(self) -> Path:
        """Odoo logs left here by the end to end tests must hold no warning."""
        return self.home.logs / "e2e"

    @property
    def environment(self) -> dict[str, str]:
        """Complete environment for any child process."""
        programs = [str(self.home.venv / "bin"), str(self.postgres.programs)]
        programs.append(os.environ.get("PATH", os.defpath))
        python_path = [str(self.odoo.import_path)]
        return {
            **inherited_environment(),
            **self.postgres.environment,
            "PATH": os.pathsep.join(programs),
            "PYTHONPATH": os.pathsep.join(python_path),
            "ODOO_RC": str(self.home.odoo_conf),
            "CHORUS_HOME": str(self.home.root),
            "CHORUS_PLATFORM": str(self.home.platform_file),
            **tool_folders(self.home),
        }

    def tests_environment(self) -> dict[str, str]:
        """The same for programs of `tests/`, which also import the packages there."""
        environment = self.environment
        folders = [REPOSITORY / "tests", REPOSITORY / "setup"]
        environment["PYTHONPATH"] = os.pathsep.join(
            [environment["PYTHONPATH"], *map(str, folders)]
        )
        return environment

    def description(self) -> dict[str, Any]:
        """What ``CHORUS_PLATFORM`` holds, for programs that cannot import us.

        ``environment`` holds only what is to be added to the reader's own environment.
        """
        kept = ("PATH", "PYTHONPATH", "PYTHONPYCACHEPREFIX", "ODOO_RC", "CHORUS_HOME")
        environment = self.environment
        names = [*kept, *(n for n in self.postgres.environment if n != "PGPASSWORD")]
        return {
            "home": str(self.home.root),
            "logs": str(self.home.logs),
            "e2e_logs": str(self.e2e_logs),
            "repository": str(REPOSITORY),
            "python": str(self.home.python),
            "odoo": {
                "import_path": str(self.odoo.import_path),
                "addons": [str(folder) for folder in self.odoo.addons],
                "version": self.odoo.version,
            },
            "odoo_command": self.odoo_command,
            "odoo_conf": str(self.home.odoo_conf),
            "data_dir": str(self.home.data),
            "embedded_postgres": self.postgres.embedded,
            "database_prefix": self.database_prefix,
            "odoo_port": ODOO_PORT,
            "simulator_port": SIMULATOR_PORT,
            "environment": {name: environment[name] for name in names},
        }

    def write_files(self) -> None:
        self.e2e_logs.mkdir(exist_ok=True)
        addons = [*self.odoo.addons, REPOSITORY]
        write_whole(
            self.home.odoo_conf,
            "[options]\n"
            f"addons_path = {','.join(map(str, addons))}\n"
            f"data_dir = {self.home.data}\n"
            "http_interface = 127.0.0.1\n",
        )
        write_whole(
            self.home.platform_file, json.dumps(self.description(), indent=2) + "\n"
        )


@contextlib.contextmanager
def prepared(*, browser: bool = False) -> Iterator[Platform]:
    """Prepare all that is missing, keep PostgreSQL running during the block.

    :param browser: Chromium is needed as well
    :raise SetupError: what cannot be prepared, in one sentence
    """
    home = home_from_environment()
    home.create()
    with home.preparing():
        ensure_packages(home, browser=browser)
        odoo = find_odoo(home)
        ensure_virtualenv(home)
    platform = Platform(home, odoo, Postgres(home))
    with platform.postgres.in_use() as keep_open:
        platform.keep_open = keep_open
        platform.write_files()
        yield platform


def python_only(home: Home) -> dict[str, str]:
    """Environment for programs that need neither Odoo nor a database."""
    home.create()
    with home.preparing():
        ensure_virtualenv(home)
    return {
        **inherited_environment(),
        "PYTHONPATH": str(REPOSITORY / "tests"),
        "CHORUS_HOME": str(home.root),
        **tool_folders(home),
    }


def inherited_environment() -> dict[str, str]:
    """Ours, without what would mislead the virtual environment.

    Where a proxy is set, it may not be asked for the servers of this machine.
    """
    inherited = {k: v for k, v in os.environ.items() if k not in PYTHON_VARIABLES}
    for name in ("no_proxy", "NO_PROXY"):
        others = inherited.get(name)
        inherited[name] = f"{others},{NOT_BY_PROXY}" if others else NOT_BY_PROXY
    return inherited


def tool_folders(home: Home) -> dict[str, str]:
    """Keeps what Python and the checking tools write out of the checkout."""
    return {
        "PYTHONPYCACHEPREFIX": str(home.root / "pycache"),
        "RUFF_CACHE_DIR": str(home.root / "ruff"),
        "MYPY_CACHE_DIR": str(home.root / "mypy"),
        "PYLINTHOME": str(home.root / "pylint"),
        "COVERAGE_FILE": str(home.run / "coverage"),
        "HYPOTHESIS_STORAGE_DIRECTORY": str(home.root / "hypothesis"),
    }
