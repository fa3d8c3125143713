import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const CUSTOMER = "Commune de Modeleville";

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

function willBeSent() {
    return [
        {
            content: "The window is closed",
            trigger: "body:not(:has(.modal))",
        },
        {
            content: "The invoice says that it will be sent",
            trigger: "div[name='l10n_fr_chorus_correction']:contains('within minutes')",
        },
    ];
}

registry.category("web_tour.tours").add("l10n_fr_chorus_answer_suspension", {
    url: "/odoo/customer-invoices",
    steps: () => [
        ...openInvoice(),
        ...stepUtils.statusbarButtonsSteps("Answer", "Answer the suspension"),
        {
            content: "The window repeats what is asked for",
            trigger: ".modal div[name='reason']:contains('Il manque le bon')",
        },
        {
            content: "Write the answer",
            trigger: ".modal div[name='comment'] textarea",
            run: "edit Voici le bon de livraison",
        },
        {
            content: "Add a document",
            trigger: ".modal div[name='line_ids'] .o_field_x2many_list_row_add a",
            run: "click",
        },
        {
            content: "Look among those of the invoice",
            trigger: ".modal td[name='attachment_id'] input",
            run: "edit Bon de livraison",
        },
        {
            content: "Choose the delivery note",
            trigger: ".o-autocomplete--dropdown-item a:contains('Bon de livraison.pdf')",
            run: "click",
        },
        {
            content: "Send",
            trigger: ".modal footer button[name='action_confirm']",
            run: "click",
        },
        ...willBeSent(),
    ],
});

registry.category("web_tour.tours").add("l10n_fr_chorus_send_on", {
    url: "/odoo/customer-invoices",
    steps: () => [
        ...openInvoice(),
        ...stepUtils.statusbarButtonsSteps("Send to another service", "Send it on"),
        {
            content: "The present service is proposed",
            trigger: ".modal div[name='service_id'] input:value(ACHATS)",
        },
        {
            content: "Look for the other service",
            trigger: ".modal div[name='service_id'] input",
            run: "edit ECOLES",
        },
        {
            content: "Choose it",
            trigger: ".o-autocomplete--dropdown-item a:contains('ECOLES')",
            run: "click",
        },
        {
            content: "Its code is filled in",
            trigger: ".modal div[name='service_code']:contains('ECOLES')",
        },
        {
            content: "Send on",
            trigger: ".modal footer button[name='action_confirm']",
            run: "click",
        },
        ...willBeSent(),
    ],
});

registry.category("web_tour.tours").add("l10n_fr_chorus_invoice_again", {
    url: "/odoo/customer-invoices",
    steps: () => [
        ...openInvoice(),
        ...stepUtils.statusbarButtonsSteps(
            "Credit and invoice again",
            "Credit and invoice again"
        ),
        {
            content: "The window says what becomes of the credit note",
            trigger: ".modal .alert:contains('your books only')",
        },
        {
            content: "Make both",
            trigger: ".modal footer button[name='modify_moves']",
            run: "click",
        },
        {
            content: "The new invoice is a draft",
            trigger: "body:not(:has(.modal)) .o_arrow_button_current:contains('Draft')",
        },
    ],
});
