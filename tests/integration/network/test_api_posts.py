"""Posts over the client API: written, answered, boosted, liked, kept, edited, taken back; and counters that hold."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import func, select

from gardefou.clock import DAY, SECOND, SimulatedClock
from gardefou.events import Actor
from gardefou.network.follow import follow
from gardefou.network.notify import Notice, notify
from gardefou.network.staff.remove_post import remove_post
from gardefou.network.tables import (
    net_account,
    net_block,
    net_bookmark,
    net_favourite,
    net_mention,
    net_mute,
    net_notification,
    net_post,
    net_post_version,
    net_posted_once,
    net_tag,
)
from gardefou.storage import Database
from tests.factories.client_api import Client, Program, client_api, make_token
from tests.factories.network import make_member, make_post, put_standing
from tests.fakes.neighbours import NeighboursInMemory

V1, V2 = "/api/v1", "/api/v2"


@dataclass(kw_only=True)
class Town:
    """Three members, each with a program, and a visitor; and what a test changes around them."""

    db: Database
    clock: SimulatedClock
    client: Client
    ids: dict[str, int]
    alice: Program
    bob: Program
    carol: Program
    visitor: Program

    def follow(self, who: str, whom: str) -> None:
        """Let one member follow another."""
        with self.db.transaction() as tx:
            actor = Actor.member(self.ids[who])
            follow(tx, NeighboursInMemory(), actor=actor, now=self.clock.now(), handle=whom)

    def stand(self, who: str, standing: str, kind: str = "account", subject: int = 0) -> None:
        """Give a member or a post a standing."""
        with self.db.transaction() as tx:
            subject_id = subject or self.ids[who]
            put_standing(tx, self.clock.now(), subject_id=subject_id, standing=standing, subject_kind=kind)

    def put(self, table: Any, **values: Any) -> None:
        """Put a row straight into its table."""
        with self.db.transaction() as tx:
            tx.execute(table.insert().values(created_at=self.clock.now(), **values))

    def count(self, table: Any) -> int:
        """Return how many rows a table has."""
        with self.db.reading() as tx:
            return int(tx.scalar(select(func.count()).select_from(table)))

    def posts_of(self, who: str) -> int:
        """Return an account's kept counter of posts."""
        with self.db.reading() as tx:
            return int(tx.scalar(select(net_account.c.posts).where(net_account.c.id == self.ids[who])))


@pytest.fixture
def town(db: Database, clock: SimulatedClock) -> Iterator[Town]:
    with client_api(db, clock) as client:
        with db.transaction() as tx:
            now = clock.now()
            ids = {name: make_member(tx, now, handle=name) for name in ("alice", "bob", "carol")}
            tokens = {name: make_token(tx, now, account_id=number) for name, number in ids.items()}
        programs = {name: Program(client=client, token=token) for name, token in tokens.items()}
        yield Town(db=db, clock=clock, client=client, ids=ids, visitor=Program(client=client), **programs)


def _ids(statuses: list[dict[str, Any]]) -> list[str]:
    return [status["id"] for status in statuses]


def test_what_is_posted_is_read_as_it_was_written(town: Town) -> None:
    said = town.alice.say("Hello @bob #Été2017", spoiler_text="A greeting", visibility="unlisted", language="fr")
    assert said["mentions"][0]["acct"] == "bob"
    assert said["tags"] == [{"name": "été2017", "url": "http://testserver.local/tags/%C3%A9t%C3%A92017"}]
    assert 'href="http://testserver.local/tags/%C3%A9t%C3%A92017"' in said["content"]
    assert (said["spoiler_text"], said["visibility"], said["language"], said["sensitive"]) == (
        "A greeting",
        "unlisted",
        "fr",
        True,
    )
    assert said["application"]["name"] == "toot"
    assert "scheduled_at" not in said
    assert town.visitor.get(f"{V1}/statuses/{said['id']}")["content"] == said["content"]
    assert town.alice.get(f"{V1}/statuses/{said['id']}/source")["text"] == "Hello @bob #Été2017"
    assert town.bob.ask("GET", f"{V1}/statuses/{said['id']}/source").status_code == 404
    form = {"status": "as a form", "media_ids[]": "", "sensitive": "0"}
    assert town.alice.ask("POST", f"{V1}/statuses", data=form).json()["content"] == "<p>as a form</p>"


