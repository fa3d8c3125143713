"""``./setup/demo``: the main job, left running for a person; ``--check``: verified."""

from __future__ import annotations

import argparse
import signal
import sys
import time
from pathlib import Path
from types import FrameType

from chorus_setup.errors import SetupError
from chorus_setup.handed_over import handed_over
from chorus_setup.ports import ODOO_PORT, SIMULATOR_PORT
from chorus_setup.prepared import Platform
from chorus_setup.progress import duration, say
from demo import world
from demo.beside import credit_note, rejected_then_corrected
from demo.connections import connect, demo_data
from demo.logs import check_log
from demo.main_job import main_job
from demo.protocol import FAILURES, Protocol, Stopped
from demo.readme_pictures import make_pictures
from demo.samples import read_samples
from demo.screenshots import take_pictures
from demo.sides import Supplier, TownHall
from demo.stage import Stage, stage

# Seconds between two looks at the servers while a person uses them.
WATCH = 1.0


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="./setup/demo", description=__doc__)
    parser.add_argument(
        "--check", action="store_true", help="verify each step, stop all, print a table"
    )
    parser.add_argument(
        "--samples",
        type=Path,
        metavar="DIR",
        help="also put every invoice file of this folder on the portal",
    )
    parser.add_argument(
        "--screenshots",
        type=Path,
        metavar="DIR",
        help="also take pictures of the pages into this folder (needs Chromium)",
    )
    parser.add_argument(
        "--pictures",
        action="store_true",
        help="also make the small pictures of the readme anew (needs Chromium)",
    )
    wish = parser.parse_args(arguments)
    if wish.samples and not wish.samples.is_dir():
        parser.error(f"{wish.samples} is no folder")
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        return _check(wish) if wish.check else _show(wish)
    except KeyboardInterrupt:
        say("Stopped.")
        return 130
    except (SetupError, *FAILURES) as error:
        say(str(error))
        return 1


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _check(wish: argparse.Namespace) -> int:
    platform = handed_over()
    start = time.monotonic()
    protocol = Protocol()
    with stage(platform) as opened:
        opened.start()
        _play(opened, protocol, wish)
        # Odoo drops what it is doing when it is asked to stop, and complains about it.
        opened.wait_until_quiet()
        opened.stop()
        _try(check_log, opened, protocol)
        if not protocol.holds:
            _keep_logs(platform, opened)
    print(protocol.table(), flush=True)
    print(f"Took {duration(time.monotonic() - start)}.", flush=True)
    return 0 if protocol.holds else 1


def _keep_logs(platform: Platform, opened: Stage) -> None:
    """The files of a failed check, for whoever has to find out why."""
    kept = platform.home.logs / "demo-check"
    kept.mkdir(exist_ok=True)
    for path in (opened.odoo.log, opened.odoo.output, opened.simulator.output):
        (kept / path.name).write_bytes(path.read_bytes() if path.exists() else b"")
    say(f"The logs are in {kept}")


def _play(opened: Stage, protocol: Protocol, wish: argparse.Namespace) -> None:
    """All jobs; one that stops does not keep the independent ones from running."""
    if not _try(connect, opened, protocol):
        return
    supplier, town_hall = Supplier(opened), TownHall(opened)
    _try(demo_data, opened, protocol)
    _try(main_job, supplier, town_hall, protocol)
    _try(_beside, supplier, town_hall, protocol)
    if wish.samples:
        _try(read_samples, town_hall, wish.samples, protocol)
    # Before the many invoices that the others are taken with.
    if wish.pictures:
        _try(_picture, opened, protocol)
    if wish.screenshots:
        _try(_photograph, opened, wish.screenshots, protocol)


def _photograph(opened: Stage, folder: Path, protocol: Protocol) -> None:
    with protocol.step("Every page shows in Chromium without an error") as step:
        step.saw(f"{len(take_pictures(opened, folder))} pictures in {folder}")


def _picture(opened: Stage, protocol: Protocol) -> None:
    with protocol.step("The pictures of the readme are made anew") as step:
        step.saw(", ".join(path.name for path in make_pictures(opened)))


def _beside(supplier: Supplier, town_hall: TownHall, protocol: Protocol) -> None:
    invoice_id = rejected_then_corrected(supplier, protocol)
    credit_note(supplier, town_hall, invoice_id, protocol)


def _try(job: object, *arguments: object) -> bool:
    try:
        job(*arguments)  # type: ignore[operator]
    except Stopped:
        return False
    return True


def _show(wish: argparse.Namespace) -> int:
    platform = handed_over()
    protocol = Protocol()
    with stage(platform, wanted_ports=(ODOO_PORT, SIMULATOR_PORT), keep=True) as opened:
        opened.start()
        print(_addresses(opened), flush=True)
        _play(opened, protocol, wish)
        print(protocol.table(), flush=True)
        print(_addresses(opened), flush=True)
        print("\nCtrl-C stops both.", flush=True)
        while True:
            opened.check()
            time.sleep(WATCH)


def _addresses(opened: Stage) -> str:
    lines = ["", f"Odoo           {opened.odoo.url}"]
    for user, role in (
        (world.ADMIN, "both companies"),
        (world.SUPPLIER.user, f"the supplier, {world.SUPPLIER.name}"),
        (world.TOWN_HALL.user, f"the town hall, {world.TOWN_HALL.name}"),
    ):
        lines.append(f"  {user.login:<12} password {user.password:<17} {role}")
    lines.append(f"Chorus Pro     {opened.simulator.url}   (the local one)")
    lines.append(f"Odoo's log     {opened.odoo.log}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
