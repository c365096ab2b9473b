"""An order's rail, from what it has had so far: who signed, what is open, which time runs, and what became of it.

A rail never goes back: what was signed stays drawn, solid while it counts and hatched once it was spent for nothing.
"""

from dataclasses import dataclass

from gardefou.clock import SECOND
from gardefou.desk import rail_words as say
from gardefou.desk.rail import EndKind, ItemKind, ItemState, RailEnd, RailItem, RailView
from gardefou.guard.rules import Place
from gardefou.orders.kinds import SHAPES, SILENCING, Kind
from gardefou.orders.lifecycle import State, VoidBecause
from gardefou.words import gettext as _
from gardefou.words import ngettext
from gardefou.words.numbers import clock_time, countdown, is_far, weekday_and_time


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """Who signed, by role and number; `more` is their team; and when."""

    who: str
    at: int
    more: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """One place of an order: who fills it, or how many on shift could, and whether the reader is one of them."""

    place: Place
    signed: Signature | None = None
    could: int | None = None
    yours: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFacts:
    """What an order has had so far.

    Attributes:
        kind, state: of the order.
        because: why it is void.
        proposer: who proposed; for a refused attempt, who tried.
        seats: its places, in the order of the plan.
        hold: its length; it runs from `held_from`, if it began.
        effect: what people would read.
        effect_at: when it took effect.
        set_for: the time it was set for, if any: never before it.
        ended_at: when it was stopped or taken back.
        ended_by: who stopped it or took it back.
        unsure: sent to a platform that has not confirmed it.
        why: more about its end: the rule that refused, what changed.
        now: the instant.
    """

    kind: Kind
    state: State
    proposer: Signature
    seats: tuple[Seat, ...] = ()
    hold: int = 0
    held_from: int | None = None
    effect: str = ""
    effect_at: int | None = None
    set_for: int | None = None
    because: str | None = None
    ended_at: int | None = None
    ended_by: str = ""
    unsure: bool = False
    why: str = ""
    now: int

    @property
    def signed(self) -> int:
        """How many places are filled."""
        return sum(seat.signed is not None for seat in self.seats)

    @property
    def held_for(self) -> int:
        """How much of the hold has passed, or had when it was stopped."""
        if self.held_from is None:
            return 0
        upto = self.now if self.ended_at is None else self.ended_at
        return min(self.hold, max(0, upto - self.held_from))

    @property
    def due_at(self) -> int:
        """When it takes effect if nobody stops it: after the hold, and not before the time it was set for."""
        begins = self.now if self.held_from is None else self.held_from
        return max(begins + self.hold, self.set_for or 0)

    @property
    def vetoed(self) -> bool:
        """Whether a person stopped it."""
        return self.state is State.VOID and self.because == VoidBecause.VETOED


def order_rail(facts: OrderFacts) -> RailView:
    """Return an order's rail as it stands."""
    if not facts.seats and not facts.hold and facts.state in {State.EXECUTED, State.REVERSED}:
        alone = RailItem(kind="proposer", state="filled", title=facts.proposer.who, detail=_("at once"))
        items: tuple[RailItem, ...] = (alone,)
    else:
        places = [_seat(facts, seat) for seat in facts.seats]
        if facts.vetoed and facts.held_from is None:
            places = _with_block(places, facts)
        items = (_proposer(facts), *places, *([_hold(facts)] if facts.hold else []))
    return RailView(label=_label(facts), brief=_brief(facts), items=items, end=_end(facts))


def _proposer(facts: OrderFacts) -> RailItem:
    if facts.state is State.REFUSED:
        return RailItem(
            kind="proposer", state="stopped", title=_("Not %(who)s", who=facts.proposer.who), detail=facts.why
        )
    return _signed("proposer", _("Proposed"), facts.proposer, void=facts.state is State.VOID)


def _signed(kind: ItemKind, title: str, by: Signature, *, void: bool) -> RailItem:
    who = _("%(name)s, %(more)s", name=by.who, more=by.more) if by.more else by.who
    return RailItem(
        kind=kind,
        state="void" if void else "filled",
        title=title,
        detail=_("%(who)s, signed %(time)s", who=who, time=clock_time(by.at, seconds=True)),
        short=clock_time(by.at),
        short_detail=by.who,
    )


def _seat(facts: OrderFacts, seat: Seat) -> RailItem:
    title = say.role_of(seat.place)
    if seat.signed is not None:
        return _signed("place", title, seat.signed, void=facts.state is State.VOID)
    if facts.state is State.VOID:
        return RailItem(
            kind="place",
            state="unused",
            title=title,
            detail=_("never signed"),
            short=say.in_short(seat.place),
            short_detail=_("never signed"),
        )
    waits = facts.state is State.WAITING
    detail = say.open_place(seat.place, could=seat.could, yours=seat.yours) if waits else say.beside(seat.place, 1)
    return RailItem(
        kind="place",
        state="open",
        title=title,
        detail=detail,
        short=say.in_short(seat.place),
        short_detail=_("you could") if seat.yours and waits else _("open"),
        current=waits,
    )


