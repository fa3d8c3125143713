"""Which operations the portal plays, and by which function."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from . import (
    directory_file,
    downloads,
    history,
    invoices_recipient,
    invoices_supplier,
    reference,
    structures,
    submissions,
    transverses,
    validation,
)
from .context import Context
from .contract import Operation, contract
from .replies import Json

Handler = Callable[[Context, Json], Json]

HANDLERS: dict[str, Handler] = {
    "factures/deposer/flux": invoices_supplier.deposit_flow,
    "factures/deposer/pdf": submissions.deposit_pdf,
    "factures/soumettre": submissions.submit,
    "factures/corriger/valideur/facture": validation.correct,
    "factures/traiter/factureAValider": validation.treat,
    "factures/rechercher/fournisseur": invoices_supplier.search_sent,
    "factures/consulter/fournisseur": invoices_supplier.read_sent,
    "factures/completer": invoices_supplier.complete,
    "factures/recycler": invoices_supplier.recycle,
    "factures/traiterRejet": invoices_supplier.handle_rejections,
    "factures/rechercher/recipiendaire": invoices_recipient.search_received,
    "factures/consulter/recipiendaire": invoices_recipient.read_received,
    "factures/traiter/recue": invoices_recipient.treat,
    "factures/consulter/historique": history.read_history,
    "factures/telecharger/groupe": downloads.download_group,
    "structures/rechercher": structures.find_structures,
    "structures/consulter": structures.read_structure,
    "structures/rechercher/services": structures.find_services,
    "structures/consulter/service": structures.read_service,
    "transverses/health-check": transverses.health,
    "transverses/consulterCRDetaille": transverses.report,
    "transverses/ajouter/fichier": transverses.add_file,
    "transverses/recuperer/etats/traitement": transverses.possible_treatments,
    "transverses/recuperer/tauxtva": reference.vat_rates,
    "transverses/recuperer/typespj": reference.attachment_types,
    "transverses/recuperer/motifs/exonerationtva": reference.exemption_reasons,
    "transverses/recuperer/modereglements": reference.payment_modes,
    "transverses/recuperer/devises": reference.currencies,
    "transverses/recuperer/pays": reference.countries,
    "transverses/recuperer/cadrefacturation": reference.frames,
    "transverses/recuperer/modedepot": reference.deposit_modes,
    "transverses/recuperer/typeidentifiant/structure": reference.identifier_types,
    "transverses/recuperer/formatflux": reference.flow_formats,
    "transverses/recuperer/coordbanc/valides": reference.bank_accounts,
    "transverses/recuperer/structures/actives/fournisseur": (
        transverses.issuing_structures
    ),
    "transverses/recuperer/structures/actives/destinataire": (
        transverses.receiving_structures
    ),
    "transverses/telecharger/annuaire/destinataire": (
        directory_file.download_directory
    ),
    "engagementsJuridiques/rechercher": reference.find_engagements,
    "utilisateurs/monCompte/recuperer/rattachements": (
        transverses.attachments_of_account
    ),
}


@lru_cache(maxsize=1)
def _table() -> dict[tuple[str, str], Operation]:
    return {
        (operation.method, operation.path): operation
        for name, operation in contract().operations.items()
        if name in HANDLERS
    }


def route(method: str, path: str) -> Operation | None:
    """The operation of that method and path, None when it is not declared."""
    return _table().get((method, path))
