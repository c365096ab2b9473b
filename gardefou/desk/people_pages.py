"""Who works here, for whom and until when; what each may do, by which order; and what can be proposed about them."""

from collections.abc import Mapping, Sequence
from typing import Any

from litestar import get
from litestar.response import Template
from sqlalchemy import RowMapping

from gardefou.clock import Clock
from gardefou.desk import labels, people_acts, staff_rows
from gardefou.desk.changes import Asking
from gardefou.desk.frame import frame
from gardefou.desk.person_figures import figures_of
from gardefou.desk.time_line import LAST_DAYS, TimeLine, bonds_by_person, time_line
from gardefou.desk.week_view import week
from gardefou.may import May
from gardefou.orders import labels as order_labels
from gardefou.orders.ports import Ports
from gardefou.reports.categories import Category
from gardefou.reports.offers import change_in_force
from gardefou.safeguards.found import founded
from gardefou.safeguards.searches import search_open_to
from gardefou.staff import credentials
from gardefou.staff.colleague import Colleague
from gardefou.staff.erased import MARK
from gardefou.staff.errors import UnknownPersonError
from gardefou.staff.heard_roles import heard_at, said_of
from gardefou.staff.queries import people, person
from gardefou.staff.roles import Role
from gardefou.staff.sessions import SignedIn
from gardefou.storage import Database, Tx
from gardefou.words import gettext as _
from gardefou.words.numbers import day_and_time
from gardefou.words.plain import storable

PAGE = 50


