"""Says what is being done, how far it is and how long it has taken, on stderr."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from .errors import SetupError

TAIL_LINES = 20
# Seconds between two lines when nobody looks at a terminal.
QUIET_INTERVAL = 15.0

# Locks that the programs we start hold with us: when we are killed and they go on, the
# next command waits for their end instead of working in the same folder.
held_locks: set[int] = set()

NO_NETWORK = re.compile(
    r"Temporary failure (?:resolving|in name resolution)|Could not resolve"
    r"|Network is unreachable|NewConnectionError|Failed to establish a new connection"
    r"|Could not connect|Cannot initiate the connection|Connection timed out"
    r"|Name or service not known|Failed to fetch"
)
# apt refuses lists that are too old, or of the future.
WRONG_TIME = re.compile(r"Release file .* is (?:expired|not valid yet)")


def say(text: str) -> None:
    """One line on stderr, so that stdout stays what the command itself prints."""
    print(text, file=sys.stderr, flush=True)


def duration(seconds: float) -> str:
    """
    >>> duration(7.4), duration(75)
    ('7 s', '1 min 15 s')
    """
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def tail(path: Path, lines: int = TAIL_LINES) -> str:
    """The last lines of a log; at most its last 64 kB are read."""
    with path.open("rb") as log:
        log.seek(0, 2)
        log.seek(max(0, log.tell() - 65536))
        text = log.read().decode("utf-8", "replace")
    return "\n".join(text.splitlines()[-lines:])


class Ticker:
    """Repeats one line with the time spent: in place on a terminal, else rarely."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.start = time.monotonic()
        self.last_line = self.start
        self.in_place = sys.stderr.isatty()
        if not self.in_place:
            say(f"{title} …")

    @property
    def elapsed(self) -> float:
        return time.monotonic() - self.start

    def tick(self, how_far: str) -> None:
        text = f"{self.title} … {how_far + ', ' if how_far else ''}"
        text += duration(self.elapsed)
        if self.in_place:
            # A line that wraps cannot be taken back.
            room = shutil.get_terminal_size().columns - 1
            sys.stderr.write(f"\r\033[K{text[:room]}")
            sys.stderr.flush()
        elif time.monotonic() - self.last_line >= QUIET_INTERVAL:
            self.last_line = time.monotonic()
            say(f"  {text}")

    def done(self, verdict: str = "done") -> None:
        clear = "\r\033[K" if self.in_place else ""
        say(f"{clear}{self.title}: {verdict} in {duration(self.elapsed)}")


def run_measured(
    title: str,
    command: Sequence[str],
    log: Path,
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    how_far: Callable[[], str] = lambda: "",
    keep_open: int | None = None,
) -> int:
    """Run a long program with its output in ``log`` and its progress on the screen.

    :param how_far: asked twice a second, says for instance ``64 of 117 MB``
    :param keep_open: a file descriptor the program inherits
    :return: its exit status
    """
    runs = [(command, log)]
    return run_together(
        title, runs, env=env, cwd=cwd, how_far=how_far, keep_open=keep_open
    )[0]


def run_together(
    title: str,
    runs: Sequence[tuple[Sequence[str], Path]],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    how_far: Callable[[], str] = lambda: "",
    keep_open: int | None = None,
) -> list[int]:
    """Several such programs at the same time; all are waited for, or all are stopped.

    :param runs: of each, the command and its log
    :return: their exit statuses, in the same order
    """
    ticker = Ticker(title)
    processes: list[subprocess.Popen[bytes]] = []
    try:
        for command, log in runs:
            log.parent.mkdir(parents=True, exist_ok=True)
            with log.open("wb") as output:
                processes.append(
                    subprocess.Popen(
                        command,
                        stdin=subprocess.DEVNULL,
                        stdout=output,
                        stderr=subprocess.STDOUT,
                        env=env,
                        cwd=cwd,
                        pass_fds=(
                            *held_locks,
                            *(() if keep_open is None else (keep_open,)),
                        ),
                    )
                )
        for process in processes:
            _wait(process, ticker, how_far)
    except BaseException:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait()
        raise
    failed = any(process.returncode for process in processes)
    ticker.done("FAILED" if failed else "done")
    return [process.returncode for process in processes]


def _wait(
    process: subprocess.Popen[bytes], ticker: Ticker, how_far: Callable[[], str]
) -> None:
    while process.poll() is None:
        try:
            process.wait(timeout=0.5)
        except subprocess.TimeoutExpired:
            ticker.tick(how_far())


def run_logged(
    title: str,
    command: Sequence[str],
    log: Path,
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    how_far: Callable[[], str] = lambda: "",
) -> None:
    """The same for a program that has to succeed.

    :raise SetupError: it failed; the sentence holds the end of the log
    """
    status = run_measured(title, command, log, env=env, cwd=cwd, how_far=how_far)
    if status:
        raise SetupError(_explain(title, command[0], status, log))


def _explain(title: str, program: str, status: int, log: Path) -> str:
    end = tail(log)
    if NO_NETWORK.search(end):
        reason = "the network did not answer; connect this machine and run it again."
    elif WRONG_TIME.search(end):
        reason = "the clock of this machine is wrong, or its mirror is out of date."
    else:
        reason = f"{Path(program).name} ended with status {status}."
    return f"{end}\n\n{title}: {reason} The whole output is in {log}"
