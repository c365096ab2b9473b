"""What the house remembers about itself."""

from sqlalchemy import Column, Table, Text

from gardefou.storage.metadata import Int64, metadata

#: Facts such as who made this database (`made_by`: `init` or `demo`). Never a right, never a secret.
house = Table(
    "house",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

#: The last time each worker said it was alive.
heartbeat = Table(
    "heartbeat",
    metadata,
    Column("name", Text, primary_key=True),
    Column("at", Int64, nullable=False),
    Column("pid", Int64, nullable=False),
    Column("stepped", Int64, nullable=False),
)

#: How full each bucket of tries is: the instant by which it is empty (`limits`). `key` is a digest.
tries = Table(
    "tries",
    metadata,
    Column("key", Text, primary_key=True),
    Column("until", Int64, nullable=False, index=True),
)
