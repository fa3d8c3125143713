import re
from decimal import Decimal

from odoo.exceptions import UserError

from ...lib.chorus_pro.codes import FlowState, FlowSyntax
from ...lib.chorus_pro.services import invoices, transverse
from ...models.en16931 import forms
from ...tools import pdf_checks
from . import catalogue, sums, verdicts
from .board import NOT_ASKED, STOPPED, Row
from .registry import DIALECTS, DIRECT, FACTURX, FORMS, NEVER_MET_DIRECTLY, PDF_ROAD
from .round_trip import differences, pick, read_back, tidy
from .world import ShapeCase

CHECKS = ("XSD", "EN", "FR", "back")
PROFILE = "urn:cen.eu:en16931:2017"
# What the portal shows of an invoice, and the term it comes from.
ON_PORTAL = {"vat": "BT-110", "taxed": "BT-112", "payable": "BT-115"}


class TestShapes(ShapeCase):
    """One test per shape: valid in both forms and dialects, and deposited."""

    def prove(self, one):
        row = Row(one.name)
        try:
            move = one.build(self)
            for dialect in DIALECTS:
                for form in FORMS:
                    self._prove_document(one, move, form, dialect, row)
            self._prove_deposits(one, move, row)
        except Exception as error:
            row.note("error", [f"{type(error).__name__}: {error}"])
            raise
        finally:
            row.keep()
        self.assertFalse(row.failures, "\n" + "\n".join(row.failures))

    # DOCUMENTS ----------------------------------------------------------------------

    def _prove_document(self, one, move, form, dialect, row):
        columns = [f"{dialect} {form} {check}" for check in CHECKS]
        row.cells.update(dict.fromkeys(columns, NOT_ASKED))
        if one.road == PDF_ROAD:
            row.cells[columns[0]] = PDF_ROAD
            return
        # Of the direct dialect, an option: on here, off when it is deposited.
        move.company_id.l10n_fr_chorus_legal_notes = dialect == DIRECT
        refused = one.refused or (dialect != DIRECT and one.refused_in_reform)
        files = move.l10n_fr_chorus_attachment_ids
        try:
            xml = move._l10n_fr_chorus_xml(form, dialect, files)
        except UserError as error:
            right = refused and re.search(refused, str(error))
            row.cells[columns[0]] = STOPPED if right else f"stopped: {error}"
            return
        if refused:
            row.note(columns[0], [f"not stopped: {refused}"])
            return
        found = (
            verdicts.schema_errors(xml),
            verdicts.norm_failures(xml),
            self._french(one, dialect, xml),
            self._read_back(one, move, form, dialect, xml),
        )
        for column, failures in zip(columns, found, strict=True):
            row.note(column, failures)

    def _french(self, one, dialect, xml):
        """BR-FR rules broken without excuse, and excuses that are not needed."""
        broken = verdicts.french_failures(xml)
        if dialect != DIRECT:
            return broken
        excused = NEVER_MET_DIRECTLY | one.never_met
        return [
            *(rule for rule in broken if rule not in excused),
            *(f"{rule} is met" for rule in sorted(excused.difference(broken))),
        ]

    def _read_back(self, one, move, form, dialect, xml):
        """What the document says otherwise than the terms, or than was expected."""
        sent = move._l10n_fr_chorus_form_terms(
            move._l10n_fr_chorus_draft(),
            forms.FORMS[form],
            dialect=dialect,
            attachments=move.l10n_fr_chorus_attachment_ids,
        )
        read = read_back(xml)
        # The profile is the builder's word, not one of the terms.
        found = [] if read.pop("BT-24") == PROFILE else ["BT-24 is another profile"]
        found += differences(tidy(sent), read)
        if dialect == DIRECT:
            found += [
                f"{path} is {pick(read, path)!r}, not {wanted!r}"
                for path, wanted in one.expects.items()
                if pick(read, path) != wanted
            ]
        return found

    # DEPOSITS -----------------------------------------------------------------------

    def _prove_deposits(self, one, move, row):
        """In the default form through the outbox; in the others by the library."""
        columns = [f"deposited {form}" for form in (FACTURX, *FORMS)]
        row.cells.update(dict.fromkeys(["sums", *columns, "file PDF/A"], NOT_ASKED))
        move.company_id.l10n_fr_chorus_legal_notes = False
        self._render(move)
        stopped = one.refused or one.stopped_on_sending
        if stopped:
            with self.assertRaisesRegex(UserError, stopped):
                self.send(move)
            row.cells[columns[0]] = STOPPED
            return
        terms = move._l10n_fr_chorus_en16931()
        apart = sums.broken_sums(terms) + sums.apart_from_the_books(terms, move)
        row.note("sums", apart)
        if one.road != PDF_ROAD:
            for form in FORMS:
                self.fresh_portal()
                told = self._deposit(move, form)
                row.note(f"deposited {form}", self._on_portal(move, terms, told))
        self.fresh_portal()
        deposit = self.sent(move)
        row.note(columns[0], self._on_portal(move, terms, deposit.error))
        if one.road != PDF_ROAD:
            problems = pdf_checks.problems(deposit.attachment_id.raw)
            row.note("file PDF/A", list(map(str, problems)))

    def _deposit(self, move, form):
        """Hand the file over; what the report of the portal says against it."""
        document = move._l10n_fr_chorus_document(
            move.invoice_pdf_report_id.raw, move.l10n_fr_chorus_attachment_ids, form
        )
        connection = self.env["l10n_fr_chorus.connection"]._for_company(move.company_id)
        client = connection._client()
        syntax = FlowSyntax(document.syntax)
        receipt = invoices.deposit_flow(
            client, document.content, document.file_name, syntax
        )
        report = transverse.flow_report(client, receipt.flow_number)
        return "" if report.state is FlowState.INTEGRATED else str(report)

    def _on_portal(self, move, terms, told):
        """What is wrong with the invoice as the portal holds it."""
        found = [seen for seen in self.portal_invoices() if seen["number"] == move.name]
        if not found:
            return [f"not integrated: {told}"]
        [seen] = found
        return [
            f"{name} {seen[name]} is not {term} {terms[term]}"
            for name, term in ON_PORTAL.items()
            if Decimal(seen[name]) != Decimal(terms[term])
        ]


def _test(one):
    def test(self):
        self.prove(one)

    test.__doc__ = one.sentence
    return test


for _shape in catalogue.SHAPES.values():
    setattr(TestShapes, f"test_{_shape.name}", _test(_shape))
