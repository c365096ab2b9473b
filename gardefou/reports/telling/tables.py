"""What is to be told to those who reported, and how far that has come."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table, Text, text

from gardefou.storage.metadata import Int64, metadata

_DUE = text("state = 'due'")

#: About a case, or about what was decided on one reporter. `told_to` is the last report of the case whose reporter was
#: told; `members` counts those told on the network.
telling = Table(
    "telling",
    metadata,
    Column("id", Int64, primary_key=True, autoincrement=False),
    Column("case_id", Int64, ForeignKey("cases.id"), index=True),
    Column("measure_id", Int64, ForeignKey("measure.id")),
    Column("reporter", Text),
    Column("what", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("begins_at", Int64, nullable=False),
    Column("told_to", Int64, nullable=False),
    Column("members", Int64, nullable=False),
    Column("made_at", Int64, nullable=False),
    Column("done_at", Int64),
    CheckConstraint("(case_id IS NULL) <> (measure_id IS NULL)", name="about_one_thing"),
    CheckConstraint("(measure_id IS NULL) = (reporter IS NULL)", name="to_whom"),
    CheckConstraint("state IN ('due', 'done', 'stopped')", name="state"),
    CheckConstraint(
        "what IN ('upheld', 'rejected', 'taken back', 'warned', 'suspended', 'lifted', 'kept')", name="what"
    ),
    Index("ix_telling_due", "begins_at", "id", postgresql_where=_DUE, sqlite_where=_DUE),
)
