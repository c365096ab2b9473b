"""Standings as the record gives them: what is in effect on a subject is what was executed and not reversed."""

from dataclasses import dataclass, field

from gardefou.ledger.store import Entry
from gardefou.orders.kinds import SHAPES, Kind, gravest


@dataclass(slots=True)
class Recorded:
    """One subject.

    Attributes:
        subject_kind: `account` or `post`.
        by: the last order that took effect on it.
        shown: the standing that order is said to have left behind.
        effective: what is in effect, order → the standing it asks for.
    """

    subject_kind: str
    by: int
    shown: str = "active"
    effective: dict[int, str] = field(default_factory=dict)

    @property
    def standing(self) -> str:
        """The gravest of what is in effect."""
        return gravest(list(self.effective.values()))


@dataclass(slots=True)
class Standings:
    """Every subject's, by the commitment the record knows it by."""

    subjects: dict[str, Recorded] = field(default_factory=dict)

    def take(self, entry: Entry) -> bool:
        """Take in one entry, in order; return whether the standing before and after it are what they must be."""
        body = entry.body
        if entry.order_id is None:
            return True
        if entry.kind == "order.reversed":
            known = self.subjects.get(str(body["subject"]))
            if known is not None:
                known.effective.pop(entry.order_id, None)
        elif entry.kind == "order.executed" and "standing" in body:
            known = self.subjects.setdefault(
                str(body["subject"]), Recorded(subject_kind=str(body["subject_kind"]), by=entry.order_id)
            )
            before, known.by = known.shown, entry.order_id
            target = SHAPES[Kind(str(body["order_kind"]))].target
            if target:
                known.effective[entry.order_id] = target
            known.shown = known.standing
            return bool(body["standing"] == {"before": before, "after": known.standing})
        return True
