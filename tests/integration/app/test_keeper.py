"""The demo's worker is started again when it dies, and ends with the demo."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gardefou.app.demo.keeper import Keeper
from gardefou.app.found import found_house
from gardefou.app.settings import Settings
from gardefou.clock import SystemClock
from gardefou.storage import open_database
from gardefou.storage.house import last_beat


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "data").mkdir()
    made = Settings(data=str(tmp_path / "data"))
    found_house(made)
    return made


@pytest.fixture
def keeper(settings: Settings) -> Iterator[Keeper]:
    made = Keeper(settings, SystemClock(), first_pause=0.05)
    made.start()
    yield made
    made.stop()


def beat_after(settings: Settings, instant: int) -> int:
    """Wait for a worker to say that it is alive."""
    db = open_database(settings.database_url)
    try:
        for _ in range(1_200):
            with db.reading() as tx:
                at, _stepped = last_beat(tx)
            if at is not None and at > instant:
                return at
            time.sleep(0.1)
    finally:
        db.close()
    pytest.fail("no worker spoke within two minutes")


@pytest.mark.promise(5)
def test_a_worker_that_dies_is_started_again_and_the_log_says_so(
    settings: Settings, keeper: Keeper, capsys: pytest.CaptureFixture[str]
) -> None:
    spoke, first = beat_after(settings, 0), keeper.pid
    os.kill(first, signal.SIGKILL)
    beat_after(settings, spoke)
    assert keeper.pid != first
    said = "".join(capsys.readouterr())
    assert "demo.worker_died" in said
    assert "demo.worker_started_again" in said


def test_a_worker_that_is_stopped_stays_stopped(settings: Settings, keeper: Keeper) -> None:
    beat_after(settings, 0)
    keeper.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(keeper.pid, 0)
