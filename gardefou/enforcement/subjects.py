"""Accounts and posts as the subjects of orders."""

from dataclasses import dataclass

from gardefou.accounts import queries as accounts
from gardefou.accounts.bump_version import bump_version
from gardefou.enforcement.ports import Platform
from gardefou.guard.facts import Value
from gardefou.orders.ports import Subject
from gardefou.storage import Tx


@dataclass(frozen=True, slots=True)
class AccountSubjects:
    """Finds accounts."""

    def read(self, tx: Tx, *, subject_id: int, now: int, lock: bool) -> Subject | None:
        """Return the account as a subject."""
        row = accounts.find(tx, subject_id, lock=lock)
        if row is None:
            return None
        values: dict[str, Value] = dict(accounts.subject_values(tx, row, now))
        return Subject(
            kind="account",
            id=subject_id,
            account_id=subject_id,
            version=int(row["version"]),
            label=f"@{row['handle']}",
            values=values,
        )

    def changed(self, tx: Tx, *, subject: Subject) -> None:
        """Give the account a new version: what was signed for its old standing no longer fits."""
        bump_version(tx, subject.id)


@dataclass(frozen=True, slots=True)
class PostSubjects:
    """Finds posts. A post has its author's tier and its author's version."""

    platform: Platform

    def read(self, tx: Tx, *, subject_id: int, now: int, lock: bool) -> Subject | None:
        """Return the post as a subject."""
        found = self.platform.posts(tx, [subject_id])
        if not found:
            return None
        author = AccountSubjects().read(tx, subject_id=found[0].account_id, now=now, lock=lock)
        if author is None:
            return None
        return Subject(
            kind="post",
            id=subject_id,
            account_id=author.id,
            version=author.version,
            label=f"{author.label}/{subject_id}",
            values=author.values,
        )

    def changed(self, tx: Tx, *, subject: Subject) -> None:
        """Leave the author as he is: hiding one post changes nothing that was signed about the account."""
