"""The Python environment of Odoo, the simulator and the tests."""

from __future__ import annotations

import shutil
import subprocess
import sys

from .home import REPOSITORY, Home, fingerprint
from .progress import run_logged

REQUIREMENTS = [
    REPOSITORY / "setup/requirements-odoo.txt",
    REPOSITORY / "requirements.txt",
    REPOSITORY / "setup/requirements-dev.txt",
]


def ensure_virtualenv(home: Home) -> None:
    """Create or complete the virtual environment.

    A changed list is installed into the one that is there, because another command may
    be running in it; a half made one, or one whose Python is gone, is made again.
    """
    wanted = fingerprint(*(path.read_text() for path in REQUIREMENTS))
    if not _works(home):
        home.forget("venv-made")
        home.forget("venv")
        if home.venv.exists():
            shutil.rmtree(home.venv)
        run_logged(
            "Python: making a virtual environment",
            [sys.executable, "-m", "venv", str(home.venv)],
            home.logs / "venv.log",
        )
        home.mark_done("venv-made", sys.executable)
    if home.is_done("venv", wanted):
        return
    home.forget("venv")
    _install(home)
    home.mark_done("venv", wanted)


def _works(home: Home) -> bool:
    if home.stamp("venv-made") is None or not home.python.exists():
        return False
    asked = subprocess.run(
        [str(home.python), "-c", "import sys"], capture_output=True, check=False
    )
    return asked.returncode == 0


def _install(home: Home) -> None:
    log = home.logs / "pip.log"
    command = [str(home.python), "-m", "pip", "install", "--no-input"]
    command += ["--disable-pip-version-check", "--progress-bar", "off"]
    for path in REQUIREMENTS:
        command += ["-r", str(path)]

    def how_far() -> str:
        text = log.read_text(errors="replace") if log.exists() else ""
        if "Installing collected packages" in text:
            return "installing"
        return f"{text.count('Collecting ')} packages found"

    run_logged("Python: installing the packages", command, log, how_far=how_far)
