"""A case as a plain value, and the words a case's life is told in."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import RowMapping

from gardefou.reports.categories import Category
from gardefou.reports.leads import Lead
from gardefou.reports.priority import Weighed


class Outcome(StrEnum):
    """How a case ends. Values are stored: never change one."""

    UPHELD = "upheld"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """All open reports against one account.

    Attributes:
        id: the case.
        account_id: the account reported.
        state: `open` or `closed`.
        version: changes when what a person decides on has changed: graver, protected, handed, closed, reopened,
            reports set aside or not any more, an order that answers it proposed or ended. Not with each report, or a
            storm would keep everybody from deciding.
        category: the gravest complaint that counts.
        severity: its place; 0 is gravest.
        locale: the language of the first report.
        reports: how many reports, all of them.
        set_aside: how many of these are set aside.
        protected: whether the account was protected at any report.
        opened_at: when the first report came.
        updated_at: when anything last happened to it.
        due_at: when a first decision is due on what counts.
        handed_to: the role it was handed to, or None.
        closed_at: when it was closed, or None.
        closed_by: by whom, or None.
        outcome: how, or None.
        who: its reporters, weighed.
        reach: the most followers the account had at any report.
        rank_at: its place among cases of its gravity, the earlier the sooner.
        told_at: when the duty manager was last told of it, or None.
        order_id: the order that answers it, which an open case waits for; None without.
    """

    id: int
    account_id: int
    state: str
    version: int
    category: Category
    severity: int
    locale: str
    reports: int
    set_aside: int
    protected: bool
    opened_at: int
    updated_at: int
    due_at: int
    handed_to: str | None
    closed_at: int | None
    closed_by: str | None
    outcome: Outcome | None
    who: Weighed
    reach: int
    rank_at: int
    told_at: int | None
    order_id: int | None

    @property
    def open(self) -> bool:
        """Whether anybody still has to decide."""
        return self.state == "open"

    @property
    def counting(self) -> int:
        """How many reports count: all but those set aside."""
        return self.reports - self.set_aside

    @property
    def lead(self) -> Lead:
        """What leads it."""
        return Lead(category=self.category, due_at=self.due_at)

    @property
    def for_reviewers(self) -> bool:
        """Whether reviewers decide: a protected account's case, or one handed to them."""
        return self.protected or self.handed_to is not None

    @property
    def subject(self) -> str:
        """What events call it."""
        return f"case:{self.id}"


def case_of(row: RowMapping) -> Case:
    """Return a row of `cases` as a value."""
    return Case(
        id=row["id"],
        account_id=row["account_id"],
        state=row["state"],
        version=row["version"],
        category=Category(row["category"]),
        severity=row["severity"],
        locale=row["locale"],
        reports=row["reports"],
        set_aside=row["set_aside"],
        protected=bool(row["protected"]),
        opened_at=row["opened_at"],
        updated_at=row["updated_at"],
        due_at=row["due_at"],
        handed_to=row["handed_to"],
        closed_at=row["closed_at"],
        closed_by=row["closed_by"],
        outcome=Outcome(row["outcome"]) if row["outcome"] else None,
        who=weighed_of(row),
        reach=row["reach"],
        rank_at=row["rank_at"],
        told_at=row["told_at"],
        order_id=row["order_id"],
    )


def weighed_of(row: RowMapping) -> Weighed:
    """Return the sums of the reporters of a row of `cases`."""
    return Weighed(
        reporters=row["reporters"],
        newcomers=row["newcomers"],
        proven=row["proven"],
        proven_weight=row["proven_weight"],
        others_weight=row["others_weight"],
        right_before=row["right_before"],
        wrong_before=row["wrong_before"],
    )
