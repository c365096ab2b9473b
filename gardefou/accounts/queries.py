"""Reading accounts."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import RowMapping, Select, and_, bindparam, or_, select

from gardefou.accounts.errors import UnknownAccountError
from gardefou.accounts.handles import key_of
from gardefou.accounts.tables import account as account_table
from gardefou.accounts.tables import roster_line
from gardefou.clock import DAY
from gardefou.guard.facts import Value
from gardefou.ledger import store
from gardefou.ledger.tables import entry, entry_about
from gardefou.storage import Tx
from gardefou.storage.among import among
from gardefou.storage.once import once
from gardefou.storage.prepared import prepared

#: The embedded network's name among platforms.
EMBEDDED = "embedded"
PEAK_WINDOW = 90 * DAY
SEARCH_LIMIT = 50

#: What rules are told of an account, beside its line of the roster.
FACTS = (
    account_table.c.followers,
    account_table.c.peak_followers,
    account_table.c.peak_at,
    account_table.c.office,
    account_table.c.assigned_tier,
    account_table.c.reached_tier,
)

_ROW = select(account_table).where(account_table.c.id == bindparam("account_id"))
_LOCKED = _ROW.with_for_update()
_EVERY_LINE = select(roster_line).where(roster_line.c.account_id == bindparam("account_id"))
_LINE = _EVERY_LINE.where(roster_line.c.removed_at.is_(None))


@once
def find(tx: Tx, account_id: int, *, lock: bool = False) -> RowMapping | None:
    """Return an account's row, locked if asked, or None."""
    return tx.first(_LOCKED if lock else _ROW, {"account_id": account_id})


def account(tx: Tx, account_id: int, *, lock: bool = False) -> RowMapping:
    """Return an account's row, locked if asked.

    Raises:
        UnknownAccountError: there is no account by that number.
    """
    row = find(tx, account_id, lock=lock)
    if row is None:
        raise UnknownAccountError(f"there is no account by the number {account_id}")
    return row


@once
def accounts(tx: Tx, ids: Collection[int]) -> dict[int, RowMapping]:
    """Return the rows of these accounts by id; those unknown are left out."""
    return {int(row["id"]): row for row in tx.all(*_accounts(list(ids)))} if ids else {}


@prepared
def _accounts(ids: list[int]) -> Select[Any]:
    return select(account_table).where(among(account_table.c.id, ids))


def lock_those(tx: Tx, ids: Collection[int]) -> dict[int, int]:
    """Lock the rows of these accounts, in the order in which everybody locks them.

    Returns:
        How many followers each account has that there is.
    """
    return {int(row["id"]): int(row["followers"]) for row in tx.all(*_locked(list(ids)))}


@prepared
def _locked(ids: list[int]) -> Select[Any]:
    wanted = select(account_table.c.id, account_table.c.followers).where(among(account_table.c.id, ids))
    return wanted.order_by(account_table.c.id).with_for_update()


def by_handle(tx: Tx, handle: str, platform: str = EMBEDDED) -> RowMapping | None:
    """Return the account that goes by this handle, however it is spelt, or None."""
    return tx.first(
        select(account_table).where(account_table.c.platform == platform, account_table.c.handle_key == key_of(handle))
    )


def by_platform_id(tx: Tx, platform: str, platform_id: str) -> RowMapping | None:
    """Return the account that the platform knows by this id, or None."""
    return tx.first(
        select(account_table).where(account_table.c.platform == platform, account_table.c.platform_id == platform_id)
    )


def search(tx: Tx, text: str, *, limit: int = 20) -> Sequence[RowMapping]:
    """Return accounts whose handle begins with the text, or whose name has it; the most followed first."""
    wanted = text.strip().removeprefix("@")
    if not wanted:
        return []
    return tx.all(
        select(account_table)
        .where(
            or_(
                account_table.c.handle_key.startswith(key_of(wanted), autoescape=True),
                account_table.c.display_name.icontains(wanted, autoescape=True),
            )
        )
        .order_by(account_table.c.followers.desc(), account_table.c.id)
        .limit(min(limit, SEARCH_LIMIT))
    )


