"""`python3 -m chorus_setup translations`: export the template, bring `fr.po` in step."""

from __future__ import annotations

from .base_database import base_database
from .errors import SetupError
from .home import ADDON, REPOSITORY
from .prepared import Platform, prepared
from .processes import run_in_foreground
from .progress import run_logged


def main(arguments: list[str]) -> int:
    """Exit status 1 when sentences remain to be translated.

    :raise SetupError: Odoo could not install the add-on or export its words
    """
    if arguments:
        raise SetupError("translations takes no argument.")
    with prepared() as platform:
        database = f"{platform.database_prefix}translations"
        platform.databases.copy(base_database(platform), database)
        try:
            return _translate(platform, database)
        finally:
            platform.databases.drop(database)


def _translate(platform: Platform, database: str) -> int:
    exported = platform.home.run / "exported.pot"
    steps = {
        "install": ["-d", database, "-i", ADDON, "--no-http", "--stop-after-init"],
        "export": ["i18n", "export", "-d", database, "-o", str(exported), ADDON],
    }
    for name, arguments in steps.items():
        run_logged(
            f"translations: {name}",
            [*platform.odoo_command, *arguments],
            platform.home.logs / f"translations-{name}.log",
            env=platform.environment,
        )
    return run_in_foreground(
        [str(platform.home.python), "-m", "chorus_setup.translations", str(exported)],
        platform.tests_environment(),
        keep_open=platform.keep_open,
        cwd=REPOSITORY,
    )
