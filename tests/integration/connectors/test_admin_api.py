"""Moderating with a member's client: through the guard, as the person who chose it, and done only when it is done."""

from typing import Any

import pytest
from sqlalchemy import select

from gardefou.app.house import neighbours
from gardefou.app.routes import Who
from gardefou.clock import HOUR
from gardefou.events import Actor
from gardefou.network import sign_in as network
from gardefou.network.follow import follow
from gardefou.network.tables import net_token
from gardefou.network.web.common import SESSION_COOKIE
from gardefou.orders.lifecycle import State
from gardefou.orders.queries import in_effect, open_orders
from gardefou.reports import queries as reports
from gardefou.staff import sessions
from gardefou.staff.clients import choose_client
from tests.factories.client_api import shown_token
from tests.factories.everybody import Everybody
from tests.factories.reports import make_report

ADMIN = "read write follow admin:read admin:write"
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Moderator:
    """A client that acts as one of the town's people."""

    def __init__(
        self, house: Everybody, who: str, *, scopes: str = ADMIN, chosen: bool = True, member: str = "anna"
    ) -> None:
        """Sign in on the network and at the desk, and choose the client."""
        self.house, town = house, house.town
        with town.db.transaction() as tx:
            self.headers = shown_token(tx, town.now, town.accounts[member], scopes=scopes)
            token_id = max(int(row["id"]) for row in tx.all(select(net_token.c.id)))
            person = town.people[who]
            link = sessions.make_link(tx, actor=person, now=town.now, person_id=int(person.key))
            self.session = sessions.sign_in(tx, now=town.now, token=link)
            found = sessions.person_of(tx, self.session, town.now)
            assert found is not None
            if chosen:
                more = {"session_id": found.session_id, "client_id": token_id}
                choose_client(tx, actor=person, now=town.now, **more)

    def ask(self, method: str, path: str, **more: Any) -> tuple[int, Any]:
        """Ask as the client does."""
        self.house.client.cookies.clear()
        answer = self.house.client.request(method, f"/api/v1/admin/{path}", headers=self.headers, **more)
        return answer.status_code, answer.json()

    def act(self, name: str, kind: str, **form: str) -> tuple[int, Any]:
        """Act on an account of the town."""
        return self.ask("POST", f"accounts/{self.house.town.accounts[name]}/action", data={"type": kind, **form})

    def about(self, name: str, verb: str) -> tuple[int, Any]:
        """Take something back, of an account of the town."""
        return self.ask("POST", f"accounts/{self.house.town.accounts[name]}/{verb}")


def _reported(house: Everybody) -> int:
    """Report the ordinary account, and return the report's number."""
    town = house.town
    with town.db.transaction() as tx:
        return make_report(tx, town.now, town.accounts["anna"]).report_id


@pytest.mark.promise(10)
def test_an_ordinary_account_goes_and_comes_back_by_orders_like_the_desks(house: Everybody) -> None:
    town, report_id = house.town, _reported(house)
    agent = Moderator(house, "agent")
    assert agent.act("anna", "suspend", text="Adverts") == (200, {})
    with town.db.reading() as tx:
        (done,) = in_effect(tx, "account", town.accounts["anna"])
    assert (done.kind.value, done.proposer, done.comment) == ("account.hide", town.people["agent"], "Adverts")
    assert town.standing("anna") == "hidden"
    reviewer = Moderator(house, "reviewer 1")
    assert reviewer.ask("GET", "reports")[0] == 403  # The member is hidden: no token of theirs does anything.
    town.restore("reviewer 1", "anna")
    status, said = reviewer.ask("GET", f"reports/{report_id}")
    assert (status, said["action_taken"], said["target_account"]["username"]) == (200, True, "anna")


