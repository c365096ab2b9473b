"""When enforcement itself has gone wrong, and what is said about it in public."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table, Text

from gardefou.storage.metadata import Int64, metadata

#: Internal until a statement is published.
incident = Table(
    "incident",
    metadata,
    Column("id", Int64, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("account_id", Int64, ForeignKey("account.id")),
    Column("order_id", Int64, ForeignKey("orders.id")),
    Column("opened_at", Int64, nullable=False),
    Column("stood_down_at", Int64),
    Column("stood_down_by", Text),
    CheckConstraint("state IN ('open', 'stood down')", name="state"),
    CheckConstraint(
        "kind IN ('refused attempt', 'protected account restored', 'break-glass', 'difference')", name="kind"
    ),
    Index("ix_incident_account", "account_id", "state"),
)

#: Which orders an incident is about, beyond the one that opened it.
incident_order = Table(
    "incident_order",
    metadata,
    Column("incident_id", Int64, ForeignKey("incident.id"), primary_key=True, autoincrement=False),
    Column("order_id", Int64, ForeignKey("orders.id"), primary_key=True, autoincrement=False),
)

#: `claims` is JSON: what the statement asserts, each checked against the record. A published one is never edited.
statement = Table(
    "statement",
    metadata,
    Column("id", Int64, primary_key=True, autoincrement=False),
    Column("incident_id", Int64, ForeignKey("incident.id"), nullable=False, index=True),
    Column("number", Int64, nullable=False),
    Column("version", Int64, nullable=False),
    Column("text_en", Text, nullable=False),
    Column("text_fr", Text, nullable=False),
    Column("claims", Text, nullable=False),
    Column("drafted_by", Text, nullable=False),
    Column("drafted_at", Int64, nullable=False),
    Column("published_at", Int64),
    Column("order_id", Int64, ForeignKey("orders.id")),
    Column("supersedes", Int64, ForeignKey("statement.id")),
    Index("uq_statement_number", "incident_id", "number", unique=True),
)
