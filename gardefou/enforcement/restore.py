"""Restore an account or a post: one person, no wait (promise 7)."""

from gardefou.events import Actor
from gardefou.orders.kinds import RESTORING
from gardefou.orders.ports import Ports
from gardefou.orders.propose import Outcome, propose
from gardefou.storage import Tx


def restore(
    tx: Tx, ports: Ports, *, actor: Actor, now: int, subject_kind: str, subject_id: int, why: str = ""
) -> Outcome:
    """Take back the gravest order in effect; the standing before it returns.

    Raises:
        UnknownSubjectError: there is no such account or post.
        NothingToRestoreError: nothing is in effect there.
    """
    return propose(
        tx, ports, actor=actor, now=now, kind=RESTORING[subject_kind].value, subject_id=subject_id, comment=why
    )
