"""Those who reported are told what became of it: each once, whoever dies in the middle, and again when it changes."""

from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, select

from gardefou.app.house import House, house_on
from gardefou.app.settings import Settings
from gardefou.app.teller import Teller
from gardefou.clock import MINUTE, SimulatedClock
from gardefou.events import Actor
from gardefou.network.tables import net_account, net_house_notice
from gardefou.network.tell_members import tell_members
from gardefou.reports import cases, queries
from gardefou.reports.filing import Filing, filing
from gardefou.reports.intake import file_reports
from gardefou.reports.misuse.criteria import REJECTED
from gardefou.reports.misuse.tables import misuse
from gardefou.reports.telling.begin import UNDONE_WITHIN
from gardefou.reports.telling.tables import telling
from gardefou.reports.telling.tell_next import tell_next
from gardefou.storage import Database, Tx
from gardefou.storage.bulk import insert_rows
from tests.factories.accounts import make_account
from tests.factories.network import make_member
from tests.factories.racing import race
from tests.factories.staff import make_actor

WORKER = Actor.machine("worker")
MANY = 10_000


class _DiedError(Exception):
    """The worker is gone."""


@pytest.fixture
def house(db: Database, clock: SimulatedClock, tmp_path: Path) -> House:
    return house_on(db, Settings(data=str(tmp_path)), clock=clock)


def _members(tx: Tx, now: int, many: int) -> list[int]:
    """Open so many accounts on the network, all like the first."""
    first = dict(tx.first(select(net_account).where(net_account.c.id == make_member(tx, now))) or {})
    ids = [first["id"], *(tx.new_id(now) for _ in range(many - 1))]
    like = [first | {"id": one, "handle": f"m{one}", "handle_key": f"m{one}", "email": None} for one in ids[1:]]
    insert_rows(tx, net_account, tuple(first), [tuple(row.values()) for row in like])
    return ids


def _report(account_id: int, reporter: Actor, comment: str = "") -> Filing:
    return filing(actor=reporter, account_id=account_id, category="spam", comment=comment)


def _close(db: Database, case_id: int, now: int, outcome: str = "rejected", by: Actor | None = None) -> None:
    with db.transaction() as tx:
        version = queries.case(tx, case_id).version
        cases.close(tx, actor=by or make_actor(tx, now), now=now, case_id=case_id, outcome=outcome, version=version)


def _reopen(db: Database, case_id: int, now: int) -> None:
    with db.transaction() as tx:
        version = queries.case(tx, case_id).version
        cases.reopen(tx, actor=make_actor(tx, now), now=now, case_id=case_id, version=version)


def _told(db: Database) -> Counter[tuple[int, str]]:
    with db.reading() as tx:
        rows = tx.all(select(net_house_notice.c.account_id, net_house_notice.c.kind))
        return Counter((int(row["account_id"]), str(row["kind"])) for row in rows)


def _reported_by(house: House, *reporters: Actor) -> int:
    """Let people report one account; return the case."""
    with house.db.transaction() as tx:
        now = house.clock.now()
        account_id = make_account(tx, now)
        filed = file_reports(tx, now=now, filings=[_report(account_id, one) for one in reporters])
    assert filed[0] is not None
    return filed[0].case_id


def _member(house: House) -> int:
    with house.db.transaction() as tx:
        return make_member(tx, house.clock.now())


def _die_at_work(db: Database, now: int) -> None:
    with db.transaction() as tx:
        lost = tell_next(tx, actor=WORKER, now=now)
        assert lost is not None
        about, said = f"telling:{lost.id}", [(one, "/reports") for one, _report_id in lost.members]
        assert tell_members(tx, actor=WORKER, now=now, kind=lost.what, about=about, handle="x", members=said)
        raise _DiedError


