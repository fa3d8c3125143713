"""``python -m simulator``: the portal alone, to try a client by hand."""

from __future__ import annotations

import argparse
import logging
import signal
import sys
import threading
from pathlib import Path

from .doors import Door
from .portal import Portal
from .settings import change_settings

STOPPING = frozenset({signal.SIGTERM, signal.SIGINT})


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="simulator", description=__doc__)
    parser.add_argument("--port", type=int, default=8099, help="0 for a free port")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--state", default=":memory:", help="SQLite file of the state")
    parser.add_argument(
        "--delay",
        type=float,
        help="seconds between two states of a flow (default: integrated at once)",
    )
    parser.add_argument("--verbose", action="store_true", help="log every request")
    wish = parser.parse_args(arguments)
    logging.basicConfig(
        level=logging.DEBUG if wish.verbose else logging.INFO,
        format="%(asctime)s %(levelname)s %(name)s %(message)s",
    )
    if wish.state != ":memory:":
        Path(wish.state).resolve().parent.mkdir(parents=True, exist_ok=True)
    portal = Portal(wish.state)
    if wish.delay is not None:
        change_settings(portal.store, {"integration_delay": wish.delay})
    try:
        door = Door(portal, wish.host, wish.port)
    except OSError as error:
        sys.stderr.write(f"Cannot listen on {wish.host}:{wish.port}: {error}\n")
        return 1
    # Blocked before any thread starts: a signal then waits for sigwait, and a second
    # one that comes along disturbs nothing.
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
    loop = threading.Thread(
        target=door.serve_forever, kwargs={"poll_interval": 0.2}, daemon=True
    )
    loop.start()
    sys.stdout.write(f"Simulator ready on {door.address}\n")
    sys.stdout.flush()
    signal.sigwait(STOPPING)
    door.stop()
    portal.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
