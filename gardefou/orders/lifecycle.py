"""The states of an order and every step between them: one table, checked when loaded.

proposed → waiting → held → executed → reversed
     ↘        ↘        ↘
    refused    void (withdrawn, vetoed, expired, stale, ineligible)
"""

from enum import StrEnum

from gardefou.errors import GardefouError


class State(StrEnum):
    """Where an order is. Values are stored and digested: never change one."""

    PROPOSED = "proposed"
    WAITING = "waiting"
    HELD = "held"
    EXECUTED = "executed"
    REVERSED = "reversed"
    REFUSED = "refused"
    VOID = "void"


class VoidBecause(StrEnum):
    """Why an order can never take effect any more."""

    WITHDRAWN = "withdrawn"
    VETOED = "vetoed"
    EXPIRED = "expired"
    STALE = "stale"
    INELIGIBLE = "ineligible"
    RULES = "rules changed"


OPEN = frozenset({State.WAITING, State.HELD})

#: (from, to) → the ledger's word for it.
TRANSITIONS: dict[tuple[State, State], str] = {
    (State.PROPOSED, State.REFUSED): "order.refused",
    (State.PROPOSED, State.WAITING): "order.proposed",
    (State.PROPOSED, State.HELD): "order.held",
    (State.PROPOSED, State.EXECUTED): "order.executed",
    (State.WAITING, State.HELD): "order.held",
    (State.WAITING, State.EXECUTED): "order.executed",
    (State.WAITING, State.VOID): "order.voided",
    (State.HELD, State.EXECUTED): "order.executed",
    (State.HELD, State.VOID): "order.voided",
    (State.EXECUTED, State.REVERSED): "order.reversed",
}


class LifecycleError(GardefouError):
    """An order was asked to take a step that the lifecycle does not have."""

    code = "lifecycle"


def deed(before: State, after: State) -> str:
    """Return the ledger's word for a step.

    Raises:
        LifecycleError: there is no such step.
    """
    word = TRANSITIONS.get((before, after))
    if word is None:
        raise LifecycleError(f"no step leads from {before} to {after}")
    return word


def _check() -> None:
    """Every state is reached, every open state can end, and what is final stays final."""
    sources = {before for before, _ in TRANSITIONS}
    targets = {after for _, after in TRANSITIONS}
    unreached = set(State) - targets - {State.PROPOSED}
    final = set(State) - sources
    if unreached or final != {State.REVERSED, State.REFUSED, State.VOID}:
        raise LifecycleError("the lifecycle's table has a hole")
    if any((state, State.VOID) not in TRANSITIONS for state in OPEN):
        raise LifecycleError("an open order could never be ended")


_check()
