"""What is typed after --set: once each, and an instant with the clock it is read from; and where `serve` says it is."""

import pytest

from gardefou.app.commands.propose import _pairs
from gardefou.app.commands.run import _told
from gardefou.app.settings import Settings
from gardefou.errors import BadInputError


@pytest.mark.promise(20)
@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["role=agent", "role=reviewer"], "--set role comes twice"),
        (["starts=2026-12-25T22:00"], "write 2026-12-25T22:00Z for UTC"),
        (["starts"], "name=value"),
    ],
)
def test_what_could_be_meant_in_two_ways_is_refused(given: list[str], words: str) -> None:
    with pytest.raises(BadInputError, match=words):
        _pairs(given)


def test_a_day_and_a_time_with_its_offset_are_taken() -> None:
    given = ["starts=2026-12-01", "ends=2026-12-25T22:00+01:00", "why=a=b"]
    assert _pairs(given) == {"starts": "2026-12-01", "ends": "2026-12-25T22:00+01:00", "why": "a=b"}


def test_serve_says_where_it_is_and_that_links_lead_elsewhere() -> None:
    served = Settings(port=8124)
    assert [line[:29] for line in _told(served, served)] == ["Serving http://localhost:8124"]
    assert "Links lead to http://localhost:8000" in _told(served, Settings())[1]
    assert len(_told(served, Settings(url="https://house.example"))) == 1
