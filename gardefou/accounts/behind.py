"""Which accounts have a tier that nobody kept yet: the guard's own terms, asked of the database at once.

A million ordinary accounts are passed over without one of them being read into this process. What this finds is only a
hint: `keep_tier` asks the guard itself before it writes anything.
"""

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any, assert_never

from sqlalchemy import ColumnElement, and_, case, false, func, not_, or_, select, true

from gardefou.accounts.queries import PEAK_WINDOW
from gardefou.accounts.tables import account, roster_line
from gardefou.accounts.tiers import Tier
from gardefou.guard.rules import Rulebook
from gardefou.guard.terms import And, Compare, Constant, Name, Not, Or, Term
from gardefou.storage import Tx

_OPERATORS: Mapping[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_RISES = {Tier.NOTABLE: (Tier.ORDINARY,), Tier.CRITICAL: (Tier.ORDINARY, Tier.NOTABLE)}


def behind(tx: Tx, book: Rulebook, *, now: int, after: int = 0, limit: int) -> Sequence[int]:
    """Return the ids of accounts, in order, whose computed or assigned tier is above the one they are known to reach.

    Args:
        tx: the open transaction.
        book: the rulebook in force.
        now: the instant.
        after: the last id already looked at.
        limit: at most so many.
    """
    facts = _facts(now)
    higher = [
        and_(account.c.reached_tier.in_(lower), or_(account.c.assigned_tier == tier, _computed(book, tier, facts)))
        for tier, lower in _RISES.items()
    ]
    joined = account.outerjoin(
        roster_line, and_(roster_line.c.account_id == account.c.id, roster_line.c.removed_at.is_(None))
    )
    wanted = select(account.c.id).select_from(joined).where(account.c.id > after, or_(*higher))
    return [int(row["id"]) for row in tx.all(wanted.order_by(account.c.id).limit(limit))]


def _facts(now: int) -> dict[str, ColumnElement[Any]]:
    """Return what a tier may be computed from, as `queries.subject_values` reads it."""
    lately = account.c.peak_at >= now - PEAK_WINDOW
    return {
        "roster": func.coalesce(roster_line.c.tier, ""),
        "office": or_(account.c.office != 0, func.coalesce(roster_line.c.office, "") != ""),
        "followers": account.c.followers,
        "peak_followers_90d": case((lately, account.c.peak_followers), else_=account.c.followers),
    }


def _computed(book: Rulebook, tier: Tier, facts: Mapping[str, ColumnElement[Any]]) -> ColumnElement[bool]:
    return _sql(book.tiers[tier], facts) if tier in book.tiers else false()


def _sql(term: Term, facts: Mapping[str, ColumnElement[Any]]) -> ColumnElement[bool]:
    """Return a term as the database reads it."""
    match term:
        case Constant(value=value):
            return true() if value else false()
        case Name(name=name):
            return facts[name]
        case Compare(name=name, op=op, value=bool() as value):
            return facts[name] if (op == "==") is value else not_(facts[name])
        case Compare(name=name, op=op, value=value):
            found: ColumnElement[bool] = _OPERATORS[op](facts[name], value)
            return found
        case Not(part=part):
            return not_(_sql(part, facts))
        case And(parts=parts):
            return and_(*(_sql(part, facts) for part in parts))
        case Or(parts=parts):
            return or_(*(_sql(part, facts) for part in parts))
        case _:
            assert_never(term)
