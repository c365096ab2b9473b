"""Three members of the network over HTTP, each with a program, and a visitor."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from gardefou.clock import SimulatedClock
from gardefou.events import Actor
from gardefou.network.follow import follow
from gardefou.network.tables import net_account
from gardefou.storage import Database
from tests.factories.client_api import Client, Program, client_api, make_token
from tests.factories.network import make_member, put_standing
from tests.fakes.neighbours import NeighboursInMemory


@dataclass(kw_only=True)
class ThreeMembers:
    """Three members, each with a program, and a visitor; and what a test changes around them."""

    db: Database
    clock: SimulatedClock
    client: Client
    ids: dict[str, int]
    alice: Program
    bob: Program
    carol: Program
    visitor: Program

    def follow(self, who: str, whom: str) -> None:
        """Let one member follow another."""
        with self.db.transaction() as tx:
            actor = Actor.member(self.ids[who])
            follow(tx, NeighboursInMemory(), actor=actor, now=self.clock.now(), handle=whom)

    def stand(self, who: str, standing: str, kind: str = "account", subject: int = 0) -> None:
        """Give a member or a post a standing."""
        with self.db.transaction() as tx:
            subject_id = subject or self.ids[who]
            put_standing(tx, self.clock.now(), subject_id=subject_id, standing=standing, subject_kind=kind)

    def put(self, table: Any, **values: Any) -> None:
        """Put a row straight into its table."""
        with self.db.transaction() as tx:
            tx.execute(table.insert().values(created_at=self.clock.now(), **values))

    def count(self, table: Any) -> int:
        """Return how many rows a table has."""
        with self.db.reading() as tx:
            return int(tx.scalar(select(func.count()).select_from(table)))

    def posts_of(self, who: str) -> int:
        """Return an account's kept counter of posts."""
        with self.db.reading() as tx:
            return int(tx.scalar(select(net_account.c.posts).where(net_account.c.id == self.ids[who])))


def ids_of(statuses: list[dict[str, Any]]) -> list[str]:
    """Return which posts were answered with."""
    return [status["id"] for status in statuses]


@contextmanager
def three_members(db: Database, clock: SimulatedClock) -> Iterator[ThreeMembers]:
    """Open the network's doors on a database with three members."""
    with client_api(db, clock) as client:
        with db.transaction() as tx:
            now = clock.now()
            ids = {name: make_member(tx, now, handle=name) for name in ("alice", "bob", "carol")}
            tokens = {name: make_token(tx, now, account_id=number) for name, number in ids.items()}
        programs = {name: Program(client=client, token=token) for name, token in tokens.items()}
        yield ThreeMembers(db=db, clock=clock, client=client, ids=ids, visitor=Program(client=client), **programs)
