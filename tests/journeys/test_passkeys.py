"""Passkeys in a real browser: an order invites, a virtual authenticator makes the key, signs in, proposes and approves.

The house runs in this process, so that its clock can be moved on by three days; everything else is real.
"""

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect

from gardefou.app.house import House, house_on
from gardefou.app.invitation_letter import with_invitation
from gardefou.app.settings import Settings
from gardefou.app.web import create_app
from gardefou.clock import HOUR, SimulatedClock
from gardefou.connectors.embedded.platform import EmbeddedPlatform
from gardefou.events.tables import outbox
from gardefou.ledger import store
from gardefou.orders.lifecycle import State
from gardefou.orders.queries import open_orders
from gardefou.staff.credentials import RIPE_AFTER
from gardefou.storage import Database
from gardefou.watch.audit import audit
from gardefou.watch.signatures import Tally
from tests.factories.town import Town, found_town
from tests.journeys.conftest import free_port

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

VIRTUAL = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@dataclass(kw_only=True)
class Running:
    """A founded town behind a server, with nobody who signs for anybody."""

    town: Town
    house: House
    url: str

    def invite(self, name: str) -> str:
        """Have three people invite somebody; return the link in the letter that goes to them."""
        person_id = self.town.person_id(name)
        order_id = self.town.change("administrator", "credential.enrol", person_id, way="passkey").order.id
        for who in ("manager north", "reviewer south"):
            self.town.approve(who, order_id)
        with self.town.db.reading() as tx:
            rows = tx.all(outbox.select().where(outbox.c.topic == "invitation").order_by(outbox.c.id.desc()))
        letter = with_invitation(self.house, json.loads(rows[0]["body"]))
        return next(line for line in letter["text"].splitlines() if "/desk/enrol/" in line)


@pytest.fixture
def running(db: Database, clock: SimulatedClock, tmp_path: Path) -> Iterator[Running]:
    town = found_town(db, clock, founded=True)
    url = f"http://localhost:{free_port()}"
    settings = Settings(data=str(tmp_path), url=url, port=int(url.rsplit(":", 1)[1]))
    house = house_on(db, settings, clock=clock)
    house = replace(house, ports=replace(house.ports, executions_stopped=lambda: False))
    server = uvicorn.Server(uvicorn.Config(create_app(house), port=settings.port, log_config=None, lifespan="on"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    for _ in range(200):
        try:
            httpx.get(f"{url}/health", timeout=2)
            break
        except httpx.HTTPError:
            time.sleep(0.05)
    yield Running(town=town, house=house, url=url)
    house.fanout.end_streams()
    server.should_exit = True
    thread.join(10)


def with_key(browser: Browser, running: Running) -> Page:
    """Return a browser of one's own that has a key."""
    context = browser.new_context(base_url=running.url, locale="en-GB")
    page = context.new_page()
    page.set_default_timeout(15_000)
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": VIRTUAL})
    return page


def enrolled(browser: Browser, running: Running, name: str) -> Page:
    """Return the browser of somebody who opened their invitation and made a key."""
    page = with_key(browser, running)
    page.goto(running.invite(name))
    expect(page.get_by_text(f"You are {name}.")).to_be_visible()
    page.get_by_role("button", name="Make the key").click()
    expect(page.get_by_role("heading", name="Ways of signing in")).to_be_visible()
    return page


def signed_in(page: Page) -> None:
    page.goto("/desk/sign-in")
    page.get_by_role("button", name="Sign in with your passkey").click()
    page.wait_for_url("**/desk")


def proposed(page: Page, town: Town) -> None:
    """Ask to rename the mayor, up to the paper that waits for a signature."""
    page.goto("/desk/who/mayor")
    form = page.locator("#change-account-rename")
    form.locator("summary").first.click()
    form.get_by_label("Name", exact=True).fill("Nobody")
    form.get_by_label("Reason").select_option("impersonation")
    form.get_by_label("Posts that show it").fill(str(town.posts["mayor"][0]))
    form.get_by_role("button", name="Propose it").click()
    page.wait_for_url("**/desk/papers/*")


@pytest.mark.promise(2)
@pytest.mark.promise(3)
def test_two_people_enrol_sign_in_and_sign_one_exact_order(browser: Browser, running: Running) -> None:
    town = running.town
    first, second = (enrolled(browser, running, name) for name in ("reviewer 1", "reviewer 2"))
    first.goto("/desk/who/mayor")
    town.clock.advance(RIPE_AFTER + HOUR)
    signed_in(first)
    proposed(first, town)
    expect(first.get_by_text("You sign this, and nothing else")).to_be_visible()
    with town.db.reading() as tx:
        assert open_orders(tx) == []  # Nobody has heard of it yet.
    first.get_by_role("button", name="Sign and propose").click()
    first.wait_for_url("**/desk/orders/*")
    with town.db.reading() as tx:
        order = open_orders(tx)[0]
    assert order.state is State.WAITING
    signed_in(second)
    second.goto(f"/desk/orders/{order.id}")
    second.get_by_text("Read, then sign").click()
    with second.expect_response(lambda answer: answer.request.method == "POST") as answered:
        second.get_by_role("button", name="Sign", exact=True).click()
    expect(second.get_by_text("One veto is enough").first).to_be_visible()
    town.tell_everyone(order.id)
    assert town.drive(order.id).state is State.HELD
    # The yes to it is no veto of it, and nobody else's yes; each try is written down.
    yes = httpx.QueryParams(answered.value.request.post_data or "")["said"]
    assert forged(second, order.id, "veto", yes) == 403
    assert town.read(order.id).state is State.HELD
    with town.db.reading() as tx:
        tries = [entry.body["verdict"]["reasons"] for entry in store.newest(tx, kind="attempt.refused")]
        assert [[(one["code"], one["fields"]["signature"]) for one in reasons] for reasons in tries] == [
            [("needs-signature", "challenge")]
        ]
        tally = Tally()
        assert audit(tx, platform=EmbeddedPlatform(), tally=tally) is None
    assert tally.counts["valid"] >= 2


def forged(page: Page, order_id: int, verb: str, said: str) -> int:
    """Send an assertion that was made for something else, as the very person who made it."""
    script = """async ([path, said]) => {
        const token = document.querySelector("input[name=_csrf_token]").value;
        const body = new URLSearchParams({ said, why: "", _csrf_token: token });
        return (await fetch(path, { method: "POST", body })).status;
    }"""
    status: Any = page.evaluate(script, [f"/desk/orders/{order_id}/{verb}", said])
    return int(status)


def test_somebody_without_a_key_is_told_so_and_nothing_is_sent(browser: Browser, running: Running) -> None:
    page = with_key(browser, running)
    page.goto("/desk/sign-in")
    page.get_by_role("button", name="Sign in with your passkey").click()
    expect(page.get_by_text("No key answered.")).to_be_visible()
    page.goto("/desk/enrol/none")
    expect(page.get_by_text("used or has expired")).to_be_visible()
