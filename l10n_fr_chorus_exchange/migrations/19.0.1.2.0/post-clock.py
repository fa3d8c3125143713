"""Invoices that are on Chorus Pro already get their payment dates."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["account.move"]._l10n_fr_chorus_start_clocks()
