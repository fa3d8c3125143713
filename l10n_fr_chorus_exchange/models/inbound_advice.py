"""What to do when the figures make no bill; filled with the error's values."""

from odoo.tools.translate import LazyTranslate

from ..tools.numbers import amount_words, rate_words

_lt = LazyTranslate(__name__)

PLAN_ADVICE = {
    "no_total": _lt(
        "The document states no total with tax. Press “Make a bill with the files”, or "
        "enter the bill by hand from the original."
    ),
    "no_untaxed": _lt(
        "The document states a total of which nothing tells the VAT. Press “Make a bill "
        "with the files”, or enter the bill by hand from the original."
    ),
    "no_vat": _lt(
        "The document gives no VAT detail: %(untaxed)s without tax, %(total)s with tax, "
        "which is no rate of your purchase taxes. Create the tax if it is missing, then "
        "press Retry; or press “Make a bill with the files”."
    ),
    "no_rate": _lt(
        "The document states %(vat)s of VAT without its rate. Press “Make a bill with "
        "the files”, or reject it on Chorus Pro."
    ),
    "too_large": _lt(
        "The document states an amount that no bill can hold. Reject it on Chorus Pro."
    ),
    "vat": _lt(
        "%(vat)s of VAT at %(rate)s %% does not fit a base of %(base)s. If the supplier "
        "is wrong, reject the invoice on Chorus Pro; otherwise press “Make a bill with "
        "the files”."
    ),
    "totals": _lt(
        "The amounts do not add up: %(bases)s without tax and %(vat)s of VAT do not make "
        "%(total)s. If the supplier is wrong, reject the invoice on Chorus Pro; "
        "otherwise press “Make a bill with the files”."
    ),
}


def plan_advice(env, error):
    """:param UnplannableError error: why there is no plan"""
    values = {
        key: rate_words(env, value) if key == "rate" else amount_words(env, value)
        for key, value in error.values.items()
    }
    sentence = env._(PLAN_ADVICE[error.kind])
    return sentence % values
