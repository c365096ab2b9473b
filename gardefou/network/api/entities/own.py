"""An account as its owner's program reads it: what anybody reads, and what the owner writes with."""

import json
from typing import Any

from sqlalchemy import RowMapping, select

from gardefou.network.api.entities.accounts import accounts
from gardefou.network.errors import NoSuchPageError
from gardefou.network.tables import net_account
from gardefou.storage import Tx

Entity = dict[str, Any]
#: Nobody on the network has a role there: staff work at the desk.
NO_ROLE: Entity = {"id": "-99", "name": "", "color": "", "permissions": "0", "highlighted": False}


def own_account(tx: Tx, account_id: int, *, site: str) -> Entity:
    """Return an account with its owner's source and role.

    Raises:
        NoSuchPageError: there is none.
    """
    row = _row(tx, account_id)
    source = {
        "privacy": row["posts_visibility"],
        "sensitive": bool(row["posts_sensitive"]),
        "language": row["locale"],
        "note": row["note"],
        "fields": [{"name": name, "value": value, "verified_at": None} for name, value in json.loads(row["fields"])],
        "follow_requests_count": 0,
    }
    return accounts(tx, [account_id], site=site)[account_id] | {"source": source, "role": dict(NO_ROLE)}


def preferences(tx: Tx, account_id: int) -> Entity:
    """Return what an owner's programs begin with.

    Raises:
        NoSuchPageError: there is no such account.
    """
    row = _row(tx, account_id)
    return {
        "posting:default:visibility": row["posts_visibility"],
        "posting:default:sensitive": bool(row["posts_sensitive"]),
        "posting:default:language": row["locale"],
        "reading:expand:media": "default",
        "reading:expand:spoilers": False,
        "reading:autoplay:gifs": False,
    }


def _row(tx: Tx, account_id: int) -> RowMapping:
    row = tx.first(select(net_account).where(net_account.c.id == account_id))
    if row is None:
        raise NoSuchPageError
    return row
