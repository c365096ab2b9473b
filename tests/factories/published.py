"""A record that is published, under a key of the tests' own."""

from pathlib import Path

from gardefou.ledger.folder import LedgerFolder
from gardefou.ledger.note import ED25519, SecretKey
from gardefou.ledger.publish import publish
from gardefou.storage import Database

LOG_KEY = SecretKey(name="house.example/ledger", kind=ED25519, seed=bytes(range(32)))


def publish_now(db: Database, data: Path) -> LedgerFolder:
    """Publish what is on the record by now, where a house with this data folder publishes it."""
    folder = LedgerFolder(data / "ledger")
    with db.reading() as tx:
        publish(tx, folder=folder, signer=LOG_KEY)
    return folder
