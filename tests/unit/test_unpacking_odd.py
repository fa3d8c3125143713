"""PIVOTs that are not what they should be: where it is told, and what is still read."""

from __future__ import annotations

import hashlib
import io

import pytest
from unit.fakes import attachment, pivot, unit, zipped

from chorus_pro import Flaw, UnreadableDocument
from chorus_pro.errors import Remark
from chorus_pro.guarded_xml import MAX_TOKEN
from chorus_pro.spool import Spool
from chorus_pro.unpacking import Limits, read_pivot, read_pivot_of, scan_pivot

GOOD = unit("GOOD", "2")
TOWN = "10000000200017"


def first_of(data, **limits):
    """What is told of a bad invoice, after seeing that the next one is read."""
    first, good = scan_pivot(data, limits=Limits(**limits))
    assert good.number == "GOOD"
    return first


def raised(data, **limits):
    with pytest.raises(UnreadableDocument) as caught:
        read_pivot(data, limits=Limits(**limits))
    return caught.value


# --- values -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "flaw", "name"),
    [
        ("<Montants><MontantTTC>1E12</MontantTTC></Montants>", "ABSURD_NUMBER", None),
        ("<Montants><MontantHT>-1E12</MontantHT></Montants>", "ABSURD_NUMBER", None),
        ("<TVAs><TVA><Taux>2000</Taux></TVA></TVAs>", "ABSURD_NUMBER", "Taux"),
        ("<TVAs><TVA><Taux>-20</Taux></TVA></TVAs>", "ABSURD_NUMBER", "Taux"),
        (
            "<Lignes><Ligne><Quantite>9999999999999</Quantite></Ligne></Lignes>",
            "ABSURD_NUMBER",
            "Quantite",
        ),
        ("<Lignes><Ligne><TauxTVA>x</TauxTVA></Ligne></Lignes>", "NOT_A_NUMBER", None),
        ("<DateEmissionFacture>1900-01-01</DateEmissionFacture>", "ABSURD_DATE", None),
        ("<DateLivraison>9999-12-31</DateLivraison>", "ABSURD_DATE", None),
        ("<DateReception>2026-02-30</DateReception>", "NOT_A_DATE", "DateReception"),
        ("<DateReception>9999-12-31T23:59:59Z</DateReception>", "NOT_A_DATE", None),
    ],
)
def test_value_that_no_invoice_has_is_told_with_its_place(data, flaw, name):
    found = first_of(pivot(unit(data=f"\n{data}"), GOOD))
    assert found.flaw.name == flaw
    assert found.detail == name or name is None
    assert (found.portal_id, found.number) == (9100001, "FAC-1")
    assert found.line > 10


@pytest.mark.parametrize("edge", ["2000-01-01", "2099-12-31"])
def test_date_at_the_edge_is_taken(edge):
    data = f"<DateEmissionFacture>{edge}</DateEmissionFacture>"
    assert str(read_pivot(pivot(unit(data=data)))[0].issue_date) == edge


def test_amount_at_the_edge_is_taken():
    data = "<Montants><MontantTTC>999999999999.99</MontantTTC></Montants>"
    found = read_pivot(pivot(unit(data=data)))[0]
    assert str(found.amounts.taxed) == "999999999999.99"


@pytest.mark.parametrize("portal_id", ["0", "-5", "9223372036854775808", "1e30", "x"])
def test_what_cannot_be_a_portal_id_is_none(portal_id):
    assert read_pivot(pivot(unit(portal_id=portal_id)))[0].portal_id is None


def test_kind_of_bank_account_is_read():
    assert read_pivot(pivot(unit()))[0].account_type == "IBAN"


# --- recipient --------------------------------------------------------------------


def test_invoice_for_somebody_else_is_told_and_the_next_one_read():
    other = unit("OTHER", "1").replace(TOWN, "2000 0000 3000 15")
    first, good = scan_pivot(pivot(other, GOOD), recipients=["100 000 002 00017"])
    assert (first.flaw, first.detail) == (Flaw.OTHER_RECIPIENT, "20000000300015")
    assert (first.portal_id, first.number, good.number) == (1, "OTHER", "GOOD")
    with pytest.raises(UnreadableDocument, match="addressed to 20000000300015"):
        read_pivot_of(pivot(other, GOOD), 1, recipients=[TOWN])
    assert read_pivot(pivot(other))[0].number == "OTHER"


