"""The page of people shows, to whoever answers for the rota, the hours of the coming week nobody could approve."""

import pytest

from gardefou.clock import HOUR, SimulatedClock, to_iso
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
