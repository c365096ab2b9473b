"""Bring an account in from elsewhere, as it stood there; safe to run twice, never lowering a counter."""

from dataclasses import dataclass

from sqlalchemy import RowMapping, insert, or_, select, update

from gardefou.events import Actor
from gardefou.network.acting import reread
from gardefou.network.emails import checked_email
from gardefou.network.errors import EmailTakenError, HandleTakenError
from gardefou.network.handles import checked, handle_key
from gardefou.network.passwords import PasswordHash
from gardefou.network.ports import Neighbours
from gardefou.network.tables import net_account
from gardefou.storage import Tx
from gardefou.words.plain import one_line, paragraphs


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedAccount:
    """An account as another place has it. Without e-mail and password nobody can sign in to it."""

    handle: str
    display_name: str
    imported_id: str | None
    created_at: int
    followers: int = 0
    following: int = 0
    posts: int = 0
    note: str = ""
    locale: str = "en"
    email: str | None = None
    password_hash: PasswordHash | None = None
    official: bool = False


def import_account(tx: Tx, neighbours: Neighbours, *, actor: Actor, now: int, account: ImportedAccount) -> int:  # noqa: ARG001  # every write names its actor
    """Open an account, or raise the counters of the one already here.

    An account is known again by where it comes from; lacking that, by its handle. Its handle, names and owner's address
    stay as they are here.

    Returns:
        The account's id.

    Raises:
        HandleMalformedError: its handle cannot be kept.
        HandleTakenError: another account, from elsewhere or opened here, goes by its handle.
        EmailMalformedError: its owner's address is none.
        EmailTakenError: another account has its owner's address.
    """
    handle = checked(account.handle)
    known = _known(tx, account, handle_key(handle))
    if known is not None:
        account_id = int(known["id"])
        raised = {name: max(known[name], getattr(account, name)) for name in ("followers", "following", "posts")}
        if any(known[name] != value for name, value in raised.items()):
            tx.execute(update(net_account).where(net_account.c.id == account_id).values(**raised))
            neighbours.account_changed(tx, now=now, account=reread(tx, account_id))
        return account_id
    email = _free_email(tx, account)
    account_id = tx.new_id(now)
    tx.execute(
        insert(net_account).values(
            id=account_id,
            handle=handle,
            handle_key=handle_key(handle),
            display_name=one_line(account.display_name) or handle,
            note=paragraphs(account.note),
            email=email,
            password_hash=account.password_hash,
            locale=account.locale,
            followers=account.followers,
            following=account.following,
            posts=account.posts,
            official=int(account.official),
            imported_id=account.imported_id,
            created_at=account.created_at,
        )
    )
    neighbours.account_opened(tx, now=now, account=reread(tx, account_id))
    return account_id


def _free_email(tx: Tx, account: ImportedAccount) -> str | None:
    if not account.email:
        return None
    email = checked_email(account.email)
    if tx.scalar(select(net_account.c.id).where(net_account.c.email == email)) is not None:
        raise EmailTakenError
    return email


def _known(tx: Tx, account: ImportedAccount, key: str) -> RowMapping | None:
    same = net_account.c.handle_key == key
    if account.imported_id is not None:  # Comparing with None would find every account that was opened here.
        same = or_(net_account.c.imported_id == account.imported_id, same)
    rows = tx.all(select(net_account).where(same))
    for row in rows:
        if account.imported_id is not None and row["imported_id"] == account.imported_id:
            return row
    for row in rows:
        if account.imported_id is not None and row["imported_id"] != account.imported_id:
            raise HandleTakenError(handle=account.handle)
    return rows[0] if rows else None
