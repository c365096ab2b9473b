"""What a member was told, as clients read it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import RowMapping

from gardefou.clock import to_iso
from gardefou.network.api.entities.accounts import accounts
from gardefou.network.api.entities.statuses import statuses
from gardefou.network.queries import shown_posts
from gardefou.storage import Tx


def notifications(tx: Tx, rows: Sequence[RowMapping], *, reader: int, site: str) -> list[dict[str, Any]]:
    """Return what a member was told.

    Args:
        tx: an open transaction.
        rows: of `net_notification`, from `notices.told_to`.
        reader: the member.
        site: where people reach us, without a slash at the end.
    """
    people = accounts(tx, {int(row["from_id"]) for row in rows}, site=site)
    wanted = sorted({int(row["post_id"]) for row in rows if row["post_id"] is not None})
    posts = statuses(tx, shown_posts(tx, post_ids=wanted, reader=reader), reader=reader, site=site)
    by_id = {entity["id"]: entity for entity in posts}
    return [
        {
            "id": str(row["id"]),
            "type": row["kind"],
            "created_at": to_iso(row["created_at"]),
            "group_key": f"ungrouped-{row['id']}",
            "account": people[int(row["from_id"])],
            **({} if row["post_id"] is None else {"status": by_id[str(row["post_id"])]}),
        }
        for row in rows
        if row["post_id"] is None or str(row["post_id"]) in by_id
    ]
