"""Four desks in a storm: everybody sees it come, nobody treads on another's work, and nothing is lost."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import func, select

from gardefou.clock import SimulatedClock
from gardefou.reports.tables import report as report_table
from gardefou.storage import Database
from tests.factories.client_api import make_token
from tests.factories.desks import Desks, serving_desks
from tests.factories.network import make_member

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)]

STORM, ORDINARY = 120, ("bob", "carol", "dave", "erin")
SECOND = "agent two"


class Reporters:
    """Members of the network who report over HTTP, and how many reports were answered with success."""

    def __init__(self, desks: Desks) -> None:
        """Let twelve in."""
        # Without certificates, which nothing here needs: reading those of all authorities costs more than a request.
        self.http = httpx.Client(base_url=desks.url, timeout=30, verify=False)  # noqa: S501
        self.accepted = 0
        self._lock = threading.Lock()
        now = desks.town.now
        with desks.town.db.transaction() as tx:
            members = [make_member(tx, now, neighbours=desks.house.neighbours) for _ in range(12)]
            self._tokens = [make_token(tx, now, account_id=one) for one in members]

    def report(self, account_id: int, number: int, *, category: str = "other") -> None:
        """Report an account."""
        token = self._tokens[number % len(self._tokens)]
        body = {"account_id": str(account_id), "comment": f"Number {number}", "category": category}
        headers = {"authorization": f"Bearer {token}"}
        self.http.post("/api/v1/reports", json=body, headers=headers).raise_for_status()
        with self._lock:
            self.accepted += 1


@pytest.fixture
def reporters(desks: Desks) -> Iterator[Reporters]:
    found = Reporters(desks)
    with found.http:
        yield found


@pytest.fixture
def desks(db: Database, clock: SimulatedClock, tmp_path: Path, browser: Browser) -> Iterator[Desks]:
    with serving_desks(db, clock, tmp_path, browser, more=((SECOND, "agent", "South"),)) as found:
        yield found


def row(handle: str) -> str:
    """Return where an account's line of the queue is."""
    return f".queue-row:has(bdi:text-is('@{handle}'))"


def all_shown(page: Page, handles: list[str]) -> None:
    """See every account in the queue, what is new after a press, and never by loading the page again."""
    for _ in range(100):
        page.evaluate("document.querySelector('.show-new:not([hidden])')?.click()")
        if all(page.locator(row(handle)).count() for handle in handles):
            break
        page.wait_for_timeout(100)
    for handle in handles:
        expect(page.locator(row(handle))).to_be_visible()
    assert page.evaluate("window.still") == "here"


