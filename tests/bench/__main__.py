"""`./setup/bench [outbound] [followup]`: what the exchange costs, as tables."""

from __future__ import annotations

import argparse
import sys

from chorus_setup.prepared import prepared
from demo.stage import stage

from .followup import table as followup
from .outbound import table as outbound

PARTS = {"outbound": outbound.run, "followup": followup.run}


def main() -> int:
    parser = argparse.ArgumentParser(prog="./setup/bench", description=__doc__)
    parser.add_argument("part", nargs="*", help="; ".join(PARTS) + "; all by default")
    wanted = parser.parse_args().part or list(PARTS)
    if unknown := set(wanted) - PARTS.keys():
        parser.error(f"no bench called {', '.join(sorted(unknown))}")
    with prepared() as platform:
        for part in wanted:
            # Each with a database and a portal of its own.
            with stage(platform) as opened:
                opened.simulator.start()
                opened.simulator.wait_until_ready()
                PARTS[part](opened)
    return 0


if __name__ == "__main__":
    sys.exit(main())
