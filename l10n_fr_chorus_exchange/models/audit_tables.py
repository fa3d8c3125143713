"""What an audit file tells of each record: which fields, under which names."""

import json

INVOICE = {
    "number": "name",
    "type": "move_type",
    "date": "invoice_date",
    "due_date": "invoice_date_due",
    "total": "amount_total",
    "portal_id": "l10n_fr_chorus_portal_id",
    "status": "l10n_fr_chorus_status",
    "status_since": "l10n_fr_chorus_status_at",
    "status_reason": "l10n_fr_chorus_status_comment",
    "service": "buyer_reference",
    "commitment": "purchase_order_reference",
}
DEPOSIT = {
    "number_sent": "name",
    "state": "state",
    "way": "road",
    "file_name": "file_name",
    "syntax": "syntax",
    "sha256_of_the_file": "sha256",
    "sha256_of_data_and_annexes": "seals",
    "frozen_at": "create_date",
    "sent_at": "sent_at",
    "flow_number": "flow_number",
    "portal_id": "portal_id",
    "message": "error",
    "words_of_chorus_pro": "raw_error",
}
ATTEMPT = {
    "state": "state",
    "sent_at": "started_at",
    "answered_at": "answered_at",
    "flow_number": "flow_number",
    "flow_state": "flow_state",
    "file_name": "file_name",
    "sha256": "sha256",
    "message": "error",
    "fingerprint_of_the_deposit_certificate": "certificate",
}
DOCUMENT = {
    "number": "number",
    "portal_id": "portal_id",
    "supplier": "supplier_name",
    "supplier_identifier": "supplier_siret",
    "sha256_of_the_original": "sha256",
    "state": "state",
}
EVENT = {
    "at": "at",
    "code": "code",
    "reason": "comment",
    "author": "author",
    "portal_event_id": "portal_event_id",
}
CALL = {
    "time": "at",
    "method": "method",
    "operation": "operation",
    "http_status": "http_status",
    "code_retour": "code_retour",
    "duration_ms": "duration_ms",
    "answer_bytes": "size",
    "attempt": "attempt",
    "outcome": "outcome",
    "changes_something": "writes",
    "about": "subject",
}
SIMPLE = (
    "char",
    "text",
    "selection",
    "date",
    "datetime",
    "integer",
    "float",
    "boolean",
)
TECHNICAL = {"id", "display_name", "write_date", "tries", "next_try_at"}


def report_on(flow, number):
    """The report of a flow without what it says of other invoices; text if cut."""
    try:
        report = json.loads(flow.report or "null")
    except ValueError:
        return flow.report if flow.deposit_count == 1 else None
    if report:
        report["errors"] = [
            error for error in report.get("errors", ()) if error["number"] == number
        ]
    return report


def rows(records):
    """All simple fields of some records that the user may read, under their names."""
    kinds = records.fields_get(attributes=["type"])
    names = [
        name
        for name, kind in kinds.items()
        if name not in TECHNICAL and kind["type"] in SIMPLE
    ]
    has_author = "create_uid" in kinds
    return [
        {
            **{name: row[name] for name in names if row[name] is not False},
            **({"by": record.create_uid.display_name} if has_author else {}),
        }
        for record, row in zip(records, records.read(names, load=None), strict=True)
    ]


def attachments(records):
    """Files that these records hold by a field."""
    found = records.env["ir.attachment"]
    for name, field in records._fields.items():
        if field.comodel_name == "ir.attachment" and field.store:
            found |= records[name]
    return found.sorted("id")
