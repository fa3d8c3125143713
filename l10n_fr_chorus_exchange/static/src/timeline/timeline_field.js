import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const ICONS = {
    info: "fa-circle",
    success: "fa-check-circle",
    warning: "fa-exclamation-circle",
    danger: "fa-times-circle",
};

/**
 * The stages of an invoice on the portal, one after the other: done, current, to come.
 * The words and dates come from the server, in the language of the reader.
 */
export class ChorusTimeline extends Component {
    static template = "l10n_fr_chorus_exchange.Timeline";
    static props = { ...standardFieldProps };

    get steps() {
        return this.props.record.data[this.props.name] || [];
    }

    get title() {
        return _t("Stages on Chorus Pro");
    }

    icon(step) {
        if (step.state === "coming") {
            return "fa-circle-o";
        }
        return step.severity === "info" && step.state === "done"
            ? "fa-check-circle"
            : ICONS[step.severity];
    }

    /** What the icon shows, for those who hear the page. */
    spoken(step) {
        return {
            done: _t("done"),
            current: _t("current stage"),
            coming: _t("to come"),
        }[step.state];
    }

    details(step) {
        return step.details.join("\n");
    }
}

export const chorusTimeline = {
    component: ChorusTimeline,
    displayName: _t("Stages on Chorus Pro"),
    supportedTypes: ["json"],
};

registry.category("fields").add("l10n_fr_chorus_timeline", chorusTimeline);
