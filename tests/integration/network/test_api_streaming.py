"""Live streams of the client API: what concerns somebody arrives, and nothing that they may not see."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import delete

from gardefou.clock import SimulatedClock
from gardefou.events import Actor
from gardefou.events.stream import Fanout
from gardefou.network.api.caller import Caller
from gardefou.network.api.entities.statuses import statuses
from gardefou.network.api.live.channels import MOST_WAITING, Channel, Subscriber
from gardefou.network.api.live.hub import Hub
from gardefou.network.api.live.streams import MOST_OPEN
from gardefou.network.boost import boost
from gardefou.network.delete_post import delete_post
from gardefou.network.edit_post import edit_post
from gardefou.network.favourite import favourite
from gardefou.network.queries import one_shown_post
from gardefou.network.tables import net_token
from gardefou.network.visibility import Visibility
from gardefou.storage import Database
from tests.factories.client_api import client_api, make_token
from tests.factories.network import make_follow, make_member, make_post, put_standing
from tests.fakes.neighbours import NeighboursInMemory

SOON = 6.0


@dataclass(kw_only=True)
class Listener:
    """One open stream, and what it has said."""

    messages: AsyncIterator[str]
    heard: list[str] = field(default_factory=list)

    async def hears(self, event: str) -> Any:
        """Return the data of the next message, which must be of this event."""
        while not self.heard:
            self.heard = _said(await asyncio.wait_for(anext(self.messages), SOON))
        first, second = self.heard.pop(0).split("\n")
        assert first == f"event: {event}"
        return json.loads(second.removeprefix("data: "))

    async def ends(self) -> list[str]:
        """Return what is still said before the stream ends, comments apart."""

        async def rest() -> list[str]:
            return [one async for said in self.messages for one in _said(said)]

        return self.heard + await asyncio.wait_for(rest(), SOON)


def _said(sent: str) -> list[str]:
    """Return the messages in what was sent at once, comments apart."""
    return [one for one in sent.split("\n\n") if one and not one.startswith(":")]


@dataclass(kw_only=True)
class House:
    """Two members, one following the other, and a hub with its reader of events."""

    db: Database
    now: int
    hub: Hub
    fanout: Fanout
    alice: int
    bob: int

    def caller(self, account_id: int | None, scopes: str = "read") -> Caller:
        """Return who calls with a fresh token."""
        with self.db.transaction() as tx:
            make_token(tx, self.now, account_id=account_id, scopes=scopes)
            token_id = tx.scalar(net_token.select().with_only_columns(net_token.c.id).order_by(net_token.c.id.desc()))
        return Caller(token_id=token_id, account_id=account_id, scopes=frozenset(scopes.split()))

    async def listen(self, channel: Channel, caller: Caller, tag: str = "") -> Listener:
        """Open a stream, and wait until it is open."""
        messages = self.hub.messages(Subscriber(channel=channel, caller=caller, tag=tag))
        assert await anext(messages) == ":thump\n\n"
        return Listener(messages=messages)

    def say(self, who: int, text: str, **more: Any) -> int:
        """Post something."""
        with self.db.transaction() as tx:
            return make_post(tx, self.now, who, text=text, **more)

    def stand(self, who: int, standing: str) -> None:
        """Give an account a standing."""
        with self.db.transaction() as tx:
            put_standing(tx, self.now, subject_id=who, standing=standing)


@pytest.fixture
def house(db: Database, clock: SimulatedClock) -> Iterator[House]:
    now = clock.now()
    with db.transaction() as tx:
        alice, bob = make_member(tx, now, handle="alice"), make_member(tx, now, handle="bob")
        make_follow(tx, now, follower_id=bob, followee_id=alice)
    fanout = Fanout(db)
    fanout.start()
    hub = Hub(db, clock, fanout, "http://here")
    yield House(db=db, now=now, hub=hub, fanout=fanout, alice=alice, bob=bob)
    fanout.stop()


@asynccontextmanager
async def _closed(*listeners: Listener) -> AsyncIterator[None]:
    try:
        yield
    finally:
        for one in listeners:
            await one.messages.aclose()  # type: ignore[attr-defined]  # an asynchronous generator has it


def test_what_happens_arrives_where_it_belongs(house: House) -> None:
    async def scene() -> None:
        bobs = await house.listen(Channel.USER, house.caller(house.bob))
        public = await house.listen(Channel.PUBLIC, house.caller(None))
        tagged = await house.listen(Channel.HASHTAG, house.caller(None), tag="tag")
        told = await house.listen(Channel.NOTIFICATIONS, house.caller(house.alice))
        async with _closed(bobs, public, tagged, told):
            first = house.say(house.alice, "hello\n\nworld")
            second = house.say(house.alice, "for followers #tag", visibility=Visibility.PRIVATE)
            third = house.say(house.alice, "more #tag")
            assert [(await bobs.hears("update"))["id"] for _ in range(3)] == [str(first), str(second), str(third)]
            assert [(await public.hears("update"))["id"] for _ in range(2)] == [str(first), str(third)]
            assert (await tagged.hears("update"))["id"] == str(third)
            alice, bob = Actor.member(house.alice), Actor.member(house.bob)
            with house.db.transaction() as tx:
                boost(tx, NeighboursInMemory(), actor=bob, now=house.now, post_id=first)
            assert (await told.hears("notification"))["type"] == "reblog"
            assert (await bobs.hears("update"))["reblog"]["id"] == str(first)
            with house.db.transaction() as tx:
                edit_post(tx, actor=alice, now=house.now, post_id=third, text="less", spoiler="", sensitive=False)
                delete_post(tx, NeighboursInMemory(), actor=alice, now=house.now, post_id=second)
            assert "less" in (await bobs.hears("status.update"))["content"]
            assert await bobs.hears("delete") == second

    asyncio.run(scene())


@pytest.mark.promise(8)
def test_a_hidden_accounts_posts_stop_coming_and_its_own_streams_end(house: House) -> None:
    async def scene() -> None:
        bobs = await house.listen(Channel.USER, house.caller(house.bob))
        alices = await house.listen(Channel.USER, house.caller(house.alice))
        async with _closed(bobs, alices):
            # Hidden and told in one transaction: nothing is decided before it is delivered.
            with house.db.transaction() as tx:
                make_post(tx, house.now, house.alice, text="never seen")
                put_standing(tx, house.now, subject_id=house.alice, standing="hidden")
            assert await alices.ends() == []
            mine = house.say(house.bob, "still here")
            assert (await bobs.hears("update"))["id"] == str(mine)

    asyncio.run(scene())


@pytest.mark.promise(6)
def test_a_stream_ends_with_its_token_within_a_second(house: House) -> None:
    async def scene() -> None:
        caller = house.caller(house.bob)
        gone = await house.listen(Channel.USER, caller)
        kept = await house.listen(Channel.USER, house.caller(house.bob))
        async with _closed(gone, kept):
            with house.db.transaction() as tx:
                tx.execute(delete(net_token).where(net_token.c.id == caller.token_id))
            loop = asyncio.get_running_loop()
            started = loop.time()
            assert await gone.ends() == []
            assert loop.time() - started < SOON
            said = house.say(house.alice, "x")
            assert (await kept.hears("update"))["id"] == str(said)
            house.fanout.end_streams()
            assert await kept.ends() == []

    asyncio.run(scene())


def test_each_reader_gets_the_copy_that_says_what_they_did(house: House) -> None:
    """One post is passed on to three who listen: one likes what it passes on, one said it, one did nothing."""

    async def scene() -> None:
        alice, bob = house.alice, house.bob
        with house.db.transaction() as tx:
            carol = make_member(tx, house.now)
            for follower in (alice, carol):
                make_follow(tx, house.now, follower_id=follower, followee_id=bob)
            original = make_post(tx, house.now, alice, text="worth passing on")
            favourite(tx, actor=Actor.member(carol), now=house.now, post_id=original)
        listeners = {
            one: await house.listen(Channel.USER, house.caller(one, "read:statuses")) for one in (alice, bob, carol)
        }
        async with _closed(*listeners.values()):
            with house.db.transaction() as tx:
                boost(tx, NeighboursInMemory(), actor=Actor.member(bob), now=house.now, post_id=original)
            heard = {one: await listener.hears("update") for one, listener in listeners.items()}
            with house.db.reading() as tx:
                for one, entity in heard.items():
                    row = one_shown_post(tx, post_id=int(entity["id"]), reader=one)
                    assert statuses(tx, [row], reader=one, site="http://here") == [entity]
            assert [heard[one]["favourited"] for one in (alice, bob, carol)] == [False, False, True]
            assert [heard[one]["reblogged"] for one in (alice, bob, carol)] == [False, True, False]

    asyncio.run(scene())


def test_a_member_has_so_many_streams_and_no_more_waits_than_can(house: House) -> None:
    async def scene() -> None:
        caller = house.caller(house.bob)
        many = [await house.listen(Channel.USER, caller) for _ in range(MOST_OPEN + 1)]
        async with _closed(*many):
            assert await many[0].ends() == []
        slow = Subscriber(channel=Channel.USER, caller=caller)
        for _ in range(MOST_WAITING + 1):
            slow.tell("x")
        slow.tell("whatever happens after its end")
        assert await slow.next() is None

    asyncio.run(scene())


def test_a_stream_is_asked_for_with_a_token_in_a_header_alone(db: Database, clock: SimulatedClock) -> None:
    with client_api(db, clock) as client:
        with db.transaction() as tx:
            secret = make_token(tx, clock.now(), account_id=make_member(tx, clock.now()), scopes="read:search")
        assert client.get("/api/v1/streaming/health").text == "OK"
        assert client.get("/api/v1/streaming/user").status_code == 401
        refused = client.get("/api/v1/streaming/user", params={"access_token": secret})
        assert (refused.status_code, "Authorization" in refused.json()["error"]) == (400, True)
        shown = {"authorization": f"Bearer {secret}"}
        assert client.get("/api/v1/streaming/user", headers=shown).status_code == 403
