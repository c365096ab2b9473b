"""People who work here, what binds them, when they are on duty, and their sessions. Intervals are [start, end)."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, LargeBinary, Table, Text

from gardefou.staff.methods import Method
from gardefou.staff.roles import Role
from gardefou.storage.metadata import Int64, metadata

_ROLES = ", ".join(f"'{role}'" for role in Role)
_METHODS = ", ".join(f"'{method}'" for method in Method)

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

#: A person who was found to be the same human as another: what they did counts as that one's.
person_joined = Table(
    "person_joined",
    metadata,
    Column("person_id", Int64, ForeignKey("person.id"), primary_key=True, autoincrement=False),
    Column("joined_to", Int64, ForeignKey("person.id"), nullable=False),
    Column("at", Int64, nullable=False),
    Column("order_id", Int64),
    CheckConstraint("person_id <> joined_to", name="two"),
)

#: A way in that hangs on a person: a passkey, or a subject at an identity provider. An order invites it; a passkey's
#: key is set once, when its owner enrols it, and never again; `site` is the relying party it was made for. `order_id`
#: is the order that last changed it.
credential = Table(
    "credential",
    metadata,
    Column("id", Int64, primary_key=True, autoincrement=False),
    Column("person_id", Int64, ForeignKey("person.id"), nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("issuer", Text),
    Column("subject", Text),
    Column("invited_at", Int64, nullable=False),
    Column("enrolled_at", Int64),
    Column("key_id", LargeBinary, unique=True),
    Column("public_key", LargeBinary),
    Column("site", Text),
    Column("ended_at", Int64),
    Column("order_id", Int64),
    CheckConstraint("kind IN ('passkey', 'oidc')", name="kind"),
    CheckConstraint("(kind = 'oidc') = (issuer IS NOT NULL AND subject IS NOT NULL)", name="subject"),
    CheckConstraint(
        "(kind = 'passkey' AND enrolled_at IS NOT NULL) = (key_id IS NOT NULL AND public_key IS NOT NULL)", name="key"
    ),
    Index("ix_credential_subject", "issuer", "subject"),
)

#: How far a passkey says it has counted: one that counts backwards has been copied.
credential_use = Table(
    "credential_use",
    metadata,
    Column("credential_id", Int64, ForeignKey("credential.id"), primary_key=True, autoincrement=False),
    Column("counter", Int64, nullable=False),
    Column("used_at", Int64, nullable=False),
)

#: A link that enrols one passkey, once. Only the hash of its token is kept.
enrolment_link = Table(
    "enrolment_link",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("credential_id", Int64, ForeignKey("credential.id"), nullable=False),
    Column("created_at", Int64, nullable=False),
    Column("expires_at", Int64, nullable=False),
    Column("used_at", Int64),
)

#: What a browser was asked to sign to come in, and has answered; kept until nobody could answer it any more.
challenge = Table(
    "challenge",
    metadata,
    Column("challenge", LargeBinary, primary_key=True),
    Column("until", Int64, nullable=False),
)

#: What a machine comes in by. `person_id` proposed it and collects its secret; `order_id` is the order that last
#: changed the row. One that was ended stays, with the instant.
token = Table(
    "token",
    metadata,
    Column("id", Int64, primary_key=True, autoincrement=False),
    Column("one", Int64, nullable=False),
    Column("name", Text, nullable=False, unique=True),
    Column("scopes", Text, nullable=False),
    Column("person_id", Int64, ForeignKey("person.id"), nullable=False),
    Column("starts", Int64, nullable=False),
    Column("ends", Int64, nullable=False),
    Column("removed_at", Int64),
    Column("order_id", Int64),
    CheckConstraint("one = 1", name="house"),
    CheckConstraint("ends > starts", name="order"),
)

#: The hash of a token's secret, once it was collected, and the engagement with which it ends.
token_secret = Table(
    "token_secret",
    metadata,
    Column("token_id", Int64, ForeignKey("token.id"), primary_key=True, autoincrement=False),
    Column("secret_hash", LargeBinary, nullable=False, unique=True),
    Column("person_id", Int64, ForeignKey("person.id"), nullable=False),
    Column("engagement_id", Int64, ForeignKey("engagement.id"), nullable=False),
    Column("collected_at", Int64, nullable=False),
)

#: A signed-in browser. Only the hash of its token is kept; a revoked row stays revoked. `label` is what the browser
#: said of itself, for its own person to read; `stepped_up_at` is when the person last showed again who they are.
session = Table(
    "session",
    metadata,
    Column("id", Int64, primary_key=True, autoincrement=False),
    Column("token_hash", LargeBinary, nullable=False, unique=True),
    Column("person_id", Int64, ForeignKey("person.id"), nullable=False, index=True),
    Column("engagement_id", Int64, ForeignKey("engagement.id"), nullable=False),
    Column("method", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("created_at", Int64, nullable=False),
    Column("seen_at", Int64, nullable=False),
    Column("stepped_up_at", Int64),
    Column("expires_at", Int64, nullable=False),
    Column("revoked_at", Int64),
    CheckConstraint(f"method IN ({_METHODS})", name="method"),
)

#: A round to the identity provider that was begun; spent once. What else belongs to it, the browser keeps.
oidc_round = Table(
    "oidc_round",
    metadata,
    Column("state_hash", LargeBinary, primary_key=True),
    Column("expires_at", Int64, nullable=False),
    Column("used_at", Int64),
)

#: What the identity provider last said somebody may do here, as a JSON list: it narrows what orders granted.
heard_role = Table(
    "heard_role",
    metadata,
    Column("person_id", Int64, ForeignKey("person.id"), primary_key=True, autoincrement=False),
    Column("roles", Text, nullable=False),
    Column("at", Int64, nullable=False),
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

#: A program that acts as a person while the session lasts in which they chose it: `client_id` is the number of its
#: token, in the room that made it.
session_client = Table(
    "session_client",
    metadata,
    Column("client_id", Int64, primary_key=True, autoincrement=False),
    Column("session_id", Int64, ForeignKey("session.id"), nullable=False, index=True),
    Column("since", Int64, nullable=False),
)
