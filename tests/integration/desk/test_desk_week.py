"""The page of people shows, to whoever answers for the rota, the hours of the coming week nobody could approve."""

import pytest

from gardefou.clock import DAY, HOUR, SimulatedClock, to_iso
from gardefou.desk.week_view import drawn
from gardefou.guard.rules import Place
from gardefou.safeguards.week import SEEN, Gap
from gardefou.storage import Database
from tests.factories.town import Town, found_town
from tests.integration.desk.conftest import Visit

#: What differs between the databases is below the pages, and is tested there on both.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

EMPTY = "Every hour of the next seven days has someone who could approve."


@pytest.fixture
def town(db: Database, clock: SimulatedClock) -> Town:
    """A founded town, whose people are on shift for a month."""
    return found_town(db, clock, founded=True)


@pytest.mark.promise(11)
def test_a_shift_taken_away_opens_a_gap_on_the_page(town: Town, visit: Visit) -> None:
    manager = visit("manager north")
    assert EMPTY in manager.get("/desk/people").text
    began = to_iso(town.now - HOUR)
    order_id = town.change("administrator", "shift.remove", town.person_id("manager south"), starts=began).order.id
    town.approve("manager north", order_id)
    page = manager.get("/desk/people").text
    assert EMPTY not in page
    assert "At any hour of the next seven days" in page
    assert "Missing on shift: a duty manager of another team." in page
    assert 'class="week-gap" x="0.0%"' in page
    french = visit("manager north", language="fr").get("/desk/people").text
    assert "responsable de permanence d’une autre équipe" in french


@pytest.mark.parametrize("who", ["agent", "reviewer 1", "auditor"])
def test_who_does_not_answer_for_the_rota_is_not_shown_it(visit: Visit, who: str) -> None:
    assert "week-title" not in visit(who).get("/desk/people").text


def test_the_week_is_not_walked_for_a_search(visit: Visit) -> None:
    assert "week-title" not in visit("administrator").get("/desk/people?q=agent").text


def test_gaps_stand_where_the_week_has_them_and_never_beyond_its_end(clock: SimulatedClock) -> None:
    now = clock.now()
    missing = (Place(role="reviewer"),)
    edges = ((now, now + 12 * HOUR), (now + 3 * DAY, now + 3 * DAY + 1), (now + 6 * DAY, now + SEEN))
    found = [Gap(rules=("a", "b"), starts=starts, ends=ends, missing=missing) for starts, ends in edges]
    card = drawn(found, now)
    (row,) = card.rows
    assert row.boxes == ((0.0, 7.14), (42.86, 0.4), (85.71, 14.29))
    assert [when for _rules, when, _needs in card.said] == [
        "from now to Fri 3 Nov, 07:00 UTC",
        "from Sun 5 Nov, 19:00 to Sun 5 Nov, 19:00 UTC",
        "from Wed 8 Nov, 19:00 UTC on",
    ]
    assert [name for _x, name in card.days][:2] == ["Fri 3", "Sat 4"]
