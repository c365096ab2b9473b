"""Rows that a founded house takes in as orders: each proposed in the name of the person who imports."""

from collections.abc import Mapping
from typing import Any

from gardefou.app.house import House
from gardefou.app.imports.run import Fate, Rejected
from gardefou.app.people import person_named
from gardefou.errors import BadInputError
from gardefou.events import Actor
from gardefou.guard.verdict import Refused
from gardefou.orders import papers
from gardefou.orders.errors import AlreadyOpenError
from gardefou.orders.kinds import Kind
from gardefou.orders.lifecycle import State
from gardefou.orders.propose import propose
from gardefou.safeguards.errors import NothingToChangeError
from gardefou.storage import Tx
from gardefou.words import gettext as _
from gardefou.words.reasons import sentence


def importer(tx: Tx, by: str) -> Actor:
    """Return who proposes.

    Raises:
        BadInputError: nobody was named.
        UnknownPersonError: nobody works here by that name.
    """
    if not by:
        raise BadInputError(
            _("the house is founded, so each row becomes an order: say who proposes them, with --as PERSON")
        )
    return Actor.person(int(person_named(tx, by)["id"]))


def ask(
    tx: Tx, house: House, *, actor: Actor, kind: Kind, subject_id: int, change: Mapping[str, str], line: int, now: int
) -> Fate | Rejected:
    """Propose one row's order, and say what became of it."""
    asked: dict[str, Any] = {"kind": kind.value, "subject_id": subject_id, "change": dict(change)}
    try:
        if papers.is_drawn(tx, actor=actor, now=now, asked=asked):
            return Fate.SAME
        if papers.draw_up(tx, house.ports, actor=actor, now=now, **asked) is not None:
            return Fate.TO_SIGN
        outcome = propose(tx, house.ports, actor=actor, now=now, **asked)
    except (NothingToChangeError, AlreadyOpenError):
        return Fate.SAME
    if isinstance(outcome.verdict, Refused):
        said = [sentence(one.code, one.fields)[0] for one in outcome.verdict.reasons]
        return Rejected(line, " ".join(said))
    return Fate.ADDED if outcome.order.state is State.EXECUTED else Fate.PROPOSED
