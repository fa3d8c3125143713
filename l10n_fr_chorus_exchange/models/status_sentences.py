"""What a status of the portal means to the reader of an invoice: who did what, and when.

One sentence per status and side; a status that reads the same from both sides has one.
``%(when)s`` holds its own space, so that a sentence without date reads well. The reason
of the portal always comes last, after a colon. Who does what: API reference 3.1, 4.3.
"""

from odoo.tools.misc import format_date
from odoo.tools.translate import LazyTranslate

from ..lib.chorus_pro.codes import InvoiceStatus
from ..lib.chorus_pro.status_actions import RECIPIENT, SUPPLIER

_lt = LazyTranslate(__name__)

# Something happened on a day, or has been so since then.
ON = _lt(" on %s")
SINCE = _lt(" since %s")

# code: when, to the supplier, to the recipient (None: the same words)
SENTENCES = {
    "BROUILLON": (
        SINCE,
        _lt("A draft on Chorus Pro%(when)s, not sent to %(recipient)s yet"),
        _lt("A draft on Chorus Pro%(when)s, not sent to you yet"),
    ),
    "INTERPRETEE_OCR": (
        ON,
        _lt("Read by character recognition on Chorus Pro%(when)s"),
        None,
    ),
    "DEPOSEE": (
        ON,
        _lt("Deposited on Chorus Pro%(when)s, on its way to %(recipient)s"),
        _lt("Deposited by %(supplier)s%(when)s, on its way to you"),
    ),
    "EN_COURS_ACHEMINEMENT": (
        SINCE,
        _lt("On its way to %(recipient)s%(when)s"),
        _lt("On its way to you%(when)s"),
    ),
    "EN_COURS_TRAITEMENT_PIVOT_S": (
        SINCE,
        _lt("Being prepared for %(recipient)s%(when)s"),
        _lt("Being prepared for you%(when)s"),
    ),
    "MISE_A_DISPOSITION": (
        ON,
        _lt("Made available to %(recipient)s%(when)s"),
        _lt("Made available to you%(when)s"),
    ),
    "PRISE_EN_COMPTE_DESTINATAIRE": (
        ON,
        _lt("Taken up by %(recipient)s%(when)s"),
        _lt("You took it up%(when)s"),
    ),
    "A_RECYCLER": (
        ON,
        _lt("Sent back by %(recipient)s%(when)s as wrongly addressed"),
        _lt("You sent it back%(when)s as wrongly addressed"),
    ),
    "EN_ATTENTE_RECYCLAGE_FOURNISSEUR": (
        SINCE,
        _lt("Waiting for you to send it again%(when)s"),
        _lt("Waiting for %(supplier)s to send it again%(when)s"),
    ),
    "SUSPENDUE": (
        ON,
        _lt("Suspended by %(recipient)s%(when)s"),
        _lt("You suspended it%(when)s"),
    ),
    "COMPLETEE": (
        ON,
        _lt("You completed it%(when)s, it is available to %(recipient)s again"),
        _lt("Completed by %(supplier)s%(when)s, it is available to you again"),
    ),
    "REJETEE": (
        ON,
        _lt("Rejected by %(recipient)s%(when)s"),
        _lt("You rejected it%(when)s"),
    ),
    "SERVICE_FAIT": (
        ON,
        _lt("Service certified as done by %(recipient)s%(when)s"),
        _lt("You certified the service as done%(when)s"),
    ),
    "MANDATEE": (
        ON,
        _lt("Payment order issued by %(recipient)s%(when)s"),
        _lt("You issued the payment order%(when)s"),
    ),
    "MISE_A_DISPOSITION_COMPTABLE": (
        SINCE,
        _lt("With the accountant of %(recipient)s%(when)s"),
        _lt("With your accountant%(when)s"),
    ),
    "COMPTABILISEE": (
        ON,
        _lt("Posted by the accountant of %(recipient)s%(when)s"),
        _lt("Posted by your accountant%(when)s"),
    ),
    "MISE_EN_PAIEMENT": (
        ON,
        _lt("Payment announced by %(recipient)s%(when)s"),
        _lt("Payment announced to %(supplier)s%(when)s"),
    ),
    "NON_CONFORME": (
        ON,
        _lt("Not taken by Chorus Pro%(when)s because it does not comply"),
        None,
    ),
    "A_VALIDER_1": (SINCE, _lt("Waiting for the first validator%(when)s"), None),
    "VALIDEE_1": (ON, _lt("Approved by the first validator%(when)s"), None),
    "REFUSEE_1": (ON, _lt("Refused by the first validator%(when)s"), None),
    "ABSENCE_VALIDATION_1_HORS_DELAI": (
        SINCE,
        _lt("The first validator has let the time for an answer pass%(when)s"),
        None,
    ),
    "ERREUR_FOURNISSEUR_SUR_VALIDEUR": (
        ON,
        _lt("Sent back by the first validator%(when)s as wrongly addressed"),
        None,
    ),
    "A_VALIDER_2": (SINCE, _lt("Waiting for the second validator%(when)s"), None),
    "VALIDEE_2": (ON, _lt("Approved by the second validator%(when)s"), None),
    "REFUSEE_2": (ON, _lt("Refused by the second validator%(when)s"), None),
    "ABSENCE_VALIDATION_2_HORS_DELAI": (
        SINCE,
        _lt("The second validator has let the time for an answer pass%(when)s"),
        None,
    ),
    "ERREUR_COTRAITANT_SUR_VALIDEUR": (
        ON,
        _lt("Sent back by the second validator%(when)s as wrongly addressed"),
        None,
    ),
    "REFUSEE_FOURNISSEUR": (ON, _lt("Refused by the supplier%(when)s"), None),
    "ASSOCIEE": (ON, _lt("Linked to its works file%(when)s"), None),
    "A_ASSOCIER_FOURNISSEUR": (
        SINCE,
        _lt("Waiting for the supplier to link it to its works file%(when)s"),
        None,
    ),
    "A_ASSOCIER_MOE": (
        SINCE,
        _lt("Waiting for the project manager to link it to its works file%(when)s"),
        None,
    ),
    "A_ASSOCIER_MOA": (
        SINCE,
        _lt(
            "Waiting for the contracting authority to link it to its works file%(when)s"
        ),
        None,
    ),
    "A_VALIDER_MOE": (
        SINCE,
        _lt("Waiting for the approval of the project manager%(when)s"),
        None,
    ),
    "MISE_A_DISPOSITION_MOE": (
        ON,
        _lt("Made available to the project manager%(when)s"),
        None,
    ),
    "PRISE_EN_COMPTE_MOE": (ON, _lt("Taken up by the project manager%(when)s"), None),
    "REFUSEE_MOE": (ON, _lt("Refused by the project manager%(when)s"), None),
    "ERREUR_DE_MOE": (
        ON,
        _lt("Sent back by the project manager%(when)s as wrongly addressed"),
        None,
    ),
    "A_COMPLETER": (
        ON,
        _lt("The project manager asked for more information%(when)s"),
        None,
    ),
    "TRANSMISE_MOA": (
        ON,
        _lt("Forwarded to the contracting authority%(when)s"),
        None,
    ),
    "MISE_A_DISPOSITION_MOA": (
        ON,
        _lt("Made available to the contracting authority%(when)s"),
        None,
    ),
    "PRISE_EN_COMPTE_MOA": (
        ON,
        _lt("Taken up by the contracting authority%(when)s"),
        None,
    ),
    "REFUSEE_MOA": (ON, _lt("Refused by the contracting authority%(when)s"), None),
    "ERREUR_DE_MOA": (
        ON,
        _lt("Sent back by the contracting authority%(when)s as wrongly addressed"),
        None,
    ),
    "ERREUR_FOURNISSEUR_SUR_MOE": (
        ON,
        _lt("Sent back%(when)s because the supplier named a wrong project manager"),
        None,
    ),
    "ERREUR_FOURNISSEUR_SUR_MOA": (
        ON,
        _lt(
            "Sent back%(when)s because the supplier named a wrong contracting authority"
        ),
        None,
    ),
    "ERREUR_MOE_SUR_FOURNISSEUR": (
        ON,
        _lt("Sent back%(when)s because the project manager named a wrong supplier"),
        None,
    ),
    "ERREUR_MOE_SUR_MOA": (
        ON,
        _lt(
            "Sent back%(when)s because the project manager named a wrong contracting "
            "authority"
        ),
        None,
    ),
    "ERREUR_MOA_SUR_FOURNISSEUR": (
        ON,
        _lt(
            "Sent back%(when)s because the contracting authority named a wrong supplier"
        ),
        None,
    ),
    "ERREUR_DESTINATAIRE_PD": (
        ON,
        _lt("Sent back%(when)s because the draft statement names a wrong recipient"),
        None,
    ),
    "ERREUR_DESTINATAIRE_EA": (
        ON,
        _lt("Sent back%(when)s because the interim statement names a wrong recipient"),
        None,
    ),
    "ABANDONNEE": (ON, _lt("Abandoned on Chorus Pro%(when)s"), None),
    "SUPPRIMEE": (ON, _lt("Deleted on Chorus Pro%(when)s"), None),
    "REMPLACEE_PAR_A22": (
        ON,
        _lt("Replaced by a tacit draft statement%(when)s"),
        None,
    ),
    "DUPLIQUE_APRES_REFUS": (ON, _lt("Duplicated%(when)s after a refusal"), None),
    "TECHNIQUE_INCONNU": (
        SINCE,
        _lt("Chorus Pro gives no usable status%(when)s"),
        None,
    ),
}
# The portal adds codes without notice: they are shown as they are.
UNKNOWN = (SINCE, _lt("The status on Chorus Pro is “%(code)s”%(when)s"), None)


