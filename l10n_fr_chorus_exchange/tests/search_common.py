"""A window to find public bodies, opened by whoever may."""

from odoo.fields import Command
from odoo.tests import new_test_user

from .common import ChorusCase

ROLE = "l10n_fr_chorus_exchange.group_sender"


class SearchCase(ChorusCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bodies = cls.env["l10n_fr_chorus.body"]
        # Invoices, and may create contacts.
        cls.seller = new_test_user(
            cls.env,
            login="supplier_contacts",
            groups=f"account.group_account_invoice,base.group_partner_manager,{ROLE}",
            company_id=cls.supplier.id,
            company_ids=[Command.set(cls.supplier.ids)],
        )

    def open(self, text=False, user=None, **values):
        """The window as this user has it, on what was typed."""
        searches = self.env["l10n_fr_chorus.search"].with_user(user or self.seller)
        return searches.create({"company_id": self.supplier.id, "text": text, **values})

    def ask(self, text, **values):
        """The same once the portal was asked."""
        search = self.open(text, **values)
        search.action_find_on_portal()
        return search

    def choose(self, search, identifier):
        """The second step, for the hit of this identifier."""
        body = search.body_ids.filtered(lambda one: one.identifier == identifier)
        body.ensure_one()
        body.with_context(l10n_fr_chorus_search_id=search.id).action_choose()
        return search

    def learn(self, identifier, name, services=(), **values):
        """A body of the directory kept here, with what it demands."""
        rows = [
            {
                "identifier": identifier,
                "name": name,
                "is_public": True,
                "requires_service": False,
                "services": list(services),
                **values,
            }
        ]
        return self.bodies._learn(rows)[0]

    def changes(self, search):
        """``{field: (now, on the portal, ticked)}``."""
        return {
            line.field: (line.old, line.new, line.take or line.is_needed)
            for line in search.change_ids
        }
