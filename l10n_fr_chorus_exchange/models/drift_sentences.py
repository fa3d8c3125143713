"""What changed about a public body, in words."""

from odoo.tools.translate import LazyTranslate

from . import drift

_lt = LazyTranslate(__name__)

DEMANDS = {
    drift.SERVICE: _lt("%(name)s now demands a service code."),
    drift.ENGAGEMENT: _lt("%(name)s now demands a commitment number."),
    drift.EITHER: _lt("%(name)s now demands a service code or a commitment number."),
}
DEMANDS_NO_MORE = {
    drift.SERVICE: _lt("%(name)s no longer demands a service code."),
    drift.ENGAGEMENT: _lt("%(name)s no longer demands a commitment number."),
    drift.EITHER: _lt(
        "%(name)s no longer demands a service code or a commitment number."
    ),
}
SENTENCES = {
    drift.CLOSED: _lt(
        "%(name)s no longer receives invoices on Chorus Pro: ask it which public body"
        " has taken over."
    ),
    drift.REOPENED: _lt("%(name)s receives invoices on Chorus Pro again."),
    drift.GONE: _lt(
        "Chorus Pro no longer knows the SIRET of %(name)s: ask it which one to invoice."
    ),
    drift.FOUND: _lt("Chorus Pro knows the SIRET of %(name)s again."),
    drift.RENAMED: _lt(
        "The name on Chorus Pro was “%(old)s” and is “%(new)s”: check that it is still"
        " the same body."
    ),
    drift.SERVICE_CLOSED: _lt(
        "The service “%(what)s” of %(name)s is closed: choose another."
    ),
    drift.SERVICE_REOPENED: _lt("The service “%(what)s” of %(name)s is open again."),
    drift.SERVICE_CODE: _lt(
        "The service “%(old)s” of %(name)s now has the code “%(new)s”."
    ),
    drift.SERVICE_DEMANDS: _lt(
        "The service “%(what)s” of %(name)s now demands a commitment number."
    ),
    drift.SERVICE_DEMANDS_NO_MORE: _lt(
        "The service “%(what)s” of %(name)s no longer demands a commitment number."
    ),
}


def say_change(env, partner, change):
    """A sentence in the language of ``env``.

    :param change: ``drift.Change`` of this partner
    """
    by_demand = {drift.DEMANDS: DEMANDS, drift.DEMANDS_NO_MORE: DEMANDS_NO_MORE}
    table = by_demand.get(change.kind)
    sentence = env._(table[change.what] if table else SENTENCES[change.kind])
    return sentence % {
        "name": partner.display_name,
        "what": change.what,
        "old": change.old,
        "new": change.new,
    }
