"""Who did what, when, under which rule; and whether platforms show it."""

import json

import pytest
from sqlalchemy import delete, text

from gardefou.clock import MINUTE, SECOND, Micros
from gardefou.ledger import store, tables
from gardefou.storage import Database
from gardefou.watch.reconcile import Difference, reconcile
from gardefou.watch.who import deed, name, of_order, who
from gardefou.words import speak
from tests.factories.guards import unguarded
from tests.factories.record import PLATFORM, Records, make_records


@pytest.fixture
def house(db: Database, now: Micros) -> Records:
    """A house in which the protected account was hidden the long way and restored by an agent."""
    records = make_records(db, now)
    records.hide(records.protected, actor=records.agent)
    records.wait()
    records.hide_protected()
    records.wait()
    records.restore(records.protected)
    return records


def test_the_whole_story_is_told_with_names_rules_and_lengths(house: Records) -> None:
    with house.db.reading() as tx:
        story = who(tx, house.protected)
    assert [(line.kind, line.who) for line in story] == [
        ("order.refused", "Agent 9"),
        ("order.proposed", "Reviewer 4"),
        ("order.voted", "Reviewer 7"),
        ("order.held", "Reviewer 7"),
        ("order.executed", "machine:clock"),
        ("order.reversed", "Agent 9"),
        ("order.executed", "Agent 9"),
    ]
    proposed, voted, held, executed = story[1:5]
    assert "silence-notable" in proposed.rules
    assert (proposed.why, voted.why) == ("These are threats.", "I have read them.")
    assert (voted.since_proposal, voted.since_last) == (20 * SECOND, 20 * SECOND)
    assert (executed.since_proposal, executed.since_last) == (20 * SECOND + 5 * MINUTE, 5 * MINUTE)
    assert held.at == voted.at
    assert executed.standing == ("active", "hidden")
    assert story[-1].standing == ("hidden", "active")
    assert story[0].reasons
    assert {line.subject for line in story} == {"@president"}
    assert json.dumps([line.to_json() for line in story])


def test_the_story_is_told_in_words(house: Records) -> None:
    with house.db.reading() as tx:
        story = who(tx, house.protected)
    assert [deed(line) for line in story] == [
        "Tried, and was refused: hide the account",
        "Proposed: hide the account",
        "Approved: hide the account",
        "Enough people agree; held: hide the account",
        "Took effect: hide the account",
        "Was taken back: hide the account",
        "Took effect: restore the account",
    ]
    assert [name(line) for line in story[3:5]] == ["Reviewer 7", "the clock"]
    with speak("fr"):
        assert deed(story[1]) == "A proposé\u00a0: masquer le compte"
        assert name(story[4]) == "l’horloge"


def test_one_order_has_its_own_story(house: Records) -> None:
    with house.db.reading() as tx:
        story = who(tx, house.protected)
        order_id = story[1].order_id
        assert order_id is not None
        assert of_order(tx, order_id) == story[1:6]


def test_nobody_did_anything_to_an_account_untouched(house: Records) -> None:
    with house.db.reading() as tx:
        assert who(tx, house.ordinary) == []


@pytest.mark.promise(15)
def test_an_erased_person_is_named_erased_and_the_rest_stands(house: Records) -> None:
    with house.db.transaction() as tx, unguarded(tx, "opening"):
        tx.execute(delete(tables.opening).where(tables.opening.c.content == "Reviewer 7"))
    with house.db.reading() as tx:
        story = who(tx, house.protected)
    assert [name(line) for line in story[1:4]] == ["Reviewer 4", "erased", "erased"]
    assert [line.erased for line in story[1:5]] == [False, True, True, False]


@pytest.mark.promise(15)
def test_the_record_holds_no_name_no_text_and_no_id_of_anyone(house: Records) -> None:
    with house.db.reading() as tx:
        people = [house.reviewer, house.colleague, house.manager, house.agent]
        secrets = ["Reviewer", "Agent 9", "president", "threats", str(house.protected), *[one.key for one in people]]
        for entry in store.entries(tx):
            written = entry.content.decode()
            assert [secret for secret in secrets if secret in written] == []


@pytest.mark.promise(16)
def test_platforms_that_show_what_the_record_says_have_no_difference(house: Records) -> None:
    with house.db.reading() as tx:
        assert list(reconcile(tx, platform=PLATFORM)) == []


@pytest.mark.promise(16)
def test_a_platform_that_shows_something_else_is_told_apart(house: Records) -> None:
    with house.db.reading() as tx:
        order_id = int(tx.scalar(text("SELECT order_id FROM standing")))
    with house.db.transaction() as tx:
        if tx.dialect == "postgresql":
            tx.execute(text("ALTER TABLE standing DISABLE TRIGGER USER"))
        else:
            for row in tx.all(text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'standing'")):
                tx.execute(text(f"DROP TRIGGER {row['name']}"))
        tx.execute(text("UPDATE standing SET standing = 'frozen'"))
    with house.db.reading() as tx:
        first = next(reconcile(tx, platform=PLATFORM))
    assert first == Difference(
        subject_kind="account", subject_id=house.protected, shown="frozen", recorded="active", order_id=order_id
    )
