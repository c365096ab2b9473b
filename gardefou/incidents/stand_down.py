"""Stand an incident down: the review is over."""

from sqlalchemy import update

from gardefou.events import Actor, record
from gardefou.incidents import queries
from gardefou.incidents.errors import StoodDownError
from gardefou.incidents.hands import require_handler, require_uninvolved
from gardefou.incidents.tables import incident
from gardefou.ledger import store
from gardefou.orders.entries import who_did
from gardefou.storage import Tx


def stand_down(tx: Tx, *, actor: Actor, now: int, incident_id: int) -> None:
    """Close an incident. Nothing about it is lost, and what was published stays readable.

    Raises:
        UnknownIncidentError: there is none by that number.
        StoodDownError: it was stood down already.
        WorkerError: the actor handles no incidents, or took part in this one.
    """
    queries.incident(tx, incident_id)
    require_handler(tx, actor=actor, now=now)
    require_uninvolved(tx, actor=actor, incident_id=incident_id)
    changed = tx.execute(
        update(incident)
        .where(incident.c.id == incident_id, incident.c.state == "open")
        .values(state="stood down", stood_down_at=now, stood_down_by=str(actor))
    )
    if changed.rowcount != 1:
        raise StoodDownError
    store.append(
        tx,
        now=now,
        kind="incident.stood_down",
        order_id=None,
        body={"incident": str(incident_id), "who": who_did(tx, actor=actor, now=now)},
        about=[f"incident:{incident_id}"],
    )
    record(tx, now=now, kind="incident.stood_down", subject=f"incident:{incident_id}")
