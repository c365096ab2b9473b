"""Enforcement's port to the embedded network: read standings back, set one in the name of an order."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from gardefou.connectors.embedded.deeds import deeds_of
from gardefou.connectors.embedded.neighbours import EmbeddedNeighbours
from gardefou.enforcement.ports import Deed, PostSeen, Profile
from gardefou.events import Actor
from gardefou.network import queries, visibility
from gardefou.network.ports import Neighbours
from gardefou.network.set_standing import set_standing
from gardefou.storage import Tx

HAND = Actor.machine("embedded connector")


@dataclass(frozen=True, slots=True)
class EmbeddedPlatform:
    """The network that runs in this very house; what is set here takes effect with the order's own transaction."""

    neighbours: Neighbours = field(default_factory=EmbeddedNeighbours)

    @property
    def deeds(self) -> Mapping[str, Deed]:
        """What it lets staff do beside setting standings, by kind."""
        return deeds_of(self.neighbours)

    def standing(self, tx: Tx, subject_kind: str, subject_id: int) -> str:
        """Return the standing the network shows for an account or a post."""
        read = {"account": visibility.standing_of, "post": visibility.post_standing_of}[subject_kind]
        return read(tx, subject_id).value

    def standings(self, tx: Tx) -> Iterator[tuple[str, int, str, int]]:
        """Yield every standing ever set: subject kind, subject id, standing, order id."""
        yield from visibility.standings(tx)

    def apply(self, tx: Tx, *, subject_kind: str, subject_id: int, standing: str, order_id: int) -> None:
        """Set a standing in the name of an order: one row."""
        set_standing(
            tx, actor=HAND, subject_kind=subject_kind, subject_id=subject_id, standing=standing, order_id=order_id
        )

    def profile(self, tx: Tx, account_id: int) -> Profile | None:
        """Return the account as shown, hidden or not; None when the network has none."""
        row = queries.any_account(tx, account_id)
        if row is None:
            return None
        return Profile(
            handle=row["handle"],
            display_name=row["display_name"],
            followers=int(row["followers"]),
            posts=int(row["posts"]),
        )

    def posts(self, tx: Tx, ids: Sequence[int]) -> Sequence[PostSeen]:
        """Return those of the posts that exist, hidden or not: staff see what was reported."""
        return [
            PostSeen(
                id=int(row["id"]),
                account_id=int(row["account_id"]),
                text=row["text"],
                posted_at=int(row["created_at"]),
            )
            for row in queries.any_posts(tx, ids)
        ]
