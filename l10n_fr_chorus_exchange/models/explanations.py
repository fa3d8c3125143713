"""The one table between why the portal refused and what a supplier does about it."""

from __future__ import annotations

from odoo.tools.translate import LazyTranslate

from ..lib.chorus_pro.explanations import Cause, explain

_lt = LazyTranslate(__name__)

CURES = {
    Cause.PAYMENT_MEANS_MISSING: _lt(
        "The payment means is missing. Choose one on the invoice, with its bank account."
    ),
    Cause.PAYMENT_MEANS_REFUSED: _lt(
        "Chorus Pro does not take this payment means. Choose another one, such as credit "
        "transfer."
    ),
    Cause.IBAN: _lt(
        "The bank account is missing or is no IBAN. Choose the bank account of your "
        "company on the invoice and check its IBAN."
    ),
    Cause.SERVICE_MISSING: _lt(
        "The customer demands a service code. Fill it in on the invoice."
    ),
    Cause.SERVICE_UNKNOWN: _lt(
        "The customer has no such service on Chorus Pro, or it is closed. Look up the "
        "customer's services and choose one, or ask the customer for the code."
    ),
    Cause.SERVICE_FORMAT: _lt(
        "The service code holds a character that Chorus Pro does not take. Choose it in "
        "the list of the customer's services."
    ),
    Cause.ENGAGEMENT_MISSING: _lt(
        "The customer demands a commitment number. Fill it in on the invoice; it stands "
        "on the purchase order."
    ),
    Cause.ENGAGEMENT_UNKNOWN: _lt(
        "Chorus Pro does not know this commitment number. Compare it with the purchase "
        "order, or ask the customer."
    ),
    Cause.ENGAGEMENT_FORMAT: _lt(
        "The commitment number is not as Chorus Pro wants it: 50 characters at most. "
        "Compare it with the purchase order."
    ),
    Cause.SERVICE_OR_ENGAGEMENT: _lt(
        "The customer demands a service code or a commitment number. Fill in one of them."
    ),
    Cause.CONTRACT: _lt(
        "The contract number is not as Chorus Pro wants it: 50 characters at most. "
        "Correct it on the invoice."
    ),
    Cause.NUMBER_TOO_LONG: _lt(
        "The invoice number has more than 20 characters. Shorten the numbering of the "
        "journal, then number this invoice again."
    ),
    Cause.NUMBER_FORMAT: _lt(
        "The invoice number holds a character that Chorus Pro does not take. Only "
        "letters, digits, spaces and - + _ / may stand in it."
    ),
    Cause.NUMBER_USED: _lt(
        "Chorus Pro has an invoice of yours with this number already. Look for it on the "
        "portal: if it is another invoice, give this one a new number."
    ),
    Cause.TYPE: _lt(
        "Chorus Pro does not take this type of document. Switch off the special document "
        "types in the settings, then send again."
    ),
    Cause.FRAMEWORK: _lt(
        "Chorus Pro does not take this billing framework. Choose “automatic” on the "
        "invoice, or the one that the contract names."
    ),
    Cause.SUPPLIER_UNKNOWN: _lt(
        "Chorus Pro does not know your company under this identifier, or it is not "
        "active. Check the SIRET of your company and its account on the portal."
    ),
    Cause.RECIPIENT_UNKNOWN: _lt(
        "Chorus Pro does not know the customer under this SIRET, or it is not active. "
        "Look the customer up on Chorus Pro and correct the SIRET."
    ),
    Cause.SIRET: _lt(
        "A SIRET of 14 digits is expected. Check those of your company and of the "
        "customer."
    ),
    Cause.NO_RIGHT: _lt(
        "The technical account may not send invoices for your company. Ask the manager "
        "of your structure to grant the right on the Chorus Pro portal."
    ),
    Cause.GROSS_PRICE: _lt(
        "A gross price came without its discount. Print the invoice and send it again; "
        "tell your integrator if it happens once more."
    ),
    Cause.QUANTITY: _lt(
        "A quantity has more decimals than Chorus Pro takes, which is 4. Round it."
    ),
    Cause.PRICE: _lt(
        "A unit price is not as Chorus Pro wants it: 6 decimals at most, and not "
        "negative. Correct the line."
    ),
    Cause.TOTALS: _lt(
        "Chorus Pro finds that the amounts do not agree. Reset the invoice to draft, "
        "check its tax amounts and its payments, then send again."
    ),
    Cause.VAT: _lt(
        "Chorus Pro does not take a VAT rate or its exemption reason. Check the taxes of "
        "the lines."
    ),
    Cause.NORM: _lt(
        "The document breaks a rule of the European standard EN 16931, which is named "
        "below. Correct what it speaks of; tell your integrator if it is not clear."
    ),
    Cause.XSD: _lt(
        "Chorus Pro finds the file technically invalid. Nothing on the invoice mends "
        "this: send the text below and the file to your integrator."
    ),
    Cause.UNREADABLE: _lt(
        "Chorus Pro could not read the file. Print the invoice again and send it again."
    ),
    Cause.ATTACHMENT_TYPE: _lt(
        "Chorus Pro does not take this type of attachment. Remove it, or convert it to "
        "PDF."
    ),
    Cause.ATTACHMENT_NAME: _lt(
        "The name of an attachment is too long: 50 characters at most. Rename it."
    ),
    Cause.ATTACHMENT: _lt(
        "Chorus Pro does not take an attachment. Open it to see whether it is empty or "
        "damaged; remove or replace it."
    ),
    Cause.FILE_TOO_LARGE: _lt(
        "A file is too large: 10 MB each, 120 MB in all. Send fewer or smaller "
        "attachments."
    ),
    Cause.DATE: _lt(
        "Chorus Pro does not take the invoice date: it may not lie in the future. "
        "Correct it."
    ),
    Cause.CURRENCY: _lt(
        "Chorus Pro does not take the currency of the invoice. Make it out in euros."
    ),
}


def explain_refusal(env, texts):
    """What a person does about a refusal, in the language of the reader.

    :param env: environment whose language is used
    :param texts: the portal's French texts, in any iterable
    :return: sentences, each once, in the order of the texts; none for what is unknown,
        so the texts themselves are to be shown as well
    :rtype: list[str]
    """
    found = [one.cause for text in texts for one in explain(text) if one.cause in CURES]
    # Each once; by their keys, as sentences waiting for a language have no hash.
    return [env._(CURES[cause]) for cause in dict.fromkeys(found)]


def explain_sentences(env, texts):
    """The same followed by the portal's own words, as one text for a record.

    :return str: lines; the portal's words alone where nothing is known about them
    """
    texts = [text for text in texts if text.strip()]
    sentences = explain_refusal(env, texts)
    if not sentences:
        return "\n".join(texts)
    said = env._("Chorus Pro says: %s", " | ".join(texts))
    return "\n".join([*sentences, said])


def is_number_used(text):
    """Whether the portal says that it has an invoice of this number already."""
    return any(one.cause is Cause.NUMBER_USED for one in explain(text))
