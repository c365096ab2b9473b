"""What the prover says of a rulebook, for people to read: why it is not proved, and what changes between two.

The solver is loaded only when somebody asks, never at the start.
"""

from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import RowMapping, select

from gardefou.guard.errors import RulebookError
from gardefou.guard.reading import read
from gardefou.ledger import store, tables
from gardefou.ledger.store import Entry
from gardefou.orders.kinds import Kind
from gardefou.orders.order import Order
from gardefou.orders.tables import rulebook as rulebook_table
from gardefou.storage import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatChanges:
    """What needs less, and what needs more, under another rulebook: sentences, in English as proofs are."""

    less: tuple[str, ...]
    more: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WayIn:
    """Why a rulebook is not proved: the claim that fails, and step by step how."""

    claim: str
    steps: tuple[str, ...]


def way_in(text: str) -> WayIn | None:
    """Return how people could get around a rulebook; None when it is no rulebook at all, or proved."""
    from gardefou.guard.prove import CLAIMS, Counterexample, prove  # noqa: PLC0415  # the solver is loaded only here

    try:
        book = read(text)
    except RulebookError:
        return None
    found = prove(book)
    if not isinstance(found, Counterexample):
        return None
    return WayIn(claim=CLAIMS[found.claim], steps=tuple(step.partition(". ")[2] for step in found.words))


def what_changes(tx: Tx, order: Order) -> WhatChanges | None:
    """Return what changes under the rulebook that an order would put in force; None for any other order."""
    if order.kind is not Kind.RULEBOOK_REPLACE:
        return None
    old, new = _text(tx, order.rulebook_digest), _text(tx, bytes.fromhex(order.change.get("digest", "")))
    return None if old is None or new is None else between(str(old["text"]), str(new["text"]))


def _text(tx: Tx, digest: bytes) -> RowMapping | None:
    return tx.first(select(rulebook_table.c.text).where(rulebook_table.c.digest == digest))


@lru_cache(maxsize=16)
def between(old: str, new: str) -> WhatChanges | None:
    """Return what changes from one rulebook's text to another's; None when one of them cannot be read any more."""
    from gardefou.guard.prove import against  # noqa: PLC0415  # the solver is loaded only here
    from gardefou.guard.prove.words import differences  # noqa: PLC0415  # as above

    try:
        before, after = read(old), read(new)
    except RulebookError:
        return None
    less, more = against(before, after), against(after, before)
    return WhatChanges(less=_said(differences(less)), more=_said(differences(more, more=True)))


def _said(lines: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{line[:1].upper()}{line[1:]}." for line in lines)


def entered(tx: Tx, digest: bytes) -> Entry | None:
    """Return the entry that says when a rulebook last came into force, and which proof it rests on."""
    found = store.entries(tx, where=tables.entry.c.kind == "rulebook.entered")
    return next((entry for entry in reversed(list(found)) if entry.body.get("digest") == digest.hex()), None)
