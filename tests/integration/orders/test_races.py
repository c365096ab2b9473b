"""Two at once: exactly one wins, on both databases, and the record agrees with the rows afterwards."""

from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from gardefou.clock import MINUTE, SimulatedClock
from gardefou.connectors.embedded.platform import EmbeddedPlatform
from gardefou.errors import ConflictError
from gardefou.guard.verdict import Cleared, Refused
from gardefou.ledger.tables import entry
from gardefou.orders.drive import drive
from gardefou.orders.lifecycle import State
from gardefou.orders.veto import veto
from gardefou.storage import Database, open_database
from gardefou.watch.audit import audit
from tests.factories.racing import race
from tests.factories.town import Town, add_person, found_town

ROUNDS = 4


@pytest.fixture
def town(db: Database, clock: SimulatedClock) -> Town:
    """The town, with a second duty manager of the other team."""
    town = found_town(db, clock)
    with db.transaction() as tx:
        town.people["manager south 2"] = add_person(tx, clock.now(), "manager south 2", "duty manager", "South")
    return town


def written(town: Town, order_id: int, kind: str) -> int:
    """Return how often the record says something of an order."""
    with town.db.reading() as tx:
        return int(tx.scalar(select(func.count()).where(entry.c.order_id == order_id, entry.c.kind == kind)))


def clean(town: Town) -> None:
    """Everything agrees."""
    with town.db.reading() as tx:
        assert audit(tx, platform=EmbeddedPlatform()) is None


def other_door(town: Town) -> Town:
    """Return the same house through connections of its own, as another process would have."""
    door = Town(db=open_database(town.db.engine.url.render_as_string(hide_password=False)), clock=town.clock)
    door.people, door.accounts, door.posts = town.people, town.accounts, town.posts
    return door


@pytest.mark.promise(2)
def test_of_two_racing_approvers_of_the_last_place_exactly_one_fills_it(town: Town) -> None:
    second = other_door(town)
    for _ in range(ROUNDS):
        order_id = town.propose("reviewer 1", "account.hide", "president").order.id
        town.tell_everyone(order_id)
        town.approve("reviewer 2", order_id)

        def sign(door: Town, who: str, order: int = order_id) -> str:
            try:
                return "refused" if isinstance(door.approve(who, order).verdict, Refused) else "filled"
            except ConflictError:
                return "too late"

        answers = race(lambda: sign(town, "manager south"), lambda: sign(second, "manager south 2"))
        assert sorted(map(str, answers)) in (["filled", "refused"], ["filled", "too late"])
        assert town.read(order_id).state is State.HELD
        assert written(town, order_id, "order.held") == 1
        town.clock.advance(10 * MINUTE + 31 * MINUTE)
        town.drive(order_id)
    second.db.close()
    clean(town)


@pytest.mark.promise(5)
def test_of_two_racing_executors_exactly_one_executes(town: Town) -> None:
    second = other_door(town)
    order_id = town.until_held().id
    town.clock.advance(10 * MINUTE)

    def execute(door: Town) -> str:
        try:
            with door.db.transaction() as tx:
                return drive(tx, door.ports, now=door.now, order_id=order_id).state.value
        except ConflictError:
            return "too late"

    answers = race(*[lambda door=door: execute(door) for door in (town, second, town, second)])
    assert "executed" in answers
    assert written(town, order_id, "order.executed") == 1
    assert town.standing("president") == "hidden"
    second.db.close()
    clean(town)


@pytest.mark.promise(13)
def test_a_veto_racing_the_effect_leaves_one_of_them(town: Town) -> None:
    second = other_door(town)
    order_id = town.until_held().id
    town.clock.advance(10 * MINUTE)

    def stop() -> str:
        try:
            with second.db.transaction() as tx:
                outcome = veto(
                    tx, second.ports, actor=second.people["agent"], now=second.now, order_id=order_id, why="Stop."
                )
            return "vetoed" if isinstance(outcome.verdict, Cleared) else "refused"
        except ConflictError:
            return "too late"

    answers = race(stop, lambda: town.drive(order_id).state.value)
    ended = town.read(order_id).state
    assert ended is (State.VOID if answers[0] == "vetoed" else State.EXECUTED)
    assert town.standing("president") == ("active" if ended is State.VOID else "hidden")
    second.db.close()
    clean(town)


def test_of_two_racing_proposals_of_the_same_act_one_opens(town: Town) -> None:
    second = other_door(town)

    def ask(door: Town, who: str) -> str:
        try:
            return door.propose(who, "account.hide", "president").order.state.value
        except ConflictError:
            return "already open"

    doors: list[Callable[[], str]] = [lambda: ask(town, "reviewer 1"), lambda: ask(second, "reviewer 2")]
    assert sorted(map(str, race(*doors))) == ["already open", "waiting"]
    second.db.close()
    clean(town)
