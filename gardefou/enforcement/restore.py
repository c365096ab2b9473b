"""Restore an account or a post: one person, no wait (promise 7)."""

from gardefou.events import Actor
from gardefou.orders.errors import NothingToRestoreError
from gardefou.orders.kinds import RESTORING
from gardefou.orders.ports import Ports
from gardefou.orders.propose import Outcome, propose
from gardefou.storage import Tx


def restore(
    tx: Tx,
    ports: Ports,
    *,
    actor: Actor,
    now: int,
    subject_kind: str,
    subject_id: int,
    why: str = "",
    case_id: int | None = None,
    reverses: int | None = None,
) -> Outcome:
    """Take back an order in effect, the gravest when none is named; the standing before it returns.

    Raises:
        UnknownSubjectError, UnknownOrderError: there is no such account, post or order.
        NothingToRestoreError: nothing is in effect there, or what is cannot be taken back.
    """
    if subject_kind not in RESTORING:
        raise NothingToRestoreError("what an order did to a safeguard is undone by another order, never at once")
    return propose(
        tx,
        ports,
        actor=actor,
        now=now,
        kind=RESTORING[subject_kind].value,
        subject_id=subject_id,
        comment=why,
        case_id=case_id,
        reverses=reverses,
    )
