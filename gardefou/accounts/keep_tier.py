"""Keep the tier an account has reached: from then on it falls only by an order (ADR 0012).

Whoever writes what a tier is computed from calls this in the same transaction, and the worker for what a new rulebook
or an import changed, so that no moment exists in which the computed tier falls before it was kept.
"""

from collections.abc import Mapping

from sqlalchemy import update

from gardefou.accounts.bump_version import bump_version
from gardefou.accounts.queries import account as account_row
from gardefou.accounts.queries import subject_values
from gardefou.accounts.tables import account
from gardefou.accounts.tiers import is_lower
from gardefou.events import Actor, record
from gardefou.guard.facts import Value
from gardefou.guard.rules import Rulebook, tier_of
from gardefou.ledger import store
from gardefou.ledger.entry import Json
from gardefou.storage import Tx

#: Rising needs nobody's consent: the house does it by itself.
KEEPER = Actor.machine("tiers")


def keep_tier(tx: Tx, *, actor: Actor, now: int, account_id: int, book: Rulebook) -> bool:
    """Raise the reached tier to the tier in force, with its entry; it is never lowered here.

    The account has a new version then: what was signed about one less protected is void (promise 3).

    Args:
        tx: the open transaction.
        actor: who does it.
        now: the instant, microseconds.
        account_id: the account.
        book: the rulebook in force.

    Returns:
        Whether it rose.

    Raises:
        UnknownAccountError: there is no account by that number.
    """
    row = account_row(tx, account_id, lock=True)
    values = subject_values(tx, row, now)
    tier, was = tier_of(book, values), str(row["reached_tier"])
    if not is_lower(was, tier):
        return False
    tx.execute(update(account).where(account.c.id == account_id).values(reached_tier=tier))
    bump_version(tx, account_id)
    body: dict[str, Json] = {
        "by": str(actor),
        "subject": store.commit_to(tx, now=now, key=f"account:{account_id}", content=f"@{row['handle']}"),
        "subject_kind": "account",
        "tier": tier,
        "was": was,
        "because": _because(book, values, tier),
        "followers": str(values["peak_followers_90d"]),
        "rulebook": book.digest.hex(),
    }
    store.append(tx, now=now, kind="tier.reached", order_id=None, body=body, about=())
    record(tx, now=now, kind="tier.reached", subject=f"account:{account_id}")
    return True


def _because(book: Rulebook, values: Mapping[str, Value], tier: str) -> str:
    """Return what alone would give the tier; its numbers first, since those are what may go away by themselves."""
    alone = {"followers": ("followers", "peak_followers_90d"), "roster": ("roster",), "assigned": ("assigned_tier",)}
    for because, names in alone.items():
        if tier_of(book, {**opening(0), **{name: values[name] for name in names}}) == tier:
            return because
    return "office"


def opening(followers: int) -> dict[str, Value]:
    """Return what rules may ask of an account of which nothing is known but how many follow it."""
    return {
        "roster": "",
        "office": False,
        "followers": followers,
        "peak_followers_90d": followers,
        "assigned_tier": "",
        "reached_tier": "",
    }
