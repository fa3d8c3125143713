from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from unit.fakes import FULL_DATA, attachment, pivot, unit, zipped

from chorus_pro import Flaw, UnreadableDocument
from chorus_pro.codes import AttachmentRole, BillingFramework, IdentifierType
from chorus_pro.unpacking import Limits, read_pivot, read_pivot_of, scan_pivot

PDF = b"%PDF-1.7 content"


def read_one(*files, data=FULL_DATA, **limits):
    (found,) = read_pivot(pivot(unit(data=data, files=files)), limits=Limits(**limits))
    return found


# --- the document -----------------------------------------------------------------


def test_invoice_is_read_field_by_field():
    found = read_one()
    assert (found.portal_id, found.number, found.type_code) == (9100001, "FAC-1", "380")
    assert found.cadre is BillingFramework.A1
    assert found.issue_date == date(2026, 3, 1)
    assert found.delivery_date == date(2026, 2, 27)
    assert found.received_date == date(2026, 3, 2)
    assert found.currency == "EUR"
    assert found.amounts.untaxed == Decimal("100.00")
    assert found.amounts.taxed == Decimal("120.00")
    assert found.amounts.payable == Decimal("110.00")
    assert (found.engagement, found.contract) == ("EJ1", "M1")
    assert found.original_number == "FAC-0"
    assert (found.payment_code, found.payment_label) == ("30", "VIREMENT")
    assert found.account == "FR7600000000"
    assert found.is_recycled
    assert not found.is_credit_note


def test_parties_are_read():
    found = read_one()
    assert found.supplier.identifier_type is IdentifierType.SIRET
    assert found.supplier.identifier == "10000000100019"
    assert (found.supplier.name, found.supplier.country) == ("ATELIER MODELE", "FR")
    assert found.recipient.name == "COMMUNE MODELE"
    assert (found.recipient.service_code, found.recipient.service_name) == (
        "ACHATS",
        "Achats",
    )


def test_vat_and_lines_are_read():
    found = read_one()
    (vat,) = found.vat_lines
    assert (vat.rate, vat.base, vat.amount) == (20, 100, 20)
    (line,) = found.lines
    assert (line.number, line.reference) == ("0001", "REF")
    assert (line.unit_price, line.quantity, line.untaxed, line.vat_rate) == (
        50,
        2,
        100,
        20,
    )


def test_invoice_with_next_to_nothing_is_still_read():
    found = read_one(data="<Type>381</Type>")
    assert found.is_credit_note
    assert (found.issue_date, found.amounts.taxed, found.vat_lines) == (None, None, ())
    assert found.main_attachment is None


def test_elements_are_found_by_their_local_name():
    data = pivot(unit()).replace(
        b"<CPPFacturePivot\n", b'<CPPFacturePivot xmlns="urn:x"\n'
    )
    assert read_pivot(data)[0].number == "FAC-1"


def test_invoice_without_portal_id_is_read():
    assert read_pivot(pivot(unit(portal_id="")))[0].portal_id is None


@pytest.mark.parametrize(
    "wrap",
    [
        lambda xml: zipped({"PivotS.xml": xml}),
        lambda xml: b"\xef\xbb\xbf" + xml,
        lambda xml: b"<?xml version='1.0' encoding='UTF-8'?>" + xml,
    ],
)
def test_pivot_may_be_zipped_or_marked(wrap):
    assert len(read_pivot(wrap(pivot(unit(), unit("FAC-2", "2"))))) == 2


def test_account_number_does_not_show():
    assert "FR7600000000" not in repr(read_one())


# --- what cannot be read ----------------------------------------------------------


def reason_of(data, **limits):
    with pytest.raises(UnreadableDocument) as caught:
        read_pivot(data, limits=Limits(**limits))
    return caught.value.reason


