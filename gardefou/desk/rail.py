"""The rail as a view: who must sign, which time must pass, and what follows, ready to be drawn and spoken.

Everything that comes in is plain data; nothing is read and nothing is decided here. `plan_rail` shows what an act would
take; what an order has had stands in `order_rail`. The template `rail.html` draws what it is given.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from gardefou.clock import MINUTE
from gardefou.desk import rail_words as say
from gardefou.guard.rules import Plan
from gardefou.orders.kinds import SAFEGUARDS, SILENCING, Kind
from gardefou.words import gettext as _
from gardefou.words import ngettext
from gardefou.words.numbers import countdown, duration

ItemKind: TypeAlias = Literal["proposer", "place", "hold"]
ItemState: TypeAlias = Literal["open", "filled", "void", "unused", "stopped", "running"]
EndKind: TypeAlias = Literal["fall", "stays", "back", "unsure"]

#: One tick of the ruler, in minutes: the first that needs no more than thirty of them.
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 360, 720, 1440)
_MOST_TICKS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class RailItem:
    """One length of the beam, with the words under it.

    Attributes:
        kind: the proposer, a place, or the hold.
        state: how it is drawn.
        title: the words under it; `{left}` is where a running clock goes.
        detail: who and when, or who could.
        short: the title where there is little room; `short_detail` goes with it.
        current: whether it is what the order waits for.
        whole: how long the hold is, microseconds; `done` of them have passed, and it is over at `until`.
        stopped_at: where the block stands, in hundredths of this length.
    """

    kind: ItemKind
    state: ItemState
    title: str
    detail: str = ""
    short: str = ""
    short_detail: str = ""
    current: bool = False
    whole: int = 0
    done: int = 0
    until: int | None = None
    stopped_at: int = 0

    @property
    def parts(self) -> int:
        """Into how many parts the ruler divides the hold: minutes, as long as they can be told apart."""
        minutes = self.whole // MINUTE
        return next((minutes // step for step in _STEPS if minutes // step <= _MOST_TICKS), _MOST_TICKS)

    @property
    def left(self) -> int:
        """What is left of the hold."""
        return max(0, self.whole - self.done)


@dataclass(frozen=True, slots=True, kw_only=True)
class RailEnd:
    """The effect, after the gap."""

    kind: EndKind
    title: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RailView:
    """A rail to draw: `label` is spoken instead of looking, `brief` stands beside the mini rail."""

    label: str
    brief: str
    items: tuple[RailItem, ...]
    end: RailEnd | None = None


def _hold_words(kind: Kind | None) -> str:
    if kind in SAFEGUARDS:
        return _("Anyone eligible can stop it.")
    return _("The owner’s contact is told; anyone eligible can stop it.")


def plan_rail(plan: Plan, *, you: bool, why: str = "", kind: Kind | None = None) -> RailView:
    """Return what an act takes, before anybody has signed.

    Args:
        plan: the people and the time.
        you: whether the reader may propose it.
        why: why not, if the reader may not.
        kind: the act, to say what follows; without it the rail has no end.
    """
    first = (
        RailItem(
            kind="proposer",
            state="filled",
            title=_("You"),
            detail=_("propose"),
            short=_("You"),
            short_detail=_("propose"),
        )
        if you
        else RailItem(
            kind="proposer",
            state="stopped",
            title=say.proposer(plan),
            detail=why,
            short=_("Proposes"),
            short_detail=_("not you"),
        )
    )
    places = [
        RailItem(
            kind="place",
            state="open",
            title=say.wanted(place, plan, you=you),
            detail=say.beside(place, at if you else at + 1),
            short=say.in_short(place),
            short_detail=say.beside(place, at if you else at + 1),
        )
        for at, place in enumerate(plan.places)
    ]
    hold = RailItem(
        kind="hold",
        state="open",
        title=_("Hold %(length)s", length=duration(plan.hold))
        if you
        else _("Hold, %(clock)s", clock=countdown(plan.hold)),
        detail=_("then the effect") if you else _hold_words(kind),
        short=_("Hold"),
        short_detail=duration(plan.hold),
        whole=plan.hold,
    )
    end = None
    if kind is not None:
        end = RailEnd(kind="fall" if kind in SILENCING else "stays", title=_("Only then"), detail=say.then(kind))
    needs = ngettext("%(count)s more person", "%(count)s more people", len(plan.places))
    wait = duration(plan.hold) if plan.hold else _("no hold")
    return RailView(
        label=_("It takes %(people)s and %(wait)s.", people=needs, wait=wait),
        brief=f"{needs}, {wait}",
        items=(first, *places, *([hold] if plan.hold else [])),
        end=end,
    )
