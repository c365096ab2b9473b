"""The embedded network's own tables. Nothing outside this room refers to them by a foreign key."""

from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from gardefou.storage.metadata import Int64, metadata


def _where(condition: str) -> dict[str, Any]:
    """Return what makes an index partial on both databases."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


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
    #: A JSON list of pairs, name and value, as its owner wrote them.
    Column("fields", Text, nullable=False, server_default="[]"),
    Column("bot", Int64, nullable=False, server_default="0"),
    Column("discoverable", Int64, nullable=False, server_default="1"),
    #: What a client proposes for the owner's next post.
    Column("posts_visibility", Text, nullable=False, server_default="public"),
    Column("posts_sensitive", Int64, nullable=False, server_default="0"),
    Column("avatar_id", Int64),
    Column("header_id", Int64),
    Column("last_post_at", Int64),
)

#: A boost is a post without a text of its own, `boost_of_id` what it passes on.
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
    Column("visibility", Text, nullable=False, server_default="public"),
    Column("spoiler", Text, nullable=False, server_default=""),
    Column("sensitive", Int64, nullable=False, server_default="0"),
    Column("replies", Int64, nullable=False, server_default="0"),
    #: No foreign keys: what was answered may be deleted, and the answer stays one.
    Column("reply_to_id", Int64),
    Column("reply_to_account_id", Int64),
    Column("boost_of_id", Int64),
    #: The first word of the conversation that it stands in; none where it is that itself.
    Column("thread_id", Int64),
    Column("app_id", Int64),
    Column("edited_at", Int64),
    Column("pinned_at", Int64),
    CheckConstraint("visibility IN ('public', 'unlisted', 'private', 'direct')", name="visibility"),
    Index("ix_net_post_account", "account_id", "id"),
    Index("ix_net_post_reply", "reply_to_id", "id", **_where("reply_to_id IS NOT NULL")),
    Index("uq_net_post_boost", "boost_of_id", "account_id", unique=True, **_where("boost_of_id IS NOT NULL")),
    Index("ix_net_post_pinned", "account_id", "pinned_at", **_where("pinned_at IS NOT NULL")),
)

#: What a post read before it was edited, the oldest first by `written_at`.
net_post_version = Table(
    "net_post_version",
    metadata,
    Column("post_id", Int64, ForeignKey("net_post.id"), primary_key=True, autoincrement=False),
    Column("written_at", Int64, primary_key=True, autoincrement=False),
    Column("text", Text, nullable=False),
    Column("spoiler", Text, nullable=False),
    Column("sensitive", Int64, nullable=False),
)

#: Whom a post names, as it was when it was written; who is named may read it whatever its visibility.
net_mention = Table(
    "net_mention",
    metadata,
    Column("post_id", Int64, ForeignKey("net_post.id"), primary_key=True, autoincrement=False),
    Column("account_id", Int64, ForeignKey("net_account.id"), primary_key=True, autoincrement=False),
    Index("ix_net_mention_account", "account_id", "post_id"),
)

#: The hashtags of a post: `tag` is what makes two of them the same.
net_tag = Table(
    "net_tag",
    metadata,
    Column("tag", Text, primary_key=True),
    Column("post_id", Int64, ForeignKey("net_post.id"), primary_key=True, autoincrement=False),
    Index("ix_net_tag_post", "post_id"),
)

net_favourite = Table(
    "net_favourite",
    metadata,
    #: Of its own, so that lists of them are cut by key, the newest first.
    Column("id", Int64, primary_key=True, autoincrement=False),
    Column("account_id", Int64, ForeignKey("net_account.id"), nullable=False),
    Column("post_id", Int64, ForeignKey("net_post.id"), nullable=False),
    Index("uq_net_favourite_post", "post_id", "account_id", unique=True),
    Index("ix_net_favourite_account", "account_id", "id"),
)

net_bookmark = Table(
    "net_bookmark",
    metadata,
    Column("id", Int64, primary_key=True, autoincrement=False),
    Column("account_id", Int64, ForeignKey("net_account.id"), nullable=False),
    Column("post_id", Int64, ForeignKey("net_post.id"), nullable=False),
    Index("uq_net_bookmark_post", "post_id", "account_id", unique=True),
    Index("ix_net_bookmark_account", "account_id", "id"),
)

#: Whom a member does not want to read; `notifications` as well, and until when, if not for good.
net_mute = Table(
    "net_mute",
    metadata,
    Column("account_id", Int64, ForeignKey("net_account.id"), primary_key=True, autoincrement=False),
    Column("muted_id", Int64, ForeignKey("net_account.id"), primary_key=True, autoincrement=False),
    Column("notifications", Int64, nullable=False),
    Column("expires_at", Int64),
    Column("created_at", Int64, nullable=False),
)

#: A conversation, by its first word, that a member wants to hear no more of.
net_muted_thread = Table(
    "net_muted_thread",
    metadata,
    Column("account_id", Int64, ForeignKey("net_account.id"), primary_key=True, autoincrement=False),
    Column("thread_id", Int64, primary_key=True, autoincrement=False),
    Column("created_at", Int64, nullable=False),
)

#: An image, made anew from what was sent; its bytes lie in the data folder under `digest`.
net_media = Table(
    "net_media",
    metadata,
    Column("id", Int64, primary_key=True, autoincrement=False),
    Column("account_id", Int64, ForeignKey("net_account.id"), nullable=False, index=True),
    #: None until it is posted, and for what is an account's own image.
    Column("post_id", Int64, index=True),
    #: The post that it hung on last and that was deleted, for whoever decides about what was reported. No foreign key.
    Column("was_on", Int64, index=True),
    Column("place", Int64, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("width", Int64, nullable=False),
    Column("height", Int64, nullable=False),
    Column("preview_width", Int64, nullable=False),
    Column("preview_height", Int64, nullable=False),
    Column("description", Text, nullable=False),
    Column("focus_x", Float, nullable=False),
    Column("focus_y", Float, nullable=False),
    Column("digest", Text, nullable=False),
    Column("created_at", Int64, nullable=False),
)

net_notification = Table(
    "net_notification",
    metadata,
    Column("id", Int64, primary_key=True, autoincrement=False),
    Column("account_id", Int64, ForeignKey("net_account.id"), nullable=False),
    #: mention, reblog, favourite, follow, status, update: the words of the Mastodon client API.
    Column("kind", Text, nullable=False),
    Column("from_id", Int64, ForeignKey("net_account.id"), nullable=False),
    Column("post_id", Int64),
    Column("created_at", Int64, nullable=False),
    Index("ix_net_notification_account", "account_id", "id"),
    Index("ix_net_notification_post", "post_id", **_where("post_id IS NOT NULL")),
)

#: What the house itself tells a member; `about` is the same for the same thing, which is told once. No client reads it.
net_house_notice = Table(
    "net_house_notice",
    metadata,
    Column("id", Int64, primary_key=True, autoincrement=False),
    Column("account_id", Int64, ForeignKey("net_account.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("handle", Text, nullable=False),
    Column("leads_to", Text, nullable=False),
    Column("created_at", Int64, nullable=False),
    UniqueConstraint("account_id", "about"),
    Index("ix_net_house_notice_account", "account_id", "id"),
)

#: How far a member has read a timeline, on whichever device.
net_marker = Table(
    "net_marker",
    metadata,
    Column("account_id", Int64, ForeignKey("net_account.id"), primary_key=True, autoincrement=False),
    Column("timeline", Text, primary_key=True),
    Column("last_read_id", Int64, nullable=False),
    Column("version", Int64, nullable=False),
    Column("updated_at", Int64, nullable=False),
)

#: A program that members use in their name. Its secret is kept as a hash.
net_app = Table(
    "net_app",
    metadata,
    Column("id", Int64, primary_key=True, autoincrement=False),
    Column("client_id", Text, nullable=False, unique=True),
    Column("secret_hash", LargeBinary, nullable=False),
    Column("name", Text, nullable=False),
    Column("website", Text),
    #: One to a line.
    Column("redirect_uris", Text, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("created_at", Int64, nullable=False),
    #: When it was first given a code or a token; what never is goes after some days.
    Column("used_at", Int64),
    Index("ix_net_app_unused", "created_at", **_where("used_at IS NULL")),
)

#: What a member who said yes gives a program, good once and for minutes.
net_code = Table(
    "net_code",
    metadata,
    Column("code_hash", LargeBinary, primary_key=True),
    Column("app_id", Int64, ForeignKey("net_app.id"), nullable=False),
    Column("account_id", Int64, ForeignKey("net_account.id"), nullable=False),
    Column("redirect_uri", Text, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("challenge", Text),
    Column("challenge_method", Text),
    Column("expires_at", Int64, nullable=False),
    #: What it was spent for: shown again, the code ends that token.
    Column("token_id", Int64),
)

#: What a program shows; without an account it speaks for itself alone.
net_token = Table(
    "net_token",
    metadata,
    Column("id", Int64, primary_key=True, autoincrement=False),
    Column("token_hash", LargeBinary, nullable=False, unique=True),
    Column("app_id", Int64, ForeignKey("net_app.id"), nullable=False, index=True),
    Column("account_id", Int64, ForeignKey("net_account.id"), index=True),
    Column("scopes", Text, nullable=False),
    Column("created_at", Int64, nullable=False),
)

#: What a client sent under a key of its own, so that sending it again posts nothing twice.
net_posted_once = Table(
    "net_posted_once",
    metadata,
    Column("account_id", Int64, ForeignKey("net_account.id"), primary_key=True, autoincrement=False),
    Column("key_hash", LargeBinary, primary_key=True),
    Column("post_id", Int64, nullable=False),
    Column("created_at", Int64, nullable=False, index=True),
)

net_follow = Table(
    "net_follow",
    metadata,
    Column("follower_id", Int64, ForeignKey("net_account.id"), primary_key=True, autoincrement=False),
    Column("followee_id", Int64, ForeignKey("net_account.id"), primary_key=True, autoincrement=False),
    Column("created_at", Int64, nullable=False),
    Index("ix_net_follow_followee", "followee_id", "follower_id"),
)

#: Neither follows the other while it stands. `order_id` is the order in whose name staff set it, `own` whether the
#: account's owner did: what either of them set, the other does not lift.
net_block = Table(
    "net_block",
    metadata,
    Column("account_id", Int64, ForeignKey("net_account.id"), primary_key=True, autoincrement=False),
    Column("blocked_id", Int64, ForeignKey("net_account.id"), primary_key=True, autoincrement=False),
    Column("order_id", Int64),
    Column("created_at", Int64, nullable=False),
    Column("own", Int64, nullable=False, server_default="0"),
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
