"""Which hours of the coming week have nobody who could approve: asked of the guard's own matching, told before."""

import random
from collections.abc import Iterable

import pytest

from gardefou.clock import DAY, HOUR, SimulatedClock, from_iso
from gardefou.events.actor import SETUP
from gardefou.guard.rules import load
from gardefou.safeguards.at_hand import at_best, for_want_of_keys, unsatisfied
from gardefou.safeguards.occasions import occasions
from gardefou.safeguards.week import SEEN, WEEK, Gap, gaps
from gardefou.safeguards.week_words import sentence
from gardefou.staff.add_shift import add_shift
from gardefou.staff.credentials import first_signs_at
from gardefou.staff.queries import people, persons_facts
from gardefou.storage import Database, Tx
from tests.factories.authenticator import enrol_key
from tests.factories.staff import make_person
from tests.factories.town import RULEBOOKS

SHIPPED = load((RULEBOOKS / "shipped.toml").read_text("utf-8"))
CRITICAL = ("silence-critical", "freeze-critical", "post-critical-again")


def on_shift(tx: Tx, now: int, people: Iterable[int], starts: int, ends: int) -> None:
    for person_id in people:
        add_shift(tx, actor=SETUP, now=now, person_id=person_id, starts=starts, ends=ends)


def staffed(tx: Tx, now: int, *, since: int = 400 * DAY, days_left: int | None = None) -> list[int]:
    """Make the fewest people who could do everything, off duty so far: the last is the manager of the other team."""
    roles = ("reviewer", "reviewer", "duty manager")
    north = [make_person(tx, now, role=role, team="North", on_shift=False) for role in roles]
    return [
        *north,
        make_person(tx, now, role="duty manager", team="South", on_shift=False, since=since, days_left=days_left),
    ]


def critical(found: Iterable[Gap]) -> list[tuple[int, int]]:
    return [(gap.starts, gap.ends) for gap in found if gap.rules == CRITICAL]


@pytest.mark.promise(11)
def test_the_night_in_which_nobody_could_approve_is_known_before(db: Database, clock: SimulatedClock) -> None:
    now = clock.now()
    with db.transaction() as tx:
        *others, south = staffed(tx, now)
        on_shift(tx, now, others, now - HOUR, now + 8 * DAY)
        dark, light = from_iso("2017-11-07T22:00:00Z"), from_iso("2017-11-08T06:00:00Z")
        on_shift(tx, now, [south], now, dark)
        on_shift(tx, now, [south], light, now + 8 * DAY)
        found = gaps(tx, SHIPPED, now)
    assert critical(found) == [(dark, light)]
    assert [gap.rules for gap in found] == [CRITICAL]
    assert sentence(found[0], now) == (
        "silence-critical, freeze-critical, post-critical-again: nobody could approve from Tue 7 Nov, 22:00 to "
        "Wed 8 Nov, 06:00 UTC (needs a duty manager of another team on shift)."
    )


def test_a_full_week_has_no_gap_and_an_empty_one_nothing_else(db: Database, clock: SimulatedClock) -> None:
    now = clock.now()
    with db.transaction() as tx:
        everybody = staffed(tx, now)
        empty = gaps(tx, SHIPPED, now)
        on_shift(tx, now, everybody, now, now + SEEN)
        assert gaps(tx, SHIPPED, now) == []
    assert {(gap.starts, gap.ends) for gap in empty} == {(now, now + SEEN)}
    assert {name for gap in empty for name in gap.rules} >= {"silence-ordinary", "post-urgent", "freeze-brief"}
    assert all("propose at any hour of the next seven days" in sentence(gap, now) for gap in empty)


