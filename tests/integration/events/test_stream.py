"""The live fan-out: every event once, in order, whatever is late, broken or restarted."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.event import listens_for

from gardefou.events import record
from gardefou.events.stream import Event, Fanout, Group
from gardefou.storage import Database

WAIT = 5.0


@pytest.fixture
def fanout(db: Database) -> Iterator[Fanout]:
    reader = Fanout(db)
    reader.start()
    yield reader
    reader.stop()


def write(db: Database, *subjects: str) -> None:
    for subject in subjects:
        with db.transaction() as tx:
            record(tx, now=1, kind="report.filed", subject=subject, body={"n": 1})


async def collect(fanout: Fanout, after: int, count: int) -> list[Event]:
    found: list[Event] = []
    async with asyncio.timeout(WAIT):
        async for each in fanout.follow(after, tick=0.05):
            if each is not None:
                found.append(each)
            if len(found) == count:
                break
    return found


def test_a_follower_gets_what_it_missed_and_then_what_comes(db: Database, fanout: Fanout) -> None:
    write(db, "case:1", "case:2")

    async def story() -> list[Event]:
        following = asyncio.create_task(collect(fanout, 0, 4))
        await asyncio.sleep(0.05)
        await asyncio.to_thread(write, db, "case:3", "case:4")
        return await following

    found = asyncio.run(story())
    assert [each.subject for each in found] == ["case:1", "case:2", "case:3", "case:4"]
    assert [each.id for each in found] == [1, 2, 3, 4]
    assert found[0].body == {"n": 1}


def test_a_cursor_in_the_middle_skips_what_was_seen(db: Database, fanout: Fanout) -> None:
    write(db, "case:1", "case:2", "case:3")
    assert [each.id for each in asyncio.run(collect(fanout, 2, 1))] == [3]


def test_many_writers_and_many_followers_lose_and_repeat_nothing(db: Database, fanout: Fanout) -> None:
    writers, each_writes, followers = 4, 10, 5
    total = writers * each_writes

    async def story() -> list[list[Event]]:
        following = [asyncio.create_task(collect(fanout, 0, total)) for _ in range(followers)]
        threads = [
            threading.Thread(target=write, args=(db, *(f"case:{place}" for place in range(each_writes))))
            for _ in range(writers)
        ]
        for thread in threads:
            thread.start()
        result = await asyncio.gather(*following)
        for thread in threads:
            await asyncio.to_thread(thread.join)
        return list(result)

    for found in asyncio.run(story()):
        assert [each.id for each in found] == list(range(1, total + 1))


def test_an_event_arrives_within_a_second(db: Database, fanout: Fanout) -> None:
    async def story() -> float:
        loop = asyncio.get_running_loop()
        following = asyncio.create_task(collect(fanout, 0, 1))
        await asyncio.sleep(0.3)
        began = loop.time()
        await asyncio.to_thread(write, db, "case:1")
        await following
        return loop.time() - began

    assert asyncio.run(story()) < 1.0


def test_quiet_streams_tick_so_that_someone_can_look_at_the_session(fanout: Fanout) -> None:
    async def story() -> Event | None:
        async with asyncio.timeout(WAIT):
            return await anext(fanout.follow(0, tick=0.01))

    assert asyncio.run(story()) is None


def test_what_happens_together_comes_together_and_whoever_is_far_behind_hears_that_it_was_much(
    db: Database, fanout: Fanout
) -> None:
    async def story(after: int, reach: int | None) -> Group:
        async with asyncio.timeout(WAIT):
            return await anext(fanout.follow_groups(after, tick=WAIT, reach=reach))

    write(db, "case:1", "case:2", "case:3")
    assert asyncio.run(story(2, 1)).last == 3  # Read by now, whenever the reader was woken.
    assert [each.id for each in asyncio.run(story(0, 3)).events] == [1, 2, 3]
    assert asyncio.run(story(0, 2)) == Group(events=(), last=3, much=True)
    # As after a backup was put back: what a page has followed was ahead of what is there.
    assert asyncio.run(story(10**18, 2)) == Group(events=(), last=3, much=True)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_reader_asks_nothing_of_postgresql_while_nothing_happens(db: Database) -> None:
    asked: list[str] = []

    @listens_for(db.engine, "before_cursor_execute")
    def notes(_c: object, _cursor: object, statement: str, *_more: object) -> None:
        asked.append(statement)

    fanout = Fanout(db)
    fanout.start()
    until = time.monotonic() + WAIT
    while not any("ORDER BY event.id" in one for one in asked):  # Its first look, after it began to listen.
        assert time.monotonic() < until, "it never looked"
        time.sleep(0.01)
    asked.clear()
    time.sleep(1.2)
    assert asked == []
    fanout.stop()


def test_stopping_ends_every_stream_at_once(fanout: Fanout) -> None:
    async def drain() -> int:
        return len([each async for each in fanout.follow(0, tick=30)])

    async def story() -> float:
        loop = asyncio.get_running_loop()
        streams = [asyncio.create_task(drain()) for _ in range(3)]
        await asyncio.sleep(0.05)
        began = loop.time()
        fanout.end_streams()
        await asyncio.gather(*streams)
        return loop.time() - began

    assert asyncio.run(story()) < 1.0


def break_listeners(db: Database) -> None:
    """Kill whoever listens, as a restart of the server would."""
    with db.transaction() as tx:
        tx.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND query LIKE 'LISTEN%'"
            )
        )


def test_a_broken_connection_delays_and_never_loses(db: Database, fanout: Fanout) -> None:
    """On PostgreSQL the listener is killed; SQLite has none, and its reader is simply behind."""
    breaking: Callable[[], None] = (lambda: break_listeners(db)) if db.dialect == "postgresql" else (lambda: None)

    async def story() -> list[Event]:
        following = asyncio.create_task(collect(fanout, 0, 3))
        await asyncio.to_thread(write, db, "case:1")
        await asyncio.sleep(0.1)
        await asyncio.to_thread(breaking)
        await asyncio.to_thread(write, db, "case:2", "case:3")
        return await following

    assert [each.id for each in asyncio.run(story())] == [1, 2, 3]
