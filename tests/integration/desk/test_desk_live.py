"""The live page tells the truth: what happens arrives, in time, and a part fetched again equals a fresh page."""

import asyncio
import json
import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from litestar.response import ServerSentEventMessage

from gardefou.desk.live import REACH, Ears, messages
from gardefou.desk.still_in import StillIn
from gardefou.events import record
from gardefou.events.stream import Fanout
from gardefou.staff.end_engagement import end_engagement
from gardefou.staff.sessions import make_link, sign_in, sign_out
from tests.factories.town import Town
from tests.integration.desk.conftest import Browser, Visit
from tests.integration.desk.test_desk_decisions import decide, report

WAIT = 5.0


@pytest.fixture
def fanout(town: Town) -> Iterator[Fanout]:
    reader = Fanout(town.db)
    reader.start()
    yield reader
    reader.stop()


def signed_in(town: Town, name: str) -> str:
    with town.db.transaction() as tx:
        link = make_link(tx, actor=town.people[name], now=town.now, person_id=town.people[name].person_id or 0)
        return sign_in(tx, now=town.now, token=link)


async def listen(
    town: Town, fanout: Fanout, token: str, *, after: int, until: str, ears: Ears | None = None
) -> list[ServerSentEventMessage]:
    """Listen until a message with this event or this id."""
    heard: list[ServerSentEventMessage] = []
    async with asyncio.timeout(WAIT):
        async for message in messages(
            town.clock, fanout, StillIn(town.db, town.clock), token=token, after=after, ears=ears
        ):
            heard.append(message)
            if until in (message.event, message.id):
                break
    return heard


def contents(heard: list[ServerSentEventMessage]) -> list[dict[str, Any]]:
    return [json.loads(str(message.data)) for message in heard if message.event == "stir"]


def test_a_new_report_reaches_a_desk_within_a_second_and_counts_as_one_line(town: Town, fanout: Fanout) -> None:
    token, after = signed_in(town, "agent"), fanout.last

    async def story() -> tuple[list[ServerSentEventMessage], float]:
        loop = asyncio.get_running_loop()
        listening = asyncio.create_task(listen(town, fanout, token, after=after, until=str(after + 3)))
        await asyncio.sleep(0.3)
        await asyncio.to_thread(report, town, "anna", by="one")
        await asyncio.to_thread(report, town, "anna", by="two")
        began = loop.time()
        heard = await listening
        return heard, loop.time() - began

    heard, took = asyncio.run(story())
    stirred = contents(heard)
    assert took < 1.0
    assert {"report.filed", "case.opened"} <= {word for one in stirred for word in one["words"]}
    assert sum(one["new"] for one in stirred) == 1
    assert next(iter(stirred[-1]["tally"].values())) == 2


def say(town: Town, *subjects: str, kind: str = "case.leased", **body: int) -> None:
    with town.db.transaction() as tx:
        for subject in subjects:
            record(tx, now=town.now, kind=kind, subject=subject, body=body)


def read_until(fanout: Fanout, number: int) -> None:
    """Wait until an event has been read: who listens from then on gets all up to it at once."""
    until = time.monotonic() + 10
    while fanout.last < number:
        assert time.monotonic() < until, f"event {number} was never read"
        time.sleep(0.01)


def test_a_browser_that_lost_the_line_gets_what_it_missed_at_once(town: Town, fanout: Fanout) -> None:
    token, after = signed_in(town, "agent"), fanout.last
    for subject in ("case:1", "case:2", "case:3"):
        say(town, subject)
    read_until(fanout, after + 3)
    heard = asyncio.run(listen(town, fanout, token, after=after + 1, until=str(after + 3)))
    assert [message.id for message in heard if message.event == "stir"] == [str(after + 3)]
    assert contents(heard)[0]["words"] == ["case", "case.leased", "case:2", "case:3"]


def test_a_page_that_fell_far_behind_is_told_to_look_at_everything_again(town: Town, fanout: Fanout) -> None:
    token, after = signed_in(town, "agent"), fanout.last
    say(town, *["case:1"] * (REACH + 1))
    read_until(fanout, after + REACH + 1)
    heard = asyncio.run(listen(town, fanout, token, after=after, until=str(after + REACH + 1)))
    assert contents(heard) == [{"much": True}]


def test_a_page_hears_what_it_shows_and_nothing_else(town: Town, fanout: Fanout) -> None:
    token, after = signed_in(town, "agent"), fanout.last
    say(town, *(f"case:{number}" for number in range(2, 300)), kind="report.filed", counting=7)
    say(town, "network:1", kind="network.posted")
    say(town, "case:1", kind="report.filed", counting=4)
    read_until(fanout, after + 300)
    ears = Ears(frozenset(["case:1", "order"]))
    heard = asyncio.run(listen(town, fanout, token, after=after, until=str(after + 300), ears=ears))
    assert contents(heard) == [{"words": ["case:1"], "tally": {"case:1": 4}, "new": 0, "at": town.now}]


