"""Two companies receive the first invoice of one supplier at the same instant."""

from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, api
from odoo.sql_db import db_connect
from odoo.tests import TransactionCase, tagged

from ..lib.chorus_pro.codes import IdentifierType
from ..models.l10n_fr_chorus_supplier_key import digest_of
from ..models.res_partner_supplier import WantedSupplier

SIRET = "98765432100017"
WANTED = WantedSupplier(SIRET, IdentifierType.SIRET, "Fournisseur simultané", "FR")


@tagged("post_install_l10n", "post_install", "-at_install")
class TestInboundSupplierRace(TransactionCase):
    """With transactions of their own, which are really committed."""

    def setUp(self):
        super().setUp()
        self.addCleanup(self.forget)

    def world(self):
        cursor = db_connect(self.env.cr.dbname).cursor()
        self.addCleanup(cursor.close)
        return api.Environment(cursor, SUPERUSER_ID, {})

    def forget(self):
        env = self.world()
        self.partners(env).unlink()
        keys = env["l10n_fr_chorus.supplier.key"]
        keys.search([("digest", "=", digest_of(WANTED.key))]).unlink()
        env.cr.commit()

    def partners(self, env):
        return env["res.partner"].search([("company_registry", "=", SIRET)])

    def take(self, env):
        company = env.ref("base.main_company")
        [partner] = env["res.partner"]._l10n_fr_chorus_suppliers(company, [WANTED])
        env.flush_all()
        return partner

    def test_the_later_one_is_undone_and_takes_the_contact_of_the_first(self):
        one, other = self.world(), self.world()
        # Both have looked around before either wrote.
        self.assertFalse(self.partners(one) or self.partners(other))
        made = self.take(one)
        one.cr.commit()
        with self.assertRaises(SerializationFailure):
            self.take(other)
        other.cr.rollback()
        other.invalidate_all()
        self.assertEqual(self.take(other).id, made.id)
        self.assertEqual(len(self.partners(other)), 1)

    def test_a_supplier_that_was_deleted_is_made_again(self):
        env = self.world()
        self.take(env).unlink()
        self.assertTrue(self.take(env))
        env.cr.rollback()
