"""A rule may ask for a fresh witness: lacking one, somebody stands in; bringing back never asks (promise 13)."""

import re
from dataclasses import replace

import pytest

from gardefou.guard.errors import RulebookError
from gardefou.guard.facts import Clocks
from gardefou.guard.prove import Proof, needs_less, prove
from gardefou.guard.prove.mistakes import check
from gardefou.guard.reading import read
from gardefou.guard.rulebook import asks_for_witness, witness_within
from gardefou.guard.rules import load, plan
from gardefou.guard.verdict import Cleared, Held, Refused, Verdict, Waiting, from_json, to_json
from tests.factories.guard import (
    HOUR,
    MINUTE,
    NOW,
    ROOT,
    SECOND,
    SHIPPED,
    SHIPPED_TEXT,
    WITNESSED_TEXT,
    asked,
    clocks,
    decided,
    person,
    values,
)

pytestmark = pytest.mark.promise(13)

WITNESSED = load(WITNESSED_TEXT)
CRITICAL = asked(tier="critical")
PROPOSER, REVIEWER, MANAGER = person("1"), person("2"), person("3", "duty manager", team="South")


def seen(age: int | None, now: int = NOW, **more: int) -> Clocks:
    return replace(clocks(**more), witnessed_at=None if age is None else now - age)  # type: ignore[arg-type]  # instants


def hide(*more: object, at: Clocks, now: int = NOW) -> Verdict:
    people = (REVIEWER, MANAGER, *more)
    return decided(CRITICAL, PROPOSER, *people, book=WITNESSED, at=at, now=now)  # type: ignore[arg-type]  # people


def codes(verdict: Verdict) -> list[str]:
    return [reason.code for reason in verdict.reasons]


def test_the_shipped_rules_ask_for_none() -> None:
    assert not asks_for_witness(SHIPPED)
    assert asks_for_witness(WITNESSED)
    assert isinstance(decided(CRITICAL, PROPOSER, REVIEWER, MANAGER, at=seen(None)), Held)


@pytest.mark.parametrize("age", [0, 1, 5 * MINUTE])
def test_with_a_witness_fresh_enough_the_hold_begins(age: int) -> None:
    assert isinstance(hide(at=seen(age)), Held)


@pytest.mark.parametrize("age", [None, 5 * MINUTE + 1, HOUR, -1])
def test_without_one_it_waits_for_it_or_for_one_more(age: int | None) -> None:
    """Nor does one of the future count: whoever wrote that time was not there."""
    waiting = hide(at=seen(age))
    assert isinstance(waiting, Waiting)
    assert codes(waiting) == ["witness-stale"]
    assert waiting.filled == ("2", "3", None)
    assert waiting.plan is not None
    assert waiting.plan.places[-1].because == "witness"
    assert waiting.reasons[0].fields["within"] == 5 * MINUTE
    assert ("at" in waiting.reasons[0].fields) is (age is not None)
    for stand_in in (person("4"), person("4", "duty manager")):
        held = hide(stand_in, at=seen(age))
        assert isinstance(held, Held)
        assert held.filled == ("2", "3", "4")
    assert isinstance(hide(person("4", "agent"), at=seen(age)), Waiting)
    assert isinstance(hide(at=seen(age), now=NOW + 3 * HOUR), Refused)


def test_the_place_opens_once_the_others_are_filled() -> None:
    waiting = decided(CRITICAL, PROPOSER, REVIEWER, book=WITNESSED, at=seen(None))
    assert isinstance(waiting, Waiting)
    assert codes(waiting) == ["place-open", "witness-stale"]
    assert waiting.filled == ("2", None)


def test_notices_and_a_witness_lacking_take_one_more_each() -> None:
    both = replace(seen(None), notices="pending")
    assert codes(hide(at=both)) == ["notices-pending", "witness-stale"]
    one = hide(person("4"), at=both)
    assert isinstance(one, Waiting)
    assert one.filled == ("2", "3", "4", None)
    assert isinstance(hide(person("4"), person("5"), at=both), Held)


def test_at_the_effect_it_is_asked_again_and_the_order_stays_held() -> None:
    """A witness that fell silent during the hold voids nothing; until it speaks, nothing happens."""
    end = NOW + 10 * MINUTE
    held = {"held_from": NOW, "execute_by": end + 30 * MINUTE}
    assert isinstance(hide(at=seen(MINUTE, end, **held), now=end), Cleared)
    stale = hide(at=seen(6 * MINUTE, end, **held), now=end)
    assert isinstance(stale, Held)
    assert codes(stale) == ["witness-stale"]
    assert stale.until == end
    assert isinstance(hide(person("4"), at=seen(6 * MINUTE, end, **held), now=end), Cleared)
    assert codes(hide(at=seen(HOUR, end - 1, **held), now=end - 1)) == ["held"]
    late = end + 31 * MINUTE
    assert isinstance(hide(at=seen(HOUR, late, **held), now=late), Refused)


