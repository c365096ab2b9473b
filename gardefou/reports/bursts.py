"""Bursts among the reports of a case: many in a short time, from new accounts or in the same words.

Both must hold. A day on which much is said brings many reports too, from people who have nothing to do with each other;
and a few in the same words are no storm. Nothing is decided here: what is found is shown, with its numbers.

How it is found, in the order in which it is done:

1. Reports are counted by the minute.
2. What is usual in a minute is the mean of the 24 hours before it, without busy minutes; at least one an hour.
3. A minute is busy if it has at least five reports and so many would come by chance, where reports come independently
   of each other, in less than one minute in a million: the bound that Chernoff gives for Poisson's distribution.
4. Busy minutes at most five minutes apart are one stretch. It goes on at both ends, over no longer a pause, through
   minutes at least half of whose reports are alike.
5. A stretch is a burst if at least half of its reports, and at least fifty, are alike: written in words that ten or
   more of a thousand share (sums.py), or by accounts opened in the day before, and by nobody who was ever right before.

Reports that come slower than five a minute are no burst, however alike they are.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import log

from gardefou.clock import DAY, MINUTE
from gardefou.reports.sums import Minute

#: Fewer in a minute are not busy, whatever is usual; one an hour is the least that is usual.
LEAST_IN_A_MINUTE, LEAST_USUAL = 5, 1 / 60
#: So rarely a busy minute comes by chance: the logarithm of one in a million, turned round.
BY_CHANCE = log(1_000_000)
_BEFORE = DAY // MINUTE
#: Minutes without a busy one that a stretch bridges.
GAP = 5
#: So many reports of a burst are alike, and this share of them.
LEAST_ALIKE, SHARE_ALIKE = 50, 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst:
    """One burst.

    Attributes:
        since: when it began, a whole minute.
        until: when it ended, exclusive.
        reports: how many came in it, of whatever kind.
        young: how many of them by accounts opened in the day before.
        same: how many in words that many share.
        alike: how many of either sort.
        usual: how many came in a minute before.
    """

    since: int
    until: int
    reports: int
    young: int
    same: int
    alike: int
    usual: float


def find_bursts(minutes: Mapping[int, Minute]) -> tuple[Burst, ...]:
    """Return the bursts in these minutes, the newest first."""
    found = [_burst(minutes, first, last, usual) for first, last, usual in _with_edges(minutes)]
    return tuple(one for one in reversed(found) if _is_one(one))


def _is_one(one: Burst) -> bool:
    return one.alike >= max(LEAST_ALIKE, SHARE_ALIKE * one.reports)


def _burst(minutes: Mapping[int, Minute], first: int, last: int, usual: float) -> Burst:
    whole = sum_of(minutes, first, last + 1)
    return Burst(
        since=first * MINUTE,
        until=(last + 1) * MINUTE,
        reports=whole.reports,
        young=whole.young,
        same=whole.same,
        alike=whole.alike,
        usual=usual,
    )


def sum_of(minutes: Mapping[int, Minute], first: int, end: int) -> Minute:
    """Return the sum of the minutes from one to another, exclusive."""
    whole = Minute()
    for minute, one in minutes.items():
        if first <= minute < end:
            whole += one
    return whole


def _with_edges(minutes: Mapping[int, Minute]) -> list[tuple[int, int, float]]:
    """Return the stretches with the quieter minutes at their edges; two that meet are one."""
    found: list[tuple[int, int, float]] = []
    for first, last, usual in _stretches(minutes):
        one = _edge(minutes, first, -1), _edge(minutes, last, 1), usual
        if found and one[0] <= found[-1][1]:
            before = found.pop()
            one = before[0], one[1], before[2]
        found.append(one)
    return found


def _edge(minutes: Mapping[int, Minute], at: int, step: int) -> int:
    """Return how far a stretch goes on from one of its ends."""
    while True:
        beyond = (at + step * more for more in range(1, GAP + 2))
        further = next((place for place in beyond if place in minutes and _mostly_alike(minutes[place])), None)
        if further is None:
            return at
        at = further


def _mostly_alike(one: Minute) -> bool:
    return one.alike >= SHARE_ALIKE * one.reports


def _stretches(minutes: Mapping[int, Minute]) -> Iterator[tuple[int, int, float]]:
    """Yield first minute, last minute, and what was usual before each stretch of busy minutes."""
    stretch: tuple[int, int, float] | None = None
    for minute, usual in _busy(minutes):
        if stretch is not None and minute - stretch[1] <= GAP + 1:
            stretch = (stretch[0], minute, stretch[2])
            continue
        if stretch is not None:
            yield stretch
        stretch = (minute, minute, usual)
    if stretch is not None:
        yield stretch


def _busy(minutes: Mapping[int, Minute]) -> Iterator[tuple[int, float]]:
    """Yield each busy minute, and what was usual in the day before it."""
    calm: deque[tuple[int, int]] = deque()
    in_calm = 0
    for minute in sorted(minutes):
        while calm and calm[0][0] < minute - _BEFORE:
            in_calm -= calm.popleft()[1]
        usual, came = max(in_calm / _BEFORE, LEAST_USUAL), minutes[minute].reports
        if came >= LEAST_IN_A_MINUTE and _beyond_chance(came, usual):
            yield minute, usual
        else:
            calm.append((minute, came))
            in_calm += came


def _beyond_chance(came: int, usual: float) -> bool:
    """Return whether so many come by chance less than once in a million minutes, where so many are usual."""
    return came > usual and came * log(came / usual) - came + usual > BY_CHANCE
