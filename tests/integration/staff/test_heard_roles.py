"""What an identity provider leaves of somebody's roles is honoured wherever roles are read, and adds nothing."""

import pytest
from sqlalchemy import select

from gardefou.clock import DAY, HOUR, Micros
from gardefou.events import Actor
from gardefou.staff.ahead import ahead
from gardefou.staff.heard_roles import forget_roles, hear_roles, heard_at, said_of
from gardefou.staff.queries import at_work, duty_managers_on_shift, engaged_as, person, person_facts
from gardefou.staff.roles import Role
from gardefou.staff.tables import person as person_table
from gardefou.storage import Database, Tx
from tests.factories.staff import make_person


def roles_everywhere(tx: Tx, person_id: int, now: int) -> list[frozenset[str]]:
    """Return the roles somebody has by each way of reading them."""
    one, facts = person(tx, person_id, now), person_facts(tx, person_id, now)
    coming = next(one for one in ahead(tx, now, now + HOUR) if one.person["id"] == person_id)
    assert one is not None
    assert facts is not None
    listed = frozenset(role.value for role in Role if any(each.id == person_id for each in engaged_as(tx, [role], now)))
    working = at_work(tx, person_id, now)
    assert working is not None
    return [one.roles, facts.roles, coming.at(now + 1).roles, listed, working.roles]


@pytest.mark.promise(4)
@pytest.mark.parametrize(
    ("said", "left"),
    [
        ({Role.DUTY_MANAGER}, {"duty manager"}),
        ({Role.DUTY_MANAGER, Role.ADMINISTRATOR, Role.REVIEWER}, {"duty manager"}),
        ({Role.ADMINISTRATOR}, set()),
        (set(), set()),
    ],
)
def test_roles_in_force_are_those_granted_and_left(db: Database, now: Micros, said: set[Role], left: set[str]) -> None:
    with db.transaction() as tx:
        for _ in range(3):
            make_person(tx, now, role="agent")  # Enough who restore, so that this one need not keep it.
        person_id = make_person(tx, now, role="duty manager")
        assert roles_everywhere(tx, person_id, now) == [frozenset({"duty manager"})] * 5
        hear_roles(tx, actor=Actor.person(person_id), now=now, person_id=person_id, roles=said)
        assert roles_everywhere(tx, person_id, now) == [frozenset(left)] * 5
        assert bool(duty_managers_on_shift(tx, now)) is bool(left)


def test_the_last_word_counts_and_voids_nothing_that_was_signed_about_its_person(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        person_id = make_person(tx, now, role="reviewer")
        versions = []
        for at, roles in enumerate(([Role.REVIEWER], [Role.REVIEWER], [])):
            hear_roles(tx, actor=Actor.person(person_id), now=now + at, person_id=person_id, roles=roles)
            versions.append(tx.scalar(select(person_table.c.version).where(person_table.c.id == person_id)))
        assert len(set(versions)) == 1
        assert heard_at(tx, person_id) == now + 2
        assert said_of(tx, [person_id]) == {person_id: frozenset()}


def test_what_was_heard_is_forgotten_where_nothing_is_mapped_any_more(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        person_id = make_person(tx, now, role="reviewer")
        hear_roles(tx, actor=Actor.person(person_id), now=now, person_id=person_id, roles=[])
        forget_roles(tx, actor=Actor.machine("setup"))
        assert roles_everywhere(tx, person_id, now) == [frozenset({"reviewer"})] * 5
        assert heard_at(tx, person_id) is None


@pytest.mark.promise(4)
@pytest.mark.parametrize("role", ["agent", None])
def test_who_is_at_work_is_who_is_engaged_at_that_instant_in_the_very_same_roles(
    db: Database, now: Micros, role: str | None
) -> None:
    with db.transaction() as tx:
        make_person(tx, now)
        ids = [
            make_person(tx, now, role=role),
            make_person(tx, now, role=role, days_left=1, since=2 * DAY),
            make_person(tx, now, role=role, engaged=False),
        ]
        for at in (now - 3 * DAY, now, now + DAY + HOUR - 1, now + DAY + HOUR, now + 2 * DAY):
            for person_id in ids:
                read, one = at_work(tx, person_id, at), person(tx, person_id, at)
                assert read is not None
                assert one is not None
                assert (read.id, read.name, read.engaged, read.roles) == (one.id, one.name, one.engaged, one.roles)
        assert at_work(tx, 7, now) is None
