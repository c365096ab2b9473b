# ruff: noqa: ARG002  # a fake has the shape of its port, used or not
"""Neighbours in memory: a true second implementation of the network's port, for tests of the network alone."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from gardefou.events import Actor
from gardefou.network.errors import NotProcessedError
from gardefou.network.ports import AccountRow, CategoryChoice, Complaint
from gardefou.storage import Tx


@dataclass
class NeighboursInMemory:
    """Remembers what the network announced."""

    accounts: dict[int, AccountRow] = field(default_factory=dict)
    complaints: list[tuple[Actor, Complaint]] = field(default_factory=list)
    explanations: dict[int, list[str]] = field(default_factory=dict)
    names_held: set[int] = field(default_factory=set)
    questioned: set[int] = field(default_factory=set)
    unread: dict[str, int] = field(default_factory=dict)

    def account_opened(self, tx: Tx, *, now: int, account: AccountRow) -> None:
        """Remember the account."""
        self.accounts[account["id"]] = account

    def account_changed(self, tx: Tx, *, now: int, account: AccountRow) -> None:
        """Remember the account as it is now."""
        self.accounts[account["id"]] = account

    def may_rename(self, tx: Tx, *, account_id: int) -> bool:
        """Say what the test decided."""
        return account_id not in self.names_held

    def contact_changed(self, tx: Tx, *, now: int, account: AccountRow) -> None:
        """Remember the account as it is now."""
        self.accounts[account["id"]] = account

    def reports_filed(
        self, tx: Tx, *, now: int, complaints: Sequence[tuple[Actor, Complaint]]
    ) -> list[int | NotProcessedError]:
        """Remember the reports; the same one again is the same receipt. Whom the test shuts out gets none."""
        fit = [one for one in complaints if str(one[0]) not in self.unread]
        self.complaints += [one for one in dict.fromkeys(fit) if one not in self.complaints]
        return [
            self.complaints.index(one) + 1 if one in fit else NotProcessedError(until=self.unread[str(one[0])])
            for one in complaints
        ]

    def in_question(self, tx: Tx, *, now: int, posts: Mapping[int, int]) -> Collection[int]:
        """Say what the test decided."""
        return self.questioned & posts.keys()

    def told_reporter(self, tx: Tx, *, now: int, reporter: Actor) -> Sequence[str]:
        """Say that nobody reads them, of whom the test shuts out."""
        return ["Your reports are not processed."] if str(reporter) in self.unread else []

    def explain_standing(self, tx: Tx, *, account_id: int) -> Sequence[str] | None:
        """Say what the test put in its mouth."""
        return self.explanations.get(account_id)

    def categories(self) -> Sequence[CategoryChoice]:
        """Two are enough."""
        return [CategoryChoice(value="threats", label="Threats"), CategoryChoice(value="spam", label="Spam")]
