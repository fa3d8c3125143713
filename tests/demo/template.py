"""The database every demonstration starts from: made once, then copied in a second."""

from __future__ import annotations

import subprocess
from pathlib import Path

from chorus_setup.base_database import base_database
from chorus_setup.errors import SetupError
from chorus_setup.home import ADDON, REPOSITORY, fingerprint
from chorus_setup.prepared import Platform
from chorus_setup.progress import run_logged, say
from demo import world

STEP = "demo-template"
# What changes the database when it changes; tests of the add-on do not.
SOURCES = (".py", ".xml", ".csv", ".sql", ".po", ".js", ".scss")
OWN_SOURCES = (
    "demo/world.py",
    "demo/odoo_side.py",
    "demo/template.py",
    "simulator/seed.py",
)


def demo_template(platform: Platform) -> str:
    """Name of the prepared database, made first if it is missing or out of date.

    :raise SetupError: Odoo could not make it
    """
    base = base_database(platform)
    name = f"{platform.database_prefix}demo_template"
    # A checkout beside this one may share the home, under a prefix of its own.
    step = f"{STEP}-{name}"
    with platform.home.preparing():
        wanted = fingerprint(str(platform.home.stamp("base-database")), _sources())
        if platform.home.is_done(step, wanted) and platform.databases.exists(name):
            return name
        platform.home.forget(step)
        platform.databases.copy(base, name)
        _install(platform, name)
        _fill(platform, name)
        platform.home.mark_done(step, wanted)
    return name


def _sources() -> str:
    addon = REPOSITORY / ADDON
    files = [
        path
        for path in sorted(addon.rglob("*"))
        if path.suffix in SOURCES and (addon / "tests") not in path.parents
    ]
    files += [REPOSITORY / "tests" / name for name in OWN_SOURCES]
    return fingerprint(*(_digest(path) for path in files))


def _digest(path: Path) -> str:
    content = path.read_text(encoding="utf-8", errors="replace")
    return fingerprint(str(path.relative_to(REPOSITORY)), content)


def _install(platform: Platform, name: str) -> None:
    log = platform.home.logs / "demo-install.log"
    command = [*platform.odoo_command, "-d", name, "-i", ADDON]
    command += [f"--load-language={world.LANGUAGE}", "--no-http", "--stop-after-init"]
    run_logged(
        "Demo: installing the add-on in French",
        command,
        log,
        env=platform.tests_environment(),
    )


def _fill(platform: Platform, name: str) -> None:
    """Odoo's shell runs what it reads from its standard input."""
    log = platform.home.logs / "demo-companies.log"
    say("Demo: making the two companies, their users and the web assets …")
    with log.open("wb") as output:
        ended = subprocess.run(
            [*platform.odoo_command, "shell", "-d", name, "--no-http"],
            input=b"from demo.odoo_side import prepare\nprepare(env)\n",
            stdout=output,
            stderr=subprocess.STDOUT,
            env=platform.tests_environment(),
            check=False,
        )
    written = log.read_text(errors="replace")
    if ended.returncode or "Traceback" in written:
        raise SetupError(
            f"{written[-3000:]}\n\nDemo: the companies were not made: {log}"
        )
