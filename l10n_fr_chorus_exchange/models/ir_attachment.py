"""Files of any size into the filestore and out of it, and on several records at once."""

import hashlib
import io
import os
from contextlib import contextmanager
from pathlib import Path

from odoo import api, models
from odoo.exceptions import UserError

# What names the bytes of an attachment in the filestore, or holds them in the database.
CONTENT_FIELDS = (
    "name",
    "mimetype",
    "store_fname",
    "db_datas",
    "checksum",
    "file_size",
    "index_content",
)
PIECE = 1 << 20


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    @api.model
    def _l10n_fr_chorus_store(self, record, files):
        """Attachments of a record, written piece by piece: no file is held in memory.

        Never shown as a page: what a supplier sends is not ours, XML is kept as text.

        :param list files: name, MIME type or "", ``Stored`` of the library
        :return: the attachments, in the same order
        """
        quiet = self.with_context(
            attachments_mime_plainxml=True, image_no_postprocess=True
        )
        common = {"res_model": record._name, "res_id": record.id}
        if self._storage() != "file":
            return quiet.create(
                [
                    {"name": name, "mimetype": mime, "raw": stored.content, **common}
                    for name, mime, stored in files
                ]
            )
        values = [
            {
                **quiet._check_contents({"name": name, "mimetype": mime}),
                **_reference(stored),
                **common,
            }
            for name, mime, stored in files
        ]
        # The rows first: the collector of the filestore waits for this transaction.
        made = models.BaseModel.create(quiet, values).with_env(self.env)
        made.flush_recordset()
        for attachment, (_name, _mime, stored) in zip(made, files, strict=True):
            attachment._l10n_fr_chorus_write(stored)
        return made

    def _l10n_fr_chorus_write(self, stored):
        target = Path(self._full_path(self.store_fname))
        if target.exists():
            # Named after its content; but two contents can be made to share a name.
            if not _is_same(stored, target):
                raise UserError(
                    self.env._("The attachment collides with an existing file.")
                )
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        # Goes again should the transaction be undone.
        self._mark_for_gc(self.store_fname)
        # Whole or not there at all, also for another worker.
        part = target.with_name(f"{target.name}.{os.getpid()}.part")
        with part.open("wb") as file:
            for piece in _pieces(stored):
                file.write(piece)
        part.replace(target)

    @api.model
    def _l10n_fr_chorus_share(self, pairs):
        """Files on other records, by reference: no byte is read or written.

        The filestore keeps a file for as long as one attachment names it, so either side
        may be deleted without harm to the other.

        :param list pairs: attachment, record that gets it as well
        :return: the new attachments, in the same order
        """
        values = [
            {
                # The rights on the inbox have let them through.
                **{name: source.sudo()[name] for name in CONTENT_FIELDS},
                "res_model": record._name,
                "res_id": record.id,
            }
            for source, record in pairs
        ]
        # Past the override of ir.attachment, which takes content and no reference.
        return models.BaseModel.create(self, values)

    @contextmanager
    def _l10n_fr_chorus_open(self):
        """The content as a binary file, read as it is needed and never cached."""
        self.ensure_one()
        if self.store_fname:
            with Path(self._full_path(self.store_fname)).open("rb") as source:
                yield source
        else:
            yield io.BytesIO(self.db_datas or b"")


def _reference(stored):
    # The checksum Odoo names files by; nothing is proved with it.
    checksum = hashlib.sha1(usedforsecurity=False)
    for piece in _pieces(stored):
        checksum.update(piece)
    name = checksum.hexdigest()
    return {
        "checksum": name,
        "store_fname": f"{name[:2]}/{name}",
        "file_size": stored.size,
    }


def _is_same(stored, path):
    checksum = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            checksum.update(piece)
    return checksum.hexdigest() == stored.sha256


def _pieces(stored):
    with stored.open() as source:
        while piece := source.read(PIECE):
            yield piece
