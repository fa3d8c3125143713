import { registry } from "@web/core/registry";

const NUMBER = "FA-TOUR-1";
const REASON = "déjà reçue en mai";

registry.category("web_tour.tours").add("l10n_fr_chorus_answer_many", {
    url: "/odoo/vendor-bills",
    steps: () => [
        {
            content: "Tick all bills",
            trigger: ".o_list_view thead .o_list_record_selector input",
            run: "click",
        },
        {
            content: "Open the menu",
            trigger: ".o_control_panel .o_cp_action_menus button:contains('Actions')",
            run: "click",
        },
        {
            content: "Answer on Chorus Pro",
            trigger: ".o-dropdown-item:contains('Answer on Chorus Pro')",
            run: "click",
        },
        {
            content: "The window shows both bills",
            trigger: ".modal div[name='line_ids'] .o_data_row:nth-child(2)",
        },
        {
            content: "Choose the answer",
            trigger:
                ".modal div[name='target'] .o_radio_item:contains('Service certified as done') input",
            run: "click",
        },
        {
            content: "Its consequence is said",
            trigger: ".modal div[name='consequence']:contains('is accepted')",
        },
        {
            content: "Confirm",
            trigger: ".modal footer button[name='action_confirm']:contains('Tell Chorus Pro')",
            run: "click",
        },
        {
            content: "The answers are on their way, a line each",
            trigger:
                ".o_form_view:has(h1:contains('Service certified as done')) div[name='treatment_ids'] .o_data_row:nth-child(2) td[name='state']:contains('Waiting to be sent')",
        },
    ],
});

registry.category("web_tour.tours").add("l10n_fr_chorus_cancel_bill", {
    url: "/odoo/vendor-bills",
    steps: () => [
        {
            content: "Open the bill that came from Chorus Pro",
            trigger: `.o_data_row:contains('${NUMBER}') td[name='name']`,
            run: "click",
        },
        {
            content: "Cancel it",
            trigger: ".o_statusbar_buttons button[name='button_cancel']:visible",
            run: "click",
        },
        {
            content: "Odoo asks whether the supplier is to be told",
            trigger: ".modal .alert:contains('Is the supplier to be told?')",
        },
        {
            content: "Reject it there too",
            trigger: ".modal div[name='refusal'] .o_radio_item:contains('Rejected') input",
            run: "click",
        },
        {
            content: "Nothing but refusals is offered",
            trigger:
                ".modal:not(:has(.o_radio_item:contains('Payment order issued'))) div[name='consequence']:contains('Final')",
        },
        {
            content: "Choose a usual reason",
            trigger: ".modal div[name='reason_id'] input",
            run: "edit Facture en double",
        },
        {
            trigger: ".o-autocomplete--dropdown-item:contains('Facture en double')",
            run: "click",
        },
        {
            content: "Add some words",
            trigger: ".modal div[name='reason'] input",
            run: `edit ${REASON} && press Tab`,
        },
        {
            content: "Both make what the supplier reads",
            trigger: `.modal div[name='told']:contains('Facture en double - ${REASON}')`,
        },
        {
            content: "Confirm",
            trigger: ".modal footer button[name='action_confirm']:contains('Reject')",
            run: "click",
        },
        {
            content: "The banner says what will be told",
            trigger: "div[name='l10n_fr_chorus_answer']:contains('Rejected')",
        },
    ],
});
