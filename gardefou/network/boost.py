"""A member passes a post on, or takes that back. A boost is a post without a text, one for each member and post."""

from sqlalchemy import select, update

from gardefou.events import Actor
from gardefou.network.acting import acting_member
from gardefou.network.delete_post import drop
from gardefou.network.errors import NotToBePassedOnError
from gardefou.network.notify import Notice, notify
from gardefou.network.ports import Neighbours
from gardefou.network.post import publish
from gardefou.network.queries import locked_original
from gardefou.network.tables import net_post
from gardefou.network.visibility import FOR_ALL, Visibility
from gardefou.storage import Tx


def boost(
    tx: Tx,
    neighbours: Neighbours,
    *,
    actor: Actor,
    now: int,
    post_id: int,
    visibility: Visibility = Visibility.PUBLIC,
) -> int:
    """Pass a post on, once; keep the counters and tell its author.

    Args:
        tx: the open transaction.
        neighbours: who is told.
        actor: the member.
        now: the instant, microseconds.
        post_id: which; of something passed on, what it passes on.
        visibility: for whom; what only followers read stays for followers.

    Returns:
        The id of the boost; of the one there was, if it was passed on before.

    Raises:
        NoSuchPageError: there is none that this member may read.
        NotToBePassedOnError: its author has not written it for everybody.
        OwnerCannotActError: the member is frozen or hidden.
    """
    account_id = acting_member(tx, actor)
    passed_on = locked_original(tx, post_id=post_id, reader=account_id)
    own = passed_on.account_id == account_id and passed_on.visibility is Visibility.PRIVATE
    if (passed_on.visibility not in FOR_ALL and not own) or visibility is Visibility.DIRECT:
        raise NotToBePassedOnError
    before = _boost(tx, account_id, passed_on.id)
    if before is not None:
        return before
    boost_id = publish(
        tx,
        neighbours,
        now=now,
        account_id=account_id,
        text="",
        locale=passed_on.locale,
        boost_of_id=passed_on.id,
        visibility=(Visibility.PRIVATE if own else visibility).value,
    )
    tx.execute(update(net_post).where(net_post.c.id == passed_on.id).values(reposts=net_post.c.reposts + 1))
    notify(tx, actor=actor, now=now, account_id=passed_on.account_id, kind=Notice.BOOST, post_id=passed_on.id)
    return boost_id


def unboost(tx: Tx, neighbours: Neighbours, *, actor: Actor, now: int, post_id: int) -> int:
    """Take back that a post was passed on, if it was; return its id.

    Raises:
        NoSuchPageError: there is none that this member may read.
        OwnerCannotActError: the member is frozen or hidden.
    """
    account_id = acting_member(tx, actor)
    passed_on = locked_original(tx, post_id=post_id, reader=account_id)
    before = _boost(tx, account_id, passed_on.id)
    if before is not None:
        drop(tx, neighbours, now=now, account_id=account_id, which=net_post.c.id == before)
    return passed_on.id


def _boost(tx: Tx, account_id: int, post_id: int) -> int | None:
    mine = (net_post.c.boost_of_id == post_id) & (net_post.c.account_id == account_id)
    found = tx.scalar(select(net_post.c.id).where(mine))
    return None if found is None else int(found)
