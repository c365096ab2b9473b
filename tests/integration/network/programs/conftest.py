"""One house for a file's programs, served, and a member in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gardefou.app.house import House
from gardefou.clock import HOUR, SimulatedClock
from tests.factories.programs import BEGUN, Client, Program, add_member, founded, register, serving


@pytest.fixture(scope="module")
def clock() -> SimulatedClock:
    return SimulatedClock(BEGUN)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, clock: SimulatedClock) -> Iterator[House]:
    with founded(tmp_path_factory.mktemp("programs"), sqlite_template, clock) as made:
        yield made


@pytest.fixture(scope="module")
def served(house: House) -> Iterator[Client]:
    with serving(house, password_grant="on") as client:
        yield client


@pytest.fixture
def client(served: Client, clock: SimulatedClock) -> Client:
    """A browser that has never been here, hours after the one before."""
    clock.advance(3 * HOUR)
    served.cookies.clear()
    return served


@pytest.fixture
def program(client: Client) -> Program:
    return register(client)


@pytest.fixture(scope="module")
def alice(house: House) -> int:
    return add_member(house)
