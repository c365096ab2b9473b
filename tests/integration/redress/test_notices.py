"""Who is told what, when and in which language."""

import json

import pytest
from sqlalchemy import select

from gardefou.clock import MINUTE, SimulatedClock
from gardefou.events.tables import outbox
from gardefou.orders.tables import notice
from gardefou.orders.veto import veto
from gardefou.storage import Database
from tests.factories.town import Town, found_town

MANAGERS = {"manager.north@example.org", "manager.south@example.org"}
OWNER = "president@example.net"


@pytest.fixture
def town(db: Database, clock: SimulatedClock) -> Town:
    """The town."""
    return found_town(db, clock)


def letters(town: Town, order_id: int, stage: str) -> dict[str, str]:
    """Return the letters of one stage: address → subject and text."""
    with town.db.reading() as tx:
        rows = tx.all(
            select(outbox.c.body)
            .join(notice, notice.c.outbox_id == outbox.c.id)
            .where(notice.c.order_id == order_id, notice.c.stage == stage)
        )
    found = [json.loads(row["body"]) for row in rows]
    return {one["to"]: f"{one['subject']}\n{one['text']}" for one in found}


@pytest.mark.promise(13)
def test_a_proposal_on_a_protected_account_tells_the_managers_on_shift_and_the_owner(town: Town) -> None:
    order_id = town.propose("reviewer 1", "account.hide", "president").order.id
    told = letters(town, order_id, "proposed")
    assert set(told) == MANAGERS | {OWNER}
    assert f"/desk/alert/{order_id}" in told["manager.north@example.org"]
    assert "veto" in told["manager.north@example.org"]
    assert "reviewer 1" in told["manager.north@example.org"]
    assert "[ ] duty manager" in told["manager.north@example.org"].lower()


@pytest.mark.promise(19)
def test_an_owners_letter_names_no_member_of_staff_and_says_how_to_contest(town: Town) -> None:
    order_id = town.propose("agent", "account.hide", "anna", comment="colleagues only").order.id
    letter = letters(town, order_id, "effect")["anna@example.net"]
    assert "appeals@example.org" in letter
    assert "silence-ordinary" in letter
    for name in town.people:
        assert f" {name} " not in letter
    assert "colleagues only" not in letter


@pytest.mark.promise(20)
def test_a_refused_attempt_is_told_to_each_in_words_that_are_true_for_them(town: Town) -> None:
    order_id = town.propose("contractor", "account.hide", "president").order.id
    told = letters(town, order_id, "void")
    assert set(told) == MANAGERS | {"contractor@example.org"}
    assert "Your role is agent" in told["contractor@example.org"]
    assert "Your" not in told["manager.north@example.org"]
    assert "contractor" in told["manager.north@example.org"]


@pytest.mark.promise(13)
def test_a_veto_tells_those_who_signed_why_and_the_owner_that_it_is_over(town: Town) -> None:
    held = town.until_held()
    with town.db.transaction() as tx:
        veto(tx, town.ports, actor=town.people["agent"], now=town.now, order_id=held.id, why="Not on this evidence.")
    told = letters(town, held.id, "void")
    assert set(told) == MANAGERS | {"reviewer.1@example.org", "reviewer.2@example.org", OWNER}
    assert "Not on this evidence." in told["reviewer.1@example.org"]
    assert "Not on this evidence." not in told[OWNER]


@pytest.mark.promise(7)
def test_at_a_restoration_everyone_told_before_is_told_again(town: Town) -> None:
    held = town.until_held()
    town.clock.advance(10 * MINUTE)
    town.drive(held.id)
    back = town.restore("contractor", "president")
    told = letters(town, back.order.id, "restored")
    assert set(told) == MANAGERS | {"reviewer.1@example.org", "reviewer.2@example.org", OWNER}


def test_a_letter_speaks_the_readers_language(town: Town) -> None:
    with town.db.transaction() as tx:
        tx.connection.exec_driver_sql("UPDATE account SET locale = 'fr'")
        tx.connection.exec_driver_sql("UPDATE person SET locale = 'fr' WHERE name = 'manager north'")
    order_id = town.propose("reviewer 1", "account.hide", "president").order.id
    told = letters(town, order_id, "proposed")
    assert "Un seul veto suffit" in told["manager.north@example.org"]
    assert "One veto is enough" in told["manager.south@example.org"]
    assert "Pour contester" in told[OWNER]
