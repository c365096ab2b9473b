"""A member mutes a conversation, and those who passed a post on are told when it is changed: over the client API."""

import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text, update

from gardefou.clock import SimulatedClock
from gardefou.network.edit_post import MOST_TOLD
from gardefou.network.tables import net_notification, net_post
from gardefou.storage import Database
from tests.factories.client_api import Program, client_api, make_token
from tests.factories.network import make_member, make_post

Members = dict[str, Program]
_0006 = Path(__file__).parents[3] / "migrations" / "versions" / "0006_conversations_and_what_is_spent.py"


@pytest.fixture
def members(db: Database, clock: SimulatedClock) -> Iterator[Members]:
    with client_api(db, clock) as client:
        with db.transaction() as tx:
            ids = {name: make_member(tx, clock.now(), handle=name) for name in ("alice", "bob", "carol")}
            tokens = {name: make_token(tx, clock.now(), account_id=one) for name, one in ids.items()}
        yield {name: Program(client=client, token=token) for name, token in tokens.items()}


def told(member: Program) -> list[tuple[str, str]]:
    """Return what a member was told, the latest first: of what kind, about which post."""
    return [(one["type"], one["status"]["id"]) for one in member.get("/api/v1/notifications")]


def muted(member: Program, post: dict[str, Any]) -> bool:
    """Return whether a member is told that they mute the conversation of a post."""
    found: bool = member.get(f"/api/v1/statuses/{post['id']}")["muted"]
    return found


def test_whoever_mutes_a_conversation_is_told_of_nothing_in_it_and_reads_it_as_before(members: Members) -> None:
    alice, bob, carol = members.values()
    first = alice.say("The first word.")
    answer = bob.say("@alice An answer.", in_reply_to_id=first["id"])
    assert told(alice) == [("mention", answer["id"])]
    done = alice.post(f"/api/v1/statuses/{answer['id']}/mute")
    assert (done["id"], done["muted"]) == (answer["id"], True)
    assert alice.post(f"/api/v1/statuses/{first['id']}/mute")["muted"] is True
    deeper = carol.say("@alice Another.", in_reply_to_id=answer["id"])
    carol.post(f"/api/v1/statuses/{first['id']}/favourite")
    other = bob.say("@alice Elsewhere.")
    assert told(alice) == [("mention", other["id"]), ("mention", answer["id"])]
    assert [muted(alice, one) for one in (first, answer, deeper, other)] == [True, True, True, False]
    assert muted(bob, first) is False
    around = alice.get(f"/api/v1/statuses/{first['id']}/context")["descendants"]
    assert [one["id"] for one in around] == [answer["id"], deeper["id"]]
    assert alice.post(f"/api/v1/statuses/{deeper['id']}/unmute")["muted"] is False
    again = bob.say("@alice Again.", in_reply_to_id=deeper["id"])
    assert told(alice)[0] == ("mention", again["id"])


def test_a_conversation_stays_muted_when_what_is_in_it_is_taken_back(members: Members) -> None:
    alice, bob, _carol = members.values()
    first = alice.say("The first word.")
    answer = bob.say("An answer.", in_reply_to_id=first["id"])
    last = alice.say("Mine.", in_reply_to_id=answer["id"])
    alice.post(f"/api/v1/statuses/{last['id']}/mute")
    for who, post in ((bob, answer), (alice, first)):
        assert who.ask("DELETE", f"/api/v1/statuses/{post['id']}").status_code == 200
    bob.say("@alice Still.", in_reply_to_id=last["id"])
    assert muted(alice, last) is True
    assert [kind for kind, _ in told(alice)] == []


def test_only_what_one_may_read_is_muted_with_the_right_scope(
    members: Members, db: Database, clock: SimulatedClock
) -> None:
    alice, bob, carol = members.values()
    hidden = alice.say("Between us.", visibility="private")
    for deed in ("mute", "unmute"):
        assert bob.ask("POST", f"/api/v1/statuses/{hidden['id']}/{deed}").status_code == 404
        assert bob.ask("POST", f"/api/v1/statuses/abc/{deed}").status_code == 404
        with db.transaction() as tx:
            token = make_token(tx, clock.now(), account_id=None, scopes="read write:statuses")
        narrow = Program(client=carol.client, token=token)
        assert narrow.ask("POST", f"/api/v1/statuses/{hidden['id']}/{deed}").status_code == 403


def test_whoever_passed_a_post_on_is_told_of_its_latest_change(members: Members) -> None:
    alice, bob, carol = members.values()
    post = alice.say("As it was.")
    bob.post(f"/api/v1/statuses/{post['id']}/reblog")
    carol.post(f"/api/v1/statuses/{post['id']}/favourite")
    for words in ("As it is.", "As it will be."):
        assert alice.ask("PUT", f"/api/v1/statuses/{post['id']}", json={"status": words}).status_code == 200
        assert told(bob) == [("update", post["id"])]
    assert bob.get("/api/v1/notifications")[0]["status"]["content"] == "<p>As it will be.</p>"
    assert (told(carol), [kind for kind, _ in told(alice)]) == ([], ["favourite", "reblog"])
    bob.post(f"/api/v1/statuses/{post['id']}/mute")
    alice.ask("PUT", f"/api/v1/statuses/{post['id']}", json={"status": "Once more."})
    assert told(bob) == []


def test_a_change_tells_so_many_however_far_a_post_has_gone(
    members: Members, db: Database, clock: SimulatedClock
) -> None:
    alice = members["alice"]
    post = alice.say("As it was.")
    with db.transaction() as tx:
        for _ in range(MOST_TOLD + 1):
            boost_id = make_post(tx, clock.now(), make_member(tx, clock.now()))
            tx.execute(update(net_post).where(net_post.c.id == boost_id).values(text="", boost_of_id=int(post["id"])))
    alice.ask("PUT", f"/api/v1/statuses/{post['id']}", json={"status": "As it is."})
    with db.reading() as tx:
        assert tx.scalar(select(func.count()).select_from(net_notification)) == MOST_TOLD


def test_answers_written_before_stand_in_the_conversation_of_their_first_word(
    db: Database, clock: SimulatedClock
) -> None:
    with db.transaction() as tx:
        member = make_member(tx, clock.now())
        posts = [make_post(tx, clock.now(), member)]
        for _ in range(3):
            posts.append(make_post(tx, clock.now(), member, reply_to_id=posts[-1]))
        orphan = make_post(tx, clock.now(), member)
        tx.execute(update(net_post).where(net_post.c.id == orphan).values(reply_to_id=7))
        tx.execute(update(net_post).values(thread_id=None))
        tx.execute(text(runpy.run_path(str(_0006))["BACKFILL"]))
        found = {row["id"]: row["thread_id"] for row in tx.all(select(net_post.c.id, net_post.c.thread_id))}
    first = posts[0]
    assert found == {first: None, **dict.fromkeys(posts[1:], first), orphan: 7}
