"""The pages of people: what is to come, whose record is read by whom, and no figures per person unless turned on."""

from pathlib import Path

import pytest
from litestar.testing import TestClient

from gardefou.app.house import house_on
from gardefou.app.settings import Settings
from gardefou.app.shown_settings import shown
from gardefou.app.web import create_app
from gardefou.clock import DAY, HOUR, MINUTE, to_iso
from gardefou.desk.session import COOKIE
from gardefou.desk.time_line import bonds_by_person, time_line
from gardefou.events.actor import SETUP
from gardefou.orders.lifecycle import State
from gardefou.staff.give_notice import give_notice
from gardefou.staff.sessions import make_link, sign_in
from tests.factories.town import Town, add_person
from tests.integration.desk.conftest import Visit


@pytest.fixture
def auditors(town: Town) -> Town:
    """The town with two auditors more."""
    with town.db.transaction() as tx:
        for name in ("auditor 2", "auditor 3"):
            town.people[name] = add_person(tx, town.now, name, "auditor", "North")
    return town


def test_the_page_says_who_is_on_shift_and_whose_access_ends_soon(town: Town, visit: Visit) -> None:
    with town.db.transaction() as tx:
        leaves = town.now + 13 * DAY
        who = town.person_id("reviewer 1")
        give_notice(tx, actor=SETUP, now=town.now, person_id=who, given_at=town.now - DAY, ends=leaves)
    page = visit("manager north").get("/desk/people").text
    ending = page.split('id="ending-title"')[1].split("</section>")[0]
    assert "contractor" in ending
    assert "reviewer 1" in ending
    assert ending.count("notice given") == 1
    on_shift = page.split('id="now-title"')[1].split("</section>")[0]
    assert on_shift.count("<li>") == 9
    assert "Nights next week nobody could approve" in page
    assert page.count('class="time-line"') == 9


def test_the_time_line_shows_what_was_is_and_when_it_ends(town: Town) -> None:
    with town.db.reading() as tx:
        bonds = bonds_by_person(tx, [town.person_id("contractor"), town.person_id("agent")])
    line = time_line(town.now)
    (ends,), (endless,) = (line.bars(bonds[town.person_id(name)]) for name in ("contractor", "agent"))
    assert (ends.x, ends.over, endless.x, endless.width, endless.last_x) == (0, False, 0, 100, None)
    assert ends.last_x is not None
    assert ends.last_x < 50 < ends.x + ends.width < 50.2
    (over,) = time_line(town.now + DAY).bars(bonds[town.person_id("contractor")])
    assert (over.over, over.last_x) == (True, None)
    assert time_line(town.now + 400 * DAY).bars(bonds[town.person_id("contractor")]) == ()
    assert [name for _x, name in line.months][:3] == ["Jun", "Jul", "Aug"]


@pytest.mark.promise(9)
def test_a_record_is_read_by_the_two_who_signed_for_a_day_and_by_nobody_else(auditors: Town, visit: Visit) -> None:
    town = auditors
    town.propose("contractor", "account.hide", "president")
    who = town.person_id("contractor")
    page = f"/desk/people/{who}/record"
    for name in ("auditor", "auditor 2", "administrator", "manager north", "contractor"):
        assert visit(name).get(page).status_code == 403
    form = {"kind": "person.search", "subject_id": str(who)}
    first = visit("auditor")
    assert "why: missing" in first.post("/desk/changes", form | {"why": " "}).text
    order_id = int(
        first.post("/desk/changes", form | {"why": "The evening of 2 November"}).headers["location"].rsplit("/")[-1]
    )
    assert first.get(page).status_code == 403, "one is not enough"
    assert town.approve("manager north", order_id).order.state is State.WAITING
    assert town.approve("auditor 2", order_id).order.state is State.EXECUTED
    for name in ("auditor", "auditor 2"):
        read = visit(name).get(page)
        assert read.status_code == 200
        assert "Tried, and was refused" in read.text
        assert "The evening of 2 November" in read.text
        assert f'href="/desk/orders/{order_id}"' in read.text
    for name in ("auditor 3", "administrator", "manager north", "contractor"):
        assert visit(name).get(page).status_code == 403
    assert visit("auditor").get(f"/desk/people/{town.person_id('agent')}/record").status_code == 403
    assert "Read the record of contractor" in visit("agent").get(f"/desk/orders/{order_id}").text
    assert "read one person’s record" in visit("agent").get("/desk/ledger").text
    town.clock.advance(DAY - MINUTE)
    assert visit("auditor").get(page).status_code == 200
    town.clock.advance(MINUTE)
    assert visit("auditor").get(page).status_code == 403


def test_only_auditors_are_offered_a_record(town: Town, visit: Visit) -> None:
    path = f"/desk/people/{town.person_id('agent')}"
    assert "Read one person’s record" in visit("auditor").get(path).text
    assert "Read one person’s record" not in visit("administrator").get(path).text
    refused = town.change("administrator", "person.search", town.person_id("agent"), why="curious").order
    assert refused.state is State.REFUSED


@pytest.mark.parametrize("turned_on", [False, True])
def test_figures_per_person_are_shown_only_where_turned_on(town: Town, tmp_path: Path, turned_on: bool) -> None:  # noqa: FBT001  # a parameter
    town.propose("reviewer 1", "account.hide", "president")
    settings = Settings(data=str(tmp_path), per_person_figures=turned_on)
    assert shown(settings)["per_person_figures"] == str(turned_on)
    assert Settings().per_person_figures is False
    with town.db.transaction() as tx:
        link = make_link(tx, actor=SETUP, now=town.now, person_id=town.person_id("manager north"))
        token = sign_in(tx, now=town.now, token=link)
    with TestClient(create_app(house_on(town.db, settings, clock=town.clock)), base_url="http://127.0.0.1") as client:
        client.cookies.set(COOKIE, token)
        page = client.get(f"/desk/people/{town.person_id('reviewer 1')}").text
    assert ("Within 30 days" in page) is turned_on
    assert ('<tr><th scope="row">Proposed</th><td class="num">1</td></tr>' in page) is turned_on


def test_notice_is_recorded_by_form_and_said_on_the_page(town: Town, visit: Visit) -> None:
    who, admin = town.person_id("agent"), visit("administrator")
    form = {"kind": "person.notice", "subject_id": str(who)}
    wrong = admin.post("/desk/changes", form | {"ends": "2001-01-01T00:00"})
    assert "The last day lies before the first" in wrong.text
    ends = to_iso(town.now + 20 * DAY + HOUR).removesuffix(":00Z")
    order_id = int(admin.post("/desk/changes", form | {"ends": ends}).headers["location"].rsplit("/")[-1])
    town.approve("manager north", order_id)
    assert "notice given 2 November 2017" in admin.get(f"/desk/people/{who}").text
