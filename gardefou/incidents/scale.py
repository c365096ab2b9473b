"""One clock across a picture: what is short stands to scale, and where nothing happens for long the clock is cut.

Places are hundredths of the picture's width.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

#: Where the clock begins and ends.
_FIRST, _LAST = 4.0, 97.0
_BREAK = 20.0
#: A wait of more than so many times the reference is cut short, with a mark.
_LONG = 3
#: Where what has not ended yet is drawn to.
BEYOND = _LAST + 2


@dataclass(frozen=True, slots=True)
class Scale:
    """One clock: where each instant stands, and where the clock is cut."""

    places: dict[int, float]
    cuts: tuple[float, ...]

    def __call__(self, at: int | None) -> float:
        """Return where an instant stands; None is the end."""
        if at is None:
            return BEYOND
        if at in self.places:
            return self.places[at]
        known = sorted(self.places)
        for left, right in pairwise(known):
            if left < at < right:
                a, b = self.places[left], self.places[right]
                return a + (b - a) * (at - left) / (right - left)
        return self.places[known[0]] if at < known[0] else BEYOND


def scale(instants: Iterable[int], *, reference: int = 0) -> Scale:
    """Return one clock: waits short beside the reference stand to scale, long ones are cut, with a mark."""
    known = sorted(set(instants))
    if len(known) < 2:  # noqa: PLR2004  # one instant needs no scale
        return Scale(dict.fromkeys(known, 30.0), ())
    gaps = [right - left for left, right in pairwise(known)]
    against = reference or sorted(gaps)[len(gaps) // 2]
    long = [gap > _LONG * against for gap in gaps]
    whole = sum(gap for gap, cut in zip(gaps, long, strict=True) if not cut)
    room = _LAST - _FIRST
    cut_width = min(_BREAK, room * 0.6 / max(1, sum(long))) if whole else room / len(gaps)
    least = [max(gap, whole * 0.05) for gap, cut in zip(gaps, long, strict=True) if not cut]
    unit = (room - cut_width * sum(long)) / sum(least) if whole else 0.0
    places, cuts, x = {known[0]: _FIRST}, [], _FIRST
    for at, gap, cut in zip(known[1:], gaps, long, strict=True):
        width = cut_width if cut else max(gap, whole * 0.05) * unit
        if cut:
            cuts.append(round(x + width / 2, 3))
        x += width
        places[at] = round(x, 3)
    return Scale(places, tuple(cuts))
