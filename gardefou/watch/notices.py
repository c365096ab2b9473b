"""Notices against their messages, and against the decisions that counted on them (promise 13).

A hold begins once everyone who must be told has been: a notice marked as accepted by hand would begin it early.
"""

from collections.abc import Iterator, Mapping

from sqlalchemy import RowMapping, select

from gardefou.events.tables import outbox
from gardefou.ledger import store
from gardefou.orders.tables import notice
from gardefou.storage import Tx
from gardefou.watch.dossier import Dossier
from gardefou.watch.finding import Finding


def check_notices(tx: Tx, dossiers: Mapping[int, Dossier]) -> Iterator[Finding]:
    """Yield every notice accepted without its message, and every decision that counted on notices not yet accepted."""
    told: dict[int, bool] = {}
    last = -1
    shown = select(notice, outbox.c.state).select_from(notice.outerjoin(outbox, outbox.c.id == notice.c.outbox_id))
    while page := tx.all(shown.where(notice.c.id > last).order_by(notice.c.id).limit(store.PAGE)):
        for row in page:
            column = _differing(row)
            if column:
                yield _finding(row["order_id"], column)
            if row["needed"]:
                dossier = dossiers.get(row["order_id"])
                in_time = dossier is not None and _in_time(row, dossier)
                told[row["order_id"]] = told.get(row["order_id"], True) and in_time
        last = page[-1]["id"]
    for order_id, dossier in dossiers.items():
        if dossier.told_at is not None and not told.get(order_id, False):
            yield Finding(code="notices-early", order_id=order_id)


def _differing(row: RowMapping) -> str:
    """Return the column of a notice that cannot be as it is, or nothing."""
    if bool(row["needed"]) != (row["stage"] == "proposed"):
        return "needed"
    if row["accepted_at"] is None:
        return ""
    early = row["accepted_at"] < row["created_at"]
    return "accepted_at" if early or row["state"] != "accepted" else ""


def _in_time(row: RowMapping, dossier: Dossier) -> bool:
    """Return whether a needed notice was accepted when a decision first counted on it, if one did."""
    if dossier.told_at is None:
        return True
    return row["accepted_at"] is not None and row["accepted_at"] <= dossier.told_at


def _finding(order_id: int, column: str) -> Finding:
    return Finding(code="notice-differs", order_id=order_id, fields={"column": column})
