{
    "name": "France - Chorus Pro exchange, sales",
    "summary": "Commitment number and service code asked on the quotation",
    "version": "19.0.1.0.0",
    "category": "Accounting/Localizations/EDI",
    "author": "l10n_fr_chorus_exchange contributors",
    "license": "LGPL-3",
    "countries": ["fr"],
    "depends": ["l10n_fr_chorus_exchange", "sale"],
    "data": [
        "views/sale_order_views.xml",
        "views/sale_order_templates.xml",
    ],
    "pre_init_hook": "pre_init_hook",
    "post_init_hook": "post_init_hook",
    "assets": {
        "web.assets_tests": [
            "l10n_fr_chorus_exchange_sale/static/tests/tours/**/*",
        ],
    },
    "auto_install": True,
}
