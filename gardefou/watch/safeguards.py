"""The safeguards as the database has them, against the founding and the orders since (promises 10 and 11).

A row that no order has changed is as the founding's entry committed to it; any other names an executed order of a kind
that may change it, for that very subject, and says what that order said. The tier an account has reached is what the
entries give that raised it, and the orders that lowered it.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, Table, and_, or_, select

from gardefou.accounts.tables import account, roster_line
from gardefou.accounts.tiers import Tier, is_lower
from gardefou.clock import from_iso
from gardefou.ledger import store, tables
from gardefou.orders.kinds import Kind
from gardefou.orders.order import Order
from gardefou.orders.queries import order as read_order
from gardefou.orders.tables import orders
from gardefou.safeguards.found import LISTED, founded, listing
from gardefou.safeguards.rota import read_spans
from gardefou.safeguards.tables import setting_in_force
from gardefou.staff.tables import credential, engagement, person_joined, role_grant, shift, token
from gardefou.storage import Tx
from gardefou.storage.house import MADE_BY, remembered
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
        one_row: there is one row for each thing, so the last order about it is the one that it names.
    """

    subject: str
    order: str
    kinds: frozenset[Kind]
    says: tuple[str, ...]
    one_row: bool = False


_BONDS = frozenset({Kind.PERSON_ENROL, Kind.PERSON_ENGAGE, Kind.PERSON_NOTICE, Kind.PERSON_END, Kind.PERSON_JOIN})
_KEYS = frozenset({Kind.CREDENTIAL_ENROL, Kind.CREDENTIAL_END, Kind.PERSON_JOIN})
_KEPT: Mapping[str, _Kept] = {
    "engagements": _Kept(subject="person_id", order="order_id", kinds=_BONDS, says=("employer", "team", "starts")),
    "roles": _Kept(
        subject="person_id", order="order_id", kinds=frozenset({Kind.ROLE_GRANT, Kind.ROLE_TAKE}), says=("role",)
    ),
    "shifts": _Kept(
        subject="person_id",
        order="order_id",
        kinds=frozenset({Kind.SHIFT_ADD, Kind.SHIFT_REMOVE, Kind.ROTA_ENTER}),
        says=("starts", "ends"),
    ),
    "credentials": _Kept(subject="person_id", order="order_id", kinds=_KEYS, says=("issuer", "subject")),
    "joined": _Kept(subject="person_id", order="order_id", kinds=frozenset({Kind.PERSON_JOIN}), says=("joined_to",)),
    "tokens": _Kept(
        subject="one",
        order="order_id",
        kinds=frozenset({Kind.TOKEN_ISSUE, Kind.TOKEN_END}),
        says=("name", "scopes", "ends"),
    ),
    "roster": _Kept(
        subject="account_id",
        order="order_id",
        kinds=frozenset({Kind.ROSTER_ENTER, Kind.ROSTER_REMOVE}),
        says=("tier", "source", "office"),
        one_row=True,
    ),
    "tiers": _Kept(
        subject="id", order="tier_order_id", kinds=frozenset({Kind.TIER_ASSIGN}), says=("tier",), one_row=True
    ),
    "settings": _Kept(
        subject="one", order="order_id", kinds=frozenset({Kind.SETTING_CHANGE}), says=("name", "value"), one_row=True
    ),
}
_TABLES = {
    "engagements": engagement,
    "roles": role_grant,
    "shifts": shift,
    "credentials": credential,
    "joined": person_joined,
    "tokens": token,
    "roster": roster_line,
    "tiers": account,
    "settings": setting_in_force,
}
#: Kinds after which the row's interval ends with the order.
_ENDS = frozenset(
    {
        Kind.PERSON_END,
        Kind.PERSON_JOIN,
        Kind.CREDENTIAL_END,
        Kind.ROLE_TAKE,
        Kind.SHIFT_REMOVE,
        Kind.ROSTER_REMOVE,
        Kind.TOKEN_END,
    }
)
#: Those that cut an engagement short.
_CUT_SHORT = frozenset({Kind.PERSON_END, Kind.PERSON_JOIN})
#: Those after which no order touches the row again: it names this one for good.
_LAST: Mapping[str, Table] = {
    Kind.PERSON_END: engagement,
    Kind.ROLE_TAKE: role_grant,
    Kind.SHIFT_REMOVE: shift,
    Kind.TOKEN_END: token,
}
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
    if remembered(tx, MADE_BY) != entries[0].body.get(MADE_BY, ""):
        yield Finding(code="house-renamed", index=entries[0].index)
    told = store.open_(tx, [str(entries[0].body["safeguards"])])
    if not told:
        return  # The opening's absence is found where all openings are.
    listed = json.loads(next(iter(told.values())))
    now = listing(tx)
    for name in LISTED:
        yield from _check(tx, name, _by_key(listed[name]), _by_key(now[name]), dossiers, entries[0].index)
    yield from _undone(tx, dossiers)
    yield from _check_reached(tx, {int(key): row[1] for key, row in _by_key(listed["tiers"]).items()})


def _by_key(rows: Sequence[Sequence[str]]) -> dict[str, Sequence[str]]:
    return {row[0]: row for row in rows}


