"""Charts as they are drawn and written: scales from nought, nothing drawn that is not there, no formula in a file."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gardefou.clock import DAY, HOUR, MINUTE, from_iso
from gardefou.desk.charts.chart import Chart, Column, Kind, Shape, Value
from gardefou.desk.charts.csv_file import csv_of, harmless
from gardefou.desk.charts.picture import HEIGHT, MOST_LABELS, picture
from gardefou.desk.charts.scale import STEPS, said, ticks

START = from_iso("2017-11-02T00:00:00Z")


def chart(*values: Value, shape: Shape = Shape.BARS, step: int = HOUR, under_way: bool = False) -> Chart:
    """Return a chart of one drawn column."""
    return Chart(
        key="a",
        title="A",
        columns=(
            Column(name="from", title="From", kind=Kind.TIME),
            Column(name="number", title="Number", kind=Kind.COUNT, shape=shape),
        ),
        rows=tuple((START + place * step, value) for place, value in enumerate(values)),
        step=step,
        under_way=under_way,
        empty="Nothing.",
    )


@given(st.integers(min_value=0, max_value=10**15), st.sampled_from([Kind.COUNT, Kind.LENGTH]))
def test_a_scale_begins_at_nought_and_reaches_the_most_in_few_equal_steps(most: int, kind: Kind) -> None:
    lines = ticks(most, kind)
    assert lines[0] == 0
    assert lines[-1] >= most
    assert 2 <= len(lines) <= STEPS + 1
    assert len({later - earlier for earlier, later in pairwise(lines)}) == 1


def test_a_scale_stands_at_round_numbers() -> None:
    assert ticks(7, Kind.COUNT) == [0, 2, 4, 6, 8]
    assert said(ticks(100 * MINUTE, Kind.LENGTH), Kind.LENGTH) == ["0", "30 min", "1 h", "1 h 30 min", "2 h"]
    assert said(ticks(0.3, Kind.SHARE), Kind.SHARE) == ["0", "25%", "50%", "75%", "100%"]


def test_bars_are_as_high_as_their_numbers_and_what_is_not_over_is_hollow() -> None:
    drawn = picture(chart(4, 0, 2, 1, under_way=True))
    assert [(box.height, box.hollow) for box in drawn.boxes] == [
        (HEIGHT, False),
        (HEIGHT / 2, False),
        (HEIGHT / 4, True),
    ]
    assert drawn.key == ((Shape.HOLLOW, "so far: this stretch of time is not over"),)
    assert picture(chart(4, 0, 2, 0, under_way=True)).key == picture(chart(4, 1)).key == ()
    assert [place.says for place in drawn.places][-1] == "Thu 2 Nov, 03:00, so far\nNumber: 1"


def test_a_line_has_a_gap_where_there_is_no_value() -> None:
    drawn = picture(chart(1, None, 2, 3, shape=Shape.LINE))
    assert len(drawn.dots) == 3
    assert [(one.x1, one.x2) for one in drawn.strokes] == [(62.5, 87.5)]


@pytest.mark.parametrize(("number", "step"), [(24, HOUR), (25, HOUR), (48, HOUR), (8, DAY), (31, DAY), (92, DAY)])
def test_what_stands_below_never_crowds(number: int, step: int) -> None:
    labels = picture(chart(*range(number), step=step)).labels
    assert 2 <= len(labels) <= MOST_LABELS + 1


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@sum", "\t=1", "  =1", "\r=1", "%0", "|cmd"])
def test_no_cell_is_taken_for_a_formula(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


def test_an_ordinary_cell_stays_as_it_is() -> None:
    assert [harmless(cell) for cell in ("12", "child abuse", "2017-11-02T00:00:00Z", "")] == [
        "12",
        "child abuse",
        "2017-11-02T00:00:00Z",
        "",
    ]
    assert csv_of(chart(1)) == "from,number\r\n2017-11-02T00:00:00Z,1\r\n"
