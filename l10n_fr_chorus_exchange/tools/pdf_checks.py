"""What a Factur-X file must look like inside: the Factur-X marks and PDF/A-3.

No validator of PDF/A can be installed with Python alone; these are the structural points
that go wrong in practice. Whether Chorus Pro checks PDF/A at all is unknown: a file that
is not one is not called one.

Knows nothing of Odoo.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import pypdf
from lxml import etree
from pypdf.errors import PyPdfError
from pypdf.generic import StreamObject

from .pdf_fonts import shown_fonts

FILE_NAME = "factur-x.xml"
RELATIONS = ("/Data", "/Alternative", "/Source")
PRINTED = 4  # flag of an annotation; hidden ones have others
HIDDEN = 1 | 2 | 32  # invisible, hidden, no view
MAX_XML = 256 * 1024 * 1024
# Of nested forms, which nothing but a hostile file goes beyond.
MAX_DEPTH = 12

XMP = {
    "fx": "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#",
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
}
# By the end of BT-24.
LEVELS = {
    ":minimum": "MINIMUM",
    ":basicwl": "BASIC WL",
    ":basic": "BASIC",
    ":extended": "EXTENDED",
    "urn:cen.eu:en16931:2017": "EN 16931",
}
ACTIVE = ("/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/Movie", "/Sound")


class Fault(str, Enum):
    """What can be wrong; the value is stable, for logs."""

    UNREADABLE = "unreadable"
    ENCRYPTED = "encrypted"
    NO_INVOICE = "no-invoice"
    EMPTY_INVOICE = "empty-invoice"
    LARGE_INVOICE = "large-invoice"
    NOT_XML = "not-xml"
    UNKNOWN_PROFILE = "unknown-profile"
    NOT_ASSOCIATED = "not-associated"
    NO_RELATION = "no-relation"
    NO_METADATA = "no-metadata"
    OTHER_PROFILE = "other-profile"
    NOT_NAMED = "not-named"
    NO_VERSION = "no-version"
    NOT_DECLARED = "not-declared"
    NO_LEVEL = "no-level"
    NO_COLOURS = "no-colours"
    NO_IDENTIFIER = "no-identifier"
    ACTIONS = "actions"
    BARE_FONTS = "bare-fonts"
    HIDDEN_NOTES = "hidden-notes"
    LZW = "lzw"


@dataclass(frozen=True)
class PdfProblem:
    """A point that the file does not respect.

    :ivar fault: which point
    :ivar detail: the technical part: names of fonts, what the reader said
    """

    fault: Fault
    detail: str = ""

    def __str__(self) -> str:
        return ": ".join(filter(None, (self.fault.value, self.detail)))


class _Unusable(Exception):  # noqa: N818 (nothing more can be looked at)
    def __init__(self, fault: Fault, detail: str = "") -> None:
        super().__init__(fault.value)
        self.problem = PdfProblem(fault, detail)


def problems(pdf: bytes) -> tuple[PdfProblem, ...]:
    """All that is wrong with a Factur-X file, what concerns the invoice first.

    :param pdf: the whole file
    :return: no problem twice; empty for a file that may go
    """
    try:
        reader = _opened(pdf)
        found = [*_invoice_problems(reader), *_archive_problems(reader)]
    except _Unusable as error:
        return (error.problem,)
    except (
        PyPdfError,
        AttributeError,
        KeyError,
        RecursionError,
        TypeError,
        ValueError,
    ) as error:
        # pypdf says in many ways what it misses in a broken file.
        return (PdfProblem(Fault.UNREADABLE, str(error)),)
    return tuple(dict.fromkeys(found))


def acts(action: Any) -> bool:
    """Whether an action does more than show a place or an address."""
    return _acts(action, 0)


def _acts(action: Any, depth: int) -> bool:
    action = _object(action)
    # A destination is a list or a name.
    if not isinstance(action, dict) or depth > MAX_DEPTH:
        return False
    return action.get("/S") in ACTIVE or any(
        _acts(one, depth + 1) for one in _list(action.get("/Next"))
    )


def _opened(pdf: bytes) -> pypdf.PdfReader:
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    if reader.is_encrypted:
        raise _Unusable(Fault.ENCRYPTED)
    return reader


# The invoice inside ---------------------------------------------------------------


def _invoice_problems(reader: pypdf.PdfReader) -> Iterator[PdfProblem]:
    root = reader.root_object
    named = {name: spec for name, spec in _embedded(root) if name == FILE_NAME}
    if not named:
        raise _Unusable(Fault.NO_INVOICE)
    spec = named[FILE_NAME]
    associated = [_object(one) for one in _list(root.get("/AF"))]
    if not any(_file_name(one) == FILE_NAME for one in associated):
        yield PdfProblem(Fault.NOT_ASSOCIATED)
    if spec.get("/AFRelationship") not in RELATIONS:
        yield PdfProblem(Fault.NO_RELATION)
    level = _level(_content(spec))
    yield from _xmp_problems(root, level)


def _embedded(root: Any) -> Iterator[tuple[str, Any]]:
    """Names and descriptions of the files of the catalogue's name tree."""
    names = _object(root.get("/Names")) or {}
    waiting = [(names.get("/EmbeddedFiles"), 0)]
    while waiting:
        node, depth = waiting.pop()
        node = _object(node)
        if not node or depth > MAX_DEPTH:
            continue
        waiting += [(kid, depth + 1) for kid in _list(node.get("/Kids"))]
        # Name, description, name, description…
        for spec in _list(node.get("/Names"))[1::2]:
            spec = _object(spec)
            yield _file_name(spec), spec


