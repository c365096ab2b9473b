"""The page of the rota: looked at first, proposed whole, a week signed in one click, each order by its own digest."""

import re
import time
from pathlib import Path

import pytest

from gardefou.app.settings import Settings
from gardefou.app.shown_settings import guarded
from gardefou.clock import DAY, HOUR, from_iso
from gardefou.events.actor import SETUP
from gardefou.orders.kinds import Kind
from gardefou.orders.queries import open_orders
from gardefou.safeguards.found import found
from gardefou.staff.on_rota import shifts_of
from tests.factories.town import Town
from tests.integration.desk.conftest import Visit

MONDAY = from_iso("2017-12-04T00:00:00Z")
WEEK = "person,starts,ends\n" + "".join(
    f"{name},2017-12-{day:02}T08:00,2017-12-{day:02}T16:00\n" for day in (4, 5) for name in ("agent", "reviewer 1")
)


@pytest.fixture
def founded(town: Town) -> Town:
    """The town, its safeguards changing by orders alone."""
    with town.db.transaction() as tx:
        found(tx, actor=SETUP, now=town.now, settings=guarded(Settings()))
    return town


def ahead(town: Town, name: str) -> list[tuple[int, int]]:
    with town.db.reading() as tx:
        return [span for span in shifts_of(tx, town.person_id(name), town.now) if span[0] >= MONDAY]


def waiting(town: Town) -> int:
    with town.db.reading() as tx:
        return len(open_orders(tx, kind=Kind.ROTA_ENTER))


@pytest.mark.promise(11)
def test_a_file_is_looked_at_proposed_and_signed_in_one_click(founded: Town, visit: Visit) -> None:
    manager = visit("manager north")
    file = {"file": ("week.csv", WEEK.encode(), "text/csv")}
    looked = manager.post("/desk/rota", {"zone": "Europe/Paris", "act": "look"}, files=file)
    assert "It would add 4 shifts" in looked.text
    assert "Mon 4 Dec 2017, 08:00 to 16:00 (Europe/Paris, UTC+1)" in looked.text
    assert waiting(founded) == 0
    text = looked.text.split('aria-hidden="true">\n')[1].split("</textarea>")[0]
    sent = {"act": "enter", "name": "week.csv", "zone": "Europe/Paris", "text": text}
    assert "2 orders wait for a signature" in manager.post("/desk/rota", sent).text
    assert "for somebody else to sign" in manager.get("/desk/rota?week=2017-12-04").text
    other = visit("manager south")
    page = other.get("/desk/rota?week=2017-12-04&zone=Europe/Paris").text
    chosen = re.findall(r'name="sign" value="([^"]+)" checked', page)
    assert len(chosen) == 2
    wrong = other.post("/desk/rota/sign", {"sign": [chosen[0].partition(":")[0] + ":" + "0" * 64]})
    assert "not this order as it stands" in wrong.text
    signed = other.post("/desk/rota/sign", {"sign": chosen, "zone": "Europe/Paris", "week": "2017-12-04"})
    assert "2 parts are in force." in signed.text
    assert ahead(founded, "agent") == [(MONDAY + d * DAY + 7 * HOUR, MONDAY + d * DAY + 15 * HOUR) for d in (0, 1)]
    assert page.count("rota-waits") > 0
    assert "rota-waits" not in signed.text.split('id="week-title"')[1]


@pytest.mark.promise(20)
def test_a_shift_by_form_in_a_zone_and_what_is_wrong_in_words(town: Town, visit: Visit) -> None:
    admin = visit("administrator")
    shift = {"person": str(town.person_id("agent")), "zone": "America/New_York", "act": "enter"}
    for starts, ends, words in (
        ("2017-12-04T16:00", "2017-12-04T08:00", "ends before it begins"),
        ("2017-12-04T16:00,x", "2017-12-04T18:00", "a beginning and an end"),
        ("", "2017-12-04T18:00", "is not a date and time"),
    ):
        answer = admin.post("/desk/rota", shift | {"starts": starts, "ends": ends})
        assert words in answer.text
    assert "is no time zone" in admin.post("/desk/rota", shift | {"zone": "Nowhere", "starts": "x", "ends": "y"}).text
    assert "Choose a file, or a person." in admin.post("/desk/rota", {"act": "look"}).text
    assert ahead(town, "agent") == []
    done = admin.post("/desk/rota", shift | {"starts": "2017-12-04T08:00", "ends": "2017-12-04T16:00"})
    assert "1 shift was added." in done.text
    assert ahead(town, "agent") == [(MONDAY + 13 * HOUR, MONDAY + 21 * HOUR)]


