"""How a case's place among cases of one gravity is reckoned: plain arithmetic; docs/priority.md tells it in words.

A graver complaint always comes first. Among cases of one gravity the one that is due first comes first, and two things
give a case a head start of some minutes: reporters who were usually right before, and how many people the account
reaches. Everybody else who reports counts, all of them together, as one reporter at most, and one gives no head start:
ten thousand whom nobody knows move a case nowhere (promise 18). The head start is counted into an instant, so that a
case ages without being written again.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from math import log2, log10
from operator import add, sub
from typing import NamedTuple

from gardefou.clock import DAY, MINUTE
from gardefou.events.actor import ActorKind

#: Weights are whole thousandths of a reporter who is always right.
WHOLE = 1_000
_MACHINES = f"{ActorKind.MACHINE}:"
#: Of whom nothing is known it is assumed that they were right in half a case of five: they weigh a tenth.
_RIGHT_TWICE, _DECIDED_TWICE = 1, 10
#: What was decided longer ago than this counts half.
FRESH = 365 * DAY
#: From this weight on somebody is usually right: right in at least four cases more than wrong.
USUALLY_RIGHT = WHOLE // 2
#: All others together count as one reporter at most.
OTHERS_AT_MOST = WHOLE
#: Minutes for each doubling of what the reporters weigh, beyond one, and the most.
DOUBLING, AT_MOST_FOR_REPORTERS = 30, 120
#: Minutes for each power of ten of followers, beyond so many, and the most.
TENFOLD, WIDE, AT_MOST_FOR_REACH = 15, 1_000, 75


class Known(NamedTuple):
    """What is known of a reporter when they file.

    Attributes:
        filed: in how many cases they have filed, this one among them.
        upheld: how many of their cases were upheld.
        rejected: how many were rejected.
        decided_at: when the last of them was decided, or None.
    """

    filed: int
    upheld: int
    rejected: int
    decided_at: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """The reporters of a case, each once and as they were known when they first reported in it.

    Attributes:
        reporters: how many.
        newcomers: how many of them had never reported before.
        proven: how many are usually right.
        proven_weight: what these weigh, thousandths.
        others_weight: what all the others weigh, thousandths, before it is cut.
        right_before: how many of their earlier cases were upheld.
        wrong_before: how many were rejected.
    """

    reporters: int = 0
    newcomers: int = 0
    proven: int = 0
    proven_weight: int = 0
    others_weight: int = 0
    right_before: int = 0
    wrong_before: int = 0

    @property
    def weight(self) -> int:
        """What they weigh together, thousandths."""
        return self.proven_weight + min(self.others_weight, OTHERS_AT_MOST)

    @property
    def right_in_100(self) -> int | None:
        """How often in a hundred they were right before, or None when nothing of theirs was ever decided."""
        decided = self.right_before + self.wrong_before
        return round(100 * self.right_before / decided) if decided else None

    def __add__(self, more: "Weighed") -> "Weighed":
        return self._each(more, add)

    def __sub__(self, fewer: "Weighed") -> "Weighed":
        return self._each(fewer, sub)

    def at_most(self, most: "Weighed") -> "Weighed":
        """Return these sums, none above what it is in others."""
        return self._each(most, min)

    def _each(self, other: "Weighed", join: Callable[[int, int], int]) -> "Weighed":
        return Weighed(**{name: join(getattr(self, name), getattr(other, name)) for name in _SUMS})

    def sums(self) -> dict[str, int]:
        """Return each sum by its name."""
        return {name: getattr(self, name) for name in _SUMS}


_SUMS = tuple(one.name for one in fields(Weighed))


def weight_of(known: Known, now: int) -> int:
    """Return what one reporter weighs: how often they were right before, as far as that is known; thousandths."""
    stale = known.decided_at is not None and now - known.decided_at > FRESH
    each = 1 if stale else 2
    right = each * known.upheld + _RIGHT_TWICE
    return WHOLE * right // (each * (known.upheld + known.rejected) + _DECIDED_TWICE)


def weighed(those: Iterable[tuple[str, Known, bool]], now: int) -> Weighed:
    """Return reporters weighed: each by key, with what is known of them, and whether they had never reported before.

    A machine that files in its own name speaks for people whom it does not name: it is never counted as usually right.
    """
    reporters = newcomers = proven = proven_weight = others_weight = right = wrong = 0
    for key, known, newcomer in those:
        weight = weight_of(known, now)
        reporters += 1
        newcomers += newcomer
        right += known.upheld
        wrong += known.rejected
        if weight >= USUALLY_RIGHT and not key.startswith(_MACHINES):
            proven += 1
            proven_weight += weight
        else:
            others_weight += weight
    return Weighed(
        reporters=reporters,
        newcomers=newcomers,
        proven=proven,
        proven_weight=proven_weight,
        others_weight=others_weight,
        right_before=right,
        wrong_before=wrong,
    )


def minutes_for_reporters(weight: int) -> int:
    """Return the head start that reporters give who weigh so much together: none up to one, then for each doubling."""
    return min(AT_MOST_FOR_REPORTERS, int(DOUBLING * log2(weight / WHOLE))) if weight > WHOLE else 0


def minutes_for_reach(followers: int) -> int:
    """Return the head start that so many followers give: none up to a thousand, then for each power of ten."""
    return min(AT_MOST_FOR_REACH, int(TENFOLD * log10(followers / WIDE))) if followers > WIDE else 0


def rank_at(*, due_at: int, who: Weighed, reach: int) -> int:
    """Return as if due when a case stands among those of its gravity."""
    return due_at - (minutes_for_reporters(who.weight) + minutes_for_reach(reach)) * MINUTE
