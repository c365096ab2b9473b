"""Reads over orders, votes and notices. Decides nothing."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import BindParameter, ColumnElement, RowMapping, ScalarSelect, and_, bindparam, func, or_, select

from gardefou.clock import DAY
from gardefou.orders.errors import UnknownOrderError
from gardefou.orders.kinds import SHAPES, SILENCING, STANDINGS, Kind, gravest
from gardefou.orders.lifecycle import OPEN, State, VoidBecause
from gardefou.orders.order import Order, order_of
from gardefou.orders.tables import notice, orders, vote
from gardefou.storage import Tx
from gardefou.storage.among import among
from gardefou.storage.once import once

# What every step of every order asks is made here, once: making a statement costs more than running it.
_ORDER: BindParameter[int] = bindparam("order_id")
_ROW = select(orders).where(orders.c.id == _ORDER)
_LOCKED = _ROW.with_for_update()
_VOTES = select(vote).where(vote.c.order_id == _ORDER).order_by(vote.c.id)
_VOTES_ON = select(vote).where(among(vote.c.order_id, bindparam("ids"))).order_by(vote.c.id)
_TOLD = select(func.count(), func.count(notice.c.accepted_at)).where(notice.c.order_id == _ORDER, notice.c.needed == 1)


def order(tx: Tx, order_id: int, *, lock: bool = False) -> Order:
    """Return an order.

    Raises:
        UnknownOrderError: there is none by that number.
    """
    row = tx.first(_LOCKED if lock else _ROW, {"order_id": order_id})
    if row is None:
        raise UnknownOrderError(f"there is no order {order_id}")
    return order_of(row)


def _list(tx: Tx, *where: ColumnElement[bool], limit: int | None, newest_first: bool = True) -> list[Order]:
    by = orders.c.id.desc() if newest_first else orders.c.id
    return [order_of(row) for row in tx.all(select(orders).where(*where).order_by(by).limit(limit))]


def orders_of_account(tx: Tx, account_id: int, *, before: int | None = None, limit: int = 20) -> list[Order]:
    """Return an account's orders, newest first."""
    where: list[ColumnElement[bool]] = [orders.c.account_id == account_id]
    if before is not None:
        where.append(orders.c.id < before)
    return _list(tx, *where, limit=limit)


@once
def open_orders(
    tx: Tx, *, account_id: int | None = None, kind: Kind | None = None, limit: int | None = 500
) -> list[Order]:
    """Return what can still be stopped, oldest first: of one account, of one kind, or of all."""
    where: list[ColumnElement[bool]] = [orders.c.state.in_([state.value for state in OPEN])]
    if account_id is not None:
        where.append(orders.c.account_id == account_id)
    if kind is not None:
        where.append(orders.c.kind == kind.value)
    return _list(tx, *where, limit=limit, newest_first=False)


def recent_orders(
    tx: Tx, *, states: Iterable[State] = tuple(State), before: int | None = None, limit: int = 50
) -> list[Order]:
    """Return orders in these states, newest first."""
    where: list[ColumnElement[bool]] = [orders.c.state.in_([state.value for state in states])]
    if before is not None:
        where.append(orders.c.id < before)
    return _list(tx, *where, limit=limit)


def open_orders_naming(tx: Tx, person_id: int) -> list[int]:
    """Return the open orders that somebody asked for or voted on, or that are about them; not those to erase them."""
    person, joins = f"person:{person_id}", orders.c.kind == Kind.PERSON_JOIN.value
    voted = orders.c.id.in_(select(vote.c.order_id).where(vote.c.person_id == person_id))
    about = (orders.c.subject_kind == "person") & (orders.c.subject_id == person_id)
    into = joins & orders.c.change.contains(f'"into":"{person_id}"', autoescape=True)
    found = _list(
        tx,
        orders.c.state.in_([state.value for state in OPEN]),
        or_(orders.c.proposer == person, voted, and_(about, orders.c.kind != Kind.PERSON_ERASE.value), into),
        limit=None,
        newest_first=False,
    )
    return [one.id for one in found]


def number_open() -> ScalarSelect[int]:
    """Return, as a part of a statement, how many orders can still be stopped."""
    return select(func.count()).where(orders.c.state.in_([state.value for state in OPEN])).scalar_subquery()


def count_open(tx: Tx) -> int:
    """Return how many orders can still be stopped."""
    return int(tx.scalar(select(number_open())))


_IN_EFFECT = (
    select(orders)
    .where(
        orders.c.subject_kind == bindparam("subject_kind"),
        orders.c.subject_id == bindparam("subject_id"),
        orders.c.state == State.EXECUTED.value,
        orders.c.kind.in_([kind.value for kind in STANDINGS]),
    )
    .order_by(orders.c.id.desc())
    .limit(100)
)


@once
def in_effect(tx: Tx, subject_kind: str, subject_id: int) -> Sequence[Order]:
    """Return the orders in effect on a subject whose standings add up to its own, newest first."""
    rows = tx.all(_IN_EFFECT, {"subject_kind": subject_kind, "subject_id": subject_id})
    return tuple(order_of(row) for row in rows)


def deeds_in_effect(tx: Tx, account_id: int, *kinds: Kind) -> list[Order]:
    """Return the orders of these kinds in effect on an account, oldest first; the newest hundred of them."""
    found = _list(
        tx,
        orders.c.subject_kind == "account",
        orders.c.subject_id == account_id,
        orders.c.state == State.EXECUTED.value,
        orders.c.kind.in_([kind.value for kind in kinds]),
        limit=100,
    )
    return found[::-1]


