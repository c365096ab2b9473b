"""Attacks on what was signed: the order, its subject, its rules or its people become others between yes and effect."""

import pytest
from sqlalchemy import update

from gardefou.accounts.errors import OpenOrdersError
from gardefou.accounts.observe import observe
from gardefou.clock import DAY, HOUR, MINUTE, SimulatedClock
from gardefou.connectors.embedded.platform import EmbeddedPlatform
from gardefou.orders.errors import AlreadyOpenError, NotOpenError, OtherOrderError
from gardefou.orders.lifecycle import State
from gardefou.orders.queries import count_open
from gardefou.orders.tables import orders
from gardefou.orders.withdraw import withdraw
from gardefou.storage import Tx
from gardefou.watch.audit import audit
from tests.factories.town import Town
from tests.integration.attacks.doors import agreed, bring_back, other_rules, void
from tests.integration.desk.conftest import Visit


@pytest.mark.promise(3)
def test_approve_then_swap_the_reason_evidence_or_subject(town: Town, visit: Visit) -> None:
    """No door edits an order; one proposed anew has another digest, and the yes to the first is none to it."""
    first = agreed(town, town.propose("reviewer 1", "account.hide", "president", reason="spam"), "reviewer 2")
    with pytest.raises(AlreadyOpenError):
        town.propose("reviewer 1", "account.hide", "president", reason="hate")
    other_post = {"posts": [str(town.posts["president"][1])]}
    swaps: list[tuple[str, dict[str, object]]] = [
        ("president", {"reason": "hate"}),
        ("president", {"reason": "spam", "evidence": other_post}),
        ("mayor", {"reason": "spam"}),
    ]
    for subject, swapped in swaps:
        withdrawn(town, first.id)
        second = town.propose("reviewer 1", "account.hide", subject, **swapped).order
        with pytest.raises(OtherOrderError):
            town.approve("reviewer 2", second.id, digest_hex=first.digest.hex())
        answer = visit("reviewer 2").post(f"/desk/orders/{second.id}/approve", {"digest": first.digest.hex()})
        assert answer.status_code == 409
        assert set(town.read(second.id).verdict.filled) == {None}
        first = second


def withdrawn(town: Town, order_id: int) -> None:
    with town.db.transaction() as tx:
        withdraw(tx, town.ports, actor=town.people["reviewer 1"], now=town.now, order_id=order_id)


@pytest.mark.promise(3)
@pytest.mark.promise(10)
@pytest.mark.parametrize("column", ["reason", "evidence_digest", "lift_at"])
@pytest.mark.usefixtures("by_hand")
def test_approve_then_swap_it_by_raw_sql(town: Town, column: str) -> None:
    """Whoever writes into the row gets no effect: the digest is made again from what the order now says."""
    held = agreed(town, town.propose("reviewer 1", "account.hide", "mayor", reason="spam"), "reviewer 2")
    assert held.state is State.HELD
    other = {"reason": "hate", "evidence_digest": b"x" * 32, "lift_at": town.now + DAY}
    with town.db.transaction() as tx:
        tx.execute(update(orders).where(orders.c.id == held.id).values(**{column: other[column]}))
    town.clock.advance(5 * MINUTE)
    void(town, town.drive(held.id), "stale")
    assert town.standing("mayor") == "active"
    with town.db.reading() as tx:
        found = audit(tx, platform=EmbeddedPlatform())
    assert found is not None
    assert found.order_id == held.id
    assert found.code in ("order-differs", "facts-differ")


@pytest.mark.promise(3)
def test_subject_renamed_meanwhile(town: Town) -> None:
    """No rename while an order is open; and a rename before the yes makes it another subject."""
    held = agreed(town, town.propose("reviewer 1", "account.hide", "mayor"), "reviewer 2")
    with pytest.raises(OpenOrdersError), town.db.transaction() as tx:
        rename(town, tx, open_orders=count_open(tx))
    with town.db.transaction() as tx:  # As if that had been overlooked.
        rename(town, tx, open_orders=0)
    town.clock.advance(5 * MINUTE)
    void(town, town.drive(held.id), "stale")
    assert town.standing("mayor") == "active"


