"""`account.speak` and `post.delete`: what an account says, and what it has said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from gardefou.connectors.embedded.deeds.common import HAND, FinalDeedError, account, refused
from gardefou.network.errors import FieldError
from gardefou.network.ports import Neighbours
from gardefou.network.post import LONGEST, readable
from gardefou.network.staff import remove_post, speak_as, unsay
from gardefou.orders.ports import Subject
from gardefou.safeguards.change import fields
from gardefou.storage import Tx


@dataclass(frozen=True, slots=True)
class Speak:
    """Says `text` in an account's name; the post says that it was."""

    neighbours: Neighbours
    given: ClassVar[tuple[str, ...]] = ("text",)

    def check(self, tx: Tx, *, subject: Subject, change: Mapping[str, str], now: int) -> Mapping[str, str]:  # noqa: ARG002  # the port's shape
        """Read the text.

        Raises:
            ChangeError, DeedError: it cannot be posted.
        """
        account(tx, subject.id)
        try:
            return {"text": readable(fields(change, needed=self.given, longest=2 * LONGEST)["text"])}
        except FieldError as problem:
            raise refused(problem) from problem

    def others(self, tx: Tx, *, change: Mapping[str, str]) -> Sequence[int]:  # noqa: ARG002  # the port's shape
        """Return nobody."""
        return ()

    def do(self, tx: Tx, *, subject: Subject, change: Mapping[str, str], order_id: int, now: int) -> None:
        """Post it."""
        speak_as(
            tx,
            self.neighbours,
            actor=HAND,
            now=now,
            account_id=subject.id,
            text=change["text"],
            locale=account(tx, subject.id)["locale"],
            order_id=order_id,
        )

    def take_back(self, tx: Tx, *, subject: Subject, change: Mapping[str, str], order_id: int, now: int) -> None:  # noqa: ARG002  # the port's shape
        """Delete the post."""
        unsay(tx, self.neighbours, actor=HAND, now=now, order_id=order_id)


@dataclass(frozen=True, slots=True)
class DeletePost:
    """Deletes a post for good."""

    neighbours: Neighbours
    given: ClassVar[tuple[str, ...]] = ()

    def check(self, tx: Tx, *, subject: Subject, change: Mapping[str, str], now: int) -> Mapping[str, str]:  # noqa: ARG002  # the port's shape
        """Read nothing: the post is the subject."""
        return fields(change, needed=())

    def others(self, tx: Tx, *, change: Mapping[str, str]) -> Sequence[int]:  # noqa: ARG002  # the port's shape
        """Return nobody."""
        return ()

    def do(self, tx: Tx, *, subject: Subject, change: Mapping[str, str], order_id: int, now: int) -> None:  # noqa: ARG002  # the port's shape
        """Delete it."""
        remove_post(
            tx, self.neighbours, actor=HAND, now=now, account_id=int(subject.account_id or 0), post_id=subject.id
        )

    def take_back(self, tx: Tx, *, subject: Subject, change: Mapping[str, str], order_id: int, now: int) -> None:  # noqa: ARG002  # the port's shape
        """Refuse."""
        raise FinalDeedError