def test_invoice_that_names_no_recipient_is_accepted():
    data = pivot(unit().replace(TOWN, ""))
    assert len(read_pivot(data, recipients=[TOWN])) == 1


def test_bad_invoice_keeps_its_own_flaw():
    (found,) = scan_pivot(pivot(unit(number="")), recipients=["other"])
    assert found.flaw is Flaw.NO_NUMBER


# --- documents --------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1", "windows-1252"])
def test_usual_encodings_are_read(encoding):
    text = f"<?xml version='1.0' encoding='{encoding}'?>" + pivot(unit("é")).decode()
    assert read_pivot(text.encode(encoding))[0].number == "é"


@pytest.mark.parametrize("name", ["utf-7", "unicode_escape", "idna", "x" * 500])
def test_encoding_nobody_uses_is_refused(name):
    found = raised(f"<?xml version='1.0' encoding='{name}'?><a/>".encode())
    assert (found.flaw, found.detail) == (Flaw.ENCODING, name[:40])


@pytest.mark.parametrize(
    "data",
    [
        pivot(unit("é")).decode().encode("latin-1"),
        b"<?xml version='1.0' encoding='utf-16'?>" + pivot(unit()),
    ],
)
def test_document_in_another_encoding_than_it_says_is_told(data):
    assert raised(data).flaw is Flaw.NOT_XML


def test_invoices_before_the_break_are_read_and_its_line_told():
    data = pivot(GOOD, unit("CUT"))
    data = data[: data.index(b"CUT")]
    found = scan_pivot(io.BytesIO(data))
    assert next(found).number == "GOOD"
    with pytest.raises(UnreadableDocument) as caught:
        next(found)
    assert (caught.value.flaw, caught.value.line) == (Flaw.NOT_XML, 24)


def test_wrong_root_is_told():
    assert (raised(b"<a:Facture/>").flaw) is Flaw.NOT_A_PIVOT


def test_a_comment_or_an_instruction_may_be_anywhere():
    data = pivot(unit("FAC<!-- x -->-1<?a b?>", files=["<!-- y -->"]))
    assert read_pivot(data)[0].number == "FAC-1"


def test_many_comments_are_not_one_long_one():
    data = pivot(unit(data=f"<!--{'x' * 5000}--><?a {'x' * 5000}?>" * 150))
    assert len(data) > MAX_TOKEN
    assert read_pivot(data)


def test_tag_or_comment_longer_than_agreed_is_not_gathered():
    found = raised(pivot(unit(data=f"<!--{'x' * (MAX_TOKEN + 200_000)}-->")))
    assert (found.flaw, found.line) == (Flaw.TOO_LARGE, 14)


def test_source_may_be_a_file_or_a_spool():
    data = zipped({"a.xml": pivot(unit())})
    assert read_pivot(io.BytesIO(data)) == read_pivot(Spool().store([data]))


def test_reading_may_stop_at_any_invoice():
    found = scan_pivot(pivot(*[unit(files=[attachment()])] * 3))
    assert next(found).attachments[0].content == b"%PDF-1.7"
    found.close()


# --- limits -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "limits", "flaw"),
    [
        (f"<Devise>{'E' * 41}</Devise>", {"max_field": 40}, Flaw.FIELD_TOO_LARGE),
        ("<x/>" * 100, {"max_elements": 50}, Flaw.TOO_MANY_ELEMENTS),
        ("<x>1234</x>" * 100, {"max_text": 399}, Flaw.TOO_MANY_ELEMENTS),
    ],
)
def test_invoice_beyond_a_limit_is_told_and_the_next_one_read(data, limits, flaw):
    found = first_of(pivot(unit(data=data, files=[attachment()]), GOOD), **limits)
    assert (found.flaw, found.portal_id, found.number) == (flaw, 9100001, "FAC-1")