def test_a_key_that_was_sent_before_posts_nothing_twice(town: Town) -> None:
    once = {"idempotency-key": "k" * 40}

    def send(program: Program) -> Any:
        return program.ask("POST", f"{V1}/statuses", json={"status": "once"}, headers=once).json()["id"]

    with ThreadPoolExecutor(4) as threads:
        first = set(threads.map(lambda _number: send(town.alice), range(4)))
    assert len(first) == 1
    assert send(town.bob) not in first
    assert town.posts_of("alice") == 1
    town.clock.advance(DAY)
    assert send(town.alice) not in first
    assert town.count(net_posted_once) == 2


#: What cannot be posted, the status of the answer, and some of its words.
REFUSED: list[tuple[dict[str, Any], int, str]] = [
    ({"status": ""}, 422, "nothing to post"),
    ({"status": "x" * 501}, 422, "take out 1"),
    ({"status": "x" * 400, "spoiler_text": "y" * 101}, 422, "take out 1"),
    ({"status": "x" * 300_000}, 422, "take out"),
    ({"status": "x", "visibility": "secret"}, 422, "visibility is one of"),
    ({"status": "x", "in_reply_to_id": "nobody"}, 422, "in_reply_to_id"),
    ({"status": "x", "in_reply_to_id": "12"}, 404, "Record not found"),
    ({"status": "x", "media_ids": ["7"]}, 422, "image"),
    ({"status": "x", "language": "no language"}, 422, "language"),
    ({"status": "x", "poll": {"options": ["a", "b"], "expires_in": 300}}, 422, "no polls"),
    ({"status": "x", "scheduled_at": "2030-01-01T00:00:00Z"}, 422, "later"),
    ({"status": {"deep": "er"}}, 422, "status"),
    ({"status": " ".join(f"@m{number}" for number in range(51))}, 422, "50 accounts"),
]


@pytest.mark.promise(20)
def test_what_cannot_be_posted_is_refused_in_one_line(town: Town) -> None:
    for fields, status, said in REFUSED:
        answer = town.alice.ask("POST", f"{V1}/statuses", json=fields)
        assert (answer.status_code, said in answer.json()["error"]) == (status, True), answer.text
    assert town.count(net_post) == 0


def test_a_program_does_only_what_its_token_is_good_for(town: Town) -> None:
    post_id = town.alice.say("x")["id"]
    with town.db.transaction() as tx:
        read = make_token(tx, town.clock.now(), account_id=town.ids["bob"], scopes="read write:bookmarks")
        alone = make_token(tx, town.clock.now(), account_id=None)
    reader = Program(client=town.client, token=read)
    assert reader.ask("POST", f"{V1}/statuses", json={"status": "y"}).status_code == 403
    assert reader.ask("POST", f"{V1}/statuses/{post_id}/favourite").status_code == 403
    assert reader.ask("POST", f"{V1}/statuses/{post_id}/bookmark").status_code == 200
    assert Program(client=town.client, token=alone).ask("GET", f"{V1}/timelines/home").status_code == 422
    assert Program(client=town.client, token="forged").ask("GET", f"{V1}/timelines/public").status_code == 401
    assert town.visitor.ask("POST", f"{V1}/statuses", json={"status": "y"}).status_code == 401


