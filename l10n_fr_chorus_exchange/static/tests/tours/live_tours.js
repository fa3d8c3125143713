import { rpc } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";

const CUSTOMER = "Commune de Modeleville";
const REASON = "Il manque le bon de livraison";

/** What the test does on the server while the form is open; see test_live_tours.py. */
function onServer(method) {
    return rpc(`/web/dataset/call_kw/account.move/${method}`, {
        model: "account.move",
        method,
        args: [[]],
        kwargs: {},
    });
}

async function waitUntilHeard() {
    while (!(await onServer("chorus_test_is_heard"))) {
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
}

async function changeElsewhere(method) {
    await waitUntilHeard();
    await onServer(method);
    await onServer("chorus_test_deliver");
}

registry.category("web_tour.tours").add("l10n_fr_chorus_live", {
    url: "/odoo/customer-invoices",
    steps: () => [
        {
            content: "Open the invoice of the town hall",
            trigger: `.o_data_row:contains('${CUSTOMER}') td[name='name']`,
            run: "click",
        },
        {
            content: "The town hall suspends it while the form is open",
            trigger: "div[name='l10n_fr_chorus_banner_info']:contains('Made available')",
            run: () => changeElsewhere("chorus_test_suspend"),
        },
        {
            content: "The banner says so without reloading the page",
            trigger: `div[name='l10n_fr_chorus_banner_warning']:contains('Suspended by ${CUSTOMER}'):contains('${REASON}')`,
        },
        {
            content: "The stages show it as the current one",
            trigger: ".o_l10n_fr_chorus_step[aria-current='step'][data-key='SUSPENDUE']",
        },
        {
            content: "Open another tab",
            trigger: ".o_notebook .nav-link:contains('Other Info')",
            run: "click",
        },
        {
            content: "Type something",
            trigger: ".tab-pane.active div[name='ref'] input",
            run: "edit A reference",
        },
        {
            content: "The status changes while somebody types",
            trigger: ".tab-pane.active div[name='ref'] input:value(A reference)",
            run: () => changeElsewhere("chorus_test_complete"),
        },
        {
            content: "The form says so and keeps what was typed",
            trigger: ".o_notification:contains('Save or discard your changes')",
        },
        {
            content: "What was typed is still there",
            trigger: ".tab-pane.active div[name='ref'] input:value(A reference)",
        },
        {
            content: "Discard it",
            trigger: ".o_form_button_cancel",
            run: "click",
        },
        {
            content: "Now the new status is shown",
            trigger: "div[name='l10n_fr_chorus_banner_info']:contains('You completed it')",
        },
        {
            content: "The notice is gone",
            trigger: "body:not(:has(.o_notification:contains('Save or discard')))",
        },
    ],
});
