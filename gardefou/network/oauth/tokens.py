"""Tokens: given to a program, and ended by it, by the member, or with the member's ways of signing in."""

from sqlalchemy import delete, insert, select, update

from gardefou.events import Actor
from gardefou.network.errors import NoSuchPageError
from gardefou.network.sessions import hash_of
from gardefou.network.tables import net_app, net_code, net_token
from gardefou.storage import Tx

#: How many tokens a program has for one member, or for itself; one more ends the oldest.
MOST_TOKENS = 100


def give_token(tx: Tx, *, actor: Actor, now: int, secret: str, app_id: int, scopes: str) -> int:
    """Keep the hash of a program's token, in the name of the member who acts or of the program alone; return its id.

    Of too many the oldest end: a script that signs in at each of its runs would leave one each time, for ever.
    """
    token_id = tx.new_id(now)
    theirs = (net_token.c.app_id == app_id, net_token.c.account_id == actor.member_id)
    kept = select(net_token.c.id).where(*theirs).order_by(net_token.c.id.desc()).offset(MOST_TOKENS - 2).limit(1)
    oldest = tx.scalar(kept)
    if oldest is not None:
        tx.execute(delete(net_token).where(*theirs, net_token.c.id < int(oldest)))
    tx.execute(
        insert(net_token).values(
            id=token_id,
            token_hash=hash_of(secret),
            app_id=app_id,
            account_id=actor.member_id,
            scopes=scopes,
            created_at=now,
        )
    )
    tx.execute(update(net_app).where(net_app.c.id == app_id, net_app.c.used_at.is_(None)).values(used_at=now))
    return token_id


def app_of_token(tx: Tx, secret: str) -> int | None:
    """Return whose token this is."""
    found = tx.scalar(select(net_token.c.app_id).where(net_token.c.token_hash == hash_of(secret)))
    return None if found is None else int(found)


def end_token(tx: Tx, *, actor: Actor, secret: str) -> None:  # noqa: ARG001  # every write names its actor
    """End one token, by the program that has it."""
    tx.execute(delete(net_token).where(net_token.c.token_hash == hash_of(secret)))


def let_out(tx: Tx, *, actor: Actor, now: int, app_id: int) -> None:  # noqa: ARG001  # every verb says when
    """End all that a program has in a member's name. Open to the owner of a frozen or hidden account too.

    Raises:
        NoSuchPageError: the actor is not a member.
    """
    if actor.member_id is None:
        raise NoSuchPageError
    for table in (net_token, net_code):
        tx.execute(delete(table).where(table.c.account_id == actor.member_id, table.c.app_id == app_id))


def end_tokens_of(tx: Tx, *, actor: Actor, account_id: int) -> None:  # noqa: ARG001  # every write names its actor
    """End every token and code in an account's name: whoever had its password or its session may hold one."""
    for table in (net_token, net_code):
        tx.execute(delete(table).where(table.c.account_id == account_id))