def test_names_too_long_for_the_index_of_a_database_are_told():
    name, number = "n" * 601, "9" * 700
    found = first_of(
        pivot(unit(data=f"<IdFactureOrigine>{name}</IdFactureOrigine>"), GOOD)
    )
    assert (found.flaw, found.detail) == (Flaw.FIELD_TOO_LARGE, "IdFactureOrigine")
    assert (found.portal_id, found.number, found.line) == (9100001, "FAC-1", 14)
    assert str(found) == "IdFactureOrigine is too long (601 characters, at most 600)"
    assert raised(pivot(unit(number))).number == number[:600]


@pytest.mark.parametrize("small", ["<x/>", "<!---->", "<?x?>"])
def test_document_of_countless_small_things_is_left(small):
    found = scan_pivot(
        pivot(GOOD, unit(data=small * 500)), limits=Limits(max_events=200)
    )
    assert next(found).number == "GOOD"
    with pytest.raises(UnreadableDocument, match="too many elements"):
        next(found)


@pytest.mark.parametrize(
    "data", [f"<{'n' * 201}/>", "".join(f"<n{count}/>" for count in range(5_001))]
)
def test_names_nobody_needs_are_not_kept(data):
    assert raised(pivot(unit(data=data))).flaw is Flaw.TOO_MANY_ELEMENTS


def test_small_things_of_all_files_of_an_archive_count():
    data = zipped({f"{n}.xml": pivot(unit(str(n))) for n in range(3)})
    found = scan_pivot(data, limits=Limits(max_events=60))
    assert [next(found).number, next(found).number] == ["0", "1"]
    with pytest.raises(UnreadableDocument, match="too many elements"):
        next(found)


def test_attachments_after_the_last_accepted_one_are_not_unpacked():
    files = [attachment(f"{n}.pdf") for n in range(5)]
    found = first_of(pivot(unit(files=files), GOOD), max_attachments=2)
    assert found.flaw is Flaw.TOO_MANY_ATTACHMENTS


def test_plain_attachment_larger_than_agreed_is_put_aside():
    whole = attachment("a.pdf", b"%PDF-1.7 " * 20_000, wrap=False)
    data = pivot(unit(files=[whole, attachment("b.pdf")]))
    (found,) = read_pivot(data, limits=Limits(max_file_bytes=100_000))
    assert [one.flaw for one in found.broken_attachments] == [Flaw.TOO_LARGE]
    assert [one.name for one in found.attachments] == ["b.pdf"]


# --- attachments ------------------------------------------------------------------


def test_attachment_is_a_file_with_a_size_and_a_digest():
    (found,) = read_pivot(pivot(unit(files=[attachment()])))[0].attachments
    with found.open() as file:
        assert file.read() == found.content == b"%PDF-1.7"
    assert found.size == 8
    assert found.sha256 == hashlib.sha256(b"%PDF-1.7").hexdigest()


def test_attachment_that_is_not_what_it_is_called_is_kept_and_told():
    whole = attachment("a.pdf", b"<html><script>")
    (found,) = read_pivot(pivot(unit(files=[whole])))[0].attachments
    assert (found.content, found.mime) == (b"<html><script>", "text/html")
    assert [one.remark for one in found.remarks] == [Remark.DISGUISED]
    assert found.is_hostile


@pytest.mark.parametrize(
    "file",
    [
        "<PJ><NomPJ>a.pdf</NomPJ></PJ>",
        "<PJ><NomPJ>a.pdf</NomPJ><Contenu/></PJ>",
        attachment("a.pdf", b""),
        "<PJ><x><Contenu>QQ==</Contenu></x></PJ>",
    ],
)
def test_attachment_without_content_is_told(file):
    # The one before leaves nothing behind.
    data = pivot(unit(files=[attachment("good.pdf"), file]))
    (found,) = read_pivot(data)
    assert [one.flaw for one in found.broken_attachments] == [Flaw.EMPTY]


def test_second_content_of_an_attachment_is_left():
    file = "<PJ><NomPJ>a.txt</NomPJ><Contenu>QQ==</Contenu><Contenu>Qg==</Contenu></PJ>"
    (found,) = read_pivot(pivot(unit(files=[file])))
    assert found.attachments[0].content == b"A"


def test_content_cut_in_the_middle_is_told():
    whole = attachment("a.pdf", encoded="QQ")
    (found,) = read_pivot(pivot(unit(files=[whole])))
    assert [one.flaw for one in found.broken_attachments] == [Flaw.NOT_BASE64]
