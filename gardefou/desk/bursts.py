"""When a case’s reports came, which were a burst and why, and what is set aside, as the page of a case shows it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gardefou.clock import DAY
from gardefou.desk.people import called, known
from gardefou.orders.order import actor_named
from gardefou.reports.arrivals import Arrivals
from gardefou.reports.aside import Aside, Offer
from gardefou.reports.bursts import Burst
from gardefou.reports.view import CaseView
from gardefou.storage import Tx
from gardefou.words import gettext as _
from gardefou.words import ngettext, numbers

#: The picture's height, and the least height of a bar.
HEIGHT, LEAST = 56, 2
_FILL = 0.84
#: Fewer reports than this make no picture: one bar from edge to edge says less than the time beside each.
FEW = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar: across in hundredths, down in pixels. What is set aside is hollow, and stands on what counts."""

    x: float
    width: float
    y: float
    height: float
    hollow: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """One stretch: where it stands, when it began, how many reports came, how many are aside, whether in a burst."""

    x: float
    width: float
    when: str
    reports: int
    aside: int
    in_burst: bool
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Histogram:
    """When reports came.

    Attributes:
        bars: what is drawn.
        marks: where a burst is, from and how wide.
        stretches: the figures; those in which nothing came left out.
        most: the most in one stretch.
        length: how long each stretch is.
        ends: when the picture begins and ends.
    """

    bars: tuple[Bar, ...]
    marks: tuple[tuple[float, float], ...]
    stretches: tuple[Stretch, ...]
    most: int
    length: int
    ends: tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class BurstLine:
    """A burst in words, and what can be set aside of it.

    Attributes:
        what: how many, in how long, when.
        why: what makes it a burst.
        so_far: what is said where some of it is set aside already; empty where none is.
        button: what setting aside is called; empty where there is nothing to set aside.
        since: what the form says: when it began,
        reports: and how many are offered.
    """

    what: str
    why: str
    so_far: str
    button: str
    since: int
    reports: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AsideLine:
    """What is set aside, in words, and by whom."""

    id: int
    what: str
    by: str


def histogram(view: CaseView) -> Histogram | None:
    """Return when reports came; None where there are too few to draw."""
    came = view.arrivals
    if sum(came.counts) < FEW:
        return None
    found, most, number = [offer.burst for offer in view.bursts], max(came.counts), len(came.counts)
    say = _say(came.start, came.start + came.bucket * number)
    return Histogram(
        bars=tuple(_bars(came, most)),
        marks=tuple(_mark(one, came, number) for one in found),
        stretches=tuple(_stretches(came, found, say)),
        most=most,
        length=came.bucket,
        ends=(say(came.start), say(came.start + came.bucket * number)),
    )


def _say(first: int, last: int) -> Callable[[int], str]:
    """Return how instants between two are said; with the day where an hour would say too little."""
    return numbers.day_and_time if last - first >= DAY else numbers.clock_time


def _bars(came: Arrivals, most: int) -> list[Bar]:
    number, found = len(came.counts), []
    for place, (count, aside) in enumerate(zip(came.counts, came.aside, strict=True)):
        x, width, top = _x(place + (1 - _FILL) / 2, number), _x(_FILL, number), float(HEIGHT)
        for much, hollow in ((count - aside, False), (aside, True)):
            if much:
                height = max(float(LEAST), round(HEIGHT * much / most, 2))
                top = round(top - height, 2)
                found.append(Bar(x=x, width=width, y=top, height=height, hollow=hollow))
    return found


def _x(place: float, number: int) -> float:
    return round(100 * place / number, 3)


def _mark(burst: Burst, came: Arrivals, number: int) -> tuple[float, float]:
    """Return where a burst is: over the whole stretches in which it was."""
    first = max(0, (burst.since - came.start) // came.bucket)
    last = min(number, -(-(burst.until - came.start) // came.bucket))
    return _x(first, number), _x(last - first, number)


def _stretches(came: Arrivals, found: Sequence[Burst], say: Callable[[int], str]) -> list[Stretch]:
    number, lines = len(came.counts), []
    for place, (count, aside) in enumerate(zip(came.counts, came.aside, strict=True)):
        begins = came.start + place * came.bucket
        hit = any(one.since < begins + came.bucket and begins < one.until for one in found)
        if count:
            says = ngettext("%(count)s report", "%(count)s reports", count)
            if aside:
                says = f"{says}, {set_aside_words(aside)}"
            at = say(begins)
            lines.append(
                Stretch(
                    x=_x(place, number),
                    width=_x(1, number),
                    when=at,
                    reports=count,
                    aside=aside,
                    in_burst=hit,
                    says=f"{at}\n{says}",
                )
            )
    return lines


def set_aside_words(count: int) -> str:
    """Return how many are set aside."""
    return ngettext("%(count)s set aside", "%(count)s set aside", count)


def burst_lines(view: CaseView, now: int) -> tuple[BurstLine, ...]:
    """Return the bursts of a case in words."""
    return tuple(_line(offer, now) for offer in view.bursts)


def _line(offer: Offer, now: int) -> BurstLine:
    burst = offer.burst
    say = _say(burst.since, now)
    what = _(
        "A burst: %(reports)s in %(length)s, from %(since)s to %(until)s",
        reports=ngettext("%(count)s report", "%(count)s reports", burst.reports),
        length=numbers.duration(burst.until - burst.since),
        since=say(burst.since),
        until=say(burst.until),
    )
    return BurstLine(
        what=what,
        why=why_words(burst),
        so_far=_so_far(offer),
        button=_button(offer) if offer.more else "",
        since=burst.since,
        reports=offer.more,
    )


def why_words(burst: Burst) -> str:
    """Return what makes it a burst, in plain words."""
    usual = max(1, round(burst.usual * 60))
    said = ngettext("about %(count)s an hour was usual", "about %(count)s an hour were usual", usual)
    return _and(alike_words(burst.young, burst.same), said)


def alike_words(young: int, same: int) -> str:
    """Return in what so many reports are alike."""
    by = ngettext("%(count)s from an account younger than a day", "%(count)s from accounts younger than a day", young)
    said = ngettext("%(count)s with the same words as others", "%(count)s with the same words as others", same)
    return _and(by, said) if young and same else by if young else said


def _and(first: str, second: str) -> str:
    return _("%(first)s; %(second)s", first=first, second=second)


def _so_far(offer: Offer) -> str:
    if offer.aside is None:
        return ""
    if not offer.more:
        return _("All of it that is alike is set aside.")
    return ngettext(
        "%(count)s more like those that are set aside has come since. It counts until somebody adds it.",
        "%(count)s more like those that are set aside have come since. They count until somebody adds them.",
        offer.more,
    )


def _button(offer: Offer) -> str:
    if offer.aside is not None:
        return ngettext("Add %(count)s to what is set aside", "Add these %(count)s to what is set aside", offer.more)
    return ngettext("Set %(count)s aside", "Set these %(count)s aside together", offer.more)


def aside_lines(tx: Tx, found: Sequence[Aside], now: int) -> tuple[AsideLine, ...]:
    """Return what is set aside in a case, in words."""
    actors = [(one, actor_named(one.set_by)) for one in found]
    people = known(tx, [actor for _one, actor in actors], now)
    return tuple(
        AsideLine(
            id=one.id,
            what=_("%(name)s: %(value)s", name=set_aside_words(one.reports), value=alike_words(one.young, one.same)),
            by=_("by %(name)s, %(when)s", name=called(actor, people), when=_say(one.set_at, now)(one.set_at)),
        )
        for one, actor in actors
    )
