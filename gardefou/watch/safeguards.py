"""The safeguards as the database has them, against the founding and the orders since (promises 10 and 11).

A row that no order has changed is as the founding's entry committed to it; any other names an executed order of a kind
that may change it, for that very subject, and says what that order said. The tier an account has reached is what the
entries give that raised it, and the orders that lowered it.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, and_, or_, select

from gardefou.accounts.tables import account, roster_line
from gardefou.accounts.tiers import Tier, is_lower
from gardefou.clock import from_iso
from gardefou.ledger import store, tables
from gardefou.orders.kinds import Kind
from gardefou.orders.order import Order
from gardefou.orders.queries import order as read_order
from gardefou.orders.tables import orders
from gardefou.safeguards.found import LISTED, founded, listing
from gardefou.staff.tables import engagement, role_grant
from gardefou.storage import Tx
from gardefou.watch.dossier import Dossier
from gardefou.watch.finding import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """How the rows of one kind of safeguard name their order.

    Attributes:
        subject: the column of whom or what it is about.
        order: the column that names the order.
        kinds: what may change it.
        says: columns that hold what the order's change says, where it says it.
    """

    subject: str
    order: str
    kinds: frozenset[Kind]
    says: tuple[str, ...]


_BONDS = frozenset({Kind.PERSON_ENROL, Kind.PERSON_ENGAGE, Kind.PERSON_END})
_KEPT: Mapping[str, _Kept] = {
    "engagements": _Kept(subject="person_id", order="order_id", kinds=_BONDS, says=("employer", "team", "starts")),
    "roles": _Kept(
        subject="person_id", order="order_id", kinds=frozenset({Kind.ROLE_GRANT, Kind.ROLE_TAKE}), says=("role",)
    ),
    "roster": _Kept(
        subject="account_id",
        order="order_id",
        kinds=frozenset({Kind.ROSTER_ENTER, Kind.ROSTER_REMOVE}),
        says=("tier", "source", "office"),
    ),
    "tiers": _Kept(subject="id", order="tier_order_id", kinds=frozenset({Kind.TIER_ASSIGN}), says=("tier",)),
}
_TABLES = {"engagements": engagement, "roles": role_grant, "roster": roster_line, "tiers": account}
#: Kinds after which the row's interval ends with the order.
_ENDS = frozenset({Kind.PERSON_END, Kind.ROLE_TAKE, Kind.ROSTER_REMOVE})
#: Kinds after which the tier an account had reached may be a lower one.
_LOWER = frozenset({Kind.TIER_ASSIGN.value, Kind.ROSTER_REMOVE.value})


def check_safeguards(tx: Tx, dossiers: Mapping[int, Dossier]) -> Iterator[Finding]:
    """Yield every safeguard that neither the founding nor an order explains, and every one that is gone."""
    entries = list(store.entries(tx, where=tables.entry.c.kind == "house.founded"))
    if not entries:
        if founded(tx):
            yield Finding(code="founding-forged")
        return
    if not founded(tx) or len(entries) > 1:
        yield Finding(code="founding-forged")
    told = store.open_(tx, [str(entries[0].body["safeguards"])])
    if not told:
        return  # The opening's absence is found where all openings are.
    listed = json.loads(next(iter(told.values())))
    now = listing(tx)
    for name in LISTED:
        yield from _check(tx, name, _by_key(listed[name]), _by_key(now[name]), dossiers)
    yield from _check_reached(tx, {int(key): row[1] for key, row in _by_key(listed["tiers"]).items()})


def _by_key(rows: Sequence[Sequence[str]]) -> dict[str, Sequence[str]]:
    return {row[0]: row for row in rows}


def _check(
    tx: Tx,
    name: str,
    listed: Mapping[str, Sequence[str]],
    now: Mapping[str, Sequence[str]],
    dossiers: Mapping[int, Dossier],
) -> Iterator[Finding]:
    for key in listed.keys() - now.keys():
        yield _finding(name, key)
    kept = _KEPT[name]
    wanted = select(_TABLES[name])
    for row in tx.all(wanted.where(account.c.assigned_tier.is_not(None)) if name == "tiers" else wanted):
        key = str(row[LISTED[name][1][0].name])
        order_id = row[kept.order]
        fits = now[key] == listed.get(key) if order_id is None else _explained(tx, kept, row, order_id, dossiers)
        if not fits:
            yield _finding(name, key)


def _explained(tx: Tx, kept: _Kept, row: RowMapping, order_id: int, dossiers: Mapping[int, Dossier]) -> bool:
    """Return whether the order a row names made it what it is."""
    dossier = dossiers.get(order_id)
    if dossier is None or dossier.executed_at is None:
        return False
    order = read_order(tx, order_id)
    if order.kind not in kept.kinds or order.subject_id != row[kept.subject]:
        return False
    if order.kind in _ENDS and _end(row) not in (dossier.executed_at, row.get("starts", 0) + 1):
        return False
    return all(_said(order, column) in (None, _shown(row, column)) for column in kept.says) and (
        order.kind is not Kind.ROSTER_REMOVE or order.change["was"] == row["tier"]
    )


def _check_reached(tx: Tx, assigned: dict[int, str]) -> Iterator[Finding]:
    """Yield every account whose reached tier is not what the entries give, from the first; `assigned` at founding."""
    expected: dict[int, str] = {}
    lowering = tables.entry.c.order_id.in_(select(orders.c.id).where(orders.c.kind.in_(_LOWER)))
    moves = or_(tables.entry.c.kind == "tier.reached", and_(tables.entry.c.kind == "order.executed", lowering))
    for entry in store.entries(tx, where=moves):
        if entry.order_id is None:
            expected |= {one: str(entry.body["tier"]) for one in _accounts_of(tx, entry)}
        else:
            order = read_order(tx, entry.order_id)
            if order.kind is Kind.TIER_ASSIGN:
                assigned[order.subject_id] = order.change["tier"]
            left = assigned.get(order.subject_id, Tier.ORDINARY.value)
            if is_lower(left, expected.get(order.subject_id, Tier.ORDINARY.value)):
                expected[order.subject_id] = left
    wanted = or_(account.c.reached_tier != Tier.ORDINARY.value, account.c.reached_order_id.is_not(None))
    shown = {int(row["id"]): str(row["reached_tier"]) for row in tx.all(select(account).where(wanted))}
    for one in sorted(expected.keys() | shown.keys()):
        if expected.get(one, Tier.ORDINARY.value) != shown.get(one, Tier.ORDINARY.value):
            yield _finding("tiers", str(one))


def _accounts_of(tx: Tx, entry: store.Entry) -> Iterator[int]:
    """Yield the account an entry names; its opening may have been erased, the index has it still."""
    about = select(tables.entry_about.c.about).where(tables.entry_about.c.index == entry.index)
    for row in tx.all(about):
        if row["about"].startswith("account:"):
            yield int(row["about"].removeprefix("account:"))


def _end(row: RowMapping) -> Any:
    return row["removed_at"] if "removed_at" in row else row["ends"]


def _said(order: Order, column: str) -> Any:
    """Return what an order says of a column; None when it says nothing."""
    text = order.change.get(column)
    return from_iso(text) if column == "starts" and text else text


def _shown(row: RowMapping, column: str) -> Any:
    return row["assigned_tier"] if column == "tier" and "assigned_tier" in row else row[column]


def _finding(name: str, key: str) -> Finding:
    return Finding(code="safeguard-unexplained", fields={"kind": name, "key": key})
