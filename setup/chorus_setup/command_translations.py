"""`python3 -m chorus_setup translations`: export the template, bring `fr.po` in step."""

from __future__ import annotations

from .base_database import base_database
from .errors import SetupError
from .home import ADDONS, REPOSITORY
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
            # One after the other: what is installed later adds nothing to the first.
            statuses = [_translate(platform, database, addon) for addon in ADDONS]
            return max(statuses)
        finally:
            platform.databases.drop(database)


def _translate(platform: Platform, database: str, addon: str) -> int:
    exported = platform.home.run / f"exported-{addon}.pot"
    steps = {
        "install": ["-d", database, "-i", addon, "--no-http", "--stop-after-init"],
        "export": ["i18n", "export", "-d", database, "-o", str(exported), addon],
    }
    for name, arguments in steps.items():
        run_logged(
            f"translations: {name} {addon}",
            [*platform.odoo_command, *arguments],
            platform.home.logs / f"translations-{name}.log",
            env=platform.environment,
        )
    module = "chorus_setup.translations"
    return run_in_foreground(
        [str(platform.home.python), "-m", module, str(exported), addon],
        platform.tests_environment(),
        keep_open=platform.keep_open,
        cwd=REPOSITORY,
    )
