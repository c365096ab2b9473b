"""What every deed asks first: which account is it, and who are the others it names?"""

from gardefou.enforcement.errors import DeedError
from gardefou.errors import GardefouError
from gardefou.events import Actor
from gardefou.network import queries, sentences
from gardefou.network.errors import FieldError
from gardefou.network.handles import handle_key
from gardefou.network.ports import AccountRow
from gardefou.storage import Tx
from gardefou.words import gettext as _

HAND = Actor.machine("embedded connector")


class FinalDeedError(GardefouError):
    """What was done cannot be taken back; its kind says so, and nobody should have asked."""

    code = "final_deed"


def account(tx: Tx, account_id: int) -> AccountRow:
    """Return the account as the network has it.

    Raises:
        DeedError: the network has none.
    """
    row = queries.any_account(tx, account_id)
    if row is None:
        raise DeedError(_("The network has no such account."))
    return row


def others(tx: Tx, text: str, *, field: str, most: int) -> list[AccountRow]:
    """Return the accounts whose handles a text names, in the order of their handles.

    Raises:
        DeedError: it names none, one that is not there, or too many.
    """
    named = {handle_key(word.removeprefix("@")): word for word in text.replace(",", " ").split()}
    if not named:
        raise DeedError(_("%(name)s: missing", name=field), field=field)
    if len(named) > most:
        raise DeedError(_("%(name)s: %(most)s at most", name=field, most=most), field=field)
    found = queries.any_accounts(tx, list(named))
    for key, word in named.items():
        if key not in found:
            raise DeedError(_("There is no account @%(handle)s.", handle=word.removeprefix("@")[:60]), field=field)
    return [found[key] for key in sorted(found)]


def spelt(rows: list[AccountRow]) -> str:
    """Return accounts in the one spelling that is signed."""
    return " ".join(f"@{row['handle']}" for row in rows)


def refused(problem: FieldError) -> DeedError:
    """Return what the network says about a field, as the desk says it."""
    return DeedError(sentences.of(problem), field=problem.field)
