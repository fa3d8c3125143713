"""The one folder that holds all state, and which steps of preparing it are done."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from .errors import SetupError
from .progress import held_locks, say

REPOSITORY = Path(__file__).resolve().parents[2]
ADDON = "l10n_fr_chorus_exchange"
# Installed by itself where both the add-on and the sales application are.
SALE_BRIDGE = "l10n_fr_chorus_exchange_sale"
ADDONS = (ADDON, SALE_BRIDGE)


def home_from_environment() -> Home:
    """``CHORUS_HOME``, or a folder of ours under the user's cache."""
    cache = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    chosen = os.environ.get("CHORUS_HOME") or str(Path(cache) / ADDON)
    try:
        return Home(Path(chosen).expanduser().resolve())
    except RuntimeError as error:
        raise SetupError(
            "This user has no home folder: name a folder for all state in CHORUS_HOME."
        ) from error


def fingerprint(*parts: str) -> str:
    """16 hexadecimal digits that change when any part changes."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


class Home:
    """Paths of the state folder; a step is done when its stamp has its fingerprint."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.logs = root / "logs"
        self.stamps = root / "stamps"
        self.run = root / "run"
        self.apt = root / "apt"
        self.odoo = root / "odoo"
        self.venv = root / "venv"
        self.postgres = root / "postgres"
        self.data = root / "data"
        self.odoo_conf = root / "odoo.conf"
        self.platform_file = root / "platform.json"

    @property
    def python(self) -> Path:
        return self.venv / "bin" / "python"

    @property
    def tag(self) -> str:
        """Six digits of this folder, for names that must not collide elsewhere."""
        return fingerprint(str(self.root))[:6]

    def create(self) -> None:
        try:
            for folder in (self.logs, self.stamps, self.run, self.data):
                folder.mkdir(parents=True, exist_ok=True)
            self.root.chmod(0o700)
        except OSError as error:
            raise SetupError(
                f"CHORUS_HOME ({self.root}) cannot be written: {error.strerror}."
            ) from error

    @contextlib.contextmanager
    def preparing(self) -> Iterator[None]:
        """Only one command at a time prepares a folder; the others wait for it.

        The kernel drops the lock with the last process that holds it: the command, and
        the long programs it starts, which may survive it.
        """
        with (self.root / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say(f"Another command is preparing {self.root}; waiting for it.")
                fcntl.flock(lock, fcntl.LOCK_EX)
            held_locks.add(lock.fileno())
            try:
                yield
            finally:
                held_locks.discard(lock.fileno())

    def stamp(self, step: str) -> str | None:
        """Fingerprint of what was last installed by a step, None if it never ended."""
        try:
            content = json.loads((self.stamps / f"{step}.json").read_text())
        except (FileNotFoundError, ValueError):
            return None
        return content.get("fingerprint") if isinstance(content, dict) else None

    def is_done(self, step: str, wanted: str) -> bool:
        return self.stamp(step) == wanted

    def mark_done(self, step: str, wanted: str) -> None:
        write_whole(
            self.stamps / f"{step}.json", json.dumps({"fingerprint": wanted}) + "\n"
        )

    def forget(self, step: str) -> None:
        (self.stamps / f"{step}.json").unlink(missing_ok=True)

    def fresh_folder(self, name: str) -> Path:
        """An empty folder of this home, without what an interrupted run left there."""
        folder = self.root / name
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(parents=True)
        return folder


def write_whole(path: Path, text: str) -> None:
    """Write a file so that a reader, or a crash, sees the old one or the new one."""
    partial = path.with_name(f"{path.name}.{os.getpid()}.part")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)
