"""Write down what was decided about a reporter: the row, its entry on the record, and that they are to be told."""

from typing import Any

from sqlalchemy import insert, text

from gardefou.events import Actor
from gardefou.ledger import store
from gardefou.ledger.entry import EntryKind, Json
from gardefou.orders.entries import who_did
from gardefou.reports.misuse.judged import Judged
from gardefou.reports.misuse.measure import SUSPENSION, Measure
from gardefou.reports.misuse.records import Record
from gardefou.reports.misuse.tables import measure
from gardefou.reports.telling.begin import tell_of_measure
from gardefou.storage import Tx

#: Both databases read this sentence alike.
_LOOKED = text(
    "INSERT INTO misuse (reporter, state, decided, rejected, looked_at, since) "
    "VALUES (:reporter, 'looked into', 0, 0, :now, :now) ON CONFLICT (reporter) DO UPDATE "
    "SET state = 'looked into', since = excluded.since"
)
_KINDS = {
    "warned": EntryKind.REPORTER_WARNED,
    "suspended": EntryKind.REPORTER_SUSPENDED,
    "lifted": EntryKind.REPORTER_LIFTED,
    "kept": EntryKind.REPORTER_KEPT,
}


def looked_into(tx: Tx, *, actor: Actor, now: int, reporter: str) -> None:  # noqa: ARG001  # every write names its actor
    """Note that somebody looked into a reporter's record: from here on it counts anew."""
    tx.execute(_LOOKED, {"reporter": reporter, "now": now})


def enter(
    tx: Tx,
    *,
    actor: Actor,
    now: int,
    reporter: str,
    kind: str,
    by: int,
    record: Record,
    judged: Judged,
    until: int | None,
) -> int:
    """Write down a new warning or suspension.

    Returns:
        Its number.
    """
    measure_id = tx.new_id(now)
    values: dict[str, Any] = {
        "id": measure_id,
        "reporter": reporter,
        "kind": kind,
        "at": now,
        "by": by,
        "until": until,
        "reason": judged.reason,
        "decided": record.decided,
        "rejected": record.rejected,
        "unfounded": judged.unfounded,
        "gravity": judged.gravity.value,
        "intent": judged.intent.value,
    }
    tx.execute(insert(measure).values(**values))
    looked_into(tx, actor=actor, now=now, reporter=reporter)
    what = "suspended" if kind == SUSPENSION else "warned"
    told = {name: values[name] for name in ("decided", "rejected", "unfounded", "gravity", "intent")}
    _say(tx, actor=actor, now=now, measure_id=measure_id, reporter=reporter, what=what, more=told, until=until)
    return measure_id


def say(tx: Tx, *, actor: Actor, now: int, of: Measure, what: str) -> None:
    """Put on the record, and let the reporter be told, what became of something decided before: `lifted` or `kept`."""
    _say(tx, actor=actor, now=now, measure_id=of.id, reporter=of.reporter, what=what, more={}, until=of.until)


def _say(
    tx: Tx,
    *,
    actor: Actor,
    now: int,
    measure_id: int,
    reporter: str,
    what: str,
    more: dict[str, Json],
    until: int | None,
) -> None:
    tell_of_measure(tx, actor=actor, now=now, measure_id=measure_id, reporter=reporter, what=what)
    body: dict[str, Json] = {
        **more,
        "measure": str(measure_id),
        "who": who_did(tx, actor=actor, now=now),
        # Salted, and of the key alone: nobody finds a reporter by trying names.
        "subject": store.commit_to(tx, now=now, key=f"reporter:{reporter}", content=reporter),
        "subject_kind": "reporter",
        "until": None if until is None else str(until),
    }
    store.append(tx, now=now, kind=_KINDS[what], order_id=None, body=body, about=())
