"""The whole portal behind one call: ``(method, path, headers, body)`` to an answer."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from . import calls, drive, faults, flows, gateway, page, piste, seed
from .clock import Clock
from .contract import APIS
from .faults import Hit
from .gateway import Request
from .replies import Answer
from .routes import route
from .state import Store

_BASES = tuple(f"/cpro/{api}/" for api in APIS)
UNDECLARED = "(undeclared)"
_LUCK = secrets.SystemRandom()


class ConnectionCut(Exception):  # noqa: N818 - what the caller of dispatch sees
    """The connection was closed without an answer."""


@dataclass(frozen=True)
class Call:
    """A call that was written down and hit by its faults; its work is to be done."""

    number: int
    request: Request
    name: str
    hit: Hit


class Portal:
    """State, clock and faults of one portal; safe to call from several threads.

    ``state`` is the path of its SQLite file (``:memory:`` for none). ``real``,
    ``pause`` and ``chance`` stand for the machine's clock, sleep and luck.
    """

    def __init__(
        self,
        state: str = ":memory:",
        *,
        real: Callable[[], float] = time.time,
        pause: Callable[[float], None] = time.sleep,
        chance: Callable[[], float] = _LUCK.random,
    ) -> None:
        self.store = Store(state)
        self.clock = Clock(self.store, real)
        self._pause = pause
        self._chance = chance
        self._lock = threading.RLock()
        if self.store.one("SELECT 1 FROM structure LIMIT 1") is None:
            self.reset()

    def close(self) -> None:
        with self._lock:
            self.store.close()

    def reset(self) -> None:
        """Forget everything and start again with the seed data."""
        with self._lock, self.store.transaction():
            self.store.wipe()
            seed.plant(self.store, self.clock.now())

    def dispatch(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes = b""
    ) -> tuple[int, dict[str, str], bytes]:
        """Answer without a socket: status, headers, body.

        A held answer pauses; ConnectionCut when the fault is a cut; half an answer
        comes with the ``Content-Length`` of the whole.
        """
        answer = self.handle(method, target, headers, body)
        if answer.hold:
            self._pause(answer.hold)
        if answer.cut == "close":
            raise ConnectionCut(target)
        sent = {**answer.headers, "Content-Length": str(len(answer.body))}
        if answer.cut == "half":
            return answer.status, sent, answer.body[: len(answer.body) // 2]
        return answer.status, sent, answer.body

    def handle(
        self,
        method: str,
        target: str,
        headers: Mapping[str, str],
        body: bytes = b"",
        pause: Callable[[float], object] | None = None,
    ) -> Answer:
        """Answer with its orders for the door (cut, hold), everything committed.

        ``pause`` is how to wait before the work, others being served meanwhile.
        """
        split = urlsplit(target)
        lowered = {name.lower(): value for name, value in headers.items()}
        request = Request(method.upper(), split.path, lowered, body)
        with self._lock:
            if request.path.startswith(drive.PREFIX):
                self._advance()
                return drive.answer(self, request, split.query)
            if request.path == "/" or request.path.startswith(page.PREFIX):
                self._advance()
                return page.answer(self, request, split.query)
            call = self._begin(request)
        if call.hit.hold_before:
            (pause or self._pause)(call.hit.hold_before)
        with self._lock:
            return self._play(call)

    def _advance(self) -> None:
        with self.store.transaction():
            flows.advance(self.store, self.clock.now())

    def _begin(self, request: Request) -> Call:
        """One call of a client: written down, hit by faults."""
        operation = route(request.method, request.path)
        is_token = request.method == "POST" and request.path == piste.PATH
        name = faults.TOKEN if is_token else UNDECLARED
        if operation is not None:
            name = operation.name
        now = self.clock.now()
        with self.store.transaction():
            call = calls.record(self.store, now, request.method, request.path, name)
            hit = Hit({})
            if name != UNDECLARED:
                hit = faults.take(self.store, name, self._chance, request.body)
            calls.finish(self.store, call, fault=hit.names)
        return Call(call, request, name, hit)

    def _play(self, call: Call) -> Answer:
        """Answer a call as its faults have it."""
        if "cut_before" in call.hit:
            return Answer(0, cut="close")
        answer = call.hit.refusal()
        if answer is None:
            answer = call.hit.spoil(self._work(call))
        with self.store.transaction():
            calls.finish(self.store, call.number, status=answer.status)
        return answer

    def _work(self, call: Call) -> Answer:
        now, request, hit = self.clock.now(), call.request, call.hit
        operation = route(request.method, request.path)
        if call.name == UNDECLARED or (operation is None and call.name != faults.TOKEN):
            return gateway.undeclared(
                request, is_known_api=request.path.startswith(_BASES)
            )
        self._advance()
        with self.store.transaction():
            if operation is None:
                return self._token(request, hit, now)
            return gateway.serve(self.store, request, operation, hit, now, call.number)

    def _token(self, request: Request, hit: Hit, now: float) -> Answer:
        if "invalid_client" in hit:
            return piste.invalid_client()
        kind = request.headers.get("content-type", "")
        return piste.issue(self.store, kind, request.body, now)
