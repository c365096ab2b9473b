"""Getting in: a link spends itself only by a press, and whoever is out is led to the door."""

import re

from gardefou.desk.session import COOKIE
from gardefou.staff.sessions import make_link, sign_out
from tests.factories.town import Town
from tests.integration.desk.conftest import Visit
from tests.integration.desk.test_desk_decisions import report


def test_opening_a_link_burns_nothing_and_pressing_its_button_signs_in(town: Town, visit: Visit) -> None:
    with town.db.transaction() as tx:
        link = make_link(tx, actor=town.people["agent"], now=town.now, person_id=town.people["agent"].person_id or 0)
    browser = visit()
    for _ in range(3):
        page = browser.get(f"/desk/sign-in/{link}")
        assert page.status_code == 200
    data = {"next": "/desk/orders"}
    entered = browser.post(f"/desk/sign-in/{link}", data=data)
    assert (entered.status_code, entered.headers["location"]) == (303, "/desk/orders")
    assert browser.get("/desk").status_code == 200
    spent = visit().post(f"/desk/sign-in/{link}")
    assert spent.status_code == 403
    assert "has been used or has expired" in spent.text


def test_a_link_leads_nowhere_outside_the_desk(town: Town, visit: Visit) -> None:
    with town.db.transaction() as tx:
        link = make_link(tx, actor=town.people["agent"], now=town.now, person_id=town.people["agent"].person_id or 0)
    browser = visit()
    page = browser.get(f"/desk/sign-in/{link}", params={"next": "https://example.org/"}).text
    # The switches of language and theme lead back to this page as it was asked for, on this site.
    assert all(value.startswith("/desk") for value in re.findall(r'name="next" value="([^"]*)"', page))
    assert "https://example.org" not in page
    data = {"next": "https://example.org/"}
    assert browser.post(f"/desk/sign-in/{link}", data=data).headers["location"] == "/desk"


def test_nobody_reads_the_desk_without_being_signed_in(town: Town, visit: Visit) -> None:
    browser, program = visit(), visit(accept="application/json")
    for path in ("/desk", "/desk/orders", "/desk/rules", "/desk/ledger", "/desk/numbers", "/desk/search"):
        led = browser.get(path)
        assert led.status_code == 303
        assert led.headers["location"].startswith("/desk/sign-in?next=")
        assert program.get(path).status_code == 401


def test_a_forged_form_is_refused(town: Town, visit: Visit) -> None:
    browser = visit("agent")
    assert browser.post("/desk/sign-out", forged=True).status_code == 403
    assert browser.get("/desk").status_code == 200


def test_a_session_that_was_revoked_stays_dead(town: Town, visit: Visit) -> None:
    browser = visit("agent")
    assert browser.get("/desk").status_code == 200
    with town.db.transaction() as tx:
        sign_out(tx, now=town.now, token=browser.cookies[COOKIE])
    assert browser.get("/desk").status_code == 303


def test_signing_out_frees_the_cases_one_holds(town: Town, visit: Visit) -> None:
    case_id = report(town, "anna")
    leaving, staying = visit("contractor"), visit("agent")
    leaving.get(f"/desk/cases/{case_id}")
    assert "holds this case until" in staying.get(f"/desk/cases/{case_id}").text
    assert leaving.post("/desk/sign-out").status_code == 303
    assert "<b>You</b> hold this case" in staying.get(f"/desk/cases/{case_id}").text
    assert leaving.post("/desk/sign-out").status_code == 303
    assert "<b>You</b> hold this case" in staying.get(f"/desk/cases/{case_id}").text
