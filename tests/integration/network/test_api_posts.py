"""Posts over the client API: written, boosted, liked, kept, edited, taken back; and counters that hold."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select

from gardefou.clock import DAY, SECOND
from gardefou.events import Actor
from gardefou.network.edit_post import MOST_VERSIONS
from gardefou.network.staff.remove_post import remove_post
from gardefou.network.tables import (
    net_bookmark,
    net_favourite,
    net_mention,
    net_notification,
    net_post,
    net_post_version,
    net_posted_once,
    net_tag,
)
from tests.factories.client_api import Program, make_token
from tests.factories.three_members import ThreeMembers as Town
from tests.factories.three_members import ids_of
from tests.fakes.neighbours import NeighboursInMemory

V1, V2 = "/api/v1", "/api/v2"


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
    assert ids_of(town.bob.get(f"{V1}/favourites")) == ids_of(town.bob.get(f"{V1}/bookmarks")) == [post_id]
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


@pytest.mark.promise(20)
def test_a_post_changes_so_often_and_no_more_and_its_history_stays_short(town: Town) -> None:
    said = town.alice.say("0")
    path = f"{V1}/statuses/{said['id']}"
    codes = [town.alice.ask("PUT", path, json={"status": str(at)}).status_code for at in range(1, MOST_VERSIONS + 1)]
    assert set(codes) == {200}
    refused = town.alice.ask("PUT", path, json={"status": "once more"})
    assert (refused.status_code, "times at most" in refused.json()["error"]) == (422, True)
    assert len(town.visitor.get(f"{path}/history")) == MOST_VERSIONS + 1
    assert town.alice.get(path)["content"] == f"<p>{MOST_VERSIONS}</p>"


def test_what_is_said_between_few_is_not_counted_where_everybody_looks(town: Town) -> None:
    def shown() -> tuple[int, str | None]:
        account = town.visitor.get(f"{V1}/accounts/{town.ids['alice']}")
        return account["statuses_count"], account["last_status_at"]

    before = shown()
    between = town.alice.say("@bob between us", visibility="direct")
    assert shown() == before
    assert town.alice.ask("DELETE", f"{V1}/statuses/{between['id']}").status_code == 200
    assert shown() == before
    town.alice.say("for all")
    assert shown()[0] == before[0] + 1


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
