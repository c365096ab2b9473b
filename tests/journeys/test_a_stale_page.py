"""A page that was told what happened is the page that a fresh load shows, and stays calm on its way there."""

import random
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from gardefou.clock import SECOND, SimulatedClock
from gardefou.errors import BadInputError, ConflictError
from gardefou.events import Actor
from gardefou.reports import cases, leases, notes
from gardefou.reports.intake import file_report
from gardefou.reports.queries import case, open_case_of
from gardefou.storage import Database
from tests.conftest import FULL
from tests.factories.desks import Desks, serving_desks

pytestmark = pytest.mark.browser

CATEGORIES = ("spam", "threats", "harassment", "other")
WORKERS = ("agent", "reviewer 1", "reviewer 2", "manager north")
#: What goes on by the clock of each browser, or is only of this one: no two pages are alike in it.
_OWN = """
  (id) => {
    const part = document.getElementById(id).cloneNode(true);
    for (const one of part.querySelectorAll("[data-until], [data-due]")) one.textContent = "";
    for (const one of part.querySelectorAll("[name='_csrf_token']")) one.remove();
    return part.outerHTML.replace(/\\s+/g, " ");
  }
"""


@pytest.fixture
def desks(db: Database, clock: SimulatedClock, tmp_path: Path, browser: Browser) -> Iterator[Desks]:
    with serving_desks(db, clock, tmp_path, browser) as found:
        yield found


class Changes:
    """A series of changes, the same for the same seed."""

    def __init__(self, desks: Desks, seed: int) -> None:
        """Begin with the town's accounts and four more."""
        self.town, self.chance = desks.town, random.Random(seed)  # noqa: S311  # the same again
        self.accounts = [*desks.town.accounts.values(), *(desks.account(f"member{number}") for number in range(4))]
        self.protected = {desks.town.accounts[name] for name in ("mayor", "president")}

    def report(self, account_id: int) -> None:
        """Report an account, by somebody who reports no other."""
        by = Actor.visitor(f"{account_id} {self.chance.randrange(40)}")
        with self.town.db.transaction() as tx:
            file_report(
                tx,
                actor=by,
                now=self.town.now,
                account_id=account_id,
                category=self.chance.choice(CATEGORIES),
                comment=f"Look at this, {self.chance.randrange(10**6)}",
                protected=account_id in self.protected,
            )

    def any_case(self) -> Any:
        """Return a case, open if there is one."""
        account_id = self.chance.choice(self.accounts)
        with self.town.db.reading() as tx:
            return open_case_of(tx, account_id)

    def one(self) -> None:
        """Change something; what the rules or the holds forbid changes nothing."""
        self.town.clock.advance(SECOND)
        deed = self.chance.choice((self.lease, self.give_back, self.close, self.hand, self.note, *[self._any] * 4))
        with suppress(BadInputError, ConflictError):
            deed()

    def _any(self) -> None:
        self.report(self.chance.choice(self.accounts))

    def _deed(self, verb: Callable[..., object], **more: Any) -> None:
        found = self.any_case()
        if found is not None:
            who = self.town.people[self.chance.choice(WORKERS)]
            with self.town.db.transaction() as tx:
                verb(tx, actor=who, now=self.town.now, case_id=found.id, **more)

    def lease(self) -> None:
        """Take hold of a case."""
        self._deed(leases.take_lease)

    def give_back(self) -> None:
        """Give a case back."""
        self._deed(leases.return_lease)

    def note(self) -> None:
        """Write a note."""
        self._deed(notes.note_case, text=f"Note {self.chance.randrange(10**6)}", whole=self.chance.random() < 0.5)

    def close(self) -> None:
        """Close a case."""
        self._versioned(cases.close, outcome=self.chance.choice(("upheld", "rejected")))

    def hand(self) -> None:
        """Hand a case to reviewers."""
        self._versioned(cases.hand_to_reviewers)

    def _versioned(self, verb: Callable[..., object], **more: Any) -> None:
        found = self.any_case()
        if found is not None:
            who = self.town.people[self.chance.choice(WORKERS)]
            with self.town.db.transaction() as tx:
                version = case(tx, found.id).version
                verb(tx, actor=who, now=self.town.now, case_id=found.id, version=version, **more)


def parts(page: Page, *ids: str) -> list[list[str]]:
    """Return parts of a page, tag by tag."""
    return [re.sub(r"(<)", r"\n\1", page.evaluate(_OWN, one)).splitlines() for one in ids]


