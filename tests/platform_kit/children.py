"""One child process: its output in a file, its end with ours."""

from __future__ import annotations

import contextlib
import ctypes
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

# prctl(2): the signal a child gets when the program that started it dies.
PR_SET_PDEATHSIG = 1
TAIL = 2000


class ChildEnded(Exception):  # noqa: N818 - a verdict
    """A program that should be running has ended."""


class Child:
    """A program started, stopped, killed and started again under one name.

    :param output: file that gets its standard output and error, appended
    """

    def __init__(
        self,
        title: str,
        command: Sequence[str],
        environment: Mapping[str, str],
        output: Path,
        *,
        keep_open: Sequence[int] = (),
    ) -> None:
        self.title = title
        self.command = list(command)
        self.environment = dict(environment)
        self.output = output
        self.keep_open = tuple(keep_open)
        self.process: subprocess.Popen[bytes] | None = None
        # Whether somebody started it and nobody stopped it since.
        self.is_wanted = False

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        if self.is_running:
            return
        self.is_wanted = True
        self.output.parent.mkdir(parents=True, exist_ok=True)
        with self.output.open("ab") as output:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=self.environment,
                # Ctrl-C is for us; we stop the children in their order.
                start_new_session=True,
                preexec_fn=_end_with_parent,
                pass_fds=self.keep_open,
            )

    def check(self) -> None:
        """:raise ChildEnded: it ended by itself; with the end of its output"""
        if self.is_wanted and self.process is not None and not self.is_running:
            status = self.process.returncode
            raise ChildEnded(
                f"{self.title} ended by itself (status {status}).\n{self.last_words()}"
            )

    def last_words(self) -> str:
        """The end of its output; at most 2000 characters."""
        if not self.output.exists():
            return ""
        with self.output.open("rb") as output:
            output.seek(0, 2)
            output.seek(max(0, output.tell() - TAIL))
            return output.read().decode("utf-8", "replace")

    def stop(self, seconds: float = 20.0) -> None:
        """Ask it to end; kill it when it does not."""
        self.is_wanted = False
        if self.process is None:
            return
        if self.is_running:
            self.process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(timeout=seconds)
        if self.is_running:
            self.process.kill()
        self.process.wait()

    def kill(self) -> None:
        """End it at once, as a power cut would (kill -9)."""
        self.is_wanted = False
        if self.process is not None:
            self.process.kill()
            self.process.wait()


def _end_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
