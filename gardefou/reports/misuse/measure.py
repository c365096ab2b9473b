"""What was decided about a reporter, as a plain value."""

from dataclasses import dataclass

from sqlalchemy import RowMapping

from gardefou.reports.misuse.criteria import WARNED_FOR, Gravity, Intent

WARNING, SUSPENSION = "warning", "suspension"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A warning, or a suspension. Attributes as in its table."""

    id: int
    reporter: str
    kind: str
    at: int
    by: int
    until: int | None
    reason: str
    decided: int
    rejected: int
    unfounded: int
    gravity: Gravity
    intent: Intent
    refused: int
    lifted_at: int | None
    lifted_by: int | None
    lifted_because: str | None
    contested_at: int | None
    contest: str | None
    answered_at: int | None
    answered_by: int | None
    answer: str | None

    @property
    def suspends(self) -> bool:
        """Whether reports are left unprocessed under it, rather than warned about."""
        return self.kind == SUSPENSION

    @property
    def waits_for_answer(self) -> bool:
        """Whether it was contested, and nobody has answered."""
        return self.contested_at is not None and self.answered_at is None

    def stands(self, now: int) -> bool:
        """Return whether it holds at an instant: not lifted, and not run out."""
        ends = self.at + WARNED_FOR if self.until is None else self.until
        return self.lifted_at is None and now < ends


def measure_of(row: RowMapping) -> Measure:
    """Return a row of `measure` as a value."""
    values = dict(row) | {"gravity": Gravity(row["gravity"]), "intent": Intent(row["intent"])}
    return Measure(**values)
