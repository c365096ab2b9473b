"""An incident as it is shown, to colleagues or to the public: steps, picture, figures and statements."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping

from gardefou.accounts import queries as accounts
from gardefou.incidents import queries, telling, timeline
from gardefou.incidents.picture import Picture
from gardefou.incidents.timeline import Step
from gardefou.orders.kinds import SILENCING
from gardefou.storage import Tx
from gardefou.words import current
from gardefou.words import gettext as _


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A statement in the language spoken now; people in it by role."""

    id: int
    number: int
    text: str
    claims: tuple[dict[str, Any], ...]
    drafted_at: int
    published_at: int | None
    order_id: int | None
    by: tuple[str, ...]
    replaces: int | None
    replaced_by: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Everything about one incident."""

    row: RowMapping
    handle: str
    title: str
    kind: str
    state: str
    steps: tuple[Step, ...]
    picture: Picture
    figures: tuple[tuple[str, str, str], ...]
    statements: tuple[Statement, ...]

    @property
    def lines(self) -> list[dict[str, object]]:
        """The steps as a dated list."""
        return telling.listed(self.steps, {one.id: one.number for one in self.statements})

    @property
    def spoken(self) -> str:
        """The picture in one sentence."""
        return ". ".join(f"{label}: {value} {more}".strip() for label, value, more in self.figures)


def story(tx: Tx, incident_id: int, *, named: bool) -> Story:
    """Return an incident as colleagues read it, or as the public does: without names, drafts or inner life."""
    row = queries.incident(tx, incident_id)
    found = timeline.steps(tx, incident_id, named=named)
    rows = queries.statements(tx, incident_id, published_only=not named)
    handle = handle_of(tx, row)
    people = [
        (1 + len(order.verdict.plan.places), order.verdict.plan.hold)
        for order in queries.orders_of(tx, incident_id)
        if order.kind in SILENCING and order.verdict.plan is not None
    ]
    return Story(
        row=row,
        handle=handle,
        title=title(handle, found),
        kind=telling.kind(row["kind"]),
        state=telling.state(row["state"]),
        steps=tuple(found),
        picture=telling.drawn(
            found, {one["id"]: one["number"] for one in rows}, title=_("The page"), detail=_("from the record")
        ),
        figures=tuple(telling.figures(found, people, _said_who(rows))),
        statements=tuple(statements(tx, rows)),
    )


def handle_of(tx: Tx, row: RowMapping) -> str:
    """Return the handle of the account an incident is about; empty when it is about none."""
    return "" if row["account_id"] is None else str(accounts.account(tx, row["account_id"])["handle"])


def title(handle: str, found: Sequence[Step]) -> str:
    """Return what an incident is called: how long the page was gone, or that it stayed up."""
    gone = timeline.dark(found)
    if not gone:
        return _("@%(handle)s stayed up", handle=handle)
    if gone[-1][1] is None:
        return _("@%(handle)s is gone", handle=handle)
    whole = sum((until or since) - since for since, until in gone)
    return _("@%(handle)s was gone for %(time)s", handle=handle, time=telling.length(whole))


def statements(tx: Tx, rows: Sequence[RowMapping]) -> list[Statement]:
    """Return statements, those in force first, then by number, the latest first."""
    numbers = {row["id"]: int(row["number"]) for row in rows}
    replaced = {row["supersedes"]: int(row["number"]) for row in reversed(rows) if row["published_at"] is not None}
    found = [
        Statement(
            id=row["id"],
            number=row["number"],
            text=str(row[f"text_{current()}"]),
            claims=tuple(json.loads(row["claims"])),
            drafted_at=row["drafted_at"],
            published_at=row["published_at"],
            order_id=row["order_id"],
            by=tuple(telling.role(role) for role in timeline.roles_of_order(tx, row["order_id"]))
            if row["order_id"]
            else (),
            replaces=numbers.get(row["supersedes"]),
            replaced_by=replaced.get(row["id"]),
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (one.published_at is not None, one.replaced_by is not None, -one.number))


def _said_who(rows: Sequence[RowMapping]) -> int | None:
    """Return when a published statement first said who, by role."""
    said = [
        int(row["published_at"])
        for row in rows
        if row["published_at"] is not None
        and any(str(claim["code"]).startswith("proposer") for claim in json.loads(row["claims"]))
    ]
    return min(said, default=None)
