"""Debian packages fetched next to the system, without touching its sources.

Two private apt states live in the home: one reads the machine's own sources, the
other the suite `sid` of the same mirror. Both check signatures with the machine's
Debian keyring, as apt always does; neither needs root.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from .errors import SetupError
from .home import Home
from .progress import run_logged, say

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
MEGABYTE = 1024 * 1024


class AptState:
    """A private apt: own lists, own cache, own sources when given."""

    def __init__(self, home: Home, name: str, source_line: str = "") -> None:
        self.home = home
        self.name = name
        self.folder = home.apt / name
        self.source_line = source_line

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "APT_CONFIG": str(self.folder / "apt.conf"),
            "LC_ALL": "C.UTF-8",
        }

    def update(self) -> None:
        self._configure()
        run_logged(
            f"Debian: reading the package lists ({self.name})",
            ["apt-get", "-q", "update"],
            self.home.logs / f"apt-{self.name}-update.log",
            env=self.environment,
        )

    def _configure(self) -> None:
        for part in ("lists/partial", "cache/archives/partial"):
            (self.folder / part).mkdir(parents=True, exist_ok=True)
        lines = [
            f'Dir::State::Lists "{self.folder}/lists";',
            f'Dir::Cache "{self.folder}/cache";',
            # Else update as root steps down to a user who may not enter the folder.
            'APT::Sandbox::User "root";',
            # Else update ends with status 0 when nothing could be fetched.
            'APT::Update::Error-Mode "any";',
            'Acquire::Languages "none";',
            'Acquire::Retries "2";',
        ]
        if self.source_line:
            (self.folder / "sources.list").write_text(self.source_line + "\n")
            lines += [
                f'Dir::Etc::sourcelist "{self.folder}/sources.list";',
                'Dir::Etc::sourceparts "/dev/null";',
            ]
        (self.folder / "apt.conf").write_text("\n".join(lines) + "\n")

    def mirror(self) -> str:
        """Address of the Debian mirror in the machine's own configuration."""
        listed = self._ask("indextargets", "--format", "$(SITE)\t$(ORIGIN)\t$(LABEL)")
        for line in listed.splitlines():
            site, origin, label = line.split("\t")
            if (origin, label) == ("Debian", "Debian"):
                return site
        raise SetupError(
            "apt on this machine knows no Debian mirror, so Odoo 19 cannot be fetched:"
            " name an existing Odoo 19 with ODOO_PATH."
        )

    def download(self, title: str, packages: list[str], into: Path) -> list[Path]:
        """Fetch packages, hashes checked by apt, into an empty folder.

        :raise SetupError: no network, or a package the suite does not have
        """
        uris = self._ask("--print-uris", "download", *packages)
        total = sum(int(size) for size in re.findall(r"\.deb (\d+) ", uris))
        run_logged(
            title,
            ["apt-get", "-q", "download", *packages],
            self.home.logs / f"apt-{self.name}-download.log",
            env=self.environment,
            cwd=into,
            how_far=lambda: f"{_size(into) // MEGABYTE} of {total // MEGABYTE} MB",
        )
        return sorted(into.glob("*.deb"))

    def _ask(self, *arguments: str) -> str:
        answer = subprocess.run(
            ["apt-get", "-q", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if answer.returncode:
            raise SetupError(f"apt-get {arguments[0]}: {answer.stderr.strip()}")
        return answer.stdout


def own_suite(home: Home) -> AptState:
    """The machine's own sources, with lists that are fresh and private."""
    if shutil.which("apt-get") is None or shutil.which("dpkg") is None:
        raise SetupError(
            "This machine has no apt, so Odoo 19 cannot be fetched:"
            " name an existing Odoo 19 with ODOO_PATH."
        )
    state = AptState(home, "own")
    state.update()
    return state


def sid_suite(home: Home, mirror: str) -> AptState:
    """Suite sid of the same mirror, under the machine's Debian signing keys."""
    options = f"[signed-by={KEYRING}] " if KEYRING.exists() else ""
    if not options:
        say(f"{KEYRING} is missing: apt checks with the keys it trusts itself.")
    state = AptState(home, "sid", f"deb {options}{mirror} sid main")
    state.update()
    return state


def _size(folder: Path) -> int:
    size = 0
    for path in folder.iterdir():
        try:
            size += path.stat().st_size
        except FileNotFoundError:
            continue  # apt renamed it while we looked
    return size
