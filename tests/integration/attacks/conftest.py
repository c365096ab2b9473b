"""A founded town to attack, with the desk, the command line and a second process as doors; then the record is audited.

A test that changes rows by hand asks for `by_hand`, and says itself what the audit must name.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gardefou.app import cli
from gardefou.clock import SimulatedClock
from gardefou.storage import Database
from tests.factories.audited import first_finding
from tests.factories.town import Town, found_town
from tests.integration.desk import conftest as desk

visit = desk.visit
#: Runs one command line, at the town's own time, and returns its exit code and what it said.
Run = Callable[..., tuple[int, str]]


@pytest.fixture
def town(db: Database, clock: SimulatedClock) -> Town:
    """The town with two more duty managers, founded: from now on its safeguards change only by orders."""
    managers = (("manager north 2", "duty manager", "North"), ("manager south 2", "duty manager", "South"))
    return found_town(db, clock, founded=True, more=managers)


@pytest.fixture
def by_hand() -> None:
    """Say that this test leaves a record that must not agree."""


@pytest.fixture(autouse=True)
def the_record_agrees(
    request: pytest.FixtureRequest, database_url: str, db: Database
) -> Iterator[None]:  # the database outlives the audit
    """Audit once the test is done, through a door of its own."""
    yield
    if "by_hand" in request.fixturenames:
        return
    assert first_finding(database_url) is None


@pytest.fixture
def run(
    database_url: str,
    clock: SimulatedClock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """Return the command line, in a folder of its own, in English, at the town's time."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GARDEFOU_DATABASE", database_url)
    monkeypatch.setenv("GARDEFOU_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("LANG", "C")
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("gardefou.app.house.SystemClock", lambda: clock)
    monkeypatch.setattr("gardefou.app.found.SystemClock", lambda: clock)

    def command(*arguments: str) -> tuple[int, str]:
        code = cli.main(arguments)
        said = capsys.readouterr()
        return code, said.out + said.err

    return command
