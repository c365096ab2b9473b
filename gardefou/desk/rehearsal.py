"""The past under the rules an order would put in force, as a picture with its table, for whoever is asked to sign them.

At most the newest `MOST` orders are decided again, and once for each state of the record: the page is drawn again
whenever something happens to the order it shows.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from gardefou.desk import labels
from gardefou.guard.errors import RulebookError
from gardefou.guard.reading import read
from gardefou.orders import rulebook
from gardefou.orders.kinds import Kind
from gardefou.orders.order import Order
from gardefou.storage import Tx
from gardefou.watch.rehearse import Fate, Rehearsal, Rehearsed, last_asked, rehearse

MOST = 2_000
#: What a picture of the delays is wide, in its own units.
WIDTH = 1_000
#: Fates in the order in which a bar shows them, with how each is drawn.
DRAWN = {
    Fate.SAME: "same",
    Fate.DELAYED: "delayed",
    Fate.WAITS: "waits",
    Fate.STOPPED: "stopped",
    Fate.LET_THROUGH: "through",
    Fate.UNREADABLE: "unread",
}
_KEPT = 4
_done: dict[tuple[bytes, str], Rehearsal] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One length of a bar, in hundredths of it."""

    fate: Fate
    drawn: str
    count: int
    x: float
    width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """What becomes of the orders of one kind."""

    act: str
    parts: tuple[Part, ...]
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RehearsalView:
    """What the page shows.

    Attributes:
        count: how many orders were decided again.
        capped: whether there may be older ones.
        bars: one for each kind of order, the most frequent first.
        fates: the fates that occur, as a legend.
        ticks: where each delay lies between none and the worst, in the picture's own units.
        middle: the median delay, microseconds.
        worst: the longest.
    """

    count: int
    capped: bool
    bars: tuple[Bar, ...]
    fates: tuple[tuple[Fate, str], ...]
    ticks: tuple[int, ...]
    middle: int
    worst: int

    @property
    def otherwise(self) -> bool:
        """Whether anything would have gone otherwise."""
        return any(fate is not Fate.SAME for fate, _drawn in self.fates)


def rehearsed(tx: Tx, order: Order) -> RehearsalView | None:
    """Return the past under the rulebook that an open order would put in force; None for any other order."""
    if order.kind is not Kind.RULEBOOK_REPLACE or not order.open:
        return None
    digest = order.change.get("digest", "")
    text = rulebook.kept(tx, bytes.fromhex(digest))
    if text is None:
        return None
    key = (last_asked(tx), digest)
    if key not in _done:
        try:
            played = rehearse(tx, read(text), newest=MOST)
        except RulebookError:
            return None
        while len(_done) >= _KEPT:
            _done.pop(next(iter(_done)), None)
        _done[key] = played
        return view_of(played.orders, played.delays)
    return view_of(_done[key].orders, _done[key].delays)


def view_of(orders: Sequence[Rehearsed], delays: tuple[int, int]) -> RehearsalView:
    """Return orders decided again as a picture."""
    kinds = Counter(one.kind for one in orders)
    counts = Counter((one.kind, one.fate) for one in orders)
    seen = {one.fate for one in orders}
    middle, worst = delays
    return RehearsalView(
        count=len(orders),
        capped=len(orders) >= MOST,
        bars=tuple(_bar(kind, of, counts) for kind, of in kinds.most_common()),
        fates=tuple((fate, drawn) for fate, drawn in DRAWN.items() if fate in seen),
        ticks=tuple(sorted({one.delay * WIDTH // worst for one in orders if one.fate is Fate.DELAYED and worst})),
        middle=middle,
        worst=worst,
    )


def _bar(kind: str, of: int, counts: Counter[tuple[str, Fate]]) -> Bar:
    parts, at = [], 0
    for fate, drawn in DRAWN.items():
        count = counts[kind, fate]
        if count:
            x, end = round(100 * at / of, 2), round(100 * (at + count) / of, 2)
            parts.append(Part(fate=fate, drawn=drawn, count=count, x=x, width=round(end - x, 2)))
            at += count
    each = tuple(counts[kind, fate] for fate in DRAWN)
    return Bar(act=labels.act(Kind(kind)), parts=tuple(parts), counts=each)
