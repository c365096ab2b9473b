"""Whom a post names and under which hashtags it stands, kept beside it as it was written."""

from sqlalchemy import delete, insert, select

from gardefou.events import Actor
from gardefou.network.errors import TooManyNamedError
from gardefou.network.handles import handle_key
from gardefou.network.notify import Notice, notify
from gardefou.network.tables import net_account, net_mention, net_tag
from gardefou.network.text import mentioned, tags_in
from gardefou.network.visibility import account_shown
from gardefou.storage import Tx

MOST_NAMED = 50
MOST_TAGS = 30


def write_names(tx: Tx, *, post_id: int, text: str) -> None:
    """Write down whom a text names, of those who are there to be seen, and its hashtags, the first ones.

    Raises:
        TooManyNamedError: it names more accounts than a post may.
    """
    keys = sorted({handle_key(handle) for handle in mentioned([text])})
    if len(keys) > MOST_NAMED:
        raise TooManyNamedError(limit=MOST_NAMED)
    tx.execute(delete(net_mention).where(net_mention.c.post_id == post_id))
    tx.execute(delete(net_tag).where(net_tag.c.post_id == post_id))
    there = select(net_account.c.id).where(net_account.c.handle_key.in_(keys), account_shown(net_account.c.id))
    named = [{"post_id": post_id, "account_id": row["id"]} for row in tx.all(there)] if keys else []
    if named:
        tx.execute(insert(net_mention), named)
    tags = [{"post_id": post_id, "tag": tag} for tag in tags_in(text)[:MOST_TAGS]]
    if tags:
        tx.execute(insert(net_tag), tags)


def tell_named(tx: Tx, *, actor: Actor, now: int, post_id: int) -> None:
    """Tell whom a post names; who was told of it before is not told again."""
    named = select(net_mention.c.account_id).where(net_mention.c.post_id == post_id)
    for row in tx.all(named.order_by(net_mention.c.account_id)):
        notify(tx, actor=actor, now=now, account_id=int(row["account_id"]), kind=Notice.MENTION, post_id=post_id)
