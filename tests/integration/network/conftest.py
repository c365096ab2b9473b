"""The network's pages and its API, open to whoever tests them, and the rooms above as far as the network needs them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gardefou.clock import SimulatedClock
from gardefou.storage import Database
from tests.factories.pages import Client, network_pages
from tests.factories.three_members import ThreeMembers, three_members
from tests.fakes.neighbours import NeighboursInMemory


@pytest.fixture
def neighbours() -> NeighboursInMemory:
    return NeighboursInMemory()


@pytest.fixture
def client(db: Database, clock: SimulatedClock, neighbours: NeighboursInMemory, tmp_path: Path) -> Iterator[Client]:
    with network_pages(db, clock, neighbours, tmp_path) as client:
        yield client


@pytest.fixture
def town(db: Database, clock: SimulatedClock) -> Iterator[ThreeMembers]:
    with three_members(db, clock) as opened:
        yield opened
