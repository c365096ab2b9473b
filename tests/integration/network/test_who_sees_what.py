"""Every standing against every way to read: the table in `visibility` is the truth."""

from collections.abc import Callable

import pytest
from sqlalchemy import inspect, text

from gardefou.clock import Micros
from gardefou.events import Actor
from gardefou.network import queries, visibility
from gardefou.network.errors import NoSuchPageError, OwnerCannotActError
from gardefou.network.home import home_timeline
from gardefou.network.post import post
from gardefou.network.timelines import page_of_account, page_of_everybody
from gardefou.storage import Database, Tx
from tests.factories.network import make_follow, make_member, make_post, put_standing
from tests.fakes.neighbours import NeighboursInMemory

#: Later than anything here.
NOW = 2_000_000_000_000_000
Reads = Callable[[Tx, int, int, int], bool]


def _there(read: Callable[[], object]) -> bool:
    try:
        return bool(read())
    except NoSuchPageError:
        return False


def _profile(tx: Tx, account: int, post_id: int, reader: int) -> bool:
    return _there(lambda: queries.shown_account(tx, "subject"))


def _post_page(tx: Tx, account: int, post_id: int, reader: int) -> bool:
    return _there(lambda: queries.shown_post(tx, account_id=account, post_id=post_id))


def _profile_posts(tx: Tx, account: int, post_id: int, reader: int) -> bool:
    return post_id in {one.id for one in page_of_account(tx, account, None).posts}


def _reportable(tx: Tx, account: int, post_id: int, reader: int) -> bool:
    return bool(queries.shown_posts(tx, account_id=account, post_ids=[post_id]))


def _public(tx: Tx, account: int, post_id: int, reader: int) -> bool:
    return post_id in {one.id for one in page_of_everybody(tx, None, now=NOW).posts}


def _search(tx: Tx, account: int, post_id: int, reader: int) -> bool:
    return account in {row["id"] for row in queries.search_accounts(tx, "subj")}


def _home(tx: Tx, account: int, post_id: int, reader: int) -> bool:
    return post_id in {one.id for one in home_timeline(tx, reader, now=NOW).posts}


def _own_home(tx: Tx, account: int, post_id: int, reader: int) -> bool:
    return post_id in {one.id for one in home_timeline(tx, account, now=NOW).posts}


def _mention(tx: Tx, account: int, post_id: int, reader: int) -> bool:
    return bool(queries.shown_handles(tx, {"Subject"}))


def _acts(tx: Tx, account: int, post_id: int, reader: int) -> bool:
    try:
        post(tx, NeighboursInMemory(), actor=Actor.member(account), now=1_500_000_000_000_000, text="x", locale="en")
    except OwnerCannotActError:
        return False
    return True


KNOWN_ADDRESS = (_profile, _post_page, _profile_posts, _reportable, _home, _own_home, _mention)
PUBLIC = (_public, _search)
OF_POSTS = (_post_page, _profile_posts, _reportable, _public, _home, _own_home)

SEES: dict[str, tuple[Reads, ...]] = {
    "active": (*KNOWN_ADDRESS, *PUBLIC, _acts),
    "limited": (*KNOWN_ADDRESS, _acts),
    "frozen": (*KNOWN_ADDRESS, *PUBLIC),
    "hidden": (),
}
EVERY = (*KNOWN_ADDRESS, *PUBLIC, _acts)


def _scene(tx: Tx, now: int) -> tuple[int, int, int]:
    account = make_member(tx, now, handle="Subject")
    reader = make_member(tx, now)
    post_id = make_post(tx, now, account)
    make_follow(tx, now, follower_id=reader, followee_id=account)
    return account, post_id, reader


@pytest.mark.promise(8)
@pytest.mark.parametrize("standing", ["active", "limited", "frozen", "hidden"])
def test_a_standing_shows_exactly_what_the_table_says(db: Database, now: Micros, standing: str) -> None:
    with db.transaction() as tx:
        scene = _scene(tx, now)
        put_standing(tx, now, subject_id=scene[0], standing=standing)
    with db.transaction() as tx:
        seen = {read.__name__ for read in EVERY if read(tx, *scene)}
    assert seen == {read.__name__ for read in SEES[standing]}


def test_without_a_row_an_account_is_active(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        scene = _scene(tx, now)
        assert all(read(tx, *scene) for read in EVERY)


@pytest.mark.promise(8)
def test_restoring_brings_every_page_and_post_back(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        scene = _scene(tx, now)
        put_standing(tx, now, subject_id=scene[0], standing="hidden")
        assert not any(read(tx, *scene) for read in EVERY)
        put_standing(tx, now, subject_id=scene[0], standing="active")
        assert all(read(tx, *scene) for read in EVERY)


def test_a_hidden_post_is_nowhere_and_its_author_everywhere(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        scene = _scene(tx, now)
        put_standing(tx, now, subject_kind="post", subject_id=scene[1], standing="hidden")
        seen = {read.__name__ for read in EVERY if read(tx, *scene)}
    assert seen == {read.__name__ for read in EVERY if read not in OF_POSTS}


def test_one_accounts_standing_leaves_others_alone(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        account, _, reader = _scene(tx, now)
        other = make_post(tx, now, reader)
        put_standing(tx, now, subject_id=account, standing="hidden")
        assert [one.id for one in page_of_everybody(tx, None, now=NOW).posts] == [other]
        assert visibility.standing_of(tx, reader) is visibility.Standing.ACTIVE


def _everything(tx: Tx) -> dict[str, set[tuple[object, ...]]]:
    """Return every row of every table but the orders', one of which is marked as spent."""
    names = set(inspect(tx.connection).get_table_names()) - {"orders"}
    rows = {name: tx.execute(text(f"SELECT * FROM {name}")).all() for name in names}
    return {name: {tuple(row) for row in found} for name, found in rows.items()}


@pytest.mark.promise(8)
@pytest.mark.parametrize("followers", [0, 30])
@pytest.mark.parametrize("standing", ["hidden", "limited", "frozen", "active"])
def test_hiding_and_restoring_change_one_row_whatever_the_size(
    db: Database, now: Micros, standing: str, followers: int
) -> None:
    with db.transaction() as tx:
        account, _, _ = _scene(tx, now)
        for _ in range(followers):
            make_follow(tx, now, follower_id=make_member(tx, now), followee_id=account)
            make_post(tx, now, account)
        before = _everything(tx)
        put_standing(tx, now, subject_id=account, standing=standing)
        after = _everything(tx)
    changed = {name: after[name] ^ before[name] for name in after if after[name] != before[name]}
    assert list(changed) == ["standing"]
    assert len(changed["standing"]) == 1


@pytest.mark.promise(8)
def test_reading_rewrites_nothing(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        scene = _scene(tx, now)
        put_standing(tx, now, subject_id=scene[0], standing="hidden")
        before = _everything(tx)
        for read in (*KNOWN_ADDRESS, *PUBLIC):
            read(tx, *scene)
        assert _everything(tx) == before
