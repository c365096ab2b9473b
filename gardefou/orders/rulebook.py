"""The rulebook in force: read by digest, entered once at the founding, replaced by an order."""

from collections.abc import Callable
from functools import lru_cache

from sqlalchemy import insert, select, update

from gardefou.events import Actor, record
from gardefou.guard.rules import Rulebook
from gardefou.ledger import store
from gardefou.orders.errors import AlteredRulebookError, NoRulebookError
from gardefou.orders.tables import rulebook, rulebook_in_force
from gardefou.storage import Tx
from gardefou.storage.once import once

Loader = Callable[[str], Rulebook]

_IN_FORCE = select(rulebook.c.digest, rulebook.c.text).join(
    rulebook_in_force, rulebook_in_force.c.digest == rulebook.c.digest
)
_HOLD = select(rulebook_in_force.c.one).with_for_update()


@lru_cache(maxsize=64)
def _parsed(text: str, loader: Loader) -> Rulebook:
    return loader(text)


@once
def in_force(tx: Tx, loader: Loader) -> Rulebook:
    """Return the rulebook in force, whose text is what its digest says.

    A trigger keeps the text as it was entered. Where somebody got past it, nobody knows under which rules anything
    would happen, a restore included; so nothing does, until whoever owns the tables has put the text back.

    Raises:
        NoRulebookError: the house was never founded.
        AlteredRulebookError: its text is another than the one that came into force.
    """
    digest, text = text_in_force(tx)
    book = _parsed(text, loader)
    if book.digest != digest:
        raise AlteredRulebookError
    return book


def hold_still(tx: Tx) -> None:
    """Let no other order that silences be decided, and no rulebook replaced, until this transaction ends.

    Caps count what others do: two at once, each one act below a cap, must not both go through. Taken after the
    account's lock, so that it cannot deadlock; SQLite lets one writer in at a time anyhow.
    """
    tx.scalar(_HOLD)


def text_in_force(tx: Tx) -> tuple[bytes, str]:
    """Return the digest and the text of the rulebook in force.

    Raises:
        NoRulebookError: the house was never founded.
    """
    row = tx.first(_IN_FORCE)
    if row is None:
        raise NoRulebookError
    return bytes(row["digest"]), str(row["text"])


def enter(tx: Tx, *, actor: Actor, now: int, text: str, loader: Loader, proof: str = "") -> Rulebook:
    """Put the first rulebook in force, on a database that has none.

    Args:
        tx: the open transaction.
        actor: who does it.
        now: the instant.
        text: the rulebook.
        loader: reads it.
        proof: the digest of its proof; empty only where everything is thrown away.

    Raises:
        RulebookError: the text is not a rulebook, or not one that may be in force.
        NoRulebookError: one is in force already; it is replaced by an order, not here.
    """
    if tx.scalar(select(rulebook_in_force.c.one)) is not None:
        raise NoRulebookError("a rulebook is in force already; it changes only by an order")
    book = loader(text)
    keep(tx, actor=actor, now=now, book=book, text=text)
    tx.execute(insert(rulebook_in_force).values(one=1, digest=book.digest, order_id=None))
    _tell(tx, book=book, by=str(actor), order_id=None, proof=proof, now=now)
    return book


def keep(tx: Tx, *, actor: Actor, now: int, book: Rulebook, text: str) -> None:  # noqa: ARG001  # the order that names the text records who proposed it
    """Keep a rulebook's text, so that an order may name its digest; one that is kept already stays as it is."""
    if tx.scalar(select(rulebook.c.digest).where(rulebook.c.digest == book.digest)) is None:
        tx.execute(insert(rulebook).values(digest=book.digest, text=text, entered_at=now))


def kept(tx: Tx, digest: bytes) -> str | None:
    """Return the text of a rulebook by its digest, or None."""
    text: str | None = tx.scalar(select(rulebook.c.text).where(rulebook.c.digest == digest))
    return text


def replace(tx: Tx, *, actor: Actor, now: int, text: str, loader: Loader, order_id: int, proof: str) -> Rulebook:
    """Put another rulebook in force, in the name of an executed order.

    Raises:
        RulebookError: the text is not a rulebook, or not one that may be in force.
    """
    book = loader(text)
    tx.execute(
        update(rulebook_in_force).where(rulebook_in_force.c.one == 1).values(digest=book.digest, order_id=order_id)
    )
    _tell(tx, book=book, by=str(actor), order_id=order_id, proof=proof, now=now)
    return book


def _tell(tx: Tx, *, book: Rulebook, by: str, order_id: int | None, proof: str, now: int) -> None:
    body = {"digest": book.digest.hex(), "name": book.name, "by": by, "proof": proof}
    store.append(tx, now=now, kind="rulebook.entered", order_id=order_id, body=body, about=())
    record(tx, now=now, kind="rulebook.entered", subject="rulebook:" + book.digest.hex())
