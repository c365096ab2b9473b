"""One house for all tests of a process, served over HTTP, with real clients before it."""

from collections.abc import Iterator

import pytest

from tests.conftest import fresh_database
from tests.factories.served import Member, Served, serving
from tests.journeys.conftest import free_port


@pytest.fixture(scope="session")
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A house on PostgreSQL; what differs between the databases is below the API, and is tested there on both."""
    folder = tmp_path_factory.mktemp("served")
    with fresh_database(request, "postgresql", folder) as url, serving(url, folder, free_port()) as found:
        yield found


@pytest.fixture
def alice(served: Served) -> Member:
    """A member whom nobody knows yet."""
    return served.member("alice")


@pytest.fixture
def bob(served: Served, alice: Member) -> Member:
    """Another, who follows alice."""
    found = served.member("bob")
    served.follow(found, alice)
    return found
