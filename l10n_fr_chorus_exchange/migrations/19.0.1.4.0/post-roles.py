"""Whoever could send, receive and answer has the roles that allow it now.

Until now each user who invoices could do all of it, and accountants could answer as the
public accountant. From now on that takes a role: those who are there keep what they could
do, those who come later get what an administrator gives them.
"""

from odoo import SUPERUSER_ID, Command, api

MODULE = "l10n_fr_chorus_exchange"
# Qualities that came with the accounting groups.
IMPLIED = {
    "group_officer": ("account.group_account_invoice",),
    "group_accountant": ("account.group_account_user", "account.group_account_manager"),
}
ROLES = ("group_sender", "group_receiver", "group_answer", "group_administrator")


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    groups = {
        name: env.ref(f"{MODULE}.{name}") for name in {*IMPLIED, *ROLES, "group_answer"}
    }
    billing = _people(env, "account.group_account_invoice")
    answering = {name: _people_of(groups[name]) for name in IMPLIED}
    manager = env.ref("account.group_account_manager")
    roles = _roles_of_managers(groups, manager)
    _take_over_qualities(env, groups)
    manager.implied_ids = [Command.link(groups[name].id) for name in roles]
    # These have everything by the group above.
    managers = _people_of(manager)
    _give(groups["group_sender"], billing - managers)
    _give(groups["group_receiver"], billing - managers)
    officers, accountants = answering["group_officer"], answering["group_accountant"]
    _give(groups["group_answer"], (officers & accountants) - managers)
    _give(groups["group_officer"], officers - accountants - managers)
    _give(groups["group_accountant"], accountants - officers - managers)
    _free_menus(env, manager)


def _roles_of_managers(groups, manager):
    """Where somebody separated the two qualities, managers get what they had."""
    had = [name for name in IMPLIED if groups[name] in manager.all_implied_ids]
    if len(had) == len(IMPLIED):
        return ROLES
    return *(name for name in ROLES if name != "group_answer"), *had


def _people(env, xmlid):
    return _people_of(env.ref(xmlid))


def _people_of(group):
    """Employees of this group, implied or not, the archived ones too."""
    users = group.env["res.users"].with_context(active_test=False)
    return users.search([("all_group_ids", "in", group.ids), ("share", "=", False)])


def _give(group, users):
    for user in users:
        if group not in user.group_ids:
            user.group_ids = [Command.link(group.id)]


def _take_over_qualities(env, groups):
    """The two old groups were never updated by the module: their place has changed."""
    privilege = env.ref(f"{MODULE}.privilege_answer")
    for name, origins in IMPLIED.items():
        values = {
            "privilege_id": privilege.id,
            "implied_ids": [Command.link(env.ref("base.group_user").id)],
            "implied_by_ids": [
                Command.unlink(env.ref(xmlid).id)
                for xmlid in origins
                if env.ref(xmlid, raise_if_not_found=False)
            ],
        }
        groups[name].write(values)
    data = env["ir.model.data"].search(
        [("module", "=", MODULE), ("name", "in", list(IMPLIED))]
    )
    data.noupdate = False
    for name in ("privilege_officer", "privilege_accountant"):
        if old := env.ref(f"{MODULE}.{name}", raise_if_not_found=False):
            old.unlink()


def _free_menus(env, manager):
    """A menu keeps the groups it had; those of the administrator are his alone."""
    data = env["ir.model.data"].search(
        [("module", "=", MODULE), ("model", "=", "ir.ui.menu")]
    )
    menus = env["ir.ui.menu"].with_context(
        active_test=False, **{"ir.ui.menu.full_list": True}
    )
    administrator = env.ref(f"{MODULE}.group_administrator")
    for menu in menus.browse(data.mapped("res_id")).exists():
        if administrator in menu.group_ids and manager in menu.group_ids:
            menu.group_ids = [Command.unlink(manager.id)]
