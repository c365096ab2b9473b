"""Play the record's past under another rulebook: what would have been stopped, delayed, or let through.

Each order that took effect, and each that was refused, is decided again on the very facts its entry holds. Who would
have signed, had more been asked, nobody can say; so it says how many were missing.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median_low
from typing import Any

from sqlalchemy import select

from gardefou.errors import GardefouError
from gardefou.guard.rules import Rulebook
from gardefou.guard.verdict import Cleared, Held, Refused, Verdict, Waiting
from gardefou.ledger import store, tables
from gardefou.ledger.store import Entry
from gardefou.storage import Tx
from gardefou.watch.replay import replay
from gardefou.words import gettext as _

_ASKED = ("order.executed", "order.refused")
_NEWEST_FIRST = (
    select(tables.entry.c.index).where(tables.entry.c.kind.in_(_ASKED)).order_by(tables.entry.c.index.desc())
)


class Fate(StrEnum):
    """What becomes of an order under another rulebook."""

    SAME = "same"
    STOPPED = "stopped"
    WAITS = "waits for people"
    DELAYED = "delayed"
    LET_THROUGH = "let through"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """One order of the past, decided again.

    Attributes:
        order_id: the order.
        index: the entry that holds its facts.
        at: when it took effect or was refused.
        kind: its kind.
        tier: the tier of what it was about, as the rules then saw it.
        fate: what becomes of it.
        people: how many more people it waits for.
        delay: how much later it takes effect at the least, microseconds.
        reasons: codes of the reasons, with the rule of each.
    """

    order_id: int
    index: int
    at: int
    kind: str
    tier: str
    fate: Fate
    people: int = 0
    delay: int = 0
    reasons: tuple[tuple[str, str], ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return it for machines; ids and instants as decimal strings."""
        return {
            "order": str(self.order_id),
            "entry": self.index,
            "at": str(self.at),
            "kind": self.kind,
            "tier": self.tier,
            "fate": self.fate.value,
            "people": self.people,
            "delay": str(self.delay),
            "reasons": [{"rule": rule, "code": code} for rule, code in self.reasons],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """The whole past."""

    orders: tuple[Rehearsed, ...]

    @property
    def counts(self) -> Mapping[Fate, int]:
        """How many orders had each fate."""
        counted = Counter(one.fate for one in self.orders)
        return {fate: counted[fate] for fate in Fate}

    @property
    def delays(self) -> tuple[int, int]:
        """The median and the worst delay of those that were delayed, microseconds; 0 when none was."""
        found = [one.delay for one in self.orders if one.fate is Fate.DELAYED]
        return (median_low(found), max(found)) if found else (0, 0)

    @property
    def others(self) -> Sequence[Rehearsed]:
        """Those that would have gone otherwise."""
        return [one for one in self.orders if one.fate is not Fate.SAME]


def rehearse(tx: Tx, book: Rulebook, *, newest: int | None = None) -> Rehearsal:
    """Decide the record's past again.

    Args:
        tx: a transaction that sees one instant (`Database.reading`).
        book: the other rulebook.
        newest: so many of the newest decisions; all of them when None.
    """
    return Rehearsal(orders=tuple(_again(tx, book, newest)))


def last_asked(tx: Tx) -> bytes:
    """Return the leaf of the last entry that a rehearsal looks at: what stands for the past, as far as it goes."""
    last = _NEWEST_FIRST.limit(1).with_only_columns(tables.entry.c.leaf)
    return bytes(tx.scalar(last) or b"")


def fates() -> dict[Fate, str]:
    """Return every fate in words."""
    return {
        Fate.SAME: _("As it was"),
        Fate.DELAYED: _("Delayed"),
        Fate.WAITS: _("Waiting for more people"),
        Fate.STOPPED: _("Stopped"),
        Fate.LET_THROUGH: _("Let through"),
        Fate.UNREADABLE: _("Cannot be decided again"),
    }


def _again(tx: Tx, book: Rulebook, newest: int | None) -> Iterator[Rehearsed]:
    before = None if newest is None else tx.scalar(_NEWEST_FIRST.offset(newest).limit(1))
    asked = tables.entry.c.kind.in_(_ASKED)
    for entry in store.entries(tx, after=-1 if before is None else int(before), where=asked):
        facts = entry.body.get("facts")
        if entry.order_id is not None and isinstance(facts, Mapping):
            yield _decided(entry, entry.order_id, facts, book)


def _decided(entry: Entry, order_id: int, facts: Mapping[str, Any], book: Rulebook) -> Rehearsed:
    told: dict[str, Any] = {
        "order_id": order_id,
        "index": entry.index,
        "at": entry.at,
        "kind": str(entry.body["order_kind"]),
        "tier": str(facts["asked"]["values"].get("tier", "")),
    }
    # Clocks that were set under the old rules say nothing of the new ones.
    timeless = {**facts, "clocks": {**facts["clocks"], "approve_by": None, "execute_by": None}}
    try:
        verdict = replay(book, timeless)
    except (KeyError, TypeError, ValueError, GardefouError):
        return Rehearsed(**told, fate=Fate.UNREADABLE)
    return Rehearsed(**told, **_fate(verdict, refused=entry.kind == "order.refused", at=entry.at))


def _fate(verdict: Verdict, *, refused: bool, at: int) -> dict[str, Any]:
    reasons = tuple((str(one.fields.get("rule", "")), one.code) for one in verdict.reasons)
    match verdict:
        case Refused():
            return {"fate": Fate.SAME if refused else Fate.STOPPED, "reasons": reasons}
        case _ if refused:
            return {"fate": Fate.LET_THROUGH, "people": verdict.filled.count(None)}
        case Waiting():
            return {"fate": Fate.WAITS, "people": verdict.filled.count(None), "reasons": reasons}
        case Held(until=until):
            return {"fate": Fate.DELAYED, "delay": until - at, "reasons": reasons}
        case Cleared():
            return {"fate": Fate.SAME}
