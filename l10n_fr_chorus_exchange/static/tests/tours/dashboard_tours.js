import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("l10n_fr_chorus_dashboard_counter", {
    steps: () => [
        {
            content: "The journal says what is to settle; press it",
            trigger: "div[name='l10n_fr_chorus_counters'] a:contains('1 To settle')",
            run: "click",
        },
        {
            content: "The list is filtered",
            trigger: ".o_facet_value:contains('To settle (Chorus Pro)')",
        },
        {
            content: "The suspended invoice is there, with its status",
            trigger: ".o_data_row td[name='l10n_fr_chorus_badge']:contains('Suspended')",
        },
        {
            content: "And nothing else",
            trigger: ".o_list_view:not(:has(.o_data_row:eq(1)))",
        },
    ],
});
