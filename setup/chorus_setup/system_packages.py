"""Programs and fonts that only the system can provide, installed with apt."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from .errors import SetupError
from .home import Home
from .progress import run_logged

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")


def _has_font() -> bool:
    return any(Path("/usr/share/fonts").glob("**/DejaVuSans.ttf"))


def _has_magic() -> bool:
    return any(Path("/usr/lib").glob("**/libmagic.so.1"))


def _has_chromium() -> bool:
    return any(shutil.which(name) for name in CHROMIUM_NAMES)


BASE: dict[str, Callable[[], bool]] = {
    "wkhtmltopdf": lambda: shutil.which("wkhtmltopdf") is not None,
    "fonts-dejavu-core": _has_font,
    "libmagic1": _has_magic,
}
BROWSER: dict[str, Callable[[], bool]] = {"chromium": _has_chromium}


def ensure_packages(home: Home, *, browser: bool) -> None:
    """Install what is missing.

    :raise SetupError: something is missing and we are neither root nor have sudo, or
        the installation failed
    """
    wanted = {**BASE, **BROWSER} if browser else BASE
    missing = [package for package, is_there in wanted.items() if not is_there()]
    if not missing:
        return
    names = " ".join(missing)
    root = _becoming_root()
    if shutil.which("apt-get") is None or root is None:
        raise SetupError(
            f"Missing on this machine: {names}. As root: apt install {names}"
        )
    apt = [*root, "env", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C.UTF-8"]
    # Two homes may be prepared side by side: wait for the other one's dpkg.
    apt += ["apt-get", "-q", "-y", "-o", "DPkg::Lock::Timeout=600"]
    apt += ["-o", "APT::Update::Error-Mode=any"]
    run_logged(
        "System packages: reading the package lists",
        _waiting_for_lists(apt),
        home.logs / "system-update.log",
    )
    run_logged(
        f"System packages: installing {names}",
        [*apt, "install", "--no-install-recommends", *missing],
        home.logs / "system-packages.log",
    )


def _waiting_for_lists(apt: list[str]) -> list[str]:
    """`update` gives up at once when another one holds the lists; try for a minute."""
    script = (
        "for n in 1 2 3 4 5 6; do"
        ' said="$("$@" update 2>&1)"; status=$?; echo "$said";'
        ' case "$said" in *"Could not get lock"*) sleep 10;; *) exit $status;; esac;'
        " done; exit $status"
    )
    return ["bash", "-c", script, "update", *apt]


def _becoming_root() -> list[str] | None:
    """Words to put before a command to run it as root; None if there is no way."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    # Asks for the password now, on the terminal: the command itself runs without one.
    asked = subprocess.run(["sudo", "-v"], check=False)
    return ["sudo"] if asked.returncode == 0 else None
