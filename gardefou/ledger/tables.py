"""The record and what opens it."""

from sqlalchemy import CheckConstraint, Column, Index, LargeBinary, Table, Text

from gardefou.storage.metadata import Int64, metadata

#: One line of the record. `index` starts at 0 and has no gaps; `content` is RFC 8785 canonical JSON.
entry = Table(
    "entry",
    metadata,
    Column("index", Int64, primary_key=True, autoincrement=False),
    Column("at", Int64, nullable=False),
    Column("kind", Text, nullable=False),
    Column("order_id", Int64),
    Column("content", LargeBinary, nullable=False),
    Column("leaf", LargeBinary, nullable=False),
    Index("ix_entry_order", "order_id"),
    Index("ix_entry_kind", "kind"),
    Index("ix_entry_at", "at"),
)

#: Which entries concern what: `account:1`, `person:2`, `case:3`, `incident:4`. An index only; the record is `entry`.
entry_about = Table(
    "entry_about",
    metadata,
    Column("about", Text, primary_key=True),
    Column("index", Int64, primary_key=True, autoincrement=False),
)

#: The tree's head: its size, its root and the right edge (`frontier`, concatenated 32-byte hashes) to grow it from.
ledger_head = Table(
    "ledger_head",
    metadata,
    Column("one", Int64, primary_key=True, autoincrement=False),
    Column("size", Int64, nullable=False),
    Column("root", LargeBinary, nullable=False),
    Column("frontier", LargeBinary, nullable=False),
    CheckConstraint("one = 1", name="one"),
)

#: What a commitment stands for. `key` is set for what recurs (`person:2`, `account:1`) and unique; NULL for texts.
#: `written_by` is the person who works here whose words it holds, `about_person` the one it tells of: they are who can
#: ask for it to be erased. An erased opening keeps its row, with neither salt nor content; the database lets nothing
#: else be done to a row, and that only to an order that erases one of the two.
opening = Table(
    "opening",
    metadata,
    Column("commitment", Text, primary_key=True),
    Column("key", Text, unique=True),
    Column("salt", LargeBinary, nullable=False),
    Column("content", Text, nullable=False),
    Column("created_at", Int64, nullable=False),
    Column("written_by", Int64),
    Column("about_person", Int64),
)

#: Heads of the record that enough witnesses have signed: the note with their lines, when there were first enough of
#: them, and when there last were: witnesses sign an unchanged head again, so that their word stays fresh.
cosigned = Table(
    "cosigned",
    metadata,
    Column("size", Int64, primary_key=True, autoincrement=False),
    Column("root", LargeBinary, nullable=False),
    Column("note", Text, nullable=False),
    Column("cosigned_at", Int64, nullable=False),
    Column("renewed_at", Int64, nullable=False),
    CheckConstraint("renewed_at >= cosigned_at", name="order"),
    Index("ix_cosigned_renewed_at", "renewed_at"),
)
