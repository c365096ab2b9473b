"""The embedded network's own tables. Nothing outside this room refers to them by a foreign key."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, LargeBinary, Table, Text

from gardefou.storage.metadata import Int64, metadata

#: An account on the network. Counters are kept, not counted when read: 41.7 million followers cost nothing to show.
net_account = Table(
    "net_account",
    metadata,
    Column("id", Int64, primary_key=True, autoincrement=False),
    Column("handle", Text, nullable=False),
    Column("handle_key", Text, nullable=False, unique=True),
    Column("display_name", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("email", Text, unique=True),
    Column("password_hash", Text),
    Column("locale", Text, nullable=False),
    Column("followers", Int64, nullable=False),
    Column("following", Int64, nullable=False),
    Column("posts", Int64, nullable=False),
    Column("official", Int64, nullable=False),
    Column("imported_id", Text, unique=True),
    Column("created_at", Int64, nullable=False),
)

#: `order_id` is the order in whose name staff said it; none where its author did.
net_post = Table(
    "net_post",
    metadata,
    Column("id", Int64, primary_key=True, autoincrement=False),
    Column("account_id", Int64, ForeignKey("net_account.id"), nullable=False),
    Column("text", Text, nullable=False),
    Column("locale", Text, nullable=False),
    Column("reposts", Int64, nullable=False),
    Column("likes", Int64, nullable=False),
    Column("imported_id", Text, unique=True),
    Column("created_at", Int64, nullable=False),
    Column("order_id", Int64),
    Index("ix_net_post_account", "account_id", "id"),
)

net_follow = Table(
    "net_follow",
    metadata,
    Column("follower_id", Int64, ForeignKey("net_account.id"), primary_key=True, autoincrement=False),
    Column("followee_id", Int64, ForeignKey("net_account.id"), primary_key=True, autoincrement=False),
    Column("created_at", Int64, nullable=False),
    Index("ix_net_follow_followee", "followee_id", "follower_id"),
)

#: Neither follows the other while it stands. `order_id` is the order in whose name staff set it.
net_block = Table(
    "net_block",
    metadata,
    Column("account_id", Int64, ForeignKey("net_account.id"), primary_key=True, autoincrement=False),
    Column("blocked_id", Int64, ForeignKey("net_account.id"), primary_key=True, autoincrement=False),
    Column("order_id", Int64),
    Column("created_at", Int64, nullable=False),
    Index("ix_net_block_blocked", "blocked_id", "account_id"),
)

#: A follow that staff took away, kept as it was, so that taking the order back brings back this very one.
net_taken_follow = Table(
    "net_taken_follow",
    metadata,
    Column("order_id", Int64, primary_key=True, autoincrement=False),
    Column("follower_id", Int64, ForeignKey("net_account.id"), primary_key=True, autoincrement=False),
    Column("followee_id", Int64, ForeignKey("net_account.id"), primary_key=True, autoincrement=False),
    Column("created_at", Int64, nullable=False),
)

#: A handle that staff took from an account: kept for it, so that it can be given back, and for nobody else.
net_kept_handle = Table(
    "net_kept_handle",
    metadata,
    Column("handle_key", Text, primary_key=True),
    Column("account_id", Int64, ForeignKey("net_account.id"), nullable=False),
    Column("created_at", Int64, nullable=False),
)

net_session = Table(
    "net_session",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("account_id", Int64, ForeignKey("net_account.id"), nullable=False, index=True),
    Column("created_at", Int64, nullable=False),
    Column("expires_at", Int64, nullable=False),
)

#: A link that sets a new password once. Only the hash of its token is kept.
net_password_link = Table(
    "net_password_link",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("account_id", Int64, ForeignKey("net_account.id"), nullable=False, index=True),
    Column("created_at", Int64, nullable=False),
    Column("expires_at", Int64, nullable=False),
)

#: One value per account; no row means active. Triggers let a row change only in the name of an unspent executed order
#: for that very account, and mark the order spent. Its only unique key is the account and it has no foreign key, so
#: that no REPLACE and no cascade can go round them.
standing = Table(
    "standing",
    metadata,
    Column("account_id", Int64, primary_key=True, autoincrement=False),
    Column("standing", Text, nullable=False),
    Column("order_id", Int64, nullable=False),
    CheckConstraint("standing IN ('active', 'limited', 'frozen', 'hidden')", name="standing"),
)

#: The same for single posts: `active` or `hidden`.
post_standing = Table(
    "post_standing",
    metadata,
    Column("post_id", Int64, primary_key=True, autoincrement=False),
    Column("standing", Text, nullable=False),
    Column("order_id", Int64, nullable=False),
    CheckConstraint("standing IN ('active', 'hidden')", name="standing"),
)
