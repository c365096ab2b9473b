"""What is written together is answered once it is durable, each for itself; what is too much is turned away."""

import asyncio
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from gardefou.errors import BadInputError, GardefouError
from gardefou.storage import Database, Tx
from gardefou.storage import together as module
from gardefou.storage.errors import TooManyWaitError
from gardefou.storage.outage import Outage, outage_of
from gardefou.storage.together import Together

ADD = text("INSERT INTO house (key, value) VALUES (:key, 'here')")
Written = Together[str, str]


class Writer:
    """Writes names, as often and as late as a test wants."""

    def __init__(self) -> None:
        self.groups: list[int] = []
        self.may_write = threading.Event()
        self.may_write.set()

    def write(self, tx: Tx, names: Sequence[str]) -> list[str | Exception]:
        """Write them, but what is named `refused` or `poison`."""
        self.may_write.wait(10)
        self.groups.append(len(names))
        for name in names:
            if name == "poison":
                raise RuntimeError
            if name != "refused":
                tx.execute(ADD, {"key": name})
        return [BadInputError() if name == "refused" else name for name in names]


@pytest.fixture
def writer() -> Writer:
    return Writer()


@pytest.fixture
def together(db: Database, writer: Writer) -> Iterator[Written]:
    way_in = Together(db, writer.write, together=10, waiting=25)
    yield way_in
    way_in.close()


def _there(db: Database) -> set[str]:
    with db.reading() as tx:
        return {row["key"] for row in tx.all(text("SELECT key FROM house WHERE value = 'here'"))}


@pytest.mark.promise(17)
def test_whoever_has_an_answer_is_written(db: Database, together: Written) -> None:
    assert together.put("one").result(10) == "one"
    assert "one" in _there(db)


def test_those_who_come_during_a_commit_share_the_next_and_no_group_is_too_large(
    db: Database, together: Written, writer: Writer
) -> None:
    writer.may_write.clear()
    answers = [together.put(f"name {number}") for number in range(15)]
    writer.may_write.set()
    assert [answer.result(10) for answer in answers] == [f"name {number}" for number in range(15)]
    assert len(writer.groups) <= 3
    assert max(writer.groups) <= 10
    assert len(_there(db)) == 15


def test_one_that_cannot_be_written_is_told_so_alone(db: Database, together: Written, writer: Writer) -> None:
    writer.may_write.clear()
    first = together.put("first")
    names = ["a", "refused", "poison", "b"]
    answers: list[Future[str]] = [together.put(name) for name in names]
    writer.may_write.set()
    assert first.result(10) == "first"
    problems = [answer.exception(10) for answer in answers]
    assert [type(one).__name__ for one in problems] == ["NoneType", "BadInputError", "RuntimeError", "NoneType"]
    assert _there(db) == {"first", "a", "b"}


def test_more_than_may_wait_are_turned_away_and_those_who_wait_are_written(
    db: Database, together: Written, writer: Writer
) -> None:
    writer.may_write.clear()
    answers: list[Future[str]] = []

    def come() -> None:
        for number in range(100):
            answers.append(together.put(f"name {number}"))  # noqa: PERF401  # as far as it goes

    with pytest.raises(TooManyWaitError):
        come()
    writer.may_write.set()
    assert 25 <= len(answers) <= 35
    together.close()
    assert len(_there(db)) == len(answers)


def test_what_nobody_waits_for_any_more_is_not_written(db: Database, together: Written, writer: Writer) -> None:
    writer.may_write.clear()
    first, gone = together.put("first"), together.put("gone")
    assert gone.cancel()
    writer.may_write.set()
    assert first.result(10) == "first"
    assert together.put("last").result(10) == "last"
    assert _there(db) == {"first", "last"}


def test_whoever_waits_on_an_event_loop_is_told_alike(db: Database, together: Written) -> None:
    async def everybody() -> list[str | BaseException]:
        gone = asyncio.ensure_future(together.become("gone"))
        names = ["a", "refused", "poison", "b"]
        waiting = [asyncio.ensure_future(together.become(name)) for name in names]
        await asyncio.sleep(0)
        gone.cancel()
        return await asyncio.gather(*waiting, return_exceptions=True)

    found = asyncio.run(everybody())
    assert [one if isinstance(one, str) else type(one).__name__ for one in found] == [
        "a",
        "BadInputError",
        "RuntimeError",
        "b",
    ]
    assert _there(db) >= {"a", "b"}