def _check(
    tx: Tx,
    name: str,
    listed: Mapping[str, Sequence[str]],
    now: Mapping[str, Sequence[str]],
    dossiers: Mapping[int, Dossier],
    founding: int,
) -> Iterator[Finding]:
    for key in listed.keys() - now.keys():
        yield _finding(name, key)
    kept = _KEPT[name]
    wanted, last = select(_TABLES[name]), _last(tx, kept, founding) if kept.one_row else {}
    for row in tx.all(wanted.where(account.c.assigned_tier.is_not(None)) if name == "tiers" else wanted):
        key = str(row[LISTED[name][1][0].name])
        order_id = row[kept.order]
        if last.get(_thing(kept, row), order_id) != order_id:
            yield _finding(name, key)
            continue
        fits = now[key] == listed.get(key) if order_id is None else _explained(tx, kept, row, order_id, dossiers)
        if not fits:
            yield _finding(name, key)


def _last(tx: Tx, kept: _Kept, founding: int) -> dict[tuple[int, str], int]:
    """Return the last order that took effect on each thing since the founding: no older one explains its row."""
    entry, kinds = tables.entry, [kind.value for kind in kept.kinds]
    wanted = select(orders.c.id, orders.c.subject_id, orders.c.change).join(entry, entry.c.order_id == orders.c.id)
    since = wanted.where(
        entry.c.kind == "order.executed",
        entry.c.index > founding,
        orders.c.kind.in_(kinds),
    )
    found = {}
    for row in tx.all(since.order_by(entry.c.index)):
        named = json.loads(row["change"]).get("name", "") if "name" in kept.says else ""
        found[row["subject_id"], named] = row["id"]
    return found


def _thing(kept: _Kept, row: RowMapping) -> tuple[int, str]:
    return row[kept.subject], row["name"] if "name" in kept.says else ""


def _explained(tx: Tx, kept: _Kept, row: RowMapping, order_id: int, dossiers: Mapping[int, Dossier]) -> bool:
    """Return whether the order a row names made it what it is."""
    dossier = dossiers.get(order_id)
    if dossier is None or dossier.executed_at is None:
        return False
    order = read_order(tx, order_id)
    if order.kind not in kept.kinds or order.subject_id != row[kept.subject]:
        return False
    if _end(row) not in _may_end(order, row, dossier.executed_at):
        return False
    if _ahead(order, row):
        return bool(row["cut_short"])
    if order.kind is Kind.ROTA_ENTER:
        return (row["starts"], row["ends"]) in read_spans(order.change["shifts"])
    if "notice_given_at" in row and not _noticed(order, row):
        return False
    return all(_said(order, column) in (None, _shown(row, column)) for column in kept.says) and (
        order.kind is not Kind.ROSTER_REMOVE or order.change["was"] == row["tier"]
    )


def _ahead(order: Order, row: RowMapping) -> bool:
    """Return whether this is an engagement that had not begun when an order ended all that its person had."""
    ended = order.kind in _CUT_SHORT and "cut_short" in row and order.executed_at is not None
    return ended and row["starts"] > (order.executed_at or 0)


def _noticed(order: Order, row: RowMapping) -> bool:
    """Return whether an engagement says of notice, and of how it ended, what its last order does."""
    told = order.change.get("notice_given_at", "")
    given_at = from_iso(told) if told else None
    return row["notice_given_at"] == given_at and bool(row["cut_short"]) is (order.kind in _CUT_SHORT)


def _undone(tx: Tx, dossiers: Mapping[int, Dossier]) -> Iterator[Finding]:
    """Yield every end of a safeguard that no row shows any more: put back as if the order had never been."""
    for dossier in dossiers.values():
        if dossier.first is None or dossier.executed_at is None:
            continue
        kind = str(dossier.first.body["order_kind"])
        table = _LAST.get(kind)
        if table is not None and tx.scalar(select(table.c.id).where(table.c.order_id == dossier.order_id)) is None:
            yield _finding(f"{kind}, order", str(dossier.order_id))


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
    ends = next((name for name in ("removed_at", "ended_at", "at") if name in row), "ends")
    return row.get(ends)


def _may_end(order: Order, row: RowMapping, executed_at: int) -> tuple[int | None, ...]:
    """Return when the row may end, or have been removed, by what an order did."""
    if _ahead(order, row):
        return (int(row["starts"]) + 1,)
    if order.kind is Kind.PERSON_END and order.change["ends"] and from_iso(order.change["ends"]) <= executed_at:
        return (from_iso(order.change["ends"]),)  # It had run out; what was kept of it was ended.
    if order.kind in _ENDS:
        return executed_at, int(row.get("starts", 0)) + 1
    said = order.change.get("ends", "") if order.kind in _BONDS else ""
    return (from_iso(said) if said else None,)


def _said(order: Order, column: str) -> Any:
    """Return what an order says of a column; None when it says nothing."""
    if column == "joined_to":
        return int(order.change["into"])
    text = order.change.get(column)
    return from_iso(text) if column in ("starts", "ends") and text else text


def _shown(row: RowMapping, column: str) -> Any:
    return row["assigned_tier"] if column == "tier" and "assigned_tier" in row else row[column]


def _finding(name: str, key: str) -> Finding:
    return Finding(code="safeguard-unexplained", fields={"kind": name, "key": key})
