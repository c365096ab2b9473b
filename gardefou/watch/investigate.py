"""Look for entries by account, person, rule, kind and time: pages of them, and how they lie over time.

Read from the record. Which orders have a rule or a kind is read from their rows, each of which `audit` holds against
its entries; whom a page of lines is for, the pages decide.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, Select, func, select

from gardefou.ledger import store, tables
from gardefou.ledger.entry import EntryKind
from gardefou.ledger.store import Entry
from gardefou.orders.kinds import Kind
from gardefou.orders.tables import orders
from gardefou.storage import Tx
from gardefou.watch import who
from gardefou.watch.errors import LookupUnreadableError
from gardefou.watch.who import Line
from gardefou.words import gettext as _

_IDS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is looked for; whatever is left out is not asked.

    Attributes:
        about: what the entries concern, all of these: `account:1`, `person:2`, `incident:3`.
        rule: the name of a rule they stand under.
        kind: the kind of entry (`order.refused`), or of order (`account.hide`).
        since: the first instant, microseconds.
        until: the first instant that is too late.
    """

    about: tuple[str, ...] = ()
    rule: str = ""
    kind: str = ""
    since: int | None = None
    until: int | None = None


def checked(wanted: Wanted) -> Wanted:
    """Return what is looked for, if it can be.

    Raises:
        LookupUnreadableError: there is no such kind, the rule is no name, or the time ends before it begins.
    """
    if wanted.kind and wanted.kind not in {*EntryKind, *Kind}:
        raise LookupUnreadableError(
            _("“%(kind)s” is neither a kind of entry nor of order.", kind=wanted.kind[:40]), field="kind"
        )
    if any(sign in wanted.rule for sign in '"\\%_'):
        raise LookupUnreadableError(_("“%(rule)s” is no name of a rule.", rule=wanted.rule[:40]), field="rule")
    if wanted.since is not None and wanted.until is not None and wanted.until <= wanted.since:
        raise LookupUnreadableError(_("The time ends before it begins."), field="until")
    return wanted


def find(tx: Tx, wanted: Wanted, *, before: int | None = None, limit: int | None = None) -> list[Entry]:
    """Return the entries that are looked for, the newest first; with `before`, those of lower indexes."""
    asked = _narrowed(select(tables.entry.c.index), wanted)
    if before is not None:
        asked = asked.where(tables.entry.c.index < before)
    indexes = [row["index"] for row in tx.all(asked.order_by(tables.entry.c.index.desc()).limit(limit))]
    found: list[Entry] = []
    for start in range(0, len(indexes), _IDS):
        part = tables.entry.c.index.in_(indexes[start : start + _IDS])
        found += reversed(list(store.entries(tx, where=part)))
    return found


def _narrowed(asked: Select[tuple[int]], wanted: Wanted) -> Select[tuple[int]]:
    """Return a question over the table `entry`, narrowed to what is looked for."""
    entry = tables.entry
    for about in wanted.about:
        listed = tables.entry_about.alias()
        asked = asked.join(listed, (listed.c.index == entry.c.index) & (listed.c.about == about))
    if wanted.kind in frozenset(EntryKind):
        asked = asked.where(entry.c.kind == wanted.kind)
    of_order: list[ColumnElement[bool]] = []
    if wanted.kind in frozenset(Kind):
        of_order.append(orders.c.kind == wanted.kind)
    if wanted.rule:
        of_order.append(orders.c.rules.like(f'%"{wanted.rule}"%'))
    if of_order:
        asked = asked.where(entry.c.order_id.in_(select(orders.c.id).where(*of_order)))
    if wanted.since is not None:
        asked = asked.where(entry.c.at >= wanted.since)
    if wanted.until is not None:
        asked = asked.where(entry.c.at < wanted.until)
    return asked


def told(tx: Tx, entries: Sequence[Entry]) -> list[Line]:
    """Return entries, the newest first, as lines; how long each came after is read from the whole order's story."""
    moments = _moments(tx, {entry.order_id for entry in entries if entry.order_id is not None})
    return [_timed(line, moments) for line in who.lines(tx, entries)]


def _moments(tx: Tx, ids: Iterable[int]) -> dict[int, list[tuple[int, int]]]:
    """Return index and instant of every entry of these orders, in order."""
    found: dict[int, list[tuple[int, int]]] = {}
    wanted, entry = sorted(ids), tables.entry
    for start in range(0, len(wanted), _IDS):
        part = entry.c.order_id.in_(wanted[start : start + _IDS])
        for row in tx.all(select(entry.c.order_id, entry.c.index, entry.c.at).where(part).order_by(entry.c.index)):
            found.setdefault(row["order_id"], []).append((row["index"], row["at"]))
    return found


def _timed(line: Line, moments: dict[int, list[tuple[int, int]]]) -> Line:
    earlier = [at for index, at in moments.get(line.order_id or 0, ()) if index < line.index]
    if not earlier:
        return replace(line, since_proposal=None, since_last=None)
    return replace(line, since_proposal=line.at - earlier[0], since_last=line.at - earlier[-1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """How many entries of which sort lie in a stretch of time.

    Attributes:
        since: its first instant.
        until: the first that is too late.
        effects: orders that took effect.
        undone: orders that were taken back.
        refused: what was refused, orders, attempts and sign-ins.
        other: everything else.
    """

    since: int
    until: int
    effects: int = 0
    undone: int = 0
    refused: int = 0
    other: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.effects + self.undone + self.refused + self.other


_SORTS = {
    "order.executed": "effects",
    "order.reversed": "undone",
    "order.refused": "refused",
    "attempt.refused": "refused",
    "sign_in.refused": "refused",
}


def over_time(tx: Tx, wanted: Wanted, *, parts: int) -> list[Stretch]:
    """Return how the entries looked for lie over time, in so many equal stretches; nothing where there are none."""
    at = tables.entry.c.at
    ends = tx.first(_narrowed(select(func.min(at).label("first"), func.max(at).label("last")), wanted))
    if ends is None or ends["first"] is None:
        return []
    first = ends["first"] if wanted.since is None else wanted.since
    last = ends["last"] + 1 if wanted.until is None else wanted.until
    width = max(1, -(-(last - first) // parts))
    place = (at - first) // width
    counted = select(place.label("place"), tables.entry.c.kind, func.count().label("count"))
    sums: dict[int, dict[str, int]] = {}
    for row in tx.all(_narrowed(counted, wanted).group_by(place, tables.entry.c.kind)):
        sorts = sums.setdefault(int(row["place"]), {})
        sort = _SORTS.get(row["kind"], "other")
        sorts[sort] = sorts.get(sort, 0) + int(row["count"])
    return [
        Stretch(since=first + width * number, until=first + width * (number + 1), **sums.get(number, {}))
        for number in range(parts)
        if number == 0 or first + width * number < last
    ]
