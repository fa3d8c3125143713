"""Base64 decoded as it comes, with nothing forgiven but white space."""

from __future__ import annotations

import base64
import binascii

from .errors import Flaw, UnreadableDocument

_SPACE = b" \t\r\n\x0b\x0c"


class Base64Decoder:
    """Pieces in, bytes out; keeps three characters at most.

    >>> decoder = Base64Decoder()
    >>> decoder.feed(b"JVB") + decoder.feed(b"E\\nRi0=")
    b'%PDF-'
    >>> decoder.finish()
    """

    def __init__(self) -> None:
        self._held = b""
        self._ended = False

    def feed(self, piece: bytes) -> bytes:
        """Bytes that this piece completes.

        :raise UnreadableDocument: not Base64
        """
        packed = self._held + piece.translate(None, _SPACE)
        whole = len(packed) // 4 * 4
        self._held = packed[whole:]
        if not whole:
            return b""
        if self._ended:
            raise UnreadableDocument(Flaw.NOT_BASE64)
        self._ended = packed[:whole].endswith(b"=")
        try:
            return base64.b64decode(packed[:whole], validate=True)
        except binascii.Error as err:
            raise UnreadableDocument(Flaw.NOT_BASE64) from err

    def finish(self) -> None:
        """Nothing more comes.

        :raise UnreadableDocument: broken off in the middle
        """
        if self._held:
            raise UnreadableDocument(Flaw.NOT_BASE64)
