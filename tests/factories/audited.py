"""The whole record held against the database, through a door of its own: what most tests of orders end with."""

from gardefou.connectors.embedded.platform import EmbeddedPlatform
from gardefou.storage import open_database
from gardefou.watch.audit import audit
from gardefou.watch.finding import Finding


def first_finding(database_url: str) -> Finding | None:
    """Return the first thing that differs, or None."""
    other = open_database(database_url)
    try:
        with other.reading() as tx:
            return audit(tx, platform=EmbeddedPlatform())
    finally:
        other.close()
