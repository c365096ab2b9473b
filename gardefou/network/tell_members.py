"""The house tells members something itself: that a report of theirs was decided, or what was decided about theirs.

Not among what clients read: the Mastodon client API has no notification that tells a reporter the outcome, and a kind
that they do not know they show as an error. Members read it where they read everything else, on the network's pages.
"""

from collections.abc import Sequence

from sqlalchemy import insert, select

from gardefou.events import Actor
from gardefou.network.tables import net_account, net_house_notice
from gardefou.storage import Tx
from gardefou.storage.among import among


def tell_members(
    tx: Tx,
    *,
    actor: Actor,  # noqa: ARG001  # every write names its actor
    now: int,
    kind: str,
    about: str,
    handle: str,
    members: Sequence[tuple[int, str]],
) -> int:
    """Tell members something, each once: what they were told of the same thing before is not told again.

    Args:
        tx: the open transaction.
        actor: the machine of the house that tells them.
        now: the instant.
        kind: what they are told.
        about: the thing that it is about, the same for all of them.
        handle: the account that it is about; empty for none.
        members: each member's number, and the address at which they read more.

    Returns:
        How many were told now.
    """
    known, told = net_account.c.id, net_house_notice.c
    ids = [member_id for member_id, _leads_to in members]
    there = set(tx.ids(select(known).where(among(known, ids))))
    before = set(tx.ids(select(told.account_id).where(told.about == about, among(told.account_id, ids))))
    rows = [
        {
            "id": tx.new_id(now),
            "account_id": member_id,
            "kind": kind,
            "about": about,
            "handle": handle,
            "leads_to": leads_to,
            "created_at": now,
        }
        for member_id, leads_to in members
        if member_id in there - before
    ]
    if rows:
        tx.execute(insert(net_house_notice), rows)
    return len(rows)
