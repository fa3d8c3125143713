"""An answer whose one long text, a file in Base64, does not go through the memory.

The rest of the answer is small and read as usual.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from .base64_stream import Base64Decoder
from .errors import AnswerTooLargeError, OutcomeUnknownError, UnreadableDocument
from .spool import Spool, Stored

MAX_REST = 5_000_000  # bytes of the answer without the file
_LONGEST_ESCAPE = 6  # \u002b
_SHORT = {b"\\/": b"/", b"\\n": b"\n", b"\\r": b"\r", b"\\t": b"\t"}
_ESCAPE = re.compile(rb"\\(?:[/nrt]|u00[0-9a-fA-F]{2})")


def take_file(pieces: Iterable[bytes], field: str) -> tuple[bytes, Stored | None]:
    """The answer with an empty text in place of the file, and the file decoded.

    :param pieces: of a JSON object in UTF-8
    :param field: name of the text; None comes back when there is none, or when it is
        not Base64
    :raise OutcomeUnknownError: cut in the middle of it
    :raise AnswerTooLargeError: something else in it is long
    """
    rest = iter(pieces)
    # Inside another text its quotes would be escaped.
    key = re.compile(rb'"%s"\s*:\s*"' % re.escape(field.encode()))
    head, end = _up_to(key, rest)
    if end is None:
        return head, None
    value = _Value(head[end:], rest)
    texts = value.texts()
    stored: Stored | None = None
    try:
        stored = Spool().store(_decoded(texts))
    except UnreadableDocument:
        for _text in texts:  # what follows it tells how the call went
            pass
    return _bounded(head[:end] + b'"' + value.after, rest), stored


def _up_to(key: re.Pattern[bytes], pieces: Iterator[bytes]) -> tuple[bytes, int | None]:
    """What was read, and where the key ends in it."""
    head = b""
    for piece in pieces:
        head += piece
        match = key.search(head)
        if match:
            return head, match.end()
        _check(head)
    return head, None


def _bounded(head: bytes, pieces: Iterator[bytes]) -> bytes:
    for piece in pieces:
        head += piece
        _check(head)
    return head


def _check(head: bytes) -> None:
    if len(head) > MAX_REST:
        raise AnswerTooLargeError(f"answer larger than {MAX_REST} bytes")


def _decoded(texts: Iterator[bytes]) -> Iterator[bytes]:
    decoder = Base64Decoder()
    for text in texts:
        yield decoder.feed(text)
    decoder.finish()


class _Value:
    """A JSON text up to its closing quote, and what came ``after`` with its end."""

    def __init__(self, first: bytes, pieces: Iterator[bytes]) -> None:
        self._first = first
        self._pieces = pieces
        self.after = b""

    def texts(self) -> Iterator[bytes]:
        held = self._first
        while True:
            end = held.find(b'"')
            if end >= 0:
                yield _unescaped(held[:end])
                self.after = held[end + 1 :]
                return
            # An escape may go on in the next piece.
            cut = held.rfind(b"\\", max(0, len(held) - _LONGEST_ESCAPE))
            cut = len(held) if cut < 0 else cut
            yield _unescaped(held[:cut])
            piece = next(self._pieces, b"")
            if not piece:
                raise OutcomeUnknownError("the answer breaks off in its file")
            held = held[cut:] + piece


def _unescaped(text: bytes) -> bytes:
    return _ESCAPE.sub(_letter, text) if b"\\" in text else text


def _letter(escape: re.Match[bytes]) -> bytes:
    return _SHORT.get(escape[0]) or bytes([int(escape[0][-2:], 16)])