@dataclass(kw_only=True)
class Evening:
    """Four people at their desks, and the accounts that are reported."""

    desks: Desks
    handles: dict[str, int]
    reporters: Reporters
    agent: Page
    second: Page
    reviewer: Page
    manager: Page

    def begins(self) -> None:
        """Sit down before an empty queue."""
        for page in (self.agent, self.second, self.reviewer, self.manager):
            page.goto("/desk")
            expect(page.locator(".live-word")).to_be_visible()
            page.evaluate("window.still = 'here'")
        expect(self.agent.get_by_text("Rien n’attend ici.")).to_be_visible()

    def the_storm_comes(self) -> None:
        """All four see it come."""
        matters, *others = self.handles.values()
        wanted = [(account_id, number) for number in range(3) for account_id in others]
        with ThreadPoolExecutor(6) as crowd:
            list(crowd.map(lambda one: self.reporters.report(*one), [*wanted, *((matters, n) for n in range(STORM))]))
        for page in (self.agent, self.second, self.reviewer, self.manager):
            all_shown(page, list(self.handles))
            said = "signalements" if page is self.agent else "reports"
            expect(page.locator(row("president"))).to_contain_text(f"{STORM} {said}")
            expect(page.locator(".queue-row")).to_have_count(len(self.handles))
        assert len([one for one in self.desks.asked["manager north"] if "/desk/queue" in one]) < 30

    def two_take_the_same_case(self) -> None:
        """One is told who holds it."""
        self.agent.locator(f"{row('anna')} a").click()
        expect(self.agent.locator("#presence")).to_contain_text("Vous tenez ce dossier")
        expect(self.second.locator(row("anna"))).to_contain_text("agent")
        self.second.locator(f"{row('anna')} a").click()
        expect(self.second.locator("#held")).to_contain_text("agent holds this case.")
        expect(self.agent.locator("#presence")).to_contain_text(SECOND)

    def one_acts_on_what_has_changed(self) -> None:
        """They are told what has changed, nothing is done, and they do it again."""
        agent = self.agent
        agent.locator("#act-1").check()
        self.reporters.report(self.handles["anna"], 100, category="spam")
        expect(agent.locator("#reports-title")).to_have_text("4 signalements")
        with agent.expect_response(lambda answer: answer.url.endswith("/close")) as pressed:
            agent.get_by_role("button", name="Clore le dossier").click()
        assert pressed.value.status == 409
        expect(agent.get_by_text("une plainte plus grave est arrivée")).to_be_visible()
        expect(agent.get_by_text("1 signalement de plus est arrivé")).to_be_visible()
        agent.locator("main a.button-filled").click()
        agent.locator("#act-1").check()
        agent.get_by_role("button", name="Clore le dossier").click()
        expect(self.second.locator("#decide")).to_contain_text("This case is closed: the account stays as it is.")
        expect(self.second.locator(row("anna"))).to_contain_text("No longer here")

    def several_are_closed_together(self) -> None:
        """What is protected stops itself alone, and says so."""
        second = self.second
        second.goto("/desk")
        for handle in ("president", "bob", "carol"):
            second.get_by_label(f"Choose @{handle}", exact=True).check()
        expect(second.get_by_text("3 cases chosen")).to_be_visible()
        second.locator("#many-form button").click()
        second.get_by_role("button", name="Close the cases").click()
        expect(second.get_by_text("2 are done. Nothing was done to 1.")).to_be_visible()
        expect(second.locator("tr:has-text('@president') .state-not")).to_be_visible()
        expect(second.locator("tr:has-text('@bob') .state:not(.state-not)")).to_be_visible()
        for handle in ("bob", "carol"):
            expect(self.reviewer.locator(row(handle))).to_contain_text("No longer here")
        expect(self.reviewer.locator(row("president"))).not_to_contain_text("No longer here")

    def the_shift_ends(self) -> None:
        """What the agent holds is everybody's again."""
        agent, manager = self.agent, self.manager
        agent.goto("/desk")
        agent.locator(f"{row('dave')} a").click()
        expect(manager.locator(row("dave"))).to_contain_text("agent")
        agent.goto("/desk/handover")
        agent.locator("form[action='/desk/handover/return'] button").click()
        expect(agent.get_by_role("status").filter(has_text="1 dossier")).to_be_visible()
        expect(manager.locator(f"{row('dave')} .queue-side")).to_have_text("EN")


@pytest.mark.promise(5)
@pytest.mark.promise(17)
@pytest.mark.promise(18)
def test_a_storm_on_four_desks(desks: Desks, reporters: Reporters) -> None:
    handles = {name: desks.town.accounts[name] for name in ("president", "anna")}
    evening = Evening(
        desks=desks,
        handles=handles | {handle: desks.account(handle) for handle in ORDINARY},
        reporters=reporters,
        agent=desks.desk("agent", locale="fr-FR"),
        second=desks.desk(SECOND),
        reviewer=desks.desk("reviewer 1"),
        manager=desks.desk("manager north"),
    )
    evening.begins()
    evening.the_storm_comes()
    evening.two_take_the_same_case()
    evening.one_acts_on_what_has_changed()
    evening.several_are_closed_together()
    evening.the_shift_ends()
    assert evening.manager.evaluate("window.still") == evening.reviewer.evaluate("window.still") == "here"
    with desks.town.db.reading() as tx:
        assert tx.scalar(select(func.sum(report_table.c.times))) == evening.reporters.accepted