@get("/desk/people", may=May.STAFF, sync_to_thread=True)
def index(db: Database, clock: Clock, ports: Ports, me: SignedIn, q: str = "", page: int = 1) -> Template:
    """List everybody, those who are engaged first, with the open orders about each."""
    now, wanted = clock.now(), storable(q).strip()[:100]
    with db.reading() as tx:
        found = [one for one in people(tx, now) if wanted.casefold() in one.name.casefold()]
        waiting = staff_rows.open_about(tx, ports, now)
        context = frame(tx, me, now)
        # Looking for somebody, or further down, nobody waits for the week to be walked again.
        context["week"] = None if wanted or page > 1 else week(tx, ports, me=me, now=now)
        ordered = sorted(found, key=lambda one: not one.engaged)
        bonds = bonds_by_person(tx, [one.id for one in ordered])
    line = time_line(now)
    here = {one.id for one in found}
    last = max(1, -(-len(ordered) // PAGE))
    at = min(max(1, page), last)
    context |= {
        "q": wanted,
        "found": [_row(one, line, bonds) for one in ordered[(at - 1) * PAGE : at * PAGE]],
        "line": line,
        "plain": not wanted and at == 1,
        "on_shift": [_row(one, line, {}) for one in ordered if one.engaged and one.on_shift_until is not None],
        "ending": sorted(
            (_ending(one, bonds) for one in ordered if one.engagement_ends and one.engagement_ends < now + LAST_DAYS),
            key=lambda each: each["ends"],
        ),
        "keeping": [one for one in ordered if one.keeps_restore],
        "count": len(found),
        "open": waiting,
        "to_come": [] if wanted else [line for who, lines in waiting.items() if who not in here for line in lines],
        "newer": at - 1,
        "older": at + 1 if at < last else 0,
    }
    return Template("desk/people.html", context=context)


def _row(one: Colleague, line: TimeLine, bonds: Mapping[int, Sequence[RowMapping]]) -> dict[str, Any]:
    roles = [labels.role(role.value) for role in Role if role.value in one.roles]
    return {"one": one, "roles": roles, "bars": line.bars(bonds.get(one.id, ()))}


def _ending(one: Colleague, bonds: Mapping[int, Sequence[RowMapping]]) -> dict[str, Any]:
    """Return whose access ends soon, when, and whether notice was given."""
    bond = next(row for row in bonds[one.id] if row["ends"] == one.engagement_ends)
    return {"one": one, "ends": one.engagement_ends, "given": bond["notice_given_at"]}


@get("/desk/people/new", may=May.STAFF, sync_to_thread=True)
def new(db: Database, clock: Clock, ports: Ports, me: SignedIn) -> Template:
    """Show the form that enrols somebody."""
    return enrolment(db, ports, me=me, now=clock.now())


def enrolment(
    db: Database, ports: Ports, *, me: SignedIn, now: int, values: dict[str, str] | None = None, wrong: str = ""
) -> Template:
    """Return the form that enrols somebody; with what was typed and what is wrong with it."""
    with db.reading() as tx:
        context = frame(tx, me, now)
        ask = Asking(tx=tx, ports=ports, me=me, now=now, subject_id=0)
        context |= {"change": people_acts.enrolling(ask), "values": values or {}, "wrong": wrong, "subject_id": 0}
    return Template("desk/person_new.html", context=context, status_code=400 if wrong else 200)


@get("/desk/people/{person_id:int}", may=May.STAFF, sync_to_thread=True)
def show(
    db: Database,
    clock: Clock,
    ports: Ports,
    me: SignedIn,
    person_id: int,
    figures: bool,  # noqa: FBT001  # the framework passes it by name
    enrolled: str = "",
) -> Template:
    """Show one person: what binds them, what they may do, and what can be proposed; figures only where turned on.

    Whoever has just enrolled a key comes here, and reads since when it signs.
    """
    fresh = bool(enrolled) and me.person_id == person_id and me.signs_at is not None
    with db.reading() as tx:
        return person_page(tx, ports, me=me, now=clock.now(), person_id=person_id, figures=figures, enrolled=fresh)


def person_page(
    tx: Tx,
    ports: Ports,
    *,
    me: SignedIn,
    now: int,
    person_id: int,
    values: dict[str, str] | None = None,
    wrong: str = "",
    figures: bool = False,
    enrolled: bool = False,
) -> Template:
    """Return a person's page; after a form that could not be read, with what was typed and what is wrong with it."""
    one = person(tx, person_id, now)
    if one is None:
        raise UnknownPersonError(_("Nobody works here by that number."))
    context = frame(tx, me, now) | _facts(tx, ports, me=me, one=one, now=now)
    context |= {"values": values or {}, "wrong": wrong, "enrolled": enrolled}
    context["figures"] = figures_of(tx, one.id, now) if figures else None
    return Template("desk/person.html", context=context, status_code=400 if wrong else 200)


def _heard(tx: Tx, person_id: int) -> dict[str, Any] | None:
    """Return what an identity provider last said of somebody's roles, in words; None when none ever did."""
    said = said_of(tx, [person_id]).get(person_id)
    if said is None:
        return None
    return {"roles": [labels.role(role.value) for role in Role if role.value in said], "at": heard_at(tx, person_id)}


def _key(row: RowMapping, now: int) -> dict[str, Any]:
    """Return a way in as its line says it."""
    ripe = day_and_time((row["enrolled_at"] or 0) + credentials.RIPE_AFTER)
    said = {
        credentials.VALID: _("in force"),
        credentials.TOO_NEW: _("signs in; signs from %(time)s on", time=ripe),
        credentials.ENDED: _("ended"),
        credentials.MISSING: _("in force") if row["enrolled_at"] else _("invited"),
    }
    state = credentials.ENDED if row["ended_at"] is not None else credentials.can_sign(row, signed_at=now, now=now)
    return {
        "label": _("erased") if row["label"] == MARK else row["label"],
        "what": order_labels.way(row["kind"]),
        "enrolled_at": row["enrolled_at"],
        "now": said[state],
    }


def _facts(tx: Tx, ports: Ports, *, me: SignedIn, one: Colleague, now: int) -> dict[str, Any]:
    bonds, shifts = staff_rows.engagements(tx, one.id), staff_rows.shifts_ahead(tx, one.id, now)
    lines = staff_rows.orders_about(tx, ports, one.id, now)
    ask = Asking(tx=tx, ports=ports, me=me, now=now, subject_id=one.id)
    return {
        "one": one,
        "roles": [(labels.role(row["role"]), row) for row in staff_rows.grants(tx, one.id)],
        "heard": _heard(tx, one.id),
        "keys": [_key(row, now) for row in credentials.of_person(tx, one.id)],
        "bonds": bonds,
        "line": (line := time_line(now)),
        "bars": line.bars(bonds),
        "record_open": search_open_to(tx, person_id=one.id, reader=me.actor, now=now) is not None,
        "shifts": shifts,
        "open_lines": [line for line in lines if line.order.open],
        "lines": [line for line in lines if not line.order.open],
        "changes": people_acts.about(ask, one, bonds, shifts),
        "subject_id": one.id,
        "offered": change_in_force(tx, one.id),
        "all_categories": ", ".join(Category),
        "values": {},
        "founded": founded(tx),
    }
