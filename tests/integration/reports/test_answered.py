"""A case follows the order that answers it: it waits out of the queue, closes with the effect, or comes back."""

from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from gardefou.clock import MINUTE, SimulatedClock
from gardefou.events import Actor
from gardefou.events.tables import event
from gardefou.ledger.tables import entry
from gardefou.orders.lifecycle import State
from gardefou.orders.order import Order
from gardefou.orders.veto import veto
from gardefou.orders.withdraw import withdraw
from gardefou.reports import cases, queries
from gardefou.reports.case import Case
from gardefou.reports.hold_to_act import hold_to_act
from gardefou.reports.next_case import next_case
from gardefou.reports.tables import reporter
from gardefou.reports.telling.begin import UNDONE_WITHIN
from gardefou.reports.telling.tell_next import tell_next
from gardefou.storage import Database
from tests.factories.reports import make_report
from tests.factories.town import Town, found_town

WHO = Actor.visitor("somebody who reports")


@pytest.fixture
def town(db: Database, clock: SimulatedClock) -> Town:
    return found_town(db, clock)


def reported(town: Town, account: str = "president", **more: object) -> int:
    """Report an account, and return its case."""
    with town.db.transaction() as tx:
        made = {"reporter": WHO, "protected": account != "anna"} | more
        return make_report(tx, town.now, town.accounts[account], **made).case_id  # type: ignore[arg-type]  # as given


def read(town: Town, case_id: int) -> Case:
    with town.db.reading() as tx:
        return queries.case(tx, case_id)


def decided(town: Town, case_id: int, kind: str = "account.hide") -> Order:
    """Decide a case as a desk does: take hold of it, and propose an order under it."""
    with town.db.transaction() as tx:
        hold_to_act(tx, actor=town.people["reviewer 1"], now=town.now, case_id=case_id)
    return town.propose("reviewer 1", kind, "president", case_id=case_id).order


def said_of(town: Town, case_id: int) -> list[str]:
    with town.db.reading() as tx:
        kinds = select(event.c.kind).where(event.c.subject == f"case:{case_id}").order_by(event.c.id)
        return [row["kind"] for row in tx.all(kinds)]


def until_done(town: Town, order: Order) -> Order:
    """Take an order on a critical account through its people and its hold."""
    town.tell_everyone(order.id)
    town.approve("reviewer 2", order.id)
    town.approve("manager south", order.id)
    town.clock.advance(order.hold)
    return town.drive(order.id)


@pytest.mark.promise(18)
def test_the_case_closes_when_its_order_takes_effect_later(town: Town) -> None:
    case_id = reported(town)
    order = decided(town, case_id)
    waiting = read(town, case_id)
    assert (waiting.open, waiting.order_id, waiting.version) == (True, order.id, 2)
    assert until_done(town, order).state is State.EXECUTED
    closed = read(town, case_id)
    assert (closed.outcome, closed.closed_by, closed.order_id) == ("upheld", "machine:clock", order.id)
    with town.db.transaction() as tx:
        assert tx.scalar(select(reporter.c.upheld).where(reporter.c.key == str(WHO))) == 1
        told = tell_next(tx, actor=WHO, now=town.now + UNDONE_WITHIN)
        assert told is not None
        assert (told.what, [who for who, _number in told.reporters]) == ("upheld", [WHO])
        on_record = select(func.count()).select_from(entry).where(entry.c.kind == "case.closed")
        assert tx.scalar(on_record) == 1
    assert said_of(town, case_id)[-2:] == ["case.waits", "case.closed"]


def test_a_case_that_waits_is_in_nobodys_hands_and_nobody_is_given_it(town: Town) -> None:
    case_id = reported(town)
    decided(town, case_id)
    with town.db.transaction() as tx:
        assert queries.holder(tx, case_id, town.now) is None
        assert queries.counts(tx, now=town.now, roles={"reviewer"}).total == 0
        assert queries.queue(tx, now=town.now, roles={"reviewer"}).rows == ()
        assert next_case(tx, actor=town.people["reviewer 2"], now=town.now) is None


def vetoed(town: Town, order: Order) -> None:
    with town.db.transaction() as tx:
        veto(tx, town.ports, actor=town.people["reviewer south"], now=town.now, order_id=order.id, why="no")


def withdrawn(town: Town, order: Order) -> None:
    with town.db.transaction() as tx:
        withdraw(tx, town.ports, actor=town.people["reviewer 1"], now=town.now, order_id=order.id)


