"""What the software finds out by itself is nobody's to type, whatever way they come.

A field that is read only keeps the forms from it and no caller by RPC.
"""

from odoo.exceptions import AccessError

from .roles import has_role

_SYSTEM = "base.group_system"


def check_no_facts(records, names):
    """Stop whoever types what the software knows better; methods write with all rights.

    :param names: of the fields to be written
    :raise AccessError: one of them is read only, for anybody but a settings administrator
    """
    facts = [name for name in names if _is_fact(records, name)]
    if facts and not has_role(records.env, _SYSTEM):
        field = records._fields[facts[0]]
        raise AccessError(
            records.env._(
                "“%s” is written by Odoo itself: nobody types it.",
                field._description_string(records.env),
            )
        )


def check_created_without_facts(records, vals_list):
    """The same for new records; what comes in the context counts as typed.

    :raise AccessError: see :func:`check_no_facts`
    """
    # Those Odoo computes itself are given for many models at once, ``company_id`` say.
    defaults = (
        name
        for key in records.env.context
        if (name := key.removeprefix("default_")) != key
        and name in records._fields
        and not records._fields[name].compute
    )
    check_no_facts(records, {*defaults, *(name for vals in vals_list for name in vals)})


def _is_fact(records, name):
    field = records._fields.get(name)
    return field is not None and bool(field.readonly)