def test_who_reads_what_follows_its_visibility(town: Town) -> None:
    town.follow("bob", "alice")
    private = town.alice.say("for followers", visibility="private")["id"]
    direct = town.alice.say("for @carol", visibility="direct")["id"]
    seen = {
        name: [
            post_id
            for post_id in (private, direct)
            if getattr(town, name).ask("GET", f"{V1}/statuses/{post_id}").status_code == 200
        ]
        for name in ("alice", "bob", "carol", "visitor")
    }
    assert seen == {"alice": [private, direct], "bob": [private], "carol": [direct], "visitor": []}
    for deed in ("favourite", "reblog", "bookmark", "context", "history", "favourited_by"):
        method = "GET" if deed in {"context", "history", "favourited_by"} else "POST"
        assert town.carol.ask(method, f"{V1}/statuses/{private}/{deed}").status_code == 404
    assert town.bob.ask("POST", f"{V1}/statuses/{private}/reblog").status_code == 422
    assert town.alice.post(f"{V1}/statuses/{private}/reblog", visibility="public")["visibility"] == "private"


def test_deeds_are_done_once_and_undone_with_their_counters(town: Town) -> None:
    post_id = town.alice.say("x")["id"]
    path = f"{V1}/statuses/{post_id}"
    for _twice in range(2):
        assert town.bob.post(f"{path}/favourite")["favourited"] is True
        assert town.bob.post(f"{path}/bookmark")["bookmarked"] is True
        boost = town.bob.post(f"{path}/reblog")
    assert boost["reblog"]["id"] == post_id
    assert boost["content"] == ""
    assert (boost["reblog"]["reblogs_count"], boost["reblog"]["favourites_count"]) == (1, 1)
    assert town.posts_of("bob") == 1
    # What is done to a boost is done to what it passes on.
    assert town.carol.post(f"{V1}/statuses/{boost['id']}/favourite")["favourites_count"] == 2
    assert [who["acct"] for who in town.visitor.get(f"{path}/favourited_by")] == ["carol", "bob"]
    assert [who["acct"] for who in town.visitor.get(f"{path}/reblogged_by")] == ["bob"]
    assert _ids(town.bob.get(f"{V1}/favourites")) == _ids(town.bob.get(f"{V1}/bookmarks")) == [post_id]
    for _twice in range(2):
        town.bob.post(f"{path}/unfavourite")
        town.bob.post(f"{path}/unbookmark")
        after = town.bob.post(f"{path}/unreblog")
    assert (after["reblogs_count"], after["favourites_count"]) == (0, 1)
    assert (after["reblogged"], after["favourited"], after["bookmarked"]) == (False, False, False)
    assert town.posts_of("bob") == 0


def test_one_pins_ones_own_and_not_too_many(town: Town) -> None:
    mine = [town.alice.say(str(number))["id"] for number in range(6)]
    assert [town.alice.ask("POST", f"{V1}/statuses/{one}/pin").status_code for one in mine] == [200] * 5 + [422]
    assert town.alice.post(f"{V1}/statuses/{mine[0]}/unpin")["pinned"] is False
    assert town.alice.post(f"{V1}/statuses/{mine[5]}/pin")["pinned"] is True
    assert town.bob.ask("POST", f"{V1}/statuses/{mine[0]}/pin").status_code == 422


def test_an_edit_keeps_what_was_read_before(town: Town) -> None:
    post_id = town.alice.say("first @bob #one")["id"]
    path = f"{V1}/statuses/{post_id}"
    for text in ("second #two", "third @carol", "third @carol"):
        after = town.alice.ask("PUT", path, json={"status": text}).json()
    assert after["edited_at"] is not None
    assert [tag["name"] for tag in after["tags"]] == []
    assert [named["acct"] for named in after["mentions"]] == ["carol"]
    assert [len(one["content"]) > 0 for one in town.visitor.get(f"{path}/history")] == [True] * 3
    assert "first" in town.visitor.get(f"{path}/history")[0]["content"]
    assert [one["type"] for one in town.carol.get(f"{V1}/notifications")] == ["mention"]
    assert town.bob.ask("PUT", path, json={"status": "mine now"}).status_code == 404
    assert town.alice.ask("PUT", path, json={"status": ""}).status_code == 422