def expired(town: Town, order: Order) -> None:
    town.clock.advance((order.approve_by or 0) - town.now + MINUTE)
    town.drive(order.id)


def stale(town: Town, _order: Order) -> None:
    """Another order on the account takes effect, under no case."""
    town.propose("manager north", "account.freeze", "president", lift_at=town.now + 15 * MINUTE)


@pytest.mark.parametrize("ends", [vetoed, withdrawn, expired, stale])
@pytest.mark.promise(17)
def test_the_case_comes_back_as_what_it_was_when_its_order_ends_without_effect(
    town: Town, ends: Callable[[Town, Order], None]
) -> None:
    case_id = reported(town)
    before = read(town, case_id)
    order = decided(town, case_id)
    ends(town, order)
    assert town.read(order.id).state is State.VOID
    back = read(town, case_id)
    same = ("category", "severity", "reports", "protected", "due_at", "handed_to", "rank_at", "outcome")
    assert [getattr(back, name) for name in same] == [getattr(before, name) for name in same]
    assert (back.open, back.order_id, back.version) == (True, None, before.version + 2)
    assert said_of(town, case_id)[-1] == "case.came_back"
    with town.db.transaction() as tx:
        given = next_case(tx, actor=town.people["manager south"], now=town.now)
        assert given is not None
        assert given.case_id == case_id


def test_more_reports_leave_it_waiting_and_a_graver_one_brings_it_back(town: Town) -> None:
    case_id = reported(town)
    order = decided(town, case_id)
    assert reported(town, reporter=Actor.visitor("another")) == case_id
    assert read(town, case_id).order_id == order.id
    assert reported(town, reporter=Actor.visitor("a third"), category="threats") == case_id
    assert read(town, case_id).order_id is None
    # Whoever proposed did not know of it: the effect closes nothing now.
    assert until_done(town, order).state is State.EXECUTED
    assert read(town, case_id).open


def test_a_case_handed_over_meanwhile_is_decided_by_whoever_it_was_handed_to(town: Town) -> None:
    case_id = reported(town)
    order = decided(town, case_id)
    with town.db.transaction() as tx:
        actor, version = town.people["manager north"], read(town, case_id).version
        cases.hand_to_reviewers(tx, actor=actor, now=town.now, case_id=case_id, version=version)
    until_done(town, order)
    assert (read(town, case_id).open, read(town, case_id).order_id) == (True, None)


def test_whoever_opens_it_while_it_waits_may_close_it_and_the_order_goes_its_way(town: Town) -> None:
    case_id = reported(town)
    order = decided(town, case_id)
    with town.db.transaction() as tx:
        actor, version = town.people["manager north"], read(town, case_id).version
        cases.close(tx, actor=actor, now=town.now, case_id=case_id, outcome="rejected", version=version)
    assert until_done(town, order).state is State.EXECUTED
    closed = read(town, case_id)
    assert (closed.outcome, closed.order_id) == ("rejected", None)


def test_of_two_orders_the_case_waits_for_the_one_that_is_left(town: Town) -> None:
    case_id = reported(town)
    first, second = decided(town, case_id), decided(town, case_id, kind="account.limit")
    assert read(town, case_id).order_id == second.id
    with town.db.transaction() as tx:
        withdraw(tx, town.ports, actor=town.people["reviewer 1"], now=town.now, order_id=second.id)
    assert read(town, case_id).order_id == first.id
    assert until_done(town, first).state is State.EXECUTED
    assert read(town, case_id).order_id == first.id
    assert not read(town, case_id).open


def test_an_order_at_once_closes_its_case_in_the_hand_of_whoever_proposed_it(town: Town) -> None:
    case_id = reported(town, "anna")
    with town.db.transaction() as tx:
        hold_to_act(tx, actor=town.people["agent"], now=town.now, case_id=case_id)
    order = town.propose("agent", "account.hide", "anna", case_id=case_id).order
    closed = read(town, case_id)
    assert (closed.outcome, closed.order_id) == ("upheld", order.id)
    assert closed.closed_by == str(town.people["agent"])
    assert "case.waits" not in said_of(town, case_id)


def test_an_order_that_is_refused_leaves_its_case_where_it_is(town: Town) -> None:
    case_id = reported(town)
    refused = town.propose("contractor", "account.hide", "president", case_id=case_id).order
    assert refused.state is State.REFUSED
    assert (read(town, case_id).order_id, read(town, case_id).version) == (None, 1)
