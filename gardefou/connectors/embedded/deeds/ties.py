"""`account.block` and `account.unfollow`: who may follow an account, and who does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from gardefou.connectors.embedded.deeds.common import HAND, MOST_NAMED, named, spelt, touched
from gardefou.enforcement.errors import DeedError
from gardefou.network.ports import Neighbours
from gardefou.network.queries import follows, kept_apart
from gardefou.network.staff import block, give_back, take_away, unblock
from gardefou.orders.ports import Subject
from gardefou.safeguards.change import fields
from gardefou.storage import Tx
from gardefou.words import gettext as _


@dataclass(frozen=True, slots=True)
class Block:
    """Keeps an account and `other` from following each other."""

    neighbours: Neighbours
    given: ClassVar[tuple[str, ...]] = ("other",)

    def check(self, tx: Tx, *, subject: Subject, change: Mapping[str, str], now: int) -> Mapping[str, str]:  # noqa: ARG002  # the port's shape
        """Read who it is.

        Raises:
            ChangeError, DeedError: there is no such account, it is the same, or one is blocked already.
        """
        (other,) = named(tx, fields(change, needed=self.given)["other"], field="other", most=1)
        if int(other["id"]) == subject.id:
            raise DeedError(_("An account cannot be blocked from itself."), field="other")
        if kept_apart(tx, subject.id, int(other["id"])):
            raise DeedError(_("One of the two accounts is blocked by the other already."), field="other")
        return {"other": spelt([other])}

    def others(self, tx: Tx, *, change: Mapping[str, str]) -> Sequence[int]:
        """Return whoever is named: what they follow, and who follows them, changes as well."""
        return touched(tx, change.get("other", ""))

    def do(self, tx: Tx, *, subject: Subject, change: Mapping[str, str], order_id: int, now: int) -> None:
        """Block it."""
        (other,) = named(tx, change["other"], field="other", most=1)
        block(
            tx,
            self.neighbours,
            actor=HAND,
            now=now,
            account_id=subject.id,
            other_id=int(other["id"]),
            order_id=order_id,
        )

    def take_back(self, tx: Tx, *, subject: Subject, change: Mapping[str, str], order_id: int, now: int) -> None:  # noqa: ARG002  # the port's shape
        """Unblock it, and give back the follows that this ended."""
        unblock(tx, self.neighbours, actor=HAND, now=now, order_id=order_id)


@dataclass(frozen=True, slots=True)
class Unfollow:
    """Takes `followers`, up to twenty handles, from an account."""

    neighbours: Neighbours
    given: ClassVar[tuple[str, ...]] = ("followers",)

    def check(self, tx: Tx, *, subject: Subject, change: Mapping[str, str], now: int) -> Mapping[str, str]:  # noqa: ARG002  # the port's shape
        """Read who they are.

        Raises:
            ChangeError, DeedError: one is not there, or none of them follows.
        """
        rows = named(tx, fields(change, needed=self.given)["followers"], field="followers", most=MOST_NAMED)
        if not any(follows(tx, follower_id=int(row["id"]), followee_id=subject.id) for row in rows):
            raise DeedError(_("None of them follows %(subject)s.", subject=subject.label), field="followers")
        return {"followers": spelt(rows)}

    def others(self, tx: Tx, *, change: Mapping[str, str]) -> Sequence[int]:
        """Return whoever is named: what they follow, and who follows them, changes as well."""
        return touched(tx, change.get("followers", ""))

    def do(self, tx: Tx, *, subject: Subject, change: Mapping[str, str], order_id: int, now: int) -> None:
        """Take them away; who follows no more by then is left out."""
        rows = named(tx, change["followers"], field="followers", most=MOST_NAMED)
        take_away(
            tx,
            self.neighbours,
            actor=HAND,
            now=now,
            account_id=subject.id,
            follower_ids=[int(row["id"]) for row in rows],
            order_id=order_id,
        )

    def take_back(self, tx: Tx, *, subject: Subject, change: Mapping[str, str], order_id: int, now: int) -> None:  # noqa: ARG002  # the port's shape
        """Give them back."""
        give_back(tx, self.neighbours, actor=HAND, now=now, order_id=order_id)