@dataclass(frozen=True, slots=True)
class Cited:
    """What orders rest on that can still be contested: posts, and cases with all that they name."""

    posts: set[int]
    cases: set[int]


def cited(tx: Tx, account_ids: Collection[int]) -> Cited:
    """Return what the orders on these accounts rest on that are open, or in effect and can be taken back."""
    lasting = [kind.value for kind in SILENCING if not SHAPES[kind].final]
    standing = and_(orders.c.state == State.EXECUTED.value, orders.c.kind.in_(lasting))
    still = or_(orders.c.state.in_([state.value for state in OPEN]), standing)
    found = Cited(posts=set(), cases=set())
    for row in tx.all(
        select(orders.c.evidence, orders.c.case_id).where(among(orders.c.account_id, sorted(account_ids)), still)
    ):
        refs = json.loads(row["evidence"])
        found.posts.update(int(post_id) for post_id in refs.get("posts", ()))
        found.cases.update(int(case_id) for case_id in (refs.get("case"), row["case_id"]) if case_id)
    return found


def account_renamed_from(tx: Tx, handle: str) -> int | None:
    """Return the account that went by this handle until an order in effect renamed it, or None."""
    renamed = (orders.c.kind == Kind.ACCOUNT_RENAME.value) & (orders.c.state == State.EXECUTED.value)
    wanted = select(orders.c.subject_id, orders.c.change).where(renamed).order_by(orders.c.id.desc())
    for row in tx.all(wanted):
        if json.loads(row["change"])["was_handle"].lower() == handle.lower():
            return int(row["subject_id"])
    return None


def standing_on(tx: Tx, kind: Kind, subject_kind: str, subject_id: int) -> Order | None:
    """Return the order of this kind on this subject that is open or in effect, or None."""
    found = _list(
        tx,
        orders.c.kind == kind.value,
        orders.c.subject_kind == subject_kind,
        orders.c.subject_id == subject_id,
        orders.c.state.in_([State.WAITING.value, State.HELD.value, State.EXECUTED.value]),
        limit=1,
    )
    return found[0] if found else None


def executed_since(
    tx: Tx, *, kind: Kind, since: int, subject_id: int | None = None, limit: int | None = 20
) -> list[Order]:
    """Return the orders of a kind, on a subject or on any, that took effect after an instant, newest first."""
    where = [orders.c.kind == kind.value, orders.c.state == State.EXECUTED.value, orders.c.executed_at > since]
    if subject_id is not None:
        where.append(orders.c.subject_id == subject_id)
    return _list(tx, *where, limit=limit)


def in_effect_by(tx: Tx, proposer: str) -> list[Order]:
    """Return everything that takes something from an account's owner, is in effect and was proposed by one actor."""
    return _list(
        tx,
        orders.c.proposer == proposer,
        orders.c.state == State.EXECUTED.value,
        orders.c.kind.in_([kind.value for kind in SILENCING]),
        limit=None,
    )


def standing_by_record(tx: Tx, subject_kind: str, subject_id: int) -> str:
    """Return the standing that the orders in effect add up to."""
    return gravest([SHAPES[found.kind].target for found in in_effect(tx, subject_kind, subject_id)])


def approvals(tx: Tx, order_id: int) -> Sequence[RowMapping]:
    """Return the approvals of an order, oldest first."""
    return tx.all(select(vote).where(vote.c.order_id == order_id, vote.c.verb == "approve").order_by(vote.c.id))


@once
def votes(tx: Tx, order_id: int) -> Sequence[RowMapping]:
    """Return every vote on an order, oldest first."""
    return tx.all(_VOTES, {"order_id": order_id})


@once
def votes_on(tx: Tx, ids: Collection[int]) -> Mapping[int, Sequence[RowMapping]]:
    """Return every vote on these orders, oldest first, by order."""
    found: dict[int, list[RowMapping]] = {one: [] for one in ids}
    for row in tx.all(_VOTES_ON, {"ids": sorted(ids)}) if ids else ():
        found[row["order_id"]].append(row)
    return found


def vetoes_left(tx: Tx, *, logins: Iterable[int], account_id: int | None, now: int) -> int:
    """Return how many vetoes a human, by all the numbers they went by, has left on an account today (promise 13)."""
    used = tx.scalar(
        select(func.count()).where(
            vote.c.verb == "veto",
            vote.c.person_id.in_(sorted(logins)),
            vote.c.account_id == account_id,
            vote.c.at > now - DAY,
        )
    )
    return max(0, 1 - int(used))


@once
def vetoed_lately(tx: Tx, account_id: int, now: int) -> list[Order]:
    """Return the silencing orders on an account that a veto ended in the last 24 hours."""
    return _list(
        tx,
        orders.c.account_id == account_id,
        orders.c.ended_because == VoidBecause.VETOED.value,
        orders.c.ended_at > now - DAY,
        orders.c.kind.in_([kind.value for kind in SILENCING]),
        limit=20,
    )


def notices(tx: Tx, order_id: int) -> Sequence[RowMapping]:
    """Return everyone to be told of an order, in the order they were."""
    return tx.all(select(notice).where(notice.c.order_id == order_id).order_by(notice.c.id))


def told(tx: Tx, order_id: int) -> bool:
    """Return whether everyone who must be told before the hold has been: at least one, and all accepted."""
    row = tx.connection.execute(_TOLD, {"order_id": order_id}).one()
    return 0 < row[0] == row[1]
