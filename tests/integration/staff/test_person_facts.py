"""What the guard may know of a person, for an instant."""

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from gardefou.clock import DAY, HOUR, Micros
from gardefou.events.actor import SETUP
from gardefou.guard.facts import OPEN_ENDED
from gardefou.staff import queries
from gardefou.staff.add_shift import add_shift
from gardefou.staff.end_engagement import end_engagement
from gardefou.staff.engage import engage
from gardefou.staff.enrol import enrol
from gardefou.staff.errors import (
    EmailTakenError,
    EngagementOverlapError,
    NameTakenError,
    NotEngagedError,
    PersonError,
    UnknownPersonError,
)
from gardefou.staff.grant_role import grant_role
from gardefou.staff.tables import person
from gardefou.staff.take_role import take_role
from gardefou.storage import Database
from tests.factories.staff import make_person


@pytest.mark.promise(4)
def test_facts_are_those_of_the_instant_asked_about(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        person_id = make_person(tx, now, role="reviewer", team="North", since=30 * DAY, days_left=20)
        fact = queries.person_facts(tx, person_id, now)
        later = queries.person_facts(tx, person_id, now + 7 * HOUR)
        after = queries.person_facts(tx, person_id, now + 20 * DAY + HOUR)
    assert fact is not None
    assert later is not None
    assert after is not None
    assert (fact.id, fact.roles, fact.team, fact.employer) == (
        str(person_id),
        frozenset({"reviewer"}),
        "North",
        "The house",
    )
    assert (fact.engaged, fact.on_shift, fact.engagement_days, fact.engagement_days_left) == (True, True, 30, 20)
    assert (later.engaged, later.on_shift) == (True, False)
    assert (after.engaged, after.team, after.engagement_days, after.engagement_days_left) == (False, "", 0, 0)


@pytest.mark.promise(6)
@pytest.mark.parametrize(("left", "days"), [(1, 0), (DAY - 1, 0), (DAY, 1), (14 * DAY - 1, 13), (14 * DAY, 14)])
def test_the_last_day_has_no_whole_day_left(db: Database, now: Micros, left: int, days: int) -> None:
    with db.transaction() as tx:
        person_id = make_person(tx, now, engaged=False)
        engage(tx, actor=SETUP, now=now, person_id=person_id, employer="E", team="T", starts=now - DAY, ends=now + left)
        fact = queries.person_facts(tx, person_id, now)
        gone = queries.person_facts(tx, person_id, now + left)
    assert fact is not None
    assert gone is not None
    assert (fact.engaged, fact.engagement_days_left) == (True, days)
    assert not gone.engaged


def test_an_engagement_without_an_end_is_never_near_it(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        fact = queries.person_facts(tx, make_person(tx, now), now)
    assert fact is not None
    assert fact.engagement_days_left == OPEN_ENDED == 1_000_000


def test_an_engagement_yet_to_begin_binds_nobody(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        person_id = make_person(tx, now, engaged=False)
        engage(tx, actor=SETUP, now=now, person_id=person_id, employer="E", team="T", starts=now + 1)
        before, then = queries.person_facts(tx, person_id, now), queries.person_facts(tx, person_id, now + 1)
    assert before is not None
    assert then is not None
    assert (before.engaged, then.engaged) == (False, True)


def test_nobody_has_no_facts(db: Database, now: Micros) -> None:
    with db.reading() as tx:
        assert queries.person_facts(tx, 404, now) is None


def test_many_people_are_read_at_once_and_the_unknown_left_out(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        ids = [make_person(tx, now, role=role) for role in ("agent", "reviewer", None)]
        facts = queries.persons_facts(tx, [*ids, 404], now)
        alone = {person_id: queries.person_facts(tx, person_id, now) for person_id in ids}
    assert facts == alone
    assert facts[ids[2]].roles == frozenset()


@pytest.mark.promise(4)
def test_a_role_taken_is_gone_at_once_and_was_held_before(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        person_id = make_person(tx, now, role="reviewer")
        grant_role(tx, actor=SETUP, now=now, person_id=person_id, role="duty manager")
        grant_role(tx, actor=SETUP, now=now, person_id=person_id, role="duty manager")
        assert take_role(tx, actor=SETUP, now=now + 5, person_id=person_id, role="duty manager")
        assert not take_role(tx, actor=SETUP, now=now + 5, person_id=person_id, role="duty manager")
        held, gone = queries.person_facts(tx, person_id, now + 4), queries.person_facts(tx, person_id, now + 5)
    assert held is not None
    assert gone is not None
    assert [sorted(held.roles), sorted(gone.roles)] == [["duty manager", "reviewer"], ["reviewer"]]


def test_duty_managers_on_shift_are_engaged_and_on_duty_now(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        here = make_person(tx, now, role="duty manager", name="Duty manager 2")
        make_person(tx, now, role="duty manager", on_shift=False)
        make_person(tx, now, role="duty manager", engaged=False)
        make_person(tx, now, role="reviewer")
        found = queries.duty_managers_on_shift(tx, now)
    assert [(one.id, one.name, one.on_shift_until) for one in found] == [(here, "Duty manager 2", now + 7 * HOUR)]


def test_everybody_is_listed_by_name_with_what_holds_now(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        make_person(tx, now, name="Reviewer 7", role="reviewer", team="South", days_left=0)
        make_person(tx, now, name="Agent 3", engaged=False, on_shift=False)
        found = queries.people(tx, now)
    assert [(one.name, one.engaged, one.team, one.engagement_ends) for one in found] == [
        ("Agent 3", False, "", None),
        ("Reviewer 7", True, "South", now + HOUR),
    ]


@pytest.mark.promise(2)
def test_one_name_is_one_human(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        enrol(tx, actor=SETUP, now=now, name="Reviewer 12", email="r12@example.org")
        with pytest.raises(NameTakenError, match="already called 'Reviewer 12'"):
            enrol(tx, actor=SETUP, now=now, name=" Reviewer 12 ", email="other@example.org")
        assert len(queries.people(tx, now)) == 1


@pytest.mark.promise(2)
def test_one_address_is_one_human(db: Database, now: Micros) -> None:
    """Two rows for one human would be two signatures."""
    with db.transaction() as tx:
        enrol(tx, actor=SETUP, now=now, name="Reviewer 12", email="r12@example.org")
        with pytest.raises(EmailTakenError, match="address of Reviewer 12"):
            enrol(tx, actor=SETUP, now=now, name="Reviewer 13", email=" R12@Example.ORG ")
        assert [one.name for one in queries.people(tx, now)] == ["Reviewer 12"]


@pytest.mark.promise(2)
def test_the_database_itself_knows_an_address_once(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        enrol(tx, actor=SETUP, now=now, name="Reviewer 12", email="r12@example.org")
        row = dict(tx.all(select(person))[0])
    with pytest.raises(IntegrityError), db.transaction() as tx:
        tx.execute(insert(person).values(row | {"id": 7, "name": "Reviewer 13"}))


@pytest.mark.promise(6)
def test_two_engagements_never_overlap_so_that_no_last_day_is_hidden(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        person_id = make_person(tx, now, days_left=3)
        for starts, ends in ((now, None), (now - 500 * DAY, now - 399 * DAY), (now + DAY, now + 2 * DAY)):
            with pytest.raises(EngagementOverlapError, match="already engaged from"):
                engage(tx, actor=SETUP, now=now, person_id=person_id, employer="E", team="T", starts=starts, ends=ends)
        engage(tx, actor=SETUP, now=now, person_id=person_id, employer="E", team="T", starts=now + 3 * DAY + HOUR)
        fact = queries.person_facts(tx, person_id, now)
    assert fact is not None
    assert fact.engagement_days_left == 3


def test_saying_the_same_twice_changes_nothing(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        person_id = make_person(tx, now, engaged=False, on_shift=False)
        bonds = {
            engage(tx, actor=SETUP, now=now, person_id=person_id, employer="E", team="T", starts=now) for _ in range(2)
        }
        shifts = {
            add_shift(tx, actor=SETUP, now=now, person_id=person_id, starts=now, ends=now + HOUR) for _ in range(2)
        }
    assert (len(bonds), len(shifts)) == (1, 1)


def test_what_cannot_be_kept_is_refused_in_words(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        person_id = make_person(tx, now, engaged=False)
        with pytest.raises(PersonError, match="1 to 200 characters"):
            enrol(tx, actor=SETUP, now=now, name="  ", email="a@example.org")
        with pytest.raises(PersonError, match="'nowhere' is not an e-mail address"):
            enrol(tx, actor=SETUP, now=now, name="A", email="nowhere")
        with pytest.raises(PersonError, match="'de' is not a language"):
            enrol(tx, actor=SETUP, now=now, name="A", email="a@example.org", locale="de")
        with pytest.raises(PersonError, match="'king' is not a role; use one of agent"):
            grant_role(tx, actor=SETUP, now=now, person_id=person_id, role="king")
        with pytest.raises(PersonError, match="before it begins"):
            add_shift(tx, actor=SETUP, now=now, person_id=person_id, starts=now, ends=now)
        with pytest.raises(PersonError, match="before it begins"):
            engage(tx, actor=SETUP, now=now, person_id=person_id, employer="E", team="T", starts=now, ends=now)
        with pytest.raises(PersonError, match="names its employer and its team"):
            engage(tx, actor=SETUP, now=now, person_id=person_id, employer=" ", team="T", starts=now)
        with pytest.raises(UnknownPersonError, match="number 404"):
            add_shift(tx, actor=SETUP, now=now, person_id=404, starts=now, ends=now + 1)
        with pytest.raises(NotEngagedError, match="nothing to end"):
            end_engagement(tx, actor=SETUP, now=now, person_id=person_id)
