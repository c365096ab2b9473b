"""Rows that are written at once are those that were given, however many they are and whatever stands in them."""

import pytest
from sqlalchemy import select

from gardefou.events.tables import outbox
from gardefou.storage import Database
from gardefou.storage.bulk import MANY, insert_rows, update_rows

COLUMNS = ("id", "topic", "key", "body", "state", "due_at", "attempts", "created_at", "last_error")
WORDS = "l’été : « “quoted” \\ %s {x} 'n' \U0001f6d1 »\n\t"
HOW_MANY = (0, 1, 2, MANY, MANY + 7)


def _rows(many: int) -> list[tuple[object, ...]]:
    return [
        (number, "mail", f"key {number}", WORDS, "queued", 2**62 + number, 0, 7, None if number % 2 else "")
        for number in range(many)
    ]


@pytest.mark.parametrize("many", HOW_MANY)
def test_rows_are_there_as_they_were_given(db: Database, many: int) -> None:
    with db.transaction() as tx:
        insert_rows(tx, outbox, COLUMNS, _rows(many))
    with db.reading() as tx:
        found = tx.all(select(*(outbox.c[name] for name in COLUMNS)).order_by(outbox.c.id))
    assert [tuple(row.values()) for row in found] == _rows(many)


@pytest.mark.parametrize("many", HOW_MANY)
def test_each_row_changes_as_it_is_told_and_no_other(db: Database, many: int) -> None:
    with db.transaction() as tx:
        insert_rows(tx, outbox, COLUMNS, _rows(many + 1))
        changes = [{"id": n, "due_at": -n, "body": f"{n} {WORDS}", "last_error": None} for n in reversed(range(many))]
        update_rows(tx, outbox, changes)
    wanted = select(outbox.c.id, outbox.c.due_at, outbox.c.body, outbox.c.last_error).order_by(outbox.c.id)
    with db.reading() as tx:
        found: list[object] = [tuple(row.values()) for row in tx.all(wanted)]
    assert found[:many] == [(n, -n, f"{n} {WORDS}", None) for n in range(many)]
    assert found[many:] == [(many, 2**62 + many, WORDS, None if many % 2 else "")]
