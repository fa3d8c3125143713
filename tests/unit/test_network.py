from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from unit.fakes import CREDENTIALS, ENVIRONMENT, Wire, ok

from chorus_pro import Client, Request, TokenStore
from chorus_pro.errors import InvalidCallError
from chorus_pro.network import BOUNDS, Network, Pace, checked_proxy
from chorus_pro.paging import Search, rows


@pytest.mark.parametrize("name", BOUNDS)
def test_figure_beyond_its_bounds_is_refused(name):
    least, most = BOUNDS[name]
    Network(**{name: least})
    Network(**{name: most})
    for figure in (least - 1, most + 1):
        with pytest.raises(InvalidCallError, match=name):
            Network(**{name: figure})


def test_whole_answer_ends_before_a_deposit_is_looked_for_as_lost():
    assert BOUNDS["total_timeout"][1] < 15 * 60


@pytest.mark.parametrize(
    "proxy",
    [
        "proxy.example:3128",
        "ftp://proxy.example",
        "http://",
        "http://proxy.example:many",
        "http://user:s3cret@proxy.example",
        "http://proxy.example/path",
    ],
)
def test_what_is_no_proxy_is_refused_without_being_quoted(proxy):
    with pytest.raises(InvalidCallError) as caught:
        Network(proxy=proxy)
    assert "s3cret" not in str(caught.value)


def test_address_of_a_proxy_is_tidied():
    assert checked_proxy(" http://p.example:3128/ ") == "http://p.example:3128"


def test_access_of_the_proxy_does_not_show():
    network = Network(proxy="http://p.example", proxy_access="user:s3cret")
    assert "s3cret" not in repr(network)


def test_requests_go_through_the_proxy_with_its_access():
    seen = []

    class Proxy(BaseHTTPRequestHandler):
        def do_GET(self):
            seen.append((self.path, self.headers["Proxy-Authorization"]))
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *arguments):
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Proxy)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        proxy = f"http://127.0.0.1:{server.server_port}"
        request = Request("GET", "http://portal.invalid/x", headers={})
        network = Network(proxy=proxy, proxy_access="us@er:pa:ss")
        assert network.transport().send(request).body == b"ok"
        Network(proxy=proxy).transport().send(request)
    finally:
        server.shutdown()
        server.server_close()
    # us@er:pa:ss
    assert seen == [
        ("http://portal.invalid/x", "Basic dXNAZXI6cGE6c3M="),
        ("http://portal.invalid/x", None),
    ]


def test_whoever_waits_is_not_kept_longer_than_said():
    transport = Network().transport(at_most=8.0)
    assert (transport._timeout, transport._total) == ((4.0, 8.0), 8.0)


def test_calls_of_one_account_take_turns_and_others_do_not_wait():
    now = [0.0]
    pace = Pace(clock=lambda: now[0])
    assert [pace.turn("a", 5) for _ in range(3)] == pytest.approx([0, 0.2, 0.4])
    assert pace.turn("b", 5) == 0
    now[0] = 10.0
    assert pace.turn("a", 5) == 0


def test_without_a_pace_nobody_waits():
    pace = Pace()
    assert [pace.turn("a", 0) for _ in range(3)] == [0, 0, 0]


def test_client_waits_for_its_turn_before_each_call():
    waits, turns = [], iter([0.0, 0.5])
    wire = Wire()
    wire.will(ok(), ok())
    client = Client(
        ENVIRONMENT,
        CREDENTIALS,
        transport=wire,
        tokens=TokenStore(),
        sleep=waits.append,
        pace=lambda: next(turns),
    )
    client.read("x")
    client.read("x")
    assert waits == [0.5]


def test_connection_may_ask_for_smaller_pages():
    asked = []

    class Small:
        page_size = 20

        def read(self, path, body):
            asked.append(body["block"]["nbResultatsParPage"])
            return {"codeRetour": 0, "rows": []}

    search = Search("x", rows="rows", block="block", key="id")
    assert list(rows(Small(), search, {}, page_size=1000)) == []
    assert asked == [20]
