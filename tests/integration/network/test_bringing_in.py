"""Accounts, posts and follows come in from elsewhere: twice is once, and no counter falls."""

import pytest

from gardefou.clock import DAY, Micros
from gardefou.events.actor import IMPORTER
from gardefou.network import queries
from gardefou.network.errors import HandleTakenError
from gardefou.network.import_account import ImportedAccount, import_account
from gardefou.network.import_follow import import_follow
from gardefou.network.import_posts import ImportedPost, import_posts
from gardefou.network.timelines import page_of_account
from gardefou.storage import Database, Tx
from tests.factories.network import make_member
from tests.fakes.neighbours import NeighboursInMemory


@pytest.fixture
def neighbours() -> NeighboursInMemory:
    return NeighboursInMemory()


def _account(**changes: object) -> ImportedAccount:
    given = {"handle": "Known", "display_name": "Known", "imported_id": "25073877", "created_at": 1_237_000_000_000_000}
    return ImportedAccount(**{**given, **changes})  # type: ignore[arg-type]  # the test names its own fields


def _import(tx: Tx, neighbours: NeighboursInMemory, now: int, **changes: object) -> int:
    return import_account(tx, neighbours, actor=IMPORTER, now=now, account=_account(**changes))


def test_account_brought_in_twice_is_one_and_its_counters_only_rise(
    db: Database, now: Micros, neighbours: NeighboursInMemory
) -> None:
    with db.transaction() as tx:
        first = _import(tx, neighbours, now, followers=41_700_000, posts=10)
        again = _import(tx, neighbours, now, followers=5, posts=36_000, handle="renamed_since")
    assert first == again
    told = neighbours.accounts[first]
    assert (told["followers"], told["posts"], told["handle"]) == (41_700_000, 36_000, "Known")


def test_handle_of_another_account_is_not_taken_over(db: Database, now: Micros, neighbours: NeighboursInMemory) -> None:
    with db.transaction() as tx:
        make_member(tx, now, handle="known")
        with pytest.raises(HandleTakenError, match="taken"):
            _import(tx, neighbours, now)


def test_accounts_without_an_origin_are_told_apart_by_their_handles(
    db: Database, now: Micros, neighbours: NeighboursInMemory
) -> None:
    with db.transaction() as tx:
        first = _import(tx, neighbours, now, handle="first", imported_id=None)
        second = _import(tx, neighbours, now, handle="second", imported_id=None)
        again = _import(tx, neighbours, now, handle="FIRST", imported_id=None)
    assert first == again
    assert first != second


def _posts(now: int, number: int) -> list[ImportedPost]:
    return [ImportedPost(imported_id=900 + n, text=f"{n}", created_at=now - (number - n) * DAY) for n in range(number)]


def test_posts_brought_in_twice_are_there_once_in_the_order_of_time(
    db: Database, now: Micros, neighbours: NeighboursInMemory
) -> None:
    with db.transaction() as tx:
        account_id = _import(tx, neighbours, now)
        some, all_ = _posts(now, 9)[3:6], _posts(now, 9)
        added = [
            import_posts(tx, neighbours, actor=IMPORTER, now=now, account_id=account_id, posts=posts)
            for posts in (some, all_, all_)
        ]
        read = [one.text for one in page_of_account(tx, account_id, None).posts]
    assert added == [3, 6, 0]
    assert read == [str(n) for n in range(8, -1, -1)]
    assert neighbours.accounts[account_id]["posts"] == 9


def test_counter_that_came_with_the_account_is_not_lowered_by_counting(
    db: Database, now: Micros, neighbours: NeighboursInMemory
) -> None:
    with db.transaction() as tx:
        account_id = _import(tx, neighbours, now, posts=36_000)
        import_posts(tx, neighbours, actor=IMPORTER, now=now, account_id=account_id, posts=_posts(now, 2))
    assert neighbours.accounts[account_id]["posts"] == 36_000


def test_follows_brought_in_leave_counters_alone(db: Database, now: Micros, neighbours: NeighboursInMemory) -> None:
    with db.transaction() as tx:
        account_id = _import(tx, neighbours, now, followers=41_700_000)
        fans = [make_member(tx, now) for _ in range(3)]
        added = [
            import_follow(tx, actor=IMPORTER, now=now, follower_ids=ids, followee_id=account_id)
            for ids in (fans[:2], [*fans, account_id])
        ]
        assert added == [2, 1]
        row = queries.any_account(tx, account_id)
        assert row is not None
        assert row["followers"] == 41_700_000
        assert all(queries.follows(tx, follower_id=fan, followee_id=account_id) for fan in fans)
