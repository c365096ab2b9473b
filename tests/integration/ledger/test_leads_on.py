"""Whether the record begins with a head that lies outside the database is told by hashes, on both databases."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from gardefou.ledger import store
from gardefou.ledger.errors import ProofError
from gardefou.ledger.leads_on import Edge, LeadsOn, lacking
from gardefou.ledger.store import Head
from gardefou.storage import Database
from tests.factories.published import publish_now
from tests.integration.ledger.test_publish import grow

pytestmark = pytest.mark.promise(14)


def now_of(db: Database) -> Head:
    with db.reading() as tx:
        return store.head(tx)


def test_a_record_leads_on_from_what_was_published_and_from_nothing_else(db: Database, tmp_path: Path) -> None:
    heads = []
    for count in (5, 295, 12):
        grow(db, count)
        heads.append(now_of(db))
    folder = publish_now(db, tmp_path)
    edge = Edge(heads[-1], folder.read)
    other = Head(size=300, root=bytes(32))
    assert [edge.begins_with(one) for one in (*heads, other)] == [True, True, True, False]
    with pytest.raises(ProofError, match="do not add up"):
        Edge(replace(heads[-1], root=bytes(32)), folder.read)
    grow(db, 3)
    known = LeadsOn()
    with db.reading() as tx:
        assert known.from_edge(tx, edge.frontier)
        assert lacking(tx, [*heads, other]) == {other}
    grow(db, 3)
    with db.reading() as tx:
        assert known.from_edge(tx, edge.frontier)
    with db.transaction() as tx:  # Another record, as long as this one.
        tx.execute(text('UPDATE entry SET leaf = content WHERE "index" = 0'))
        tx.execute(text("UPDATE ledger_head SET root = :root").bindparams(root=bytes(32)))
    with db.reading() as tx:
        assert not known.from_edge(tx, edge.frontier)
        assert lacking(tx, heads) == set(heads)
