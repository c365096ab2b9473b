"""A page of home finds, by looking at a few posts, just what the one predicate would find by looking at all of them."""

import random
import sqlite3
from collections.abc import Sequence

import pytest
from sqlalchemy import insert, select

from gardefou.clock import SECOND, Micros
from gardefou.network.home import home_posts
from gardefou.network.queries import at_home, posts_shown
from gardefou.network.stretch import Stretch
from gardefou.network.tables import net_block, net_follow, net_mute, net_post
from gardefou.network.visibility import Visibility
from gardefou.storage import Database, Tx
from tests.factories.network import make_member, put_standing

PEOPLE, POSTS, LATER = 14, 160, 10_000 * SECOND


def _ids(tx: Tx, wanted: object) -> list[int]:
    return [int(row["id"]) for row in tx.all(wanted)]  # type: ignore[arg-type]  # any select


def _everything(tx: Tx, me: int, now: int, part: Stretch) -> list[int]:
    all_of_it = posts_shown(me).where(at_home(me, now), *part.within(net_post.c.id))
    return _ids(tx, all_of_it.order_by(part.order(net_post.c.id)).limit(part.count))


def _post(tx: Tx, dice: random.Random, at: int, people: Sequence[int], said: Sequence[tuple[int, int]]) -> int:
    """Write a post as a member might, or an answer, or pass something on; rows alone, for the rules are not asked."""
    author, post_id = dice.choice(people), tx.new_id(at)
    answered = dice.choice(said) if said and dice.random() < 0.3 else (None, None)
    passed_on = dice.choice(said)[0] if said and dice.random() < 0.2 else None
    if passed_on and tx.first(select(net_post.c.id).where(
        net_post.c.boost_of_id == passed_on, net_post.c.account_id == author)):  # fmt: skip
        passed_on = None
    row = {"id": post_id, "account_id": author, "text": "Said", "locale": "en", "reposts": 0, "likes": 0}
    ties = {"reply_to_id": answered[0], "reply_to_account_id": answered[1], "boost_of_id": passed_on}
    seen = {"visibility": dice.choice([Visibility.PUBLIC] * 3 + list(Visibility)), "created_at": at}
    tx.execute(insert(net_post).values(**row, **ties, **seen))
    return author


def _town(tx: Tx, dice: random.Random, now: int) -> list[int]:
    people = [make_member(tx, now) for _ in range(PEOPLE)]
    for one in people:
        for other in dice.sample(people, 8):
            if one != other:
                tx.execute(insert(net_follow).values(follower_id=one, followee_id=other, created_at=now))
    for table, other_id, more in (
        (net_block, "blocked_id", {"own": 1}),
        (net_mute, "muted_id", {"notifications": 0}),
    ):
        for one in dice.sample(people, 3):
            other = dice.choice([person for person in people if person != one])
            tx.execute(insert(table).values(account_id=one, created_at=now, **{other_id: other}, **more))
    said: list[tuple[int, int]] = []
    # One says far more than all others, most of it early.
    for number in range(POSTS):
        crowd = people[:1] * 5 + people if number < POSTS // 2 else people[:4]
        author = _post(tx, dice, now + number * SECOND, crowd, said)
        said.append((int(tx.scalar(select(net_post.c.id).order_by(net_post.c.id.desc()).limit(1))), author))
    for post_id, _author in dice.sample(said, 8):
        put_standing(tx, now, subject_id=post_id, standing="hidden", subject_kind="post")
    put_standing(tx, now, subject_id=people[3], standing="hidden")
    put_standing(tx, now, subject_id=people[5], standing="limited")
    return people


def test_a_page_of_home_is_what_the_one_predicate_says(db: Database, now: Micros) -> None:
    dice = random.Random(20171102)  # noqa: S311  # a town, drawn the same each time
    with db.transaction() as tx:
        people = _town(tx, dice, now)
        ids = _ids(tx, select(net_post.c.id))
        later, seen = now + LATER, 0
        for me in people:
            for _ in range(4):
                low, high = sorted(dice.sample(ids, 2))
                part = Stretch(
                    count=dice.choice([1, 3, 5, 21]),
                    below=dice.choice([None, high]),
                    above=dice.choice([None, low]),
                    oldest_first=dice.random() < 0.5,
                )
                expected = _everything(tx, me, later, part)
                assert [int(row["id"]) for row in home_posts(tx, me, later, part)] == expected, (me, part)
                seen += len(expected)
    assert seen > 200


def _steps_for_a_home(db: Database, now: Micros, posts: int) -> int:
    """Return how many steps SQLite takes for a page of home, of one who talks and one who said a single thing."""
    with db.transaction() as tx:
        me, loud, quiet = (make_member(tx, now) for _ in range(3))
        for other in (loud, quiet):
            tx.execute(insert(net_follow).values(follower_id=me, followee_id=other, created_at=now))
        common = {"text": "Said", "locale": "en", "reposts": 0, "likes": 0, "created_at": now}
        rows = [
            {"id": tx.new_id(now + number), "account_id": quiet if number == 0 else loud, **common}
            for number in range(posts)
        ]
        tx.execute(insert(net_post), rows)
        steps = 0

        def step() -> int:
            nonlocal steps
            steps += 1
            return 0

        driver = tx.connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        driver.set_progress_handler(step, 10)
        found = [int(row["id"]) for row in home_posts(tx, me, now + LATER, Stretch(count=21))]
        driver.set_progress_handler(None, 0)
    assert found == [row["id"] for row in rows[:-22:-1]]
    return steps


@pytest.mark.promise(8)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_page_of_home_takes_no_longer_for_all_that_was_ever_said(db: Database, now: Micros) -> None:
    few = _steps_for_a_home(db, now, 60)
    assert _steps_for_a_home(db, now, 6_000) < 1.1 * few
