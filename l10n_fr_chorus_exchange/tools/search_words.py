"""Names as people type them: without accents, case or punctuation, words in any order."""

from __future__ import annotations

import re
import unicodedata

# Left out of what is looked for, unless there is nothing else.
_SMALL_WORDS = frozenset(
    {"a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les"}
)
_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o"})
_NO_WORD = re.compile(r"[^a-z0-9]+")
MOST_WORDS = 8
MOST_CHARACTERS = 600


def folded(*texts: str | None) -> str:
    """What is kept of these texts for searching.

    >>> folded("Cœur d'Hérault", None, " 34725")
    'coeur d herault 34725'
    """
    text = " ".join(filter(None, texts))[:MOST_CHARACTERS].lower()
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.translate(_LETTERS))
        text = "".join(char for char in text if not unicodedata.combining(char))
    return _NO_WORD.sub(" ", text).strip()


def words_of(text: str | None) -> list[str]:
    """Words to look for; a number typed in groups is one word.

    >>> words_of("mairie de Saint-Étienne")
    ['mairie', 'saint', 'etienne']
    >>> words_of("213 400 012 00019")
    ['21340001200019']
    >>> words_of("la")
    ['la']
    """
    words = folded(text).split()
    if words and all(word.isdecimal() for word in words):
        return ["".join(words)]
    telling = [word for word in words if word not in _SMALL_WORDS]
    return list(dict.fromkeys(telling or words))[:MOST_WORDS]
