"""How much one person proposed and signed of late: shown only where the house has turned it on (works councils)."""

from dataclasses import dataclass

from sqlalchemy import func, select

from gardefou.clock import DAY
from gardefou.events import Actor
from gardefou.orders.tables import orders, vote
from gardefou.storage import Tx

SINCE = 30 * DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What one person did within thirty days, in numbers."""

    proposed: int
    approved: int
    vetoed: int


def figures_of(tx: Tx, person_id: int, now: int) -> Figures:
    """Return one person's figures."""
    mine = orders.c.proposer == str(Actor.person(person_id))
    proposed = select(func.count()).select_from(orders).where(mine, orders.c.proposed_at > now - SINCE)
    since = vote.c.at > now - SINCE
    votes = select(vote.c.verb, func.count().label("number")).where(vote.c.person_id == person_id, since)
    counted = {row["verb"]: int(row["number"]) for row in tx.all(votes.group_by(vote.c.verb))}
    return Figures(proposed=int(tx.scalar(proposed)), approved=counted.get("approve", 0), vetoed=counted.get("veto", 0))