def test_a_post_taken_back_takes_with_it_all_that_hangs_on_it(town: Town) -> None:
    root = town.carol.say("root")["id"]
    said = town.alice.say("@bob #tag", in_reply_to_id=root)
    path = f"{V1}/statuses/{said['id']}"
    town.alice.ask("PUT", path, json={"status": "@bob #tag again"})
    answer = town.bob.say("@alice yes", in_reply_to_id=said["id"])["id"]
    for deed in ("favourite", "bookmark", "reblog"):
        town.bob.post(f"{path}/{deed}")
        town.alice.post(f"{path}/{deed}")
    assert town.visitor.get(f"{V1}/statuses/{root}")["replies_count"] == 1
    assert (town.posts_of("alice"), town.posts_of("bob")) == (2, 2)
    gone = town.alice.ask("DELETE", path)
    assert (gone.status_code, gone.json()["text"]) == (200, "@bob #tag again")
    assert town.visitor.ask("GET", path).status_code == 404
    assert [town.count(table) for table in (net_favourite, net_bookmark, net_tag, net_post_version)] == [0] * 4
    with town.db.reading() as tx:
        assert tx.scalar(select(func.count()).where(net_mention.c.post_id == int(said["id"]))) == 0
        assert tx.scalar(select(func.count()).where(net_notification.c.post_id == int(said["id"]))) == 0
    assert (town.posts_of("alice"), town.posts_of("bob")) == (0, 1)
    assert town.visitor.get(f"{V1}/statuses/{root}")["replies_count"] == 0
    assert town.visitor.get(f"{V1}/statuses/{answer}")["in_reply_to_id"] == said["id"]
    assert town.visitor.get(f"{V1}/statuses/{answer}/context") == {"ancestors": [], "descendants": []}


def test_staff_remove_a_post_with_all_that_hangs_on_it(town: Town) -> None:
    post_id = town.alice.say("@bob #tag")["id"]
    town.bob.post(f"{V1}/statuses/{post_id}/reblog")
    with town.db.transaction() as tx:
        remove_post(
            tx,
            NeighboursInMemory(),
            actor=Actor.machine("test"),
            now=town.clock.now(),
            account_id=town.ids["alice"],
            post_id=int(post_id),
        )
    assert town.count(net_post) == 0
    assert (town.posts_of("alice"), town.posts_of("bob")) == (0, 0)


def test_a_conversation_is_read_in_its_order_without_what_one_may_not_see(town: Town) -> None:
    root = town.alice.say("root")["id"]
    one = town.bob.say("one", in_reply_to_id=root)["id"]
    two = town.carol.say("two", in_reply_to_id=root)["id"]
    below = town.alice.say("below one", in_reply_to_id=one)["id"]
    secret = town.alice.say("to @bob", in_reply_to_id=one, visibility="direct")["id"]
    around = town.visitor.get(f"{V1}/statuses/{root}/context")
    assert _ids(around["descendants"]) == [one, below, two]
    assert _ids(town.bob.get(f"{V1}/statuses/{root}/context")["descendants"]) == [one, below, secret, two]
    assert _ids(town.visitor.get(f"{V1}/statuses/{below}/context")["ancestors"]) == [root, one]
    town.stand("bob", "hidden")
    assert _ids(town.visitor.get(f"{V1}/statuses/{below}/context")["ancestors"]) == [root]
    assert _ids(town.visitor.get(f"{V1}/statuses/{root}/context")["descendants"]) == [two, below]


def test_a_visitor_reads_a_long_conversation_up_to_a_limit(town: Town) -> None:
    last = root = int(town.alice.say("root")["id"])
    with town.db.transaction() as tx:
        for _ in range(65):
            last = make_post(tx, town.clock.now(), town.ids["alice"], reply_to_id=last)
    assert len(town.visitor.get(f"{V1}/statuses/{root}/context")["descendants"]) == 60
    assert len(town.alice.get(f"{V1}/statuses/{root}/context")["descendants"]) == 65
    assert len(town.alice.get(f"{V1}/statuses/{last}/context")["ancestors"]) == 65


