"""A paper: an order that its proposer reads and signs before it exists (promise 3).

What is signed is the order's digest, so everything in it is settled first: its number, its nonce, its instant. Nothing
is proposed, nobody is told and no cap counts it until the signature is there; then everything is read again, and where
the order would have become another one, it is not made.
"""

import json
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import RowMapping, insert, select, update

from gardefou.clock import HOUR
from gardefou.events import Actor
from gardefou.guard.verdict import Refused
from gardefou.ledger.entry import canonical
from gardefou.orders import sign
from gardefou.orders.digest import order_digest
from gardefou.orders.errors import NotOpenError, OtherOrderError, UnknownOrderError
from gardefou.orders.kinds import SHAPES, kind_named
from gardefou.orders.ports import Ports
from gardefou.orders.propose import Outcome, Paper, prepare, propose, row_of
from gardefou.orders.tables import paper
from gardefou.storage import Tx

#: How long a paper can be signed.
LASTS = HOUR
_NUMBERS = ("subject_id", "not_before", "lift_at", "case_id", "reverses")


def draw_up(tx: Tx, ports: Ports, *, actor: Actor, now: int, **asked: Any) -> int | None:
    """Draw up what somebody would propose, where the rules ask them to sign it.

    Args:
        tx: the open transaction.
        ports: what plugs in.
        actor: who would propose.
        now: the instant.
        asked: what `propose` takes.

    Returns:
        The paper's number; None where nobody has to sign, where something signs by itself, or where the order would be
        refused anyway: then propose it, and let that be written down.

    Raises:
        BadInputError: as `propose`; nothing is written.
    """
    if ports.authenticator is not None or actor.person_id is None:
        return None
    if SHAPES[kind_named(asked["kind"])].creates:
        asked["subject_id"] = tx.new_id(now)  # What it would create has its number from now on.
    told = {name: value for name, value in asked.items() if name not in ("comment", "case_id")}
    draft = prepare(tx, ports, actor=actor, now=now, **told)
    if not sign.asked_by(draft.verdict.plan) or isinstance(draft.verdict, Refused):
        return None
    drawn = Paper(id=tx.new_id(now), nonce=secrets.token_bytes(16), digest=b"", drawn_at=now)
    clocks = {"not_before": asked.get("not_before"), "lift_at": asked.get("lift_at")}
    digest = order_digest(row_of(tx, draft, actor=actor, now=now, paper=drawn, **clocks))
    tx.execute(
        insert(paper).values(
            id=drawn.id,
            person_id=actor.person_id,
            asked=_written(asked),
            nonce=drawn.nonce,
            digest=digest,
            drawn_at=now,
            expires_at=now + LASTS,
            used_at=None,
        )
    )
    return drawn.id


def _written(asked: Mapping[str, Any]) -> str:
    return canonical(
        {name: str(value) if name in _NUMBERS and value is not None else value for name, value in asked.items()}
    ).decode()


def asked_on(row: RowMapping) -> dict[str, Any]:
    """Return what a paper asks for, as `propose` takes it."""
    asked: dict[str, Any] = json.loads(row["asked"])
    return {name: int(value) if name in _NUMBERS and value is not None else value for name, value in asked.items()}


def read(tx: Tx, *, paper_id: int, person_id: int) -> RowMapping:
    """Return somebody's own paper.

    Raises:
        UnknownOrderError: there is none of theirs by that number.
    """
    row = tx.first(select(paper).where(paper.c.id == paper_id, paper.c.person_id == person_id))
    if row is None:
        raise UnknownOrderError(f"there is no paper {paper_id} of yours to sign")
    return row


def waiting(tx: Tx, *, person_id: int, now: int) -> Sequence[RowMapping]:
    """Return what somebody has drawn up and not signed yet, oldest first."""
    mine = (paper.c.person_id == person_id) & paper.c.used_at.is_(None) & (paper.c.expires_at > now)
    return tx.all(select(paper).where(mine).order_by(paper.c.id))


def is_drawn(tx: Tx, *, actor: Actor, now: int, asked: Mapping[str, Any]) -> bool:
    """Return whether somebody has such a paper waiting for their signature already."""
    return any(row["asked"] == _written(asked) for row in waiting(tx, person_id=actor.person_id or 0, now=now))


def sign_paper(tx: Tx, ports: Ports, *, actor: Actor, now: int, paper_id: int, said: str) -> Outcome:
    """Sign a paper, and propose the order on it.

    Args:
        tx: the open transaction.
        ports: what plugs in.
        actor: who signs; only who drew it up can.
        now: the instant.
        paper_id: the paper.
        said: what their passkey said to it, as JSON.

    Returns:
        As `propose`. A bad signature is refused and written down, and the paper is used up by it all the same.

    Raises:
        UnknownOrderError: there is no such paper of theirs.
        NotOpenError: it was signed already, or has expired.
        OtherOrderError: what it was about has changed since; draw it up again.
    """
    row = read(tx, paper_id=paper_id, person_id=actor.person_id or 0)
    mine = (paper.c.id == paper_id) & paper.c.used_at.is_(None) & (paper.c.expires_at > now)
    if tx.execute(update(paper).where(mine).values(used_at=now)).rowcount != 1:
        raise NotOpenError("this paper was signed already, or has expired; ask for it again")
    drawn = Paper(id=paper_id, nonce=row["nonce"], digest=row["digest"], drawn_at=row["drawn_at"])
    try:
        return propose(tx, ports, actor=actor, now=now, said=said, paper=drawn, **asked_on(row))
    except OtherOrderError as problem:
        raise OtherOrderError("what you read has changed since; ask for it again, and read it again") from problem
