"""Which words keep their place among those that a case watches, when more are shared than there are places.

This is the Space-Saving summary (Metwally, Agrawal and El Abbadi, 2005), fed with what was counted exactly in some
reports at a time, as Cafaro, Pulimeno and Tempesta (2016) merge two of them. The lightest gives up its place. Whoever
gets one may have been counted before and given it up, so it is taken to weigh as much as the lightest did, and that is
kept beside it as its error. Of all that was counted, `n`, in `k` places:

- the weights together are at most `n`, so that the lightest weighs at most `n / k`;
- whatever was counted more often than the lightest weighs has a place, and so has all that was more than `n / k`;
- what has a place was counted as often as it weighs, or less by no more than its error.

No words keep a place for having come first: what is shared more takes it, and what is shared no more falls behind.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place among the words that are watched.

    Attributes:
        after: the words are counted in the reports that stand after this one.
        weight: how many reports were in these words, or fewer,
        error: by so many at most.
    """

    after: int
    weight: int = 0
    error: int = 0


def heaviest(held: Mapping[int, Place], came: Mapping[int, int], *, after: int, places: int) -> dict[int, Place]:
    """Return who has a place now.

    Args:
        held: who had one.
        came: how many reports came in which words, among them all words that get a place.
        after: the place in the case after which those reports stand.
        places: how many places there are.
    """
    # As long as there is room, nobody can have given up a place.
    missed = min((one.weight for one in held.values()), default=0) if len(held) >= places else 0
    new = Place(after=after, weight=missed, error=missed)
    both = {words: _more(held.get(words, new), came.get(words, 0)) for words in (*held, *came)}
    return dict(sorted(both.items(), key=lambda one: (-one[1].weight, one[0]))[:places])


def _more(one: Place, came: int) -> Place:
    return Place(after=one.after, weight=one.weight + came, error=one.error)
