"""Timelines are cut by key, newest first, and show nothing twice."""

from gardefou.clock import SECOND, Micros
from gardefou.network import queries
from gardefou.network.home import home_timeline
from gardefou.network.timelines import page_of_account, page_of_everybody
from gardefou.storage import Database
from tests.factories.network import make_follow, make_member, make_post


def test_pages_follow_each_other_without_a_gap(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        alice = make_member(tx, now)
        posted = [make_post(tx, now + number * SECOND, alice, text=str(number)) for number in range(7)]
        first = page_of_account(tx, alice, None, limit=3)
        # What is posted meanwhile does not move the older pages.
        make_post(tx, now + 60 * SECOND, alice)
        second = page_of_account(tx, alice, None, before=first.before, limit=3)
        third = page_of_account(tx, alice, None, before=second.before, limit=3)
    read = [one.id for page in (first, second, third) for one in page.posts]
    assert read == posted[::-1]
    assert third.before is None


def test_a_full_last_page_promises_no_other(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        alice = make_member(tx, now)
        for _ in range(3):
            make_post(tx, now, alice)
        assert page_of_account(tx, alice, None, limit=3).before is None


def test_home_merges_whom_one_follows_and_oneself(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        me, friend, stranger = (make_member(tx, now) for _ in range(3))
        make_follow(tx, now, follower_id=me, followee_id=friend)
        make_follow(tx, now, follower_id=stranger, followee_id=me)
        mine, theirs = make_post(tx, now, me), make_post(tx, now, friend)
        make_post(tx, now, stranger)
        assert [one.id for one in home_timeline(tx, me, now=now).posts] == [theirs, mine]
        assert len(page_of_everybody(tx, None, now=now).posts) == 3


def test_search_finds_handle_or_name_and_takes_wildcards_for_letters(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        make_member(tx, now, handle="senator_one", display_name="Marie Curie")
        make_member(tx, now, handle="senatorXone")
        found = {words: [row["handle"] for row in queries.search_accounts(tx, words)] for words in
                 ("@Senator_", "marie cu", "%", " ", "nobody")}  # fmt: skip
    assert found == {"@Senator_": ["senator_one"], "marie cu": ["senator_one"], "%": [], " ": [], "nobody": []}
