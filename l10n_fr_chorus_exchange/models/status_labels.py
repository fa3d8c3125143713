"""What the portal's codes read like: one English sentence per code, translated like any
other text. An unknown code is shown verbatim: the portal adds codes without notice.

Source of the French wording (in ``i18n/fr.po``): the portal's own status list, see
``lib/chorus_pro/codes.py``. A label whose French is not published is ours.
"""

from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

INVOICE_STATUS_LABELS = {
    "BROUILLON": _lt("Draft"),
    "INTERPRETEE_OCR": _lt("Read by character recognition"),
    "DEPOSEE": _lt("Deposited"),
    "EN_COURS_ACHEMINEMENT": _lt("On its way to the recipient"),
    "MISE_A_DISPOSITION": _lt("Made available to the recipient"),
    "A_RECYCLER": _lt("To be recycled (wrong recipient or service)"),
    "REJETEE": _lt("Rejected"),
    "SUSPENDUE": _lt("Suspended"),
    "SERVICE_FAIT": _lt("Service certified as done"),
    "MANDATEE": _lt("Payment order issued"),
    "MISE_A_DISPOSITION_COMPTABLE": _lt("Made available to the accountant"),
    "COMPTABILISEE": _lt("Posted by the accountant"),
    "MISE_EN_PAIEMENT": _lt("Payment under way"),
    "COMPLETEE": _lt("Completed, made available again"),
    "VALIDEE_1": _lt("Approved by the first validator"),
    "REFUSEE_1": _lt("Refused by the first validator"),
    "ABSENCE_VALIDATION_1_HORS_DELAI": _lt("First validation overdue"),
    "VALIDEE_2": _lt("Approved by the second validator"),
    "REFUSEE_2": _lt("Refused by the second validator"),
    "ABSENCE_VALIDATION_2_HORS_DELAI": _lt("Second validation overdue"),
    "REFUSEE_MOE": _lt("Refused by the project manager"),
    "REFUSEE_MOA": _lt("Refused by the contracting authority"),
    "REFUSEE_FOURNISSEUR": _lt("Refused by the supplier"),
    "ASSOCIEE": _lt("Linked to a works file"),
    "A_VALIDER_1": _lt("Waiting for the first validator"),
    "A_VALIDER_2": _lt("Waiting for the second validator"),
    "A_VALIDER_MOE": _lt("Waiting for the project manager's validation"),
    "ERREUR_FOURNISSEUR_SUR_VALIDEUR": _lt("First validator: wrong addressee"),
    "ERREUR_COTRAITANT_SUR_VALIDEUR": _lt("Second validator: wrong addressee"),
    "ERREUR_FOURNISSEUR_SUR_MOE": _lt("Supplier named a wrong project manager"),
    "ERREUR_FOURNISSEUR_SUR_MOA": _lt("Supplier named a wrong contracting authority"),
    "ERREUR_MOE_SUR_FOURNISSEUR": _lt("Project manager named a wrong supplier"),
    "ERREUR_MOE_SUR_MOA": _lt("Project manager named a wrong contracting authority"),
    "ERREUR_MOA_SUR_FOURNISSEUR": _lt("Contracting authority named a wrong supplier"),
    "ERREUR_DE_MOE": _lt("Project manager: wrong addressee"),
    "ERREUR_DE_MOA": _lt("Contracting authority: wrong addressee"),
    "ERREUR_DESTINATAIRE_PD": _lt("Wrong recipient (draft statement)"),
    "ERREUR_DESTINATAIRE_EA": _lt("Wrong recipient (interim statement)"),
    "MISE_A_DISPOSITION_MOE": _lt("Made available to the project manager"),
    "PRISE_EN_COMPTE_MOE": _lt("Taken up by the project manager"),
    "MISE_A_DISPOSITION_MOA": _lt("Made available to the contracting authority"),
    "PRISE_EN_COMPTE_MOA": _lt("Taken up by the contracting authority"),
    "TRANSMISE_MOA": _lt("Forwarded to the contracting authority"),
    "PRISE_EN_COMPTE_DESTINATAIRE": _lt("Taken up by the recipient"),
    "A_COMPLETER": _lt("More information asked for"),
    "A_ASSOCIER_FOURNISSEUR": _lt("To be linked by the supplier"),
    "A_ASSOCIER_MOE": _lt("To be linked by the project manager"),
    "A_ASSOCIER_MOA": _lt("To be linked by the contracting authority"),
    "NON_CONFORME": _lt("Not compliant, not integrated"),
    "EN_ATTENTE_RECYCLAGE_FOURNISSEUR": _lt("Waiting for the supplier to send again"),
    "EN_COURS_TRAITEMENT_PIVOT_S": _lt("Being processed for the recipient"),
    "ABANDONNEE": _lt("Abandoned"),
    "SUPPRIMEE": _lt("Deleted"),
    "REMPLACEE_PAR_A22": _lt("Replaced by a tacit draft statement"),
    "DUPLIQUE_APRES_REFUS": _lt("Duplicated after a refusal"),
    "TECHNIQUE_INCONNU": _lt("Unknown technical status"),
}

