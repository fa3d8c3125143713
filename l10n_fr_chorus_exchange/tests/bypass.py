"""The add-on switched off inside a running registry: what differs is what it costs."""

from contextlib import ExitStack, contextmanager
from unittest.mock import patch

ADD_ON = "odoo.addons.l10n_fr_chorus_exchange."
OWN_MODELS = "l10n_fr_chorus."
# Lists that a model class makes once of its methods, by their decorators.
COLLECTED = ("_constraint_methods", "_ondelete_methods", "_onchange_methods")


@contextmanager
def bypassed(env):
    """Inside, the models of Odoo are as if the add-on did not extend them.

    Its columns stay; what would compute them leaves them empty.
    """
    with ExitStack() as stack:
        for name, model_class in env.registry.items():
            if not name.startswith(OWN_MODELS):
                _without_extensions(stack, model_class)
        yield


def _is_ours(definition):
    return definition.__module__.startswith(ADD_ON)


def _without_extensions(stack, model_class):
    bases = model_class.__bases__
    others = tuple(base for base in bases if not _is_ours(base))
    if others == bases:
        return
    names = {name for base in bases if _is_ours(base) for name in vars(base)}
    for field in model_class._fields.values():
        if field.name in names and field.compute:
            stack.enter_context(patch.object(field, "compute", _leaving_empty(field)))
    _forget_collected(model_class)
    model_class.__bases__ = others

    def restore():
        model_class.__bases__ = bases
        _forget_collected(model_class)

    stack.callback(restore)


def _leaving_empty(field):
    def compute(records):
        records[field.name] = False

    return compute


def _forget_collected(model_class):
    for name in COLLECTED:
        if name in vars(model_class):
            delattr(model_class, name)
