"""What came of a recorded incident under one rulebook, as plain values."""

from dataclasses import asdict, dataclass
from typing import Any

from gardefou.clock import SECOND, to_iso


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One line of a lane's timeline.

    Attributes:
        at: microseconds.
        what: a stable code: `reported`, `asked`, `refused`, `waiting`, `held`, `executed`, `reversed`, `voided`,
            `nothing to restore`, `stated`, `not needed`, `commented`.
        who: by role; never a name.
        certainty: of an act of the file; `computed` for what the engine did.
        rules: the rules that decided.
        says: for statements.
    """

    at: int
    what: str
    who: str
    certainty: str
    rules: tuple[str, ...] = ()
    says: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the moment as plain values, the instant as ISO 8601."""
        return {**asdict(self), "at": to_iso(self.at), "rules": list(self.rules)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """What came of the acts under one rulebook.

    Attributes:
        rulebook: its name.
        timeline: everything that happened, in order.
        dark: (from, until) of each time the page was gone; until is None when it still is at the end.
        outcome: `restored`, `dark` or `stayed up`.
        people_needed: how many people it takes to hide the account under these rules.
        hold: microseconds of hold it takes.
        stopped_by: `rule`, `person` or `nobody`.
        rules: the rules that stopped it.
        stopped_at: when.
        seconds_to_know: from the first harm, or the attempt, to knowing who did it.
    """

    rulebook: str
    timeline: tuple[Moment, ...]
    dark: tuple[tuple[int, int | None], ...]
    outcome: str
    people_needed: int
    hold: int
    stopped_by: str
    rules: tuple[str, ...]
    stopped_at: int | None
    seconds_to_know: int | None

    @property
    def dark_seconds(self) -> int:
        """How long the page was gone, whole seconds; up to the end of the replay where it never came back."""
        ends = self.timeline[-1].at if self.timeline else 0
        return sum(((until or ends) - since) // SECOND for since, until in self.dark)

    def to_json(self) -> dict[str, Any]:
        """Return the lane as plain values."""
        return {
            "rulebook": self.rulebook,
            "dark_seconds": self.dark_seconds,
            "outcome": self.outcome,
            "people_needed": self.people_needed,
            "hold_seconds": self.hold // SECOND,
            "stopped_by": self.stopped_by,
            "rules": list(self.rules),
            "stopped_at": None if self.stopped_at is None else to_iso(self.stopped_at),
            "seconds_to_know": self.seconds_to_know,
            "dark": [[to_iso(since), None if until is None else to_iso(until)] for since, until in self.dark],
            "timeline": [moment.to_json() for moment in self.timeline],
        }
