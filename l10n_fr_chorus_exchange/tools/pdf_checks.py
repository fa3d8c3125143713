"""What a Factur-X file must look like inside: the Factur-X marks and PDF/A-3.

No validator of PDF/A can be installed with Python alone; these are the structural points
that go wrong in practice. Whether Chorus Pro checks PDF/A at all is unknown: what only
matters to an archive is therefore told and does not keep an invoice from going, what
would keep a reader from finding the invoice in the file does.

Knows nothing of Odoo.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pypdf
from lxml import etree
from pypdf.errors import PyPdfError

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


@dataclass(frozen=True)
class PdfProblem:
    """A point that the file does not respect.

    :ivar sentence: in English, for the log and for who prints the invoice
    :ivar blocking: the file cannot be read as a Factur-X; False when only an archive
        would mind
    """

    sentence: str
    blocking: bool = False


class _Unusable(Exception):  # noqa: N818 (nothing more can be looked at)
    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.problem = PdfProblem(sentence, blocking=True)


def problems(pdf: bytes) -> tuple[PdfProblem, ...]:
    """All that is wrong with a Factur-X file, the blocking points first.

    :param pdf: the whole file
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
        return (PdfProblem(f"The file is not readable: {error}", blocking=True),)
    return tuple(sorted(found, key=lambda problem: not problem.blocking))


def structural_problems(pdf: bytes) -> tuple[str, ...]:
    """The sentences of :func:`problems`."""
    return tuple(problem.sentence for problem in problems(pdf))


def acts(action: Any) -> bool:
    """Whether an action does more than show a place or an address."""
    action = _object(action)
    # A destination is a list or a name.
    return isinstance(action, dict) and action.get("/S") in ACTIVE


def _opened(pdf: bytes) -> pypdf.PdfReader:
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    if reader.is_encrypted:
        raise _Unusable("The file is encrypted.")
    return reader


# The invoice inside ---------------------------------------------------------------


def _invoice_problems(reader: pypdf.PdfReader) -> Iterator[PdfProblem]:
    root = reader.root_object
    named = {name: spec for name, spec in _embedded(root) if name == FILE_NAME}
    if not named:
        raise _Unusable(f"No {FILE_NAME} is embedded in the file.")
    spec = named[FILE_NAME]
    associated = [_object(one) for one in _list(root.get("/AF"))]
    if not any(_file_name(one) == FILE_NAME for one in associated):
        yield PdfProblem(f"{FILE_NAME} is not in /AF of the file.", blocking=True)
    if spec.get("/AFRelationship") not in RELATIONS:
        yield PdfProblem(f"{FILE_NAME} has no valid AFRelationship.", blocking=True)
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
        raise _Unusable(f"{FILE_NAME} has no content.")
    content = bytes(stream.get_data())
    if len(content) > MAX_XML:
        raise _Unusable(f"{FILE_NAME} is too large.")
    return content


def _level(xml: bytes) -> str:
    """Profile that the invoice states (BT-24), as XMP names it."""
    try:
        root = _parsed(xml)
    except etree.XMLSyntaxError as error:
        raise _Unusable(f"{FILE_NAME} is not XML: {error}") from error
    profile = root.findtext(
        ".//{*}GuidelineSpecifiedDocumentContextParameter/{*}ID", ""
    ).strip()
    for ending, level in LEVELS.items():
        if profile.endswith(ending):
            return level
    raise _Unusable(f"{FILE_NAME} states no known profile: {profile or 'none'}.")


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
        yield PdfProblem("The file has no readable XMP metadata.", blocking=True)
        return
    stated = _xmp_value(xmp, "fx", "ConformanceLevel")
    if stated != level:
        yield PdfProblem(
            f"The profile is {level} in the invoice, {stated or 'absent'} in XMP.",
            blocking=True,
        )
    if _xmp_value(xmp, "fx", "DocumentFileName") != FILE_NAME:
        yield PdfProblem(f"XMP does not name {FILE_NAME}.", blocking=True)
    if not _xmp_value(xmp, "fx", "Version"):
        yield PdfProblem("XMP does not state the version of Factur-X.", blocking=True)
    if _xmp_value(xmp, "pdfaid", "part") != "3":
        yield PdfProblem("The file is not declared as PDF/A-3.")
    if not _xmp_value(xmp, "pdfaid", "conformance"):
        yield PdfProblem("The level of PDF/A-3 (B, U or A) is not declared.")


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
        yield PdfProblem("The file does not say what its colours mean.")
    if not reader.trailer.get("/ID"):
        yield PdfProblem("The file has no identifier.")
    names = _object(root.get("/Names")) or {}
    if "/JavaScript" in names or acts(root.get("/OpenAction")) or "/AA" in root:
        yield PdfProblem("The file holds JavaScript or other actions.")
    looked_at = _Looked()
    for page in reader.pages:
        looked_at.page(page)
    if looked_at.bare_fonts:
        fonts = ", ".join(sorted(looked_at.bare_fonts))
        yield PdfProblem(f"Fonts are not embedded: {fonts}.")
    if looked_at.acts:
        yield PdfProblem("A page holds JavaScript or other actions.")
    if looked_at.unprinted:
        yield PdfProblem("A link or a note of a page is not marked as printed.")
    if looked_at.lzw:
        yield PdfProblem("A part of the file is compressed with LZW.")


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
        self.resources(page.get("/Resources"), 0)
        for note in _list(page.get("/Annots")):
            self.note(_object(note))

    def note(self, note: Any) -> None:
        flags = int(note.get("/F", 0))
        if note.get("/Subtype") != "/Popup":
            self.unprinted |= not flags & PRINTED or bool(flags & HIDDEN)
        self.acts |= "/AA" in note or acts(note.get("/A"))
        looks = _object(note.get("/AP")) or {}
        self.form(looks.get("/N"), 0)

    def resources(self, resources: Any, depth: int) -> None:
        resources = _object(resources)
        if not resources or depth > MAX_DEPTH:
            return
        for font in self.new(resources.get("/Font")):
            self.font(font, depth)
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
        self.resources(form.get("/Resources"), depth + 1)

    def font(self, font: Any, depth: int) -> None:
        if font.get("/Subtype") == "/Type3":
            # Drawn by the file itself, with fonts of its own perhaps.
            self.resources(font.get("/Resources"), depth + 1)
            return
        [kin, *_more] = _list(font.get("/DescendantFonts")) or [font]
        descriptor = _object(_object(kin).get("/FontDescriptor")) or {}
        if not any(key.startswith("/FontFile") for key in descriptor):
            self.bare_fonts.add(str(font.get("/BaseFont", "?")).lstrip("/"))

    def stream(self, stream: Any) -> None:
        stream = _object(stream)
        filters = [str(one) for one in _list(stream.get("/Filter"))]
        self.lzw |= "/LZWDecode" in filters


def _object(value: Any) -> Any:
    return None if value is None else value.get_object()


def _list(value: Any) -> list[Any]:
    """What may be absent, one thing, or several."""
    value = _object(value)
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]
