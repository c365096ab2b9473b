"""Nobody decides about themselves, their employer or an account they follow; what is urgent, somebody can stop."""

import pytest

from gardefou.app.house import neighbours
from gardefou.clock import DAY, SimulatedClock
from gardefou.connectors.embedded.platform import EmbeddedPlatform
from gardefou.events import Actor
from gardefou.network.follow import follow
from gardefou.orders.lifecycle import State
from gardefou.orders.propose import Outcome
from gardefou.orders.veto import veto
from gardefou.storage import Database
from gardefou.watch.audit import audit
from tests.factories.town import Town, found_town


@pytest.fixture
def town(db: Database, clock: SimulatedClock) -> Town:
    return found_town(db, clock, founded=True)


def near(town: Town, name: str, **accounts: str) -> None:
    """Have it on record which accounts are somebody's own, or their employer's."""
    order = town.change("administrator", "person.offer", town.person_id(name), **accounts).order
    other = "manager south" if name == "manager north" else "manager north"
    assert town.approve(other, order.id).order.state is State.EXECUTED


def against(outcome: Outcome) -> set[str]:
    """Return why somebody may not, or why their yes does not count."""
    return {str(reason.fields.get("why", reason.code)) for reason in outcome.verdict.reasons}


@pytest.mark.promise(13)
def test_whoever_is_too_near_approves_nothing_and_can_still_veto(town: Town) -> None:
    near(town, "reviewer 2", employers="@mayor")
    order = town.propose("reviewer 1", "account.hide", "mayor").order
    tried = town.approve("reviewer 2", order.id)
    assert against(tried) == {"too-near"}
    assert tried.verdict.reasons[0].fields["who"] == "reviewer"
    assert tried.order.state is State.WAITING
    assert "too-near" not in against(town.approve("reviewer south", order.id))
    with town.db.transaction() as tx:
        stopped = veto(tx, town.ports, actor=town.people["reviewer 2"], now=town.now, order_id=order.id, why="no")
    assert stopped.order.state is State.VOID


@pytest.mark.promise(4)
def test_a_yes_counts_no_more_once_its_giver_follows_the_account(town: Town) -> None:
    near(town, "reviewer 2", own="@anna")
    order = town.until_held()
    assert order.state is State.HELD
    with town.db.transaction() as tx:
        follow(tx, neighbours(), actor=Actor.member(town.accounts["anna"]), now=town.now, handle="president")
    town.clock.advance(order.hold)
    assert town.drive(order.id).state is State.VOID
    assert town.standing("president") == "active"
    with town.db.reading() as tx:
        assert audit(tx, platform=EmbeddedPlatform()) is None, "every decision is made again on the facts recorded"


@pytest.mark.promise(20)
def test_nobody_proposes_on_their_own_account(town: Town) -> None:
    near(town, "agent", own="@anna")
    assert against(town.propose("agent", "account.limit", "anna")) == {"too-near"}
    assert town.standing("anna") == "active"
    assert town.propose("reviewer 1", "account.limit", "anna").order.state is State.EXECUTED


@pytest.mark.promise(7)
def test_nobody_restores_their_own_account_while_a_colleague_on_shift_can(town: Town) -> None:
    near(town, "agent", own="@anna")
    town.propose("reviewer 1", "account.hide", "anna")
    refused = town.restore("agent", "anna")
    assert against(refused) == {"too-near"}
    assert town.standing("anna") == "hidden"
    assert town.restore("reviewer 2", "anna").order.state is State.EXECUTED


@pytest.mark.promise(7)
def test_whoever_is_too_near_restores_where_nobody_else_is_on_shift(town: Town) -> None:
    near(town, "agent", own="@anna")
    town.propose("reviewer 1", "account.hide", "anna")
    town.clock.advance(31 * DAY)
    assert town.restore("agent", "anna").order.state is State.EXECUTED
    assert town.standing("anna") == "active"


@pytest.mark.promise(12)
def test_a_duty_manager_who_is_too_near_freezes_where_no_other_is_on_shift(town: Town) -> None:
    brief = {"reason": "hijacked", "lift_at": town.now + 15 * 60_000_000}
    near(town, "manager south", employers="@president")
    assert against(town.propose("manager south", "account.freeze", "president", **brief)) == {"too-near"}
    near(town, "manager north", employers="@president")
    assert town.propose("manager south", "account.freeze", "president", **brief).order.state is State.EXECUTED
