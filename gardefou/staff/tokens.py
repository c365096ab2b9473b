"""Machines' tokens: whom one that is shown stands for at this instant, and all there are.

Only a SHA-256 of the secret is kept, which is 32 random bytes and so is its own salt. A token opens nothing once it has
ended, was ended, or the engagement it was collected under is over: asked at each request, so nothing has to run.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, RowMapping, or_, select

from gardefou.events import Actor
from gardefou.staff.scopes import Scope, scopes_in
from gardefou.staff.tables import engagement, token, token_secret
from gardefou.storage import Tx

#: What every secret begins with, so that scanners of published code find one that leaked.
PREFIX = "gf_"
#: So a machine with a token is named in the record: never as one of the house's own hands.
_NAMED = "token/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearer:
    """A machine that has shown its token.

    Attributes:
        token_id: the token.
        name: what the machine is called.
        scopes: what it is let in for.
    """

    token_id: int
    name: str
    scopes: frozenset[Scope]

    @property
    def actor(self) -> Actor:
        """The actor of what it does."""
        return Actor.machine(f"{_NAMED}{self.name}")


def hash_of(secret: str) -> bytes:
    """Return what is kept of a secret."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()


def _alive(now: int) -> tuple[ColumnElement[bool], ...]:
    return (
        token.c.starts <= now,
        token.c.ends > now,
        or_(token.c.removed_at.is_(None), token.c.removed_at > now),
    )


def bearer_of(tx: Tx, secret: str, now: int) -> Bearer | None:
    """Return whom a secret stands for at `now`, or None."""
    if not secret.startswith(PREFIX):
        return None
    row = tx.first(
        select(token)
        .join(token_secret, token_secret.c.token_id == token.c.id)
        .join(engagement, engagement.c.id == token_secret.c.engagement_id)
        .where(
            token_secret.c.secret_hash == hash_of(secret),
            *_alive(now),
            engagement.c.starts <= now,
            or_(engagement.c.ends.is_(None), engagement.c.ends > now),
        )
    )
    return None if row is None else Bearer(token_id=row["id"], name=row["name"], scopes=scopes_in(row["scopes"]))


def all_tokens(tx: Tx) -> Sequence[RowMapping]:
    """Return every token there ever was, newest first, with when it was collected and until when its holder is here."""
    columns = (token_secret.c.collected_at, engagement.c.ends.label("holder_ends"))
    return tx.all(
        select(token, *columns)
        .outerjoin(token_secret, token_secret.c.token_id == token.c.id)
        .outerjoin(engagement, engagement.c.id == token_secret.c.engagement_id)
        .order_by(token.c.id.desc())
    )


def state_of(row: RowMapping, now: int) -> str:
    """Return what a token of `all_tokens` is now: `waiting` to be collected, `live`, `ended`, `left` or `over`."""
    if row["removed_at"] is not None and row["removed_at"] <= now:
        return "ended"
    if row["ends"] <= now:
        return "over"
    if row["collected_at"] is None:
        return "waiting"
    return "left" if row["holder_ends"] is not None and row["holder_ends"] <= now else "live"


def token_named(tx: Tx, name: str, now: int) -> RowMapping | None:
    """Return the token of that name that has not ended, or None."""
    return tx.first(select(token).where(token.c.name == name, *_alive(now)))