FLOW_STATE_LABELS = {
    "IN_DEPOT_PORTAIL_EN_ATTENTE_TRAITEMENT_SE_CPP": _lt("Received, waiting"),
    "IN_RECU": _lt("Received"),
    "IN_TRAITE_SE_CPP": _lt("Received and decoded"),
    "IN_EN_ATTENTE_TRAITEMENT_CPP": _lt("Waiting to be processed"),
    "IN_EN_COURS_TRAITEMENT_CPP": _lt("Being processed"),
    "IN_EN_ATTENTE_RETRAITEMENT_CPP": _lt("Held back by the portal's operators"),
    "IN_INCIDENTE": _lt("Technical incident on the portal"),
    "IN_REJETE": _lt("Flow rejected"),
    "IN_INTEGRE": _lt("Integrated"),
    "IN_INTEGRE_PARTIEL": _lt("Integrated in part"),
    "QP_IRRECEVABLE": _lt("Inadmissible"),
    "QP_RECEVABLE": _lt("Admissible"),
    "QP_RECEVABLE_AVEC_ERREUR": _lt("Admissible with errors"),
}

# Of an account to a structure (``statutRattachement`` of the Structures Swagger).
ATTACHMENT_LABELS = {
    "EN_COURS_DE_VALIDATION": _lt("waiting for validation"),
    "REFUSEE": _lt("refused"),
    "VALIDEE": _lt("validated"),
    "DESACTIVEE": _lt("deactivated"),
    "SUPPRIMEE": _lt("deleted"),
}

# What users did on the portal that changes no status (``ActionHisto``).
ACTION_LABELS = {
    "TELECHARGEMENT_FACTURE": _lt("Invoice downloaded"),
    "ACQUITTEMENT_REJET": _lt("Rejection acknowledged"),
    "ACQUITTEMENT_SUSPENSION": _lt("Suspension acknowledged"),
    "TRAITEMENT_REJET": _lt("Rejection dealt with"),
}


def status_label(env, code):
    """Words for an invoice status of the portal, in the reader's language; '' for none."""
    return _words(env, INVOICE_STATUS_LABELS, code)


def flow_label(env, code):
    """Words for a flow state of the portal, in the reader's language; '' for none."""
    return _words(env, FLOW_STATE_LABELS, code)


def action_label(env, code):
    """Words for what a user did on the portal, in the reader's language."""
    return _words(env, ACTION_LABELS, code)


def attachment_label(env, code):
    """Words for the status of an attachment to a structure, inside a sentence."""
    return _words(env, ATTACHMENT_LABELS, code)


def _words(env, table, code):
    if not code:
        return ""
    known = table.get(code)
    return env._(known) if known is not None else code
