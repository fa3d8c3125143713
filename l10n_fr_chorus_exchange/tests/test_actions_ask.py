"""No action without its question: every button's method is met here, new ones too."""

import inspect
import re
from collections import defaultdict

from odoo.tests import TransactionCase, tagged

from .bypass import ADD_ON, OWN_MODELS
from .test_rights_of_models import SETTINGS

# They open, download or show; they change nothing and ask the portal nothing.
READING = re.compile(
    r"action_(open\w*|download\w*|csv|refresh)"
    r"|action_l10n_fr_chorus_(open_\w+|audit_file|calls|inbox|connection|setup"
    r"|first_invoice|merge_twins)"
)
# Odoo's own rights are enough, or decide: which ones, and why.
OTHERWISE = {
    ("res.partner", "action_l10n_fr_chorus_keep_twin"): "a field of a contact",
    ("res.config.settings", "action_l10n_fr_chorus_test"): "that of the connection",
    ("account.move", "action_invoice_sent"): "opens Send, which asks",
}
ROLE = re.compile(r"check_role\(|has_role\(|_check_may_\w+\(|_check_is_system\(")
RIGHT = re.compile(r"check_access\(\"(write|create)\"\)")
# Names of ours that a method may hand over to.
CALLED = re.compile(r"\.(_\w+|action_\w+)\(")


@tagged("post_install", "-at_install")
class TestActionsAsk(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.actions = set()
        cls.sources = defaultdict(set)
        for name, model in cls.env.registry.items():
            for base in model.__mro__:
                if base.__module__.startswith(ADD_ON):
                    cls._read_definition(name, model, base)

    @classmethod
    def _read_definition(cls, model_name, model, definition):
        for method, function in vars(definition).items():
            function = inspect.unwrap(function) if callable(function) else None
            if not inspect.isfunction(function):
                continue
            cls.sources[method].add(inspect.getsource(function))
            if method.startswith("action_") and not model._abstract:
                cls.actions.add((model_name, method))

    def sources_from(self, method, seen):
        """Sources of a method and of all of ours that it may call."""
        if method in seen:
            return
        seen.add(method)
        for source in self.sources.get(method, ()):
            yield source
            for called in CALLED.findall(source):
                yield from self.sources_from(called, seen)

    def asks(self, model_name, method):
        source = "\n".join(self.sources_from(method, set()))
        # Settings are written by a role only, whatever method does it.
        return bool(
            ROLE.search(source) or (model_name in SETTINGS and RIGHT.search(source))
        )

    def test_every_action_asks_for_a_role_or_only_reads(self):
        met = 0
        for model_name, method in sorted(self.actions):
            transient = self.env.registry[model_name]._transient
            # Windows are made by those with the role only.
            if transient and model_name.startswith(OWN_MODELS):
                continue
            if READING.fullmatch(method) or (model_name, method) in OTHERWISE:
                continue
            met += 1
            with self.subTest(model=model_name, method=method):
                self.assertTrue(self.asks(model_name, method))
        self.assertGreater(met, 30)

    def test_an_action_that_asks_nobody_is_found_out(self):
        self.assertFalse(self.asks("l10n_fr_chorus.deposit", "action_open_move"))
