"""What may be written to a log: never a secret, never a whole file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

MASK = "***"
MAX_TEXT = 500

_SECRET_KEYS = re.compile(
    r"secret|password|passwd|mot_?de_?passe|token|authorization|cpro-account|api_?key",
    re.IGNORECASE,
)
_PATTERNS = (
    (re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]+"), rf"\1 {MASK}"),
    (
        re.compile(
            r"(?i)([\w-]*(?:secret|password|passwd|token|cpro-account|authorization))"
            r"([\"']?\s*[=:]\s*)(\"[^\"]*\"|'[^']*'|(?!bearer\b|basic\b)[^\s&,;}\"']+)"
        ),
        rf"\1\2{MASK}",
    ),
    # Files travel as Base64; a long run is either a file or a secret.
    (re.compile(r"[A-Za-z0-9+/]{80,}={0,2}"), "<data>"),
)


def scrub(value: Any) -> Any:
    """A copy of a text, mapping or list fit for a log.

    >>> scrub("grant_type=client_credentials&client_secret=s3cret&scope=openid")
    'grant_type=client_credentials&client_secret=***&scope=openid'
    >>> scrub({"nomFichier": "a.pdf", "client_secret": "x"})
    {'nomFichier': 'a.pdf', 'client_secret': '***'}
    """
    if isinstance(value, Mapping):
        return {
            key: MASK if _SECRET_KEYS.search(str(key)) else scrub(item)
            for key, item in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [scrub(item) for item in value]
    if isinstance(value, bytes):
        return f"<{len(value)} bytes>"
    if isinstance(value, str):
        return _scrub_text(value)
    return value


def _scrub_text(text: str) -> str:
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text if len(text) <= MAX_TEXT else text[:MAX_TEXT] + "…"