BOMB = (
    '<!DOCTYPE CPPFacturePivot [<!ENTITY a "aaaaaaaaaa">'
    + "".join(
        f'<!ENTITY {name} "{("&" + before + ";") * 10}">'
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]>"
)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not well-formed XML"),
        (b"not xml", "not well-formed XML"),
        (b"%PDF-1.7", "not well-formed XML"),
        (pivot(unit())[:-30], "not well-formed XML"),
        (b"<Invoice/>", "not a PIVOT"),
        (pivot(), "no invoice in the PIVOT"),
        (pivot(unit(number=" ")), "no invoice number"),
        (zipped({"a.txt": b"x"}), "no XML file in the archive"),
        (
            pivot(unit(), prolog="<!DOCTYPE CPPFacturePivot>"),
            "a document type declaration is not accepted",
        ),
        (
            pivot(
                unit(data="<Devise>&x;</Devise>"),
                prolog='<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
            ),
            "a document type declaration is not accepted",
        ),
    ],
)
def test_download_that_makes_no_sense_says_why(data, reason):
    assert reason_of(data) == reason


def test_entities_in_an_attribute_of_the_root_are_not_expanded():
    data = (BOMB + '<CPPFacturePivot a="&i;"/>').encode()
    assert reason_of(data) in (
        "not well-formed XML",
        "a document type declaration is not accepted",
    )


def test_entities_in_another_encoding_are_seen_as_well():
    text = "<?xml version='1.0' encoding='UTF-16'?>" + BOMB + "<CPPFacturePivot/>"
    assert "document type" in reason_of(text.encode("utf-16"))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (
            "<Montants><MontantTTC>abc</MontantTTC></Montants>",
            "MontantTTC is not a number",
        ),
        (
            "<Montants><MontantHT>NaN</MontantHT></Montants>",
            "MontantHT is not a number",
        ),
        (
            "<DateEmissionFacture>hier</DateEmissionFacture>",
            "DateEmissionFacture is not a date",
        ),
    ],
)
def test_value_that_is_not_what_it_should_be_is_not_guessed(data, reason):
    with pytest.raises(UnreadableDocument) as caught:
        read_pivot(pivot(unit(data=data)))
    assert (caught.value.reason, caught.value.portal_id) == (reason, 9100001)


def test_download_too_large_is_not_parsed():
    assert reason_of(pivot(unit()), max_bytes=100) == "too large"


def test_nesting_too_deep_is_not_followed():
    data = pivot(unit(data="<x>" * 60 + "</x>" * 60))
    assert reason_of(data) == "nested too deep"


def test_bad_invoice_does_not_hide_its_neighbours():
    data = pivot(unit("A", "1"), unit("", "2"), unit("C", "3"))
    found = list(scan_pivot(data))
    assert [one.portal_id for one in found] == [1, 2, 3]
    assert isinstance(found[1], UnreadableDocument)
    assert read_pivot_of(data, 3).number == "C"
    with pytest.raises(UnreadableDocument, match="no invoice number"):
        read_pivot_of(data, 2)
    with pytest.raises(UnreadableDocument, match="not in the downloaded PIVOT"):
        read_pivot_of(data, 4)


# --- attachments ------------------------------------------------------------------


@pytest.mark.parametrize("wrap", [True, False])
def test_attachment_may_be_zipped_or_plain(wrap):
    (found,) = read_one(attachment("FAC-1.pdf", PDF, wrap=wrap)).attachments
    assert (found.name, found.content, found.mime) == (
        "FAC-1.pdf",
        PDF,
        "application/pdf",
    )
    assert found.type_code is AttachmentRole.MAIN
    assert found.category == "Facture PDF"
    assert found.is_main


def test_file_in_the_zip_may_have_another_name():
    packed = attachment("other.bin", PDF).replace("<NomPJ>other.bin", "<NomPJ>bon.pdf")
    (found,) = read_one(packed).attachments
    assert (found.name, found.content) == ("bon.pdf", PDF)


def test_base64_may_be_broken_into_lines():
    whole = attachment("a.pdf", PDF, wrap=False, encoded="JVBE\n  Ri0=\r\n")
    assert read_one(whole).attachments[0].content == b"%PDF-"


