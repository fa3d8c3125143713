"""The ZIP of an audit: safe names, a limit, the hash of everything in it."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import IO, Any

SUMS = "SHA256SUMS"
# What one ZIP may hold, before compression; the portal itself stops at 120 MB.
MOST_BYTES = 300_000_000
MOST_NAME = 100
# The same content gives the same bytes, whenever it is made.
EPOCH = (1980, 1, 1, 0, 0, 0)
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
# A spreadsheet would take these for the start of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class AuditFile:
    """A ZIP being written; :meth:`close` adds the list of hashes.

    ``left_out`` names what did not fit, with its hash.
    """

    def __init__(self, target: IO[bytes], most_bytes: int = MOST_BYTES) -> None:
        self._zip = zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED)
        self._room = most_bytes
        self.sums: dict[str, str] = {}
        self.left_out: dict[str, str] = {}

    def add(self, path: str, content: bytes) -> str:
        """Add a file; one that does not fit is only named.

        :param path: with ``/`` between safe names; see :func:`safe_name`
        :return: the path it got, another one if it was taken
        """
        path = self._free(path)
        digest = hashlib.sha256(content).hexdigest()
        if len(content) > self._room:
            self.left_out[path] = digest
            return path
        self._room -= len(content)
        self._write(path, content)
        self.sums[path] = digest
        return path

    def add_json(self, path: str, content: Any) -> str:
        """Add JSON, UTF-8, times in UTC."""
        text = json.dumps(
            content, default=plain, ensure_ascii=False, indent=2, sort_keys=False
        )
        return self.add(path, f"{text}\n".encode())

    def add_csv(self, path: str, rows: Sequence[Mapping[str, Any]]) -> str:
        """Add a table: a line of names, then the rows; UTF-8 with its mark."""
        text = io.StringIO()
        names = list(rows[0]) if rows else []
        writer = csv.DictWriter(text, names, delimiter=";", lineterminator="\r\n")
        writer.writeheader()
        writer.writerows({name: _cell(row[name]) for name in names} for row in rows)
        return self.add(path, text.getvalue().encode("utf-8-sig"))

    def close(self) -> None:
        """Write the hashes, as ``sha256sum --check`` reads them, and end the ZIP."""
        lines = (f"{digest}  {path}\n" for path, digest in sorted(self.sums.items()))
        self._write(SUMS, "".join(lines).encode())
        self._zip.close()

    def _write(self, path: str, content: bytes) -> None:
        info = zipfile.ZipInfo(path, EPOCH)
        info.compress_type = zipfile.ZIP_DEFLATED
        info.external_attr = 0o644 << 16
        self._zip.writestr(info, content)

    def _free(self, path: str) -> str:
        taken = {*self.sums, *self.left_out, SUMS}
        folder, slash, name = path.rpartition("/")
        stem, dot, extension = name.rpartition(".")
        if not dot:
            stem, extension = name, ""
        count = 1
        while path in taken:
            count += 1
            path = f"{folder}{slash}{stem}-{count}{dot}{extension}"
        return path


def safe_name(name: str, otherwise: str = "file") -> str:
    """A file name that is one everywhere: ASCII, no folder, no leading dot.

    >>> safe_name("../Été/FAC 2026-001.pdf")
    'Ete_FAC_2026-001.pdf'
    >>> safe_name("")
    'file'
    """
    ascii_name = unicodedata.normalize("NFKD", name or "").encode("ascii", "ignore")
    cleaned = _UNSAFE.sub("_", ascii_name.decode()).strip("._-")
    if len(cleaned) > MOST_NAME:
        _stem, dot, extension = cleaned.rpartition(".")
        tail = f"{dot}{extension}"[-10:] if dot else ""
        cleaned = cleaned[: MOST_NAME - len(tail)] + tail
    return cleaned or otherwise


def plain(value: Any) -> Any:
    """What JSON does not know: naive datetimes are UTC."""
    if isinstance(value, datetime):
        return f"{value.replace(tzinfo=None).isoformat(timespec='seconds')}Z"
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    text = plain(value) if isinstance(value, date) else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _is_flag(row: Any, field: str) -> bool:
    return bool(row._fields[field].type == "boolean")


def named(rows: Iterable[Any], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Rows of chosen fields under chosen names; empty ones are None, except of yes and no.

    :param rows: records
    :param names: ``{name in the file: field}``
    """
    return [
        {
            name: row[field]
            if row[field] is not False or _is_flag(row, field)
            else None
            for name, field in names.items()
        }
        for row in rows
    ]
