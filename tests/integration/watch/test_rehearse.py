"""The past, decided again under another rulebook."""

import pytest

from gardefou.clock import MINUTE, SECOND, SimulatedClock
from gardefou.guard.reading import read
from gardefou.guard.rules import UnsafeUnprovedRulebook
from gardefou.storage import Database
from gardefou.watch.rehearse import Fate, Rehearsal, rehearse
from tests.factories.guard import NONE_TEXT, SHIPPED_TEXT
from tests.factories.town import Town, found_town


@pytest.fixture
def town(db: Database, clock: SimulatedClock) -> Town:
    """A town with a past: a hide of each kind of account, and a refused attempt."""
    made = found_town(db, clock)
    made.a_past()
    return made


def past(town: Town, text: str) -> Rehearsal:
    with town.db.reading() as tx:
        return rehearse(tx, read(text))


def fates(town: Town, text: str) -> dict[str, list[Fate]]:
    found: dict[str, list[Fate]] = {}
    for one in past(town, text).orders:
        found.setdefault(one.tier, []).append(one.fate)
    return found


def test_under_its_own_rulebook_the_past_is_as_it_was(town: Town) -> None:
    played = past(town, SHIPPED_TEXT)
    assert played.counts[Fate.SAME] == len(played.orders) == 3
    assert played.others == []


def test_a_longer_hold_would_have_delayed_by_the_difference(town: Town) -> None:
    played = past(town, SHIPPED_TEXT.replace('hold = "10 min"', 'hold = "25 min"'))
    assert played.counts[Fate.DELAYED] == 1
    assert played.delays == (15 * MINUTE, 15 * MINUTE)


def test_more_people_would_have_been_waited_for(town: Town) -> None:
    more = SHIPPED_TEXT.replace('{ n = 1, role = "duty manager", other = "team" }', '{ n = 2, role = "duty manager" }')
    (one,) = [found for found in past(town, more).orders if found.fate is Fate.WAITS]
    assert (one.kind, one.tier, one.people) == ("account.hide", "critical", 1)


def test_a_stricter_need_would_have_stopped_it(town: Town) -> None:
    strict = SHIPPED_TEXT.replace("engagement_days >= 14", "engagement_days >= 4000")
    assert Fate.STOPPED in fates(town, strict)["critical"]


def test_without_rules_the_contractor_would_have_been_let_through(town: Town) -> None:
    with town.db.reading() as tx:
        played = rehearse(tx, UnsafeUnprovedRulebook.load(NONE_TEXT))
    through = [one for one in played.orders if one.fate is Fate.LET_THROUGH]
    assert [(one.kind, one.tier, one.people) for one in through] == [("account.hide", "critical", 0)]
    assert through[0].to_json()["fate"] == "let through"
    assert played.orders[0].at <= played.orders[-1].at + SECOND
