"""Rulebooks as the record has them: which was in force when, and whether its text is still the one."""

import json
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256

from sqlalchemy import select

from gardefou.guard.rules import Rulebook, RulebookError
from gardefou.ledger.store import Entry
from gardefou.orders.kinds import Kind
from gardefou.orders.tables import orders, rulebook, rulebook_in_force
from gardefou.storage import Tx
from gardefou.watch.finding import Finding

Loader = Callable[[str], Rulebook]


def texts(tx: Tx) -> dict[str, str]:
    """Return the text of every rulebook in the database, by the digest it stands under."""
    return {row["digest"].hex(): str(row["text"]) for row in tx.all(select(rulebook))}


class Rulebooks:
    """Every rulebook of the house, and the one in force as the entries go by."""

    def __init__(self, load: Loader, texts: Mapping[str, str]) -> None:
        """Begin with the texts, each under what it must hash to."""
        self._load = load
        self._texts = texts
        self._parsed: dict[str, Rulebook] = {}
        self._entered: set[str] = set()
        self._in_force = ""
        self._replaced_by: int | None = None
        self._before = ""

    def check_texts(self) -> Iterator[Finding]:
        """Hash every text again."""
        for digest, text in self._texts.items():
            if sha256(text.encode()).hexdigest() != digest:
                yield Finding(code="rulebook-changed", fields={"digest": digest[:16]})

    def take(self, entry: Entry) -> Iterator[Finding]:
        """Take in an entry that brings a rulebook into force."""
        if entry.kind != "rulebook.entered":
            return
        self._replaced_by, self._before = entry.order_id, self._in_force
        self._in_force = str(entry.body["digest"])
        self._entered.add(self._in_force)
        try:
            self._parsed[self._in_force] = self._load(self._texts[self._in_force])
        except (KeyError, RulebookError):
            yield self._unknown(entry, self._in_force)

    def of(self, entry: Entry) -> Iterator[Finding | Rulebook]:
        """Yield the rulebook that an entry of an order rests on, or what is wrong with it."""
        named = str(entry.body["rulebook"])
        # What was void because the rules had changed was decided under the new ones; what nobody was asked about names
        # the order's own.
        # The order that replaced the rulebook was itself decided under the one before.
        replacing = entry.kind == "order.executed" and entry.order_id == self._replaced_by
        current = self._before if replacing else self._in_force
        if "facts" in entry.body and entry.kind != "order.voided" and named != current:
            yield self._unknown(entry, named)
        book = self._parsed.get(current)
        yield self._unknown(entry, named) if book is None else book

    def check_end(self, tx: Tx) -> Iterator[Finding]:
        """Hold the database's rulebooks against the entries, all of them being known."""
        #: Proposed and kept, though perhaps never in force: an order names each.
        rows = tx.all(select(orders.c.change).where(orders.c.kind == Kind.RULEBOOK_REPLACE.value))
        proposed = {json.loads(row["change"]).get("digest") for row in rows if row["change"]}
        in_force_now = tx.scalar(select(rulebook_in_force.c.digest))
        for digest in self._texts:
            if digest not in self._entered | proposed:
                yield Finding(code="rulebook-forged", fields={"digest": digest[:16]})
        now = "" if in_force_now is None else in_force_now.hex()
        if now != self._in_force:
            yield Finding(code="rulebook-not-in-force", fields={"digest": self._in_force[:16]})

    @staticmethod
    def _unknown(entry: Entry, digest: str) -> Finding:
        return Finding(
            code="rulebook-unknown", index=entry.index, order_id=entry.order_id, fields={"digest": digest[:16]}
        )