def test_home_has_whom_one_follows_and_not_their_answers_to_strangers(town: Town) -> None:
    town.follow("alice", "bob")
    stranger = town.carol.say("stranger")["id"]
    said = town.bob.say("said")["id"]
    town.bob.say("to a stranger", in_reply_to_id=stranger)
    thread = town.bob.say("my own thread", in_reply_to_id=said)["id"]
    boost = town.bob.post(f"{V1}/statuses/{stranger}/reblog")["id"]
    assert _ids(town.alice.get(f"{V1}/timelines/home")) == [boost, thread, said]
    town.put(net_mute, account_id=town.ids["alice"], muted_id=town.ids["carol"], notifications=1)
    assert _ids(town.alice.get(f"{V1}/timelines/home")) == [thread, said]
    town.put(net_block, account_id=town.ids["alice"], blocked_id=town.ids["bob"])
    assert town.alice.get(f"{V1}/timelines/home") == []
    assert _ids(town.alice.get(f"{V1}/timelines/public")) == []
    assert _ids(town.visitor.get(f"{V1}/timelines/public")) == [thread, said, stranger]


def test_pages_lead_to_each_other_with_what_was_asked(town: Town) -> None:
    posted = [town.alice.say(f"{number} #tag")["id"] for number in range(5)][::-1]
    for path in ("/timelines/home", "/timelines/public", "/timelines/tag/TAG"):
        first = town.alice.ask("GET", f"{V1}{path}", params={"limit": 2})
        assert _ids(first.json()) == posted[:2]
        following, previous = first.headers["link"].split(", ")
        assert following == f'<http://testserver.local{V1}{path}?limit=2&max_id={posted[1]}>; rel="next"'
        assert previous.endswith(f'min_id={posted[0]}>; rel="prev"')
        second = town.alice.ask("GET", f"{V1}{path}", params={"limit": 2, "max_id": posted[1]})
        assert _ids(second.json()) == posted[2:4]
        last = town.alice.ask("GET", f"{V1}{path}", params={"limit": 2, "max_id": posted[3]})
        assert 'rel="next"' not in last.headers["link"]
    assert town.alice.ask("GET", f"{V1}/timelines/home", params={"max_id": "x"}).status_code == 422
    assert town.alice.ask("GET", f"{V1}/timelines/home", params={"max_id": str(2**63 - 1)}).status_code == 200
    assert town.alice.ask("GET", f"{V1}/timelines/list/1").status_code == 404
    assert town.alice.get(f"{V1}/conversations") == []


def test_hashtags_are_one_however_they_are_written(town: Town) -> None:
    first = town.alice.say("#Ｓtraße #b")["id"]
    second = town.bob.say("#STRASSE #c, #12 is none")["id"]
    assert _ids(town.visitor.get(f"{V1}/timelines/tag/strasse")) == [second, first]
    assert _ids(town.visitor.ask("GET", f"{V1}/timelines/tag/strasse?none[]=c").json()) == [first]
    assert _ids(town.visitor.ask("GET", f"{V1}/timelines/tag/b?any[]=c").json()) == [second, first]
    assert _ids(town.visitor.ask("GET", f"{V1}/timelines/tag/strasse?all[]=b").json()) == [first]
    said = f"{V1}/accounts/{town.ids['alice']}/statuses"
    for tag, ids in (("#strasse", [first]), ("STRAßE", [first]), ("c", []), ("12", [])):
        assert _ids(town.visitor.get(said, tagged=tag)) == ids
    assert town.visitor.get(f"{V1}/timelines/tag/12") == []
    assert town.visitor.ask("GET", f"{V1}/timelines/tag/b?" + "any[]=x&" * 21).status_code == 422
    page = town.client.get("/tags/strasse").text
    assert '<a href="/tags/strasse" rel="tag">#STRASSE</a>' in page
    assert town.client.get("/tags/12").status_code == 404


