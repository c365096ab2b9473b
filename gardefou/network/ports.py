"""What the network tells the house it is a guest in. Whoever wants to know implements `Neighbours`."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from sqlalchemy import RowMapping

from gardefou.events import Actor
from gardefou.network.errors import NotProcessedError
from gardefou.storage import Tx

#: A row of `net_account`.
AccountRow = RowMapping


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedPost:
    """A post as it read when it was reported."""

    post_id: int
    excerpt: str
    posted_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """What someone reports: an account, or some of its posts."""

    account_id: int
    category: str
    comment: str
    posts: tuple[ReportedPost, ...]
    locale: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryChoice:
    """One thing a report can be about, in the words of the language spoken now."""

    value: str
    label: str


@runtime_checkable
class Neighbours(Protocol):
    """The rooms above, as far as the network needs them. Every call is part of the caller's transaction."""

    def account_opened(self, tx: Tx, *, now: int, account: AccountRow) -> None:
        """Take note of a new account."""

    def account_changed(self, tx: Tx, *, now: int, account: AccountRow) -> None:
        """Take note that an account's counters or names are no longer what they were."""

    def may_rename(self, tx: Tx, *, account_id: int) -> bool:
        """Return whether an account can go by another name now: never while an order on it is open (promise 3)."""

    def contact_changed(self, tx: Tx, *, now: int, account: AccountRow) -> None:
        """Take note that an account's owner is written to elsewhere."""

    def reports_filed(
        self, tx: Tx, *, now: int, complaints: Sequence[tuple[Actor, Complaint]]
    ) -> list[int | NotProcessedError]:
        """Take reports in, each of its reporter: the number of a receipt, or why a reporter's are not processed now."""

    def in_question(self, tx: Tx, *, now: int, posts: Mapping[int, int]) -> Collection[int]:
        """Return those of these posts, each with its author's account, that somebody still decides about.

        Their images stay, whatever became of the posts.
        """

    def told_reporter(self, tx: Tx, *, now: int, reporter: Actor) -> Sequence[str]:
        """Return what somebody has to know before they report again: that they were warned, or are not read now."""

    def explain_standing(self, tx: Tx, *, account_id: int) -> Sequence[str] | None:
        """Return why the owner cannot act: reason, since when, how to contest it; None when there is nothing to say."""

    def categories(self) -> Sequence[CategoryChoice]:
        """Return what a report can be about, the gravest first."""