def test_a_database_that_cannot_be_asked_is_waited_for_once_and_not_by_each(db: Database) -> None:
    tried: list[int] = []
    may_begin = threading.Event()

    def act(_tx: Tx, names: Sequence[str]) -> list[str | Exception]:
        may_begin.wait(10)
        tried.append(len(names))
        raise OperationalError("SELECT 1", {}, psycopg.OperationalError("the connection is lost"))

    way_in: Written = Together(db, act)
    answers = [way_in.put(f"name {number}") for number in range(9)]
    may_begin.set()
    assert all(isinstance(answer.exception(10), OperationalError) for answer in answers)
    assert sum(tried) == 9
    assert len(tried) <= 2
    way_in.close()


@pytest.mark.promise(20)
@pytest.mark.parametrize(("long", "told"), [(60.0, 1), (-1.0, 3)])
def test_whoever_waits_behind_those_who_waited_in_vain_is_told_with_them(
    db: Database, monkeypatch: pytest.MonkeyPatch, long: float, told: int
) -> None:
    """What comes to nothing at once is tried again for the next; what took its time would take it again."""
    monkeypatch.setattr(module, "LONG", long)
    begun, all_there = threading.Event(), threading.Event()
    groups: list[int] = []

    def away(_tx: Tx, names: Sequence[str]) -> list[str | Exception]:
        groups.append(len(names))
        begun.set()
        all_there.wait(10)
        if len(groups) == 1:
            raise OperationalError("SELECT 1", {}, psycopg.OperationalError("gone"))
        return list(names)

    way_in = Together(db, away)
    answers = [way_in.put("first")]
    begun.wait(10)
    answers += [way_in.put(name) for name in ("second", "third")]
    all_there.set()
    problems = [answer.exception(10) for answer in answers]
    way_in.close()
    assert [outage_of(one) for one in problems if one] == [Outage.AWAY] * told
    assert groups == ([1, 2] if told == 1 else [1])


def test_what_is_looked_up_together_is_what_is_there_and_connections_stay_as_they_were(db: Database) -> None:
    def look(tx: Tx, names: Sequence[str]) -> list[str | Exception]:
        there = {row["key"] for row in tx.all(text("SELECT key FROM house"))}
        return ["there" if name in there else "not there" for name in names]

    with db.transaction() as tx:
        tx.execute(ADD, {"key": "one"})
    reader: Written = Together(db, look, reads=True)
    for _ in range(40):  # More often than there are connections.
        assert [reader.put("one").result(10), reader.put("two").result(10)] == ["there", "not there"]
    reader.close()

    def unlucky() -> None:
        with db.transaction() as tx:
            tx.execute(ADD, {"key": "three"})
            raise GardefouError

    for _ in range(40):
        with pytest.raises(GardefouError):
            unlucky()
    assert _there(db) == {"one"}


@pytest.mark.promise(17)
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_what_may_be_kept_already_is_not_written_a_second_time(db: Database) -> None:
    """The connection is lost in the very commit: those who wait are told that nobody knows, and nobody tries again."""
    groups: list[list[str]] = []
    together: Written = Together(db, lambda tx, names: _lose_the_connection(db, tx, names, groups))
    answers = [together.put(name) for name in ("one", "two", "three")]
    problems = [answer.exception(10) for answer in answers]
    together.close()
    assert [outage_of(one) for one in problems if one is not None] == [Outage.UNSURE] * 3
    assert sorted(name for group in groups for name in group) == ["one", "three", "two"]


def _lose_the_connection(db: Database, tx: Tx, names: Sequence[str], groups: list[list[str]]) -> list[str | Exception]:
    """Write nothing, and have the connection ended once all is written."""
    groups.append(list(names))
    serves = tx.scalar(text("SELECT pg_backend_pid()"))

    def end(_: Tx) -> None:
        with db.reading() as other:
            other.execute(text("SELECT pg_terminate_backend(:serves, 5000)"), {"serves": serves})

    tx.at_commit(99, end)
    return list(names)