@once
def roster(tx: Tx, account_id: int, *, removed: bool = False) -> RowMapping | None:
    """Return why the account is protected whatever its numbers, or None; with `removed`, also a line of the past."""
    return tx.first(_EVERY_LINE if removed else _LINE, {"account_id": account_id})


def reviews_due(tx: Tx, after: int, until: int) -> Sequence[RowMapping]:
    """Return the lines of the roster whose review fell due in (after, until], the longest due first, with `handle`."""
    due = (roster_line.c.review_by > after) & (roster_line.c.review_by <= until) & roster_line.c.removed_at.is_(None)
    wanted = select(account_table.c.handle, roster_line.c.tier, roster_line.c.review_by)
    joined = wanted.join(roster_line, roster_line.c.account_id == account_table.c.id)
    return tx.all(joined.where(due).order_by(roster_line.c.review_by, account_table.c.handle))


def reached(tx: Tx, account_id: int, tier: str) -> store.Entry | None:
    """Return the entry by which an account last reached a tier, or None when it never did."""
    about = select(entry_about.c.index).where(entry_about.c.about == f"account:{account_id}")
    rises = store.entries(tx, where=and_(entry.c.kind == "tier.reached", entry.c.index.in_(about)))
    return next((one for one in reversed(list(rises)) if one.body["tier"] == tier), None)


def subject_values(tx: Tx, row: RowMapping, now: int) -> dict[str, Value]:
    """Return what rules may ask of an account.

    Args:
        tx: the open transaction.
        row: the account's row.
        now: the instant.

    Returns:
        `roster` (empty, notable, critical), `office`, `followers`, `peak_followers_90d`, `assigned_tier` (empty when
        none), `reached_tier`.
    """
    return _values(row, roster(tx, row["id"]), now)


def subjects_values(tx: Tx, rows: Collection[RowMapping], now: int) -> dict[int, dict[str, Value]]:
    """As `subject_values`, for many accounts at once, by id."""
    return values_of(tx, {int(row["id"]): row for row in rows}, now)


def values_in(tx: Tx, ids: Collection[int], now: int) -> dict[int, dict[str, Value]]:
    """As `subject_values`, in one statement, for accounts of which nothing was read before."""
    return {int(row["id"]): _values(row, _line_in(row), now) for row in tx.all(*_facts(list(ids)))}


def _line_in(row: RowMapping) -> dict[str, Any] | None:
    return None if row["line"] is None else {"tier": row["line"], "office": row["line_office"]}


@prepared
def _facts(ids: list[int]) -> Select[Any]:
    line = (roster_line.c.account_id == account_table.c.id) & roster_line.c.removed_at.is_(None)
    told = roster_line.c.tier.label("line"), roster_line.c.office.label("line_office")
    return select(account_table.c.id, *FACTS, *told).outerjoin(roster_line, line).where(among(account_table.c.id, ids))


def values_of(tx: Tx, rows: Mapping[int, RowMapping], now: int) -> dict[int, dict[str, Value]]:
    """As `subjects_values`, where accounts' columns were read with something else: account → a row that has `FACTS`."""
    lines = {line["account_id"]: line for line in tx.all(*_lines(list(rows)))}
    return {account_id: _values(row, lines.get(account_id), now) for account_id, row in rows.items()}


@prepared
def _lines(ids: list[int]) -> Select[Any]:
    return select(roster_line).where(among(roster_line.c.account_id, ids), roster_line.c.removed_at.is_(None))


def numbers(row: RowMapping, now: int) -> dict[str, Value]:
    """As `subject_values`, for what the account's own row says, whatever the roster says of it."""
    return _values(row, None, now)


def _values(row: RowMapping, line: Mapping[Any, Any] | None, now: int) -> dict[str, Value]:
    lately = now - int(row["peak_at"]) <= PEAK_WINDOW
    return {
        "roster": line["tier"] if line else "",
        "office": bool(row["office"]) or bool(line and line["office"]),
        "followers": int(row["followers"]),
        "peak_followers_90d": int(row["peak_followers"] if lately else row["followers"]),
        "assigned_tier": row["assigned_tier"] or "",
        "reached_tier": row["reached_tier"],
    }
