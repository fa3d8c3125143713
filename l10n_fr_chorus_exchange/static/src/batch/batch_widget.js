import { Component, useEffect, xml } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

// Also in models/l10n_fr_chorus_treatment_batch.py.
const NOTICE = "l10n_fr_chorus_exchange/batch";
// Answers leave several a second; the list is read again at most once in that time.
const PAUSE = 1000;

/** Shows nothing: reads the batch again while its answers are being given. */
export class ChorusBatch extends Component {
    static template = xml``;
    static props = { ...standardWidgetProps };

    setup() {
        const bus = useService("bus_service");
        let timer = null;
        const reload = async () => {
            timer = null;
            await this.props.record.load();
        };
        const onTold = ({ id }) => {
            if (id === this.props.record.resId && !timer) {
                timer = setTimeout(reload, PAUSE);
            }
        };
        useEffect(
            () => {
                bus.subscribe(NOTICE, onTold);
                return () => {
                    bus.unsubscribe(NOTICE, onTold);
                    clearTimeout(timer);
                };
            },
            () => [],
        );
    }
}

registry.category("view_widgets").add("l10n_fr_chorus_batch", {
    component: ChorusBatch,
});