def _with_block(places: list[RailItem], facts: OrderFacts) -> list[RailItem]:
    """Stand the block at the first place that was still open when someone said no."""
    open_ = next((at for at, item in enumerate(places) if item.state == "unused"), None)
    if open_ is None:
        return places
    stopped = RailItem(kind="place", state="stopped", title=_("Vetoed"), detail=facts.ended_by, short=_("Vetoed"))
    return [*places[:open_], stopped, *places[open_ + 1 :]]


def _hold(facts: OrderFacts) -> RailItem:
    state, title, detail, small = _hold_words(facts)
    return RailItem(
        kind="hold",
        state=state,
        title=title,
        detail=detail,
        short=title if state == "stopped" else _("Hold"),
        short_detail=small,
        current=state == "running",
        whole=facts.hold,
        done=facts.held_for,
        until=facts.held_from + facts.hold if facts.held_from is not None else None,
        stopped_at=facts.held_for * 100 // facts.hold,
    )


def _hold_words(facts: OrderFacts) -> tuple[ItemState, str, str, str]:
    """Return how the hold is drawn, its title, what is said under it, and the same in short."""
    whole, passed = countdown(facts.hold), countdown(facts.held_for)
    if facts.held_from is None:
        if facts.state is State.VOID:
            return "unused", _("Hold"), _("never began"), _("never began")
        starts = "" if facts.state is State.REFUSED else _("Starts once all have signed and have been told")
        return "open", _("Hold, %(clock)s", clock=whole), starts, whole
    if facts.vetoed:
        into = _("%(passed)s into the hold", passed=passed)
        return "stopped", _("Vetoed"), into, _("after %(passed)s", passed=passed)
    if facts.state is State.VOID:
        return "void", _("Hold"), _("ended after %(passed)s", passed=passed), _("after %(passed)s", passed=passed)
    if facts.state is State.HELD and facts.held_for == facts.hold and facts.due_at > facts.now:
        return "filled", _("Held %(clock)s", clock=whole), _("Until the set time one veto still stops it"), _("no veto")
    if facts.state is State.HELD:
        since = clock_time(facts.held_from, seconds=True)
        running = _("Running since %(time)s, when all had been told", time=since)
        small = _("%(passed)s of %(whole)s", passed=passed, whole=whole)
        return "running", _("Hold, {left} left of %(whole)s", whole=whole), running, small
    return "filled", _("Held %(clock)s", clock=whole), _("no veto"), _("no veto")


def _end(facts: OrderFacts) -> RailEnd:
    if facts.state in {State.REFUSED, State.VOID}:
        title = say.stays(facts.kind) if facts.state is State.REFUSED or facts.vetoed else _("Void")
        return RailEnd(kind="stays", title=title, detail="" if facts.state is State.REFUSED else facts.why)
    if facts.unsure:
        return RailEnd(kind="unsure", title=_("Unsure"), detail=facts.why or _("Sent, not confirmed."))
    falls = facts.kind in SILENCING
    kind: EndKind = "fall" if falls else "back" if SHAPES[facts.kind].undoes else "stays"
    if facts.state is State.REVERSED:
        gone = (facts.ended_at or facts.now) - (facts.effect_at or facts.now)
        by = _("by %(who)s", who=facts.ended_by) if facts.ended_by else ""
        return RailEnd(kind="back", title=_("Back after %(length)s", length=countdown(gone)), detail=by)
    if facts.state is State.EXECUTED:
        since = clock_time(facts.effect_at or facts.now, seconds=True)
        return RailEnd(kind=kind, title=say.done(facts.kind), detail=_("since %(time)s", time=since))
    far = is_far(facts.due_at, facts.now)
    if facts.held_from is not None:
        at = weekday_and_time(facts.due_at) if far else clock_time(facts.due_at, seconds=True)
        return RailEnd(kind=kind, title=at, detail=facts.effect)
    earliest = weekday_and_time(facts.due_at) if far else clock_time(facts.due_at)
    return RailEnd(kind=kind, title=_("Not before %(time)s", time=earliest), detail=facts.effect)


def _label(facts: OrderFacts) -> str:
    signed = ngettext(
        "%(signed)s of %(count)s person has signed",
        "%(signed)s of %(count)s people have signed",
        len(facts.seats),
        signed=str(facts.signed),
    )
    match facts.state:
        case State.WAITING:
            return _("Waiting: %(signed)s.", signed=signed)
        case State.HELD:
            left = say.spoken(max(0, facts.due_at - facts.now) // SECOND)
            return _("Held: %(signed)s, %(left)s left, anyone eligible can stop it.", signed=signed, left=left)
        case State.REFUSED:
            return _("Refused. Nothing has changed.")
        case State.VOID:
            return _("Void: %(signed)s. Nothing was done.", signed=signed)
        case State.EXECUTED | State.PROPOSED if facts.unsure:
            return _("Sent, not confirmed. Treat the page as gone until you read otherwise.")
        case _:
            end = _end(facts)
            return _("%(title)s, %(detail)s.", title=end.title, detail=end.detail or signed)


def _brief(facts: OrderFacts) -> str:
    match facts.state:
        case State.WAITING:
            return _("%(signed)s of %(places)s found", signed=str(facts.signed), places=str(len(facts.seats)))
        case State.HELD:
            return _("%(clock)s left", clock=countdown(facts.due_at - facts.now))
        case _:
            return _end(facts).title