def test_search_finds_what_the_reader_may_see(town: Town) -> None:
    found = town.alice.say("needle in the hay #needles")["id"]
    named = town.bob.say("@alice needle", visibility="direct")["id"]
    town.bob.say("needle for followers", visibility="private")
    everything = town.alice.get(f"{V2}/search", q="needle")
    assert _ids(everything["statuses"]) == [named, found]
    assert [tag["name"] for tag in everything["hashtags"]] == ["needles"]
    people = town.alice.get(f"{V2}/search", q="@Bob@testserver.local", type="accounts", resolve="true")
    assert ([who["acct"] for who in people["accounts"]], people["statuses"]) == (["bob"], [])
    town.stand("bob", "hidden")
    after = town.alice.get(f"{V2}/search", q="needle")
    assert _ids(after["statuses"]) == [found]
    assert town.alice.get(f"{V2}/search", q="bob")["accounts"] == []
    assert town.alice.get(f"{V2}/search", q="")["accounts"] == []
    assert town.alice.ask("GET", f"{V2}/search", params={"q": "x", "type": "groups"}).status_code == 422
    assert town.alice.get(f"{V2}/search", q="%" * 5_000)["statuses"] == []


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


@pytest.mark.promise(8)
@pytest.mark.parametrize("standing", ["hidden", "frozen"])
def test_owner_who_cannot_act_is_refused_whatever_they_ask(town: Town, standing: str) -> None:
    post_id = town.bob.say("x")["id"]
    town.stand("alice", standing)
    asked = [("GET", "/timelines/home"), ("POST", "/statuses"), ("POST", f"/statuses/{post_id}/favourite")]
    for method, path in [*asked, ("GET", "/notifications"), ("GET", f"/statuses/{post_id}")]:
        answer = town.alice.ask(method, V1 + path)
        assert (answer.status_code, answer.json()["error"]) == (403, "Your login is currently disabled")


@pytest.mark.promise(8)
def test_a_hidden_accounts_posts_are_nowhere_and_come_back_as_they_were(town: Town) -> None:
    town.follow("bob", "alice")
    post_id = town.alice.say("hello #tag")["id"]
    town.carol.post(f"{V1}/statuses/{post_id}/reblog")
    town.bob.post(f"{V1}/statuses/{post_id}/bookmark")
    town.follow("bob", "carol")
    lists = ("/timelines/home", "/timelines/public", "/timelines/tag/tag", "/bookmarks")
    before = [len(town.bob.get(V1 + path)) for path in lists]
    town.stand("alice", "hidden")
    assert [len(town.bob.get(V1 + path)) for path in lists] == [0, 0, 0, 0]
    assert town.bob.ask("GET", f"{V1}/statuses/{post_id}").status_code == 404
    town.stand("alice", "active")
    assert [len(town.bob.get(V1 + path)) for path in lists] == before == [2, 1, 1, 1]


def test_pages_show_boosts_warnings_answers_and_edits(town: Town) -> None:
    said = town.alice.say("the ending", spoiler_text="Spoils <it>", visibility="unlisted")["id"]
    town.clock.advance(SECOND)
    town.alice.ask("PUT", f"{V1}/statuses/{said}", json={"status": "the end", "spoiler_text": "Spoils <it>"})
    boost = town.bob.post(f"{V1}/statuses/{said}/reblog")["id"]
    answer = town.carol.say("really", in_reply_to_id=said)["id"]
    profile = town.client.get("/@bob").text
    assert "reposted this" in profile
    assert '<summary><bdi lang="en">Spoils &lt;it&gt;</bdi></summary>' in profile
    assert "the end" in profile
    page = town.client.get(f"/@bob/{boost}").text
    assert "the end" in page
    assert "Edited" in page
    assert "but in no public timeline" in page
    assert "really" in page
    assert f'<a href="/@alice/{said}">In answer to @alice</a>' in town.client.get(f"/@carol/{answer}").text
