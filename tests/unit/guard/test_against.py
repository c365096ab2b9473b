"""What needs less than it did is found, wherever it hides; and what asks for more is not called less."""

import json

import pytest

from gardefou.guard.prove.against import against, equivalent
from gardefou.guard.prove.words import differences
from gardefou.guard.reading import read
from tests.factories.guard import NONE, SHIPPED, SHIPPED_TEXT
from tests.factories.rulebooks import BACK, BY_CLOCK, HEAD, ONE_MORE, rule

TWO_MORE = f'{ONE_MORE}, {{ n = 1, role = "duty manager", other = "team" }}'
OLD = HEAD + BACK + rule("two", "account.hide", "tier != 'ordinary'", approve=TWO_MORE, hold="10 min",
                         needs='"on shift", "engagement_days >= 14"')  # fmt: skip


def less(old: str, new: str, text: str = OLD) -> list[tuple[str, str, str]]:
    """Return what needs less once `old` is replaced by `new`; and see that the way back never does."""
    assert old in text
    found = against(read(text), read(text.replace(old, new)))
    assert json.loads(json.dumps([one.to_json() for one in found]))[0]["what"] == found[0].what if found else True
    return sorted({(one.what, one.was, one.now) for one in found})


@pytest.mark.promise(11)
@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        (ONE_MORE + ", ", "", ("people", "3", "2")),
        ('hold = "10 min"', 'hold = "9 min"', ("hold", "10 min", "9 min")),
        ('hold = "10 min"', "", ("hold", "10 min", "none")),
        ('"on shift", ', "", ("need", "'on shift'", "nothing")),
        ("engagement_days >= 14", "engagement_days >= 13", ("need", "'engagement_days >= 14'", "less")),
        (', other = "team"', "", ("place", "1 × duty manager of another team", "0 × duty manager of another team")),
        ('role = "duty manager"', 'role = ["duty manager", "agent"]',
         ("place", "1 × duty manager of another team", "0 × duty manager of another team")),
        ('{ role = "reviewer" }\nneeds', '{ role = ["reviewer", "agent"] }\nneeds', ("propose", "others", "agent")),
        ('execute_within = "5 min"', 'execute_within = "6 min"', ("execute_within", "5 min", "6 min")),
        ("tier != 'ordinary'", "true", ("allowed", "refused", "allowed")),
        ('[veto]\nrole = "reviewer"', '[veto]\nrole = "agent"', ("veto", "reviewer", "agent")),
        ("[veto]", '[settings]\nextra_role = "agent"\n[veto]', ("extra", "reviewer or duty manager", "agent")),
    ],
)  # fmt: skip
def test_a_line_that_weakens_is_found(old: str, new: str, found: tuple[str, str, str]) -> None:
    assert found in less(old, new)
    assert not against(read(OLD), read(OLD))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('hold = "10 min"', 'hold = "11 min"'),
        ("engagement_days >= 14", "engagement_days >= 15"),
        ("engagement_days >= 14", "engagement_days > 13"),
        (', other = "team"', ', other = "team" }, { n = 1, role = "agent"'),
        ("tier != 'ordinary'", "tier == 'critical'"),
        ('id = "two"', 'id = "renamed"'),
        ('execute_within = "5 min"', 'execute_within = "4 min"'),
    ],
)
def test_what_asks_for_as_much_or_more_is_not_less(old: str, new: str) -> None:
    assert less(old, new) == []


@pytest.mark.promise(11)
def test_a_tier_that_begins_later_is_found_where_it_begins() -> None:
    found = against(
        SHIPPED, read(SHIPPED_TEXT.replace("peak_followers_90d >= 100_000", "peak_followers_90d >= 200_000"))
    )
    said = [one for one in found if (one.kind, one.what) == ("account.hide", "people")]
    assert [(one.was, one.now, one.facts["tier"], one.facts["peak_followers_90d"]) for one in said] == [
        ("2", "1", "notable", 100_000)
    ]
    assert any("hiding" in line and "a notable account: needed 2 people, now 1" in line for line in differences(found))


@pytest.mark.promise(2)
def test_a_cap_that_is_raised_or_gone_is_found_past_its_number() -> None:
    raised = against(SHIPPED, read(SHIPPED_TEXT.replace("acts_by_person_1h >= 30", "acts_by_person_1h >= 31")))
    assert {one.facts["acts_by_person_1h"] for one in raised} == {30}
    assert {one.what for one in raised} >= {"people"}


def test_a_machine_in_the_place_of_a_person_is_found() -> None:
    text = HEAD + rule("one", "account.hide", approve=ONE_MORE)
    found = against(read(text), read(text.replace('propose = { role = "reviewer" }\n', BY_CLOCK)))
    assert {("people", "2", "1"), ("propose", "others", "machine clock")} <= {(o.what, o.was, o.now) for o in found}


def test_everything_needed_less_in_2017() -> None:
    found = against(SHIPPED, NONE)
    assert {one.kind for one in found} >= {"account.hide", "account.restore", "post.hide", "statement.publish"}
    assert "a veto could come from agent or reviewer or duty manager, now from duty manager" in differences(found)


def test_what_needs_more_is_said_the_other_way_round() -> None:
    stricter = OLD.replace('hold = "10 min"', 'hold = "11 min"').replace("tier != 'ordinary'", "tier == 'critical'")
    assert not against(read(OLD), read(stricter))
    said = differences(against(read(stricter), read(OLD)), more=True)
    assert "hiding a notable account: was allowed, now it is refused, when roster is 'notable'" in said
    assert "hiding a critical account: waited 10 min, now 11 min, when roster is 'critical'" in said


def test_rules_that_say_the_same_in_other_words_are_equivalent() -> None:
    other = OLD.replace("tier != 'ordinary'", "tier == 'notable' or not (tier == 'notable' or tier == 'ordinary')")
    assert other != OLD
    assert equivalent(read(OLD), read(other))
    assert not equivalent(read(OLD), read(OLD.replace('hold = "10 min"', 'hold = "11 min"')))
