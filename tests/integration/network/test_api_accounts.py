"""The client API's accounts: read, listed, followed, blocked, muted and reported, by whoever may."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from gardefou.clock import HOUR, SECOND, SimulatedClock
from gardefou.events import Actor
from gardefou.network.staff import block as staff_block
from gardefou.network.staff import unblock as staff_unblock
from gardefou.network.tables import net_account, net_block, net_follow, net_notification, net_post
from gardefou.storage import Database
from tests.factories.client_api import SITE, Client, client_api, shown_token
from tests.factories.network import make_follow, make_member, make_post, put_standing
from tests.fakes.neighbours import NeighboursInMemory

HAND = Actor.machine("the test")
NOT_FOUND = (404, {"error": "Record not found", "code": "no_such_page"})
#: What differs between the databases is tested on both where rows change.
ON_ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@dataclass(kw_only=True)
class Net:
    """Three members, their tokens, and who asks."""

    db: Database
    clock: SimulatedClock
    client: Client
    neighbours: NeighboursInMemory
    ids: dict[str, int] = field(default_factory=dict)
    tokens: dict[str, dict[str, str]] = field(default_factory=dict)

    def ask(self, who: str, method: str, path: str, **more: Any) -> Any:
        """Ask as a member, or as nobody; return what came, and its status."""
        answer = self.client.request(method, path, headers=self.tokens.get(who, {}), **more)
        return answer.status_code, answer.json()

    def about(self, name: str, act: str) -> str:
        """Return the address of something about a member."""
        return f"/api/v1/accounts/{self.ids[name]}/{act}"

    def counters(self, name: str) -> tuple[int, int]:
        """Return followers and following."""
        with self.db.reading() as tx:
            row = tx.first(select(net_account).where(net_account.c.id == self.ids[name]))
        assert row is not None
        return row["followers"], row["following"]

    def hide(self, name: str) -> None:
        """Hide a member by the book."""
        with self.db.transaction() as tx:
            put_standing(tx, self.clock.now(), subject_id=self.ids[name], standing="hidden")


@pytest.fixture
def net(db: Database, clock: SimulatedClock, tmp_path: Path) -> Iterator[Net]:
    neighbours = NeighboursInMemory()
    with client_api(db, clock, neighbours=neighbours, folder=tmp_path) as client:
        found = Net(db=db, clock=clock, client=client, neighbours=neighbours)
        with db.transaction() as tx:
            for name in ("alice", "bob", "carol"):
                found.ids[name] = make_member(tx, clock.now(), handle=name, display_name=name.title())
                found.tokens[name] = shown_token(tx, clock.now(), found.ids[name])
        yield found


@pytest.mark.promise(8)
def test_a_hidden_account_is_blanked_says_nothing_and_is_in_no_list(net: Net) -> None:
    with net.db.transaction() as tx:
        make_follow(tx, net.clock.now(), follower_id=net.ids["bob"], followee_id=net.ids["alice"])
        make_follow(tx, net.clock.now(), follower_id=net.ids["carol"], followee_id=net.ids["alice"])
        make_follow(tx, net.clock.now(), follower_id=net.ids["alice"], followee_id=net.ids["bob"])
        make_post(tx, net.clock.now(), net.ids["bob"])
    assert net.ask("", "GET", f"/api/v1/accounts/{net.ids['bob']}")[1]["display_name"] == "Bob"
    assert len(net.ask("", "GET", net.about("bob", "statuses"))[1]) == 1
    assert [one["acct"] for one in net.ask("", "GET", net.about("alice", "followers"))[1]] == ["carol", "bob"]
    net.hide("bob")
    for path in (f"/api/v1/accounts/{net.ids['bob']}", "/api/v1/accounts/lookup?acct=bob"):
        status, account = net.ask("", "GET", path)
        assert (status, account["suspended"], account["display_name"], account["note"]) == (200, True, "", "")
        assert (account["avatar"], account["followers_count"]) == (f"{SITE}/static/avatar.png", 1)
    for act in ("statuses", "followers", "following"):
        assert net.ask("", "GET", net.about("bob", act)) == (200, [])
    assert [one["acct"] for one in net.ask("", "GET", net.about("alice", "followers"))[1]] == ["carol"]
    assert net.ask("alice", "GET", "/api/v1/accounts/search?q=bo") == (200, [])
    assert net.ask("bob", "GET", f"/api/v1/accounts/{net.ids['alice']}")[0] == 403
    assert net.ask("alice", "POST", net.about("bob", "follow"))[0] == 404


@ON_ONE
def test_accounts_are_found_by_name_here_and_never_elsewhere(net: Net) -> None:
    for acct in ("alice", "@Alice", "alice@testserver.local", "acct:alice"):
        assert net.ask("", "GET", "/api/v1/accounts/lookup", params={"acct": acct})[1]["id"] == str(net.ids["alice"])
    for acct in ("", "nobody", "alice@elsewhere.example", "alice\u202e", "x" * 10_000):
        assert net.ask("", "GET", "/api/v1/accounts/lookup", params={"acct": acct})[0] == 404
    for number in ("abc", "9" * 30, "-1", "0", str(2**63)):
        assert net.ask("", "GET", f"/api/v1/accounts/{number}") == (
            404,
            {"error": "Record not found", "code": "no_such_page"},
        )
    assert [one["acct"] for one in net.ask("alice", "GET", "/api/v1/accounts/search?q=a&limit=1&offset=1")[1]] == [
        "carol"
    ]
    net.ask("alice", "POST", net.about("carol", "follow"))
    found = net.ask("alice", "GET", "/api/v1/accounts/search?q=a&following=true")[1]
    assert [one["acct"] for one in found] == ["carol"]
    assert net.ask("", "GET", "/api/v1/accounts/search?q=a")[0] == 401


def test_what_an_account_said_can_be_sifted_and_paged(net: Net) -> None:
    with net.db.transaction() as tx:
        posts = [make_post(tx, net.clock.now() + place * SECOND, net.ids["bob"]) for place in range(4)]
        to_alice = {"reply_to_id": 1, "reply_to_account_id": net.ids["alice"]}
        tx.execute(update(net_post).where(net_post.c.id == posts[1]).values(**to_alice))
        tx.execute(update(net_post).where(net_post.c.id == posts[2]).values(pinned_at=1))
        tx.execute(update(net_post).where(net_post.c.id == posts[3]).values(boost_of_id=posts[0]))

    def ids(query: str, who: str = "") -> list[int]:
        return [posts.index(int(one["id"])) for one in net.ask(who, "GET", net.about("bob", f"statuses?{query}"))[1]]

    assert ids("") == [3, 2, 1, 0]
    assert ids("exclude_replies=True") == [3, 2, 0]
    assert ids("exclude_reblogs=1") == [2, 1, 0]
    assert ids("pinned=true") == [2]
    assert ids("only_media=true") == ids("tagged=%23birds") == []
    first = net.client.get(net.about("bob", "statuses?limit=2"))
    after, before = first.headers["link"].split(", ")
    assert after == f'<{SITE}{net.about("bob", "statuses")}?limit=2&max_id={posts[2]}>; rel="next"'
    assert before.endswith(f'min_id={posts[3]}>; rel="prev"')
    assert ids(f"max_id={posts[2]}") == [1, 0]
    assert ids("max_id=1") == []
    assert ids("max_id=None") == [3, 2, 1, 0]
    assert net.ask("", "GET", net.about("bob", "statuses?max_id=x"))[0] == 422


@pytest.mark.promise(8)
def test_how_a_member_stands_to_who_is_hidden_is_said_where_it_is_asked_for(net: Net) -> None:
    net.ask("alice", "POST", net.about("bob", "follow"))
    both, address = {"id[]": [net.ids["bob"], net.ids["carol"]]}, "/api/v1/accounts/relationships"
    before = net.ask("alice", "GET", address, params=both)[1]
    net.hide("bob")
    assert net.ask("alice", "GET", address, params=both)[1] == before[1:]
    assert net.ask("alice", "GET", address, params=both | {"with_suspended": "true"})[1] == before


def test_a_client_is_answered_in_the_language_it_names(net: Net) -> None:
    english, french = "Record not found", "Il n’y a rien à cette adresse"
    nowhere = "/api/v1/statuses/7"
    assert net.ask("", "GET", nowhere)[1]["error"] == english
    assert net.ask("", "GET", f"{nowhere}?lang=fr")[1]["error"] == french
    assert net.ask("", "GET", f"{nowhere}?lang=%66%72%FF&lang=")[1]["error"] == english
    assert net.ask("alice", "POST", f"{nowhere}/favourite", data={"lang": "fr"})[1]["error"] == french
    assert net.ask("", "GET", "/api/v1/timelines/home?lang=fr")[1]["error"] == "Ce jeton n’est pas valable"
    assert net.ask("alice", "POST", f"{nowhere}/favourite", json={"lang": "fr"})[1]["error"] == english


def test_following_is_told_and_answered_with_how_the_two_stand(net: Net) -> None:
    status, said = net.ask("alice", "POST", net.about("bob", "follow"))
    assert (status, said["id"], said["following"], said["followed_by"]) == (200, str(net.ids["bob"]), True, False)
    assert net.counters("bob") == (1, 0)
    with net.db.reading() as tx:
        told = tx.all(select(net_notification))
    assert [(row["account_id"], row["kind"], row["from_id"]) for row in told] == [
        (net.ids["bob"], "follow", net.ids["alice"])
    ]
    both = {"id[]": [net.ids["alice"], net.ids["carol"], 7]}
    found = net.ask("bob", "GET", "/api/v1/accounts/relationships", params=both)[1]
    assert [(one["id"], one["followed_by"]) for one in found] == [
        (str(net.ids["alice"]), True),
        (str(net.ids["carol"]), False),
    ]
    assert net.ask("alice", "POST", net.about("bob", "unfollow"))[1]["following"] is False
    assert net.counters("bob") == (0, 0)
    assert net.ask("alice", "POST", net.about("alice", "follow"))[0] == 422


def test_a_block_ends_follows_both_ways_and_keeps_the_counters(net: Net) -> None:
    net.ask("alice", "POST", net.about("bob", "follow"))
    net.ask("bob", "POST", net.about("alice", "follow"))
    said = net.ask("alice", "POST", net.about("bob", "block"))[1]
    assert (said["blocking"], said["following"], said["followed_by"]) == (True, False, False)
    assert net.counters("alice") == net.counters("bob") == (0, 0)
    assert net.ask("bob", "POST", net.about("alice", "follow")) == (
        403,
        {"error": "This action is not allowed", "code": "blocked"},
    )
    assert [one["acct"] for one in net.ask("alice", "GET", "/api/v1/blocks")[1]] == ["bob"]
    assert net.ask("alice", "POST", net.about("bob", "unblock"))[1]["blocking"] is False
    assert net.ask("bob", "POST", net.about("alice", "follow"))[1]["following"] is True
    assert net.ask("alice", "POST", net.about("alice", "block"))[0] == 422


@pytest.mark.promise(10)
def test_a_member_never_lifts_what_staff_set_and_staff_never_what_a_member_did(net: Net) -> None:
    alice, bob, now = net.ids["alice"], net.ids["bob"], net.clock.now()
    pair: dict[str, Any] = {"actor": HAND, "now": now}

    def row() -> tuple[int | None, int] | None:
        with net.db.reading() as tx:
            found = tx.first(select(net_block))
        return None if found is None else (found["order_id"], found["own"])

    net.ask("alice", "POST", net.about("bob", "follow"))
    with net.db.transaction() as tx:
        staff_block(tx, net.neighbours, account_id=alice, other_id=bob, order_id=77, **pair)
    assert row() == (77, 0)
    assert net.ask("alice", "POST", net.about("bob", "unblock"))[0] == 422
    assert net.ask("alice", "POST", net.about("bob", "block"))[0] == 200
    assert row() == (77, 1)
    assert net.ask("alice", "POST", net.about("bob", "unblock"))[0] == 422
    with net.db.transaction() as tx:
        staff_unblock(tx, net.neighbours, order_id=77, **pair)
    assert row() == (None, 1)
    # The member ended the follow as well by then: taking the order back does not bring it back.
    with net.db.reading() as tx:
        assert tx.all(select(net_follow)) == []
    with net.db.transaction() as tx:
        staff_block(tx, net.neighbours, account_id=alice, other_id=bob, order_id=78, **pair)
    assert row() == (78, 1)
    with net.db.transaction() as tx:
        staff_unblock(tx, net.neighbours, order_id=78, **pair)
    assert net.ask("alice", "POST", net.about("bob", "unblock"))[0] == 200
    assert row() is None


def test_a_mute_lasts_as_long_as_asked(net: Net) -> None:
    said = net.ask("alice", "POST", net.about("bob", "mute"), data={"duration": "3600", "notifications": "0"})[1]
    assert (said["muting"], said["muting_notifications"]) == (True, False)
    assert [one["acct"] for one in net.ask("alice", "GET", "/api/v1/mutes")[1]] == ["bob"]
    net.clock.advance(HOUR)
    assert net.ask("alice", "GET", "/api/v1/mutes") == (200, [])
    assert net.ask("alice", "POST", net.about("bob", "mute"))[1]["muting_notifications"] is True
    assert net.ask("alice", "POST", net.about("bob", "unmute"))[1]["muting"] is False
    assert net.ask("alice", "POST", net.about("bob", "mute"), json={"duration": "a while"})[0] == 422


@pytest.mark.promise(20)
@ON_ONE
def test_every_call_needs_a_good_token_of_the_right_scope(net: Net) -> None:
    with net.db.transaction() as tx:
        net.tokens["reader"] = shown_token(tx, net.clock.now(), net.ids["alice"], scopes="read:statuses")
        net.tokens["app"] = shown_token(tx, net.clock.now(), None)
    net.tokens["forger"] = {"authorization": "Bearer " + "x" * 5000}
    for act in ("follow", "unfollow", "block", "unblock", "mute", "unmute"):
        asked = [net.ask(who, "POST", net.about("bob", act)) for who in ("", "forger", "reader", "app")]
        assert [status for status, _said in asked] == [401, 401, 403, 422]
        assert all(said["error"] for _status, said in asked)
        assert net.ask("alice", "POST", f"/api/v1/accounts/word/{act}")[0] == 404
    assert net.ask("forger", "GET", f"/api/v1/accounts/{net.ids['bob']}")[0] == 401


def test_a_page_of_followers_is_cut_by_key(net: Net) -> None:
    with net.db.transaction() as tx:
        ids = [make_member(tx, net.clock.now()) for _ in range(5)]
        rows = [{"follower_id": one, "followee_id": net.ids["bob"], "created_at": 1} for one in ids]
        tx.execute(insert(net_follow), rows)
    page = net.client.get(net.about("bob", "followers?limit=2"))
    assert [one["id"] for one in page.json()] == [str(ids[4]), str(ids[3])]
    assert f"max_id={ids[3]}" in page.headers["link"].split(",")[0]
    rest = net.client.get(net.about("bob", f"followers?limit=80&max_id={ids[3]}"))
    assert [one["id"] for one in rest.json()] == [str(one) for one in reversed(ids[:3])]
    assert 'rel="next"' not in rest.headers["link"]


@pytest.mark.promise(17)
@pytest.mark.parametrize("path", ["/api/v1/reports", "/api/v1/reports/"])
@ON_ONE
def test_a_report_goes_to_intake_in_the_houses_own_words(net: Net, path: str) -> None:
    with net.db.transaction() as tx:
        post_id = make_post(tx, net.clock.now(), net.ids["bob"], text="Buy now")
    form = {"account_id": net.ids["bob"], "status_ids[]": [post_id], "comment": " Ads ", "category": "spam"}
    status, said = net.ask("alice", "POST", path, data=form)
    assert (status, said["category"], said["comment"], said["action_taken"]) == (200, "spam", "Ads", False)
    assert (said["status_ids"], said["target_account"]["acct"]) == ([str(post_id)], "bob")
    actor, complaint = net.neighbours.complaints[0]
    assert (actor, complaint.category, complaint.comment) == (Actor.member(net.ids["alice"]), "spam", "Ads")
    assert [one.excerpt for one in complaint.posts] == ["Buy now"]
    status, said = net.ask("alice", "POST", path, json={"account_id": str(net.ids["bob"]), "rule_ids": ["2", "1"]})
    assert (status, said["category"], said["rule_ids"]) == (200, "violation", ["1", "2"])
    assert net.neighbours.complaints[1][1].category == "threats"


@pytest.mark.promise(20)
@ON_ONE
def test_a_report_that_cannot_be_used_is_refused_in_one_line(net: Net) -> None:
    wrong: list[tuple[dict[str, Any], int]] = [
        ({"account_id": ""}, 404),
        ({"account_id": "bob"}, 404),
        ({"account_id": "17"}, 404),
        ({"status_ids": ["17"]}, 404),
        ({"status_ids": ["x"]}, 422),
        ({"status_ids": [str(one) for one in range(1, 30)]}, 422),
        ({"category": "dislike"}, 422),
        ({"rule_ids": ["99"]}, 422),
        ({"comment": "x" * 1001}, 422),
        ({"comment": {"a": "b"}}, 422),
    ]
    for changes, status in wrong:
        asked = {"account_id": str(net.ids["bob"]), "category": "spam"} | changes
        got, said = net.ask("alice", "POST", "/api/v1/reports", json=asked)
        assert (got, net.neighbours.complaints) == (status, []), (changes, said)
        assert said["error"]
        assert "\n" not in said["error"]
