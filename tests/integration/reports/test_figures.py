"""What is counted of a town whose figures are worked out by hand (tests/factories/counted.py), on both databases."""

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import event as sql_event

from gardefou.clock import DAY, HOUR, MINUTE, SimulatedClock, from_iso
from gardefou.orders.lifecycle import State
from gardefou.reports.categories import Category
from gardefou.reports.errors import FigureError
from gardefou.reports.figures import cells
from gardefou.reports.figures.asked import Last, Question, Span, between, last
from gardefou.reports.figures.cells import Cell, Sum
from gardefou.reports.figures.decided import Took
from gardefou.reports.figures.overview import Figures, by_category, by_locale, overview
from gardefou.storage import Database, open_database
from tests.conftest import fresh_database
from tests.factories.counted import NOW, live_through
from tests.factories.town import EVENING, found_town

NOTHING = Sum()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def lived(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """One town for all of them: they only look."""
    with fresh_database(request, str(request.param), tmp_path_factory.mktemp("counted")) as url:
        db = open_database(url, node=1)
        live_through(found_town(db, SimulatedClock(EVENING)))
        yield db
        db.close()


def counted(db: Database, span: Span, **only: object) -> Figures:
    with db.reading() as tx:
        return overview(tx, Question(span=span, **only), NOW)  # type: ignore[arg-type]  # as the dataclass has them


def over_day(found: list[Cell]) -> dict[str, Sum]:
    """Return the hours in which there was something, by the clock."""
    sums = cells.over(found, 25)
    return {f"{(19 + place) % 24:02}": one for place, one in enumerate(sums) if one != NOTHING}


def test_a_days_figures_are_those_worked_out_by_hand(lived: Database) -> None:
    found = counted(lived, last(Last.DAY, NOW))
    one, three, four = Sum(number=1), Sum(number=3), Sum(number=4)
    assert over_day(found.reports) == {"09": one, "10": one, "11": one, "18": three}
    assert over_day(found.opened) == {"09": one, "10": one, "11": one, "18": one}
    assert over_day(found.closed) == {"12": Sum(number=3, of_these=1)}
    # 19:00 to 08:00 the day before; the hours of 9, 10 and 11 one more each; three fewer from 12; one more from 18.
    assert found.backlog == [2] * 14 + [3, 4, 5] + [2] * 6 + [3, 3]
    assert found.took == {17: Took(number=3, median=150 * MINUTE, ninth=26 * HOUR)}
    assert found.took_in_all == found.took[17]
    assert found.took_by_category == {
        "spam": Took(number=2, median=150 * MINUTE, ninth=26 * HOUR),
        "threats": Took(number=1, median=70 * MINUTE, ninth=70 * MINUTE),
    }
    assert over_day(found.closings) == {"12": Sum(number=3), "13": Sum(number=1, of_these=1)}
    assert over_day(found.orders) == {"15": Sum(number=3, of_these=1)}
    assert cells.whole(found.reports).number == 6
    assert (four.number, cells.whole(found.opened)) == (4, four)


def test_what_is_open_is_told_by_age_and_by_what_is_late(lived: Database) -> None:
    found = counted(lived, last(Last.DAY, NOW))
    ages = cells.by(found.open.cells, cells.place_of)
    # An hour old to the second is no longer under an hour.
    assert ages == {1: Sum(number=1), 2: Sum(number=1), 5: Sum(number=1, of_these=1)}
    assert found.open.oldest == from_iso("2017-11-03T10:00:00Z")


def test_orders_are_told_by_where_they_stand(lived: Database) -> None:
    found = counted(lived, last(Last.DAY, NOW))
    # What was brought back, and what ended by itself, are both reversed; each by an order of its own.
    assert found.states == {State.WAITING: 1, State.EXECUTED: 3, State.REVERSED: 2}


def test_each_category_and_each_language_has_its_own(lived: Database) -> None:
    found = counted(lived, last(Last.DAY, NOW))
    spam, hate, threats = by_category(found)
    assert [line.key for line in (spam, hate, threats)] == ["spam", "hate", "threats"]
    # A report counts by what it says itself, its case by the gravest.
    assert (spam.reports, spam.opened, spam.open) == (3, 2, 2)
    assert (hate.reports, hate.opened, hate.open, hate.took) == (2, 1, 1, None)
    assert (threats.closed, threats.orders) == (Sum(number=1), Sum(number=1, of_these=1))
    assert (spam.closings, spam.orders) == (Sum(number=3, of_these=1), Sum(number=1))
    assert [(line.key, line.reports, line.open) for line in by_locale(found)] == [("en", 3, 2), ("fr", 3, 1)]


def test_one_category_or_language_alone_leaves_the_rest_out(lived: Database) -> None:
    found = counted(lived, last(Last.DAY, NOW), category=Category.SPAM, locale="en")
    assert cells.whole(found.reports).number == 3
    assert found.backlog == [2] * 14 + [3, 4, 4] + [2] * 8
    assert cells.whole(found.orders) == Sum(number=1)  # An order without a case is of no category.
    assert found.states == {State.EXECUTED: 1}
    assert [line.key for line in by_category(found)] == ["spam"]
    french = counted(lived, last(Last.DAY, NOW), locale="fr")
    assert cells.whole(french.closed) == Sum(number=1)
    assert cells.whole(french.closings) == Sum(number=1)


def test_a_week_is_told_by_the_day(lived: Database) -> None:
    span = last(Last.WEEK, NOW)
    assert (span.places, span.step, span.since) == (8, DAY, from_iso("2017-10-30T00:00:00Z"))
    found = counted(lived, span)
    assert [one.number for one in cells.over(found.reports, 8)] == [0, 0, 0, 0, 1, 0, 1, 6]
    assert found.backlog == [0, 0, 0, 0, 1, 1, 2, 3]


def test_days_long_gone_are_told_as_they_were(lived: Database) -> None:
    day = from_iso("2017-11-05T00:00:00Z")
    found = counted(lived, between(day, day, NOW))
    assert found.backlog == [1] * 10 + [2] * 14
    assert found.closed == []
    # What is open is told as it is now, whatever the day.
    assert sum(cell.number for cell in found.open.cells) == 3


def test_nothing_is_counted_of_an_empty_house(db: Database) -> None:
    found = counted(db, last(Last.MONTH, NOW))
    assert (found.reports, found.open.cells, found.open.oldest) == ([], (), None)
    assert (found.took, found.took_in_all, found.states, found.backlog) == ({}, None, {}, [0] * 31)


@pytest.mark.parametrize(
    ("first", "final", "said"),
    [
        ("2017-11-06", "2017-11-05", "before the first"),
        ("2017-11-07", "2017-11-08", "not begun"),
        ("2017-01-01", "2017-11-06", "92 days"),
    ],
)
def test_a_span_that_means_nothing_is_refused_in_one_line(first: str, final: str, said: str) -> None:
    with pytest.raises(FigureError, match=said):
        between(from_iso(first), from_iso(final), NOW)


def test_a_span_ends_with_the_stretch_that_is_under_way(now: int) -> None:
    assert between(now, now + 40 * DAY, now).places == 1
    assert between(now - DAY, now, now).step == HOUR
    assert between(now - 2 * DAY, now, now).step == DAY


def test_no_question_walks_through_every_report_case_or_event(lived: Database) -> None:
    """What a page costs is what lies in its span or is open, however much there ever was."""
    asked: list[tuple[str, object]] = []

    def note(_connection: object, _cursor: object, statement: str, values: object, *_: object) -> None:
        asked.append((statement, values))

    sql_event.listen(lived.engine, "before_cursor_execute", note)
    counted(lived, last(Last.DAY, NOW), category=Category.SPAM)
    counted(lived, last(Last.DAY, NOW))
    sql_event.remove(lived.engine, "before_cursor_execute", note)
    questions = [(text, values) for text, values in asked if text.startswith("SELECT")]
    assert len(questions) > 20
    with lived.reading() as tx:
        postgresql = tx.dialect == "postgresql"
        if postgresql:  # So small a table it would rather read whole.
            tx.connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        for text, values in questions:
            explain = "EXPLAIN " if postgresql else "EXPLAIN QUERY PLAN "
            asking = tx.connection.exec_driver_sql(explain + text, values)  # type: ignore[arg-type]  # as it was asked
            plan = [str(row) for row in asking]
            whole = (
                r"Seq Scan on (report|cases|event|orders)\b"
                if postgresql
                # An index of the open cases alone may be walked through: they are what is asked about.
                else r"SCAN (report|cases|closed|again|orders)\b(?! USING INDEX uq_cases_one_open)"
            )
            assert [line for line in plan if re.search(whole, line)] == [], text