def _file_name(spec: Any) -> str:
    return str(spec.get("/UF") or spec.get("/F") or "")


def _content(spec: Any) -> bytes:
    files = _object(spec.get("/EF")) or {}
    stream = _object(files.get("/F") or files.get("/UF"))
    if stream is None:
        raise _Unusable(Fault.EMPTY_INVOICE)
    content = bytes(stream.get_data())
    if len(content) > MAX_XML:
        raise _Unusable(Fault.LARGE_INVOICE)
    return content


def _level(xml: bytes) -> str:
    """Profile that the invoice states (BT-24), as XMP names it."""
    try:
        root = _parsed(xml)
    except etree.XMLSyntaxError as error:
        raise _Unusable(Fault.NOT_XML, str(error)) from error
    profile = root.findtext(
        ".//{*}GuidelineSpecifiedDocumentContextParameter/{*}ID", ""
    ).strip()
    for ending, level in LEVELS.items():
        if profile.endswith(ending):
            return level
    raise _Unusable(Fault.UNKNOWN_PROFILE, profile)


def _parsed(xml: bytes) -> etree._Element:
    """No entity is resolved, nothing is fetched."""
    return etree.fromstring(
        xml, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    )


def _xmp_problems(root: Any, level: str) -> Iterator[PdfProblem]:
    metadata = _object(root.get("/Metadata"))
    try:
        # A stream without keys counts as empty: compared with None.
        xmp = None if metadata is None else _parsed(metadata.get_data())
    except etree.XMLSyntaxError:
        xmp = None
    if xmp is None:
        yield PdfProblem(Fault.NO_METADATA)
        return
    stated = _xmp_value(xmp, "fx", "ConformanceLevel")
    if stated != level:
        yield PdfProblem(Fault.OTHER_PROFILE, f"{level} ≠ {stated or '-'}")
    if _xmp_value(xmp, "fx", "DocumentFileName") != FILE_NAME:
        yield PdfProblem(Fault.NOT_NAMED)
    if not _xmp_value(xmp, "fx", "Version"):
        yield PdfProblem(Fault.NO_VERSION)
    if _xmp_value(xmp, "pdfaid", "part") != "3":
        yield PdfProblem(Fault.NOT_DECLARED)
    if not _xmp_value(xmp, "pdfaid", "conformance"):
        yield PdfProblem(Fault.NO_LEVEL)


def _xmp_value(xmp: etree._Element, prefix: str, name: str) -> str:
    """A property, written as an element or as an attribute."""
    tag = f"{{{XMP[prefix]}}}{name}"
    for description in xmp.iter(f"{{{XMP['rdf']}}}Description"):
        value = description.findtext(tag) or description.get(tag)
        if value:
            return str(value).strip()
    return ""


# The archive ----------------------------------------------------------------------


