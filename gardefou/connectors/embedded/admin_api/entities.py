"""Accounts and reports as moderating clients read them. Addresses of owners and of their machines are not shown."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import RowMapping, select

from gardefou.clock import to_iso
from gardefou.network.api.entities.accounts import accounts
from gardefou.network.api.entities.rules import rules_of_category
from gardefou.network.api.entities.statuses import statuses
from gardefou.network.ports import Neighbours
from gardefou.network.queries import shown_posts
from gardefou.network.tables import net_account
from gardefou.network.tables import standing as standing_table
from gardefou.network.visibility import Standing
from gardefou.reports.categories import Category
from gardefou.reports.tables import cases, lease, report, report_post
from gardefou.storage import Tx

Entity = dict[str, Any]
_MEMBER = {"id": "-99", "name": "", "color": "", "position": -1, "permissions": "0", "highlighted": False}
_CATEGORIES = {Category.SPAM: "spam", Category.ILLEGAL: "legal", Category.OTHER: "other"}


def admin_accounts(tx: Tx, ids: Collection[int], *, site: str) -> dict[int, Entity]:
    """Return accounts by id."""
    if not ids:
        return {}
    public = accounts(tx, ids, site=site)
    rows = tx.all(
        select(net_account, standing_table.c.standing)
        .outerjoin(standing_table, standing_table.c.account_id == net_account.c.id)
        .where(net_account.c.id.in_(sorted(set(ids))))
    )
    return {int(row["id"]): _account(row, public[int(row["id"])]) for row in rows}


def _account(row: RowMapping, public: Entity) -> Entity:
    standing = Standing(row["standing"] or Standing.ACTIVE)
    return {
        "id": str(row["id"]),
        "username": row["handle"],
        "domain": None,
        "created_at": to_iso(row["created_at"]),
        "email": "",
        "ip": None,
        "ips": [],
        "role": _MEMBER,
        "confirmed": True,
        "approved": True,
        "suspended": standing is Standing.HIDDEN,
        "silenced": standing is Standing.LIMITED,
        "disabled": standing is Standing.FROZEN,
        "sensitized": False,
        "locale": row["locale"],
        "invite_request": None,
        "account": public,
        "created_by_application_id": None,
        "invited_by_account_id": None,
    }


def admin_reports(tx: Tx, rows: Sequence[RowMapping], *, neighbours: Neighbours, site: str) -> list[Entity]:
    """Return reports with their accounts; those who work here have no account on the network to show."""
    members = {number for row in rows if (number := reporter_of(row)) is not None}
    found = admin_accounts(tx, members | {int(row["account_id"]) for row in rows}, site=site)
    return [_report(tx, row, found, site) | {"rules": rules_of_category(neighbours, row["category"])} for row in rows]


def reporter_of(row: RowMapping) -> int | None:
    """Return the member who reported; None for a visitor or a machine."""
    kind, _colon, key = row["reporter"].partition(":")
    return int(key) if kind == "member" and key.isdigit() else None


def _report(tx: Tx, row: RowMapping, found: dict[int, Entity], site: str) -> Entity:
    closed = row["state"] == "closed"
    member = reporter_of(row)
    wanted = tx.all(select(report_post.c.post_id).where(report_post.c.report_id == row["id"]))
    posts = shown_posts(tx, post_ids=[int(one["post_id"]) for one in wanted])
    category = Category(row["category"])
    return {
        "id": str(row["id"]),
        "action_taken": closed,
        "action_taken_at": to_iso(row["closed_at"]) if closed else None,
        "category": _CATEGORIES.get(category, "violation"),
        "comment": row["comment"],
        "forwarded": False,
        "created_at": to_iso(row["created_at"]),
        "updated_at": to_iso(row["updated_at"]),
        "account": None if member is None else found.get(member),
        "target_account": found[int(row["account_id"])],
        "assigned_account": None,
        "action_taken_by_account": None,
        "statuses": statuses(tx, posts, reader=None, site=site),
    }


def reports_and_cases() -> Any:
    """Return every report with how its case stands."""
    columns = (cases.c.state, cases.c.closed_at, cases.c.updated_at, cases.c.version, lease.c.person_id)
    return (
        select(report, *columns)
        .join(cases, cases.c.id == report.c.case_id)
        .outerjoin(lease, lease.c.case_id == cases.c.id)
    )