@pytest.mark.promise(1)
def test_what_waits_is_never_answered_as_done(house: Everybody) -> None:
    town, _report = house.town, _reported(house)
    with town.db.transaction() as tx:
        make_report(tx, town.now, town.accounts["mayor"], protected=True)
    reviewer = Moderator(house, "reviewer 2")
    status, said = reviewer.act("mayor", "silence")
    with town.db.reading() as tx:
        order = next(one for one in open_orders(tx, account_id=town.accounts["mayor"]) if one.kind == "account.limit")
    assert status == 422
    assert str(order.id) in said["error"]
    assert f"/desk/orders/{order.id}" in said["error"]
    assert (town.standing("mayor"), order.state) == ("active", State.WAITING)


@pytest.mark.promise(20)
def test_a_refusal_says_why_and_is_written_down(house: Everybody) -> None:
    town = house.town
    _reported(house)
    with town.db.transaction() as tx:
        make_report(tx, town.now, town.accounts["president"], protected=True)
    auditor = Moderator(house, "auditor")
    status, said = auditor.act("anna", "suspend")
    assert status == 403
    assert "/desk/refused/" in said["error"]
    assert said["error"].startswith("Refused. The account was not hidden.")
    assert town.standing("anna") == "active"


def test_what_was_done_is_undone_and_answered_with_the_account(house: Everybody) -> None:
    _reported(house)
    town = house.town
    with town.db.transaction() as tx:
        headers = shown_token(tx, town.now, town.accounts["mayor"], scopes=ADMIN)
    agent = Moderator(house, "agent")
    with town.db.transaction() as tx:
        person = sessions.person_of(tx, agent.session, town.now)
        assert person is not None
        mayors = select(net_token.c.id).where(net_token.c.account_id == town.accounts["mayor"])
        token_id = int(tx.scalar(mayors))
        choose_client(tx, actor=person.actor, now=town.now, session_id=person.session_id, client_id=token_id)
    agent.headers = headers
    assert agent.act("anna", "silence") == (200, {})
    assert agent.ask("GET", f"accounts/{town.accounts['anna']}")[1]["silenced"] is True
    found = agent.ask("GET", "accounts", params={"silenced": "1"})[1]
    assert [one["username"] for one in found] == ["anna"]
    status, said = agent.about("anna", "unsilence")
    assert (status, said["silenced"], town.standing("anna")) == (200, False, "active")
    assert agent.about("anna", "unsilence")[0] == 422
    for verb in ("approve", "reject", "unsensitive"):
        assert agent.about("anna", verb)[0] == 422
    assert agent.act("anna", "sensitive")[0] == 422
    assert agent.ask("DELETE", f"accounts/{town.accounts['anna']}")[0] == 422
    assert agent.ask("GET", "accounts/word")[0] == 404


@pytest.mark.promise(7)
def test_one_person_brings_back_through_a_client_what_three_took(house: Everybody) -> None:
    town = house.town
    done = town.until_executed("reviewer 1", "account.hide", "mayor")
    assert (done.state, town.standing("mayor")) == (State.EXECUTED, "hidden")
    status, said = Moderator(house, "agent").about("mayor", "unsuspend")
    assert (status, said["suspended"], town.standing("mayor")) == (200, False, "active")


@pytest.mark.promise(6)
def test_a_client_acts_as_nobody_without_a_session_that_chose_it(house: Everybody) -> None:
    town = house.town
    _reported(house)
    stranger = Moderator(house, "agent", chosen=False)
    status, said = stranger.act("anna", "suspend")
    assert (status, "/desk/me/clients" in said["error"]) == (403, True)
    assert Moderator(house, "agent", scopes="read write").act("anna", "suspend")[0] == 403
    agent = Moderator(house, "agent")
    assert agent.ask("GET", "accounts")[0] == 200
    with town.db.transaction() as tx:
        sessions.sign_out(tx, now=town.now, token=agent.session)
    assert agent.ask("GET", "accounts")[0] == 403
    agent = Moderator(house, "agent")
    town.clock.advance(HOUR)
    assert agent.ask("GET", "accounts")[0] == 403
    assert town.standing("anna") == "active"


