"""A stage: one database, one Odoo, one simulator, started together and stopped."""

from __future__ import annotations

import fcntl
import json
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import TypeVar

from chorus_setup.errors import SetupError
from chorus_setup.ports import free_port
from chorus_setup.prepared import Platform
from demo import world
from demo.template import demo_template
from platform_kit.odoo_client import OdooClient
from platform_kit.servers import OdooServer, SimulatorServer
from platform_kit.waiting import wait_until

Answer = TypeVar("Answer")
PORTS = "ports.json"


class Stage:
    """Servers and log-ins of one run; everything it writes lies in ``folder``."""

    def __init__(
        self, platform: Platform, folder: Path, ports: tuple[int, int]
    ) -> None:
        self.platform = platform
        self.folder = folder
        self.database = folder.name
        environment = platform.tests_environment()
        odoo_port, simulator_port = ports
        self.odoo = OdooServer(
            platform.odoo_command,
            environment,
            database=self.database,
            port=odoo_port,
            log=folder / "odoo.log",
            data_dir=platform.home.data,
        )
        self.simulator = SimulatorServer(
            platform.home.python,
            environment,
            port=simulator_port,
            state=folder / "simulator.sqlite",
            output=folder / "simulator.log",
        )

    def start(self) -> None:
        """:raise TooLate: one of them does not answer; ChildEnded: one of them ended"""
        self.simulator.start()
        self.odoo.start()
        self.simulator.wait_until_ready()
        self.odoo.wait_until_ready()

    def stop(self) -> None:
        self.odoo.stop()
        self.simulator.stop()

    def check(self) -> None:
        """:raise ChildEnded: one of the servers has ended by itself"""
        self.odoo.check()
        self.simulator.check()

    def log_in(self, user: world.User) -> OdooClient:
        client = OdooClient(self.odoo.url, self.database)
        return client.log_in(user.login, user.password)

    def wait_until_quiet(self) -> None:
        """Wait until no scheduled action is running or due.

        The rows that make one due stay until its run is over.

        :raise TooLate: they never come to an end
        """
        admin = self.log_in(world.ADMIN)

        def due() -> int:
            now = datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M:%S")
            triggers = admin.count("ir.cron.trigger", [("call_at", "<=", now)])
            count = triggers + admin.count("ir.cron", [("nextcall", "<=", now)])
            if count:
                self._wake_scheduler()
            return count

        self.wait("the scheduled actions rest", due, lambda count: count == 0)

    def _wake_scheduler(self) -> None:
        """It looks by itself once a minute only, at what became due with time."""
        self.platform.postgres.sql(f"NOTIFY cron_trigger, '{self.database}'")

    def wait(
        self,
        title: str,
        ask: Callable[[], Answer],
        holds: Callable[[Answer], object] = bool,
        *,
        seconds: float = 90.0,
        shown: Callable[[Answer], object] = repr,
    ) -> Answer:
        """Wait for what the servers do, as long as they live."""

        def ask_living() -> Answer:
            self.check()
            return ask()

        return wait_until(title, ask_living, holds, seconds=seconds, shown=shown)


@contextmanager
def stage(
    platform: Platform, *, wanted_ports: tuple[int, int] = (0, 0), keep: bool = False
) -> Iterator[Stage]:
    """A stage with its own copy of the prepared database; started, and stopped at the end.

    What a dead run left behind is cleared away first.

    :param wanted_ports: of Odoo and the simulator; another one where it is taken
    :param keep: leave database and files for a person; the next run clears them away
    """
    template = demo_template(platform)
    runs = platform.home.run / "stages"
    runs.mkdir(exist_ok=True)
    _clear_dead(platform, runs)
    name = f"{platform.database_prefix}demo_{secrets.token_hex(3)}"
    folder = runs / name
    folder.mkdir()
    with (runs / f"{name}.lock").open("w") as lock:
        # Held as long as we live: how others see that this stage is in use.
        fcntl.flock(lock, fcntl.LOCK_EX)
        with platform.home.preparing():
            # PostgreSQL copies a database only while nobody else does.
            platform.databases.copy(template, name)
        odoo_port, simulator_port = wanted_ports
        ports = (free_port(odoo_port), free_port(simulator_port))
        (folder / PORTS).write_text(json.dumps(ports), encoding="utf-8")
        opened = Stage(platform, folder, ports)
        try:
            yield opened
        finally:
            opened.stop()
            if not keep:
                _clear(platform, runs, name)


def running_stage(platform: Platform) -> Stage:
    """The stage of another program that was opened last and still runs.

    :raise SetupError: there is none
    """
    runs = platform.home.run / "stages"
    opened = sorted(runs.glob(f"*/{PORTS}"), key=lambda path: path.stat().st_mtime)
    for told in reversed(opened):
        with (runs / f"{told.parent.name}.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                odoo_port, simulator_port = json.loads(told.read_text())
                return Stage(platform, told.parent, (odoo_port, simulator_port))
    raise SetupError("No demonstration is running: start ./setup/demo first.")


def _clear_dead(platform: Platform, runs: Path) -> None:
    for path in sorted(runs.glob("*.lock")):
        with path.open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            _clear(platform, runs, path.stem)


def _clear(platform: Platform, runs: Path, name: str) -> None:
    platform.databases.drop(name)
    shutil.rmtree(runs / name, ignore_errors=True)
    (runs / f"{name}.lock").unlink(missing_ok=True)
