"""What the socket does, and whether the portal may have seen the request."""

from __future__ import annotations

import socket
import ssl

import pytest
from requests import exceptions as failures
from unit.fakes import http

from chorus_pro import transport
from chorus_pro.errors import AnswerTooLargeError, NotSentError, OutcomeUnknownError
from chorus_pro.transport import Request, RequestsTransport


@pytest.fixture
def carrier(monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    return RequestsTransport(timeout=(5.0, 20.0))


@pytest.fixture
def hasty(carrier):
    """For a server that will not answer at all."""
    return RequestsTransport(timeout=(0.2, 0.2))


def ask(server, **options):
    url = server if isinstance(server, str) else server.url + "/x"
    return Request("POST", url, {"X-One": "1"}, b"{}", **options)


def test_answer_is_read_whole_with_lower_case_headers(carrier, server):
    server.script.append(http(b'{"a":1}', "X-Some: thing\r\n"))
    answer = carrier.send(ask(server))
    assert (answer.status, answer.body) == (200, b'{"a":1}')
    assert answer.headers["x-some"] == "thing"


def test_request_carries_its_headers_and_body(carrier, server):
    server.script.append(http(b""))
    carrier.send(ask(server))
    head, _, body = server.received[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /x HTTP/1.1")
    assert b"X-One: 1" in head
    assert body == b"{}"


def test_get_has_no_body(carrier, server):
    server.script.append(http(b""))
    carrier.send(Request("GET", server.url, {}))
    assert server.received[0].startswith(b"GET / HTTP/1.1")


def test_error_status_is_an_answer(carrier, server):
    server.script.append(http(b"no", status="503 Unavailable"))
    assert carrier.send(ask(server)).status == 503


def test_redirect_is_not_followed(carrier, server):
    server.script.append(http(b"", "Location: /elsewhere\r\n", "302 Found"))
    assert carrier.send(ask(server)).status == 302
    assert len(server.received) == 1


def test_refused_connection_is_not_sent(carrier):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(NotSentError, match="could not reach"):
        carrier.send(ask(f"http://127.0.0.1:{port}/"))


def test_unknown_host_is_not_sent(carrier):
    with pytest.raises(NotSentError):
        carrier.send(ask("http://no-such-host.invalid/"))


@pytest.mark.parametrize("url", ["nowhere", "http://", "ftp://portal.test/"])
def test_address_that_is_none_is_not_sent(carrier, url):
    with pytest.raises(NotSentError):
        carrier.send(ask(url))


def test_proxy_out_of_reach_is_not_sent(carrier, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{port}")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with pytest.raises(NotSentError):
        carrier.send(ask("http://portal.test/"))


def test_silence_after_the_request_is_an_unknown_outcome(hasty, server):
    done = []
    server.script.append(lambda connection: done.append(connection.recv(1)))
    with pytest.raises(OutcomeUnknownError, match="ReadTimeout"):
        hasty.send(ask(server))


def test_connection_cut_without_answer_is_an_unknown_outcome(carrier, server):
    server.script.append(None)
    with pytest.raises(OutcomeUnknownError):
        carrier.send(ask(server))


def test_half_an_answer_is_an_unknown_outcome(carrier, server):
    server.script.append(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
    with pytest.raises(OutcomeUnknownError):
        carrier.send(ask(server))


def test_something_other_than_http_is_an_unknown_outcome(carrier, server):
    server.script.append(b"hello\r\n\r\n")
    with pytest.raises(OutcomeUnknownError):
        carrier.send(ask(server))


def test_speaking_tls_to_a_plain_server_is_not_taken_for_an_answer(hasty, server):
    with pytest.raises((OutcomeUnknownError, NotSentError)):
        hasty.send(ask(server.url.replace("http", "https")))


def test_answer_longer_than_agreed_is_not_read(carrier, server):
    server.script.append(http(b"x" * 200_000))
    with pytest.raises(AnswerTooLargeError):
        carrier.send(ask(server, max_bytes=100_000))


def test_answer_that_drips_is_given_up(server):
    moments = iter([0.0, 1.0, 601.0, 602.0])
    carrier = RequestsTransport(clock=lambda: next(moments))
    server.script.append(http(b"x" * 300_000))
    with pytest.raises(OutcomeUnknownError, match="not complete in 600 s"):
        carrier.send(ask(server))


def test_netrc_does_not_replace_the_token(carrier, server, monkeypatch, tmp_path):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login a password b\n")
    monkeypatch.setenv("NETRC", str(netrc))
    server.script.append(http(b""))
    carrier.send(Request("POST", server.url, {"Authorization": "Bearer t1"}))
    assert b"Authorization: Bearer t1" in server.received[0]


def test_untrusted_certificate_is_not_sent():
    error = failures.SSLError(ssl.SSLCertVerificationError("self-signed"))
    assert transport._never_left(error)


def test_tls_broken_later_may_have_been_sent():
    assert not transport._never_left(failures.SSLError(ssl.SSLEOFError("eof")))


def test_causes_that_go_round_in_circles_end():
    error = OSError("x")
    other = OSError(error)
    error.__cause__ = other
    assert not transport._never_left(error)


def test_request_and_response_show_no_secret():
    request = Request("POST", "https://portal.test/x", {"Authorization": "s"}, b"s3c")
    answer = transport.Response(200, {"set-cookie": "s3c"}, b"s3c")
    assert "s3c" not in repr(request) + repr(answer)
    assert "Authorization" not in repr(request)
