"""What leads a case: the gravest kind of complaint among the reports that count, and when a first decision is due."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from gardefou.clock import HOUR
from gardefou.reports.categories import DUE_HOURS, SEVERITY, Category


class Kind(NamedTuple):
    """Reports of one kind of complaint: which, how many, and when the first of them came."""

    category: str
    reports: int
    first_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """What leads a case, and when it is due."""

    category: Category
    due_at: int

    @property
    def severity(self) -> int:
        """The place of what leads it; 0 is gravest."""
        return SEVERITY[self.category]

    def joined(self, other: "Lead") -> "Lead":
        """Return what leads both together."""
        return Lead(
            category=min(self.category, other.category, key=SEVERITY.__getitem__),
            due_at=min(self.due_at, other.due_at),
        )


def lead_of(first: Mapping[str, int]) -> Lead | None:
    """Return what leads reports, told when the first of each kind came; None of none."""
    if not first:
        return None
    return Lead(
        category=min((Category(one) for one in first), key=SEVERITY.__getitem__),
        due_at=min(at + DUE_HOURS[Category(one)] * HOUR for one, at in first.items()),
    )
