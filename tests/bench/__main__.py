"""`./setup/bench [outbound] [followup] [inbound] [directory]`: what it costs, as tables."""

from __future__ import annotations

import argparse
import sys

from chorus_setup.errors import SetupError
from chorus_setup.prepared import prepared
from demo.stage import stage

from .directory import table as directory
from .followup import table as followup
from .inbound import table as inbound
from .outbound import table as outbound

PARTS = {
    "outbound": outbound.run,
    "followup": followup.run,
    "inbound": inbound.run,
    "directory": directory.run,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="./setup/bench", description=__doc__)
    parser.add_argument("part", nargs="*", help="; ".join(PARTS) + "; all by default")
    wanted = parser.parse_args().part or list(PARTS)
    if unknown := set(wanted) - PARTS.keys():
        parser.error(f"no bench called {', '.join(sorted(unknown))}")
    missed = 0
    with prepared() as platform:
        for part in wanted:
            # Each with a database and a portal of its own.
            with stage(platform) as opened:
                opened.simulator.start()
                opened.simulator.wait_until_ready()
                try:
                    PARTS[part](opened)
                except SetupError as error:
                    # The other tables are wanted all the same.
                    print(f"\n{error}", file=sys.stderr)
                    missed += 1
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
