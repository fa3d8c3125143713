"""Files made to harm whoever reads them, each with what the reader must say of it."""

from __future__ import annotations

import base64
import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from unit.fakes import attachment, pivot, unit, zipped

MEGABYTE = 1_000_000
GOOD = unit("GOOD", "2")

Pieces = Iterator[bytes]


@dataclass(frozen=True)
class Attack:
    """``told``: what comes out, one word for each invoice and one for the end."""

    name: str
    pieces: Callable[[], Pieces]
    told: tuple[str, ...]

    def write(self, path: Path) -> None:
        with path.open("wb") as file:
            file.writelines(self.pieces())


ATTACKS: list[Attack] = []


def attack(*told: str) -> Callable[[Callable[[], Pieces]], Callable[[], Pieces]]:
    def keep(pieces: Callable[[], Pieces]) -> Callable[[], Pieces]:
        ATTACKS.append(Attack(pieces.__name__, pieces, told))
        return pieces

    return keep


def around(document: bytes, pieces: Pieces) -> Pieces:
    """A document with something large in place of its ``@@``."""
    before, after = document.split(b"@@")
    yield before
    yield from pieces
    yield after


def many(piece: bytes, count: int) -> Pieces:
    """``count`` times the same, in pieces of a megabyte or so."""
    at_once = max(1, MEGABYTE // len(piece))
    for _ in range(count // at_once):
        yield piece * at_once
    yield piece * (count % at_once)


# --- entities ---------------------------------------------------------------------


@attack("DOCTYPE")
def entity_from_a_file() -> Pieces:
    prolog = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    yield pivot(unit(data="<Devise>&x;</Devise>"), prolog=prolog)


@attack("DOCTYPE")
def entities_from_the_network() -> Pieces:
    prolog = '<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x.dtd"> %x;]>'
    yield pivot(unit(), prolog=prolog)


@attack("DOCTYPE")
def a_type_from_the_network() -> Pieces:
    yield pivot(unit(), prolog='<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd">')


@attack("DOCTYPE")
def a_billion_laughs() -> Pieces:
    laughs = "".join(
        f'<!ENTITY {name} "{("&" + before + ";") * 10}">'
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    prolog = f'<!DOCTYPE a [<!ENTITY a "ha">{laughs}]>'
    yield pivot(unit("&i;"), prolog=prolog)


@attack("DOCTYPE")
def quadratic_blow_up() -> Pieces:
    prolog = f'<!DOCTYPE a [<!ENTITY a "{"a" * 100_000}">]>'
    yield pivot(unit(data="<Devise>" + "&a;" * 100_000 + "</Devise>"), prolog=prolog)


@attack("NOT_XML")
def an_entity_of_nobody() -> Pieces:
    yield pivot(unit("&i;"))


# --- archives ---------------------------------------------------------------------


def _bomb(size: int) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("PivotS.xml", "w", force_zip64=True) as member:
            for piece in many(b" ", size):
                member.write(piece)
    return packed.getvalue()


@attack("TOO_LARGE")
def a_bomb_for_a_download() -> Pieces:
    yield _bomb(120 * MEGABYTE)


@attack("9100001: TOO_LARGE broken", "GOOD")
def a_bomb_for_an_attachment() -> Pieces:
    bomb = base64.b64encode(_bomb(120 * MEGABYTE)).decode()
    yield pivot(unit(files=[attachment(encoded=bomb)]), GOOD)


@attack("NO_XML")
def archives_in_archives() -> Pieces:
    content = pivot(unit())
    for _ in range(20):
        content = zipped({"inner.zip": content})
    yield content


@attack("9100001: facture.pdf application/zip DISGUISED hostile", "GOOD")
def archives_in_an_attachment() -> Pieces:
    content = b"%PDF-1.7"
    for depth in range(20):
        content = zipped({f"{depth}.zip": content})
    yield pivot(unit(files=[attachment("facture.pdf", content)]), GOOD)


@attack("9100001: x.pdf application/pdf", "GOOD")
def paths_out_of_the_folder() -> Pieces:
    inner = zipped({"../../../../tmp/outside.pdf": b"%PDF-1.7"})
    file = attachment("/etc/cron.d/../x.pdf", inner, wrap=False)
    yield zipped({"../../../../../tmp/outside.xml": pivot(unit(files=[file]), GOOD)})


def _declaring(size: int, method: int, *fields: int) -> bytes:
    """An archive whose fields, at these places of a local header, tell a size."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        archive.writestr("PivotS.xml", pivot(GOOD))
    data = bytearray(packed.getvalue())
    central = data.index(b"PK\x01\x02")
    for place in fields:
        struct.pack_into("<I", data, place, size)
        struct.pack_into("<I", data, central + place + 2, size)
    return bytes(data)


@attack("GOOD")
def two_gigabytes_declared() -> Pieces:
    yield _declaring(2_000_000_000, zipfile.ZIP_DEFLATED, 22)  # not even looked at


@attack("CLOSED_ARCHIVE")
def two_gigabytes_declared_and_not_there() -> Pieces:
    yield _declaring(2_000_000_000, zipfile.ZIP_STORED, 18, 22)


@attack("TOO_MANY_MEMBERS")
def a_list_of_members_without_end() -> Pieces:
    entry = b"PK\x01\x02" + bytes(42)
    size = 300_000 * len(entry)
    yield b"PK\x03\x04"
    yield from many(entry, 300_000)
    yield b"PK\x05\x06" + struct.pack("<4H2LH", 0, 0, 1, 1, size, 4, 0)


@attack("CLOSED_ARCHIVE")
def members_that_are_one_and_the_same() -> Pieces:
    packed = zlib.compress(pivot(unit()), 9)[2:-4]
    head = struct.pack(
        "<4s5H3L2H", b"PK\x03\x04", 20, 0, 8, 0, 0, 0, len(packed), 9, 5, 0
    )
    local = head + b"a.xml" + packed
    entry = struct.pack(
        "<4s6H3L5H2L",
        *(b"PK\x01\x02", 20, 20, 0, 8, 0, 0, 0, len(packed), 9, 5, 0, 0, 0, 0, 0, 0),
    )
    listed = (entry + b"a.xml") * 900
    end = struct.pack(
        "<4s4H2LH", b"PK\x05\x06", 0, 0, 900, 900, len(listed), len(local), 0
    )
    yield local + listed + end


# --- sizes and numbers ------------------------------------------------------------


@attack("9100001: TOO_MANY_ATTACHMENTS", "GOOD")
def ten_thousand_attachments() -> Pieces:
    file = attachment().encode()
    yield from around(pivot(unit(files=["@@"]), GOOD), many(file, 10_000))


@attack("9100001: FIELD_TOO_LARGE", "GOOD")
def a_field_of_100_megabytes() -> Pieces:
    document = pivot(unit(data="<Devise>@@</Devise>"), GOOD)
    yield from around(document, many(b"a", 100 * MEGABYTE))


@attack("9100001: FIELD_TOO_LARGE", "GOOD")
def a_field_nobody_knows_of_100_megabytes() -> Pieces:
    document = pivot(unit(data="<Inconnu>@@</Inconnu>"), GOOD)
    yield from around(document, many(b"a b\n", 25 * MEGABYTE))


@attack("TOO_LARGE")
def an_attribute_of_100_megabytes() -> Pieces:
    document = pivot(unit(data="<Devise a='@@'/>"), GOOD)
    yield from around(document, many(b"a", 100 * MEGABYTE))


@attack("GOOD", "GOOD")
def attributes_of_100_megabytes_together() -> Pieces:
    long = b"<Ligne NumOrdre='" + b"1" * 900_000 + b"'/>"
    document = pivot(GOOD.replace("<IdCPRO>", "@@<IdCPRO>"), GOOD)
    yield from around(document, many(long, 120))


@attack("TOO_LARGE")
def a_comment_of_100_megabytes() -> Pieces:
    document = pivot(unit(data="<!--@@-->"), GOOD)
    yield from around(document, many(b"a", 100 * MEGABYTE))


@attack("9100001: TOO_MANY_ELEMENTS", "GOOD")
def a_million_elements() -> Pieces:
    document = pivot(unit(data="<Lignes>@@</Lignes>"), GOOD)
    yield from around(document, many(b"<Ligne NumOrdre='000001'>1</Ligne>", MEGABYTE))


@attack("TOO_MANY_ELEMENTS")
def a_million_names() -> Pieces:
    names = (f"<n{count}/>".encode() for count in range(MEGABYTE))
    yield from around(pivot(unit(data="@@"), GOOD), names)


@attack("TOO_MANY_ELEMENTS")
def long_names() -> Pieces:
    names = (b"<n%d%s/>" % (count, b"a" * 900_000) for count in range(150))
    yield from around(pivot(unit(data="@@"), GOOD), names)


@attack("TOO_MANY_ELEMENTS")
def a_million_attributes() -> Pieces:
    names = (f"<x a{count}='{'x' * 20}'/>".encode() for count in range(MEGABYTE))
    yield from around(pivot(unit(data="@@"), GOOD), names)


@attack("9100001: TOO_MANY_ELEMENTS", "GOOD")
def a_thousand_long_fields() -> Pieces:
    document = pivot(unit(data="@@"), GOOD)
    yield from around(document, many(b"<x>" + b"a" * 90_000 + b"</x>", 1000))


@attack("TOO_DEEP")
def elements_in_elements() -> Pieces:
    document = pivot(unit(data="@@"), GOOD)
    yield from around(document, many(b"<x>", 10 * MEGABYTE))


@attack("9100001: facture.pdf application/pdf", "GOOD")
def a_file_of_60_megabytes() -> Pieces:
    start = base64.b64encode(b"%PDF-1.7 ")
    document = pivot(unit(files=[attachment("facture.pdf", encoded="@@")]), GOOD)
    yield from around(document, iter([start, *many(b"AAAA", 20 * MEGABYTE)]))


# --- files that would do something ------------------------------------------------

SCRIPT = (
    b"%PDF-1.7\n1 0 obj<</Type/Catalog/OpenAction<</S/J#61vaScript/JS(app.alert(1))>>"
    b"/AA<</O<</S/Launch/F(cmd.exe)>>>>>>endobj"
)
_HIDDEN = zlib.compress(b"1 0 <</S/JavaScript/JS(app.alert(1))>>")
HIDDEN_SCRIPT = (
    b"%%PDF-1.7\n1 0 obj<</Type/ObjStm/N 1/First 4/Length %d>>\nstream\r\n%s\nendstream"
    % (len(_HIDDEN), _HIDDEN)
)


@attack(
    "9100001: a.pdf application/pdf PDF_SCRIPT PDF_LAUNCH hostile, "
    "b.pdf application/pdf PDF_SCRIPT hostile"
)
def pdfs_with_javascript() -> Pieces:
    files = [attachment("a.pdf", SCRIPT), attachment("b.pdf", HIDDEN_SCRIPT)]
    yield pivot(unit(files=files))


@attack(
    "9100001: a.pdf application/octet-stream PROGRAM hostile, "
    "b.pdf text/html DISGUISED hostile, c.png application/pdf DISGUISED hostile"
)
def files_that_are_not_what_they_are_called() -> Pieces:
    files = {"a.pdf": b"MZ\x90\0", "b.pdf": b"<html><script>", "c.png": b"%PDF-1.7"}
    yield pivot(unit(files=[attachment(name, files[name]) for name in files]))
