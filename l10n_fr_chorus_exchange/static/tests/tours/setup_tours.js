import { registry } from "@web/core/registry";

// By names of fields and buttons, for any language; what is read is French.
// Those of the simulator.
const ADDRESS = "https://portal.test";
const CLIENT_ID = "demo-piste-client";
const CLIENT_SECRET = "demo-piste-secret";
const LOGIN = "TECH_1_1001@cpro.fr";
const PASSWORD = "demo-tech-1001";
const CUSTOMER = "DESTINATAIRE SANS OBLIGATION";
const SET_UP = ".o_control_panel button.o_l10n_fr_chorus_set_up";
const LINE = ".o_form_view div[name='invoice_line_ids'] .o_selected_row";

function fill(name, value) {
    return {
        content: `Type ${name}`,
        trigger: `.modal div[name='${name}'] input`,
        run: `edit ${value}`,
    };
}

function press(name) {
    return {
        content: `Press ${name}`,
        trigger: `.modal footer button[name='${name}']:not(:disabled)`,
        run: "click",
    };
}

function arriveAt(step) {
    return {
        content: `The step is ${step}`,
        trigger: `.modal .o_arrow_button_current[data-value='${step}']`,
    };
}

// The first customer invoice, to a public body that Odoo has never heard of.
function makeInvoice() {
    return [
        {
            content: "A new customer invoice, once their list is there",
            trigger:
                ".o_action:has(.o_list_renderer th[data-name='invoice_date']) .o_control_panel button.o_list_button_add",
            run: "click",
        },
        {
            content: "Find its customer",
            trigger: ".o_form_view button[name='action_l10n_fr_chorus_search']",
            run: "click",
        },
        fill("text", "destinataire"),
        {
            content: "Ask the portal",
            trigger: ".modal button[name='action_find_on_portal']",
            run: "click",
        },
        {
            content: "Choose it",
            trigger: `.modal div[name='body_ids'] .o_data_row:contains('${CUSTOMER}') button[name='action_choose']`,
            run: "click",
        },
        press("action_apply"),
        {
            content: "The invoice has its customer; add a line",
            trigger: `.o_form_view:not(:has(.modal)):has(div[name='partner_id'] input:value(${CUSTOMER})) div[name='invoice_line_ids'] .o_field_x2many_list_row_add a`,
            run: "click",
        },
        {
            content: "What is invoiced",
            trigger: `${LINE} td[name='name'] textarea`,
            run: "edit Fournitures",
        },
        {
            content: "Its price",
            trigger: `${LINE} div[name='price_unit'] input`,
            run: "edit 100",
        },
        {
            content: "Confirm it",
            trigger: ".o_statusbar_buttons button[name='action_post']",
            run: "click",
        },
    ];
}

registry.category("web_tour.tours").add("l10n_fr_chorus_set_up", {
    steps: () => [
        {
            content: "Nothing is there but the button",
            trigger: SET_UP,
            run: "click",
        },
        arriveAt("start"),
        {
            content: "The portal of this test is at an address of its own",
            trigger: ".modal div[name='environment'] input[data-value='custom']",
            run: "click",
        },
        fill("base_url", ADDRESS),
        press("action_next"),
        arriveAt("piste"),
        fill("client_id", CLIENT_ID),
        fill("client_secret", CLIENT_SECRET),
        press("action_next"),
        arriveAt("raccordement"),
        {
            content: "Leave in the middle",
            trigger: ".modal .modal-header .btn-close",
            run: "click",
        },
        {
            content: "The window is closed",
            trigger: "body:not(:has(.modal))",
        },
        {
            content: "Come back",
            trigger: SET_UP,
            run: "click",
        },
        arriveAt("raccordement"),
        press("action_next"),
        arriveAt("account"),
        fill("login", LOGIN),
        fill("password", "not-the-password"),
        press("action_next"),
        {
            content: "A refused account says what to do",
            trigger: ".modal tr[data-key='account'][data-state='error']:contains('401')",
        },
        fill("password", PASSWORD),
        press("action_next"),
        arriveAt("structures"),
        {
            content: "The structure of the company is there",
            trigger:
                ".modal div[name='structure_ids'] .o_data_row:contains('10000000100012')",
        },
        press("action_next"),
        arriveAt("done"),
        press("action_first_invoice"),
        ...makeInvoice(),
        {
            content: "Press Send",
            trigger:
                ".o_statusbar_buttons button[name='action_invoice_sent']",
            run: "click",
        },
        {
            content: "Chorus Pro is ticked already",
            trigger:
                ".modal div[name='sending_method_checkboxes'] .o-checkbox:contains('Chorus Pro') input:checked",
        },
        {
            content: "Confirm",
            trigger:
                ".modal footer button[name='action_send_and_print']",
            run: "click",
        },
        {
            content: "The banner says that the invoice waits, once it is printed",
            trigger:
                "div[name='l10n_fr_chorus_banner_info']:contains('En attente d’envoi')",
            timeout: 60000,
        },
    ],
});

registry.category("web_tour.tours").add("l10n_fr_chorus_health_card", {
    steps: () => [
        {
            content: "Ask",
            trigger: ".o_statusbar_buttons button[name='action_test_connection']",
            run: "click",
        },
        {
            content: "The application is refused, in words",
            trigger:
                ".o_l10n_fr_chorus_health tr[data-key='token'][data-state='error']:contains('invalid_client')",
        },
        {
            content: "What to do is said",
            trigger: ".o_l10n_fr_chorus_cure:contains('Recopiez les deux')",
        },
        {
            content: "Nothing else was asked",
            trigger:
                ".o_l10n_fr_chorus_health tr[data-key='factures'][data-state='idle']",
        },
        {
            content: "Type the right secret",
            trigger: "div[name='client_secret'] input",
            run: `edit ${CLIENT_SECRET}`,
        },
        {
            content: "Ask again, below the card",
            trigger: "div[name='health'] button[name='action_test_connection']",
            run: "click",
        },
        {
            content: "All is in order",
            trigger:
                ".o_l10n_fr_chorus_health tr[data-key='rights'][data-state='ok']",
        },
    ],
});
