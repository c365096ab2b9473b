"""What members are told over the client API, and of what they are not."""

import pytest

from gardefou.events import Actor
from gardefou.network.notify import Notice, notify
from gardefou.network.tables import (
    net_block,
    net_mute,
    net_notification,
)
from tests.factories.three_members import ThreeMembers as Town

V1, V2 = "/api/v1", "/api/v2"


def test_members_are_told_of_what_concerns_them_and_put_it_away(town: Town) -> None:
    post_id = town.alice.say("x")["id"]
    for deed in ("favourite", "reblog", "unfavourite", "favourite"):
        town.bob.post(f"{V1}/statuses/{post_id}/{deed}")
    town.carol.say("no name", in_reply_to_id=post_id)
    town.carol.say("@alice hello")
    told = town.alice.get(f"{V1}/notifications")
    assert [(one["type"], one["account"]["acct"]) for one in told] == [
        ("mention", "carol"),
        ("mention", "carol"),
        ("reblog", "bob"),
        ("favourite", "bob"),
    ]
    assert told[2]["status"]["id"] == post_id
    assert town.alice.get(f"{V1}/notifications/unread_count") == {"count": 4}
    likes = town.alice.ask("GET", f"{V1}/notifications?types[]=favourite").json()
    others = town.alice.ask("GET", f"{V1}/notifications?exclude_types[]=mention&account_id={town.ids['bob']}").json()
    assert ([one["type"] for one in likes], len(others)) == (["favourite"], 2)
    town.stand("bob", "hidden")
    assert len(town.alice.get(f"{V1}/notifications")) == 2
    one = told[0]["id"]
    assert town.alice.get(f"{V1}/notifications/{one}")["id"] == one
    assert town.carol.ask("POST", f"{V1}/notifications/{one}/dismiss").status_code == 404
    assert town.alice.post(f"{V1}/notifications/{one}/dismiss") == {}
    assert town.alice.ask("GET", f"{V1}/notifications/{one}").status_code == 404
    assert town.alice.post(f"{V1}/notifications/clear") == {}
    assert town.count(net_notification) == 0


@pytest.mark.parametrize("muted", [None, {"notifications": 0}, {"notifications": 0, "expires_at": 1}])
def test_nobody_is_told_of_what_they_block_whatever_they_mute_beside_it(
    town: Town, muted: dict[str, int] | None
) -> None:
    alice, bob = town.ids["alice"], town.ids["bob"]
    post_id = town.alice.say("x")["id"]
    if muted is not None:
        town.put(net_mute, account_id=alice, muted_id=bob, **{"expires_at": None, **muted})
    town.put(net_block, account_id=alice, blocked_id=bob)
    with town.db.transaction() as tx:
        who = Actor.member(bob)
        assert (
            notify(tx, actor=who, now=town.clock.now(), account_id=alice, kind=Notice.BOOST, post_id=int(post_id))
            is None
        )
    assert town.count(net_notification) == 0


def test_who_is_muted_on_timelines_alone_is_still_told_of(town: Town) -> None:
    alice, bob = town.ids["alice"], town.ids["bob"]
    post_id = town.alice.say("x")["id"]
    town.put(net_mute, account_id=alice, muted_id=bob, notifications=0, expires_at=None)
    town.bob.post(f"{V1}/statuses/{post_id}/favourite")
    assert [one["type"] for one in town.alice.get(f"{V1}/notifications")] == ["favourite"]
    town.put(net_mute, account_id=alice, muted_id=town.ids["carol"], notifications=1, expires_at=None)
    town.carol.post(f"{V1}/statuses/{post_id}/favourite")
    assert town.count(net_notification) == 1
