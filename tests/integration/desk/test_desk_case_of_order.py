"""Which case an order decides: the subject's own, named or not, and never past the colleague who holds it."""

import pytest
from sqlalchemy import func, select

from gardefou.orders.tables import orders
from gardefou.reports import queries as reports
from tests.factories.town import Town
from tests.integration.desk.conftest import Visit
from tests.integration.desk.test_desk_decisions import report

#: Every page is asked for on PostgreSQL too, with its own queries, by the table of routes; what differs between the
#: databases is below the pages, and is tested there on both.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def written(town: Town) -> int:
    with town.db.reading() as tx:
        return int(tx.scalar(select(func.count()).select_from(orders)))


@pytest.mark.parametrize("evidence", [{}, {"whole": ""}, {"whole": "", "posts": []}, {"posts": [""]}])
@pytest.mark.parametrize("kind", ["account.hide", "post.hide"])
def test_an_order_naming_another_accounts_case_is_refused_and_nothing_is_written(
    town: Town, visit: Visit, kind: str, evidence: dict[str, object]
) -> None:
    case_id = report(town, "president")
    subject = town.accounts["anna"] if kind == "account.hide" else town.posts["anna"][0]
    asked = {"kind": kind, "reason": "spam", "subject_id": str(subject), "case_id": str(case_id), "version": "1"}
    answer = visit("reviewer 1", accept="application/json").post("/desk/orders", json=asked | evidence)
    assert (answer.status_code, answer.json()["code"]) == (400, "form")
    assert f"Case {case_id} is about another account" in answer.json()["detail"]
    assert (written(town), town.standing("anna")) == (0, "active")
    with town.db.reading() as tx:
        assert reports.case(tx, case_id).open


@pytest.mark.parametrize("kind", ["account.limit", "post.hide"])
def test_leaving_the_case_out_does_not_lead_past_whoever_holds_it(town: Town, visit: Visit, kind: str) -> None:
    case_id = report(town, "anna")
    visit("agent").get(f"/desk/cases/{case_id}")
    subject = town.accounts["anna"] if kind == "account.limit" else town.posts["anna"][0]
    asked = {"kind": kind, "reason": "spam", "subject_id": str(subject)}
    answer = visit("reviewer 1", accept="application/json").post("/desk/orders", json=asked)
    assert (answer.status_code, answer.json()["code"]) == (409, "held_by_another")
    assert answer.json()["detail"] == "agent holds this case."
    assert (written(town), town.standing("anna")) == (0, "active")


def test_an_order_without_a_case_decides_the_open_one_of_its_account(town: Town, visit: Visit) -> None:
    case_id = report(town, "anna")
    asked = {"kind": "account.limit", "reason": "spam", "subject_id": str(town.accounts["anna"])}
    done = visit("agent", accept="application/json").post("/desk/orders", json=asked)
    assert done.status_code == 200
    assert town.read(int(done.json()["order"])).case_id == case_id
    with town.db.reading() as tx:
        assert reports.case(tx, case_id).outcome == "upheld"


def test_bringing_an_account_back_waits_for_nobody_who_holds_its_case(town: Town, visit: Visit) -> None:
    asked = {"kind": "account.limit", "reason": "spam", "subject_id": str(town.accounts["anna"])}
    assert visit("agent", accept="application/json").post("/desk/orders", json=asked).status_code == 200
    visit("agent").get(f"/desk/cases/{report(town, 'anna')}")
    back = {"kind": "account.restore", "subject_id": str(town.accounts["anna"])}
    restored = visit("reviewer 1", accept="application/json").post("/desk/orders", json=back)
    assert restored.status_code == 200
    assert town.standing("anna") == "active"
