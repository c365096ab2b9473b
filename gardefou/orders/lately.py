"""What was done lately: to a subject, by one human, by the house. Caps and urgent rights are counted in it."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import BindParameter, and_, bindparam, func, or_, select

from gardefou.clock import DAY, MINUTE
from gardefou.orders.kinds import SILENCING, URGENT, Kind
from gardefou.orders.lifecycle import State
from gardefou.orders.tables import orders, vote
from gardefou.storage import Tx
from gardefou.storage.among import among
from gardefou.storage.once import once

BRIEF_FREEZE = 15 * MINUTE

# What every step of every order asks is made here, once: making a statement costs more than running it.
_ACCOUNT: BindParameter[int] = bindparam("account_id")
_SINCE: BindParameter[int] = bindparam("since")
_RESTORED = (
    select(orders.c.id)
    .where(
        or_(
            and_(orders.c.subject_kind == bindparam("subject_kind"), orders.c.subject_id == bindparam("subject_id")),
            and_(orders.c.subject_kind == "account", orders.c.subject_id == _ACCOUNT),
        ),
        orders.c.kind.in_([Kind.ACCOUNT_RESTORE.value, Kind.POST_RESTORE.value]),
        orders.c.state == State.EXECUTED.value,
        orders.c.executed_at > _SINCE,
    )
    .exists()
)
_BRIEF_FREEZES = select(func.count()).where(
    orders.c.account_id == _ACCOUNT,
    orders.c.kind == Kind.ACCOUNT_FREEZE.value,
    orders.c.executed_at > _SINCE,
    orders.c.lift_at - orders.c.executed_at <= BRIEF_FREEZE,
)
_URGENT_POSTS = select(func.count()).where(
    orders.c.account_id == _ACCOUNT,
    orders.c.kind == Kind.POST_HIDE.value,
    orders.c.reason.in_([reason.value for reason in URGENT]),
    orders.c.executed_at > _SINCE,
    orders.c.id.not_in(select(vote.c.order_id).where(vote.c.verb == "approve")),
)
# An order counts against a cap when it silences, was not stopped, and came before this one: when it was proposed
# before, or has taken effect. Otherwise what is proposed hour by hour for one set time would be a raid that no cap saw.
_ACTS = select(func.count()).where(
    orders.c.kind.in_([kind.value for kind in SILENCING]),
    orders.c.state.not_in([State.REFUSED.value, State.VOID.value]),
    or_(and_(orders.c.proposed_at > _SINCE, orders.c.id < bindparam("before")), orders.c.executed_at > _SINCE),
)
_ACTS_OF = _ACTS.where(among(orders.c.proposer, bindparam("proposers")))
_TOUCHED = _ACTS_OF.with_only_columns(orders.c.account_id).distinct()
_LATELY = select(
    _RESTORED.label("restored"),
    _BRIEF_FREEZES.scalar_subquery().label("brief_freezes"),
    _URGENT_POSTS.scalar_subquery().label("urgent_posts"),
)
_BOTH_ACTS = select(_ACTS_OF.scalar_subquery().label("theirs"), _ACTS.scalar_subquery().label("house"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Lately:
    """What was done to a subject in the last 24 hours.

    Attributes:
        restored: whether a person restored it, or its account.
        brief_freezes: how often its account was frozen for fifteen minutes or less, by anyone.
        urgent_posts: how many of its account's posts one person hid alone, for an urgent reason.
    """

    restored: bool
    brief_freezes: int
    urgent_posts: int


@once
def lately(tx: Tx, subject_kind: str, subject_id: int, account_id: int | None, now: int) -> Lately:
    """Return what was done to a subject, which may belong to an account, in the last 24 hours."""
    asked = {"subject_kind": subject_kind, "subject_id": subject_id, "account_id": account_id, "since": now - DAY}
    row = tx.execute(_LATELY, asked).one()
    return Lately(restored=bool(row.restored), brief_freezes=row.brief_freezes, urgent_posts=row.urgent_posts)


@once
def acts_since(tx: Tx, *, since: int, before: int, proposers: Collection[str]) -> tuple[int, int]:
    """Return how many orders that silence were proposed, or took effect, since an instant: by one human, and by all.

    Args:
        tx: the open transaction.
        since: the instant.
        before: only orders with a smaller id; what was proposed after an order weighs on it once it has taken effect.
        proposers: the actors that one human is, as written in orders.
    """
    row = tx.execute(_BOTH_ACTS, {"since": since, "before": before, "proposers": sorted(proposers)}).one()
    return int(row.theirs), int(row.house)


@once
def accounts_touched(tx: Tx, *, since: int, before: int, proposers: Collection[str]) -> frozenset[int]:
    """Return the accounts that one human's silencing orders were about since an instant."""
    rows = tx.all(_TOUCHED, {"since": since, "before": before, "proposers": sorted(proposers)})
    return frozenset(int(row["account_id"]) for row in rows)
