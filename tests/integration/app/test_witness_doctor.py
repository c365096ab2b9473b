"""The doctor says when witnesses are missing, late, or contradict the record."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from gardefou.app.check import Check
from gardefou.app.house import House
from gardefou.app.witness_checks import witness_checks
from gardefou.clock import HOUR, MINUTE, SimulatedClock
from gardefou.guard.rules import load
from gardefou.ledger import store, witnessed
from gardefou.ledger.checkpoint import Checkpoint
from gardefou.ledger.entry import EntryKind
from gardefou.ledger.held_by_witnesses import Known, keep, path_of
from tests.factories.guard import SHIPPED_TEXT, WITNESSED_TEXT
from tests.factories.house import make_house
from tests.factories.ledger import LOG, ORIGIN, WITNESS


@pytest.fixture
def house(database_url: str, tmp_path: Path, clock: SimulatedClock) -> Iterator[House]:
    made = make_house(database_url, tmp_path / "data", clock)
    yield made
    made.close()


def checks(house: House, text: str = SHIPPED_TEXT) -> list[Check]:
    with house.db.reading() as tx:
        return list(witness_checks(tx, house, load(text), house.clock.now()))


def states(house: House, text: str = SHIPPED_TEXT) -> list[str]:
    return [check.state for check in checks(house, text)]


@pytest.mark.promise(13)
@pytest.mark.promise(14)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_witnesses_that_are_missing_late_or_of_another_mind_are_named(house: House, clock: SimulatedClock) -> None:
    assert states(house) == ["ok"]
    assert states(house, WITNESSED_TEXT) == ["problem"]
    settings = msgspec.structs.replace(house.settings, witnesses=f"{WITNESS.key} https://w.example", witnesses_needed=1)
    house = replace(house, settings=settings)
    with house.db.transaction() as tx:
        store.append(tx, now=1, kind=EntryKind.CASE_CLOSED, order_id=None, body={"case": "1"}, about=())
    assert states(house) == ["problem"]
    with house.db.transaction() as tx:
        head = store.head(tx)
        note = Checkpoint(origin=ORIGIN, size=head.size, root=head.root).signed(LOG)
        witnessed.keep(tx, signed=str(note), at=clock.now())
    assert (states(house), states(house, WITNESSED_TEXT)) == (["ok"], ["ok"])
    clock.advance(6 * MINUTE)
    assert (states(house), states(house, WITNESSED_TEXT)) == (["ok"], ["problem"])
    clock.advance(HOUR)
    assert states(house) == ["warning"]
    ledger = settings.folder / "ledger"
    keep(ledger, WITNESS.key, Known(witness=WITNESS.key.name, size=9, alarm="ahead"))
    assert "has signed a record of 9 entries, longer than ours" in checks(house)[1].words
    keep(ledger, WITNESS.key, Known(witness=WITNESS.key.name, size=9, alarm="other root"))
    assert "another record than ours, at 9 entries" in checks(house)[1].words
    path_of(ledger, WITNESS.key).write_text("x")
    assert "is not known" in checks(house)[1].words
    assert states(house)[1] == "problem"
