"""A database with what the add-on depends on, made once and copied after that."""

from __future__ import annotations

import ast
import subprocess

from .home import ADDON, REPOSITORY, fingerprint
from .odoo_log import complaints
from .prepared import Platform
from .progress import run_logged

STEP = "base-database"


def base_database(platform: Platform) -> str:
    """Name of the base database, made first if it is missing or out of date.

    :raise SetupError: Odoo could not install the modules
    """
    name = f"{platform.database_prefix}base"
    # A checkout beside this one may share the home, under a prefix of its own.
    step = f"{STEP}-{name}"
    modules = addon_dependencies()
    with platform.home.preparing():
        wanted = fingerprint(
            str(platform.odoo.import_path),
            _revision(platform),
            *sorted(f"{k}={v}" for k, v in platform.postgres.environment.items()),
            *modules,
        )
        if platform.home.is_done(step, wanted) and platform.databases.exists(name):
            return name
        platform.home.forget(step)
        _build(platform, name, modules)
        platform.home.mark_done(step, wanted)
    return name


def addon_dependencies() -> list[str]:
    """Modules of Odoo the manifest asks for, in alphabetical order."""
    manifest = REPOSITORY / ADDON / "__manifest__.py"
    declared = ast.literal_eval(manifest.read_text(encoding="utf-8"))
    return sorted(declared["depends"])


def _build(platform: Platform, name: str, modules: list[str]) -> None:
    platform.databases.drop(name)
    platform.databases.create(name)
    log = platform.home.logs / "base-database.log"
    command = [*platform.odoo_command, "-d", name, "-i", ",".join(modules)]
    command += ["--no-http", "--stop-after-init"]
    run_logged(
        "Odoo: making a database with its accounting modules",
        command,
        log,
        env=platform.environment,
        how_far=lambda: f"{_loaded(log.read_text(errors='replace'))} modules",
    )
    for entry in complaints(log):
        print(*entry.lines, sep="\n")


def _loaded(log: str) -> int:
    return log.count("odoo.modules.loading: Module ")


def _revision(platform: Platform) -> str:
    """Commit of a checkout, so that an updated one gets a new base database."""
    try:
        asked = subprocess.run(
            ["git", "-C", str(platform.odoo.import_path), "rev-parse", "HEAD"],
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        return ""
    return asked.stdout.strip()
