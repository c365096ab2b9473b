"""A member's own account as their clients read it: with what they wrote it from, and their role, which is none."""

import json
from typing import Any

from gardefou.network.acting import reread
from gardefou.network.api.entities.accounts import accounts
from gardefou.storage import Tx

_ROLE = {"id": "-99", "name": "", "color": "", "permissions": "0", "highlighted": False}


def credential_account(tx: Tx, account_id: int, site: str) -> dict[str, Any]:
    """Return an account with its source, for its owner alone.

    Args:
        tx: an open transaction.
        account_id: whose.
        site: where people reach us, without a slash at the end.

    Raises:
        NoSuchPageError: there is none.
    """
    row = reread(tx, account_id)
    source = {
        "privacy": row["posts_visibility"],
        "sensitive": bool(row["posts_sensitive"]),
        "language": row["locale"],
        "note": row["note"],
        "fields": [{"name": name, "value": value, "verified_at": None} for name, value in json.loads(row["fields"])],
        "follow_requests_count": 0,
        "discoverable": bool(row["discoverable"]),
        "indexable": False,
        "hide_collections": False,
    }
    return {**accounts(tx, [account_id], site=site)[account_id], "source": source, "role": _ROLE}


def preferences(tx: Tx, account_id: int) -> dict[str, Any]:
    """Return what an owner's programs begin with.

    Raises:
        NoSuchPageError: there is no such account.
    """
    row = reread(tx, account_id)
    return {
        "posting:default:visibility": row["posts_visibility"],
        "posting:default:sensitive": bool(row["posts_sensitive"]),
        "posting:default:language": row["locale"],
        "reading:expand:media": "default",
        "reading:expand:spoilers": False,
        "reading:autoplay:gifs": False,
    }
