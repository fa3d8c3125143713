"""The portal behind a loopback socket."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from .portal import Portal
from .replies import Answer

_logger = logging.getLogger(__name__)

# A deposit may weigh 30 MB before its Base64; beyond this nothing is read.
MAX_BODY = 64 * 1024 * 1024
IDLE = 120.0


class Door(ThreadingHTTPServer):
    """An HTTP server in front of one portal; port 0 takes a free one."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, portal: Portal, host: str = "127.0.0.1", port: int = 0) -> None:
        super().__init__((host, port), Visitor)
        self.portal = portal
        self.closing = threading.Event()

    @property
    def address(self) -> str:
        return f"http://{self.server_name}:{self.server_port}"

    def server_bind(self) -> None:
        # The parent class asks the resolver for a name, which may take seconds.
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name = str(self.server_address[0])
        self.server_port = int(self.server_address[1])

    def stop(self) -> None:
        """Let held answers go, then stop listening."""
        self.closing.set()
        self.shutdown()
        self.server_close()


class Visitor(BaseHTTPRequestHandler):
    """One connection; keeps it open as HTTP/1.1 does."""

    protocol_version = "HTTP/1.1"
    server_version = "Portail"
    sys_version = ""
    timeout = IDLE
    server: Door

    def do_GET(self) -> None:
        self._visit()

    def do_POST(self) -> None:
        self._visit()

    def do_PUT(self) -> None:
        self._visit()

    def do_PATCH(self) -> None:
        self._visit()

    def do_DELETE(self) -> None:
        self._visit()

    def log_message(self, format: str, *args: object) -> None:
        _logger.debug(format, *args)

    def _visit(self) -> None:
        body = self._read()
        if body is None:
            return
        try:
            answer = self.server.portal.handle(
                self.command,
                self.path,
                dict(self.headers.items()),
                body,
                pause=self.server.closing.wait,
            )
        except Exception:
            # The edge of the simulator: a fault of its own is a 500, not a cut.
            _logger.exception("%s %s", self.command, self.path)
            answer = Answer(500)
        if answer.hold:
            self.server.closing.wait(answer.hold)
        try:
            self._send(answer)
        except OSError as error:
            _logger.debug("The client has left: %s", error)
            self.close_connection = True

    def _read(self) -> bytes | None:
        """The whole body, or None when the request was refused instead."""
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not length.isdigit():
            self._refuse(411)
            return None
        if int(length) > MAX_BODY:
            self._refuse(413)
            return None
        return self.rfile.read(int(length))

    def _refuse(self, status: int) -> None:
        self.close_connection = True
        self._send(Answer(status, {"Connection": "close"}))

    def _send(self, answer: Answer) -> None:
        if answer.cut == "close":
            self.close_connection = True
            return
        body = answer.body
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if answer.cut == "half":
            self.close_connection = True
            body = body[: len(body) // 2]
        self.wfile.write(body)


@contextmanager
def serving(portal: Portal, port: int = 0) -> Iterator[str]:
    """The portal on a socket for the time of a block; gives its address."""
    door = Door(portal, port=port)
    thread = threading.Thread(
        target=door.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
    )
    thread.start()
    try:
        yield door.address
    finally:
        door.stop()
        thread.join()