def settled(page: Page, fresh: Page, *ids: str) -> None:
    """Wait until the parts of a page are those of a fresh one, for a while."""
    for left in reversed(range(40)):
        page.wait_for_timeout(100)
        page.evaluate("document.querySelector('.show-new:not([hidden])')?.click()")
        is_now, should_be = parts(page, *ids), parts(fresh, *ids)
        if is_now == should_be or not left:
            assert is_now == should_be
            return


@pytest.mark.parametrize("database_url", ["sqlite", "postgresql"] if FULL else ["postgresql"], indirect=True)
@pytest.mark.parametrize("seed", range(6) if FULL else [7])
def test_applying_the_events_to_a_stale_page_gives_the_same_page_as_a_fresh_one(desks: Desks, seed: int) -> None:
    changes = Changes(desks, seed)
    for account_id in changes.accounts:
        changes.report(account_id)
    with desks.town.db.reading() as tx:
        found = open_case_of(tx, desks.town.accounts["mayor"])
    assert found is not None
    address = f"/desk/cases/{found.id}"
    stale = desks.desk("reviewer south")
    stale.goto(address)
    expect(stale.locator(".live-word")).to_be_visible()
    for _ in range(40):
        changes.one()
    desks.line.cut()
    changes.report(changes.accounts[0])
    expect(stale.locator("#lost")).to_be_visible()
    for _ in range(40):
        changes.one()
    desks.line.mend()
    for _ in range(40):
        changes.one()
    fresh = desks.desk("reviewer south", only_looks=True)
    fresh.goto(address)
    settled(stale, fresh, "queue", "case", "decide")


WRITTEN = "I was about to say"


@pytest.mark.promise(17)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_in_a_storm_a_page_asks_seldom_and_what_a_hand_is_at_stays(desks: Desks) -> None:
    changes = Changes(desks, 1)
    for _ in range(3):
        for account_id in changes.accounts:
            changes.report(account_id)
    president = desks.town.accounts["president"]
    with desks.town.db.reading() as tx:
        found = open_case_of(tx, president)
    assert found is not None
    page = desks.desk("reviewer south", viewport={"width": 1440, "height": 500})
    page.goto(f"/desk/cases/{found.id}")
    expect(page.locator(".live-word")).to_be_visible()
    page.locator("#act-3").check()
    page.locator(".queue-pick input").nth(2).check()
    page.get_by_label("Write a note").fill(WRITTEN)
    page.get_by_label("Write a note").evaluate("field => field.setSelectionRange(2, 5)")
    page.locator("#case").evaluate("pane => { pane.scrollTop = 60 }")
    rows = page.locator(".queue-row").evaluate_all("rows => rows.map((row) => row.id)")
    top = page.locator(".queue-row").first.bounding_box()
    version = page.locator("#decide [name=version]").get_attribute("value")
    asked = desks.asked["reviewer south"]
    asked.clear()
    events = 400
    for place in range(events):
        with desks.town.db.transaction() as tx:
            file_report(
                tx,
                actor=Actor.visitor(f"storm {place}"),
                now=desks.town.now,
                account_id=president if place % 2 else changes.accounts[place % 5 - 4],
                category="threats",
                protected=True,
            )
    changes.report(desks.account("late"))
    reports = found.reports + events // 2
    expect(page.locator("#reports-title")).to_have_text(f"{reports} reports")
    expect(page.locator(f"#row-{found.id} .queue-what")).to_contain_text(f"{reports} reports")
    expect(page.locator(".show-new")).to_have_text("Show 1 new")
    assert page.locator(".queue-row").first.bounding_box() == top
    fetched = [one for one in asked if "/desk/stream" not in one]
    assert len(fetched) < 16, fetched
    assert page.locator(".queue-row").evaluate_all("rows => rows.map((row) => row.id)") == rows
    assert page.locator(".queue-pick input").nth(2).is_checked()
    assert page.locator("#act-3").is_checked()
    assert page.locator("#decide [name=version]").get_attribute("value") == version
    written = page.get_by_label("Write a note")
    expect(written).to_be_focused()
    expect(written).to_have_value(WRITTEN)
    assert written.evaluate("field => [field.selectionStart, field.selectionEnd]") == [2, 5]
    assert page.locator("#case").evaluate("pane => pane.scrollTop") == 60
