"""Scales: from nought to a round number at or above the most there is, in at most four steps."""

from collections.abc import Iterator
from itertools import count

from gardefou.clock import DAY, HOUR, MINUTE, SECOND
from gardefou.desk.charts.chart import Kind, in_words

STEPS = 4
_LENGTHS = tuple(
    unit * times for unit, all_times in ((SECOND, (1, 5, 15, 30)), (MINUTE, (1, 5, 15, 30)), (HOUR, (1, 3, 6, 12)))
    for times in all_times
)  # fmt: skip


def ticks(most: float, kind: Kind) -> list[float]:
    """Return where the lines of a scale stand, from nought up; the last is the top."""
    if kind is Kind.SHARE:
        return [0, 0.25, 0.5, 0.75, 1]
    for step in _lengths() if kind is Kind.LENGTH else _round_numbers():
        needed = max(1, -(-int(most) // step))
        if needed <= STEPS:
            return [step * place for place in range(needed + 1)]
    return [0, most]  # pragma: no cover  # the numbers never end


def said(ticks_: list[float], kind: Kind) -> list[str]:
    """Return what stands at each line."""
    return ["0" if at == 0 else in_words(at, kind) for at in ticks_]


def _round_numbers() -> Iterator[int]:
    for power in count():
        yield from (10**power, 2 * 10**power, 5 * 10**power)


def _lengths() -> Iterator[int]:
    yield from _LENGTHS
    yield from (DAY * days for days in _round_numbers())
