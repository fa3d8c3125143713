import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const INBOX = "/odoo/action-l10n_fr_chorus_exchange.l10n_fr_chorus_inbound_action";
const REASON = "Il manque le bon";

function openDocument(state) {
    return [
        {
            content: "The document is in the inbox",
            trigger: `.o_data_row:has(td[name='state']:contains('${state}')) td[name='number']`,
            run: "click",
        },
        {
            content: "The document is open",
            trigger: ".o_form_view .o_statusbar_status",
        },
    ];
}

function openBill() {
    return [
        {
            content: "Open its bill",
            trigger: ".o_statusbar_buttons button[name='action_open_move']",
            run: "click",
        },
        {
            content: "The bill is open",
            trigger: ".o_form_view .o_notebook .nav-link[name='l10n_fr_chorus']",
        },
    ];
}

function confirmWindow() {
    return [
        {
            content: "Confirm",
            trigger: ".modal footer button[name='action_confirm']:visible",
            run: "click",
        },
        {
            content: "The window is closed",
            trigger: "body:not(:has(.modal))",
        },
    ];
}

registry.category("web_tour.tours").add("l10n_fr_chorus_inbox_fetch", {
    url: INBOX,
    steps: () => [
        {
            content: "Do not wait for the hour",
            trigger: ".o_control_panel button[name='action_fetch_now']",
            run: "click",
        },
        {
            content: "Odoo says that it asks",
            trigger: ".o_notification:contains('Chorus Pro is being asked')",
        },
    ],
});

registry.category("web_tour.tours").add("l10n_fr_chorus_inbox_suspend", {
    url: INBOX,
    steps: () => [
        ...openDocument("Bill made"),
        {
            content: "The invoice is shown beside what Chorus Pro says of it",
            trigger: ".o_attachment_preview .o-mail-Attachment iframe",
        },
        {
            content: "The time to pay runs",
            trigger: ".o_form_sheet span:has(div[name='days_left']):contains('days left')",
        },
        ...openBill(),
        {
            content: "Press Suspend",
            trigger: ".o_statusbar_buttons button[name='action_l10n_fr_chorus_suspend']",
            run: "click",
        },
        {
            content: "Type the reason",
            trigger: ".modal div[name='reason'] input",
            run: `edit ${REASON}`,
        },
        ...confirmWindow(),
        {
            content: "The banner says what will be told",
            trigger: "div[name='l10n_fr_chorus_answer']:contains('Suspended')",
        },
    ],
});

registry.category("web_tour.tours").add("l10n_fr_chorus_inbox_mandate", {
    url: INBOX,
    steps: () => [
        {
            content: "Look at what waits for an answer",
            trigger: ".o_searchview_dropdown_toggler",
            run: "click",
        },
        {
            trigger: ".o_filter_menu .o-dropdown-item:contains('Waiting for an answer')",
            run: "click",
        },
        {
            content: "The supplier completed it",
            trigger: ".o_facet_value:contains('Waiting for an answer')",
        },
        ...openDocument("Bill made"),
        {
            content: "The document the supplier added is there",
            trigger:
                "div[name='file_ids'] .o_data_row td[name='name']:contains('Bon-de-livraison')",
        },
        ...openBill(),
        ...stepUtils.statusbarButtonsSteps("Confirm", "Confirm the bill"),
        {
            content: "Issue the payment order",
            trigger: ".o_statusbar_buttons button[name='action_l10n_fr_chorus_mandate']",
            run: "click",
        },
        {
            content: "Give its number",
            trigger: ".modal div[name='mandate_number'] input",
            run: "edit M-2026-17",
        },
        ...confirmWindow(),
        {
            content: "The banner says what will be told",
            trigger: "div[name='l10n_fr_chorus_answer']:contains('Payment order issued')",
        },
    ],
});

registry.category("web_tour.tours").add("l10n_fr_chorus_inbox_pay", {
    url: INBOX,
    steps: () => [
        ...openDocument("Bill made"),
        ...openBill(),
        {
            content: "Pay",
            trigger: ".o_statusbar_buttons button[name='action_register_payment']:visible",
            run: "click",
        },
        {
            content: "With what is proposed",
            trigger: ".modal footer button[name='action_create_payments']",
            run: "click",
        },
        {
            content: "The banner says that the payment will be announced",
            trigger: "div[name='l10n_fr_chorus_answer']:contains('Payment under way')",
        },
    ],
});

registry.category("web_tour.tours").add("l10n_fr_chorus_inbox_quarantine", {
    steps: () => [
        {
            content: "The purchase journal says that one cannot be read; press it",
            trigger:
                "div[name='l10n_fr_chorus_inbox_counters'] a:contains('1 in quarantine')",
            run: "click",
        },
        {
            content: "The list is filtered",
            trigger: ".o_facet_value:contains('In quarantine')",
        },
        ...openDocument("In quarantine"),
        {
            content: "One sentence says why",
            trigger: ".alert-danger div[name='reason']:not(:empty)",
        },
        {
            content: "A person has it to do",
            trigger: ".o-mail-Activity:contains('cannot be read')",
        },
        {
            content: "Nothing is there to be linked",
            trigger: ".o_statusbar_buttons:not(:has(button[name='action_link_existing']))",
        },
        {
            content: "Make a bill with what there is",
            trigger: ".o_statusbar_buttons button[name='action_make_bill_of_files']",
            run: "click",
        },
        {
            content: "The bill says what is to be completed",
            trigger: "div[name='l10n_fr_chorus_files_only']",
        },
    ],
});
