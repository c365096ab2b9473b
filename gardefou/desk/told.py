"""Who has been told of an order, how, and whether their mail server took the message."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import RowMapping, select

from gardefou.desk.people import Known, known, named
from gardefou.events.tables import outbox
from gardefou.orders.tables import notice
from gardefou.storage import Tx
from gardefou.words import gettext as _
from gardefou.words.numbers import clock_time


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One line of the table."""

    to: str
    how: str
    sent: str
    state: str


def told(tx: Tx, order_id: int, now: int) -> list[Told]:
    """Return everyone to be told of an order, in the order they were."""
    rows = tx.all(
        select(notice, outbox.c.state.label("mail"))
        .outerjoin(outbox, outbox.c.id == notice.c.outbox_id)
        .where(notice.c.order_id == order_id)
        .order_by(notice.c.id)
    )
    people = _people(tx, rows, now)
    return [
        Told(
            to=_to(row, people),
            how=_how(row["stage"]),
            sent=clock_time(row["created_at"], seconds=True),
            state=_state(row),
        )
        for row in rows
    ]


def _people(tx: Tx, rows: Sequence[RowMapping], now: int) -> Known:
    return known(tx, [], now, also=[row["person_id"] for row in rows if row["person_id"] is not None])


def _to(row: RowMapping, people: Known) -> str:
    if row["person_id"] is not None:
        return named(row["person_id"], people)
    return _("Owner’s contact") if row["to_kind"] == "owner" else _("Duty manager on shift")


def _how(stage: str) -> str:
    return {
        "proposed": _("at the proposal, how to stop it"),
        "held": _("hold running, how to stop it"),
        "effect": _("at the effect, how to contest it"),
        "void": _("that it is void"),
        "restored": _("that it is back"),
    }[stage]


def _state(row: RowMapping) -> str:
    if row["accepted_at"] is not None:
        return "accepted"
    if row["outbox_id"] is None or row["mail"] == "given up":
        return "refused"
    return "pending"
