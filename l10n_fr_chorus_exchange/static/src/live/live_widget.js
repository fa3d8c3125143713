import { Component, reactive, toRaw, useEffect, xml } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

// Also in models/account_move_live.py and models/ir_websocket.py.
const NOTICE = "l10n_fr_chorus_exchange/changed";
const CHANNEL = "l10n_fr_chorus.move_";

/**
 * Shows nothing: reads the invoice again when the server tells that it changed on the
 * portal. What somebody is typing is never thrown away.
 */
export class ChorusLive extends Component {
    static template = xml``;
    static props = { ...standardWidgetProps };

    setup() {
        this.bus = useService("bus_service");
        this.notification = useService("notification");
        this.closeNotice = () => {};
        // In an effect: a rendering may be dropped before it is mounted, and would listen.
        useEffect(
            () => {
                const onTold = (payload) => this.onTold(payload.id);
                this.bus.subscribe(NOTICE, onTold);
                return () => this.bus.unsubscribe(NOTICE, onTold);
            },
            () => [],
        );
        useEffect(
            (id) => {
                if (!id) {
                    return;
                }
                this.bus.addChannel(`${CHANNEL}${id}`);
                return () => {
                    this.bus.deleteChannel(`${CHANNEL}${id}`);
                    this.forget();
                };
            },
            () => [this.props.record.resId],
        );
    }

    async onTold(id) {
        const record = this.props.record;
        if (record.resId !== id) {
            return;
        }
        if (await record.isDirty()) {
            this.waitFor(record);
        } else {
            await this.reload(record);
        }
    }

    /** Somebody is editing: the news wait until the form is saved or discarded. */
    waitFor(record) {
        if (this.waiting) {
            return;
        }
        this.closeNotice = this.notification.add(
            _t("The status changed. Save or discard your changes to see it."),
            { title: _t("Chorus Pro"), type: "info", sticky: true },
        );
        const watched = reactive(toRaw(record), () => {
            // Reading it again is what keeps it watched.
            if (this.waiting === watched && !watched.dirty) {
                this.forget();
                this.reload(record);
            }
        });
        this.waiting = watched;
        return watched.dirty;
    }

    forget() {
        this.waiting = null;
        this.closeNotice();
        this.closeNotice = () => {};
    }

    async reload(record) {
        const { resModel, resId } = record;
        await record.load();
        this.env.bus.trigger("MAIL:RELOAD-THREAD", { model: resModel, id: resId });
    }
}

registry.category("view_widgets").add("l10n_fr_chorus_live", {
    component: ChorusLive,
});
