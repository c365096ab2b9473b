"""Attacks with the application's own database role: what its triggers refuse, and what only `verify` can see."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import DBAPIError

from gardefou.clock import DAY
from gardefou.connectors.embedded.platform import EmbeddedPlatform
from gardefou.orders.errors import AlteredRulebookError
from gardefou.orders.lifecycle import State
from gardefou.orders.tables import orders, rulebook, signature, vote
from gardefou.staff.tables import role_grant
from gardefou.watch.audit import audit_all
from tests.factories.town import Town
from tests.integration.attacks.conftest import Run


def codes(town: Town) -> set[str]:
    """Return what the audit names, whatever it names first."""
    with town.db.reading() as tx:
        return {found.code for found in audit_all(tx, platform=EmbeddedPlatform())}


def forged(town: Town, **row: Any) -> int:
    """Write an executed order that nobody ever proposed, in the likeness of a true one."""
    with town.db.transaction() as tx:
        true = tx.all(select(orders).limit(1))[0]
        like: Mapping[str, Any] = {**true, "id": 7, "digest": b"7" * 32, "nonce": b"7" * 16, "spent_at": None, **row}
        tx.execute(insert(orders).values(dict(like)))
    return 7


@pytest.mark.promise(10)
def test_a_standing_set_by_raw_sql(town: Town) -> None:
    """No order, an order of another account, a spent one, one that only waits: the database refuses all four."""
    spent = town.propose("agent", "account.limit", "anna").order.id
    waits = town.propose("reviewer 1", "account.hide", "president").order.id
    for order_id in (0, 7, spent, waits):
        with pytest.raises(DBAPIError, match=r"unspent executed order|GF001"), town.db.transaction() as tx:
            tx.execute(
                text("INSERT INTO standing (account_id, standing, order_id) VALUES (:account, 'hidden', :order)"),
                {"account": town.accounts["president"], "order": order_id},
            )
    assert town.standing("president") == "active"


@pytest.mark.promise(10)
@pytest.mark.usefixtures("by_hand")
def test_what_raw_sql_can_still_do_is_caught_by_verify(town: Town, run: Run) -> None:
    """Whoever forges an order first can hide an account in its name; the record has no entry of it."""
    town.propose("agent", "account.limit", "anna")
    assert codes(town) == set()
    subject = {"subject_id": town.accounts["president"], "account_id": town.accounts["president"]}
    order_id = forged(town, kind="account.hide", state="executed", target="hidden", **subject)
    with town.db.transaction() as tx:
        tx.execute(
            text("INSERT INTO standing (account_id, standing, order_id) VALUES (:account, 'hidden', :order)"),
            {"account": town.accounts["president"], "order": order_id},
        )
    assert town.standing("president") == "hidden"
    assert {"order-forged", "platform-differs"} <= codes(town)
    code, said = run("ledger", "verify")
    assert code == 1
    assert "Order 7 stands in the database, and no entry explains it." in said


@pytest.mark.promise(10)
@pytest.mark.promise(11)
@pytest.mark.usefixtures("by_hand")
def test_a_role_granted_in_the_name_of_a_forged_order(town: Town) -> None:
    agent = town.person_id("agent")
    town.change("administrator", "role.grant", agent, role="reviewer")
    order_id = forged(town, state="executed", executed_at=town.now)
    grant = {"id": 8, "person_id": agent, "role": "reviewer", "starts": town.now, "ends": None, "order_id": order_id}
    with town.db.transaction() as tx:
        tx.execute(insert(role_grant).values(grant))
    assert {"order-forged", "safeguard-unexplained"} <= codes(town)


@pytest.mark.promise(2)
@pytest.mark.promise(10)
@pytest.mark.usefixtures("by_hand")
def test_votes_forged_until_the_hold_begins(town: Town) -> None:
    """Nobody signed: the engine counts neither, and the record never saw these people say yes.

    A signature moved here from another order of theirs is worth no more.
    """
    other = town.propose("reviewer 1", "account.hide", "mayor").order
    town.approve("reviewer 2", other.id)
    order = town.propose("reviewer 1", "account.hide", "president").order
    town.tell_everyone(order.id)
    with town.db.transaction() as tx:
        for number, who in enumerate(("reviewer 2", "manager south")):
            row = {"id": number + 1, "order_id": order.id, "person_id": town.person_id(who), "verb": "approve"}
            row |= {"account_id": order.account_id, "order_digest": order.digest, "at": town.now, "why": ""}
            tx.execute(insert(vote).values(row))
        moved = tx.all(select(signature).where(signature.c.order_id == other.id, signature.c.verb == "approve"))
        for found in moved:
            tx.execute(insert(signature).values({**found, "id": found["id"] + 1, "order_id": order.id}))
    assert moved
    assert town.drive(order.id).state is State.WAITING
    assert "vote-forged" in codes(town)


@pytest.mark.promise(3)
@pytest.mark.promise(10)
@pytest.mark.usefixtures("by_hand")
def test_an_open_order_moved_to_another_account(town: Town) -> None:
    """Signed for the mayor, its row then says the president: it is void, and the audit names it."""
    order_id = town.propose("reviewer 1", "account.hide", "mayor").order.id
    town.tell_everyone(order_id)
    president = town.accounts["president"]
    with town.db.transaction() as tx:
        moved = {"subject_id": president, "account_id": president, "subject_version": 1}
        tx.execute(update(orders).where(orders.c.id == order_id).values(**moved))
    outcome = town.approve("reviewer 2", order_id)
    assert outcome.order.state is State.VOID
    assert (town.standing("mayor"), town.standing("president")) == ("active", "active")
    assert "order-differs" in codes(town)


WEAKENED = text("UPDATE rulebook SET text = replace(text, 'duration_minutes <= 15', 'duration_minutes <= 90000')")


@pytest.mark.promise(10)
@pytest.mark.promise(11)
def test_a_rulebook_rewritten_where_it_is_kept(town: Town) -> None:
    """Its digest stays in force, and only its words would be weaker: once founded, a text is only ever added."""
    with town.db.reading() as tx:
        before = tx.all(select(rulebook))
    statements = [WEAKENED, text("DELETE FROM rulebook")]
    if town.db.dialect == "sqlite":
        statements.append(text("REPLACE INTO rulebook (digest, text, entered_at) SELECT digest, '', 1 FROM rulebook"))
    for statement in statements:
        with pytest.raises(DBAPIError, match="kept as it was entered"), town.db.transaction() as tx:
            tx.execute(statement)
    with town.db.reading() as tx:
        assert tx.all(select(rulebook)) == before


@pytest.mark.promise(11)
@pytest.mark.usefixtures("by_hand")
def test_a_rulebook_rewritten_behind_the_triggers(town: Town, run: Run) -> None:
    """By whoever may take a trigger down: nothing happens under words that are not those of the digest in force."""
    down = {"sqlite": "DROP TRIGGER rulebook_guard_update", "postgresql": "DROP TRIGGER rulebook_guard ON rulebook"}
    with town.db.transaction() as tx:
        tx.execute(text(down[town.db.dialect]))
        tx.execute(WEAKENED)
    with pytest.raises(AlteredRulebookError, match="gardefou ledger verify"):
        town.propose("manager north", "account.freeze", "president", lift_at=town.now + 60 * DAY)
    assert town.standing("president") == "active"
    assert {"rulebook-changed", "guard-missing"} <= codes(town)
    code, said = run("ledger", "verify")
    assert (code, "rulebook" in said) == (1, True)
