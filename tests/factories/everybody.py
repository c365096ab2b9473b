"""The whole house over HTTP for everybody in the table of routes: one founded town with something at every address."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from httpx import Response
from litestar import Litestar
from litestar.testing import TestClient

from gardefou.app.demo.web import HANDLERS as DEMO
from gardefou.app.house import House, house_on
from gardefou.app.ledger_key import make_key, verifier_keys
from gardefou.app.publisher import Publisher
from gardefou.app.routes import Route, Who
from gardefou.app.settings import Settings
from gardefou.app.web import create_app
from gardefou.clock import SimulatedClock
from gardefou.desk import session as desk
from gardefou.events import Actor
from gardefou.incidents import queries
from gardefou.incidents.claims import claims_of
from gardefou.incidents.draft import draft
from gardefou.ledger.folder import LedgerFolder
from gardefou.ledger.publish import newest
from gardefou.ledger.tiles import bundles_of
from gardefou.network import sign_in as network
from gardefou.network.media_folder import MediaFolder
from gardefou.network.passwords_anew import make_link as password_link
from gardefou.network.web.common import SESSION_COOKIE
from gardefou.orders.lifecycle import State
from gardefou.reports.batches import Became, Entry, enter, open_batch
from gardefou.reports.macros import keep_macro
from gardefou.staff import sessions
from gardefou.storage import open_database
from tests.factories.house import signing
from tests.factories.network import make_image
from tests.factories.reports import make_report
from tests.factories.town import Town, found_town

#: Who of the town is the table's agent, reviewer and so on.
PEOPLE = {
    Who.AGENT: "agent",
    Who.REVIEWER: "reviewer 1",
    Who.DUTY_MANAGER: "manager north",
    Who.AUDITOR: "auditor",
    Who.ADMINISTRATOR: "administrator",
}
MEMBER = "mayor"
IMAGE = "/desk/cases/{case_id}/images/{image_id}/{size}"


@dataclass(kw_only=True)
class Everybody:
    """Browsers of everybody in the table, on one house.

    Attributes:
        town: the house's people and accounts.
        app: the application, the demo's pages among them.
        client: what asks it.
        examples: for each part of an address that varies a value at which there is something; a whole address, where
            the same name means something else there.
    """

    town: Town
    app: Litestar
    client: "TestClient[Litestar]"
    examples: dict[str, str]
    _cookies: dict[Who, dict[str, str]] = field(default_factory=dict)

    def path(self, route: Route) -> str:
        """Return an address of a route at which there is something."""
        if route.path in self.examples:
            return self.examples[route.path]
        missing = [name for name in route.types if name not in self.examples]
        assert not missing, (
            f"{route.method} {route.path}: give an example of {missing} in tests/factories/everybody.py, `_examples`"
        )
        return re.sub(r"\{(\w+)\}", lambda part: self.examples[part[1]], route.path)

    def sign_in(self, who: Who) -> dict[str, str]:
        """Return the cookies of a browser that has just come in as this one."""
        self.client.cookies.clear()
        self.client.get("/theme-of-nobody", headers={"accept": "text/html"})
        cookies = {"csrf": self.client.cookies["csrf"]}
        now = self.town.now
        with self.town.db.transaction() as tx:
            if who is Who.MEMBER:
                owner = Actor.member(self.town.accounts[MEMBER])
                cookies[SESSION_COOKIE] = network.sign_in(tx, actor=owner, now=now)
            elif who is not Who.VISITOR:
                person = self.town.people[PEOPLE[who]]
                link = sessions.make_link(tx, actor=person, now=now, person_id=int(person.key))
                cookies[desk.COOKIE] = sessions.sign_in(tx, now=now, token=link)
        self._cookies[who] = cookies
        return cookies

    def ask(self, who: Who, method: str, path: str, *, accept: str = "text/html", **more: Any) -> Response:
        """Ask as somebody, with the token that every form of ours carries."""
        cookies = self._cookies.get(who) or self.sign_in(who)
        self.client.cookies.clear()
        self.client.cookies.update(cookies)
        headers = {"accept": accept, "x-csrftoken": cookies["csrf"], **more.pop("headers", {})}
        if path.startswith("/desk/stream"):
            seen = self.client.head(path, headers=headers)
            if seen.status_code == 200 and desk.COOKIE in cookies:
                return seen  # The stream itself would never end.
        return self.client.request(method, path, headers=headers, follow_redirects=False, **more)


@contextmanager
def everybody(database_url: str, folder: Path, clock: SimulatedClock) -> Iterator[Everybody]:
    """Found the house and open its doors."""
    db = open_database(database_url, node=1)
    town = found_town(db, clock, founded=True)
    house = signing(house_on(db, Settings(data=str(folder)), clock=clock))
    town.ports = replace(house.ports, load_rulebook=town.ports.load_rulebook)
    examples = _examples(town, MediaFolder(house.settings.media_folder))
    examples["tile"] = _published_tile(house)
    app = create_app(house, more=DEMO)
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        yield Everybody(town=town, app=app, client=client, examples=examples)
    db.close()


def _published_tile(house: House) -> str:
    """Publish the record, and return the address of its last entries."""
    make_key(house.settings)
    Publisher(house).step()
    size = newest(LedgerFolder(house.settings.ledger_folder), verifier_keys(house.settings)).size
    return list(bundles_of(size))[-1].path.removeprefix("tile/")


def _examples(town: Town, images: MediaFolder) -> dict[str, str]:
    town.a_past()
    refused = town.propose("contractor", "account.hide", "mayor").order
    assert refused.state is State.REFUSED
    order = town.propose("reviewer 1", "account.hide", "mayor").order
    now, account, person = town.now, town.accounts[MEMBER], town.people["reviewer 1"]
    with town.db.transaction() as tx:
        reporter = Actor.visitor("somebody")
        post_id = town.posts[MEMBER][0]
        image_id = make_image(tx, now, account, images, post_id=post_id)
        reported = (post_id, "Good morning.", now)
        case_id = make_report(tx, now, account, reporter=reporter, protected=True, posts=(reported,)).case_id
        token = password_link(tx, actor=Actor.member(account), now=now, account_id=account)
        keeper = town.people["administrator"]
        macro_id, dropped = (keep_macro(tx, actor=keeper, now=now, name=name, en="Hm.", fr="Hum.") for name in "AB")
    incident_id, statement_id = _published(town)
    return {
        "account_id": str(account),
        "case_id": str(case_id),
        "entry": "0",
        "file_path": "base.css",
        "handle": MEMBER,
        "incident_id": str(incident_id),
        "name": f"@{MEMBER}",
        "number": str(town.posts[MEMBER][0]),
        "order_id": str(order.id),
        "media_id": "1",
        "macro_id": str(macro_id),
        "batch_id": str(_batch(town, case_id)),
        "part": "head",
        "report_id": "1",
        "reporter": str(reporter),
        "measure_id": "1",
        "size": "original",
        "client_id": "1",
        "schema": "2.0",
        "verb": "enable",
        "person_id": person.key,
        "statement_id": str(statement_id),
        "session_id": "1",
        "tag": "morning",
        "token": token,
        "token_id": "1",
        "paper_id": "1",
        "aside_id": "1",
        "/desk/macros/{macro_id}/drop": f"/desk/macros/{dropped}/drop",
        IMAGE: f"/desk/cases/{case_id}/images/{image_id}/large",
        "/demo/as/{number}": f"/demo/as/{person.key}",
        "/demo/member/{number}": f"/demo/member/{account}",
        "/desk/orders/{order_id}/receipt": f"/desk/orders/{refused.id}/receipt",
        "/desk/refused/{order_id}": f"/desk/refused/{refused.id}",
        "/posts/{number}/delete": f"/posts/{town.posts[MEMBER][1]}/delete",
    }


def _batch(town: Town, case_id: int) -> int:
    """Decide one case at one press that has changed meanwhile: nothing becomes of it."""
    reviewer = town.people["reviewer 1"]
    with town.db.transaction() as tx:
        batch_id = open_batch(tx, actor=reviewer, now=town.now, deed="rejected")
        entry = Entry(case_id=case_id, became=Became.NOTHING, code="case_changed")
        enter(tx, actor=reviewer, batch_id=batch_id, place=0, entry=entry)
    return batch_id


def _published(town: Town) -> tuple[int, int]:
    """Publish a statement about the incident that the contractor's attempt opened."""
    with town.db.transaction() as tx:
        incident_id = int(queries.incidents(tx)[0]["id"])
        claims = [claim.key for claim in claims_of(tx, incident_id)][:1]
        statement_id = draft(
            tx, actor=town.people["reviewer 1"], now=town.now, incident_id=incident_id, claims=claims, supersedes=None
        )
    waiting = town.propose("reviewer 1", "statement.publish", "mayor", subject_id=statement_id, evidence={}).order
    assert town.approve("manager south", waiting.id).order.state is State.EXECUTED
    return incident_id, statement_id
