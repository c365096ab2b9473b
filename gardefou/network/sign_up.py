"""A visitor becomes a member."""

from dataclasses import dataclass

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from gardefou.events import Actor, record
from gardefou.network.emails import checked_email
from gardefou.network.errors import HandleTakenError
from gardefou.network.faults import faults, short_name
from gardefou.network.handles import checked, handle_key
from gardefou.network.passwords import PasswordHash
from gardefou.network.ports import AccountRow, Neighbours
from gardefou.network.tables import net_account
from gardefou.storage import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMember:
    """What a visitor says about themselves; the password comes hashed (see `passwords.hashed`)."""

    handle: str
    display_name: str
    email: str
    password_hash: PasswordHash
    locale: str
    note: str = ""
    official: bool = False


def sign_up(tx: Tx, neighbours: Neighbours, *, actor: Actor, now: int, member: NewMember) -> int:
    """Open an account.

    Args:
        tx: the open transaction.
        neighbours: who is told.
        actor: the visitor, or the machine that sets the network up.
        now: the instant, microseconds.
        member: what they say about themselves.

    Returns:
        The account's id.

    Raises:
        FieldError: a field cannot be used; its class says which and why.
    """
    _refuse(tx, member)
    values = _values(member)
    account_id = tx.new_id(now)
    try:
        with tx.connection.begin_nested():
            tx.execute(insert(net_account).values(id=account_id, created_at=now, **values))
    except IntegrityError as problem:
        # Someone took the handle or the address between our look and our write.
        _refuse(tx, member)
        raise HandleTakenError from problem
    neighbours.account_opened(tx, now=now, account=_row(tx, account_id))
    record(tx, now=now, kind="account.opened", subject=f"account:{account_id}", body={"by": actor.kind})
    return account_id


def _refuse(tx: Tx, member: NewMember) -> None:
    for fault in faults(tx, handle=member.handle, display_name=member.display_name, email=member.email):
        raise fault


def _values(member: NewMember) -> dict[str, str | int]:
    handle = checked(member.handle)
    return {
        "handle": handle,
        "handle_key": handle_key(handle),
        "display_name": short_name(member.display_name) or handle,
        "note": member.note,
        "email": checked_email(member.email),
        "password_hash": member.password_hash,
        "locale": member.locale,
        "followers": 0,
        "following": 0,
        "posts": 0,
        "official": int(member.official),
    }


def _row(tx: Tx, account_id: int) -> AccountRow:
    return tx.execute(select(net_account).where(net_account.c.id == account_id)).mappings().one()
