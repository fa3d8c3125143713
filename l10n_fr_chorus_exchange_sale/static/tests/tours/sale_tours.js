import { registry } from "@web/core/registry";

// The words of a French reader, where they are those of this add-on.
const ENGAGEMENT = "1000000123";
const MISSING = "div[name='l10n_fr_chorus_missing']";

registry.category("web_tour.tours").add("l10n_fr_chorus_sale_order", {
    steps: () => [
        {
            content: "The quotation says what its invoice would be refused for",
            trigger: `${MISSING}:contains('exige un code service')`,
        },
        {
            content: "Look for a service by its name",
            trigger: "div[name='l10n_fr_chorus_service_id'] input",
            run: "edit voirie",
        },
        {
            content: "Choose it",
            trigger:
                ".o-autocomplete--dropdown-menu .o-autocomplete--dropdown-item:contains('VOIRIE')",
            run: "click",
        },
        {
            content: "This service demands a commitment number",
            trigger: `${MISSING}:contains('numéro d’engagement')`,
        },
        {
            content: "Type that of the purchase order",
            trigger: "div[name='l10n_fr_chorus_engagement'] input",
            run: `edit ${ENGAGEMENT} && press Tab`,
        },
        {
            content: "Nothing is missing any more",
            trigger: `.o_form_view:not(:has(${MISSING}))`,
        },
        {
            content: "Confirm the order",
            trigger: ".o_statusbar_buttons button[name='action_confirm']",
            run: "click",
        },
        {
            content: "Invoice it",
            trigger: ".o_statusbar_buttons button[id='create_invoice']",
            run: "click",
        },
        {
            content: "As a draft",
            trigger: ".modal footer button[name='create_invoices']",
            run: "click",
        },
        {
            content: "The invoice carries the commitment number",
            trigger: `.o_form_view div[name='purchase_order_reference'] input:value(${ENGAGEMENT})`,
        },
        {
            content: "And the service",
            trigger: "div[name='l10n_fr_chorus_service_id'] input:value(VOIRIE)",
        },
    ],
});
