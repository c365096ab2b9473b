"""Who gets a receipt of what: owner, reporter and proposer of what concerns them, and nobody of anything else."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from httpx import Response
from litestar import Litestar
from litestar.testing import TestClient

from gardefou.app.house import house_on
from gardefou.app.settings import Settings
from gardefou.app.web import create_app
from gardefou.clock import DAY, SimulatedClock
from gardefou.desk.session import COOKIE
from gardefou.events import Actor
from gardefou.ledger import receipt as receipts
from gardefou.ledger import store
from gardefou.ledger.receipt import Checked
from gardefou.network.passwords import hashed
from gardefou.network.sign_in import sign_in as member_sign_in
from gardefou.network.tables import net_account
from gardefou.network.web.common import SESSION_COOKIE
from gardefou.orders.order import Order
from gardefou.reports import cases, queries
from gardefou.staff.sessions import make_link, sign_in
from gardefou.storage import Database
from tests.factories.accounts import make_account
from tests.factories.house import signing
from tests.factories.published import LOG_KEY, publish_now
from tests.factories.reports import make_report
from tests.factories.town import Town, found_town

pytestmark = pytest.mark.promise(14)

LIST = "/ledger/receipts"
SORRY = "Sorry, that page doesn"


class Asked:
    """A town with a published record, and what asks it."""

    def __init__(self, town: Town, data: Path, client: "TestClient[Litestar]") -> None:
        self.town, self.data, self.client = town, data, client

    def publish(self) -> None:
        """Publish all that is on the record."""
        publish_now(self.town.db, self.data)

    def get(self, path: str, *, owner: str = "", person: str = "", **headers: str) -> Response:
        """Ask as an account's owner, as one of the staff, or as nobody."""
        self.client.cookies.clear()
        with self.town.db.transaction() as tx:
            if owner:
                token = member_sign_in(tx, actor=Actor.member(self.town.accounts[owner]), now=self.town.now)
                self.client.cookies.set(SESSION_COOKIE, token)
            if person:
                link = make_link(
                    tx, actor=self.town.people[person], now=self.town.now, person_id=self.town.person_id(person)
                )
                self.client.cookies.set(COOKIE, sign_in(tx, now=self.town.now, token=link))
        return self.client.get(path, headers={"accept": "text/html", **headers}, follow_redirects=False)

    def entries(self, order: Order) -> dict[str, int]:
        """Return where each kind of entry of an order stands."""
        with self.town.db.reading() as tx:
            return {one.kind: one.index for one in store.entry_of_order(tx, order.id)}

    def closing(self, case_id: int) -> int:
        """Return where the entry stands that closes a case."""
        with self.town.db.reading() as tx:
            return next(one.index for one in store.entries_about(tx, f"case:{case_id}") if one.kind == "case.closed")


@pytest.fixture
def asked(db: Database, clock: SimulatedClock, tmp_path: Path) -> Iterator[Asked]:
    town = found_town(db, clock, founded=True)
    house = signing(house_on(db, Settings(data=str(tmp_path)), clock=clock))
    with TestClient(create_app(house), base_url="http://127.0.0.1") as client:
        yield Asked(town, tmp_path, client)


