"""What commitments stand for, wherever that is kept: beside the record in the database, or in a bundle."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from sqlalchemy import select

from gardefou.ledger import store
from gardefou.ledger.receipt import Opening
from gardefou.staff.credentials import DEMO
from gardefou.staff.tables import credential
from gardefou.storage import Tx
from gardefou.storage.house import MADE_BY, remembered


class Opened(Protocol):
    """Opens commitments, as far as their openings are there."""

    @property
    def demo(self) -> bool:
        """Whether the house is a demonstration, in which everybody is signed for."""

    def content(self, made: str) -> str | None:
        """Return what a commitment stands for; None when nobody can say."""

    def key(self, made: str) -> str | None:
        """Return the key (`person:12`) of what recurs; None for a text, or when nobody can say."""

    def ended_at(self, made: str) -> int | None:
        """Return when the key to sign with that a commitment stands for was ended; None if it was not, as is known."""


class InDatabase:
    """Openings in the table beside the record."""

    def __init__(self, tx: Tx) -> None:
        """Keep the transaction."""
        self._tx = tx

    @cached_property
    def demo(self) -> bool:
        """Whether a demonstration made the database."""
        return remembered(self._tx, MADE_BY) == DEMO

    def content(self, made: str) -> str | None:
        """Look it up."""
        return store.open_(self._tx, [made]).get(made)

    def key(self, made: str) -> str | None:
        """Look it up."""
        return store.keys_of(self._tx, [made]).get(made)

    def ended_at(self, made: str) -> int | None:
        """Look it up."""
        number = (self.key(made) or "").removeprefix("credential:")
        wanted = select(credential.c.ended_at).where(credential.c.id == int(number or 0))
        found: int | None = self._tx.scalar(wanted)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class InHand:
    """Openings that somebody handed over, each known to hash to its commitment."""

    openings: Mapping[str, Opening]
    demo: bool

    def content(self, made: str) -> str | None:
        """Look it up."""
        found = self.openings.get(made)
        return None if found is None else found.content

    def key(self, made: str) -> str | None:
        """Look it up."""
        found = self.openings.get(made)
        return None if found is None else found.key

    def ended_at(self, made: str) -> int | None:  # noqa: ARG002  # the port's shape
        """Return nothing: the end of a key is an order of its own, which need not be at hand."""
        return None
