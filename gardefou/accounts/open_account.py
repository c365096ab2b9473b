"""Open an account: make a platform's account known to the house."""

from sqlalchemy import insert

from gardefou.accounts.errors import AccountError, HandleTakenError
from gardefou.accounts.handles import clean_handle, key_of
from gardefou.accounts.queries import EMBEDDED, by_handle, by_platform_id
from gardefou.accounts.tables import account
from gardefou.accounts.tiers import Tier
from gardefou.events import Actor
from gardefou.storage import Tx
from gardefou.words.plain import one_line


def open_account(
    tx: Tx,
    *,
    actor: Actor,  # noqa: ARG001  # every write names its actor
    now: int,
    platform_id: str,
    handle: str,
    platform: str = EMBEDDED,
    display_name: str = "",
    followers: int = 0,
    posts: int = 0,
    office: bool = False,
    locale: str = "en",
    contact: str | None = None,
    account_id: int | None = None,
    created_at: int | None = None,
) -> int:
    """Make an account known; one already known by its platform's id stays exactly as it is.

    Args:
        tx: the open transaction.
        actor: who does it.
        now: the instant, microseconds.
        platform_id: the id it has where it comes from.
        handle: what it goes by; a leading `@` is dropped.
        platform: where it lives.
        display_name: its name in full; the handle when empty.
        followers: how many follow it.
        posts: how many posts it has.
        office: whether its owner holds a public office.
        locale: the owner's language.
        contact: where the owner's notices go.
        account_id: the id to use; on the embedded network, the network's own.
        created_at: when it was made; now when None.

    Returns:
        The account's id.

    Raises:
        AccountError: the handle, the platform's id or a counter cannot be kept.
        HandleTakenError: another account goes by that handle.
    """
    handle = clean_handle(handle)
    if not platform_id.strip() or not platform.strip():
        raise AccountError(f"@{handle} needs a platform and the id it has there")
    if followers < 0 or posts < 0:
        raise AccountError(f"@{handle} cannot have {min(followers, posts)} followers or posts")
    known = by_platform_id(tx, platform, platform_id)
    if known is not None:
        return int(known["id"])
    holder = by_handle(tx, handle, platform)
    if holder is not None:
        raise HandleTakenError(f"@{handle} is already the handle of account {holder['id']} on {platform}")
    new_id = tx.new_id(now) if account_id is None else account_id
    tx.execute(
        insert(account).values(
            id=new_id,
            platform=platform,
            platform_id=platform_id,
            handle=handle,
            handle_key=key_of(handle),
            display_name=one_line(display_name) or handle,
            followers=followers,
            posts=posts,
            peak_followers=followers,
            peak_at=now,
            office=int(office),
            locale=locale,
            contact=contact,
            assigned_tier=None,
            reached_tier=Tier.ORDINARY.value,
            version=1,
            created_at=now if created_at is None else created_at,
        )
    )
    return new_id
