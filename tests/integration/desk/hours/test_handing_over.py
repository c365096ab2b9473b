"""The end of a shift: what is held goes back, what is not over has somebody who looks after it, and rights stay."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from gardefou.clock import MINUTE
from gardefou.desk.frame import LEAVES_SOON, frame
from gardefou.guard.verdict import Refused
from gardefou.orders.look_after import caretaker_of, look_after
from gardefou.orders.order import Order
from gardefou.orders.tables import caretaker
from gardefou.orders.withdraw import withdraw
from gardefou.reports import leases
from gardefou.reports.tables import lease
from gardefou.staff.sessions import make_link, person_of, sign_in
from tests.factories.reports import make_case
from tests.factories.town import Town
from tests.integration.desk.conftest import Visit


@pytest.fixture
def order(town: Town) -> Iterator[Order]:
    """An order on a protected account, which reviewer 1 proposed and which waits."""
    made = town.propose("reviewer 1", "account.hide", "president").order
    yield made
    if town.read(made.id).open:
        with town.db.transaction() as tx:
            withdraw(tx, town.ports, actor=town.people["reviewer 1"], now=town.now, order_id=made.id)


def test_every_case_one_holds_is_given_back_at_one_press_and_no_other(town: Town, visit: Visit) -> None:
    with town.db.transaction() as tx:
        mine, other = [make_case(tx, town.now) for _ in range(3)], make_case(tx, town.now)
        for case_id in mine:
            leases.take_lease(tx, actor=town.people["reviewer south"], now=town.now, case_id=case_id)
        leases.take_lease(tx, actor=town.people["reviewer 1"], now=town.now, case_id=other)
    leaving = visit("reviewer south")
    page = leaving.get("/desk/handover").text
    assert "Give the 3 cases back" in page
    # Their shift lasts longer than a day: a time of day alone would name the wrong one.
    assert re.search(r"Your shift ends on \w{3} \d+ \w{3}, \d\d:\d\d\.", page)
    assert '<a href="/desk" aria-current="page">' in page
    assert re.search(r"yours for \d+ min( \d+ s)? more", page)
    answer = leaving.post("/desk/handover/return")
    assert "3 cases were given back." in leaving.get(answer.headers["location"]).text
    with town.db.reading() as tx:
        held = {row["case_id"] for row in tx.all(select(lease))}
    assert held & {*mine, other} == {other}


@pytest.mark.promise(2)
def test_whoever_looks_after_an_order_has_no_more_part_in_it_than_before(
    town: Town, visit: Visit, order: Order
) -> None:
    leaving, path = visit("reviewer 1"), f"/desk/orders/{order.id}"
    handing_over = leaving.get("/desk/handover").text
    assert f'action="{path}/look-after"' in handing_over
    assert ", then it is void)" in handing_over
    to = town.people["reviewer 2"].key
    assert leaving.post(f"{path}/look-after", {"person": to, "back": "handover"}).status_code == 303
    assert town.read(order.id) == order
    stays = visit("reviewer 2")
    assert "You look after it." in stays.get(path).text
    for browser in (stays, leaving):
        assert path in browser.get("/desk/orders?view=mine").text
    assert path not in visit("agent").get("/desk/orders?view=mine").text
    # The proposer is the proposer still, and signs nothing; who looks after it signs as they could before.
    assert isinstance(town.approve("reviewer 1", order.id).verdict, Refused)
    town.tell_everyone(order.id)
    assert not isinstance(town.approve("reviewer 2", order.id).verdict, Refused)


def test_only_who_looks_after_it_or_a_duty_manager_hands_an_order_on_and_anybody_takes_it(
    town: Town, visit: Visit, order: Order
) -> None:
    path, agent = f"/desk/orders/{order.id}/look-after", visit("agent")
    to = {"person": town.people["reviewer 2"].key}
    refused = agent.post(path, to)
    assert (refused.status_code, "you can take it on yourself" in refused.text) == (400, True)
    assert agent.post(path).status_code == 303
    manager = visit("manager north")
    assert manager.post(path, to).status_code == 303
    for wrong in ({"person": town.people["auditor"].key}, {"person": "seven"}, {"back": "nowhere"}):
        assert manager.post(path, wrong).status_code == 400
    with town.db.reading() as tx:
        assert caretaker_of(tx, order) == town.person_id("reviewer 2")


def test_going_back_to_the_proposer_leaves_no_row_and_what_is_over_is_looked_after_by_nobody(
    town: Town, visit: Visit, order: Order
) -> None:
    with town.db.transaction() as tx:
        asked: dict[str, Any] = {"actor": town.people["manager north"], "now": town.now, "order_id": order.id}
        for who in ("reviewer 2", "reviewer 1"):
            look_after(tx, person_id=town.person_id(who), **asked)
        assert tx.all(select(caretaker).where(caretaker.c.order_id == order.id)) == []
        withdraw(tx, town.ports, actor=town.people["reviewer 1"], now=town.now, order_id=order.id)
    over = visit("reviewer 1").post(f"/desk/orders/{order.id}/look-after", {"person": town.people["agent"].key})
    assert over.status_code == 409


def test_the_head_leads_to_handing_over_when_a_shift_is_about_to_end_and_not_before(town: Town) -> None:
    person = town.people["agent"]
    with town.db.transaction() as tx:
        link = make_link(tx, actor=person, now=town.now, person_id=int(person.key))
        me = person_of(tx, sign_in(tx, now=town.now, token=link), town.now)
        assert me is not None
        for left, leads in ((LEAVES_SOON, True), (LEAVES_SOON + MINUTE, False)):
            context = frame(tx, replace(me, on_shift_until=town.now + left), town.now)
            assert context["leaves_soon"] is leads
        assert frame(tx, replace(me, on_shift_until=None), town.now)["leaves_soon"] is False
