"""Which caps an act is past is read off the rulebook in force, whatever its rules are called."""

import pytest

from gardefou.desk.why import why
from gardefou.guard.caps import caps_met
from gardefou.guard.rules import load
from tests.factories.guard import SHIPPED, SHIPPED_TEXT, values


@pytest.mark.promise(20)
@pytest.mark.parametrize(
    ("counted", "had", "said", "line"),
    [
        ("acts_by_person_1h", 30, "you have asked for 30 acts", "cap-person · acts_by_person_1h 30, from 30"),
        ("acts_by_house_1h", 600, "the house has asked for 600 acts", "cap-house · acts_by_house_1h 600, from 600"),
        (
            "reach_this_shift",
            1_200_000,
            "has 1.2 million followers with this.",
            "cap-reach · reach_this_shift 1200000, from 1000000",
        ),
    ],
)
def test_a_cap_is_named_with_what_it_counts_and_from_where_on(counted: str, had: int, said: str, line: str) -> None:
    assert list(caps_met(SHIPPED, "account.hide", values() | {counted: 1})) == []
    (told,) = why(caps_met(SHIPPED, "account.hide", values() | {counted: had}))
    assert said in told.words
    assert told.code == line


def test_a_cap_that_binds_other_accounts_is_not_named() -> None:
    assert list(caps_met(SHIPPED, "account.hide", values(tier="notable", acts_by_person_1h=30))) == []
    assert list(caps_met(SHIPPED, "account.restore", values(acts_by_person_1h=30))) == []


def test_more_than_so_many_is_from_one_more_on() -> None:
    book = load(SHIPPED_TEXT.replace("acts_by_person_1h >= 30", "acts_by_person_1h > 30"))
    assert list(caps_met(book, "account.hide", values(acts_by_person_1h=30))) == []
    (told,) = caps_met(book, "account.hide", values(acts_by_person_1h=31))
    assert told.fields["least"] == 31
