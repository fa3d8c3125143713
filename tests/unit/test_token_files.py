from __future__ import annotations

import errno
import io
import json
import os
import stat
import subprocess
import sys
import textwrap

import pytest
from unit.fakes import CREDENTIALS, ENVIRONMENT

from chorus_pro import TokenStore, token_files
from chorus_pro.piste import Token
from chorus_pro.token_files import TokenFiles, name_of


class Clock:
    now = 1_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def files(tmp_path, clock):
    return TokenFiles(tmp_path / "tokens", clock=clock)


def test_token_left_by_one_is_found_by_another(files, clock):
    files.write("n", "t1", 60)
    clock.now += 10
    assert files.read("n") == ("t1", 50.0)


def test_token_is_not_used_beyond_its_time(files, clock):
    files.write("n", "t1", 60)
    clock.now += 60
    assert files.read("n") is None


def test_token_of_a_clock_that_went_back_is_not_used(files, clock):
    files.write("n", "t1", 60)
    clock.now -= 1
    assert files.read("n") is None


def test_nothing_is_found_where_nothing_was_left(files):
    assert files.read("n") is None
    files.forget("n", "t1")


def test_folder_and_file_are_for_their_owner_only(files, tmp_path):
    files.write("n", "t1", 60)
    for path in (tmp_path / "tokens", tmp_path / "tokens" / "n"):
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077


def test_file_that_others_may_read_is_not_trusted(files, tmp_path, caplog):
    files.write("n", "t1", 60)
    (tmp_path / "tokens" / "n").chmod(0o644)
    assert files.read("n") is None
    assert "not private" in caplog.text
    assert "t1" not in caplog.text


def test_link_is_not_followed(files, tmp_path):
    files.write("n", "t1", 60)
    (tmp_path / "tokens" / "m").symlink_to(tmp_path / "tokens" / "n")
    assert files.read("m") is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b'{"token": 1, "since": 0, "until": 9999}',
        b'{"token": "t", "since": "x", "until": 9999}',
        b'{"token": "t"}',
        b"\xff",
        b"[" * 90_000,
    ],
)
def test_file_that_is_not_ours_is_as_if_there_were_none(files, tmp_path, content):
    files.write("n", "t1", 60)
    (tmp_path / "tokens" / "n").write_bytes(content)
    assert files.read("n") is None


def test_forgotten_token_is_gone(files):
    files.write("n", "t1", 60)
    files.forget("n", "t1")
    assert files.read("n") is None


def test_token_that_took_its_place_is_kept(files):
    files.write("n", "t2", 60)
    files.forget("n", "t1")
    assert files.read("n") == ("t2", 60.0)


def test_folder_that_cannot_be_made_keeps_no_call_back(tmp_path, caplog):
    caplog.set_level("INFO")
    (tmp_path / "file").write_text("")
    files = TokenFiles(tmp_path / "file" / "tokens")
    files.write("n", "t1", 60)
    with files.locked("n"):
        assert files.read("n") is None
    assert "not shared" in caplog.text
    assert "t1" not in caplog.text


def test_token_that_cannot_be_read_is_asked_for_anew(files, monkeypatch, caplog):
    caplog.set_level("INFO")
    files.write("n", "t1", 60)

    class Gone(io.BytesIO):
        """A file on a disk that went away after it was opened."""

        def read(self, _size=-1):
            raise OSError(errno.ESTALE, "stale file handle")

    def opened(handle, _mode):
        os.close(handle)
        return Gone()

    monkeypatch.setattr(token_files.os, "fdopen", opened)
    assert files.read("n") is None
    files.forget("n", "t1")
    assert "not shared" in caplog.text
    assert "t1" not in caplog.text


def test_token_that_cannot_be_put_in_place_keeps_no_call_back(files, tmp_path, caplog):
    caplog.set_level("INFO")
    (tmp_path / "tokens" / "n").mkdir(parents=True)
    files.write("n", "t1", 60)
    assert "not shared" in caplog.text