OFFICE = zipped({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<y/>"})


@pytest.mark.parametrize("wrap", [True, False])
def test_office_document_is_kept_whole(wrap):
    (found,) = read_one(attachment("devis.docx", OFFICE, wrap=wrap)).attachments
    assert found.content == OFFICE


@pytest.mark.parametrize("wrap", [True, False])
def test_archive_sent_as_such_is_kept_whole(wrap):
    inner = zipped({"plan.pdf": PDF})
    (found,) = read_one(attachment("plans.zip", inner, wrap=wrap)).attachments
    assert found.content == inner


def test_attachments_of_one_name_are_told_apart():
    found = read_one(attachment("a.pdf", PDF), attachment("A.pdf", PDF))
    assert [one.name for one in found.attachments] == ["a.pdf", "A-2.pdf"]


def test_attachment_without_name_gets_one():
    whole = attachment("x", PDF, wrap=False).replace("<NomPJ>x</NomPJ>", "")
    assert read_one(whole).attachments[0].name == "attachment-1"


def test_original_name_serves_when_there_is_no_other():
    whole = attachment("x", PDF, wrap=False).replace(
        "<NomPJ>x</NomPJ>", "<NomPJOrigine>../plan.pdf</NomPJOrigine>"
    )
    assert read_one(whole).attachments[0].name == "plan.pdf"


@pytest.mark.parametrize(
    ("file", "flaw"),
    [
        (attachment(encoded="@@@"), Flaw.NOT_BASE64),
        (attachment(encoded="é"), Flaw.NOT_BASE64),
        (attachment(encoded=""), Flaw.EMPTY),
        (attachment(encoded="UEsDBA=="), Flaw.DAMAGED_ARCHIVE),
        (attachment("a.pdf", OFFICE, wrap=False), Flaw.SEVERAL_FILES),
        (attachment("a.docx", b"PK\x03\x04", wrap=False), Flaw.DAMAGED_ARCHIVE),
    ],
)
def test_broken_attachment_is_put_aside_with_its_flaw(file, flaw):
    found = read_one(file, attachment("good.pdf", PDF))
    assert [one.name for one in found.attachments] == ["good.pdf"]
    assert [one.flaw for one in found.broken_attachments] == [flaw]


def test_archive_around_several_files_says_how_many():
    found = read_one(attachment("a.pdf", OFFICE, wrap=False))
    assert [one.detail for one in found.broken_attachments] == ["2"]


def test_too_many_attachments_are_not_read():
    data = pivot(unit(files=[attachment(), attachment()]))
    assert reason_of(data, max_attachments=1) == "too many attachments"


def test_attachments_too_large_together_are_not_read():
    data = pivot(unit(files=[attachment("a.pdf", PDF), attachment("b.pdf", PDF)]))
    assert reason_of(data, max_attachment_bytes=20) == "attachments too large"


BOMBS = [attachment(f"{n}.pdf", b"\0" * 3_000_000) for n in range(8)]


def test_what_bombs_unpacked_counts_with_the_attachments():
    data = pivot(unit(files=BOMBS))
    assert reason_of(data, max_attachment_bytes=5_000_000) == "attachments too large"


def test_bombs_are_put_aside_one_by_one_below_that():
    found = read_one(*BOMBS, attachment("good.pdf", PDF))
    assert [one.name for one in found.attachments] == ["good.pdf"]
    assert {one.flaw for one in found.broken_attachments} == {Flaw.TOO_LARGE}


def test_zipped_attachment_larger_than_agreed_is_put_aside():
    found = read_one(attachment("a.pdf", PDF), max_file_bytes=len(PDF) - 1)
    assert [one.flaw for one in found.broken_attachments] == [Flaw.TOO_LARGE]


def test_large_attachment_is_read():
    content = bytes(range(256)) * 60_000  # beyond libxml2's default for one text
    (found,) = read_one(attachment("a.pdf", content, wrap=False)).attachments
    assert len(found.content) == len(content)


def test_main_document_is_the_pdf_of_type_01():
    found = read_one(
        attachment("bon.pdf", PDF, role="02"),
        attachment("facture.xml", b"<x/>", role="01"),
        attachment("facture.pdf", PDF, role="01"),
    )
    assert found.main_attachment.name == "facture.pdf"


def test_without_it_the_main_document_is_the_pdf_named_pj00():
    found = read_one(
        attachment("bon.pdf", PDF, role="02"),
        attachment("pj00_facture.pdf", PDF, role="02"),
    )
    assert found.main_attachment.name == "pj00_facture.pdf"


def test_without_any_pdf_the_main_document_is_what_has_type_01():
    found = read_one(
        attachment("bon.pdf", PDF, role="02"),
        attachment("facture.xml", b"<x/>", role="01"),
    )
    assert found.main_attachment.name == "facture.xml"
