"""Accounts as clients read them. A hidden one is blanked and says `suspended`; a limited one says `limited`."""

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import RowMapping, Select, select

from gardefou.clock import to_iso
from gardefou.network.queries import shown_handles
from gardefou.network.tables import net_account
from gardefou.network.tables import standing as standing_table
from gardefou.network.text import linked, mentioned
from gardefou.network.visibility import GONE, Standing
from gardefou.storage import Tx
from gardefou.storage.among import among
from gardefou.storage.prepared import prepared

Entity = dict[str, Any]
#: What stands in for an image that an account has not, or no longer shows.
NO_AVATAR, NO_HEADER = "/static/avatar.png", "/static/header.png"


def accounts(tx: Tx, ids: Collection[int], *, site: str) -> dict[int, Entity]:
    """Return accounts by id, whatever their standing: each says it in its own way.

    Args:
        tx: an open transaction.
        ids: whose.
        site: where people reach us, without a slash at the end.
    """
    if not ids:
        return {}
    rows = tx.all(*_rows(sorted(set(ids))))
    handles = shown_handles(tx, mentioned(row["note"] for row in rows))
    return {int(row["id"]): _account(row, handles, site) for row in rows}


@prepared
def _rows(ids: list[int]) -> Select[Any]:
    stands = standing_table.c
    joined = select(net_account, stands.standing).outerjoin(standing_table, stands.account_id == net_account.c.id)
    return joined.where(among(net_account.c.id, ids))


def _account(row: RowMapping, handles: dict[str, str], site: str) -> Entity:
    standing = Standing(row["standing"] or Standing.ACTIVE)
    url = f"{site}/@{row['handle']}"
    entity = {
        "id": str(row["id"]),
        "username": row["handle"],
        "acct": row["handle"],
        "display_name": row["display_name"],
        "locked": False,
        "bot": bool(row["bot"]),
        "discoverable": bool(row["discoverable"]),
        "indexable": False,
        "group": False,
        "created_at": to_iso(row["created_at"]),
        "note": f"<p>{linked(row['note'], handles, site=site)}</p>" if row["note"] else "",
        "url": url,
        "uri": url,
        **_images(row, site),
        "followers_count": int(row["followers"]),
        "following_count": int(row["following"]),
        "statuses_count": int(row["posts"]),
        "last_status_at": None if row["last_post_at"] is None else to_iso(row["last_post_at"])[:10],
        "hide_collections": False,
        "noindex": False,
        "emojis": [],
        "roles": [],
        "fields": [
            {"name": name, "value": str(linked(value, {}, site=site)), "verified_at": None}
            for name, value in json.loads(row["fields"])
        ],
    }
    if standing in GONE:
        return entity | _blank(site)
    return entity | ({"limited": True} if standing is Standing.LIMITED else {})


def _images(row: RowMapping, site: str) -> Entity:
    avatar = f"{site}{NO_AVATAR}" if row["avatar_id"] is None else f"{site}/media/{row['avatar_id']}/original"
    header = f"{site}{NO_HEADER}" if row["header_id"] is None else f"{site}/media/{row['header_id']}/original"
    return {"avatar": avatar, "avatar_static": avatar, "header": header, "header_static": header}


def _blank(site: str) -> Entity:
    images = dict.fromkeys(("avatar", "avatar_static"), f"{site}{NO_AVATAR}")
    images |= dict.fromkeys(("header", "header_static"), f"{site}{NO_HEADER}")
    said = {"display_name": "", "note": "", "fields": [], "bot": False, "discoverable": False, "suspended": True}
    return {**images, **said}
