"""Text that an XML document can hold."""

from __future__ import annotations

import re

# What XML 1.0 forbids: a label pasted from elsewhere holds such characters at times.
FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
SPACES = re.compile(r"[^\S\n]+")


def clean(text: str | None) -> str:
    r"""Text on tidy lines: no forbidden character, no double or trailing space.

    >>> clean(" Pose\x0b de  volets \r\n\r\n bleus ")
    'Pose de volets\nbleus'
    """
    kept = FORBIDDEN.sub(" ", text or "").replace("\r", "\n")
    lines = (SPACES.sub(" ", line).strip() for line in kept.split("\n"))
    return "\n".join(line for line in lines if line)


def one_line(text: str | None) -> str:
    r"""The same on one line.

    >>> one_line("Mairie\n de  Modeleville")
    'Mairie de Modeleville'
    """
    return clean(text).replace("\n", " ")


def pieces(text: str, length: int) -> list[str]:
    """Cut a long text between words, each piece at most ``length`` characters.

    >>> pieces("un deux trois", 8)
    ['un deux', 'trois']
    """
    found = []
    while len(text) > length:
        cut = max(text.rfind(" ", 0, length + 1), text.rfind("\n", 0, length + 1))
        if cut <= 0:
            cut = length
        found.append(text[:cut].strip())
        text = text[cut:].strip()
    return [*found, text] if text else found
