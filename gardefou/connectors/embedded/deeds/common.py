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

#: No deed names more.
MOST_NAMED = 20
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


def named(tx: Tx, text: str, *, field: str, most: int) -> list[AccountRow]:
    """Return the accounts whose handles a text names, in the order of their handles.

    Raises:
        DeedError: it names none, one that is not there, or too many.
    """
    words = {handle_key(word.removeprefix("@")): word for word in text.replace(",", " ").split()}
    if not words:
        raise DeedError(_("%(name)s: missing", name=field), field=field)
    if len(words) > most:
        raise DeedError(_("%(name)s: %(most)s at most", name=field, most=most), field=field)
    found = queries.any_accounts(tx, list(words))
    for key, word in words.items():
        if key not in found:
            raise DeedError(_("There is no account @%(handle)s.", handle=word.removeprefix("@")[:60]), field=field)
    return [found[key] for key in sorted(found)]


def touched(tx: Tx, text: str) -> list[int]:
    """Return the accounts whose handles a text names, of those that are there."""
    keys = {handle_key(word.removeprefix("@")) for word in text.replace(",", " ").split()[:MOST_NAMED]}
    return [int(row["id"]) for row in queries.any_accounts(tx, keys).values()]


def spelt(rows: list[AccountRow]) -> str:
    """Return accounts in the one spelling that is signed."""
    return " ".join(f"@{row['handle']}" for row in rows)


def refused(problem: FieldError) -> DeedError:
    """Return what the network says about a field, as the desk says it."""
    return DeedError(sentences.of(problem), field=problem.field)
