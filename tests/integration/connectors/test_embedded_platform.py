"""The embedded network as enforcement sees it."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from gardefou.clock import Micros
from gardefou.connectors.embedded.platform import EmbeddedPlatform
from gardefou.enforcement.ports import Platform, PostSeen, Profile
from gardefou.network.tables import standing
from gardefou.orders.tables import orders
from gardefou.storage import Database
from tests.factories.network import make_executed_order, make_follow, make_member, make_post

PLATFORM: Platform = EmbeddedPlatform()


@pytest.mark.promise(8)
@pytest.mark.parametrize("subject_kind", ["account", "post"])
def test_standing_is_one_row_set_in_the_name_of_an_order(db: Database, now: Micros, subject_kind: str) -> None:
    with db.transaction() as tx:
        account = make_member(tx, now)
        subject = account if subject_kind == "account" else make_post(tx, now, account)
        assert PLATFORM.standing(tx, subject_kind, subject) == "active"
        for target in ("hidden", "active", "hidden"):
            order_id = make_executed_order(tx, now, subject_kind=subject_kind, subject_id=subject, target=target)
            PLATFORM.apply(tx, subject_kind=subject_kind, subject_id=subject, standing=target, order_id=order_id)
            assert PLATFORM.standing(tx, subject_kind, subject) == target
            assert list(PLATFORM.standings(tx)) == [(subject_kind, subject, target, order_id)]
            assert tx.scalar(select(orders.c.spent_at).where(orders.c.id == order_id)) == now


@pytest.mark.promise(10)
@pytest.mark.parametrize(
    ("order_for", "order_target", "uses"),
    [("another", "hidden", 1), ("subject", "limited", 1), ("post", "hidden", 1), ("subject", "hidden", 2)],
    ids=["another account's order", "another effect", "another kind of subject", "an order spent"],
)
def test_database_refuses_a_standing_without_its_own_unspent_order(
    db: Database, now: Micros, order_for: str, order_target: str, uses: int
) -> None:
    with db.transaction() as tx:
        subject, another = make_member(tx, now), make_member(tx, now)
        order_id = make_executed_order(
            tx,
            now,
            subject_kind="post" if order_for == "post" else "account",
            subject_id=another if order_for == "another" else subject,
            target=order_target,
        )
        for _ in range(uses - 1):
            PLATFORM.apply(tx, subject_kind="account", subject_id=subject, standing="hidden", order_id=order_id)
    with pytest.raises(DBAPIError, match="unspent executed order"), db.transaction() as tx:
        PLATFORM.apply(tx, subject_kind="account", subject_id=subject, standing="hidden", order_id=order_id)
    with db.reading() as tx:
        assert len(tx.all(select(standing))) == uses - 1


def test_unknown_standing_or_subject_changes_nothing(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        account = make_member(tx, now)
        with pytest.raises(ValueError, match="vanished"):
            PLATFORM.apply(tx, subject_kind="account", subject_id=account, standing="vanished", order_id=1)
        with pytest.raises(KeyError, match="statement"):
            PLATFORM.apply(tx, subject_kind="statement", subject_id=account, standing="hidden", order_id=1)
        assert list(PLATFORM.standings(tx)) == []


@pytest.mark.promise(16)
def test_staff_see_profile_and_posts_of_what_is_hidden(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        account, fan = make_member(tx, now, handle="Known", display_name="Known One"), make_member(tx, now)
        make_follow(tx, now, follower_id=fan, followee_id=account)
        post_id = make_post(tx, now, account, text="Once said.")
        for kind, subject in (("account", account), ("post", post_id)):
            order_id = make_executed_order(tx, now, subject_kind=kind, subject_id=subject, target="hidden")
            PLATFORM.apply(tx, subject_kind=kind, subject_id=subject, standing="hidden", order_id=order_id)
        assert PLATFORM.profile(tx, account) == Profile(handle="Known", display_name="Known One", followers=1, posts=1)
        assert PLATFORM.profile(tx, account + 1) is None
        assert PLATFORM.posts(tx, [post_id, 12]) == [
            PostSeen(id=post_id, account_id=account, text="Once said.", posted_at=now)
        ]
