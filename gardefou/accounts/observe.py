"""Observe an account: write down what its platform shows of it now."""

from typing import Any

from sqlalchemy import RowMapping, update

from gardefou.accounts.errors import AccountError, HandleTakenError, OpenOrdersError
from gardefou.accounts.handles import clean_handle, key_of
from gardefou.accounts.queries import PEAK_WINDOW, account, by_handle
from gardefou.accounts.tables import account as account_table
from gardefou.events import Actor
from gardefou.storage import Tx
from gardefou.words.plain import one_line


def observe(
    tx: Tx,
    *,
    actor: Actor,  # noqa: ARG001  # every write names its actor
    now: int,
    account_id: int,
    handle: str | None = None,
    display_name: str | None = None,
    followers: int | None = None,
    posts: int | None = None,
    locale: str | None = None,
    contact: str | None = None,
    open_orders: int = 0,
) -> RowMapping:
    """Write down what is new; what is None stays as it was.

    A rename gives the account a new version, so that whatever was signed for the old name is void (promise 3). Counters
    never do. The peak of followers outlives their loss: stripping an account of its followers does not make it
    ordinary.

    Args:
        tx: the open transaction.
        actor: who does it.
        now: the instant, microseconds.
        account_id: the account.
        handle: what it goes by now.
        display_name: its name in full.
        followers: how many follow it now.
        posts: how many posts it has now.
        locale: the language its owner is written to in.
        contact: the address its owner is written to at.
        open_orders: how many orders on it are open; the caller knows.

    Returns:
        The row as it is now.

    Raises:
        UnknownAccountError: there is no account by that number.
        AccountError: the handle or a counter cannot be kept.
        HandleTakenError: another account goes by that handle.
        OpenOrdersError: a rename while an order is open.
    """
    row = account(tx, account_id, lock=True)
    changes: dict[str, Any] = {}
    if handle is not None:
        changes |= _renamed(tx, row, clean_handle(handle), open_orders)
    if display_name is not None and one_line(display_name):
        changes["display_name"] = one_line(display_name)
    if locale is not None:
        changes["locale"] = locale
    if contact is not None:
        changes["contact"] = contact
    if posts is not None:
        changes["posts"] = _counter(row, posts)
    if followers is not None:
        changes |= _followed(row, _counter(row, followers), now)
    if changes:
        tx.execute(update(account_table).where(account_table.c.id == account_id).values(**changes))
    return account(tx, account_id)


def _renamed(tx: Tx, row: RowMapping, handle: str, open_orders: int) -> dict[str, Any]:
    if handle == row["handle"]:
        return {}
    if open_orders:
        raise OpenOrdersError(f"@{row['handle']} cannot be renamed while an order on it is open", open=open_orders)
    holder = by_handle(tx, handle, row["platform"])
    if holder is not None and holder["id"] != row["id"]:
        raise HandleTakenError(f"@{handle} is already the handle of account {holder['id']} on {row['platform']}")
    return {"handle": handle, "handle_key": key_of(handle), "version": row["version"] + 1}


def _counter(row: RowMapping, value: int) -> int:
    if value < 0:
        raise AccountError(f"@{row['handle']} cannot have {value} followers or posts")
    return value


def _followed(row: RowMapping, followers: int, now: int) -> dict[str, Any]:
    if followers >= row["peak_followers"]:
        return {"followers": followers, "peak_followers": followers, "peak_at": now}
    if now - row["peak_at"] > PEAK_WINDOW:
        # The old peak no longer counts, and the followers held until this moment are the peak since: otherwise the rule
        # "100,000 within 90 days" would be blind to followers lost today.
        return {"followers": followers, "peak_followers": max(row["followers"], followers), "peak_at": now}
    return {"followers": followers}
