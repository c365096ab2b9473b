"""What a database says of a row that it refuses stays out of the story of the bug."""

from pathlib import Path

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from gardefou.app.logs import write_bug
from gardefou.clock import SimulatedClock
from gardefou.network.tables import net_account
from gardefou.storage import Database


def test_a_refused_row_leaves_neither_address_nor_hash_nor_words(
    db: Database, clock: SimulatedClock, tmp_path: Path
) -> None:
    row: dict[str, object] = {
        "handle": "ann",
        "handle_key": "ann",
        "display_name": "Ann of the words",
        "note": "",
        "email": "ann@house.example",
        "password_hash": "$argon2id$secret",
        "locale": "en",
        "followers": 0,
        "following": 0,
        "posts": 0,
        "official": 0,
        "created_at": clock.now(),
    }
    rows = [{"id": number, **row} for number in (1, 2)]
    with pytest.raises(IntegrityError) as caught, db.transaction() as tx:
        tx.execute(insert(net_account), rows)
    text = write_bug(caught.value, tmp_path).read_text()
    assert "IntegrityError" in text
    assert "INSERT INTO net_account" in text
    for said in ("house.example", "argon2id", "of the words"):
        assert said not in text
