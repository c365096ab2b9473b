"""What keeps somebody from becoming a member: all of it at once, so that a form is mended in one go."""

from collections.abc import Callable

from sqlalchemy import ColumnElement, select

from gardefou.network.emails import checked_email
from gardefou.network.errors import DisplayNameTooLongError, EmailTakenError, FieldError, HandleTakenError
from gardefou.network.handles import checked, handle_key
from gardefou.network.passwords import check_length
from gardefou.network.tables import net_account, net_kept_handle
from gardefou.storage import Tx
from gardefou.words.plain import is_blank, one_line

LONGEST_NAME = 50


def faults(tx: Tx, *, handle: str, display_name: str, email: str, password: str | None = None) -> list[FieldError]:
    """Return what is wrong with each field, one thing per field, in the order of the form.

    Args:
        tx: the open transaction.
        handle: as typed.
        display_name: as typed.
        email: as typed.
        password: as typed; None when it was checked and hashed before.
    """
    checks: list[Callable[[], object]] = [
        lambda: free_handle(tx, handle),
        lambda: short_name(display_name),
        lambda: free_email(tx, email),
    ]
    if password is not None:
        checks.append(lambda: check_length(password))
    return [fault for check in checks if (fault := _fault(check)) is not None]


def _fault(check: Callable[[], object]) -> FieldError | None:
    try:
        check()
    except FieldError as problem:
        return problem
    return None


def free_handle(tx: Tx, handle: str, *, mine: int | None = None) -> str:
    """Return a handle as it is kept, when nobody but `mine` has it, or had it until staff took it.

    Raises:
        HandleMalformedError, HandleTakenError: it cannot be had.
    """
    kept = checked(handle)
    key = handle_key(kept)
    held = tx.scalar(select(net_kept_handle.c.account_id).where(net_kept_handle.c.handle_key == key))
    if _holder(tx, net_account.c.handle_key == key) not in (None, mine) or held not in (None, mine):
        raise HandleTakenError
    return kept


def short_name(display_name: str) -> str:
    """Return a name as it is kept; none where nobody would see anything of it.

    Raises:
        DisplayNameTooLongError: it is too long.
    """
    kept = one_line(display_name)
    if len(kept) > LONGEST_NAME:
        raise DisplayNameTooLongError
    return "" if is_blank(kept) else kept


def free_email(tx: Tx, email: str, *, mine: int | None = None) -> str:
    """Return an address as it is kept, when no account but `mine` has it.

    Raises:
        EmailMalformedError, EmailTakenError: it cannot be had.
    """
    kept = checked_email(email)
    if _holder(tx, net_account.c.email == kept) not in (None, mine):
        raise EmailTakenError
    return kept


def _holder(tx: Tx, wanted: ColumnElement[bool]) -> int | None:
    found = tx.scalar(select(net_account.c.id).where(wanted))
    return None if found is None else int(found)
