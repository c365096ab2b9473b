"""The files that the suite begins with, because they take longest, are there."""

from pathlib import Path

from tests.factories.longest_first import LONGEST

ROOT = Path(__file__).parents[2]


def test_every_file_named_as_one_of_the_longest_is_there() -> None:
    assert [path for path in LONGEST if not (ROOT / path).is_file()] == []
    assert len(set(LONGEST)) == len(LONGEST)
