"""Notes: text, author and time, for colleagues; an event tells open desks. Erasing is proved in test_erasing."""

import json
from typing import Any

import pytest
from sqlalchemy import select

from gardefou.clock import SimulatedClock
from gardefou.events.tables import event
from gardefou.reports.errors import NoteError, WorkerError
from gardefou.reports.notes import note_account, note_case, notes_on
from gardefou.storage import Database
from tests.factories.reports import make_report
from tests.factories.town import Town, found_town


@pytest.fixture
def town(db: Database, clock: SimulatedClock) -> Town:
    return found_town(db, clock)


def test_a_note_on_a_case_stands_there_and_one_on_the_account_on_every_case_of_it(town: Town) -> None:
    with town.db.transaction() as tx:
        case_id = make_report(tx, town.now, town.accounts["anna"]).case_id
        agent: dict[str, Any] = {"actor": town.people["agent"], "now": town.now}
        note_case(tx, case_id=case_id, text="Second\r\nline", **agent)
        note_account(tx, account_id=town.accounts["anna"], text="Knows us", **agent)
    with town.db.reading() as tx:
        found = notes_on(tx, account_id=town.accounts["anna"], case_id=case_id)
        assert [(one.text, one.case_id) for one in found] == [("Knows us", None), ("Second\nline", case_id)]
        assert [one.text for one in notes_on(tx, account_id=town.accounts["anna"], case_id=1)] == ["Knows us"]
        said = [row for row in tx.all(select(event)) if row["kind"] == "note.written"]
    assert {row["subject"] for row in said} == {f"notes:{town.accounts['anna']}"}
    assert all("Knows" not in json.dumps(dict(row)) for row in said)


@pytest.mark.parametrize("text", ["", " \n\u200b", "x" * 2001])
def test_a_note_without_words_or_with_too_many_is_not_kept(town: Town, text: str) -> None:
    with pytest.raises(NoteError), town.db.transaction() as tx:
        note_account(tx, actor=town.people["agent"], now=town.now, account_id=town.accounts["anna"], text=text)


def test_auditors_and_administrators_read_notes_and_write_none(town: Town) -> None:
    for who in ("auditor", "administrator"):
        with pytest.raises(WorkerError), town.db.transaction() as tx:
            note_account(tx, actor=town.people[who], now=town.now, account_id=town.accounts["anna"], text="x")
