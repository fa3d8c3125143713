"""What following costs: calls to the portal and queries follow what changed."""

from odoo.tests import tagged

from .follow_common import HISTORY, SEARCH, FollowCase

OPEN = 3000
CHANGED = 30
# For each that changed: read it and what hangs on it, keep the line of its history, say
# so in its chatter, tell the open forms.
MOST_QUERIES = 19


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFollowBudget(FollowCase):
    def move_on(self, moves):
        for move in moves:
            self.treat_on_portal(move.l10n_fr_chorus_portal_id, "MANDATEE")

    def test_three_thousand_open_of_which_one_percent_changed_cost_three_calls(self):
        moves = self.many(OPEN)
        self.follow()
        changed = moves[::100][:CHANGED]
        self.move_on(changed)
        self.drive("DELETE", "calls")
        self.follow()
        calls = {name: n for name, n in self.all_calls().items() if name != "token"}
        self.assertEqual(
            set(changed.mapped("l10n_fr_chorus_status")),
            {"MANDATEE"},
        )
        self.assertEqual(set(calls), {SEARCH}, calls)
        self.assertLessEqual(sum(calls.values()), 3)
        self.assertFalse(self.calls(HISTORY))
        still = moves - changed
        self.assertEqual(
            set(still.mapped("l10n_fr_chorus_status")), {"MISE_A_DISPOSITION"}
        )
        self.assertFalse(
            still.l10n_fr_chorus_event_ids - moves[0].l10n_fr_chorus_event_ids
        )

    def test_queries_follow_what_changed_not_what_is_open(self):
        costs = []
        moves = self.many(5)
        for count in 5, 205:
            if count > len(moves):
                moves |= self.many(count - len(moves))
            self.follow()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.follow()
            costs.append(self.cr.sql_log_count - before)
        self.assertLessEqual(costs[1], costs[0] + 2, costs)

    def test_each_changed_invoice_costs_few_queries(self):
        moves = self.many(40)
        self.follow()
        changed = moves[:20]
        self.move_on(changed)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        self.follow()
        cost = (self.cr.sql_log_count - before) / len(changed)
        self.assertEqual(set(changed.mapped("l10n_fr_chorus_status")), {"MANDATEE"})
        self.assertLessEqual(cost, MOST_QUERIES)

    def test_without_budget_nothing_is_asked(self):
        move = self.sent_invoice()
        self.move_on(move)
        before = self.calls(SEARCH)
        connection = self.env.registry["l10n_fr_chorus.connection"]
        self.patch(connection, "_may_look", lambda _self: False)
        self.follow()
        self.assertEqual(self.calls(SEARCH), before)
        self.assertEqual(move.l10n_fr_chorus_status, "MISE_A_DISPOSITION")