def status_sentence(env, code, side, other, at=None, reason=""):
    """Where an invoice stands, in one sentence of the reader's language.

    :param env: environment whose language and time zone are used
    :param str code: status of the portal, known or not; "" gives ""
    :param str side: ``SUPPLIER`` or ``RECIPIENT``: whose books it is read in
    :param str other: name of the other side; "" where it is not known
    :param at: naive UTC datetime of the status, or None
    :param str reason: what the portal gives as a reason, as it is
    """
    if not code:
        return ""
    tense, to_supplier, to_recipient = SENTENCES.get(code, UNKNOWN)
    pattern = to_recipient if side == RECIPIENT and to_recipient else to_supplier
    words, when = env._(pattern), ""
    if at:
        when = env._(tense)
        when %= format_date(env, at, date_format="long")
    words %= {
        "code": code,
        "recipient": (side == SUPPLIER and other) or env._("the recipient"),
        "supplier": (side == RECIPIENT and other) or env._("the supplier"),
        "when": when,
    }
    # On one line, with one full stop.
    reason = " ".join((reason or "").split())
    if not reason:
        return env._("%s.", words)
    if reason[-1] in ".!?…":
        return env._("%(sentence)s: %(reason)s", sentence=words, reason=reason)
    return env._("%(sentence)s: %(reason)s.", sentence=words, reason=reason)


def status_severity(code):
    """``info``, ``success``, ``warning`` or ``danger``; ``info`` for an unknown code."""
    known = InvoiceStatus.parse(code or "")
    if not isinstance(known, InvoiceStatus):
        return "info"
    return known.severity.value
