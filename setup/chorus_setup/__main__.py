"""`python3 -m chorus_setup COMMAND ARGUMENTS`, called by the launchers of `setup/`."""

from __future__ import annotations

import importlib
import signal
import sys

from .errors import SetupError
from .progress import say

COMMANDS = ("bench", "demo", "odoo", "simulator", "test", "translations")


def main() -> int:
    if len(sys.argv) < 2 or sys.argv[1] not in COMMANDS:
        say(f"Usage: python3 -m chorus_setup {'|'.join(COMMANDS)} …")
        return 2
    # A script that starts us in the background has Ctrl-C ignored, which would pass on
    # to all we start; what has a handler here is set right again there.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # A terminated command must also leave its `finally` blocks.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    command = importlib.import_module(f".command_{sys.argv[1]}", __package__)
    try:
        return int(command.main(sys.argv[2:]))
    except SetupError as error:
        say(f"\n{error}")
        return 1
    except KeyboardInterrupt:
        say("\nInterrupted; the next run takes up where this one stopped.")
        return 130


if __name__ == "__main__":
    sys.exit(main())
