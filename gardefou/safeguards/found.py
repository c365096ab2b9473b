"""Found the house: from then on no safeguard changes but by an order. Done once; nothing opens that door again."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from sqlalchemy import Column, Table, select

from gardefou.accounts.tables import account, roster_line
from gardefou.clock import to_iso
from gardefou.events import Actor, record
from gardefou.ledger import store
from gardefou.ledger.entry import Json, canonical
from gardefou.orders import rulebook
from gardefou.orders.entries import who_did
from gardefou.safeguards.errors import FoundedError
from gardefou.safeguards.settings import enter_settings
from gardefou.safeguards.tables import setting_in_force
from gardefou.staff.tables import credential, engagement, person_joined, role_grant, shift, token
from gardefou.storage import Tx
from gardefou.storage.house import FOUNDED, MADE_BY, remember, remembered

#: What each guarded row says, for the record of the founding; ids as decimal strings.
LISTED: dict[str, tuple[Table, tuple[Column[Any], ...]]] = {
    "engagements": (
        engagement,
        (
            engagement.c.id,
            engagement.c.person_id,
            engagement.c.employer,
            engagement.c.team,
            engagement.c.starts,
            engagement.c.ends,
            engagement.c.notice_given_at,
            engagement.c.cut_short,
        ),
    ),
    "roles": (
        role_grant,
        (role_grant.c.id, role_grant.c.person_id, role_grant.c.role, role_grant.c.starts, role_grant.c.ends),
    ),
    "shifts": (shift, (shift.c.id, shift.c.person_id, shift.c.starts, shift.c.ends, shift.c.removed_at)),
    "credentials": (
        credential,
        (credential.c.id, credential.c.person_id, credential.c.kind, credential.c.issuer, credential.c.subject),
    ),
    "joined": (person_joined, (person_joined.c.person_id, person_joined.c.joined_to)),
    "roster": (roster_line, (roster_line.c.account_id, roster_line.c.tier, roster_line.c.removed_at)),
    "tiers": (account, (account.c.id, account.c.assigned_tier)),
    "tokens": (
        token,
        (token.c.id, token.c.name, token.c.scopes, token.c.person_id, token.c.starts, token.c.ends, token.c.removed_at),
    ),
    "settings": (setting_in_force, (setting_in_force.c.name, setting_in_force.c.value)),
}


def founded(tx: Tx) -> bool:
    """Return whether the house is founded."""
    return bool(remembered(tx, FOUNDED))


def founded_by(tx: Tx) -> str | None:
    """Return who had made the database when the house was founded, from the record; None before that."""
    entry = next(store.newest(tx, kind="house.founded"), None)
    return None if entry is None else str(entry.body.get(MADE_BY, ""))


def found(tx: Tx, *, actor: Actor, now: int, settings: Mapping[str, str]) -> None:
    """Close the door through which a house is set up.

    The record gets one entry that commits to every safeguard as it then stands; `ledger verify` holds what no order has
    changed since against it.

    Args:
        tx: the open transaction.
        actor: who founds it.
        now: the instant.
        settings: the guarded settings that come into force with it; none in the demo, whose mail and port vary.

    Raises:
        FoundedError: it was closed before.
        NoRulebookError: no rulebook is in force.
    """
    if founded(tx):
        raise FoundedError
    digest, _text = rulebook.text_in_force(tx)
    enter_settings(tx, actor=actor, values=settings)
    listed = listing(tx)
    body: dict[str, Json] = {
        "rulebook": digest.hex(),
        MADE_BY: remembered(tx, MADE_BY),
        "who": who_did(tx, actor=actor, now=now),
        "safeguards": store.commit_text(tx, now=now, content=canonical(listed).decode()),
        **{name: len(rows) for name, rows in listed.items()},
    }
    store.append(tx, now=now, kind="house.founded", order_id=None, body=body, about=())
    record(tx, now=now, kind="house.founded", subject="house:1")
    remember(tx, key=FOUNDED, value=to_iso(now))


def listing(tx: Tx) -> dict[str, list[list[str]]]:
    """Return what every guarded row says, in order; nothing is an empty string."""
    return {
        name: [_told(row, columns) for row in _rows(tx, table, columns)] for name, (table, columns) in LISTED.items()
    }


def _rows(tx: Tx, table: Table, columns: tuple[Column[Any], ...]) -> Any:
    wanted = select(*columns).order_by(columns[0])
    return tx.all(wanted.where(account.c.assigned_tier.is_not(None)) if table is account else wanted)


def _told(row: Any, columns: tuple[Column[Any], ...]) -> list[str]:
    return ["" if row[column.name] is None else _spelt(column, row[column.name]) for column in columns]


def _spelt(column: Column[Any], value: Any) -> str:
    """Return a value as a text; who somebody is at a provider only as a digest: it stays when they are erased."""
    return sha256(str(value).encode()).hexdigest() if column is credential.c.subject else str(value)
