"""What a platform must do for us. `connectors/` does it, `app` joins them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from gardefou.storage import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class PostSeen:
    """A post as its platform has it.

    Attributes:
        id: the post's id.
        account_id: its author.
        text: its words, plain.
        posted_at: when.
    """

    id: int
    account_id: int
    text: str
    posted_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """An account as its platform shows it."""

    handle: str
    display_name: str
    followers: int
    posts: int


class Platform(Protocol):
    """One platform. The embedded network applies in the order's own transaction."""

    def standing(self, tx: Tx, subject_kind: str, subject_id: int) -> str:
        """Return the standing the platform shows for an account or a post."""

    def standings(self, tx: Tx) -> Iterable[tuple[str, int, str, int]]:
        """Return every standing ever set: subject kind, subject id, standing, order id."""

    def apply(self, tx: Tx, *, subject_kind: str, subject_id: int, standing: str, order_id: int) -> None:
        """Set a standing in the name of an order: one row."""

    def profile(self, tx: Tx, account_id: int) -> Profile | None:
        """Return the account as shown, counters included; None when the platform has none."""

    def posts(self, tx: Tx, ids: Sequence[int]) -> Sequence[PostSeen]:
        """Return those of the posts that exist."""
