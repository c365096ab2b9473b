"""The end of a shift: what is held goes back, what is not over has somebody who looks after it, and rights stay."""

import pytest
from sqlalchemy import select

from gardefou.clock import HOUR
from gardefou.guard.verdict import Refused
from gardefou.orders.lifecycle import State
from gardefou.orders.look_after import caretaker_of, look_after
from gardefou.orders.tables import caretaker
from gardefou.reports import leases
from gardefou.reports.tables import lease
from tests.factories.reports import make_case, make_report
from tests.factories.town import Town
from tests.integration.desk.conftest import Visit


def test_every_case_one_holds_is_given_back_at_one_press_and_no_other(town: Town, visit: Visit) -> None:
    with town.db.transaction() as tx:
        mine = [make_case(tx, town.now) for _ in range(3)]
        other = make_report(tx, town.now, town.accounts["anna"]).case_id
        for case_id in mine:
            leases.take_lease(tx, actor=town.people["agent"], now=town.now, case_id=case_id)
        leases.take_lease(tx, actor=town.people["reviewer 1"], now=town.now, case_id=other)
    agent = visit("agent")
    assert "Give all 3 cases back" in agent.get("/desk/handover").text
    answer = agent.post("/desk/handover/return")
    assert "3 cases were given back." in agent.get(answer.headers["location"]).text
    with town.db.reading() as tx:
        assert [row["case_id"] for row in tx.all(select(lease))] == [other]


@pytest.mark.promise(2)
def test_whoever_looks_after_an_order_has_no_more_part_in_it_than_before(town: Town, visit: Visit) -> None:
    order = town.propose("reviewer 1", "account.hide", "president").order
    visitor = visit("reviewer 1")
    page = visitor.get("/desk/handover").text
    assert f"/desk/orders/{order.id}/look-after" in page
    to = town.people["reviewer 2"].key
    assert visitor.post(f"/desk/orders/{order.id}/look-after", {"person": to, "back": "order"}).status_code == 303
    after = town.read(order.id)
    assert (after.proposer, after.version, after.verdict) == (order.proposer, order.version, order.verdict)
    name = "Reviewer 2"
    colleague = visit("reviewer 2")
    assert "You look after it." in colleague.get(f"/desk/orders/{order.id}").text
    assert f"/desk/orders/{order.id}" in colleague.get("/desk/orders?view=mine").text
    assert f"/desk/orders/{order.id}" in visitor.get("/desk/orders?view=mine").text
    assert name
    # The proposer is the proposer still: they cannot approve; the caretaker can, as before.
    assert isinstance(town.approve("reviewer 1", order.id).verdict, Refused)
    town.tell_everyone(order.id)
    assert not isinstance(town.approve("reviewer 2", order.id).verdict, Refused)


def test_only_who_looks_after_it_or_a_duty_manager_hands_an_order_on_and_anybody_takes_it(
    town: Town, visit: Visit
) -> None:
    order = town.propose("reviewer 1", "account.hide", "president").order
    path, agent = f"/desk/orders/{order.id}/look-after", visit("agent")
    refused = agent.post(path, {"person": town.people["reviewer 2"].key})
    assert refused.status_code == 400
    assert "you can take it on yourself" in refused.text
    assert agent.post(path).status_code == 303
    manager = visit("manager north")
    assert manager.post(path, {"person": town.people["reviewer 2"].key}).status_code == 303
    assert manager.post(path, {"person": town.people["auditor"].key}).status_code == 400
    assert manager.post(path, {"person": "seven"}).status_code == 400
    with town.db.reading() as tx:
        assert caretaker_of(tx, town.read(order.id)) == town.person_id("reviewer 2")


def test_an_order_that_is_over_is_looked_after_by_nobody_and_going_back_to_the_proposer_leaves_no_row(
    town: Town,
) -> None:
    order = town.propose("reviewer 1", "account.hide", "president").order
    with town.db.transaction() as tx:
        for who in ("reviewer 2", "reviewer 1"):
            look_after(
                tx,
                actor=town.people["manager north"],
                now=town.now,
                order_id=order.id,
                person_id=town.person_id(who),
            )
        assert tx.all(select(caretaker)) == []
    town.clock.advance(24 * HOUR)
    assert town.drive(order.id).state is State.VOID


def test_the_head_leads_to_handing_over_when_the_shift_is_about_to_end(town: Town, visit: Visit) -> None:
    agent = visit("agent")
    link = '<a class="button" href="/desk/handover">'
    assert link not in agent.get("/desk").text
