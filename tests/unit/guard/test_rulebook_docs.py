"""How to write a rulebook is written down, and what is written down works."""

import re

import pytest

from gardefou.guard.facts import KINDS, ROLES
from gardefou.guard.rules import load
from gardefou.guard.terms import PERSON_NAMES, SUBJECT_NAMES
from tests.factories.guard import NONE, ROOT, SHIPPED

HOWTO = (ROOT / "docs" / "howto" / "write-a-rulebook.md").read_text(encoding="utf-8")
RULES = sorted({rule.id for rule in (*SHIPPED.rules, *NONE.rules)})


@pytest.mark.parametrize("word", [*RULES, *sorted(KINDS), *ROLES, *SUBJECT_NAMES, *PERSON_NAMES])
def test_every_rule_kind_role_and_name_is_documented(word: str) -> None:
    assert re.search(rf"[`\"]{re.escape(word)}\b", HOWTO)


def test_the_examples_load() -> None:
    examples = re.findall(r"```toml\n(.*?)```", HOWTO, re.DOTALL)
    assert [rule.id for rule in load("".join(examples)).rules] == [
        "silence-critical",
        "last-days",
        "witnessed",
        "cap-person",
    ]
