"""Runs inside Odoo: the memory that large documents take, group after group."""

from __future__ import annotations

import base64
import os
import resource
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from demo import world

from .town_hall import TownHall

GROUP = 10
FILE_BYTES = 10_000_000
KIB = 1024
# A multiple of three: Base64 written piece after piece reads as one.
PIECE = 3 * 2**18


def measure(hall: TownHall, count: int) -> dict[str, Any]:
    """Unpack downloads of ten documents of 10 MB each and make their bills.

    :return: ``{"documents", "before_mib", "first_mib", "peak_mib"}``: the most this
        process ever held before, after the first download, at the end
    """
    env = hall.env
    env.invalidate_all()
    before = first = _peak()
    for start in range(0, count, GROUP):
        documents = _group(hall, start, min(GROUP, count - start))
        documents._unpack()
        env.cr.commit()
        documents._decode()
        env.cr.commit()
        states = set(documents.mapped("state"))
        if states != {"imported"}:
            raise AssertionError(f"{states}: {documents.mapped('reason')}")
        _forget(documents)
        env.invalidate_all()
        if not start:
            first = _peak()
    return {
        "documents": count,
        "before_mib": before / KIB,
        "first_mib": first / KIB,
        "peak_mib": _peak() / KIB,
    }


def _group(hall: TownHall, start: int, size: int) -> Any:
    from odoo.addons.l10n_fr_chorus_exchange.lib.chorus_pro.spool import Spool

    documents = hall.inbox.create(
        [
            {
                "connection_id": hall.connection.id,
                "company_id": hall.connection.company_id.id,
                "portal_id": str(9_000_000_000 + start + rank),
                "number": f"LARGE-{start + rank}",
                "portal_status": "MISE_A_DISPOSITION",
                "state": "fetched",
            }
            for rank in range(size)
        ]
    )
    documents._keep(Spool().store(_pivot(documents)))
    hall.env.cr.commit()
    return documents


def _pivot(documents: Any) -> Iterator[bytes]:
    yield b"<CPPFacturePivot><CPPFactures>"
    for document in documents:
        yield (
            "<CPPFacturePivotUnitaire><Fournisseur><TypeIdentifiant>1</TypeIdentifiant>"
            "<Identifiant>10000000000011</Identifiant>"
            "<RaisonSociale>Fournisseur 0</RaisonSociale></Fournisseur>"
            f"<Debiteur><Identifiant>{world.TOWN_HALL.siret}</Identifiant></Debiteur>"
            f"<DonneesFacture><Id>{document.number}</Id>"
            f"<IdCPRO>{document.portal_id}</IdCPRO><Type>380</Type>"
            f"<DateEmissionFacture>{date(2026, 10, 1)}</DateEmissionFacture>"
            "<Devise>EUR</Devise><Montants><MontantHT>100</MontantHT>"
            "<MontantTTC>120</MontantTTC></Montants><TVAs><TVA><Taux>20</Taux>"
            "<BaseHt>100</BaseHt><MontantTVA>20</MontantTVA></TVA></TVAs>"
            "</DonneesFacture><PJ><NomPJ>facture.pdf</NomPJ><TypePJ>01</TypePJ><Contenu>"
        ).encode()
        yield from _scan()
        yield b"</Contenu></PJ></CPPFacturePivotUnitaire>"
    yield b"</CPPFactures></CPPFacturePivot>"


def _scan() -> Iterator[bytes]:
    """A page that was scanned: begins as a PDF, goes on as noise."""
    yield base64.b64encode(b"%PDF-1.4\n" + b" " * 6)
    for _each in range(FILE_BYTES // PIECE):
        yield base64.b64encode(os.urandom(PIECE))


def _forget(documents: Any) -> None:
    """Off the disk: five thousand of them would fill it."""
    env = documents.env
    attachments = documents.pivot_attachment_id | documents.file_ids.attachment_id
    attachments |= env["ir.attachment"].search(
        [("res_model", "=", "account.move"), ("res_id", "in", documents.move_id.ids)]
    )
    paths = {Path(attachments._full_path(one.store_fname)) for one in attachments}
    documents.pivot_attachment_id = False
    documents.file_ids.unlink()
    attachments.exists().unlink()
    env.cr.commit()
    for path in paths:
        path.unlink(missing_ok=True)


def _peak() -> int:
    """KiB, as Linux counts them."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
