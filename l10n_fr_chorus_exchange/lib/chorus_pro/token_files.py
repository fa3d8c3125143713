"""Tokens shared by the processes of one machine: a file each, for this user only."""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:  # pragma: no cover - not on this platform: each process its own
    fcntl = None  # type: ignore[assignment]

_logger = logging.getLogger(__name__)

PATIENCE = 20.0  # seconds for the token another process is fetching
_TRY_AGAIN = 0.05
_LARGEST = 100_000  # bytes


class TokenFiles:
    """Where processes leave their tokens for each other.

    ::

        with files.locked(name):       # one process at a time
            files.read(name)           # (value, seconds it is still good for), or None
            files.write(name, value, seconds)

    Nothing here may keep a call from being made: what cannot be read or written is as if
    there were nothing. The folder and the files are readable by their owner only, and
    what somebody else owns is not trusted.

    :param folder: made when it is missing
    :param clock: seconds since 1970, the same for all processes
    """

    def __init__(
        self,
        folder: Path,
        *,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
        patience: float = PATIENCE,
    ) -> None:
        self._folder = folder
        self._clock = clock
        self._sleep = sleep
        self._patience = patience

    @contextmanager
    def locked(self, name: str) -> Iterator[None]:
        """Keep the other processes away; after ``patience``, go on without."""
        lock = self._open(f"{name}.lock", os.O_RDWR | os.O_CREAT)
        if lock is None:
            yield
            return
        try:
            self._wait_for(lock)
            yield
        finally:
            # The lock ends with the file, and with the process if it dies.
            os.close(lock)

    def _wait_for(self, lock: int) -> None:
        waited = 0.0
        while fcntl is not None and waited < self._patience:
            with contextlib.suppress(OSError):
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            self._sleep(_TRY_AGAIN)
            waited += _TRY_AGAIN

    def read(self, name: str) -> tuple[str, float] | None:
        """The token left under this name; None when there is none, or not for long."""
        handle = self._open(name, os.O_RDONLY)
        if handle is None:
            return None
        try:
            with os.fdopen(handle, "rb") as file:
                kept = json.loads(file.read(_LARGEST))
            value, since, until = kept["token"], kept["since"], kept["until"]
            now = self._clock()
            # A clock that was put back says nothing about the age of a token.
            usable = isinstance(value, str) and since <= now < until
        except OSError as error:
            _logger.info("a token is not shared: %s", type(error).__name__)
            return None
        except (ValueError, TypeError, KeyError, RecursionError):
            return None
        return (value, until - now) if usable else None

    def write(self, name: str, value: str, seconds: float) -> None:
        """Leave a token, good for so many seconds from now; nobody sees half of it."""
        now = self._clock()
        content = json.dumps({"token": value, "since": now, "until": now + seconds})
        half = f"{name}.{os.getpid()}"
        handle = self._open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        if handle is None:
            return
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content.encode())
            (self._folder / half).replace(self._folder / name)
        except OSError as error:
            _logger.info("a token is not shared: %s", type(error).__name__)

    def forget(self, name: str, value: str) -> None:
        """Remove this token, unless another one has taken its place."""
        kept = self.read(name)
        if kept and kept[0] == value:
            with contextlib.suppress(OSError):
                (self._folder / name).unlink()

    def _open(self, name: str, flags: int) -> int | None:
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(
                self._folder / name, flags | getattr(os, "O_NOFOLLOW", 0), 0o600
            )
        except FileNotFoundError:
            return None
        except OSError as error:
            _logger.info("a token is not shared: %s", type(error).__name__)
            return None
        if _is_private(os.fstat(handle)):
            return handle
        os.close(handle)
        _logger.warning("a token is not shared: %s is not private", name)
        return None


def name_of(*parts: str) -> str:
    """A file name that tells nothing of what it stands for.

    >>> len(name_of("https://x", "app", "digest"))
    64
    """
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _is_private(found: os.stat_result) -> bool:
    owner = getattr(os, "geteuid", lambda: found.st_uid)()
    return (
        stat.S_ISREG(found.st_mode)
        and found.st_uid == owner
        and not found.st_mode & 0o077
    )
