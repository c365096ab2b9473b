"""Whether something is among others, numbers, words or bytes, and none of them."""

from collections.abc import Collection

import pytest
from sqlalchemy import LargeBinary, Text, literal, select

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


@pytest.mark.parametrize(
    ("digest", "others", "there"), [(b"\0a", {b"\0a", b"\xff"}, True), (b"a", {b"A"}, False), (b"a", (), False)]
)
def test_bytes_are_among_others(db: Database, digest: bytes, others: Collection[bytes], *, there: bool) -> None:
    with db.reading() as tx:
        assert bool(tx.all(select(literal(1)).where(among(literal(digest, LargeBinary()), others)))) is there