def test_reports_are_held_closed_and_opened_again(house: Everybody) -> None:
    report_id = _reported(house)
    agent, other = Moderator(house, "agent"), Moderator(house, "reviewer 1")
    assert str(report_id) in {one["id"] for one in agent.ask("GET", "reports")[1]}
    assert agent.ask("POST", f"reports/{report_id}/assign_to_self")[0] == 200
    assert other.ask("POST", f"reports/{report_id}/assign_to_self")[0] == 422
    assert other.act("anna", "suspend")[0] == 422
    assert other.ask("POST", f"reports/{report_id}/unassign")[0] == 422
    assert agent.ask("POST", f"reports/{report_id}/unassign")[0] == 200
    assert other.ask("POST", f"reports/{report_id}/resolve")[1]["action_taken"] is True
    assert str(report_id) in {one["id"] for one in agent.ask("GET", "reports?resolved=true")[1]}
    assert agent.ask("POST", f"reports/{report_id}/resolve")[0] == 422
    assert agent.ask("POST", f"reports/{report_id}/reopen")[1]["action_taken"] is False
    assert agent.ask("PUT", f"reports/{report_id}", data={"category": "spam"})[0] == 422
    assert agent.act("anna", "none", report_id=str(report_id)) == (200, {})
    assert agent.ask("POST", f"reports/{report_id}/undo")[0] == 404
    assert agent.ask("POST", "reports/7/resolve")[0] == 404


@pytest.mark.promise(10)
def test_nobody_holds_closes_or_opens_again_a_case_about_an_account_that_theirs_follows(house: Everybody) -> None:
    town = house.town
    order = town.change("administrator", "person.offer", town.person_id("agent"), own="@anna").order
    assert town.approve("manager north", order.id).order.state is State.EXECUTED
    with town.db.transaction() as tx:
        follow(tx, neighbours(), actor=Actor.member(town.accounts["anna"]), now=town.now, handle="mayor")
        filed = make_report(tx, town.now, town.accounts["mayor"])
    agent, other = Moderator(house, "agent"), Moderator(house, "reviewer 1")
    verbs = {"assign_to_self": False, "resolve": True, "reopen": False}
    for verb, closed in verbs.items():
        with town.db.reading() as tx:
            before = reports.case(tx, filed.case_id)
        status, said = agent.ask("POST", f"reports/{filed.report_id}/{verb}")
        assert status == 400
        assert said["error"] == "This case is about an account that you follow: somebody else decides it."
        with town.db.reading() as tx:
            assert reports.case(tx, filed.case_id) == before
            assert reports.holder(tx, filed.case_id, town.now) is None
        status, said = other.ask("POST", f"reports/{filed.report_id}/{verb}")
        assert (status, said["action_taken"]) == (200, closed)
        other.ask("POST", f"reports/{filed.report_id}/unassign")


def test_somebody_who_is_both_chooses_their_own_program_at_the_desk(house: Everybody) -> None:
    town = house.town
    _reported(house)
    agent = Moderator(house, "agent", chosen=False)
    cookies = house.sign_in(Who.AGENT)
    assert "network" in house.ask(Who.AGENT, "GET", "/desk/me/clients").text
    with town.db.transaction() as tx:
        cookies[SESSION_COOKIE] = network.sign_in(tx, actor=Actor.member(town.accounts["anna"]), now=town.now)
        token_id = max(int(row["id"]) for row in tx.all(select(net_token.c.id)))
    assert "toot" in house.ask(Who.AGENT, "GET", "/desk/me/clients").text
    assert house.ask(Who.AGENT, "POST", "/desk/me/clients/7/choose", data={}).status_code == 404
    chosen = house.ask(Who.AGENT, "POST", f"/desk/me/clients/{token_id}/choose", data={})
    assert chosen.status_code == 303, chosen.text
    cookies.update(chosen.cookies)
    assert agent.ask("GET", "accounts")[0] == 200
    assert house.ask(Who.AGENT, "POST", f"/desk/me/clients/{token_id}/end", data={}).status_code == 303
    assert agent.ask("GET", "accounts")[0] == 403
