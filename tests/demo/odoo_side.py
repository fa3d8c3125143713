"""Runs inside Odoo, through its shell: the companies and users of the demonstration.

Only what a person would type into the settings once; nothing of the add-on's own work.
"""

from __future__ import annotations

from typing import Any

from demo import world

# Would talk to the world outside: the demonstration needs nobody but the simulator.
TALKATIVE_ACTIONS = ("mail.ir_cron_module_update_notification",)


def prepare(env: Any) -> None:
    """Fill a fresh database and commit."""
    env = env(context={**env.context, "lang": world.LANGUAGE, "tz": world.TIME_ZONE})
    supplier = env.ref("base.main_company")
    town_hall = env["res.company"].create({"name": world.TOWN_HALL.name})
    for company, described in (
        (supplier, world.SUPPLIER),
        (town_hall, world.TOWN_HALL),
    ):
        _prepare_company(env, company, described)
    _prepare_users(env, supplier, town_hall)
    _prepare_products(env, supplier)
    for name in TALKATIVE_ACTIONS:
        env.ref(name).active = False
    # So that the first page and the first PDF are as quick as the second ones.
    env["ir.qweb"]._pregenerate_assets_bundles()
    env.cr.commit()


def _prepare_company(env: Any, company: Any, described: world.Company) -> None:
    company.write(
        {
            "name": described.name,
            "country_id": env.ref("base.fr").id,
            "currency_id": env.ref("base.EUR").id,
            "street": described.street,
            "zip": described.zip,
            "city": described.city,
            "email": described.email,
            "company_registry": described.siret,
            "external_report_layout_id": env.ref("web.external_layout_standard").id,
            # The head of printed documents: what its configurator would write there.
            "company_details": (
                f"<p>{described.name}<br/>{described.street}<br/>"
                f"{described.zip} {described.city}<br/>SIRET {described.siret}</p>"
            ),
        }
    )
    # The fictitious SIREN has no check digit, and so the VAT number has none either.
    company.partner_id.with_context(no_vat_validation=True).write(
        {"vat": described.vat, "lang": world.LANGUAGE, "tz": world.TIME_ZONE}
    )
    env["account.chart.template"].try_loading("fr", company, install_demo=False)
    _prepare_bank(env, company, described)


def _prepare_bank(env: Any, company: Any, described: world.Company) -> None:
    account = env["res.partner.bank"].create(
        {
            "acc_number": described.iban,
            "partner_id": company.partner_id.id,
            "company_id": company.id,
            "allow_out_payment": True,
        }
    )
    journal = env["account.journal"].search(
        [("company_id", "=", company.id), ("type", "=", "bank")], limit=1
    )
    journal.bank_account_id = account


def _prepare_users(env: Any, supplier: Any, town_hall: Any) -> None:
    both = supplier + town_hall
    env.ref("base.user_admin").write(
        {
            "name": world.ADMIN.name,
            "password": world.ADMIN.password,
            "lang": world.LANGUAGE,
            "tz": world.TIME_ZONE,
            "company_ids": [(6, 0, both.ids)],
            "group_ids": [(4, env.ref("account.group_account_manager").id)],
        }
    )
    for company, described in (
        (supplier, world.SUPPLIER),
        (town_hall, world.TOWN_HALL),
    ):
        user = described.user
        groups = [env.ref("base.group_user"), *map(env.ref, user.groups)]
        env["res.users"].with_context(no_reset_password=True).create(
            {
                "name": user.name,
                "login": user.login,
                "password": user.password,
                "email": described.email,
                "lang": world.LANGUAGE,
                "tz": world.TIME_ZONE,
                "company_id": company.id,
                "company_ids": [(6, 0, company.ids)],
                "group_ids": [(6, 0, [group.id for group in groups])],
            }
        )


def _prepare_products(env: Any, company: Any) -> None:
    for name, price, rate in world.PRODUCTS:
        env["product.product"].create(
            {
                "name": name,
                "type": "consu",
                "list_price": price,
                "taxes_id": [(6, 0, _sale_tax(env, company, rate).ids)],
                "supplier_taxes_id": [(5,)],
                "company_id": company.id,
            }
        )


def _sale_tax(env: Any, company: Any, rate: float) -> Any:
    """The French tax on goods of that rate; Odoo comes with some of them archived."""
    tax = (
        env["account.tax"]
        .with_context(active_test=False)
        .search(
            [
                ("company_id", "=", company.id),
                ("type_tax_use", "=", "sale"),
                ("tax_scope", "=", "consu"),
                ("amount_type", "=", "percent"),
                ("amount", "=", rate),
                ("price_include", "=", False),
                ("country_id", "=", env.ref("base.fr").id),
            ],
            order="sequence, id",
            limit=1,
        )
    )
    tax.ensure_one()
    tax.active = True
    return tax
