"""Compare what platforms show with what the record says (promise 16). Restores nothing; says what differs."""

from collections.abc import Iterator
from dataclasses import dataclass

from gardefou.enforcement.ports import Platform
from gardefou.ledger import store, tables
from gardefou.storage import Tx
from gardefou.watch.standings import Recorded, Standings


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One subject whose platform shows something else than the record says.

    Attributes:
        subject_kind: `account` or `post`.
        subject_id: its id.
        shown: what the platform shows.
        recorded: what the record says; the same as `shown` when only the order behind it is wrong.
        order_id: the order in whose name the platform shows it, if it names one.
    """

    subject_kind: str
    subject_id: int
    shown: str
    recorded: str
    order_id: int | None


def recorded_standings(tx: Tx) -> Standings:
    """Return every standing that the record's executed and reversed orders add up to."""
    found = Standings()
    for entry in store.entries(tx, where=tables.entry.c.kind.in_(("order.executed", "order.reversed"))):
        found.take(entry)
    return found


def reconcile(tx: Tx, *, platform: Platform, standings: Standings | None = None) -> Iterator[Difference]:
    """Yield every difference: a standing that no order explains, or an order whose standing is not shown.

    Args:
        tx: the open transaction.
        platform: whose standings are read again.
        standings: what the record says, if already known.
    """
    record = _by_subject(tx, standings or recorded_standings(tx))
    for kind, subject_id, shown, order_id in platform.standings(tx):
        known = record.get((kind, subject_id))
        recorded = "active" if known is None else known.standing
        if shown != recorded or known is None or known.by != order_id:
            yield Difference(
                subject_kind=kind, subject_id=subject_id, shown=shown, recorded=recorded, order_id=order_id
            )
    for (kind, subject_id), known in record.items():
        shown = platform.standing(tx, kind, subject_id)
        if shown != known.standing:
            yield Difference(
                subject_kind=kind, subject_id=subject_id, shown=shown, recorded=known.standing, order_id=None
            )


def _by_subject(tx: Tx, standings: Standings) -> dict[tuple[str, int], Recorded]:
    keys = store.keys_of(tx, standings.subjects)
    found = {}
    for subject, known in standings.subjects.items():
        kind, _, subject_id = keys.get(subject, "").partition(":")
        if kind:
            found[kind, int(subject_id)] = known
    return found