def checked(answer: Response) -> Checked:
    """Return what a downloaded receipt proves, found out with the log's public key alone."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert re.fullmatch(r'attachment; filename="\d+-\d+\.tlog-proof"', answer.headers["content-disposition"])
    return receipts.check(receipts.read(answer.content), keys=[LOG_KEY.key])


def closed_case(asked: Asked, about: str, *reporters: str) -> int:
    """Have members report an account, and an agent close the case."""
    town = asked.town
    with town.db.transaction() as tx:
        for reporter in reporters:
            found = make_report(tx, town.now, town.accounts[about], reporter=Actor.member(town.accounts[reporter]))
        version = queries.case(tx, found.case_id).version
        cases.close(
            tx, actor=town.people["agent"], now=town.now, case_id=found.case_id, outcome="upheld", version=version
        )
    return found.case_id


@pytest.mark.promise(15)
def test_an_owner_gets_what_was_done_to_their_account_and_posts_and_reads_nobody_elses_name_in_it(asked: Asked) -> None:
    town = asked.town
    hidden = town.propose("agent", "account.hide", "anna", comment="seen by colleagues only").order
    back = town.restore("reviewer 1", "anna").order
    town.clock.advance(2 * DAY)
    post = town.propose("agent", "post.hide", "anna", subject_id=town.posts["anna"][0]).order
    asked.publish()
    page = asked.get(LIST, owner="anna").text
    for order, kind, opened in [
        (hidden, "order.executed", {"@anna"}),
        (hidden, "order.reversed", {"@anna"}),
        (back, "order.executed", {"@anna"}),
        (post, "order.executed", {"@anna", f"@anna/{town.posts['anna'][0]}"}),
    ]:
        index = asked.entries(order)[kind]
        assert f'href="{LIST}/{index}"' in page
        found = checked(asked.get(f"{LIST}/{index}", owner="anna"))
        assert found.index == index
        assert found.line is not None
        assert (found.line.kind, found.line.order_id) == (kind, order.id)
        assert {one.content for one in found.openings} == opened
    assert "agent" not in asked.get(f"{LIST}/{index}", owner="anna").text
    assert "colleagues only" not in page


def test_what_concerns_an_owner_is_nobody_elses(asked: Asked) -> None:
    """Not another member's, not a visitor's, and not a colleague's at the member's address."""
    order = asked.town.propose("agent", "account.hide", "anna").order
    asked.publish()
    index = asked.entries(order)["order.executed"]
    assert asked.get(f"{LIST}/{index}", owner="anna").status_code == 200
    other = asked.get(f"{LIST}/{index}", owner="mayor")
    assert (other.status_code, SORRY in other.text) == (404, True)
    assert f"{LIST}/" not in re.sub(r'"next" value="[^"]*"', "", asked.get(LIST, owner="mayor").text)
    assert "The record says nothing that concerns you" in asked.get(LIST, owner="mayor").text
    for who in ({}, {"person": "agent"}):
        answer = asked.get(f"{LIST}/{index}", **who)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/sign-in?next={LIST}/{index}")
    for beside in (0, index + 1, 10**9, 2**63 - 1):
        assert asked.get(f"{LIST}/{beside}", owner="anna").status_code == 404


def test_an_owner_who_cannot_act_comes_by_the_letters_link_to_the_receipt_and_otherwise_reads_why(asked: Asked) -> None:
    town = asked.town
    order = town.propose("agent", "account.hide", "anna").order
    asked.publish()
    with town.db.transaction() as tx:
        own = net_account.c.id == town.accounts["anna"]
        tx.execute(net_account.update().where(own).values(password_hash=hashed("correct horse")))
    link = f"{LIST}/{asked.entries(order)['order.executed']}"
    for wanted, led in ((link, link), ("/search", "/home")):
        asked.get("/sign-in")
        form = {"email": "anna@example.net", "password": "correct horse", "next": wanted}
        answer = asked.client.post(
            "/sign-in", data=form, headers={"x-csrftoken": asked.client.cookies["csrf"]}, follow_redirects=False
        )
        assert (answer.status_code, answer.headers["location"]) == (303, led)
    assert checked(asked.client.get(link)).line is not None
    assert f'href="{LIST}"' in asked.client.get("/home", headers={"accept": "text/html"}).text


@pytest.mark.promise(15)
def test_a_reporter_gets_the_closing_of_their_case_which_opens_nothing(asked: Asked) -> None:
    case_id = closed_case(asked, "anna", "mayor", "president")
    asked.publish()
    index = asked.closing(case_id)
    for reporter in ("mayor", "president"):
        page = asked.get(LIST, owner=reporter).text
        assert f'href="{LIST}/{index}"' in page
        assert "Your report on @anna" in page
        found = checked(asked.get(f"{LIST}/{index}", owner=reporter))
        assert found.line is not None
        assert (found.line.kind, found.line.body["case"], found.line.body["outcome"]) == (
            "case.closed",
            str(case_id),
            "upheld",
        )
        assert found.openings == ()
    # Whom it was about reported nothing, and learns from it neither that somebody did nor who.
    assert asked.get(f"{LIST}/{index}", owner="anna").status_code == 404


@pytest.mark.promise(15)
def test_a_proposer_gets_each_step_of_their_own_order_and_sees_their_own_name_and_words_alone(asked: Asked) -> None:
    town = asked.town
    town.propose("reviewer 1", "account.hide", "mayor", comment="my own words")
    with town.db.reading() as tx:
        [entry] = [one for one in store.entries_about(tx, f"account:{town.accounts['mayor']}") if one.order_id]
    order = town.read(entry.order_id or 0)
    town.tell_everyone(order.id)
    town.approve("reviewer 2", order.id, why="a colleague's words")
    asked.publish()
    place, address = asked.entries(order), f"/desk/orders/{order.id}/receipt"
    page = asked.get(f"/desk/orders/{order.id}", person="reviewer 1").text
    assert all(f'href="{address}?entry={index}"' in page for index in place.values())
    first = checked(asked.get(address, person="reviewer 1"))
    assert first.index == min(place.values())
    assert {one.content for one in first.openings} == {"reviewer 1", "my own words", "@mayor"}
    voted = checked(asked.get(f"{address}?entry={place['order.voted']}", person="reviewer 1"))
    assert {one.content for one in voted.openings} == {"@mayor"}


def test_nobody_at_the_desk_gets_the_receipt_of_somebody_elses_order(asked: Asked) -> None:
    town = asked.town
    order = town.propose("reviewer 1", "account.hide", "mayor").order
    asked.publish()
    address = f"/desk/orders/{order.id}/receipt"
    assert asked.get(address, person="reviewer 1").status_code == 200
    for person in ("reviewer 2", "manager north", "auditor", "administrator", "agent"):
        answer = asked.get(address, person=person)
        assert (answer.status_code, "Only whoever proposed an order" in answer.text) == (404, True)
        assert address not in asked.get(f"/desk/orders/{order.id}", person=person).text
    assert asked.get(address, owner="mayor").headers["location"].startswith("/desk/sign-in?next=")
    assert asked.get(address).headers["location"].startswith("/desk/sign-in?next=")
    for wrong in (f"/desk/orders/{order.id + 1}/receipt", f"{address}?entry=0", f"{address}?entry={10**18}"):
        assert asked.get(wrong, person="reviewer 1").status_code == 404


@pytest.mark.promise(6)
def test_whoever_has_left_gets_no_receipt_any_more(asked: Asked) -> None:
    town = asked.town
    order = town.propose("contractor", "account.hide", "mayor").order
    asked.publish()
    address = f"/desk/orders/{order.id}/receipt"
    answer = asked.get(address, person="contractor")
    assert checked(answer).line is not None  # A refused attempt is an entry, and theirs.
    assert (
        f'href="{address}?entry=' in asked.client.get(f"/desk/refused/{order.id}", headers={"accept": "text/html"}).text
    )
    town.clock.advance(DAY)
    ended = asked.client.get(address, headers={"accept": "text/html"}, follow_redirects=False)
    assert (ended.status_code, ended.headers["location"].startswith("/desk/sign-in")) == (303, True)


@pytest.mark.promise(20)
def test_what_is_newer_than_the_published_head_has_one_answer_until_it_is_published(asked: Asked) -> None:
    town = asked.town
    asked.publish()
    order = town.propose("agent", "account.hide", "anna").order
    index = asked.entries(order)["order.executed"]
    for path, who in (
        (f"{LIST}/{index}", {"owner": "anna"}),
        (f"/desk/orders/{order.id}/receipt", {"person": "agent"}),
    ):
        early = asked.get(path, **who)
        assert (early.status_code, early.headers["retry-after"]) == (503, "1")
        assert "This receipt comes within a second" in early.text
        assert f'href="{path}"' in early.text
        program = asked.client.get(path, headers={"accept": "application/json"})
        assert (program.status_code, program.json()["code"]) == (503, "not_published")
        # Whoever it does not concern does not learn that it is there.
        assert asked.get(path, owner="mayor").status_code in (404, 303)
    asked.publish()
    assert checked(asked.get(f"{LIST}/{index}", owner="anna")).index == index


def test_a_long_list_is_read_a_page_at_a_time(asked: Asked) -> None:
    town = asked.town
    with town.db.transaction() as tx:
        reporter, agent = Actor.member(town.accounts["mayor"]), town.people["agent"]
        for _ in range(51):
            case_id = make_report(tx, town.now, make_account(tx, town.now), reporter=reporter).case_id
            version = queries.case(tx, case_id).version
            cases.close(tx, actor=agent, now=town.now, case_id=case_id, outcome="rejected", version=version)
    first = asked.get(LIST, owner="mayor").text
    [older] = re.findall(rf'href="({LIST}\?before=\d+)"', first)
    second = asked.get(older, owner="mayor").text
    assert (first.count("Download the receipt"), second.count("Download the receipt")) == (50, 1)
    assert "before=" not in re.sub(r'value="[^"]*"', "", second)
    assert "There is nothing older" in asked.get(f"{LIST}?before=0", owner="mayor").text
