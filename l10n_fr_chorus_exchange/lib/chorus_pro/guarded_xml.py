"""XML written by strangers: one guarded parser, and what is read with it.

Expat tells what it meets as it meets it and hands long texts over in pieces. A document
type declaration ends the reading before it could declare anything: there are no
entities, and nothing is ever fetched.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import NamedTuple
from xml.parsers import expat

from lxml import etree

from .archives import Limits
from .errors import Flaw, UnreadableDocument
from .spool import PIECE, Source, opened, pieces_of, size_of

MAX_DOCUMENT = 50_000_000  # bytes of an XML that is read into a tree
MAX_TOKEN = 1_000_000  # bytes of one tag or comment, which is read in one piece
MAX_NAMES = 5_000  # different ones, of elements and attributes
MAX_NAME = 200  # characters
# Of the others, some run code of ours and some are not of characters.
ENCODINGS = frozenset(
    {"utf-8", "utf-16", "us-ascii", "ascii", "iso-8859-1", "iso-8859-15"}
    | {"latin1", "latin-1", "windows-1252", "cp1252"}
)
_DEFAULT_LIMITS = Limits()


def local_name(name: str) -> str:
    """Name without its prefix.

    >>> local_name("ns:Facture")
    'Facture'
    """
    return name.rpartition(":")[2] if ":" in name else name


class GuardedParser:
    """Expat that refuses what is not needed: types, entities, odd encodings, depth.

    To be derived from: ``opened``, ``written`` and ``closed`` get what it meets.
    """

    def __init__(self, limits: Limits, events: int = 0) -> None:
        """
        :param events: met in other documents of the same download
        """
        self._limits = limits
        self._depth = 0
        self._silence = 0  # bytes since the parser last met anything
        self.events = events  # each takes its time, however short it is
        self._names: set[str] = set()
        # None: names are not kept for the next time, there may be too many.
        self._parser = parser = expat.ParserCreate(None, None, None)
        parser.buffer_text = True
        parser.buffer_size = PIECE
        parser.StartDoctypeDeclHandler = self._doctype
        parser.XmlDeclHandler = self._declared
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.CommentHandler = self._passed
        parser.ProcessingInstructionHandler = self._passed

    @property
    def line(self) -> int:
        return self._parser.CurrentLineNumber

    def opened(self, name: str, attributes: dict[str, str], depth: int) -> None:
        """An element begins; the root has the depth 1."""

    def written(self, text: str) -> None:
        """A piece of text."""

    def closed(self, depth: int) -> None:
        """The innermost element ends."""

    def read(self, pieces: Iterable[bytes]) -> None:
        """The whole; errors are those of :meth:`feed`."""
        for piece in pieces:
            self.feed(piece)
        self.finish()

    def feed(self, piece: bytes) -> None:
        """Go on reading.

        :raise UnreadableDocument: broken, or beyond the limits
        """
        self._silence += len(piece)
        self._parse(piece)
        if self._silence > MAX_TOKEN:
            raise UnreadableDocument(Flaw.TOO_LARGE, line=self.line)

    def finish(self) -> None:
        """Nothing more comes; errors are those of :meth:`feed`."""
        self._parse(b"", last=True)

    def _parse(self, piece: bytes, *, last: bool = False) -> None:
        try:
            self._parser.Parse(piece, last)
        except expat.ExpatError as err:
            raise UnreadableDocument(Flaw.NOT_XML, line=err.lineno) from err

    def _doctype(self, *_declaration: object) -> None:
        raise UnreadableDocument(Flaw.DOCTYPE, line=self.line)

    def _declared(self, _version: str, encoding: str | None, _alone: int) -> None:
        if encoding is not None and encoding.lower() not in ENCODINGS:
            raise UnreadableDocument(Flaw.ENCODING, detail=encoding[:40])

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._passed()
        self._depth += 1
        if self._depth > self._limits.max_depth:
            raise UnreadableDocument(Flaw.TOO_DEEP, line=self.line)
        if not self._names.issuperset((name, *attributes)):
            self._learn(name, *attributes)
        self.opened(local_name(name), attributes, self._depth)

    def _learn(self, *names: str) -> None:
        """Bound what Expat keeps: every name it meets, to the end."""
        self._names.update(names)
        if len(self._names) > MAX_NAMES or max(map(len, names)) > MAX_NAME:
            raise UnreadableDocument(Flaw.TOO_MANY_ELEMENTS, line=self.line)

    def _end(self, _name: str) -> None:
        self._silence = 0
        self.closed(self._depth)
        self._depth -= 1

    def _characters(self, text: str) -> None:
        self._silence = 0
        self.written(text)

    def _passed(self, *_content: str) -> None:
        self._silence = 0
        self.events += 1
        if self.events > self._limits.max_events:
            raise UnreadableDocument(Flaw.TOO_MANY_ELEMENTS, line=self.line)


class Root(NamedTuple):
    """The first element of a document, ``namespace`` "" when it has none."""

    name: str
    namespace: str


class _RootMet(Exception):  # noqa: N818  (not an error)
    """Nothing more is to be read."""


class _RootFinder(GuardedParser):
    root = Root("", "")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        prefix, colon, local = name.rpartition(":")
        self.root = Root(local, attributes.get(f"xmlns{colon}{prefix}", ""))
        raise _RootMet


def root_of(source: Source, *, limits: Limits = _DEFAULT_LIMITS) -> Root:
    """What the document is, after its first element; the rest is not read.

    :raise UnreadableDocument: not XML, or refused before its first element
    """
    finder = _RootFinder(limits)
    with suppress(_RootMet):
        finder.read(pieces_of(opened(source)))
    return finder.root


class _Counter(GuardedParser):
    """Goes through a document to see whether a tree of it is reasonable."""

    _elements = 0

    def opened(self, name: str, attributes: dict[str, str], depth: int) -> None:
        self._elements += 1
        if self._elements > self._limits.max_elements:
            raise UnreadableDocument(Flaw.TOO_MANY_ELEMENTS, line=self.line)


def read_xml(
    source: Source,
    *,
    limits: Limits = _DEFAULT_LIMITS,
    max_bytes: int = MAX_DOCUMENT,
) -> etree._Element:
    """Tree of a CII or UBL invoice that somebody else wrote; files stay in Base64.

    Comments and processing instructions are left out.

    :raise UnreadableDocument: not XML, a type declaration, or beyond the limits
    """
    file = opened(source)
    if size_of(file) > max_bytes:
        raise UnreadableDocument(Flaw.TOO_LARGE)
    counter = _Counter(limits)
    counter.read(pieces_of(file))
    file.seek(0)
    # Nothing was declared, so that the size of texts is all there is to guard against.
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=True,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.parse(file, parser).getroot()
    except etree.XMLSyntaxError as err:
        raise UnreadableDocument(Flaw.NOT_XML, line=err.lineno) from err
