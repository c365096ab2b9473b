"""The secrets of machines' tokens against the record: each was collected, by an entry that says which; none is gone."""

import hashlib
from collections.abc import Iterator

from sqlalchemy import select

from gardefou.ledger import store, tables
from gardefou.staff.tables import token_secret
from gardefou.storage import Tx
from gardefou.watch.finding import Finding


def check_tokens(tx: Tx) -> Iterator[Finding]:
    """Yield every secret that nobody collected, every one that is another than was collected, and every one gone."""
    told = {
        entry.body["token"]: (entry.body["secret"], entry.at)
        for entry in store.entries(tx, where=tables.entry.c.kind == "token.collected")
    }
    kept = {
        str(row["token_id"]): (hashlib.sha256(row["secret_hash"]).hexdigest(), row["collected_at"])
        for row in tx.all(select(token_secret))
    }
    for key in sorted(told.keys() | kept.keys()):
        if told.get(key) != kept.get(key):
            yield Finding(code="safeguard-unexplained", fields={"kind": "token secrets", "key": key})
