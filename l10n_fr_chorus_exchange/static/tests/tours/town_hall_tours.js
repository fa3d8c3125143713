import { registry } from "@web/core/registry";

const NUMBER = "FA-TOUR-1";
const REASON = "Il manque le bon de livraison";

function openBill() {
    return [
        {
            content: "Open the bill that came from Chorus Pro",
            trigger: `.o_data_row:contains('${NUMBER}') td[name='name']`,
            run: "click",
        },
        {
            content: "The bill is open",
            trigger: ".o_form_view .o_statusbar_buttons",
        },
    ];
}

registry.category("web_tour.tours").add("l10n_fr_chorus_suspend_bill", {
    url: "/odoo/vendor-bills",
    steps: () => [
        ...openBill(),
        {
            content: "Press Suspend",
            trigger:
                ".o_statusbar_buttons button[name='action_l10n_fr_chorus_suspend']:contains('Suspend')",
            run: "click",
        },
        {
            content: "Type the reason",
            trigger: ".modal div[name='reason'] input",
            run: `edit ${REASON}`,
        },
        {
            content: "Confirm",
            trigger: ".modal footer button[name='action_confirm']:contains('Suspend')",
            run: "click",
        },
        {
            content: "The window is closed",
            trigger: "body:not(:has(.modal))",
        },
        {
            content: "The banner says what will be told",
            trigger: "div[name='l10n_fr_chorus_answer']:contains('Suspended')",
        },
        {
            content: "Suspend cannot be pressed twice",
            trigger:
                ".o_statusbar_buttons:not(:has(button[name='action_l10n_fr_chorus_suspend']))",
        },
        {
            content: "Open the tab Chorus Pro",
            trigger: ".o_notebook .nav-link[name='l10n_fr_chorus']",
            run: "click",
        },
        {
            content: "The answer and its reason are in the tab",
            trigger: `div[name='l10n_fr_chorus_treatment_ids'] .o_data_row td[name='reason']:contains('${REASON}')`,
        },
    ],
});

registry.category("web_tour.tours").add("l10n_fr_chorus_read_answer", {
    url: "/odoo/vendor-bills",
    steps: () => [
        ...openBill(),
        {
            content: "The banner shows the new status with the reason",
            trigger: `div[name='l10n_fr_chorus_banner_warning']:contains('You suspended it'):contains('${REASON}')`,
        },
        {
            content: "Nothing more is announced",
            trigger: ".o_form_view:not(:has(div[name='l10n_fr_chorus_answer']))",
        },
    ],
});
