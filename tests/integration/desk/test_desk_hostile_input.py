"""What no page of ours would send: it is refused in words or read without what cannot be kept, and nothing breaks."""

import re
from typing import Any

import pytest
from sqlalchemy import select

from gardefou.orders.tables import vote
from gardefou.reports import queries as reports
from tests.factories.town import Town
from tests.integration.desk.conftest import Visit, version_in
from tests.integration.desk.test_desk_decisions import report

TOO_BIG = str(1 << 63)
NESTED = b"[" * 20_000

GET = (
    "/desk/cases/{}",
    "/desk/cases/{}/head",
    "/desk/orders/{}",
    "/desk/orders/{}/live",
    "/desk/alert/{}",
    "/desk/alert/{}/live",
    "/desk/refused/{}",
    "/desk/people/{}",
    "/desk/incidents/{}",
    "/incidents/{}",
    "/desk/orders?before={}",
    "/desk/incidents?before={}",
    "/desk/ledger?before={}",
    "/?before={}",
)
POST = (
    "/desk/cases/{}/return",
    "/desk/cases/{}/hand",
    "/desk/cases/{}/close",
    "/desk/cases/{}/reopen",
    "/desk/orders/{}/approve",
    "/desk/orders/{}/veto",
    "/desk/orders/{}/withdraw",
    "/desk/orders/{}/restore",
    "/desk/incidents/{}/statements",
    "/desk/incidents/{}/stand-down",
    "/desk/incidents/1/statements/{}/publish",
)


@pytest.mark.parametrize("number", [TOO_BIG, "9" * 400, "-5"])
def test_a_number_that_is_no_id_is_at_no_address(town: Town, visit: Visit, number: str) -> None:
    browser = visit("reviewer 1")
    found = {path: browser.get(path.format(number)).status_code for path in GET}
    found |= {path: browser.post(path.format(number), {"version": "1", "claims": "x"}).status_code for path in POST}
    assert {path: status for path, status in found.items() if status != 404} == {}


@pytest.mark.parametrize("path", ["/static/%00", "/static/" + "a" * 400, "/desk/who/a%00b", "/@a%00b"])
def test_an_address_that_no_file_or_handle_can_have_is_no_page(visit: Visit, path: str) -> None:
    assert visit("agent").get(path).status_code == 404


@pytest.mark.promise(20)
@pytest.mark.parametrize("act", ["hand", "close", "reopen"])
@pytest.mark.parametrize("version", ["abc", "", "1e5", "9" * 20, TOO_BIG, "١"])
def test_a_version_that_is_no_number_is_refused_in_words(town: Town, visit: Visit, act: str, version: str) -> None:
    case_id = report(town, "anna")
    answer = visit("agent").post(f"/desk/cases/{case_id}/{act}", {"version": version})
    assert answer.status_code == 400
    assert "“version” must be a number" in answer.text or (not version and "“version” is missing." in answer.text)
    asked = {"kind": "account.hide", "reason": "spam", "case_id": str(case_id), "version": version or "x"}
    assert visit("agent", accept="application/json").post("/desk/orders", json=asked).status_code == 400
    assert town.standing("anna") == "active"


@pytest.mark.promise(20)
@pytest.mark.parametrize("field", ["subject_id", "post_id", "case_id", "posts"])
@pytest.mark.parametrize("number", [TOO_BIG, "9" * 19, "9" * 30])
def test_an_id_beyond_64_bits_is_named(town: Town, visit: Visit, field: str, number: str) -> None:
    subject = {} if field == "post_id" else {"subject_id": str(town.accounts["anna"])}
    asked = {"kind": "post.hide" if field == "post_id" else "account.hide", "reason": "spam"} | subject
    answer = visit("agent", accept="application/json").post("/desk/orders", json=asked | {field: number})
    assert (answer.status_code, answer.json()["code"]) == (400, "form")
    assert number[:19] in answer.json()["detail"]


@pytest.mark.promise(20)
@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b"\xff\xfe",
        b'{"kind":"\\ud800"}',
        b'{"kind":"account.hide","subject_id":1e400}',
        b'{"kind":' + b"1" * 5000 + b"}",
        NESTED,
        b'{"kind":' + NESTED,
    ],
)
@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_a_body_that_cannot_be_read_is_refused_in_words(town: Town, visit: Visit, body: bytes, accept: str) -> None:
    order = town.propose("reviewer 1", "account.hide", "president").order
    browser = visit("agent", accept=accept)
    more: dict[str, Any] = {"content": body, "json": None, "headers": {"content-type": "application/json"}}
    for path in ("/desk/orders", f"/desk/cases/{report(town, 'anna')}/close"):
        assert browser.post(path, **more).status_code == 400
    # A veto asks for no field: what is an object after all stops the order.
    assert browser.post(f"/desk/orders/{order.id}/veto", **more).status_code < 500
    assert town.standing("anna") == "active"


def test_what_no_database_keeps_is_left_out_of_texts(town: Town, visit: Visit) -> None:
    order = town.propose("reviewer 1", "account.hide", "president").order
    program = visit("agent", accept="application/json")
    assert program.post(f"/desk/orders/{order.id}/veto", json={"why": "x\0y"}).status_code == 200
    asked = {"kind": "account.limit", "reason": "spam", "subject_id": str(town.accounts["anna"]), "comment": "a\0b"}
    done = program.post("/desk/orders", json=asked)
    assert done.status_code == 200
    assert town.read(int(done.json()["order"])).comment == "ab"
    with town.db.reading() as tx:
        assert tx.scalar(select(vote.c.why).where(vote.c.order_id == order.id)) == "xy"
    for path in ("/desk/search?q=%00ann", "/search?q=%00ann", "/desk?only=%00&language=%00"):
        assert visit("agent").get(path).status_code == 200
    assert "anna" in visit("agent").get("/desk/search?q=%00ann").text


def test_another_sites_link_shows_a_case_and_takes_no_hold_of_it(town: Town, visit: Visit) -> None:
    case_id, browser = report(town, "anna"), visit("reviewer 1")
    came = browser.get(f"/desk/cases/{case_id}", headers={"sec-fetch-site": "cross-site"})
    assert came.status_code == 200
    assert version_in(came.text) == "1"
    with town.db.reading() as tx:
        assert reports.holder(tx, case_id, town.now) is None
    for source in ("same-origin", "same-site", "none"):
        fresh = report(town, "mayor", by=source) if source == "none" else case_id
        browser.get(f"/desk/cases/{fresh}", headers={"sec-fetch-site": source})
        with town.db.reading() as tx:
            assert reports.holder(tx, fresh, town.now) is not None
        browser.post(f"/desk/cases/{fresh}/return")


def test_what_strangers_write_is_set_apart_from_the_line_around_it(town: Town, visit: Visit) -> None:
    case_id = report(town, "anna", comment="\u202eegassem \u2066of\u2069 hers")
    page = visit("agent").get(f"/desk/cases/{case_id}").text
    for text in ("Anna", "@anna", "egassem of hers", "Post 0"):
        assert re.search(f"<bdi[^>]*>{text}</bdi>", page), text
    found = visit("agent").get("/desk/search?q=anna").text
    assert re.search("<bdi[^>]*>Anna</bdi>", found)
