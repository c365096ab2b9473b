"""Draft a statement from what the record shows; publishing it is an order and takes two people."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from hashlib import sha256

from sqlalchemy import func, insert, select

from gardefou.events import Actor, record
from gardefou.incidents import queries
from gardefou.incidents.claims import supported
from gardefou.incidents.errors import EmptyStatementError, NotPublishedError, UnsupportedClaimError
from gardefou.incidents.hands import require_handler
from gardefou.incidents.sentences import text
from gardefou.incidents.tables import statement
from gardefou.ledger import store
from gardefou.orders.entries import who_did
from gardefou.storage import Tx


def draft(
    tx: Tx, *, actor: Actor, now: int, incident_id: int, claims: Sequence[str], supersedes: int | None = None
) -> int:
    """Write a draft.

    Args:
        tx: the open transaction.
        actor: who drafts.
        now: the instant.
        incident_id: the incident.
        claims: keys of the claims to assert (`incidents.claims`).
        supersedes: the published statement it is to replace.

    Returns:
        The statement's id.

    Raises:
        UnknownIncidentError, UnknownStatementError: there is no such thing.
        EmptyStatementError: no claim was chosen.
        UnsupportedClaimError: the record does not show one of them; the message names it.
        NotPublishedError: what it is to replace was never published.
        WorkerError: the actor handles no incidents.
    """
    queries.incident(tx, incident_id)
    require_handler(tx, actor=actor, now=now)
    if not claims:
        raise EmptyStatementError
    found = supported(tx, incident_id, claims)
    missing = set(claims) - {claim.key for claim in found}
    if missing:
        raise UnsupportedClaimError(f"the record does not show {min(missing)!r}")
    if supersedes is not None:
        replaced = queries.statement(tx, supersedes)
        if replaced["published_at"] is None or replaced["incident_id"] != incident_id:
            raise NotPublishedError
    statement_id = tx.new_id(now)
    last = tx.scalar(
        select(func.coalesce(func.max(statement.c.number), 0)).where(statement.c.incident_id == incident_id)
    )
    number = int(last) + 1
    words = {
        "text_en": text(found, "en"),
        "text_fr": text(found, "fr"),
        "claims": json.dumps([asdict(claim) for claim in found], ensure_ascii=False),
    }
    tx.execute(
        insert(statement).values(
            id=statement_id,
            incident_id=incident_id,
            number=number,
            version=1,
            drafted_by=str(actor),
            drafted_at=now,
            supersedes=supersedes,
            **words,
        )
    )
    store.append(
        tx,
        now=now,
        kind="statement.drafted",
        order_id=None,
        body={
            "incident": str(incident_id),
            "statement": str(statement_id),
            "claims": [claim.key for claim in found],
            "digests": {name: sha256(said.encode()).hexdigest() for name, said in words.items()},
            "number": str(number),
            "supersedes": str(supersedes or ""),
            "who": who_did(tx, actor=actor, now=now),
        },
        about=[f"incident:{incident_id}", f"statement:{statement_id}"],
    )
    record(tx, now=now, kind="statement.drafted", subject=f"statement:{statement_id}")
    return statement_id
