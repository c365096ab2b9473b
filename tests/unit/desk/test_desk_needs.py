"""What an act needs, in a few words; and the rulebook's rules as people read them."""

from pathlib import Path

import pytest

from gardefou.clock import MINUTE
from gardefou.desk.acts import effect_words, needs_words
from gardefou.desk.record_pages import WIDTH, stretches
from gardefou.desk.rules_page import block
from gardefou.guard.rules import Place, Plan, load
from gardefou.orders.kinds import Kind
from gardefou.watch.who import Line
from gardefou.words import speak

SHIPPED = (Path(__file__).parents[3] / "rulebooks" / "shipped.toml").read_text("utf-8")


def plan(places: int, hold: int) -> Plan:
    return Plan(
        rules=("r",),
        propose=(),
        places=(Place(role="reviewer"),) * places,
        hold=hold,
        approve_within=0,
        execute_within=0,
        needs=frozenset(),
    )


@pytest.mark.parametrize(
    ("places", "hold", "words"),
    [
        (0, 0, "You alone, at once"),
        (1, 0, "You + 1 person, no hold"),
        (2, 10 * MINUTE, "You + 2 people, 10 min"),
        (0, 5 * MINUTE, "You alone, 5 min"),
    ],
)
def test_needs_are_people_and_time(places: int, hold: int, words: str) -> None:
    assert needs_words(plan(places, hold)) == words


def test_where_no_rule_speaks_nobody_can() -> None:
    assert needs_words(None) == "No rule allows this to anybody"


def test_hiding_says_the_very_sentence_people_will_read_in_their_language() -> None:
    account = {"followers": 41_700_000, "posts": 36_000}
    strong, effect = effect_words(Kind.ACCOUNT_HIDE, account)
    assert strong == "41.7 million followers will read “Sorry, that page doesn’t exist!”"
    assert effect.startswith("All 36,000 posts leave every timeline.")
    with speak("fr"):
        french, _ = effect_words(Kind.ACCOUNT_HIDE, account)
    assert french.startswith("41,7")
    assert french.endswith("d’abonnés liront «\u202fDésolé, cette page n’existe pas.\u202f»")


def test_every_shipped_rule_can_be_said() -> None:
    said = {rule.id: block(rule) for rule in load(SHIPPED).rules}
    assert said["silence-critical"].detail == (
        "Proposed by a reviewer. Then signed by a reviewer, a duty manager of another team. Held 10 min. "
        "Signed within 2 h, or void. Takes effect within 30 min, or never. "
        "Needs being on shift, evidence, engagement_days >= 14."
    )
    assert said["last-days"].detail == (
        "Adds a condition to whatever else applies. Needs a signature with one’s own passkey, "
        "14 days left of the engagement at least."
    )
    assert all(one.words and one.code for one in said.values())


def line(at: int, standing: tuple[str, str] | None) -> Line:
    return Line(
        index=at,
        at=at,
        kind="order.executed",
        who="",
        erased=False,
        order_id=1,
        order_kind="account.hide",
        subject_erased=False,
        subject="",
        rules=(),
        reason="",
        reasons=(),
        because="",
        why="",
        state="executed",
        standing=standing,
        tier="",
        since_proposal=None,
        since_last=None,
    )


def test_the_picture_of_a_page_is_its_standings_one_after_another() -> None:
    drawn = stretches([line(0, ("active", "hidden")), line(10, None), line(25, ("hidden", "active"))], 100)
    assert [(one.standing, one.x, one.width) for one in drawn] == [("hidden", 0, 250), ("active", 250, 750)]
    assert sum(one.width for one in drawn) == WIDTH
    assert stretches([], 100) == []
