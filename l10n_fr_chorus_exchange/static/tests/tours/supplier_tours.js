import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const CUSTOMER = "Commune de Modeleville";
const REASON = "Il manque le bon de livraison";

function openInvoice() {
    return [
        {
            content: "Open the invoice of the town hall",
            trigger: `.o_data_row:contains('${CUSTOMER}') td[name='name']`,
            run: "click",
        },
        {
            content: "The invoice is open",
            trigger: ".o_form_view .o_statusbar_buttons",
        },
    ];
}

function openChorusTab() {
    return {
        content: "Open the tab Chorus Pro",
        trigger: ".o_notebook .nav-link[name='l10n_fr_chorus']",
        run: "click",
    };
}

function sendByChorusPro() {
    return [
        {
            content: "Press Send",
            trigger: ".o_statusbar_buttons button[name='action_invoice_sent']:contains('Send')",
            run: "click",
        },
        {
            content: "Chorus Pro is ticked already",
            trigger:
                ".modal div[name='sending_method_checkboxes'] .o-checkbox:contains('by Chorus Pro') input:checked",
        },
        {
            content: "Confirm",
            trigger: ".modal footer button[name='action_send_and_print']:contains('Send')",
            run: "click",
        },
        {
            content: "The window is closed",
            trigger: "body:not(:has(.modal))",
        },
        {
            content: "The banner says that the invoice waits",
            trigger: "div[name='l10n_fr_chorus_banner_info']:contains('Waiting to be sent')",
        },
    ];
}

registry.category("web_tour.tours").add("l10n_fr_chorus_send_invoice", {
    url: "/odoo/customer-invoices",
    steps: () => [
        ...openInvoice(),
        ...sendByChorusPro(),
        openChorusTab(),
        {
            content: "The deposit is in the tab",
            trigger:
                "div[name='l10n_fr_chorus_deposit_ids'] .o_data_row td[name='state']:contains('Waiting to be sent')",
        },
    ],
});

registry.category("web_tour.tours").add("l10n_fr_chorus_read_status", {
    url: "/odoo/customer-invoices",
    steps: () => [
        ...openInvoice(),
        {
            content: "The banner says where the invoice is",
            trigger:
                "div[name='l10n_fr_chorus_banner_info']:contains('Made available to Commune de Modeleville')",
        },
        openChorusTab(),
        {
            content: "The history begins with the deposit",
            trigger:
                "div[name='l10n_fr_chorus_event_ids'] .o_data_row td[name='label']:contains('Deposited')",
        },
        {
            content: "The history goes on to the recipient",
            trigger:
                "div[name='l10n_fr_chorus_event_ids'] .o_data_row td[name='label']:contains('Made available')",
        },
    ],
});

registry.category("web_tour.tours").add("l10n_fr_chorus_read_suspension", {
    url: "/odoo/customer-invoices",
    steps: () => [
        ...openInvoice(),
        {
            content: "The banner gives the reason of the town hall",
            trigger: `div[name='l10n_fr_chorus_banner_warning']:contains('Suspended'):contains('${REASON}')`,
        },
    ],
});

registry.category("web_tour.tours").add("l10n_fr_chorus_correct_rejected", {
    url: "/odoo/customer-invoices",
    steps: () => [
        ...openInvoice(),
        {
            content: "The banner says that the portal rejected the invoice",
            trigger: "div[name='l10n_fr_chorus_banner_danger']:contains('Not taken')",
        },
        ...stepUtils.statusbarButtonsSteps(
            "Correct and send again",
            "Take the invoice back",
        ),
        {
            content: "The invoice is a draft again",
            trigger: ".o_arrow_button_current:contains('Draft')",
        },
        {
            content: "Ask for the services of the town hall",
            trigger: "div[name='l10n_fr_chorus_service_id'] input",
            run: "edit ACHATS",
        },
        {
            content: "Choose the right one",
            trigger: ".o-autocomplete--dropdown-item a:contains('ACHATS')",
            run: "click",
        },
        {
            content: "The service is chosen",
            trigger: "div[name='l10n_fr_chorus_service_id'] input:value(ACHATS)",
        },
        {
            content: "Confirm the invoice",
            trigger: ".o_statusbar_buttons button[name='action_post']:contains('Confirm')",
            run: "click",
        },
        {
            content: "The invoice is posted again",
            trigger: ".o_arrow_button_current:contains('Posted')",
        },
        ...sendByChorusPro(),
    ],
});
