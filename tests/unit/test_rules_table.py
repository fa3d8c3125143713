"""The set of rules as a whole: ids, sources, sentences, its printed table."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from unit.rules_kit import facts

from chorus_pro import rules
from chorus_pro.rules import ChannelFacts, Subject


def test_rules_have_their_own_ids() -> None:
    counts = Counter(rule.id for rule in rules.RULES)
    assert [key for key, count in counts.items() if count > 1] == []
    assert counts.keys() >= rules.NUMBERING


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.id)
def test_a_rule_says_where_it_comes_from_and_what_to_do(rule: rules.Rule) -> None:
    assert re.fullmatch(r"CPX-[A-Z-]*[A-Z]", rule.id)
    assert re.fullmatch(r"(BT-\d+)?", rule.term)
    assert rule.source.document
    assert rule.title
    assert not rule.title.endswith(".")
    # A sentence names its places: a translation may put them in another order.
    assert not re.search(r"%[sd]", rule.sentence)


def test_nothing_chosen_means_nothing_wrong_with_the_channel() -> None:
    assert facts(channel={}).channel == ChannelFacts()


def test_the_rules_know_every_kind_of_record() -> None:
    assert {rule.subject for rule in rules.RULES} == set(Subject)


def test_the_table_of_the_rules_is_that_of_the_rules() -> None:
    script = Path(__file__).resolve().parents[2] / "setup" / "generate_rules.py"
    done = subprocess.run(
        [sys.executable, "-B", str(script), "--check"], capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
