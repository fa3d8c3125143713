"""Supporting documents that travel inside the invoice (BG-24)."""

from __future__ import annotations

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
        name = packing.attachment_name(_with_extension(attachment.name, mime), names)
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
            )
        )
    return found


def mime_type(attachment) -> str | None:
    """One of the six, or None."""
    known = (attachment.mimetype or "").split(";")[0].strip().lower()
    if known in EXTENSIONS:
        return known
    if known in VAGUE_TYPES:
        guess = packing.mime_type(attachment.name)
        return guess if guess in EXTENSIONS else None
    return None


def _with_extension(name: str, mime: str) -> str:
    """The portal goes by the extension: it has to say what the file is.

    >>> _with_extension("Bon de livraison", "application/pdf")
    'Bon de livraison.pdf'
    """
    extensions = EXTENSIONS[mime]
    if packing.extension(name) in extensions:
        return name
    return f"{name}.{extensions[0]}"


def _check_size(draft: Draft, attachment, size: int) -> None:
    if not size:
        draft.miss(draft.env._("The file %s is empty.", attachment.name))
    elif size > packing.MAX_ATTACHMENT_BYTES:
        draft.miss(
            draft.env._(
                "The file %s is larger than 10 MB, which Chorus Pro does not take.",
                attachment.name,
            )
        )
