"""How a member stands to other accounts, as clients read it."""

from collections.abc import Sequence
from typing import Any

from gardefou.network.ties import ties
from gardefou.storage import Tx


def relationships(tx: Tx, member_id: int, ids: Sequence[int], *, now: int) -> list[dict[str, Any]]:
    """Return how a member stands to these accounts, in their order.

    Args:
        tx: an open transaction.
        member_id: the member.
        ids: the others.
        now: the instant, microseconds.
    """
    found = ties(tx, member_id, ids, now=now)
    return [
        {
            "id": str(one),
            "following": found[one].following,
            # Whoever follows gets everything that is passed on, and is told of nothing but what concerns them.
            "showing_reblogs": found[one].following,
            "notifying": False,
            "languages": None,
            "followed_by": found[one].followed_by,
            "blocking": found[one].blocking,
            "blocked_by": found[one].blocked_by,
            "muting": found[one].muting,
            "muting_notifications": found[one].muting_notifications,
            "requested": False,
            "requested_by": False,
            "domain_blocking": False,
            "endorsed": False,
            "note": "",
        }
        for one in ids
    ]
