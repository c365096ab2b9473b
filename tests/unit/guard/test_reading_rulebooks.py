"""Rulebooks as text: what is read, and what is refused by name."""

from hashlib import sha256

import pytest

from gardefou.guard.errors import RulebookError
from gardefou.guard.rules import UnsafeUnprovedRulebook, load
from tests.factories.guard import MINUTE, NONE_TEXT, SHIPPED_TEXT

HEAD = """
name = "example"
[veto]
role = "reviewer"
"""
RULE = """
[[rule]]
id = "example"
kind = "account.hide"
when = "true"
propose = { role = "reviewer" }
approve = [ { n = 2, role = ["reviewer", "agent"] }, { n = 1, role = "duty manager", other = "team" } ]
needs = ["on shift", "engagement_days >= 14"]
hold = "90 s"
approve_within = "2 h"
execute_within = "30 min"
"""


def test_a_rulebook_is_read_with_its_digest() -> None:
    text = HEAD + RULE
    book = load(text)
    (rule,) = book.rules
    assert (book.name, book.digest) == ("example", sha256(text.encode()).digest())
    assert [clause.n for clause in rule.approve] == [2, 1]
    assert (rule.hold, rule.approve_within, rule.execute_within) == (90_000_000, 120 * MINUTE, 30 * MINUTE)
    assert book.extra == ("reviewer", "duty manager")


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("n = 2, ", "", r"approve 1\.n: missing"),
        ("n = 2", "n = 0", r"approve 1\.n: must be an integer from 1"),
        ("n = 2", "n = true", r"approve 1\.n: must be an integer"),
        ("n = 2", 'n = "2"', r"approve 1\.n: must be an integer"),
        ("n = 2", "n = 9", "asks more than 9 people"),
        ('role = "duty manager"', 'role = "boss"', "unknown 'boss'"),
        ('other = "team"', 'other = "floor"', "unknown 'floor'"),
        ('other = "team"', 'other = ["team", "employer"]', "must be"),
        ('kind = "account.hide"', 'kind = "account.erase"', "unknown 'account.erase'"),
        ('kind = "account.hide"', "kind = []", "kind: must not be empty"),
        ('kind = "account.hide"', 'kind = ["account.hide", "account.hide"]', "twice"),
        ('when = "true"', "", "when: missing"),
        ('when = "true"', "when = true", "must be a string"),
        ('when = "true"', 'when = "engagement_days > 1"', "unknown name 'engagement_days'"),
        ('id = "example"', 'id = "Example!"', "lower-case words"),
        ('"on shift"', '"two signatures"', "two signatures"),
        ('"on shift"', "\"tier == 'critical'\"", "unknown name 'tier'"),
        ('"on shift"', "7", "needs: must be a list of strings"),
        ('"on shift"', '"policy clause"', r"needs: “policy clause” can never be met: \[policy\] names none"),
        ('hold = "90 s"', 'hold = "90 seconds"', r"hold: must be like"),
        ('hold = "90 s"', 'hold = "0 s"', r"hold: must be like"),
        ('hold = "90 s"', "hold = 90", r"hold: must be a string"),
        ('approve_within = "2 h"', "", r"approve_within: missing"),
        ('execute_within = "30 min"', "", r"execute_within: missing"),
        ('{ role = "reviewer" }', "{ }", "either a role or a machine"),
        ('{ role = "reviewer" }', '{ role = "reviewer", machine = "clock" }', "either a role or a machine"),
        ('{ role = "reviewer" }', '{ machine = "robot" }', "unknown 'robot'"),
        ('id = "example"', 'id = "example"\nholds = "1 s"', r"holds: unknown key"),
        ('name = "example"', "", "name: missing"),
        ("[veto]", "[vetoes]", "vetoes: unknown key"),
        ('role = "reviewer"\n\n', 'role = "reviewer"\n[tier.grand]\nwhen = "office"\n', "tier.grand: unknown key"),
        (
            'role = "reviewer"\n\n',
            'role = "reviewer"\n[tier.notable]\nwhen = "duration_minutes > 1"\n',
            "unknown name 'duration_minutes'",
        ),
    ],
)
def test_a_mistake_is_refused_naming_the_key(old: str, new: str, why: str) -> None:
    text = HEAD + RULE
    load(text)
    assert old in text
    with pytest.raises(RulebookError, match=why):
        load(text.replace(old, new, 1))


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('"example"', r'"x\n\u001b[2JProved for 9 people"', r"name: must be one line of plain words, without U\+000A"),
        ('"example"', r'"x\u001b[2J"', r"name: .*U\+001B"),
        ('"example"', r'"x\u0000"', r"name: .*U\+0000"),
        ('"example"', r'"x\u2028y"', r"name: .*U\+2028"),
        ('"example"', r'"x\u202Ey"', r"name: .*U\+202E"),
        ('"example"', f'"{"x" * 101}"', "name: longer than 100 characters"),
        ("[veto]", '[policy]\n"4" = "No\\u001b[2J."\n[veto]', r"policy\.4: .*U\+001B"),
        ("[veto]", '[policy]\n"4\\u001b[2J" = "No."\n[veto]', r"policy\.4\\x1b\[2J: a clause is called by"),
        ("[veto]", f'[policy]\n"4" = "{"x" * 2001}"\n[veto]', r"policy\.4: longer than 2000"),
        ("[veto]", '"odd\\u001b[2J" = 1\n[veto]', r"odd\\x1b\[2J: unknown key"),
    ],
)
def test_nothing_read_from_a_rulebook_moves_the_cursor_of_whoever_reads_on(old: str, new: str, why: str) -> None:
    """A name could otherwise print “proved” above what the command says."""
    with pytest.raises(RulebookError, match=why) as refused:
        load(HEAD.replace(old, new, 1) + RULE)
    assert refused.value.message.isprintable()


