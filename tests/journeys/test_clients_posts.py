"""Existing clients, unmodified, over real HTTP: what they post, read and follow live."""

import threading
import time
from collections.abc import Iterator
from queue import Queue
from typing import Any

import mastodon
import pytest
import uvicorn

from gardefou.clock import SimulatedClock
from gardefou.storage import Database
from tests.factories.api import application_on
from tests.factories.callers import make_token
from tests.factories.network import make_follow, make_member

#: What differs between the databases is below the API, and is tested there on both.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def people(db: Database, clock: SimulatedClock) -> Iterator[dict[str, Any]]:
    """Two members, each with their client; bob follows alice."""
    now = clock.now()
    with db.transaction() as tx:
        alice, bob = make_member(tx, now, handle="alice"), make_member(tx, now, handle="bob")
        make_follow(tx, now, follower_id=bob, followee_id=alice)
        tokens = {name: make_token(tx, now, account_id=number) for name, number in (("alice", alice), ("bob", bob))}
    with application_on(db, clock) as (app, fanout):
        server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", lifespan="off"))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        address = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        yield {
            name: mastodon.Mastodon(access_token=token, api_base_url=address, ratelimit_method="throw")
            for name, token in tokens.items()
        }
        fanout.end_streams()
        server.should_exit = True
        thread.join(10)


def test_a_client_posts_pages_and_is_told(people: dict[str, Any]) -> None:
    alice, bob = people["alice"], people["bob"]
    for number in range(5):
        said = alice.status_post(f"number {number} #tag", visibility="public", idempotency_key=str(number))
    assert alice.status_post("again", idempotency_key="4").id == said.id
    first = bob.timeline_home(limit=2)
    second = bob.fetch_next(first)
    assert [one.content[:11] for one in [*first, *second]] == [f"<p>number {number}" for number in (4, 3, 2, 1)]
    assert [one.id for one in bob.fetch_previous(second)] == [one.id for one in first]
    answer = bob.status_post("@alice indeed", in_reply_to_id=said)
    assert answer.in_reply_to_id == said.id
    assert bob.status_reblog(said).reblog.id == said.id
    assert bob.status_favourite(said).favourited
    assert alice.status_update(said, "number 4, edited").edited_at is not None
    assert len(bob.status_history(said)) == 2
    assert [one.id for one in alice.status_context(said).descendants] == [answer.id]
    assert {one.type for one in alice.notifications()} == {"follow", "mention", "reblog", "favourite"}
    assert alice.notifications_unread_count()["count"] == 4
    alice.notifications_clear()
    assert alice.notifications() == []
    with pytest.raises(mastodon.MastodonAPIError, match="nothing to post"):
        alice.status_post("")
    bob.status_unreblog(said)
    alice.status_delete(said)
    with pytest.raises(mastodon.MastodonNotFoundError):
        bob.status(said)


@pytest.mark.full  # This client lets go of a stream only at its next heartbeat.
def test_a_client_follows_live(people: dict[str, Any]) -> None:
    heard: Queue[tuple[str, str]] = Queue()

    class Listener(mastodon.StreamListener):
        def on_update(self, status: Any) -> None:
            heard.put(("update", str(status.id)))

        def on_notification(self, notification: Any) -> None:
            heard.put(("notification", notification.type))

        def on_delete(self, status_id: Any) -> None:
            heard.put(("delete", str(status_id)))

        def handle_heartbeat(self) -> None:
            heard.put(("thump", ""))

    stream = people["bob"].stream_user(Listener(), run_async=True, timeout=20)
    assert heard.get(timeout=20) == ("thump", "")
    said = people["alice"].status_post("@bob hello")
    both = {heard.get(timeout=20), heard.get(timeout=20)}
    assert both == {("update", str(said.id)), ("notification", "mention")}
    people["alice"].status_delete(said)
    assert heard.get(timeout=20) == ("delete", str(said.id))
    stream.close()
