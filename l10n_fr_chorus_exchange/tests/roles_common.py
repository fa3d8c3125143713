"""One person for each role, with the least that goes with it."""

from odoo.tests import new_test_user

MODULE = "l10n_fr_chorus_exchange"
BILLING = "account.group_account_invoice"
# Who is who in the tests of rights: groups by name.
ROLES = {
    "employee": ("base.group_user",),
    "auditor": ("account.group_account_readonly",),
    "billing": (BILLING,),
    "sender": (BILLING, f"{MODULE}.group_sender"),
    "receiver": (BILLING, f"{MODULE}.group_receiver"),
    "officer": (BILLING, f"{MODULE}.group_officer"),
    "accountant": (BILLING, f"{MODULE}.group_accountant"),
    "answer": (BILLING, f"{MODULE}.group_answer"),
    "administrator": (f"{MODULE}.group_administrator",),
    "system": ("base.group_system",),
}


class RolePeople:
    """For test cases: people by role and company, made when they are asked for."""

    def person(self, role, company):
        login = f"{role}_of_{company.id}"
        known = self.env["res.users"].sudo().search([("login", "=", login)])
        return known or new_test_user(
            self.env,
            login=login,
            groups=",".join(ROLES[role]),
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )

    def seen_by(self, role, records, company=None):
        """The records with the rights of this role, in the company of the records."""
        company = company or records.company_id
        user = self.person(role, company)
        return self.env[records._name].with_user(user).browse(records.ids)