def test_whoever_may_not_sees_the_week_and_no_form(town: Town, visit: Visit) -> None:
    page = visit("agent", language="fr").get("/desk/rota?week=2017-11-01&zone=Europe/Paris")
    assert page.status_code == 200
    assert page.text.count("rota-line") >= 9
    assert 'name="file"' not in page.text
    assert visit("agent").get("/desk/rota?week=9999-12-31&zone=../etc").status_code == 400


@pytest.mark.parametrize("week", ["0001-01-01", "9999-12-31", "9998-12-31", "1970-01-01", "99999-01-01", "x"])
def test_a_week_before_or_after_all_others_is_this_one(visit: Visit, week: str) -> None:
    assert visit("agent").get(f"/desk/rota?week={week}&zone=Pacific/Kiritimati").status_code == 200


@pytest.mark.parametrize("act", ["look", "enter"])
def test_whoever_may_not_propose_a_rota_has_no_file_read(founded: Town, visit: Visit, act: str) -> None:
    sent = {"act": act, "name": "week.csv", "zone": "UTC", "text": WEEK}
    for name in ("agent", "auditor", "reviewer 1"):
        answer = visit(name).post("/desk/rota", sent)
        assert answer.status_code == 403
        assert "Nothing was done." in answer.text
        assert "It would add" not in answer.text
    assert waiting(founded) == 0


def test_a_file_that_would_be_followed_for_ever_is_answered_at_once(founded: Town, visit: Visit) -> None:
    event = "BEGIN:VEVENT\r\nSUMMARY:agent\r\nDTSTART:20171103T000000Z\r\nDURATION:PT1H\r\n"
    event += "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30\r\nEND:VEVENT\r\n"
    text = "BEGIN:VCALENDAR\r\n" + event * 3_000 + "END:VCALENDAR\r\n"
    began = time.process_time()
    answer = visit("administrator").post("/desk/rota", {"act": "look", "name": "r.ics", "zone": "UTC", "text": text})
    assert time.process_time() - began < 10
    assert (answer.status_code, "takes too long to follow" in answer.text) == (400, True)
    # One by itself adds nothing, and is read like any other.
    text = "BEGIN:VCALENDAR\r\n" + event + "END:VCALENDAR\r\n"
    answer = visit("administrator").post("/desk/rota", {"act": "look", "name": "r.ics", "zone": "UTC", "text": text})
    assert answer.status_code == 200


def test_nothing_but_a_rota_is_signed_here(town: Town, visit: Visit, tmp_path: Path) -> None:
    order = town.propose("reviewer 1", "account.hide", "president").order
    answer = visit("reviewer 2").post("/desk/rota/sign", {"sign": [f"{order.id}:{order.digest.hex()}"]})
    assert "is not of a rota" in answer.text
    assert town.read(order.id).verdict.filled == (None, None)
    for number in ("x", "9" * 5000, str(1 << 63), "١"):
        assert visit("reviewer 2").post("/desk/rota/sign", {"sign": [f"{number}:1"]}).status_code == 400
        program = visit("reviewer 2", accept="application/json")
        assert program.post("/desk/rota/sign", json={"sign": [f"{number}:1"]}).status_code == 400


def test_the_preview_says_whom_it_leaves_out_and_whole_dates(founded: Town, visit: Visit) -> None:
    own = WEEK + "manager north,2017-12-04T21:00,2017-12-05T05:00\n"
    file = {"file": ("week.csv", own.encode(), "text/csv")}
    looked = visit("manager north").post("/desk/rota", {"zone": "UTC", "act": "look"}, files=file).text
    assert "It would add 4 shifts" in looked
    assert "your own shifts are for somebody else to propose" in looked
    other = visit("manager south").post("/desk/rota", {"zone": "UTC", "act": "look"}, files=file).text
    assert "Mon 4 Dec 2017, 21:00 to Tue 5 Dec 2017, 05:00 (UTC)" in other
    shift = {"person": str(founded.person_id("agent")), "zone": "UTC", "act": "look", "ends": "2017-12-04T08:00"}
    wrong = visit("manager south").post("/desk/rota", shift | {"starts": "2017-12-04T16:00"}).text
    assert "ends before it begins" in wrong
    assert "line 2" not in wrong