def _archive_problems(reader: pypdf.PdfReader) -> Iterator[PdfProblem]:
    root = reader.root_object
    if not _list(root.get("/OutputIntents")):
        yield PdfProblem(Fault.NO_COLOURS)
    if not reader.trailer.get("/ID"):
        yield PdfProblem(Fault.NO_IDENTIFIER)
    names = _object(root.get("/Names")) or {}
    if "/JavaScript" in names or acts(root.get("/OpenAction")) or "/AA" in root:
        yield PdfProblem(Fault.ACTIONS)
    looked_at = _Looked()
    for page in reader.pages:
        looked_at.page(page)
    if looked_at.bare_fonts:
        yield PdfProblem(Fault.BARE_FONTS, ", ".join(sorted(looked_at.bare_fonts)))
    if looked_at.acts:
        yield PdfProblem(Fault.ACTIONS)
    if looked_at.unprinted:
        yield PdfProblem(Fault.HIDDEN_NOTES)
    if looked_at.lzw:
        yield PdfProblem(Fault.LZW)


@dataclass
class _Looked:
    """What pages use, every shared part looked at once."""

    bare_fonts: set[str] = field(default_factory=set)
    acts: bool = False
    unprinted: bool = False
    lzw: bool = False
    seen: set[tuple[int, int]] = field(default_factory=set)

    def page(self, page: Any) -> None:
        self.acts |= "/AA" in page
        for content in _list(page.get("/Contents")):
            self.stream(content)
        self.resources(page.get("/Resources"), 0, page.get("/Contents"))
        for note in _list(page.get("/Annots")):
            self.note(_object(note))

    def note(self, note: Any) -> None:
        flags = int(note.get("/F", 0))
        if note.get("/Subtype") != "/Popup":
            self.unprinted |= not flags & PRINTED or bool(flags & HIDDEN)
        self.acts |= "/AA" in note or acts(note.get("/A"))
        looks = _object(note.get("/AP")) or {}
        self.look(looks.get("/N"))

    def look(self, look: Any) -> None:
        """How a note is drawn: a form, or one for each state of a box."""
        look = _object(look)
        states = isinstance(look, dict) and not isinstance(look, StreamObject)
        for form in look.values() if states else [look]:
            self.form(form, 0)

    def resources(self, resources: Any, depth: int, content: Any = None) -> None:
        """:param content: what is drawn with them; None when that is not looked at"""
        resources = _object(resources)
        if not resources or depth > MAX_DEPTH:
            return
        self.fonts(_object(resources.get("/Font")), depth, content)
        for kind in "/XObject", "/Pattern":
            for form in self.new(resources.get(kind)):
                self.form(form, depth)

    def new(self, items: Any) -> Iterator[Any]:
        """Parts of a dictionary that were not met before."""
        for item in (_object(items) or {}).values():
            place = getattr(item, "indirect_reference", None) or item
            key = (getattr(place, "idnum", id(item)), getattr(place, "generation", -1))
            if key not in self.seen:
                self.seen.add(key)
                yield _object(item)

    def form(self, form: Any, depth: int) -> None:
        form = _object(form)
        if form is None:
            return
        self.stream(form)
        self.resources(form.get("/Resources"), depth + 1, form)

    def fonts(self, fonts: Any, depth: int, content: Any) -> None:
        """A font that is named and shows nothing need not be inside."""
        if not fonts:
            return
        for font in self.new(fonts):
            if font.get("/Subtype") == "/Type3":
                # Drawn by the file itself, with fonts of its own perhaps.
                self.resources(font.get("/Resources"), depth + 1)
        bare = {name: font for name, font in fonts.items() if _is_bare(_object(font))}
        shown = shown_fonts(content) if bare else None
        for name, font in bare.items():
            if shown is None or name in shown:
                base = str(_object(font).get("/BaseFont", "?"))
                self.bare_fonts.add(base.lstrip("/"))

    def stream(self, stream: Any) -> None:
        stream = _object(stream)
        filters = [str(one) for one in _list(stream.get("/Filter"))]
        self.lzw |= "/LZWDecode" in filters


def _is_bare(font: Any) -> bool:
    """Whether the shapes of its letters are not in the file."""
    if font.get("/Subtype") == "/Type3":
        return False
    [kin, *_more] = _list(font.get("/DescendantFonts")) or [font]
    descriptor = _object(_object(kin).get("/FontDescriptor")) or {}
    return not any(key.startswith("/FontFile") for key in descriptor)


def _object(value: Any) -> Any:
    return None if value is None else value.get_object()


def _list(value: Any) -> list[Any]:
    """What may be absent, one thing, or several."""
    value = _object(value)
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]