def test_an_act_at_once_waits_for_it_too() -> None:
    text = WITNESSED_TEXT.replace(
        'id = "silence-ordinary"', 'id = "silence-ordinary"\nneeds = ["witness <= 30 s"]\napprove_within = "1 h"', 1
    )
    start = text.index('needs = ["on shift", "reason"]')
    book = load(text[:start] + text[start:].replace('needs = ["on shift", "reason"]\n', "", 1))
    assert isinstance(decided(asked(), PROPOSER, book=book, at=seen(30 * SECOND)), Cleared)
    assert codes(decided(asked(), PROPOSER, book=book, at=seen(31 * SECOND))) == ["witness-stale"]
    assert isinstance(decided(asked(), PROPOSER, person("4"), book=book, at=seen(None)), Cleared)


def test_of_several_rules_the_youngest_age_counts() -> None:
    assert witness_within(["witness <= 2 h", "on shift", "witness <= 90 s", "witness <= 5 min"]) == 90 * SECOND
    assert witness_within(["on shift"]) == 0
    needed = plan(WITNESSED, "account.hide", values("critical"))
    assert needed is not None
    assert witness_within(needed.needs) == 5 * MINUTE


def test_a_verdict_that_waits_for_a_witness_is_read_back() -> None:
    waiting = hide(at=seen(None))
    assert from_json(to_json(waiting)) == waiting


@pytest.mark.parametrize(
    ("need", "why"),
    [
        ("witness", 'as in "witness <= 10 min"'),
        ("witness < 10 min", 'as in "witness <= 10 min"'),
        ("witness <= 10", 'as in "witness <= 10 min"'),
        ("witness <= 0 min", 'as in "witness <= 10 min"'),
        ("witness <= 10 minutes", 'as in "witness <= 10 min"'),
        ("witness <= 10 min or on shift", 'as in "witness <= 10 min"'),
        ("fresh witness", "needs"),
    ],
)
def test_it_is_asked_for_in_one_spelling(need: str, why: str) -> None:
    with pytest.raises(RulebookError, match=why):
        read(WITNESSED_TEXT.replace("witness <= 5 min", need))


@pytest.mark.promise(7)
def test_bringing_back_never_asks_for_one() -> None:
    start = SHIPPED_TEXT.index('id = "restore"')
    text = SHIPPED_TEXT[:start] + SHIPPED_TEXT[start:].replace(
        'id = "restore"', 'id = "restore"\nneeds = ["witness <= 1 h"]\napprove_within = "1 h"', 1
    )
    with pytest.raises(RulebookError, match="bringing back needs no witness"):
        read(text)


def test_a_rule_that_asks_says_how_long_it_waits() -> None:
    start = SHIPPED_TEXT.index('id = "silence-ordinary"')
    text = SHIPPED_TEXT[:start] + SHIPPED_TEXT[start:].replace('"on shift", "reason"', '"witness <= 1 h"', 1)
    with pytest.raises(RulebookError, match="approve_within: missing: a rule with a need of a witness"):
        read(text)


@pytest.mark.promise(11)
def test_an_older_witness_or_none_is_less_and_a_younger_one_is_not() -> None:
    younger = read(WITNESSED_TEXT.replace("witness <= 5 min", "witness <= 299 s"))
    same = read(WITNESSED_TEXT.replace("witness <= 5 min", "witness <= 300 s"))
    older = read(WITNESSED_TEXT.replace("witness <= 5 min", "witness <= 301 s"))
    assert needs_less(WITNESSED, SHIPPED)
    assert needs_less(WITNESSED, older)
    assert not needs_less(WITNESSED, younger)
    assert not needs_less(WITNESSED, same)
    assert not needs_less(SHIPPED, WITNESSED)


@pytest.mark.promise(1)
def test_a_rulebook_that_asks_for_one_is_proved() -> None:
    check(WITNESSED)
    assert isinstance(prove(WITNESSED), Proof)


def test_the_rule_that_the_howto_gives_is_proved_and_needs_no_less() -> None:
    howto = (ROOT / "docs" / "howto" / "write-a-rulebook.md").read_text(encoding="utf-8")
    (rule,) = (part for part in re.findall(r"```toml\n(.*?)```", howto, re.DOTALL) if 'id = "witnessed"' in part)
    book = load(f"{SHIPPED_TEXT}\n{rule}")
    check(book)
    assert isinstance(prove(book), Proof)
    assert not needs_less(SHIPPED, book)
    assert codes(decided(CRITICAL, PROPOSER, REVIEWER, MANAGER, book=book)) == ["witness-stale"]
    brief = asked("account.freeze", tier="critical", duration_minutes=15)
    assert isinstance(decided(brief, person("1", "duty manager"), book=book), Cleared)
