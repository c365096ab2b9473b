"""Orders, their votes, the notices they need, and the rulebooks they stood under."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, LargeBinary, Table, Text, UniqueConstraint, text

from gardefou.orders.lifecycle import State
from gardefou.storage.metadata import Int64, metadata

_STATES = ", ".join(f"'{state}'" for state in State)
_OPEN = text("state IN ('waiting', 'held')")

#: One guarded change. `version` is for compare-and-set; `spent_at` is set in the transaction of the effect.
#: `change` is the canonical JSON of what is to become of the subject, empty where the kind alone says it; `clause` the
#: one of the rulebook's policy that it rests on, if any.
#: `facts` is what the guard saw at proposal; `subject_version` what the votes were given for.
orders = Table(
    "orders",
    metadata,
    Column("id", Int64, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("version", Int64, nullable=False),
    Column("subject_kind", Text, nullable=False),
    Column("subject_id", Int64, nullable=False),
    Column("account_id", Int64),
    Column("subject_version", Int64, nullable=False),
    Column("target", Text),
    Column("proposer", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("clause", Text, nullable=False),
    Column("comment", Text, nullable=False),
    Column("change", Text, nullable=False),
    Column("evidence", Text, nullable=False),
    Column("evidence_digest", LargeBinary, nullable=False),
    Column("rulebook_digest", LargeBinary, nullable=False),
    Column("rules", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False, unique=True),
    Column("nonce", LargeBinary, nullable=False),
    Column("facts", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("case_id", Int64),
    Column("reverses", Int64),
    Column("reversed_by", Int64),
    Column("proposed_at", Int64, nullable=False),
    Column("not_before", Int64),
    Column("lift_at", Int64),
    Column("approve_by", Int64),
    Column("hold", Int64, nullable=False),
    Column("execute_within", Int64, nullable=False),
    Column("quorum_at", Int64),
    Column("held_from", Int64),
    Column("effect_at", Int64),
    Column("execute_by", Int64),
    Column("executed_at", Int64),
    Column("ended_at", Int64),
    Column("ended_because", Text),
    Column("spent_at", Int64),
    CheckConstraint(f"state IN ({_STATES})", name="state"),
    CheckConstraint("subject_kind IN ('account', 'post', 'statement', 'person', 'house')", name="subject_kind"),
    Index("ix_orders_account", "account_id", "id"),
    Index("ix_orders_subject", "subject_kind", "subject_id", "state"),
    Index("ix_orders_case", "case_id"),
    # What somebody did that is still in effect; what is of a kind.
    Index("ix_orders_proposer", "proposer", "state"),
    Index("ix_orders_kind", "kind"),
    # What caps count: the last hour, the last shift.
    Index("ix_orders_proposed_at", "proposed_at"),
    Index("ix_orders_executed_at", "executed_at"),
    Index("ix_orders_open", "effect_at", postgresql_where=_OPEN, sqlite_where=_OPEN),
    Index(
        "uq_orders_one_open",
        "subject_kind",
        "subject_id",
        "kind",
        unique=True,
        postgresql_where=_OPEN,
        sqlite_where=_OPEN,
    ),
)

#: A person's yes or no to one exact order.
vote = Table(
    "vote",
    metadata,
    Column("id", Int64, primary_key=True, autoincrement=False),
    Column("order_id", Int64, ForeignKey("orders.id"), nullable=False),
    Column("person_id", Int64, ForeignKey("person.id"), nullable=False, index=True),
    Column("verb", Text, nullable=False),
    Column("account_id", Int64),
    Column("order_digest", LargeBinary, nullable=False),
    Column("at", Int64, nullable=False),
    Column("why", Text, nullable=False),
    UniqueConstraint("order_id", "person_id", "verb"),
    CheckConstraint("verb IN ('approve', 'veto')", name="verb"),
    Index("ix_vote_account", "account_id", "person_id", "at"),
)

#: What a person's passkey said to one exact order: WebAuthn's assertion as JSON. No credential made a demo's.
signature = Table(
    "signature",
    metadata,
    Column("id", Int64, primary_key=True, autoincrement=False),
    Column("order_id", Int64, ForeignKey("orders.id"), nullable=False),
    Column("person_id", Int64, ForeignKey("person.id"), nullable=False, index=True),
    Column("verb", Text, nullable=False),
    Column("credential_id", Int64, ForeignKey("credential.id")),
    Column("assertion", Text, nullable=False),
    Column("at", Int64, nullable=False),
    UniqueConstraint("order_id", "person_id", "verb"),
    CheckConstraint("verb IN ('propose', 'approve', 'veto')", name="verb"),
)

#: An order read and about to be signed by its proposer: what it will say, and the digest that the signature is for.
#: `asked` is the canonical JSON of what was asked; the id and the nonce are the order's own.
paper = Table(
    "paper",
    metadata,
    Column("id", Int64, primary_key=True, autoincrement=False),
    Column("person_id", Int64, ForeignKey("person.id"), nullable=False, index=True),
    Column("asked", Text, nullable=False),
    Column("nonce", LargeBinary, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("drawn_at", Int64, nullable=False),
    Column("expires_at", Int64, nullable=False),
    Column("used_at", Int64),
)

#: Who must be told of an order, and whether the other side has accepted the message.
notice = Table(
    "notice",
    metadata,
    Column("id", Int64, primary_key=True, autoincrement=False),
    Column("order_id", Int64, ForeignKey("orders.id"), nullable=False, index=True),
    Column("stage", Text, nullable=False),
    Column("to_kind", Text, nullable=False),
    Column("person_id", Int64, ForeignKey("person.id")),
    Column("needed", Int64, nullable=False),
    Column("outbox_id", Int64, ForeignKey("outbox.id")),
    Column("created_at", Int64, nullable=False),
    Column("accepted_at", Int64),
    CheckConstraint("stage IN ('proposed', 'held', 'effect', 'void', 'restored')", name="stage"),
    CheckConstraint("to_kind IN ('duty manager', 'owner', 'approver', 'proposer')", name="to_kind"),
)

#: Every rulebook that was ever in force, by digest.
rulebook = Table(
    "rulebook",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("text", Text, nullable=False),
    Column("entered_at", Int64, nullable=False),
)

#: The one in force.
rulebook_in_force = Table(
    "rulebook_in_force",
    metadata,
    Column("one", Int64, primary_key=True, autoincrement=False),
    Column("digest", LargeBinary, ForeignKey("rulebook.digest"), nullable=False),
    Column("order_id", Int64),
    CheckConstraint("one = 1", name="one"),
)

#: Which colleague looks after an open order when its proposer has gone home. It gives nobody a part in the order.
caretaker = Table(
    "caretaker",
    metadata,
    Column("order_id", Int64, ForeignKey("orders.id"), primary_key=True, autoincrement=False),
    Column("person_id", Int64, ForeignKey("person.id"), nullable=False, index=True),
    Column("named_by", Int64, ForeignKey("person.id"), nullable=False),
    Column("at", Int64, nullable=False),
)
