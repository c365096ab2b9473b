"""The sweep keeps what nobody observed: a roster entered by hand, another rulebook, accounts older than the rules."""

from pathlib import Path

import pytest
from sqlalchemy import event

from gardefou.accounts.enter_roster import enter_roster
from gardefou.accounts.queries import account
from gardefou.app import tiers
from gardefou.app.house import House, house_on
from gardefou.app.settings import Settings
from gardefou.app.tiers import TierSweep
from gardefou.app.worker import Worker
from gardefou.clock import HOUR, SECOND, SimulatedClock
from gardefou.events.actor import SETUP
from gardefou.storage import Database, open_database
from tests.factories.accounts import make_account
from tests.factories.house import make_house


def raised(house: House, ids: list[int]) -> list[str]:
    with house.db.reading() as tx:
        return [str(account(tx, one)["reached_tier"]) for one in ids]


@pytest.mark.promise(1)
def test_the_worker_keeps_every_tier_a_batch_a_round(
    database_url: str, tmp_path: Path, clock: SimulatedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tiers, "BATCH", 2)
    house = make_house(database_url, tmp_path / "data", clock)
    worker = Worker(house)
    now = clock.now()
    with house.db.transaction() as tx:
        ids = [make_account(tx, now, followers=200_000) for _ in range(3)] + [make_account(tx, now)]
    worker.round()
    assert raised(house, ids) == ["notable", "notable", "ordinary", "ordinary"]
    worker.round()
    assert raised(house, ids) == ["notable", "notable", "notable", "ordinary"]
    with house.db.transaction() as tx:
        enter_roster(tx, actor=SETUP, now=now, account_id=ids[3], tier="critical", office="", source="s")
    clock.advance(HOUR - SECOND)
    worker.round()
    assert raised(house, ids)[3] == "ordinary"
    clock.advance(2 * SECOND)
    worker.round()
    assert raised(house, ids)[3] == "critical"
    worker.close()
    house.close()


def test_a_sweep_that_is_done_asks_nothing_until_it_is_due(
    database_url: str, tmp_path: Path, clock: SimulatedClock
) -> None:
    house = make_house(database_url, tmp_path / "data", clock)
    sweep, asked = TierSweep(house), list[str]()
    sweep.step()
    event.listen(house.db.engine, "before_cursor_execute", lambda *said: asked.append(said[2]))
    sweep.step()
    assert asked == []
    clock.advance(3 * SECOND)
    sweep.step()
    assert [said for said in asked if "reached_tier" in said] == []
    assert [said for said in asked if "rulebook_in_force" in said] != []
    house.close()


def test_before_the_first_rulebook_nobody_is_protected(
    db: Database, database_url: str, tmp_path: Path, clock: SimulatedClock
) -> None:
    house = house_on(open_database(database_url), Settings(data=str(tmp_path), database=database_url), clock=clock)
    assert TierSweep(house).step() == 0
    house.close()
