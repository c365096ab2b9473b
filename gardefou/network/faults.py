"""What keeps somebody from becoming a member: all of it at once, so that a form is mended in one go."""

from collections.abc import Callable

from sqlalchemy import ColumnElement, select

from gardefou.network.emails import checked_email
from gardefou.network.errors import DisplayNameTooLongError, EmailTakenError, FieldError, HandleTakenError
from gardefou.network.handles import checked, handle_key
from gardefou.network.passwords import check_length
from gardefou.network.tables import net_account
from gardefou.storage import Tx
from gardefou.words.plain import one_line

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
    checks: list[Callable[[], None]] = [
        lambda: _free_handle(tx, checked(handle)),
        lambda: _short_name(display_name),
        lambda: _free_email(tx, checked_email(email)),
    ]
    if password is not None:
        checks.append(lambda: check_length(password))
    return [fault for check in checks if (fault := _fault(check)) is not None]


def _fault(check: Callable[[], None]) -> FieldError | None:
    try:
        check()
    except FieldError as problem:
        return problem
    return None


def _free_handle(tx: Tx, handle: str) -> None:
    if _there(tx, net_account.c.handle_key == handle_key(handle)):
        raise HandleTakenError


def _short_name(display_name: str) -> None:
    if len(one_line(display_name)) > LONGEST_NAME:
        raise DisplayNameTooLongError


def _free_email(tx: Tx, email: str) -> None:
    if _there(tx, net_account.c.email == email):
        raise EmailTakenError


def _there(tx: Tx, wanted: ColumnElement[bool]) -> bool:
    return tx.scalar(select(net_account.c.id).where(wanted)) is not None
