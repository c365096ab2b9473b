"""Whoever has approved may still veto: both stand in the record, and the audit tells them apart."""

import pytest
from sqlalchemy import update

from gardefou.clock import SimulatedClock
from gardefou.connectors.embedded.platform import EmbeddedPlatform
from gardefou.orders.tables import vote
from gardefou.orders.veto import veto
from gardefou.storage import Database
from gardefou.watch.audit import audit
from tests.factories.town import found_town


@pytest.mark.promise(13)
def test_a_yes_and_a_later_veto_of_one_person_are_two_votes(db: Database, clock: SimulatedClock) -> None:
    town = found_town(db, clock)
    held = town.until_held()
    with db.transaction() as tx:
        veto(tx, town.ports, actor=town.people["reviewer 2"], now=town.now, order_id=held.id, why="I was wrong.")
    with db.reading() as tx:
        assert audit(tx, platform=EmbeddedPlatform()) is None
    with db.transaction() as tx:
        tx.execute(update(vote).where(vote.c.verb == "veto").values(why="I was right."))
    with db.reading() as tx:
        found = audit(tx, platform=EmbeddedPlatform())
    assert found is not None
    assert (found.code, found.fields) == ("vote-differs", {"column": "why"})
