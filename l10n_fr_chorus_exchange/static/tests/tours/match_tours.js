import { registry } from "@web/core/registry";

// The words of a French reader.
const LINES = ".o_form_view div[name='line_ids']";

function line(customer) {
    return `${LINES} .o_data_row:contains('${customer}')`;
}

function tick(customer) {
    return {
        content: `Tick ${customer}`,
        trigger: `.o_list_view .o_data_row:contains('${customer}') .o_list_record_selector input`,
        run: "click",
    };
}

registry.category("web_tour.tours").add("l10n_fr_chorus_match_start", {
    steps: () => [
        tick("Conseil départemental"),
        tick("Commune de Testville"),
        tick("Client sans rien"),
        {
            content: "Open the actions on the selection",
            trigger: ".o_control_panel .o_cp_action_menus button:contains('Actions')",
            run: "click",
        },
        {
            content: "Look them up",
            trigger: ".o-dropdown--menu .o_menu_item:contains('Rapprocher de Chorus Pro')",
            run: "click",
        },
        {
            content: "It says that it goes on by itself",
            trigger: ".o_form_view .alert-info:contains('vous pouvez quitter cette page')",
        },
        {
            content: "See how far it is",
            trigger: ".o_statusbar_buttons button[name='action_refresh']",
            run: "click",
        },
        {
            content: "All customers are in the list",
            trigger: line("Client sans rien"),
        },
    ],
});

registry.category("web_tour.tours").add("l10n_fr_chorus_match_apply", {
    steps: () => [
        {
            content: "The one with a SIRET was found, and is ticked",
            trigger: `${line("Conseil départemental")}:contains('Sur Chorus Pro') td[name='to_apply'] input:checked`,
        },
        {
            content: "The one without anything is told what it lacks",
            trigger: `${line("Client sans rien")}:contains('Sans SIRET')`,
        },
        {
            content: "For the third a body is proposed, and nothing is ticked",
            trigger: `${line("Commune de Testville")}:contains('À choisir') td[name='to_apply'] input:not(:checked)`,
        },
        {
            content: "Begin to edit its line",
            trigger: `${line("Commune de Testville")} td[name='body_id']`,
            run: "click",
        },
        {
            content: "The body that is proposed is the right one",
            trigger: `${LINES} .o_selected_row td[name='to_apply'] input`,
            run: "click",
        },
        {
            content: "Apply",
            trigger: ".o_statusbar_buttons button[name='action_apply']",
            run: "click",
        },
        {
            content: "It is being applied",
            trigger: ".o_arrow_button_current:contains('Application en cours')",
        },
    ],
});

registry.category("web_tour.tours").add("l10n_fr_chorus_match_done", {
    steps: () => [
        {
            content: "Both are applied",
            trigger: `${line("Conseil départemental")}:contains('Appliqué')`,
        },
        {
            content: "Also the one that was proposed",
            trigger: `${line("Commune de Testville")}:contains('Appliqué')`,
        },
        {
            content: "The rest can be handed on as a file",
            trigger: ".o_statusbar_buttons button[name='action_csv']",
        },
    ],
});
