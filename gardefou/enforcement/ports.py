"""What a platform must do for us. `connectors/` does it, `app` joins them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from gardefou.orders.ports import Subject
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
class ImageSeen:
    """An image of a post as its platform has it.

    Attributes:
        id: the image's id.
        description: what it shows, in its author's words; empty when they gave none.
        width: of its small size, in points.
        height: likewise.
        kept: whether the image itself is there.
    """

    id: int
    description: str
    width: int
    height: int
    kept: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageFile:
    """Where an image lies.

    Attributes:
        post_ids: the posts that it hangs on or hung on.
        media_type: what it is.
        address: what its platform finds it by.
    """

    post_ids: tuple[int, ...]
    media_type: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """An account as its platform shows it."""

    handle: str
    display_name: str
    followers: int
    posts: int


class Deed(Protocol):
    """One thing, other than a standing, that a platform lets staff do to what is its members'."""

    @property
    def given(self) -> tuple[str, ...]:
        """Return the names of what a proposer gives."""

    def check(self, tx: Tx, *, subject: Subject, change: Mapping[str, str], now: int) -> Mapping[str, str]:
        """Return what is to be done whole and in one spelling, as it is signed.

        Raises:
            BadInputError, ConflictError: something is missing, unknown, or could not be done now.
        """

    def others(self, tx: Tx, *, change: Mapping[str, str]) -> Sequence[int]:
        """Return the ids of the other accounts it would touch, as far as the change can be read."""

    def do(self, tx: Tx, *, subject: Subject, change: Mapping[str, str], order_id: int, now: int) -> None:
        """Do it, in the name of an order."""

    def take_back(self, tx: Tx, *, subject: Subject, change: Mapping[str, str], order_id: int, now: int) -> None:
        """Take back what was done in the name of an order; never asked of what its kind calls final."""


class Platform(Protocol):
    """One platform. The embedded network applies in the order's own transaction."""

    @property
    def deeds(self) -> Mapping[str, Deed]:
        """Return everything it lets staff do beside setting standings, by the kind of order that does it."""

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


@runtime_checkable
class Exhibits(Protocol):
    """What a platform has of reported posts, for whoever decides about them: also what nobody else may see."""

    def there(self, tx: Tx, ids: Sequence[int]) -> frozenset[int]:
        """Return those of the posts that were not deleted."""

    def hidden(self, tx: Tx, ids: Sequence[int]) -> frozenset[int]:
        """Return those of the posts that the platform hides by their own standing; it asks once."""

    def images(self, tx: Tx, ids: Sequence[int]) -> Mapping[int, Sequence[ImageSeen]]:
        """Return the images of those of the posts that have any, by post, in their order; it asks once."""

    def find(self, tx: Tx, image_id: int) -> ImageFile | None:
        """Return where an image lies; None when there is none."""

    def read(self, image: ImageFile, *, large: bool) -> bytes | None:
        """Return an image, large or small; None when it is not kept any more."""
