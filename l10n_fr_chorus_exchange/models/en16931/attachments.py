"""Supporting documents: which may go along, under which name, and BG-24."""

from __future__ import annotations

from collections.abc import Collection

from ...lib.chorus_pro import packing
from .draft import Draft
from .text import one_line

# BR-CL-24. What an ir.attachment calls text or spreadsheet of another kind is often one
# of these: the extension then decides.
EXTENSIONS = {
    "application/pdf": ("pdf",),
    "image/png": ("png",),
    "image/jpeg": ("jpg", "jpeg"),
    "text/csv": ("csv",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ("xlsx",),
    "application/vnd.oasis.opendocument.spreadsheet": ("ods",),
}
FIELD = "l10n_fr_chorus_attachment_ids"  # of the invoice: where it is mended
VAGUE_TYPES = ("text/plain", "application/octet-stream", "application/vnd.ms-excel")


def supporting_documents(draft: Draft, attachments) -> list[dict]:
    """BG-24, with names that are unique and short enough for the portal."""
    found = []
    names: set[str] = set()
    refused = attachments.browse()
    for attachment in attachments:
        mime = mime_type(attachment)
        if not mime:
            refused |= attachment
            continue
        content = attachment.raw or b""
        name = sent_name(attachment, names)
        names.add(name)
        _check_size(draft, attachment, len(content))
        found.append(
            {
                "BT-122": name,
                "BT-123": one_line(attachment.name),
                "BT-125": content,
                "BT-125-1": mime,
                "BT-125-2": name,
            }
        )
    if refused:
        draft.miss(
            draft.env._(
                "Only PDF, PNG, JPEG, CSV, XLSX and ODS files may go with the invoice."
                " Remove or convert: %s.",
                ", ".join(refused.mapped("name")),
            ),
            field=FIELD,
        )
    return found


def embeddable(attachment) -> bool:
    """Whether the file may travel inside the invoice (BG-24, rule BR-CL-24)."""
    return mime_type(attachment) is not None


def sendable(attachment) -> bool:
    """Whether the portal takes this kind of file at all, on one road or the other."""
    return packing.extension(sent_name(attachment)) in packing.ALLOWED_EXTENSIONS


def fit_inside(attachments) -> bool:
    """Whether one structured file, these inside, is small enough for the portal."""
    sizes = attachments.mapped("file_size")
    return packing.flow_size(sizes) <= packing.MAX_FLOW_BYTES


def sent_name(attachment, taken: Collection[str] = ()) -> str:
    """Name for the portal: 50 characters at most, not in ``taken``, with an extension.

    The portal goes by the extension: it has to say what the file is.
    """
    mime = mime_type(attachment)
    if mime:
        right = fitting = EXTENSIONS[mime]
    else:
        right = tuple(packing.ALLOWED_EXTENSIONS)
        fitting = packing.extensions_of(_bare_type(attachment))
    name = attachment.name or ""
    if packing.extension(name) not in right and fitting:
        name = f"{name}.{fitting[0]}"
    return packing.attachment_name(name, taken)


def mime_type(attachment) -> str | None:
    """One of the six, or None."""
    known = _bare_type(attachment)
    if known in EXTENSIONS:
        return known
    if known in VAGUE_TYPES:
        guess = packing.mime_type(attachment.name)
        return guess if guess in EXTENSIONS else None
    return None


def _bare_type(attachment) -> str:
    """The type without its parameters (``; charset=…``)."""
    return (attachment.mimetype or "").split(";")[0].strip().lower()


def _check_size(draft: Draft, attachment, size: int) -> None:
    if not size:
        draft.miss(draft.env._("The file %s is empty.", attachment.name), field=FIELD)
    elif size > packing.MAX_ATTACHMENT_BYTES:
        draft.miss(
            draft.env._(
                "The file %s is larger than 10 MB, which Chorus Pro does not take.",
                attachment.name,
            ),
            field=FIELD,
        )