@pytest.mark.promise(17)
def test_a_storm_is_a_few_small_messages(town: Town, fanout: Fanout) -> None:
    token, after, events = signed_in(town, "agent"), fanout.last, 1_500

    async def story() -> list[ServerSentEventMessage]:
        ears = Ears(frozenset(["case:1", "case"]))
        listening = asyncio.create_task(listen(town, fanout, token, after=after, until=str(after + events), ears=ears))
        for place in range(events // 50):
            numbers = range(50 * place, 50 * place + 50)
            await asyncio.to_thread(say, town, *(f"case:{number}" for number in numbers), kind="report.filed", all=2)
        return await listening

    stirred = [message for message in asyncio.run(story()) if message.event == "stir"]
    assert sum(len(str(message.data)) for message in stirred) < 100 * len(stirred)
    assert len(stirred) <= events // 50


def ends_within(town: Town, fanout: Fanout, token: str, deed: object) -> float:
    async def story() -> float:
        loop = asyncio.get_running_loop()
        listening = asyncio.create_task(listen(town, fanout, token, after=fanout.last, until="end"))
        await asyncio.sleep(0.3)
        await asyncio.to_thread(deed)  # type: ignore[arg-type]  # a plain function
        began = loop.time()
        assert (await listening)[-1].event == "end"
        return loop.time() - began

    return asyncio.run(story())


@pytest.mark.promise(6)
def test_a_stream_ends_within_a_second_of_signing_out(town: Town, fanout: Fanout) -> None:
    token = signed_in(town, "agent")

    def deed() -> None:
        with town.db.transaction() as tx:
            sign_out(tx, now=town.now, token=token)

    assert ends_within(town, fanout, token, deed) < 1.0


@pytest.mark.promise(6)
def test_a_stream_ends_within_a_second_of_the_engagement(town: Town, fanout: Fanout) -> None:
    token = signed_in(town, "agent")
    person_id = town.people["agent"].person_id or 0

    def deed() -> None:
        with town.db.transaction() as tx:
            end_engagement(tx, actor=town.people["administrator"], now=town.now, person_id=person_id)
        town.clock.advance(1)

    assert ends_within(town, fanout, token, deed) < 1.0


def test_nobody_listens_without_a_session(town: Town, fanout: Fanout) -> None:
    heard = asyncio.run(listen(town, fanout, "made up", after=0, until="end"))
    assert [message.event for message in heard] == ["end"]


def part_of(page: str, opening: str) -> str:
    """Cut an element out of a page, by its opening tag's first words, up to the element that closes it."""
    start = page.index(opening)
    name = opening[1:].split(maxsplit=1)[0]
    depth = 0
    for found in re.finditer(rf"<(/?){name}\b", page[start:]):
        depth += -1 if found[1] else 1
        if depth == 0:
            return page[start : page.index(">", start + found.start()) + 1]
    raise AssertionError(opening)


def stirred_equals_fresh(browser: Browser, page: str, part: str, opening: str) -> None:
    fragment, fresh = browser.get(part).text, browser.get(page).text
    assert part_of(fragment, opening) == part_of(fresh, opening)


def test_an_order_fetched_again_at_each_step_equals_a_fresh_page(town: Town, visit: Visit) -> None:
    browser = visit("manager north")
    path = decide(visit("reviewer 1"), report(town, "president"), "account.hide")
    order_id = int(path.rsplit("/", 1)[1])
    same = (path, f"{path}/live", '<div class="stack stack-wide" id="order"')
    stirred_equals_fresh(browser, *same)
    town.tell_everyone(order_id)
    town.approve("reviewer 2", order_id)
    stirred_equals_fresh(browser, *same)
    town.approve("manager south", order_id)
    assert "until it takes effect" in browser.get(path).text
    stirred_equals_fresh(browser, *same)
    town.clock.advance(10 * 60 * 1_000_000)
    town.drive(order_id)
    assert "The page is gone." in browser.get(path).text
    stirred_equals_fresh(browser, *same)


def test_the_parts_of_a_case_fetched_again_equal_a_fresh_page(town: Town, visit: Visit) -> None:
    case_id, browser = report(town, "president"), visit("reviewer 1")
    path = f"/desk/cases/{case_id}"
    browser.get(path)
    report(town, "president", by="another")
    town.propose("reviewer 2", "account.limit", "president")
    for opening in ('<section class="pane pane-case"', '<section class="pane pane-decide"'):
        stirred_equals_fresh(browser, path, f"{path}/panes", opening)
    for page in ("/desk", path):
        again = re.search(r'data-from="(/desk/queue[^"]*)"', browser.get(page).text)
        assert again
        stirred_equals_fresh(browser, page, again[1], '<section class="pane pane-queue"')
    stirred_equals_fresh(browser, "/desk/orders", "/desk/orders/open", '<section class="part" id="orders-open"')


def test_the_page_says_where_its_stream_continues(town: Town, visit: Visit, fanout: Fanout) -> None:
    report(town, "anna")
    page = visit("agent").get("/desk").text
    found = re.search(r'data-stream="/desk/stream\?after=(\d+)"', page)
    assert found
    heard = asyncio.run(listen(town, fanout, signed_in(town, "agent"), after=int(found[1]) - 1, until=found[1]))
    assert heard[-1].id == found[1]
