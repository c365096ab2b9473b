"""Erasing a person: gone from everywhere, with every proof left whole; and refused while it could serve to hide."""

import pytest
from sqlalchemy import inspect, text

from gardefou.clock import SimulatedClock
from gardefou.connectors.embedded.platform import EmbeddedPlatform
from gardefou.ledger import store
from gardefou.orders.lifecycle import State
from gardefou.storage import Database
from gardefou.watch.audit import audit, audit_all
from gardefou.watch.signatures import Tally
from tests.factories.erased import TRACES, a_past, by_order
from tests.factories.town import Town, found_town


@pytest.fixture
def town(db: Database, clock: SimulatedClock) -> Town:
    return found_town(db, clock, founded=True)


def everything(db: Database) -> str:
    """Return every value of every row of every table, as text."""
    found = []
    with db.reading() as tx:
        for table in inspect(db.engine).get_table_names():
            for row in tx.all(text(f"SELECT * FROM {table}")):
                found += [
                    bytes(value).decode("utf-8", "replace") if isinstance(value, bytes | memoryview) else str(value)
                    for value in row.values()
                ]
    return "\n".join(found)


@pytest.mark.promise(14)
@pytest.mark.promise(15)
def test_somebody_with_a_past_is_erased_everywhere_and_every_proof_stays(town: Town) -> None:
    one = a_past(town)
    before = everything(town.db)
    for trace in TRACES:
        assert trace in before or trace.replace('"', '\\"') in before, trace
    with town.db.reading() as tx:
        assert audit(tx, platform=EmbeddedPlatform()) is None
        head = store.head(tx)
        leaves = [row["leaf"] for row in store.rows(tx)]
    done = by_order(town, "person.erase", one, comment="asked for by letter of 3 May")
    assert done.state is State.EXECUTED
    after = everything(town.db)
    assert [trace for trace in TRACES if trace.casefold() in after.casefold()] == []
    assert "asked for by letter of 3 May" in after, "why it was done stays"
    tally = Tally()
    with town.db.reading() as tx:
        assert [row["leaf"] for row in store.rows(tx)][: head.size] == leaves
        assert audit_all(tx, platform=EmbeddedPlatform()) == []
        assert audit(tx, platform=EmbeddedPlatform(), tally=tally) is None
    assert tally.counts["erased"] > 2
    assert tally.counts["valid"] > 2