def rename(town: Town, tx: Tx, *, open_orders: int) -> None:
    observe(
        tx,
        actor=town.people["agent"],
        now=town.now,
        account_id=town.accounts["mayor"],
        handle="somebody",
        open_orders=open_orders,
    )


@pytest.mark.promise(3)
@pytest.mark.promise(11)
def test_subject_re_tiered_meanwhile(town: Town) -> None:
    """Assigned another tier, it is another subject; risen by its numbers, the rules of its new tier hold at once."""
    held = agreed(town, town.propose("reviewer 1", "account.hide", "mayor"), "reviewer 2")
    town.change("reviewer south", "tier.assign", town.accounts["mayor"], tier="critical")
    void(town, town.read(held.id), "stale")
    waits = town.propose("agent", "account.hide", "anna", not_before=town.now + HOUR).order
    assert waits.state is State.HELD
    with town.db.transaction() as tx:
        observe(tx, actor=town.people["agent"], now=town.now, account_id=town.accounts["anna"], followers=20_000_000)
    town.clock.advance(HOUR)
    void(town, town.drive(waits.id), "ineligible")
    assert (town.standing("mayor"), town.standing("anna")) == ("active", "active")


@pytest.mark.promise(3)
def test_rulebook_replaced_after_approval(town: Town, clock: SimulatedClock) -> None:
    order = agreed(town, other_rules(town, 'hold = "10 min"', 'hold = "20 min"'), "reviewer south", "manager north")
    clock.advance(DAY - MINUTE)
    held = town.until_held()
    clock.advance(MINUTE)
    assert town.drive(order.id).state is State.EXECUTED
    void(town, town.drive(held.id), "rules changed")
    assert town.standing("president") == "active"


@pytest.mark.promise(3)
def test_approval_replayed_on_another_account_or_after_a_restore(town: Town, visit: Visit) -> None:
    first = agreed(town, town.propose("reviewer 1", "account.hide", "mayor"), "reviewer 2")
    town.clock.advance(5 * MINUTE)
    assert town.drive(first.id).state is State.EXECUTED
    replay = {"digest": first.digest.hex()}
    bring_back(town, "agent", "mayor")
    with pytest.raises(NotOpenError):
        town.approve("reviewer 2", first.id)
    again = town.propose("reviewer 1", "account.hide", "mayor").order
    elsewhere = town.propose("reviewer 1", "account.hide", "president").order
    assert again.digest != first.digest
    for order in (again, elsewhere):
        with pytest.raises(OtherOrderError):
            town.approve("reviewer 2", order.id, digest_hex=first.digest.hex())
        assert visit("reviewer 2").post(f"/desk/orders/{order.id}/approve", replay).status_code == 409
        assert town.read(order.id).state is State.WAITING
    assert visit("reviewer 2").post(f"/desk/orders/{first.id}/approve", replay).status_code == 409
    assert town.standing("mayor") == "active"


@pytest.mark.promise(4)
@pytest.mark.parametrize("who", ["reviewer 1", "reviewer 2", "manager south"])
def test_approvers_engagement_ended_between_yes_and_effect(town: Town, who: str) -> None:
    """Ended by an order during the hold: the proposer's or any approver's end is the order's end."""
    held = town.until_held()
    ended = agreed(town, town.change("administrator", "person.end", town.person_id(who)), "manager north")
    assert ended.state is State.EXECUTED
    town.clock.advance(10 * MINUTE)
    void(town, town.drive(held.id), "ineligible")
    assert town.standing("president") == "active"


@pytest.mark.promise(2)
@pytest.mark.promise(4)
def test_role_taken_between_yes_and_effect(town: Town) -> None:
    held = town.until_held()
    taken = town.change("administrator", "role.take", town.person_id("reviewer 2"), role="reviewer")
    agreed(town, taken, "manager north")
    town.clock.advance(10 * MINUTE)
    void(town, town.drive(held.id), "ineligible")
