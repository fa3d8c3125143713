"""A headless Chromium, driven over its DevTools protocol: pages opened, looked at."""

from __future__ import annotations

import base64
import contextlib
import itertools
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
import websocket

from .children import Child
from .waiting import wait_until

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless=new",
    "--no-first-run",
    "--no-proxy-server",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--lang=fr-FR",
    # 0: the browser chooses, and writes it into a file of its profile.
    "--remote-debugging-port=0",
)
WIDTH, HEIGHT = 1440, 1000
TIME_ZONE = "Europe/Paris"
# Seconds for one answer of the browser, and for what a page takes to show.
ANSWER = 60.0
PAGE = 60.0
# Beyond this a whole page is cut.
TALLEST = 4000


class PageError(Exception):
    """A script of ours broke off in the page, or the browser refused."""


class Browser:
    """One tab; see :func:`browser`."""

    def __init__(self, socket: websocket.WebSocket) -> None:
        self.socket = socket
        self._numbers = itertools.count(1)

    def command(self, method: str, **params: Any) -> dict[str, Any]:
        """One command of the protocol and its answer; events in between are skipped.

        :raise PageError: the browser refuses
        """
        number = next(self._numbers)
        self.socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            answer = json.loads(self.socket.recv())
            if answer.get("id") == number:
                break
        if "error" in answer:
            raise PageError(f"{method}: {answer['error'].get('message')}")
        return dict(answer["result"])

    def evaluate(self, script: str) -> Any:
        """Value of a JavaScript expression in the page.

        :raise PageError: it threw
        """
        answer = self.command(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True
        )
        if "exceptionDetails" in answer:
            raise PageError(f"{script}: {answer['exceptionDetails'].get('text')}")
        return answer["result"].get("value")

    def leave(self) -> None:
        """Go to a blank page; what is being edited is saved as one leaves."""
        self.command("Page.navigate", url="about:blank")
        self.wait(
            "document.readyState === 'complete' && location.href === 'about:blank'"
        )

    def open(self, url: str) -> None:
        # From a blank page, so that nothing of the last one is taken for the new one.
        self.leave()
        self.command("Page.navigate", url=url)

    def wait(self, condition: str, seconds: float = PAGE) -> None:
        """:raise TooLate: the JavaScript condition did not become true"""

        def ask() -> bool:
            # While a page changes there is a moment without one.
            with contextlib.suppress(PageError):
                return bool(self.evaluate(condition))
            return False

        wait_until(condition, ask, seconds=seconds)

    def wait_for(self, selector: str, seconds: float = PAGE) -> None:
        """:raise TooLate: no such element is shown"""
        quoted = json.dumps(selector)
        self.wait(f"!!document.querySelector({quoted})", seconds)

    def click(self, selector: str) -> None:
        self.wait_for(selector)
        self.evaluate(f"document.querySelector({json.dumps(selector)}).click()")

    def type(self, selector: str, text: str) -> None:
        """Put a text into a field and leave it, as a person does."""
        self.wait_for(selector)
        self.evaluate(f"document.querySelector({json.dumps(selector)}).focus()")
        self.command("Input.insertText", text=text)
        self.evaluate(f"document.querySelector({json.dumps(selector)}).blur()")

    def set_cookie(self, url: str, name: str, value: str) -> None:
        self.command("Network.setCookie", url=url, name=name, value=value)

    def picture(self, path: Path, *, whole: bool = False) -> None:
        """A PNG of what is shown, or of the whole page."""
        height = HEIGHT
        if whole:
            asked = self.evaluate("document.documentElement.scrollHeight")
            height = max(HEIGHT, min(int(asked), TALLEST))
        clip = {"x": 0, "y": 0, "width": WIDTH, "height": height, "scale": 1}
        answer = self.command(
            "Page.captureScreenshot",
            format="png",
            clip=clip,
            captureBeyondViewport=whole,
        )
        path.write_bytes(base64.b64decode(answer["data"]))


def chromium() -> str | None:
    """Path of the browser, None when there is none."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def browser(program: str) -> Iterator[Browser]:
    """A browser with an empty profile, closed and forgotten at the end of the block."""
    # A process of the browser may still write for a moment after its end.
    with tempfile.TemporaryDirectory(
        prefix="chorus-browser-", ignore_cleanup_errors=True
    ) as profile:
        folder = Path(profile)
        root = ("--no-sandbox",) if os.geteuid() == 0 else ()
        command = [program, *FLAGS, *root, f"--user-data-dir={profile}"]
        command += [f"--window-size={WIDTH},{HEIGHT}", "about:blank"]
        environment = {**os.environ, "HOME": profile}
        child = Child("Chromium", command, environment, folder / "output.log")
        child.start()
        try:
            socket = _connect(child, folder)
            try:
                tab = Browser(socket)
                tab.command("Page.enable")
                tab.command("Network.enable")
                tab.command(
                    "Emulation.setDeviceMetricsOverride",
                    width=WIDTH,
                    height=HEIGHT,
                    deviceScaleFactor=1,
                    mobile=False,
                )
                tab.command("Emulation.setTimezoneOverride", timezoneId=TIME_ZONE)
                yield tab
            finally:
                socket.close()
        finally:
            child.stop()


def _connect(child: Child, profile: Path) -> websocket.WebSocket:
    told = profile / "DevToolsActivePort"

    def listening() -> bool:
        child.check()
        return told.exists() and "\n" in told.read_text()

    wait_until("the browser listens", listening, seconds=30)
    port = told.read_text().splitlines()[0]
    tabs = requests.get(f"http://127.0.0.1:{port}/json/list", timeout=10).json()
    address = next(tab["webSocketDebuggerUrl"] for tab in tabs if tab["type"] == "page")
    return websocket.create_connection(address, timeout=ANSWER, suppress_origin=True)
