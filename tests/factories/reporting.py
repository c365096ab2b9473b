"""A house in which members and visitors report, people decide, and a worker tells: over HTTP, for a whole module."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from gardefou.app.house import house_on
from gardefou.app.settings import Settings
from gardefou.app.teller import Teller
from gardefou.app.web import create_app
from gardefou.clock import SimulatedClock
from gardefou.desk.session import COOKIE
from gardefou.events import Actor
from gardefou.network.sign_in import sign_in
from gardefou.network.web.common import SESSION_COOKIE
from gardefou.network.web.reporting import VISITOR_COOKIE, visitor_key
from gardefou.reports import cases, queries
from gardefou.reports.telling.begin import UNDONE_WITHIN
from gardefou.staff import sessions
from gardefou.storage import open_database
from tests.conftest import fresh_database
from tests.factories.accounts import make_account
from tests.factories.house import signing
from tests.factories.reports import make_report
from tests.factories.town import EVENING, Town, found_town
from tests.integration.desk.conftest import Browser


class ReportingHouse:
    """A town, its pages, and its worker."""

    def __init__(self, town: Town, client: "TestClient[Litestar]", teller: Teller) -> None:
        self.town, self.client, self.teller = town, client, teller

    def browser(self, member: str = "", *, language: str = "en") -> Browser:
        """Return a browser, of a member or of a visitor."""
        found = Browser(self.client, accept="text/html", language=language)
        if member:
            with self.town.db.transaction() as tx:
                owner = Actor.member(self.town.accounts[member])
                found.cookies[SESSION_COOKIE] = sign_in(tx, actor=owner, now=self.town.now)
        return found

    def report(self, browser: Browser, about: str, **more: str) -> int:
        """Report an account, and return the number of the receipt."""
        sent = browser.post(f"/@{about}/report", {"category": "spam", **more})
        assert sent.status_code == 201, sent.text
        return int(sent.text.split("Kept as report ")[-1].split("<")[0])

    def decide(self, about: str, outcome: str) -> None:
        """Let somebody close the case, and those who reported be told."""
        with self.town.db.transaction() as tx:
            case = queries.open_case_of(tx, self.town.accounts[about])
            assert case is not None
            who, now = self.town.people["reviewer 1"], self.town.now
            cases.close(tx, actor=who, now=now, case_id=case.id, outcome=outcome, version=case.version)
        self.tell()

    def tell(self) -> None:
        """Let everything be told that is due."""
        self.town.clock.advance(UNDONE_WITHIN)
        while self.teller.slice():
            pass

    def desk(self, name: str, *, language: str = "en") -> Browser:
        """Return the browser of somebody who works here."""
        found = Browser(self.client, accept="text/html", language=language)
        with self.town.db.transaction() as tx:
            person = self.town.people[name]
            link = sessions.make_link(tx, actor=person, now=self.town.now, person_id=int(person.key))
            found.cookies[COOKIE] = sessions.sign_in(tx, now=self.town.now, token=link)
        return found

    def rejected(self, reporter: Actor, times: int) -> None:
        """Let somebody report so many accounts, none of them rightly, and be told so."""
        for _ in range(times):
            with self.town.db.transaction() as tx:
                now = self.town.now
                case_id = make_report(tx, now, make_account(tx, now), reporter=reporter, comment="No reason.").case_id
                who = self.town.people["agent"]
                cases.close(tx, actor=who, now=now, case_id=case_id, outcome="rejected", version=1)
        self.tell()

    @staticmethod
    def visitor(browser: Browser) -> Actor:
        """Return as whom a visitor's browser reports."""
        return Actor.visitor(visitor_key(browser.cookies[VISITOR_COOKIE]))


@contextmanager
def reporting_house(request: pytest.FixtureRequest, made: pytest.TempPathFactory) -> Iterator[ReportingHouse]:
    """Found the town and open its doors, on the kind of database that is asked for."""
    with fresh_database(request, request.param, made.mktemp("reporting")) as url:
        db = open_database(url, node=1)
        clock = SimulatedClock(EVENING)
        town = found_town(db, clock, founded=True)
        house = signing(house_on(db, Settings(data=str(made.mktemp("data"))), clock=clock))
        with TestClient(create_app(house), base_url="http://127.0.0.1") as client:
            yield ReportingHouse(town, client, Teller(house, actor=Actor.machine("worker")))
        db.close()
