"""The two servers of a demonstration: Odoo, and the simulator of the portal."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import requests

from .children import Child
from .waiting import wait_until

LOOPBACK = "127.0.0.1"
# Seconds: to connect, between two bytes.
TIMEOUT = (5.0, 60.0)
# The first page needs the registry and may need the assets to be made.
ODOO_START = 180.0
SIMULATOR_START = 30.0


class OdooServer(Child):
    """Odoo on one database, with real scheduler threads.

    :param log: its log, from level *info*
    """

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        *,
        database: str,
        port: int,
        log: Path,
        data_dir: Path,
        options: Sequence[str] = (),
    ) -> None:
        self.database = database
        self.url = f"http://{LOOPBACK}:{port}"
        self.log = log
        super().__init__(
            "Odoo",
            [
                *command,
                f"--database={database}",
                f"--db-filter=^{database}$",
                "--no-database-list",
                f"--data-dir={data_dir}",
                f"--http-interface={LOOPBACK}",
                f"--http-port={port}",
                "--workers=0",
                "--max-cron-threads=2",
                f"--logfile={log}",
                "--log-level=info",
                *options,
            ],
            environment,
            log.with_suffix(".out"),
        )

    def wait_until_ready(self) -> None:
        """:raise TooLate: no login page in time; ChildEnded: Odoo ended"""
        wait_until("Odoo answers", self._answers, seconds=ODOO_START)

    def _answers(self) -> bool:
        self.check()
        with contextlib.suppress(requests.RequestException):
            page = requests.get(f"{self.url}/web/login", timeout=TIMEOUT)
            return page.status_code == 200
        return False


class SimulatorServer(Child):
    """The imaginary portal on a port, its state in a file."""

    def __init__(
        self,
        python: Path,
        environment: Mapping[str, str],
        *,
        port: int,
        state: Path,
        output: Path,
    ) -> None:
        self.url = f"http://{LOOPBACK}:{port}"
        self.state = state
        command = [str(python), "-m", "simulator", "--port", str(port)]
        super().__init__(
            "The simulator",
            [*command, "--state", str(state)],
            environment,
            output,
        )

    def wait_until_ready(self) -> None:
        """:raise TooLate: it does not answer; ChildEnded: it ended"""
        wait_until("the simulator answers", self._answers, seconds=SIMULATOR_START)

    def _answers(self) -> bool:
        self.check()
        with contextlib.suppress(requests.RequestException):
            return self._ask("GET", "health", None).status_code == 200
        return False

    # -------------------------------------------------------------------------
    # DRIVE
    # -------------------------------------------------------------------------

    def get(self, path: str, **query: str | int) -> Any:
        """Look at its state: ``get("invoices", id=12)``."""
        return self._json(self._ask("GET", path, None, query))

    def post(self, path: str, **body: Any) -> Any:
        """Change its state: ``post("faults", kind="delay", seconds=30)``."""
        return self._json(self._ask("POST", path, body))

    def delete(self, path: str) -> Any:
        return self._json(self._ask("DELETE", path, None))

    def drop(self, **body: Any) -> requests.Response:
        """Put a file on the portal; the answer may be 422, with the reason."""
        return self._ask("POST", "invoices", body)

    def count(self, operation: str) -> int:
        """How often an operation was received."""
        return int(self.get("calls")["counts"].get(operation, 0))

    def _ask(
        self, method: str, path: str, body: Any, query: Any = None
    ) -> requests.Response:
        return requests.request(
            method,
            f"{self.url}/simulator/api/{path}",
            json=body,
            params=query,
            timeout=TIMEOUT,
        )

    def _json(self, answer: requests.Response) -> Any:
        if answer.status_code != 200:
            raise ValueError(f"{answer.url}: {answer.status_code} {answer.text[:300]}")
        return answer.json()
