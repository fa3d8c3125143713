"""The portal behind a socket, in this process and in one of its own."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from simulator_kit import Caller, deposit_body, invoice

from simulator import seed
from simulator.contract import contract
from simulator.documents.specimens import cii_xml
from simulator.doors import MAX_BODY, serving
from simulator.portal import Portal

TESTS = Path(__file__).resolve().parents[1]
TAX = "transverses/recuperer/tauxtva"
DEPOSIT = "factures/deposer/flux"


@pytest.fixture
def host(portal):
    with serving(portal) as address:
        yield urlsplit(address).netloc


def send(host, operation, body, headers):
    """Status and decoded answer of one call through the socket."""
    connection = http.client.HTTPConnection(host, timeout=20)
    try:
        path = contract().operations[operation].path
        connection.request("POST", path, json.dumps(body), headers)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read() or b"null")
    finally:
        connection.close()


def test_call_through_the_socket_is_the_same_call(call, host):
    headers = call.headers(seed.SUPPLIER_ACCOUNT)
    status, answer = send(host, TAX, {}, headers)
    assert status == 200
    assert answer == call.good(TAX, {})


def test_connection_is_kept_open(call, host):
    connection = http.client.HTTPConnection(host, timeout=20)
    for _turn in range(3):
        headers = call.headers(seed.SUPPLIER_ACCOUNT)
        connection.request("POST", contract().operations[TAX].path, "{}", headers)
        assert connection.getresponse().read()
    connection.close()


@pytest.mark.parametrize(("kind", "kept"), [("cut_before", 0), ("cut_after", 1)])
def test_cut_closes_the_connection_without_a_word(call, host, kind, kept):
    headers = call.headers(seed.SUPPLIER_ACCOUNT)
    call.drive("POST", "faults", {"kind": kind, "operation": DEPOSIT})
    with pytest.raises(http.client.RemoteDisconnected):
        send(host, DEPOSIT, deposit_body(b"x"), headers)
    assert len(call.drive("GET", "deposits")["deposits"]) == kept


def test_half_answer_stops_in_the_middle(call, host):
    headers = call.headers(seed.SUPPLIER_ACCOUNT)
    call.drive("POST", "faults", {"kind": "half_answer", "operation": TAX})
    with pytest.raises(http.client.IncompleteRead):
        send(host, TAX, {}, headers)


def test_held_answer_comes_after_the_work_is_visible(call, portal):
    headers = call.headers(seed.SUPPLIER_ACCOUNT)
    call.drive(
        "POST", "faults", {"kind": "delay", "operation": DEPOSIT, "seconds": 600}
    )
    seen = []
    with serving(portal) as address:
        host = urlsplit(address).netloc
        thread = threading.Thread(
            target=lambda: seen.append(send(host, DEPOSIT, deposit_body(b"x"), headers))
        )
        thread.start()
        while not call.drive("GET", "deposits")["deposits"]:
            time.sleep(0.01)
        assert seen == []
    # Stopping the door lets the held answer go.
    thread.join(20)
    assert seen[0][0] == 200


def test_others_are_served_while_a_work_waits(call, portal):
    headers = call.headers(seed.SUPPLIER_ACCOUNT)
    wish = {"kind": "delay", "operation": DEPOSIT, "seconds": 600, "before_work": True}
    call.drive("POST", "faults", wish)
    seen = []
    with serving(portal) as address:
        host = urlsplit(address).netloc
        thread = threading.Thread(
            target=lambda: seen.append(send(host, DEPOSIT, deposit_body(b"x"), headers))
        )
        thread.start()
        while DEPOSIT not in call.drive("GET", "calls")["counts"]:
            time.sleep(0.01)
        assert send(host, TAX, {}, headers)[0] == 200
        assert call.drive("GET", "deposits")["deposits"] == []
    # Stopping the door lets the work be done.
    thread.join(20)
    assert seen[0][0] == 200
    assert len(call.drive("GET", "deposits")["deposits"]) == 1


def test_too_large_a_body_is_413_before_it_is_read(host):
    connection = http.client.HTTPConnection(host, timeout=20)
    connection.putrequest("POST", "/cpro/factures/v1/deposer/flux")
    connection.putheader("Content-Length", str(MAX_BODY + 1))
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()


@pytest.mark.parametrize(
    "header", [("Transfer-Encoding", "chunked"), ("Content-Length", "-1")]
)
def test_body_without_a_length_is_411(host, header):
    connection = http.client.HTTPConnection(host, timeout=20)
    connection.putrequest("POST", "/")
    connection.putheader(*header)
    connection.endheaders()
    assert connection.getresponse().status == 411
    connection.close()


def test_methods_of_the_drive_and_of_nobody(host):
    seen = {}
    for method in ("GET", "DELETE", "PUT", "PATCH"):
        connection = http.client.HTTPConnection(host, timeout=20)
        connection.request(method, "/simulator/api/faults")
        seen[method] = connection.getresponse().status
        connection.close()
    assert seen == {"GET": 200, "DELETE": 200, "PUT": 404, "PATCH": 404}


def test_fault_of_the_simulator_itself_is_a_500(host, portal, monkeypatch):
    def broken(*_args):
        raise RuntimeError("boom")

    monkeypatch.setattr(portal, "handle", broken)
    with pytest.raises(urllib.error.HTTPError, match="500"):
        urllib.request.urlopen(f"http://{host}/", timeout=20)


def test_several_callers_at_once_lose_nothing(call, host):
    headers = call.headers(seed.SUPPLIER_ACCOUNT)
    threads = [
        threading.Thread(target=send, args=(host, DEPOSIT, deposit_body(b"x"), headers))
        for _ in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    numbers = {d["number"] for d in call.drive("GET", "deposits")["deposits"]}
    assert len(numbers) == 12


def start(*arguments):
    """The simulator in a process of its own; gives it with its host and port."""
    process = subprocess.Popen(
        [sys.executable, "-m", "simulator", "--port", "0", *arguments],
        cwd=TESTS,
        env={**os.environ, "PYTHONPATH": str(TESTS)},
        stdout=subprocess.PIPE,
        text=True,
    )
    line = process.stdout.readline()
    assert line.startswith("Simulator ready on http://127.0.0.1:"), line
    return process, urlsplit(line.split()[-1]).netloc


def drive(host, method, name, body=None):
    connection = http.client.HTTPConnection(host, timeout=20)
    connection.request(
        method, f"/simulator/api/{name}", None if body is None else json.dumps(body)
    )
    answer = json.loads(connection.getresponse().read())
    connection.close()
    return answer


def test_state_survives_the_kill_of_the_process_between_work_and_answer(tmp_path):
    state = str(tmp_path / "new" / "portal.sqlite")
    process, host = start("--state", state, "--delay", "3600")
    connection = http.client.HTTPConnection(host, timeout=20)
    form = (
        f"grant_type=client_credentials&client_id={seed.CLIENT_ID}"
        f"&client_secret={seed.CLIENT_SECRET}"
    )
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/api/oauth/token", form, kind)
    caller = Caller(None, None)
    caller._token = json.loads(connection.getresponse().read())["access_token"]
    headers = caller.headers(seed.SUPPLIER_ACCOUNT)
    drive(
        host, "POST", "faults", {"kind": "delay", "operation": DEPOSIT, "seconds": 600}
    )
    path = contract().operations[DEPOSIT].path
    body = json.dumps(deposit_body(cii_xml(invoice())))
    connection.request("POST", path, body, headers)
    while not drive(host, "GET", "deposits")["deposits"]:
        time.sleep(0.02)
    process.kill()
    process.wait(20)
    process.stdout.close()
    with pytest.raises((http.client.HTTPException, ConnectionError)):
        connection.getresponse()
    connection.close()

    again = Portal(state)
    (kept,) = again.store.all("SELECT * FROM flow")
    assert kept["state"] == "IN_DEPOT_PORTAIL_EN_ATTENTE_TRAITEMENT_SE_CPP"
    again.clock.set(advance=6 * 3600)
    again.handle("GET", "/", {})
    (kept,) = again.store.all("SELECT * FROM flow")
    assert kept["state"] == "IN_INTEGRE"
    again.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_stops_the_process_cleanly(number):
    process, host = start()
    assert drive(host, "GET", "health") == {"status": "ok"}
    process.send_signal(number)
    assert process.wait(20) == 0
    process.stdout.close()


def test_several_signals_at_once_stop_it_all_the_same():
    process, _host = start()
    for _turn in range(20):
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.send_signal(signal.SIGINT)
    assert process.wait(20) == 0
    process.stdout.close()


def test_taken_port_is_one_clear_line():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        found = subprocess.run(
            [sys.executable, "-m", "simulator", "--port", port],
            cwd=TESTS,
            env={**os.environ, "PYTHONPATH": str(TESTS)},
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    assert found.returncode == 1
    assert found.stderr.startswith(f"Cannot listen on 127.0.0.1:{port}")
    assert "Traceback" not in found.stderr


def test_simulator_imports_neither_odoo_nor_the_client_library():
    code = (
        "import sys, simulator.doors, simulator.__main__;"
        "print([m for m in sys.modules if m.split('.')[0] in ('odoo', 'chorus_pro')])"
    )
    found = subprocess.run(
        [sys.executable, "-c", code],
        cwd=TESTS,
        env={**os.environ, "PYTHONPATH": str(TESTS)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.strip() == "[]"
