"""Accounts as we know them, whatever their platform."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table, Text

from gardefou.storage.metadata import Int64, metadata

_TIERS = "'ordinary', 'notable', 'critical'"

#: `version` changes on rename, merge, tier, roster or standing; never on posts or counters (promise 3).
#: On the embedded network `id` is the network's own id; `platform_id` is the id the thing had where it was imported
#: from. `tier_order_id` is the order that last changed the assigned tier. `reached_tier` is the highest tier the
#: account had since an order last lowered it, `reached_order_id`: it rises by itself and falls only by an order.
account = Table(
    "account",
    metadata,
    Column("id", Int64, primary_key=True, autoincrement=False),
    Column("platform", Text, nullable=False),
    Column("platform_id", Text, nullable=False),
    Column("handle", Text, nullable=False),
    Column("handle_key", Text, nullable=False),
    Column("display_name", Text, nullable=False),
    Column("followers", Int64, nullable=False),
    Column("posts", Int64, nullable=False),
    Column("peak_followers", Int64, nullable=False),
    Column("peak_at", Int64, nullable=False),
    Column("office", Int64, nullable=False),
    Column("locale", Text, nullable=False),
    Column("contact", Text),
    Column("assigned_tier", Text),
    Column("tier_order_id", Int64),
    Column("reached_tier", Text, nullable=False),
    Column("reached_order_id", Int64),
    Column("version", Int64, nullable=False),
    Column("created_at", Int64, nullable=False),
    Index("uq_account_platform_id", "platform", "platform_id", unique=True),
    Index("uq_account_handle", "platform", "handle_key", unique=True),
    CheckConstraint(f"assigned_tier IS NULL OR assigned_tier IN ({_TIERS})", name="assigned_tier"),
    CheckConstraint(f"reached_tier IN ({_TIERS})", name="reached_tier"),
    CheckConstraint("followers >= 0 AND posts >= 0 AND peak_followers >= followers", name="counters"),
)

#: Why an account is protected whatever its numbers: bound to the account's id, not its handle. A line that was removed
#: stays, with the instant; `order_id` is the order that last changed it, none before the house was founded.
roster_line = Table(
    "roster_line",
    metadata,
    Column("account_id", Int64, ForeignKey("account.id"), primary_key=True, autoincrement=False),
    Column("tier", Text, nullable=False),
    Column("office", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("added_at", Int64, nullable=False),
    Column("review_by", Int64, nullable=False),
    Column("removed_at", Int64),
    Column("order_id", Int64),
    CheckConstraint("tier IN ('notable', 'critical')", name="tier"),
)
