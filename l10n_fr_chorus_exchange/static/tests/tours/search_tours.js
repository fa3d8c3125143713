import { registry } from "@web/core/registry";

// By names of fields and buttons: the labels are those of the reader's language.
const TEXT = ".modal div[name='text'] input";
const BODY = "DESTINATAIRE SERVICE OBLIGATOIRE";

function openChorusTab() {
    return {
        content: "Open the tab Chorus Pro",
        trigger: ".o_notebook .nav-link[name='l10n_fr_chorus']",
        run: "click",
    };
}

registry.category("web_tour.tours").add("l10n_fr_chorus_directory_search", {
    steps: () => [
        openChorusTab(),
        {
            content: "Look for the body",
            trigger: "button[name='action_l10n_fr_chorus_search']",
            run: "click",
        },
        {
            content: "Type a part of its name",
            trigger: TEXT,
            run: "edit destinataire",
        },
        {
            content: "Ask the portal",
            trigger: ".modal button[name='action_find_on_portal']",
            run: "click",
        },
        {
            content: "Several are offered; choose one",
            trigger: `.modal div[name='body_ids'] .o_data_row:contains('${BODY}') button[name='action_choose']`,
            run: "click",
        },
        {
            content: "What changes is shown first, and the SIRET cannot be left out",
            trigger:
                ".modal div[name='change_ids'] .o_data_row td[name='new']:contains('12345678200028')",
        },
        {
            content: "Take the street as well",
            trigger:
                ".modal div[name='change_ids'] .o_data_row:contains('MODELEVILLE') td[name='take'] input:checked",
        },
        {
            content: "Complete the customer",
            trigger: ".modal footer button[name='action_apply']",
            run: "click",
        },
        {
            content: "The window is closed",
            trigger: "body:not(:has(.modal))",
        },
        {
            content: "The customer is that body, with what it demands",
            trigger: `div[name='l10n_fr_chorus_body_id']:contains('${BODY}')`,
        },
        {
            content: "Its service is there",
            trigger:
                "div[name='l10n_fr_chorus_service_ids'] .o_data_row:contains('SERVICE_DEST_SERV_OBL')",
        },
    ],
});

registry.category("web_tour.tours").add("l10n_fr_chorus_choose_service", {
    steps: () => [
        {
            content: "Look for a service by its name",
            trigger: "div[name='l10n_fr_chorus_service_id'] input",
            run: "edit voirie",
        },
        {
            content: "Only services that fit are offered; choose it",
            trigger:
                ".o-autocomplete--dropdown-menu .o-autocomplete--dropdown-item:contains('VOIRIE')",
            run: "click",
        },
        {
            content: "This service demands a commitment number",
            trigger: "div[name='purchase_order_reference'] input",
            run: "edit 1000000123",
        },
        {
            content: "Save",
            trigger: ".o_form_button_save:not(.d-none)",
            run: "click",
        },
        {
            content: "Saved",
            trigger: ".o_form_saved, .o_form_status_indicator_buttons.invisible",
        },
    ],
});

registry.category("web_tour.tours").add("l10n_fr_chorus_find_for_invoice", {
    steps: () => [
        {
            content: "Find the customer of this invoice",
            trigger: "button[name='action_l10n_fr_chorus_search']",
            run: "click",
        },
        {
            content: "Type a part of its name; Enter looks in what is kept here",
            trigger: TEXT,
            run: "edit metropole && press Enter",
        },
        {
            content: "It is there without a call; choose it",
            trigger:
                ".modal div[name='body_ids'] .o_data_row:contains('METROPOLE') button[name='action_choose']",
            run: "click",
        },
        {
            content: "Create the customer",
            trigger: ".modal footer button[name='action_apply']",
            run: "click",
        },
        {
            content: "The invoice has its customer, and asks for a service",
            trigger: "div[name='l10n_fr_chorus_service_id']",
        },
    ],
});