@pytest.mark.promise(6)
def test_the_last_days_of_an_engagement_count_as_absence(db: Database, clock: SimulatedClock) -> None:
    """Fourteen whole days must be left: the rule bites in the middle of the week, though the shifts go on."""
    now = clock.now()
    with db.transaction() as tx:
        everybody = staffed(tx, now, days_left=17)
        on_shift(tx, now, everybody, now, now + SEEN)
        found = critical(gaps(tx, SHIPPED, now))
    assert found == [(now + 3 * DAY + HOUR + 1, now + SEEN)]


def test_people_who_come_of_age_close_a_gap(db: Database, clock: SimulatedClock) -> None:
    now = clock.now()
    with db.transaction() as tx:
        everybody = staffed(tx, now, since=12 * DAY)
        on_shift(tx, now, everybody, now, now + WEEK)
        assert critical(gaps(tx, SHIPPED, now)) == [(now, now + 2 * DAY)]


def test_the_walk_agrees_with_asking_at_every_turn(db: Database, clock: SimulatedClock) -> None:
    """Shifts, last days and new people at random; at instants of any kind the walk and a plain question agree."""
    now, dice = clock.now(), random.Random(7)  # noqa: S311  # a test that is the same each time
    teams = ("North", "South")
    with db.transaction() as tx:
        for number in range(14):
            role = ("agent", "reviewer", "reviewer", "duty manager")[number % 4]
            left = dice.choice([None, 15, 18, 30])
            since = dice.choice([10, 13, 400]) * DAY
            one = make_person(tx, now, role=role, team=dice.choice(teams), since=since, days_left=left, on_shift=False)
            for day in range(8):
                if dice.random() < 0.6:
                    starts = now + day * DAY + dice.randrange(24) * HOUR
                    on_shift(tx, now, [one], starts, starts + dice.randrange(6, 16) * HOUR)
        found = gaps(tx, SHIPPED, now)
        ids = [one.id for one in people(tx, now)]
        edges = [at for gap in found for at in (gap.starts, gap.ends - 1, gap.ends) if at < now + WEEK]
        for at in [*dice.sample(edges, min(16, len(edges))), *(now + dice.randrange(WEEK) for _ in range(8))]:
            present = [one for one in persons_facts(tx, ids, at).values() if one.engaged]
            for occasion in occasions(SHIPPED):
                open_now = any(gap.rules == occasion.names and gap.starts <= at < gap.ends for gap in found)
                assert open_now == bool(at_best(occasion.rules, present, at).missing)
    assert critical(found)


@pytest.mark.promise(11)
def test_a_gap_for_want_of_ripe_keys_alone_does_not_ask_for_a_shift(db: Database, clock: SimulatedClock) -> None:
    now = clock.now()
    roles = (("reviewer", "North"), ("reviewer", "North"), ("duty manager", "North"), ("duty manager", "South"))
    with db.transaction() as tx:
        staff = [make_person(tx, now, role=role, team=team, on_shift=False, key=False) for role, team in roles]
        for person_id in staff:
            enrol_key(tx, now=now - HOUR, person_id=person_id)
        on_shift(tx, now, staff[:3], now, now + 8 * DAY)
        on_shift(tx, now, staff[3:], now, now + 2 * DAY)
        on_shift(tx, now, staff[3:], now + 4 * DAY, now + 8 * DAY)
        found = [gap for gap in gaps(tx, SHIPPED, now) if gap.rules == CRITICAL]
        assert first_signs_at(tx, now) == now + 71 * HOUR
        assert first_signs_at(tx, now + 71 * HOUR) is None
        _never, not_now = unsatisfied(tx, SHIPPED, now)
        assert "rota" in not_now
        assert for_want_of_keys(tx, SHIPPED, now, not_now) == not_now
    # First keys are wanting, then for two days the manager of the other team is.
    assert [(gap.starts, gap.ends, gap.keys) for gap in found] == [
        (now, now + 2 * DAY, True),
        (now + 2 * DAY, now + 4 * DAY, False),
    ]
    assert "for want of keys that sign by then" in sentence(found[0], now)
    assert "duty manager of another team on shift" in sentence(found[1], now)
