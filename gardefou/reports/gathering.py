"""A case and the reports that come to it: what its row is with them.

A graver report leads a case and makes it due sooner, protection only rises, and nothing that comes moves a case back;
but for one of which all reports are set aside.
What makes it graver also brings it back into the queue from waiting for an order.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import RowMapping

from gardefou.clock import HOUR
from gardefou.reports.case import weighed_of
from gardefou.reports.categories import DUE_HOURS, SEVERITY
from gardefou.reports.filing import Filing
from gardefou.reports.priority import Known, Weighed, rank_at, weighed


@dataclass(slots=True)
class Gathering:
    """A case, and what comes to it now.

    Attributes:
        case_id: the case.
        before: its row; None where it opens now.
        new: the reports that come.
        reporters: who reports in it for the first time, and in how many other cases they have done so just before.
    """

    case_id: int
    before: RowMapping | None
    new: list[Filing] = field(default_factory=list)
    reporters: dict[str, int] = field(default_factory=dict)

    @property
    def all_reports(self) -> int:
        """How many reports it has with these."""
        return len(self.new) + (0 if self.before is None else int(self.before["reports"]))

    @property
    def counting(self) -> int:
        """How many of them are not set aside."""
        return self.all_reports - (0 if self.before is None else int(self.before["set_aside"]))

    def sums(self, *, now: int, followers: Mapping[int, int], who: Weighed) -> dict[str, Any]:
        """Return what the case's row is with what came.

        Args:
            now: the instant, microseconds.
            followers: how many follow each account.
            who: the reporters who are new in it, weighed.
        """
        before, account_id = self.before, self.new[0].account_id
        gravest = min((one.category for one in self.new), key=lambda one: SEVERITY[one])
        severity, protected = SEVERITY[gravest], int(any(one.protected for one in self.new))
        due_at = min(now + DUE_HOURS[one.category] * HOUR for one in self.new)
        reports, reach, version, category = len(self.new), followers[account_id], 1, gravest.value
        tell_at, order_id = now if protected else None, None
        if before is not None:
            nothing = before["reports"] == before["set_aside"]
            # Where nothing counted, what comes now leads it, and not what was set aside.
            graver = severity != before["severity"] if nothing else severity < before["severity"]
            rises = protected > before["protected"]
            reports, reach = reports + before["reports"], max(reach, before["reach"])
            version, category = before["version"] + int(graver or rises), category if graver else before["category"]
            protected, who = max(protected, before["protected"]), weighed_of(before) + who
            if not nothing:
                severity, due_at = min(severity, before["severity"]), min(due_at, before["due_at"])
            # The duty manager is told of it again where it got worse, and not because more of the same came.
            tell_at = now if protected and (graver or rises) else before["tell_at"]
            # Whoever proposed an order did not know of this: somebody decides again.
            order_id = None if graver or rises else before["order_id"]
        return {
            "reports": reports,
            "category": category,
            "severity": severity,
            "protected": protected,
            "due_at": due_at,
            "updated_at": now,
            "version": version,
            **who.sums(),
            "reach": reach,
            "rank_at": rank_at(due_at=due_at, who=who, reach=reach),
            "tell_at": tell_at,
            "order_id": order_id,
        }

    def weighed(self, *, now: int, known: Mapping[str, Known], filed: Mapping[str, int]) -> Weighed:
        """Return the reporters who are new in it, weighed.

        Args:
            now: the instant, microseconds.
            known: what is known of each, all that they have filed now counted.
            filed: in how many cases each has filed now.
        """
        return weighed(
            (
                (key, known[key], known[key].filed - filed[key] + earlier == 0)
                for key, earlier in self.reporters.items()
            ),
            now,
        )
