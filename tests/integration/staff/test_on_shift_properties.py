"""On shift, whatever the rota, the zone and the instant: held against a second way of finding out.

The second way knows nothing of offsets or folds. It looks at a clock on the wall minute by minute, as a person would
who waits for their shift to begin; where clocks skip what the rota says, it walks back to the last minute the wall
showed and waits as long again.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gardefou.clock import DAY, MINUTE, from_datetime
from gardefou.events.actor import SETUP
from gardefou.staff import queries
from gardefou.staff.add_shift import add_shift
from gardefou.staff.ahead import ahead
from gardefou.staff.remove_shift import remove_shift
from gardefou.staff.rota.reading import read_rota
from gardefou.storage import Database, open_database
from gardefou.storage.migrate import upgrade
from tests.factories.staff import make_person

#: An hour in spring and autumn; half an hour; the other way round in winter; the southern half; none at all.
ZONES = (
    "Europe/Paris",
    "America/New_York",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "America/Santiago",
    "Asia/Kathmandu",
)
YEAR = datetime(2026, 1, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)


def wall(at: datetime, zone: str) -> datetime:
    """Return what a clock on the wall shows at an instant."""
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


@cache
def edges(zone: str) -> tuple[datetime, ...]:
    """Return what the wall shows about when clocks change in that year, and on one plain day."""
    hours = [YEAR + timedelta(hours=number) for number in range(366 * 24)]
    turns = [at for at in hours if wall(at + timedelta(hours=1), zone) - wall(at, zone) != timedelta(hours=1)]
    return tuple(wall(at, zone) for at in turns) or (wall(YEAR + timedelta(days=100), zone),)


@cache
def waited_for(shown: datetime, zone: str) -> datetime:
    """Return when a clock on the wall first shows a time, minute by minute."""
    back = timedelta(0)
    while True:
        at = (shown - back).replace(tzinfo=UTC) - timedelta(hours=15)
        for _ in range(30 * 60):
            if wall(at, zone) == shown - back:
                return at + back
            at += _MINUTE
        back += _MINUTE


Shift = tuple[datetime, datetime]


@st.composite
def rotas(draw: st.DrawFn) -> tuple[str, list[Shift], list[int]]:
    """Draw a zone, shifts about its edges that end after they begin, and which of them are removed again."""
    zone = draw(st.sampled_from(ZONES))
    found = []
    for _ in range(draw(st.integers(1, 4))):
        edge = draw(st.sampled_from(edges(zone))).replace(minute=0)
        starts = edge + timedelta(minutes=15 * draw(st.integers(-60, 12)))
        ends = starts + timedelta(minutes=15 * draw(st.integers(1, 80)))
        if waited_for(ends, zone) > waited_for(starts, zone):
            found.append((starts, ends))
    return zone, found, draw(st.lists(st.integers(0, 3), max_size=1))


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Database, int]]:
    """A database with one person in it; what an example writes does not stay."""
    path: Path = tmp_path_factory.mktemp("calendars") / "gardefou.db"
    db = open_database(f"sqlite:///{path}")
    upgrade(db)
    began = from_datetime(YEAR) - 30 * DAY
    with db.transaction() as tx:
        person_id = make_person(tx, began, name="Reviewer 1", role="reviewer", on_shift=False)
    yield db, person_id
    db.close()


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(rota=rotas(), odd=st.integers(-MINUTE, MINUTE))
def test_on_shift_agrees_with_a_clock_on_the_wall(
    base: tuple[Database, int], rota: tuple[str, list[Shift], list[int]], odd: int
) -> None:
    db, person_id = base
    zone, shifts, taken = rota
    lines = [f"Reviewer 1,{starts.isoformat()},{ends.isoformat()},{zone}" for starts, ends in shifts]
    began = from_datetime(YEAR) - 20 * DAY
    rows = read_rota("r.csv", "\n".join(("person,starts,ends,zone", *lines)).encode(), zone="", now=began)
    waited = [(from_datetime(waited_for(one, zone)), from_datetime(waited_for(two, zone))) for one, two in shifts]
    assert [(one.starts, one.ends) for one in rows.wanted] == waited
    removed = {waited[place][0] for place in taken if place < len(waited)}
    stays = [span for span in waited if span[0] not in removed]
    with db.reading() as tx:
        for one in rows.wanted:
            add_shift(tx, actor=SETUP, now=began, person_id=person_id, starts=one.starts, ends=one.ends)
        for starts in removed:
            remove_shift(tx, actor=SETUP, now=began, person_id=person_id, starts=starts)
        for at in {edge + step for span in waited for edge in span for step in (-1, 0, 1, odd)}:
            naive = any(starts <= at < ends for starts, ends in stays)
            facts = queries.person_facts(tx, person_id, at)
            assert facts is not None
            assert facts.on_shift is naive
            (there,) = ahead(tx, at, at + DAY)
            assert there.at(at).on_shift is naive
