"""What was decided about reporters, and about whom the house proposes to decide."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table, Text, text

from gardefou.reports.misuse.criteria import Gravity, Intent
from gardefou.storage.metadata import Int64, metadata

_GRAVITIES = ", ".join(f"'{one}'" for one in Gravity)
_INTENTS = ", ".join(f"'{one}'" for one in Intent)
#: Suspensions that have not been lifted, in the words of the question that every report asks.
STANDS = "kind = 'suspension' AND lifted_at IS NULL"
_STANDS = text(STANDS)
_ASKED = text("contested_at IS NOT NULL AND answered_at IS NULL")
_PROPOSED = text("state = 'proposed'")

#: A warning, or a suspension; `reporter` is who, as a report keeps them. What it rested on stays as it was then.
measure = Table(
    "measure",
    metadata,
    Column("id", Int64, primary_key=True, autoincrement=False),
    Column("reporter", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("at", Int64, nullable=False),
    Column("by", Int64, ForeignKey("person.id"), nullable=False),
    Column("until", Int64),
    Column("reason", Text, nullable=False),
    Column("decided", Int64, nullable=False),
    Column("rejected", Int64, nullable=False),
    Column("unfounded", Int64, nullable=False),
    Column("gravity", Text, nullable=False),
    Column("intent", Text, nullable=False),
    Column("refused", Int64, nullable=False, server_default="0"),
    Column("lifted_at", Int64),
    Column("lifted_by", Int64, ForeignKey("person.id")),
    Column("lifted_because", Text),
    Column("contested_at", Int64),
    Column("contest", Text),
    Column("answered_at", Int64),
    Column("answered_by", Int64, ForeignKey("person.id")),
    Column("answer", Text),
    CheckConstraint("kind IN ('warning', 'suspension')", name="kind"),
    CheckConstraint("(kind = 'suspension') = (until IS NOT NULL)", name="until"),
    CheckConstraint(f"gravity IN ({_GRAVITIES})", name="gravity"),
    CheckConstraint(f"intent IN ({_INTENTS})", name="intent"),
    Index("ix_measure_reporter", "reporter", "id"),
    Index("ix_measure_stands", "reporter", "until", postgresql_where=_STANDS, sqlite_where=_STANDS),
    Index("ix_measure_asked", "id", postgresql_where=_ASKED, sqlite_where=_ASKED),
)

#: A reporter about whom the house proposes to decide, or somebody has. Only what came after `since` counts anew.
misuse = Table(
    "misuse",
    metadata,
    Column("reporter", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("decided", Int64, nullable=False),
    Column("rejected", Int64, nullable=False),
    Column("looked_at", Int64, nullable=False),
    Column("since", Int64, nullable=False),
    CheckConstraint("state IN ('proposed', 'looked into')", name="state"),
    Index("ix_misuse_proposed", "rejected", "reporter", postgresql_where=_PROPOSED, sqlite_where=_PROPOSED),
)
