"""Two moderating clients ask for the same at once: it happens once, and the other is told why it did not."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient

from gardefou.app.house import house_on
from gardefou.app.settings import Settings
from gardefou.app.web import create_app
from gardefou.clock import SimulatedClock
from gardefou.orders.lifecycle import State
from gardefou.orders.queries import in_effect
from gardefou.storage import Database
from tests.factories.everybody import Everybody
from tests.factories.house import signing
from tests.factories.racing import race
from tests.factories.town import found_town
from tests.integration.connectors.test_admin_api import Moderator


@pytest.fixture
def house(db: Database, clock: SimulatedClock, tmp_path: Path) -> Iterator[Everybody]:
    town = found_town(db, clock, founded=True)
    house = signing(house_on(db, Settings(data=str(tmp_path)), clock=clock))
    town.ports = replace(house.ports, load_rulebook=town.ports.load_rulebook)
    app = create_app(house)
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        yield Everybody(town=town, app=app, client=client, examples={})


def at_once(*asks: Callable[[], tuple[int, Any]]) -> list[tuple[int, Any]]:
    """Ask at the same instant, and return what each was answered."""
    answered = [one for one in race(*asks) if isinstance(one, tuple)]
    assert len(answered) == len(asks)
    return answered


@pytest.mark.promise(1)
def test_two_who_hide_and_two_who_bring_back_at_once_do_it_once(house: Everybody) -> None:
    town, target = house.town, "anna"
    both = [Moderator(house, who, member="mayor") for who in ("agent", "reviewer 1")]
    hidden = at_once(*[partial(one.act, target, "suspend") for one in both])
    assert [status for status, _said in hidden].count(200) == 1, hidden
    (refused,) = [one for one in hidden if one[0] != 200]
    assert 400 <= refused[0] < 500
    assert refused[0] != 429
    assert refused[1]["error"]
    with town.db.reading() as tx:
        (done,) = in_effect(tx, "account", town.accounts[target])
    assert (done.state, town.standing(target)) == (State.EXECUTED, "hidden")
    back = at_once(*[partial(one.about, target, "unsuspend") for one in both])
    assert sorted(one[0] for one in back) in ([200, 403], [200, 422]), back
    assert all(said["error"] for status, said in back if status != 200)
    assert town.standing(target) == "active"
