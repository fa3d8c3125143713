"""A download goes from the socket to the disk, and is decoded there."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from unit.fakes import (
    attachment,
    http,
    make_client,
    ok,
    pivot,
    refusal,
    reply,
    unit,
)

from chorus_pro import (
    AnswerTooLargeError,
    NotSentError,
    OutcomeUnknownError,
    RefusedError,
    Request,
    RequestsTransport,
    Response,
)
from chorus_pro.observing import CallOutcome
from chorus_pro.services import invoices
from chorus_pro.spool import Spool
from chorus_pro.unpacking import read_pivot

TESTS = Path(__file__).resolve().parents[1]
LIBRARY = TESTS.parent / "l10n_fr_chorus_exchange" / "lib"
MEGABYTES = 80


def answer(content: bytes, **fields) -> bytes:
    encoded = base64.b64encode(content).decode()
    return json.dumps({"codeRetour": 0, "fichierResultat": encoded, **fields}).encode()


def on_disk(body: bytes) -> Response:
    return Response(200, {}, b"", Spool().store([body]))


def test_file_of_an_answer_on_disk_is_decoded(client, wire):
    wire.will(on_disk(answer(b"<x/>", libelle="fait")))
    found = invoices.download_pivot(client, [1])
    assert (found.content, found.size) == (b"<x/>", 4)
    assert wire.requests[0].on_disk


def test_call_is_told_with_the_size_of_the_answer(wire, pauses):
    calls = []
    body = answer(b"<x/>")
    wire.will(on_disk(body))
    invoices.download_pivot(make_client(wire, pauses, observer=calls.append), [1])
    assert (calls[-1].size, calls[-1].code_retour) == (len(body), 0)
    assert calls[-1].outcome is CallOutcome.DONE


def test_refusal_of_a_download_is_a_refusal(client, wire):
    wire.will(refusal(20001, "GDP_MSG_11.008"))
    with pytest.raises(RefusedError, match="GDP_MSG_11"):
        invoices.download_pivot(client, [1])
    wire.will(Response(413, {}, b""))
    with pytest.raises(RefusedError) as caught:
        invoices.download_pivot(client, [1])
    assert caught.value.code == 413


def test_busy_portal_is_asked_again(client, wire, pauses):
    wire.will(Response(503, {}, b""), ok(fichierResultat="QQ=="))
    assert invoices.download_pivot(client, [1]).content == b"A"
    assert len(pauses) == 1


def test_answer_cut_in_its_file_is_asked_for_again(client, wire):
    wire.will(*[reply(b'{"codeRetour": 0, "fichierResultat": "QQ')] * 3)
    with pytest.raises(OutcomeUnknownError, match="breaks off"):
        invoices.download_pivot(client, [1])
    assert len(wire.requests) == 3


@pytest.mark.parametrize("file", ["", "@@@", "abc"])
def test_file_that_is_none_is_not_asked_for_again(client, wire, file):
    wire.will(ok(fichierResultat=file))
    with pytest.raises(OutcomeUnknownError, match="no file"):
        invoices.download_pivot(client, [1])
    assert len(wire.requests) == 1


# --- over a socket ----------------------------------------------------------------


@pytest.fixture
def carrier(monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    return RequestsTransport()


def ask(server, **options):
    return Request("POST", server.url, {}, b"{}", on_disk=True, **options)


def test_success_goes_to_the_disk(carrier, server):
    server.script.append(http(b"x" * 300_000))
    found = carrier.send(ask(server, max_bytes=300_000))
    assert (found.body, found.size, found.stored.size) == (b"", 300_000, 300_000)
    assert b"".join(found.pieces()) == b"x" * 300_000


def test_success_longer_than_agreed_is_left(carrier, server):
    server.script.append(http(b"x" * 300_000))
    with pytest.raises(AnswerTooLargeError):
        carrier.send(ask(server, max_bytes=200_000))


def test_success_cut_on_its_way_is_an_unknown_outcome(carrier, server):
    server.script.append(http(b"x" * 300_000)[:-1000])
    with pytest.raises(OutcomeUnknownError):
        carrier.send(ask(server, max_bytes=300_000))


def test_failure_stays_in_memory_and_is_short(carrier, server):
    server.script.append(http(b"no", status="413 Too Large"))
    found = carrier.send(ask(server, max_bytes=10**9))
    assert (found.body, found.stored, found.size) == (b"no", None, 2)
    server.script.append(http(b"x" * 5_000_001, status="500 Oops"))
    with pytest.raises(AnswerTooLargeError):
        carrier.send(ask(server, max_bytes=10**9))


def test_gateway_that_is_not_there_is_not_sent(carrier):
    with pytest.raises(NotSentError):
        carrier.send(Request("POST", "http://127.0.0.1:1/x", {}, on_disk=True))


READER = """
import resource
from pathlib import Path
from unit.fakes import CREDENTIALS, RawServer
from unit.test_download import large_answer
from chorus_pro import Client, Environment, TokenStore
from chorus_pro.services import invoices
from chorus_pro.unpacking import scan_pivot

server = RawServer()
token = b'{"access_token": "t", "expires_in": 3600}'
head = b"HTTP/1.1 200 OK\\r\\nContent-Length: %d\\r\\n\\r\\n"
server.script += [head % len(token) + token, large_answer]
client = Client(
    Environment.custom(server.url), CREDENTIALS, tokens=TokenStore(), attempts=1
)
pages = int(Path("/proc/self/statm").read_text().split()[0])
most = pages * resource.getpagesize() + 60_000_000
resource.setrlimit(resource.RLIMIT_AS, (most, most))
(found,) = scan_pivot(invoices.download_pivot(client, [1]))
print(found.number, found.attachments[0].size)
"""


def large_answer(connection) -> None:
    """A PIVOT with one large file, written as it goes."""
    before, after = pivot(unit(files=[attachment("a.txt", encoded="@@")])).split(b"@@")
    piece = base64.b64encode(b"a" * 750_000)
    inner = [before, *[piece] * MEGABYTES, after]
    inner.append(b" " * (-sum(map(len, inner)) % 3))
    size = sum(map(len, inner)) // 3 * 4
    start, end = b'{"codeRetour": 0, "fichierResultat": "', b'"}'
    connection.sendall(
        b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n"
        % (len(start) + size + len(end))
        + start
    )
    held = b""
    for one in inner:
        held += one
        whole = len(held) // 3 * 3
        connection.sendall(base64.b64encode(held[:whole]))
        held = held[whole:]
    connection.sendall(end)


def test_download_of_any_size_takes_little_memory():
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.lower().endswith("_proxy")
    }
    done = subprocess.run(
        [sys.executable, "-B", "-c", READER],
        env={**environment, "PYTHONPATH": f"{LIBRARY}{os.pathsep}{TESTS}"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.stdout.split() == ["FAC-1", str(MEGABYTES * 750_000)], done.stderr


def test_result_is_what_the_reader_takes(client, wire):
    wire.will(on_disk(answer(pivot(unit()))))
    assert read_pivot(invoices.download_pivot(client, [1]))[0].number == "FAC-1"
