"""Engines, transactions and ids. Decides nothing; every room above it reads and writes through a `Tx`."""

from gardefou.storage.engine import Database, Tx, open_database
from gardefou.storage.metadata import metadata

__all__ = ["Database", "Tx", "metadata", "open_database"]
