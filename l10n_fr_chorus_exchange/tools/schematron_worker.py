"""Runs rule sheets (XSLT) on invoices, as a program of its own.

Started by `schematron.py` and fed through its pipes; it reads no configuration, no
environment and no database. It ends when its input is closed and when nobody asked it
anything for a minute, which gives its 200 MB back.

Frames: four bytes of length (big endian), then as many bytes. A request is two frames,
the path of the sheet and the document; every answer is one: a letter, then text. On the
start it says ``+version`` or ``-why not``; for a request ``+JSON`` or ``-what the engine
stumbled on``.
"""

from __future__ import annotations

import importlib.metadata
import json
import select
import struct
import sys
from typing import Any, BinaryIO
from xml.etree import ElementTree

LENGTH = struct.Struct(">I")
MAX_FRAME = 64 * 1024 * 1024
IDLE_SECONDS = 60
MOST_VIOLATIONS = 50
MAX_TEXT = 400
SVRL = "{http://purl.oclc.org/dsdl/svrl}"
# SaxonC up to 12 works within this; 13 reserves 20 GB and more of address space.
ADDRESS_SPACE = 2560 * 1024 * 1024
FIRST_GREEDY_VERSION = 13


class FrameError(Exception):
    """The other side closed, or announced more than is allowed."""


def read_frame(stream: BinaryIO) -> bytes:
    """:raise FrameError: the stream ended or the frame is too long"""
    (length,) = LENGTH.unpack(_exactly(stream, LENGTH.size))
    if length > MAX_FRAME:
        raise FrameError(f"frame of {length} bytes")
    return _exactly(stream, length)


def write_frame(stream: BinaryIO, content: bytes) -> None:
    """:raise OSError: the other side closed"""
    stream.write(LENGTH.pack(len(content)) + content)
    stream.flush()


def _exactly(stream: BinaryIO, length: int) -> bytes:
    parts = []
    while length:
        part = stream.read(length)
        if not part:
            raise FrameError("closed")
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


def failed_asserts(report: str) -> list[tuple[str, str, str]]:
    """Rule, text and flag of each broken rule of a report (SVRL), each rule once."""
    found: dict[str, tuple[str, str, str]] = {}
    for item in ElementTree.fromstring(report).iter():  # noqa: S314 (Saxon wrote it)
        if item.tag in (f"{SVRL}failed-assert", f"{SVRL}successful-report"):
            text = " ".join("".join(item.itertext()).split())
            rule = item.get("id") or ""
            if len(found) < MOST_VIOLATIONS:
                found.setdefault(
                    rule or text, (rule, text[:MAX_TEXT], item.get("flag") or "")
                )
    return list(found.values())


class Engine:
    """SaxonC with the sheets it has compiled so far.

    :raise ImportError: the package is not installed, or does not load
    """

    def __init__(self) -> None:
        # Not at the top: where it lies is known once the program runs.
        from saxonche import PySaxonApiError, PySaxonProcessor

        self.error = PySaxonApiError
        self.processor = PySaxonProcessor(license=False)
        self.sheets: dict[str, Any] = {}

    def run(self, path: str, document: str) -> str:
        sheet = self.sheets.get(path)
        if sheet is None:
            compiler = self.processor.new_xslt30_processor()
            sheet = compiler.compile_stylesheet(stylesheet_file=path)
            self.sheets[path] = sheet
        tree = self.processor.parse_xml(xml_text=document)
        return str(sheet.transform_to_string(xdm_node=tree) or "")


def set_limits(greedy: bool) -> None:
    """Replace the soft limits inherited from an Odoo worker.

    SaxonC 13 does not start under the one on address space, and the one on processor
    time is meant for a single request; whoever asks watches the clock. Hard limits are
    nobody's to raise.
    """
    try:
        import resource
    except ImportError:  # no such limits on this system
        return
    _soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = hard
    if not greedy:
        known = hard != resource.RLIM_INFINITY
        wanted = min(ADDRESS_SPACE, hard) if known else ADDRESS_SPACE
    resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))
    _soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (hard, hard))
    # An engine that gives up must not leave gigabytes on the disk.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def is_greedy(version: str) -> bool:
    return int(version.split(".", 1)[0]) >= FIRST_GREEDY_VERSION


def answer(engine: Engine, path: str, document: str) -> bytes:
    """Answer to one request; a sheet that stops on a value makes a ``-``."""
    try:
        found = failed_asserts(engine.run(path, document))
    except (engine.error, ElementTree.ParseError, ValueError) as error:
        return b"-" + " ".join(str(error).split())[:MAX_TEXT].encode()
    return b"+" + json.dumps(found).encode()


def serve(engine: Engine, source: BinaryIO, target: BinaryIO) -> None:
    """Answer until the input is closed or has been silent for long."""
    while select.select([source], [], [], IDLE_SECONDS)[0]:
        path = read_frame(source).decode()
        write_frame(target, answer(engine, path, read_frame(source).decode()))


def main(folder: str) -> None:
    """:param folder: where ``saxonche`` is installed"""
    source: BinaryIO = sys.stdin.buffer.raw  # type: ignore[attr-defined]
    target = sys.stdout.buffer
    # What a library prints must not get between the frames.
    sys.stdout = sys.stderr
    # Last: nothing there hides the standard library.
    sys.path.append(folder)
    try:
        version = importlib.metadata.version("saxonche")
        set_limits(is_greedy(version))
        engine = Engine()
    except (ImportError, OSError, ValueError) as error:
        write_frame(target, b"-" + str(error).encode()[:MAX_TEXT])
        return
    write_frame(target, b"+" + version.encode())
    try:
        serve(engine, source, target)
    except (FrameError, OSError):
        return  # Odoo has gone, or has had enough


if __name__ == "__main__":
    main(sys.argv[1])
