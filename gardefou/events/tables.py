"""Events and the outbox."""

from sqlalchemy import CheckConstraint, Column, Index, Table, Text, text

from gardefou.storage.metadata import Int64, metadata

#: A few among millions that charts count: in these very words, by which a database sees that their index fits.
_ENDS = text("kind IN ('case.closed', 'case.reopened')")

#: `id` follows the order of commits; `body` is JSON with ids only, never words or personal data.
event = Table(
    "event",
    metadata,
    Column("id", Int64, primary_key=True, autoincrement=False),
    Column("at", Int64, nullable=False),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    Index("ix_event_ends", "at", "kind", "subject", postgresql_where=_ENDS, sqlite_where=_ENDS),
)

#: What must leave the house. `key` makes a second sending of the same thing harmless.
outbox = Table(
    "outbox",
    metadata,
    Column("id", Int64, primary_key=True, autoincrement=False),
    Column("topic", Text, nullable=False),
    Column("key", Text, nullable=False, unique=True),
    Column("body", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("due_at", Int64, nullable=False),
    Column("attempts", Int64, nullable=False),
    Column("created_at", Int64, nullable=False),
    Column("done_at", Int64),
    Column("last_error", Text),
    CheckConstraint("state IN ('queued', 'accepted', 'given up')", name="state"),
    Index("ix_outbox_due", "state", "due_at"),
)
