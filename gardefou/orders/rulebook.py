"""The rulebook in force: read by digest, entered once at the founding; replacing it is an order of its own."""

from collections.abc import Callable
from functools import lru_cache

from sqlalchemy import insert, select

from gardefou.events import Actor, record
from gardefou.guard.rules import Rulebook
from gardefou.ledger import store
from gardefou.orders.errors import NoRulebookError
from gardefou.orders.tables import rulebook, rulebook_in_force
from gardefou.storage import Tx

Loader = Callable[[str], Rulebook]


@lru_cache(maxsize=64)
def _parsed(text: str, loader: Loader) -> Rulebook:
    return loader(text)


def in_force(tx: Tx, loader: Loader) -> Rulebook:
    """Return the rulebook in force.

    Raises:
        NoRulebookError: the house was never founded.
    """
    text = tx.scalar(select(rulebook.c.text).join(rulebook_in_force, rulebook_in_force.c.digest == rulebook.c.digest))
    if text is None:
        raise NoRulebookError
    return _parsed(str(text), loader)


def text_in_force(tx: Tx) -> tuple[bytes, str]:
    """Return the digest and the text of the rulebook in force.

    Raises:
        NoRulebookError: the house was never founded.
    """
    wanted = select(rulebook.c.digest, rulebook.c.text)
    row = tx.first(wanted.join(rulebook_in_force, rulebook_in_force.c.digest == rulebook.c.digest))
    if row is None:
        raise NoRulebookError
    return bytes(row["digest"]), str(row["text"])


def enter(tx: Tx, *, actor: Actor, now: int, text: str, loader: Loader) -> Rulebook:
    """Put the first rulebook in force, on a database that has none.

    Raises:
        RulebookError: the text is not a rulebook, or not one that may be in force.
        NoRulebookError: one is in force already; it is replaced by an order, not here.
    """
    if tx.scalar(select(rulebook_in_force.c.one)) is not None:
        raise NoRulebookError("a rulebook is in force already; it changes only by an order")
    book = loader(text)
    tx.execute(insert(rulebook).values(digest=book.digest, text=text, entered_at=now))
    tx.execute(insert(rulebook_in_force).values(one=1, digest=book.digest))
    store.append(
        tx,
        now=now,
        kind="rulebook.entered",
        order_id=None,
        body={"digest": book.digest.hex(), "name": book.name, "by": str(actor)},
        about=(),
    )
    record(tx, now=now, kind="rulebook.entered", subject="rulebook:" + book.digest.hex())
    return book
