"""Accounts, the dullest there are."""

from itertools import count

from gardefou.accounts.open_account import open_account
from gardefou.events.actor import SETUP
from gardefou.storage import Tx

_numbers = count(1)


def make_account(
    tx: Tx, now: int, *, handle: str = "", followers: int = 10, office: bool = False, display_name: str = ""
) -> int:
    """Open an ordinary account on the embedded network."""
    number = next(_numbers)
    return open_account(
        tx,
        actor=SETUP,
        now=now,
        platform_id=f"factory-{number}",
        handle=handle or f"account{number}",
        display_name=display_name,
        followers=followers,
        posts=3,
        office=office,
    )
