"""Who sees what, and which owner may act: the one place that decides it (promise 8).

Standing is read, never written here, and nothing else is rewritten for its sake: hiding an account changes one row, and
every page asks these predicates. No row means active.

    standing   page, post pages   public timeline, search   followers' home   owner acts
    active     yes                yes                        yes               yes
    limited    yes                no                         yes               yes
    frozen     yes                yes                        yes               no
    hidden     no                 no                         no                no

A hidden post is nowhere, whatever its author's standing.
"""

from collections.abc import Iterator
from enum import StrEnum

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.sql.elements import SQLCoreOperations

from gardefou.network.tables import post_standing, standing
from gardefou.storage import Tx


class Standing(StrEnum):
    """What may be seen of an account. Values are stored: never change one."""

    ACTIVE = "active"
    LIMITED = "limited"
    FROZEN = "frozen"
    HIDDEN = "hidden"


#: Standings under which the account's page answers "not found".
GONE = frozenset({Standing.HIDDEN})
#: Standings under which public timelines and search pass the account over.
OUT_OF_PUBLIC = GONE | {Standing.LIMITED}
#: Standings under which the owner cannot act.
SILENCED = GONE | {Standing.FROZEN}

Id = SQLCoreOperations[int]


def account_shown(account_id: Id) -> ColumnElement[bool]:
    """Return the predicate: the account's page, its posts' pages and its followers' homes show it."""
    return ~_account_stands(account_id, GONE)


def account_public(account_id: Id) -> ColumnElement[bool]:
    """Return the predicate: public timelines and search show the account."""
    return ~_account_stands(account_id, OUT_OF_PUBLIC)


def post_shown(post_id: Id) -> ColumnElement[bool]:
    """Return the predicate: nothing hides this post by itself."""
    return ~exists(
        select(post_standing.c.post_id)
        .where(post_standing.c.post_id == post_id, post_standing.c.standing == Standing.HIDDEN)
        .correlate_except(post_standing)
    )


def _account_stands(account_id: Id, standings: frozenset[Standing]) -> ColumnElement[bool]:
    return exists(
        select(standing.c.account_id)
        .where(standing.c.account_id == account_id, standing.c.standing.in_(sorted(standings)))
        .correlate_except(standing)
    )


def standing_of(tx: Tx, account_id: int) -> Standing:
    """Return an account's standing."""
    value = tx.scalar(select(standing.c.standing).where(standing.c.account_id == account_id))
    return Standing(value) if value else Standing.ACTIVE


def post_standing_of(tx: Tx, post_id: int) -> Standing:
    """Return a post's own standing."""
    value = tx.scalar(select(post_standing.c.standing).where(post_standing.c.post_id == post_id))
    return Standing(value) if value else Standing.ACTIVE


def owner_may_act(tx: Tx, account_id: int) -> bool:
    """Return whether the owner may post, delete, follow and unfollow."""
    return standing_of(tx, account_id) not in SILENCED


def standings(tx: Tx) -> Iterator[tuple[str, int, str, int]]:
    """Yield every standing ever set: subject kind, subject id, standing, order id."""
    for row in tx.all(select(standing).order_by(standing.c.account_id)):
        yield "account", int(row["account_id"]), row["standing"], int(row["order_id"])
    for row in tx.all(select(post_standing).order_by(post_standing.c.post_id)):
        yield "post", int(row["post_id"]), row["standing"], int(row["order_id"])