@pytest.mark.promise(17)
def test_ten_thousand_reporters_are_told_once_each_although_the_worker_dies_in_the_middle(
    house: House, clock: SimulatedClock
) -> None:
    db, now = house.db, clock.now()
    with db.transaction() as tx:
        account_id, members = make_account(tx, now), _members(tx, now, MANY)
        reports = [_report(account_id, Actor.member(one)) for one in members]
        # Every tenth says something else as well, and a thousand have no account.
        reports += [_report(account_id, Actor.member(one), "And this.") for one in members[::10]]
        reports += [_report(account_id, Actor.visitor(f"v{number}")) for number in range(1_000)]
        filed = file_reports(tx, now=now, filings=reports)
        assert filed[0] is not None
        case_id = filed[0].case_id
    _close(db, case_id, now)
    now = clock.advance(UNDONE_WITHIN)
    first = Teller(house, actor=WORKER)
    for _ in range(3):
        assert first.slice()
    with pytest.raises(_DiedError):
        _die_at_work(db, now)
    assert len(_told(db)) == 3_000
    second = Teller(house, actor=WORKER)
    while second.slice():
        pass
    assert _told(db) == Counter({(one, "rejected"): 1 for one in members})
    with db.reading() as tx:
        row = tx.first(select(telling))
    assert row is not None
    assert (row["state"], row["members"]) == ("done", MANY)


@pytest.mark.promise(17)
def test_two_workers_at_once_tell_nobody_twice(house: House, clock: SimulatedClock) -> None:
    members = [_member(house) for _ in range(30)]
    case_id = _reported_by(house, *map(Actor.member, members))
    _close(house.db, case_id, clock.now())
    clock.advance(UNDONE_WITHIN)

    def work() -> int:
        teller, done = Teller(house, actor=WORKER, limit=4), 0
        while teller.slice():
            done += 1
        return done

    assert [one for one in race(work, work) if isinstance(one, Exception)] == []
    work()
    assert _told(house.db) == Counter({(one, "rejected"): 1 for one in members})


def test_what_is_undone_within_minutes_is_told_to_nobody(house: House, clock: SimulatedClock) -> None:
    member, teller = _member(house), Teller(house, actor=WORKER)
    case_id = _reported_by(house, Actor.member(member))
    _close(house.db, case_id, clock.now(), "upheld")
    clock.advance(UNDONE_WITHIN - 1)
    assert not teller.slice()
    _reopen(house.db, case_id, clock.now())
    clock.advance(MINUTE)
    assert not teller.slice()
    assert _told(house.db) == Counter()


def test_a_changed_decision_is_told_again_and_the_same_one_only_to_whoever_reported_since(
    house: House, clock: SimulatedClock
) -> None:
    early, late, teller = _member(house), _member(house), Teller(house, actor=WORKER)
    case_id = _reported_by(house, Actor.member(early))

    def decide(outcome: str) -> None:
        _close(house.db, case_id, clock.advance(MINUTE), outcome)
        clock.advance(UNDONE_WITHIN)
        while teller.slice():
            pass
        _reopen(house.db, case_id, clock.advance(MINUTE))

    decide("rejected")
    with house.db.transaction() as tx:
        account_id = queries.case(tx, case_id).account_id
        file_reports(tx, now=clock.now(), filings=[_report(account_id, Actor.member(late))])
    decide("rejected")
    assert _told(house.db) == Counter({(early, "rejected"): 1, (late, "rejected"): 1})
    decide("upheld")
    both = {(one, "upheld"): 1 for one in (early, late)}
    assert _told(house.db) == Counter({(early, "rejected"): 1, (late, "rejected"): 1, **both})


def test_the_house_proposes_to_look_at_whoever_is_rejected_again_and_again_and_at_nobody_else(
    house: House, clock: SimulatedClock
) -> None:
    wrong, right, machine = Actor.visitor("wrong"), Actor.visitor("right"), Actor.machine("token/x")
    teller, now = Teller(house, actor=WORKER), clock.now()
    with house.db.transaction() as tx:
        by = make_actor(tx, now)
    for number in range(REJECTED):
        case_id = _reported_by(house, wrong, machine, *([right] if number % 2 else []))
        _close(house.db, case_id, now, by=by)
        _close(house.db, _reported_by(house, right), now, "upheld", by=by)
    clock.advance(UNDONE_WITHIN)
    while teller.slice():
        pass
    with house.db.reading() as tx:
        proposed = tx.all(select(misuse))
        notices = tx.scalar(select(func.count()).select_from(net_house_notice))
    assert [(row["reporter"], row["decided"], row["rejected"]) for row in proposed] == [
        (str(wrong), REJECTED, REJECTED)
    ]
    assert notices == 0
