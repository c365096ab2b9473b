"""Whether something is among others, numbers or words, and none of them."""

from collections.abc import Collection

import pytest
from sqlalchemy import Text, literal, select

from gardefou.storage import Database
from gardefou.storage.among import among
from gardefou.storage.metadata import Int64


@pytest.mark.parametrize(
    ("number", "others", "there"), [(7, {3, 7}, True), (7, {3}, False), (7, range(5_000), True), (7, (), False)]
)
def test_a_number_is_among_others(db: Database, number: int, others: Collection[int], *, there: bool) -> None:
    with db.reading() as tx:
        assert bool(tx.all(select(literal(1)).where(among(literal(number, Int64), others)))) is there


@pytest.mark.parametrize(
    ("word", "others", "there"), [("a", {"a", 'b"c'}, True), ("a", {"b"}, False), ("a", (), False)]
)
def test_a_word_is_among_others(db: Database, word: str, others: Collection[str], *, there: bool) -> None:
    with db.reading() as tx:
        assert bool(tx.all(select(literal(1)).where(among(literal(word, Text()), others)))) is there
