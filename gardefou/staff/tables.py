"""People who work here, what binds them, when they are on duty, and their sessions. Intervals are [start, end)."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, LargeBinary, Table, Text

from gardefou.staff.roles import Role
from gardefou.storage.metadata import Int64, metadata

_ROLES = ", ".join(f"'{role}'" for role in Role)

#: One human, one row. `name` is what colleagues read ("Reviewer 12"); `email_key` is the address without capitals;
#: `version` changes with engagements and roles, so that what was signed about a person stays about that person.
person = Table(
    "person",
    metadata,
    Column("id", Int64, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False, unique=True),
    Column("email", Text, nullable=False),
    Column("email_key", Text, nullable=False, unique=True),
    Column("locale", Text, nullable=False),
    Column("version", Int64, nullable=False),
    Column("created_at", Int64, nullable=False),
)

#: `order_id`, here, in `shift` and in `role_grant`, is the order that last changed the row; none before the house was
#: founded. `notice_given_at` is when notice was given, which fixes the last day; `cut_short` says that somebody ended
#: it, rather than its own date.
engagement = Table(
    "engagement",
    metadata,
    Column("id", Int64, primary_key=True, autoincrement=False),
    Column("person_id", Int64, ForeignKey("person.id"), nullable=False, index=True),
    Column("employer", Text, nullable=False),
    Column("team", Text, nullable=False),
    Column("starts", Int64, nullable=False),
    Column("ends", Int64),
    Column("notice_given_at", Int64),
    Column("cut_short", Int64, nullable=False),
    Column("order_id", Int64),
    CheckConstraint("ends IS NULL OR ends > starts", name="order"),
    CheckConstraint("notice_given_at IS NULL OR ends IS NOT NULL", name="notice"),
    CheckConstraint("cut_short = 0 OR (cut_short = 1 AND ends IS NOT NULL)", name="cut_short"),
)

#: A shift that was removed stays, with the instant: it lasts until then, and one that was still ahead never begins.
shift = Table(
    "shift",
    metadata,
    Column("id", Int64, primary_key=True, autoincrement=False),
    Column("person_id", Int64, ForeignKey("person.id"), nullable=False, index=True),
    Column("starts", Int64, nullable=False),
    Column("ends", Int64, nullable=False),
    Column("removed_at", Int64),
    Column("order_id", Int64),
    CheckConstraint("ends > starts", name="order"),
)

role_grant = Table(
    "role_grant",
    metadata,
    Column("id", Int64, primary_key=True, autoincrement=False),
    Column("person_id", Int64, ForeignKey("person.id"), nullable=False, index=True),
    Column("role", Text, nullable=False),
    Column("starts", Int64, nullable=False),
    Column("ends", Int64),
    Column("order_id", Int64),
    CheckConstraint(f"role IN ({_ROLES})", name="role"),
    CheckConstraint("ends IS NULL OR ends > starts", name="order"),
)

#: A signed-in browser. Only the hash of its token is kept; a revoked row stays revoked.
session = Table(
    "session",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("person_id", Int64, ForeignKey("person.id"), nullable=False, index=True),
    Column("engagement_id", Int64, ForeignKey("engagement.id"), nullable=False),
    Column("created_at", Int64, nullable=False),
    Column("expires_at", Int64, nullable=False),
    Column("revoked_at", Int64),
)

#: A link that signs in once. Only the hash of its token is kept.
sign_in_link = Table(
    "sign_in_link",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("person_id", Int64, ForeignKey("person.id"), nullable=False),
    Column("created_at", Int64, nullable=False),
    Column("expires_at", Int64, nullable=False),
    Column("used_at", Int64),
    Index("ix_sign_in_link_person", "person_id"),
)
