"""Which cases somebody is offered, and which are too near to them: the last `person.offer` in effect says it.

What they read and are trained for narrows the queue's offer and nothing else: a skill is no right, and lacking one is
no refusal. What is too near, an account of theirs, of their employer's, or one they follow, is not theirs to decide.
"""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Select, select

from gardefou.orders.kinds import Kind
from gardefou.orders.lifecycle import State
from gardefou.orders.tables import orders
from gardefou.reports.categories import SEVERITY, Category
from gardefou.reports.errors import TooNearError
from gardefou.staff.erased import MARK
from gardefou.storage import Tx
from gardefou.storage.among import among
from gardefou.storage.once import once
from gardefou.storage.prepared import prepared
from gardefou.words import gettext as _

#: Given accounts, returns those that any of them follows. The network knows; the room above that asks brings it along.
Follows = Callable[[Tx, Sequence[int]], Collection[int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What somebody is offered.

    Attributes:
        languages: what they read; empty means every language.
        severities: the places of the categories they are trained for; empty means all of them.
        own: accounts of theirs.
        employers: accounts of their employer's.
    """

    languages: list[str] = field(default_factory=list)
    severities: list[int] = field(default_factory=list)
    own: list[int] = field(default_factory=list)
    employers: list[int] = field(default_factory=list)

    def too_near(self, tx: Tx, follows: Follows | None) -> list[int]:
        """Return the accounts they decide nothing about; whom they follow only where somebody knows it."""
        followed = follows(tx, self.own) if self.own and follows is not None else ()
        return sorted({*self.own, *self.employers, *followed})


def change_in_force(tx: Tx, person_id: int) -> dict[str, str] | None:
    """Return what the last such order about a person says; None where there is none, or it was erased."""
    text = tx.scalar(*_last(Kind.PERSON_OFFER.value, State.EXECUTED.value, person_id))
    said: dict[str, str] | None = json.loads(text) if text else None
    return None if said is None or MARK in said.values() else said


@prepared
def _last(kind: str, state: str, person_id: int) -> Select[tuple[str]]:
    return (
        select(orders.c.change)
        .where(
            orders.c.subject_kind == "person",
            orders.c.subject_id == person_id,
            orders.c.state == state,
            orders.c.kind == kind,
        )
        .order_by(orders.c.executed_at.desc(), orders.c.id.desc())
        .limit(1)
    )


@once
def offers_of(tx: Tx, ids: Sequence[int]) -> dict[int, Offer]:
    """Return what these people are offered; those about whom no order says anything are left out."""
    rows = tx.all(*_all(Kind.PERSON_OFFER.value, State.EXECUTED.value, list(ids)))
    said = {int(row["subject_id"]): json.loads(row["change"]) for row in rows if row["change"]}
    return {who: offer_said(change) for who, change in said.items() if MARK not in change.values()}


@prepared
def _all(kind: str, state: str, ids: list[int]) -> Select[tuple[int, str]]:
    return (
        select(orders.c.subject_id, orders.c.change)
        .where(
            orders.c.subject_kind == "person",
            among(orders.c.subject_id, ids),
            orders.c.state == state,
            orders.c.kind == kind,
        )
        .order_by(orders.c.executed_at, orders.c.id)
    )


def offer_of(tx: Tx, person_id: int) -> Offer:
    """Return what a person is offered: everything, unless an order says otherwise."""
    said = change_in_force(tx, person_id)
    return Offer() if said is None else offer_said(said)


def offer_said(said: Mapping[str, str]) -> Offer:
    """Return what the change of such an order offers."""
    categories = [one for one in said["categories"].split(", ") if one]
    return Offer(
        languages=said["languages"].split(),
        severities=[SEVERITY[Category(one)] for one in categories],
        own=[int(one) for one in said["own_accounts"].split()],
        employers=[int(one) for one in said["employer_accounts"].split()],
    )


def nearest(tx: Tx, *, account_id: int, people: Sequence[int], follows: Follows | None) -> set[int]:
    """Return to which of these people an account is too near to decide about it."""
    return {who for who, offer in offers_of(tx, people).items() if account_id in offer.too_near(tx, follows)}


def require_not_too_near(tx: Tx, *, person_id: int | None, account_id: int, follows: Follows | None) -> None:
    """See that a case is not about somebody to whom whoever acts is too near; the house itself is near to nobody.

    Raises:
        TooNearError: it is; the message says how.
    """
    if person_id is None:
        return
    offer = offer_of(tx, person_id)
    if account_id in offer.own:
        raise TooNearError(_("This case is about an account of yours: somebody else decides it."))
    if account_id in offer.employers:
        raise TooNearError(_("This case is about an account of your employer’s: somebody else decides it."))
    if account_id in offer.too_near(tx, follows):
        raise TooNearError(_("This case is about an account that you follow: somebody else decides it."))
