from odoo import SUPERUSER_ID, api

from odoo.addons.l10n_fr_chorus_exchange.models import (
    l10n_fr_chorus_connection_directory as directory,
)


def migrate(cr, version):
    """The directory has a portal from now on. Where all connections there ever were lead
    to one, it is that one; of several, nobody can tell which number is whose. What bodies
    demand stays until the next look-up: each night for those in use."""
    env = api.Environment(cr, SUPERUSER_ID, {"active_test": False})
    connections = env["l10n_fr_chorus.connection"]
    names = {one._portal_name() for one in connections.search([])}
    known = connections._portal_wanted("")
    if len(names) == 1:
        [known] = names
    elif names:
        env["l10n_fr_chorus.body"]._forget_numbers()
    env["ir.config_parameter"].set_param(directory.DIRECTORY_PORTAL, known)
