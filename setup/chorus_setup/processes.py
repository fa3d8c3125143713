"""Runs the program a command stands for, and ends with it."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType


def run_in_foreground(
    command: Sequence[str],
    env: Mapping[str, str],
    *,
    keep_open: int | None = None,
    cwd: Path | None = None,
) -> int:
    """Run a program on our terminal; its exit status, 128 + signal if one ended it.

    Signals are passed on, but Ctrl-C on a terminal, which reaches the program anyway.
    We wait in every case: what was started for it is stopped after it.
    """
    process = subprocess.Popen(
        command,
        env=env,
        cwd=cwd,
        pass_fds=() if keep_open is None else (keep_open,),
    )

    def pass_on(number: int, _frame: FrameType | None) -> None:
        seen_already = number == signal.SIGINT and _on_foreground_terminal()
        if process.poll() is None and not seen_already:
            process.send_signal(number)

    before = {
        signal.SIGINT: signal.signal(signal.SIGINT, pass_on),
        signal.SIGTERM: signal.signal(signal.SIGTERM, pass_on),
        signal.SIGHUP: signal.signal(signal.SIGHUP, pass_on),
    }
    try:
        status = process.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return 128 - status if status < 0 else status


def _on_foreground_terminal() -> bool:
    try:
        with open(os.ctermid(), "rb", buffering=0) as terminal:  # noqa: PTH123
            return os.tcgetpgrp(terminal.fileno()) == os.getpgrp()
    except OSError:
        return False
