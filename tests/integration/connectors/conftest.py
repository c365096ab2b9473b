"""A founded house over HTTP, with the town's people."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from litestar.testing import TestClient

from gardefou.app.house import house_on
from gardefou.app.settings import Settings
from gardefou.app.web import create_app
from gardefou.clock import SimulatedClock
from gardefou.storage import Database
from tests.factories.everybody import Everybody
from tests.factories.house import signing
from tests.factories.town import found_town


@pytest.fixture
def house(db: Database, clock: SimulatedClock, tmp_path: Path) -> Iterator[Everybody]:
    town = found_town(db, clock, founded=True)
    house = signing(house_on(db, Settings(data=str(tmp_path)), clock=clock))
    town.ports = replace(house.ports, load_rulebook=town.ports.load_rulebook)
    app = create_app(house)
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        yield Everybody(town=town, app=app, client=client, examples={})
