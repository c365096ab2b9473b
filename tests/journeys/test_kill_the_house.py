"""`kill -9` of the running server and worker while an order takes each step of its life.

`tests/integration/orders/test_kill.py` dies before every statement of every verb; here the real processes die, at a
moment nobody chose, with requests under way. Started again, the house shows the old state or the new one, and its
record agrees, with what is published of it. What is killed in a storm of reports is in `tests/faults`.
"""

import contextlib
import random
import re
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from gardefou.accounts.queries import by_handle
from gardefou.app.settings import Settings
from gardefou.connectors.embedded.platform import EmbeddedPlatform
from gardefou.orders import queries
from gardefou.orders.lifecycle import State
from gardefou.orders.order import Order
from gardefou.storage import open_database
from gardefou.watch.audit import audit
from tests.factories.published import all_is_published
from tests.journeys.conftest import Demo

PRESIDENT = "realDonaldTrump"


class Hand:
    """One of the demo's people, over plain HTTP."""

    def __init__(self, demo: Demo, name: str) -> None:
        """Sign in as a person."""
        self._http = httpx.Client(base_url=demo.url, follow_redirects=True, timeout=20)
        page = self._http.get("/demo").text
        action = re.search(rf'action="(/demo/as/\d+)">[^<]*(?:<input[^>]*>)*<button[^>]*>Be {name}<', page)
        assert action is not None, f"the demo offers no {name}"
        self._token = re.search(r'name="_csrf_token" value="([^"]+)"', page).group(1)  # type: ignore[union-attr]  # every form has one
        self.post(action.group(1))

    def post(self, path: str, **fields: str | list[str]) -> httpx.Response:
        """Press a button."""
        return self._http.post(path, data={"_csrf_token": self._token, **fields})

    def get(self, path: str) -> httpx.Response:
        """Open a page."""
        return self._http.get(path)

    def close(self) -> None:
        """Close the browser."""
        self._http.close()


def database_url(demo: Demo) -> str:
    """Return the URL of the demo's own database."""
    return demo.env.get("GARDEFOU_DATABASE") or f"sqlite:///{Path(demo.env['GARDEFOU_DATA']) / 'gardefou.db'}"


def seen(demo: Demo) -> list[Order]:
    """Return the account's orders of today, the record being in order."""
    db = open_database(database_url(demo))
    try:
        with db.reading() as tx:
            assert audit(tx, platform=EmbeddedPlatform()) is None
            account = by_handle(tx, PRESIDENT)
            assert account is not None
            found = queries.orders_of_account(tx, int(account["id"]))
            return [order for order in found if order.kind == "account.hide"]
    finally:
        db.close()


def follows_the_record(demo: Demo) -> bool:
    """Return whether all of the record is published, each tile under its signed head."""
    db = open_database(database_url(demo))
    try:
        return all_is_published(Settings(data=demo.env["GARDEFOU_DATA"]), db)
    finally:
        db.close()


def killed_while(demo: Demo, act: Callable[[], object], chance: random.Random) -> None:
    """Let something be asked of the house, and kill all of it in the middle."""

    def ask() -> None:
        with contextlib.suppress(httpx.HTTPError):
            act()

    asking = threading.Thread(target=ask)
    asking.start()
    time.sleep(chance.uniform(0.005, 0.15))
    demo.stop(signal.SIGKILL)
    asking.join()
    demo.start()


def case_of(hand: Hand) -> str:
    """Return the number of the account's open case."""
    page = hand.get("/desk").text
    found = re.search(rf'href="/desk/cases/(\d+)[^"]*"[^>]*>(?:(?!</a>).)*{PRESIDENT}', page, re.DOTALL)
    assert found is not None
    return found.group(1)


def sign_through_a_kill(demo: Demo, hand: Hand, order: Order, chance: random.Random) -> None:
    """Sign while the house is killed; where nothing was left of it, sign again."""

    def sign() -> object:
        return hand.post(f"/desk/orders/{order.id}/approve", digest=order.digest.hex())

    before = seen(demo)[0].version
    killed_while(demo, sign, chance)
    if seen(demo)[0].version == before:
        sign()


# On PostgreSQL every verb is killed at each of its statements, by default: see the integration test named above.
@pytest.mark.parametrize("demo", ["sqlite", pytest.param("postgresql", marks=pytest.mark.full)], indirect=True)
@pytest.mark.promise(9)
@pytest.mark.promise(14)
@pytest.mark.promise(17)
def test_the_house_killed_at_each_step_comes_back_whole(demo: Demo) -> None:
    chance = random.Random(20171102)  # noqa: S311  # moments, not secrets
    with contextlib.ExitStack() as closed:
        reviewer, second, manager = (
            closed.enter_context(contextlib.closing(Hand(demo, name)))
            for name in ("Reviewer 12", "Reviewer 7", "Duty manager 2")
        )
        killed_at_each_step(demo, reviewer, second, manager, chance)


def killed_at_each_step(demo: Demo, reviewer: Hand, second: Hand, manager: Hand, chance: random.Random) -> None:
    """Have one propose, two sign and the first withdraw, and kill the house in the middle of each."""
    case = case_of(reviewer)
    form = re.search(r'name="version" value="(\d+)"', reviewer.get(f"/desk/cases/{case}").text)
    assert form is not None

    def propose() -> object:
        return reviewer.post(
            "/desk/orders",
            case_id=case,
            version=form.group(1),
            act="account.hide",
            kind="account.hide",
            **{"account.hide.reason": "hate", "account.hide.until": "hand"},
        )

    before = len(seen(demo))
    killed_while(demo, propose, chance)
    if len(seen(demo)) == before:
        propose()
    order = seen(demo)[0]
    assert order.state is State.WAITING

    for hand in (second, manager):
        sign_through_a_kill(demo, hand, order, chance)
    until = time.monotonic() + 90
    while seen(demo)[0].state is State.WAITING and time.monotonic() < until:
        time.sleep(0.5)  # A notice that was under way when all was killed is taken up again after a minute.
    assert seen(demo)[0].state is State.HELD

    def stop() -> object:
        return reviewer.post(f"/desk/orders/{order.id}/withdraw")

    killed_while(demo, stop, chance)
    if seen(demo)[0].state is State.HELD:
        stop()
    ended = seen(demo)[0]
    assert (ended.state, ended.ended_because) == (State.VOID, "withdrawn")
    until = time.monotonic() + 60
    while not follows_the_record(demo) and time.monotonic() < until:
        time.sleep(0.5)  # The worker mends the files it was killed over, and goes on.
    assert follows_the_record(demo)