def test_names_of_every_script_and_french_spaces_are_plain_words() -> None:
    text = HEAD.replace('"example"', '"règlement « de nuit »"') + '[policy]\n"4" = "Pas d’usurpation ; jamais : non."\n'
    book = load(text + RULE)
    assert book.policy["4"].endswith("jamais\u00a0: non.")


def test_two_rules_cannot_share_an_id() -> None:
    with pytest.raises(RulebookError, match=r"rule example\.id: two rules have this id"):
        load(HEAD + RULE + RULE)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("name = ", "is not TOML"),
        ("name = " + "9" * 5000, "is not TOML"),
        (HEAD, "rule: missing"),
        ("x" * 600_000, "longer"),
    ],
)
def test_broken_text_is_one_clear_line(text: str, why: str) -> None:
    with pytest.raises(RulebookError, match=why) as refused:
        load(text)
    assert "\n" not in refused.value.message


def test_no_rulebook_is_no_rulebook() -> None:
    with pytest.raises(RulebookError, match="not empty"):
        load("rule = []" + HEAD)


@pytest.mark.promise(1)
def test_the_rules_of_2017_load_only_by_their_ugly_name() -> None:
    assert load(SHIPPED_TEXT).name == "shipped"
    assert UnsafeUnprovedRulebook.load(NONE_TEXT).name == "none"
    with pytest.raises(RulebookError, match="rule anyone-hides: one person alone could do"):
        load(NONE_TEXT)


@pytest.mark.parametrize(
    ("policy", "why"),
    [
        ("policy = 1", "policy: must be a table"),
        ('[policy]\n"no words" = "x"', "policy.no words: a clause is called by"),
        ('[policy]\n"3.1" = ""', r"policy.3.1: must be a string that is not empty"),
        ('[policy]\n"3.1" = 31', r"policy.3.1: must be a string"),
    ],
)
def test_a_policy_that_cannot_be_read_is_refused_naming_the_clause(policy: str, why: str) -> None:
    with pytest.raises(RulebookError, match=why):
        load(policy + "\n" + HEAD + RULE if policy.startswith("policy") else HEAD + RULE + policy)
