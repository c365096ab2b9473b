"""Colleagues read that others look at a case; an open page renews its reader's hold; both end by themselves."""

import pytest
from sqlalchemy import select

from gardefou.clock import MINUTE, SECOND, Micros
from gardefou.events import Actor
from gardefou.events.tables import event
from gardefou.reports import queries
from gardefou.reports.leases import LEASE_LASTS, take_lease
from gardefou.reports.presence import LOOK_LASTS, arrive, leave, lookers, stay
from gardefou.reports.tables import presence
from gardefou.storage import Database, Tx
from tests.factories.reports import make_case
from tests.factories.staff import make_actor, make_person


def _names(tx: Tx, case_id: int, now: int, but: int = 0) -> tuple[str, ...]:
    return lookers(tx, case_id=case_id, now=now, but=but).names


def test_others_who_look_are_named_once_however_many_pages_they_have_open(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        case_id, other = make_case(tx, now), make_case(tx, now)
        one, two = (Actor.person(make_person(tx, now, name=name)) for name in ("Agent 18", "Reviewer 3"))
        pages = [arrive(tx, actor=who, now=now, case_id=case_id) for who in (one, one, two)]
        arrive(tx, actor=one, now=now, case_id=other)
        assert _names(tx, case_id, now) == ("Agent 18", "Reviewer 3")
        assert _names(tx, case_id, now, but=one.person_id or 0) == ("Reviewer 3",)
        leave(tx, actor=one, now=now, case_id=case_id, page=pages[0] or 0)
        assert _names(tx, case_id, now) == ("Agent 18", "Reviewer 3")
        leave(tx, actor=one, now=now, case_id=case_id, page=pages[1] or 0)
        assert _names(tx, case_id, now) == ("Reviewer 3",)


def test_a_page_that_vanishes_is_forgotten_by_itself_and_one_that_stays_is_not(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        case_id, agent = make_case(tx, now), make_actor(tx, now)
        page = arrive(tx, actor=agent, now=now, case_id=case_id) or 0
        stay(tx, actor=agent, now=now + MINUTE, case_id=case_id, page=page)
        assert _names(tx, case_id, now + LOOK_LASTS)
        assert lookers(tx, case_id=case_id, now=now + LOOK_LASTS, but=0).until == now + MINUTE + LOOK_LASTS
        assert not _names(tx, case_id, now + MINUTE + LOOK_LASTS)
        arrive(tx, actor=make_actor(tx, now), now=now + 10 * MINUTE, case_id=case_id)
        assert len(tx.all(select(presence))) == 1  # Swept by whoever came next,
        stay(tx, actor=agent, now=now + 10 * MINUTE, case_id=case_id, page=page)
        assert len(_names(tx, case_id, now + 10 * MINUTE)) == 2  # and there again once its machine wakes up.


@pytest.mark.promise(17)
def test_an_open_page_renews_its_readers_hold_and_nobody_elses(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        case_id, agent, other = make_case(tx, now), make_actor(tx, now), make_actor(tx, now)
        take_lease(tx, actor=agent, now=now, case_id=case_id)
        mine, theirs = (arrive(tx, actor=who, now=now, case_id=case_id) or 0 for who in (agent, other))
        late = now + LEASE_LASTS - SECOND
        stay(tx, actor=other, now=late, case_id=case_id, page=theirs)
        assert queries.holder(tx, case_id, now + LEASE_LASTS) is None
        stay(tx, actor=agent, now=late, case_id=case_id, page=mine)
        held = queries.holder(tx, case_id, now + LEASE_LASTS)
        assert held is not None
        assert (held.person_id, held.until) == (agent.person_id, late + LEASE_LASTS)


def test_a_hold_that_has_run_out_is_not_brought_back_by_a_page(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        case_id, agent = make_case(tx, now), make_actor(tx, now)
        take_lease(tx, actor=agent, now=now, case_id=case_id)
        page = arrive(tx, actor=agent, now=now, case_id=case_id) or 0
        stay(tx, actor=agent, now=now + LEASE_LASTS, case_id=case_id, page=page)
        assert queries.holder(tx, case_id, now + LEASE_LASTS) is None


def test_coming_renewing_and_leaving_stir_the_lines_and_staying_stirs_nothing(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        case_id, agent = make_case(tx, now), make_actor(tx, now)
        take_lease(tx, actor=agent, now=now, case_id=case_id)
        page = arrive(tx, actor=agent, now=now, case_id=case_id) or 0
        stay(tx, actor=agent, now=now + MINUTE, case_id=case_id, page=page)
        stay(tx, actor=agent, now=now + LEASE_LASTS // 2, case_id=case_id, page=page)
        for _ in range(2):
            leave(tx, actor=agent, now=now + LEASE_LASTS // 2, case_id=case_id, page=page)
    with db.reading() as tx:
        said = tx.all(select(event).where(event.c.kind.startswith("presence.")).order_by(event.c.id))
    assert [row["kind"] for row in said] == ["presence.came", "presence.renewed", "presence.left"]
    assert {(row["subject"], row["body"]) for row in said} == {(f"presence:{case_id}", "{}")}


def test_nobody_looks_at_a_case_that_is_not_there(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        assert arrive(tx, actor=make_actor(tx, now), now=now, case_id=404) is None
        assert arrive(tx, actor=Actor.member(1), now=now, case_id=make_case(tx, now)) is None
