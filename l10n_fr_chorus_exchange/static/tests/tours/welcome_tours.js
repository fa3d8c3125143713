import { registry } from "@web/core/registry";

const BANNER = ".o_account_kanban .o_l10n_fr_chorus_welcome";

registry.category("web_tour.tours").add("l10n_fr_chorus_welcome", {
    steps: () => [
        {
            content: "The first steps stand above the journals",
            trigger: `${BANNER} li[data-step='connect'] a`,
            run: "click",
        },
        {
            content: "The first one opens the guided set-up",
            trigger: ".modal .o_form_view",
        },
        {
            content: "Close it",
            trigger: ".modal .btn-close",
            run: "click",
        },
        {
            content: "Close the banner",
            trigger: `body:not(:has(.modal)) ${BANNER} .btn-close`,
            run: "click",
        },
        {
            content: "It is gone, the journals stay",
            trigger: ".o_account_kanban:not(:has(.o_l10n_fr_chorus_welcome)) .o_kanban_record",
        },
    ],
});