def test_whoever_waits_too_long_goes_on_without(tmp_path):
    waits = []
    files = TokenFiles(tmp_path, sleep=waits.append, patience=0.2)
    with files.locked("n"), files.locked("n"):
        pass
    assert sum(waits) == pytest.approx(0.2)


def test_system_without_locks_does_not_wait(tmp_path, monkeypatch):
    monkeypatch.setattr(token_files, "fcntl", None)
    waits = []
    with TokenFiles(tmp_path, sleep=waits.append).locked("n"):
        pass
    assert not waits


def test_name_tells_nothing_of_the_application():
    assert "app" not in name_of("https://x", "app", "digest")
    assert name_of("a", "bc") != name_of("ab", "c")


# -- with the store of a process ---------------------------------------------


class Issuer:
    def __init__(self, lifetime=3600.0):
        self.count = 0
        self.lifetime = lifetime

    def __call__(self):
        self.count += 1
        return Token(f"t{self.count}", self.lifetime)


def test_second_process_uses_the_token_of_the_first(files):
    issue = Issuer()
    first, second = TokenStore(files=files), TokenStore(files=files)
    assert first.get(ENVIRONMENT, CREDENTIALS, issue).value == "t1"
    assert second.get(ENVIRONMENT, CREDENTIALS, issue).value == "t1"
    assert issue.count == 1


def test_token_near_its_end_is_renewed_once_for_all(files, clock):
    issue = Issuer()
    stores = [
        TokenStore(files=files, clock=clock, margin=240),
        TokenStore(files=files, clock=clock, margin=240),
    ]
    for store in stores:
        store.get(ENVIRONMENT, CREDENTIALS, issue)
    clock.now += 3360
    values = {s.get(ENVIRONMENT, CREDENTIALS, issue).value for s in stores}
    assert values == {"t2"}
    assert issue.count == 2


def test_refused_token_is_replaced_once_for_all(files):
    issue = Issuer()
    stores = [TokenStore(files=files), TokenStore(files=files)]
    old = [store.get(ENVIRONMENT, CREDENTIALS, issue) for store in stores]
    for store, token in zip(stores, old, strict=True):
        store.drop(ENVIRONMENT, CREDENTIALS, token)
        store.get(ENVIRONMENT, CREDENTIALS, issue)
    assert issue.count == 2


def test_token_without_lifetime_is_shared_with_nobody(files):
    issue = Issuer(0)
    for store in TokenStore(files=files), TokenStore(files=files):
        store.get(ENVIRONMENT, CREDENTIALS, issue)
    assert issue.count == 2


WORKER = """
    import os, sys, time
    from pathlib import Path
    from chorus_pro import Credentials, Environment, TokenStore
    from chorus_pro.piste import Token
    from chorus_pro.token_files import TokenFiles

    folder = Path(sys.argv[1])
    store = TokenStore(files=TokenFiles(folder / "tokens"))
    environment = Environment.custom("http://127.0.0.1:1")
    credentials = Credentials("app", "secret", "login", "password")

    def fetch():
        with open(folder / "fetches", "a") as log:
            log.write(f"{os.getpid()}\\n")
        time.sleep(0.2)
        return Token(f"token of {os.getpid()}", 3600)

    (folder / f"ready-{os.getpid()}").touch()
    sys.stdin.readline()
    print(store.get(environment, credentials, fetch).value)
"""


def test_three_processes_that_start_at_once_ask_for_one_token(tmp_path):
    command = [sys.executable, "-c", textwrap.dedent(WORKER), str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    workers = [
        subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    for worker in workers:
        worker.stdin.write("go\n")
        worker.stdin.flush()
    told = {worker.communicate(timeout=60)[0].strip() for worker in workers}
    assert len(told) == 1
    assert len((tmp_path / "fetches").read_text().splitlines()) == 1


def test_file_says_no_more_than_it_must(files, tmp_path):
    TokenStore(files=files).get(ENVIRONMENT, CREDENTIALS, Issuer())
    [path] = [p for p in (tmp_path / "tokens").iterdir() if p.suffix != ".lock"]
    assert set(json.loads(path.read_text())) == {"token", "since", "until"}
