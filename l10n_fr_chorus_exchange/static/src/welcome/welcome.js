import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { DashboardKanbanRenderer } from "@account/views/account_dashboard_kanban/account_dashboard_kanban_renderer";
import { patch } from "@web/core/utils/patch";
import { useService } from "@web/core/utils/hooks";

/**
 * First steps above the journals, until the first invoice is deposited.
 * What it shows came with the journals: no question of its own.
 */
export class ChorusWelcome extends Component {
    static template = "l10n_fr_chorus_exchange.Welcome";
    static props = { welcome: Object, reload: Function };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
    }

    /** What the mark before a step says to whoever does not see it. */
    mark(step) {
        return step.done ? _t("Done") : _t("To do");
    }

    async open(step) {
        const args = step.model === "res.company" ? [[this.props.welcome.company]] : [];
        const action = await this.orm.call(step.model, step.method, args);
        // A window that is closed may have done a step.
        await this.action.doAction(action, { onClose: () => this.props.reload() });
    }

    async close() {
        await this.orm.call("res.company", "action_l10n_fr_chorus_close_welcome", [
            [this.props.welcome.company],
        ]);
        await this.props.reload();
    }
}

DashboardKanbanRenderer.components = {
    ...DashboardKanbanRenderer.components,
    ChorusWelcome,
};

patch(DashboardKanbanRenderer.prototype, {
    get chorusWelcome() {
        // In columns there is no place above the cards.
        const records = this.props.list.isGrouped ? [] : this.props.list.records;
        for (const record of records) {
            const dashboard = JSON.parse(record.data.kanban_dashboard || "{}");
            if (dashboard.l10n_fr_chorus_welcome) {
                return dashboard.l10n_fr_chorus_welcome;
            }
        }
        return null;
    },

    async chorusReload() {
        await this.props.list.load();
    },
});
