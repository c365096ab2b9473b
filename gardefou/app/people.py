"""Find a person, or an account, by whatever someone typed at the command line."""

from sqlalchemy import RowMapping, select

from gardefou.accounts import queries as accounts
from gardefou.accounts.errors import UnknownAccountError
from gardefou.errors import BadInputError
from gardefou.orders.queries import account_renamed_from
from gardefou.staff.enrol import email_key
from gardefou.staff.errors import UnknownPersonError
from gardefou.staff.tables import person
from gardefou.storage import Tx
from gardefou.storage.ids import BIGGEST
from gardefou.words import gettext as _


def person_named(tx: Tx, typed: str) -> RowMapping:
    """Return the person of that name, number or e-mail address.

    Raises:
        UnknownPersonError: there is none.
    """
    wanted = typed.strip()
    found = tx.first(select(person).where(person.c.name == wanted))
    if found is None and _is_number(wanted):
        found = tx.first(select(person).where(person.c.id == int(wanted)))
    if found is None:
        found = tx.first(select(person).where(person.c.email_key == email_key(wanted)))
    if found is None:
        raise UnknownPersonError(
            f"nobody works here by the name, number or address {wanted!r}; see gardefou staff list"
        )
    return found


def _is_number(text: str) -> bool:
    """Return whether a text is a number that an id can be."""
    return text.isascii() and text.isdecimal() and len(text) <= len(str(BIGGEST)) and int(text) <= BIGGEST


def number_typed(typed: str) -> int:
    """Return the number of a post or an order as it was typed.

    Raises:
        BadInputError: it is none.
    """
    wanted = typed.strip()
    if not _is_number(wanted):
        raise BadInputError(_("%(text)s is not a number", text=repr(wanted[:40])))
    return int(wanted)


def account_named(tx: Tx, typed: str) -> RowMapping:
    """Return the account of that handle, now or until staff renamed it, or of that number.

    Raises:
        UnknownAccountError: there is none.
    """
    wanted = typed.strip().removeprefix("@")
    found = accounts.by_handle(tx, wanted) if wanted else None
    if found is None and wanted:
        # In a hurry one types the name one knows, although staff have given it another.
        renamed = account_renamed_from(tx, wanted)
        found = None if renamed is None else accounts.find(tx, renamed)
    if found is None and _is_number(wanted):
        found = accounts.find(tx, int(wanted))
    if found is None:
        raise UnknownAccountError(f"there is no account @{wanted}")
    return found
