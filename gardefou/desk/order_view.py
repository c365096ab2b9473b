"""An order as its page shows it: its clock, its rail, what was signed, who was told, and what the reader can do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, select

from gardefou.desk import labels, rights
from gardefou.desk.acts import effect_words
from gardefou.desk.order_clock import Clock, order_clock
from gardefou.desk.order_rail import OrderFacts, Seat, Signature, order_rail
from gardefou.desk.people import Known, called, known, named, spoken_of
from gardefou.desk.rail import RailView
from gardefou.events import Actor
from gardefou.guard.rules import Place, Plan, plan
from gardefou.orders import queries
from gardefou.orders.errors import UnknownSubjectError
from gardefou.orders.kinds import DEEDS, SAFEGUARDS, STANDINGS, Kind
from gardefou.orders.labels import deed
from gardefou.orders.lifecycle import State
from gardefou.orders.order import Order
from gardefou.orders.ports import Ports, Subject
from gardefou.orders.subject import subject_of as order_subject
from gardefou.orders.tables import rulebook as rulebook_table
from gardefou.staff.colleague import Colleague
from gardefou.staff.queries import logins_of
from gardefou.staff.queries import people as everybody
from gardefou.staff.sessions import SignedIn
from gardefou.storage import Tx
from gardefou.words import gettext as _
from gardefou.words import numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderView:
    """Everything the page of an order shows."""

    order: Order
    subject: Subject
    title: str
    account: str
    standing: str
    proposer: str
    reason: str
    clock: Clock | None
    rail: RailView
    plan: Plan | None
    signatures: int
    missing: int
    became: str
    veto: rights.Right | None
    vetoes_left: int
    sign: rights.Right | None
    withdraw: bool
    restore: rights.Right | None
    said: tuple[tuple[str, str], ...]

    @property
    def state(self) -> str:
        """The state, for a template to compare."""
        return self.order.state.value

    @property
    def guards(self) -> bool:
        """Whether it changes a safeguard, and takes nothing from an account's owner."""
        return self.order.kind in SAFEGUARDS


def order_view(tx: Tx, ports: Ports, *, me: SignedIn, now: int, order_id: int) -> OrderView:
    """Read everything the page of an order shows, in one transaction.

    Raises:
        UnknownOrderError: there is none by that number.
    """
    order = queries.order(tx, order_id)
    subject = subject_of(tx, ports, order, now)
    votes = queries.votes(tx, order.id)
    undone_by = queries.order(tx, order.reversed_by).proposer if order.reversed_by is not None else None
    actors = [order.proposer] + ([undone_by] if undone_by else [])
    people = known(tx, actors, now, also=[row["person_id"] for row in votes])
    needed = plan_of(tx, ports, order)
    sign = rights.to_sign(tx, ports, me=me, order=order, subject=subject, now=now)
    seats = _seats(tx, order, needed, votes, people, yours=sign.place if sign else None, now=now)
    missing = sum(seat.signed is None for seat in seats) if order.open else 0
    label = labels.subject(order.subject_kind, subject.label)
    return OrderView(
        order=order,
        subject=subject,
        title=labels.titled(order.kind, label),
        account=label.removeprefix("@"),
        standing=_standing(tx, ports, order),
        proposer=spoken_of(order.proposer, people),
        reason=labels.reason(order.reason),
        clock=order_clock(order, missing, now),
        rail=order_rail(_facts(order, subject, seats, people, votes, undone_by, now)),
        plan=needed,
        signatures=1 + sum(row["verb"] == "approve" for row in votes),
        missing=missing,
        became=_became(order, votes, people),
        veto=rights.to_veto(tx, ports, me=me, order=order, now=now),
        vetoes_left=queries.vetoes_left(tx, logins=logins_of(tx, me.person_id), account_id=order.account_id, now=now),
        sign=sign,
        withdraw=order.open and order.proposer == me.actor,
        restore=rights.to_restore(tx, ports, me=me, order=order, now=now),
        said=tuple((named(row["person_id"], people), row["why"]) for row in votes if row["why"]),
    )


def subject_of(tx: Tx, ports: Ports, order: Order, now: int) -> Subject:
    """Return what an order acts upon as it is now; if it is gone, what is still known of it."""
    try:
        return order_subject(
            tx, ports, kind=order.kind, subject_id=order.subject_id, change=order.change, now=now, lock=False
        )
    except UnknownSubjectError:
        return _gone(tx, ports, order, now)


def _gone(tx: Tx, ports: Ports, order: Order, now: int) -> Subject:
    label, values = order.change.get("name", ""), {}
    if order.account_id is not None:
        author = ports.subjects["account"].read(tx, subject_id=order.account_id, now=now, lock=False)
        if author is not None:
            label, values = f"{author.label}/{order.subject_id}", dict(author.values)
    return Subject(
        kind=order.subject_kind,
        id=order.subject_id,
        account_id=order.account_id,
        version=order.subject_version,
        label=label,
        values=values,
    )


def _standing(tx: Tx, ports: Ports, order: Order) -> str:
    deleted = order.kind is Kind.POST_DELETE and order.in_effect
    if order.subject_kind not in ("account", "post") or order.kind in SAFEGUARDS or deleted:
        return ""
    return ports.effects[order.subject_kind].read_back(tx, subject_kind=order.subject_kind, subject_id=order.subject_id)


def rail_of(tx: Tx, ports: Ports, order: Order, subject: Subject, people: Known, now: int) -> RailView:
    """Return an order's rail, for a list."""
    votes = queries.votes(tx, order.id)
    seats = _seats(tx, order, plan_of(tx, ports, order), votes, people, yours=None, now=now)
    return order_rail(_facts(order, subject, seats, people, votes, None, now))


def plan_of(tx: Tx, ports: Ports, order: Order) -> Plan | None:
    """Return what the order needed: as the guard last said, or under the rulebook it was proposed under."""
    if order.verdict.plan is not None:
        return order.verdict.plan
    text = tx.scalar(select(rulebook_table.c.text).where(rulebook_table.c.digest == order.rulebook_digest))
    if text is None:
        return None
    return plan(ports.load_rulebook(str(text)), order.kind.value, order.facts["asked"]["values"])


def _seats(
    tx: Tx,
    order: Order,
    needed: Plan | None,
    votes: Any,
    people: Known,
    *,
    yours: int | None,
    now: int,
) -> tuple[Seat, ...]:
    if needed is None:
        return ()
    approvals = {str(row["person_id"]): row for row in votes if row["verb"] == "approve"}
    filled: list[str | None] = list(order.verdict.filled)
    if len(filled) != len(needed.places):
        filled = _by_role(needed.places, approvals, people)
    staff = everybody(tx, now) if order.state is State.WAITING else []
    in_it = [people[int(key)] for key in [order.proposer.key, *approvals] if key.isdigit() and int(key) in people]
    return tuple(
        Seat(
            place=place,
            signed=_signature(approvals[who], people) if who in approvals else None,
            could=None if who else sum(_could(one, place, in_it) for one in staff),
            yours=at == yours,
        )
        for at, (place, who) in enumerate(zip(needed.places, filled, strict=True))
    )


def _by_role(places: tuple[Place, ...], approvals: Mapping[str, RowMapping], people: Known) -> list[str | None]:
    """Seat those who signed in places of their role: for an order that is over, whose verdict no longer says."""
    left = list(approvals)
    seated: list[str | None] = []
    for place in places:
        roles = set(place.role.split(" or "))
        fits = [key for key in left if int(key) in people and people[int(key)].roles & roles]
        seated.append(fits[0] if fits else None)
        if fits:
            left.remove(fits[0])
    return seated


def _could(one: Colleague, place: Place, in_it: list[Colleague]) -> bool:
    if not one.engaged or one.on_shift_until is None or one.id in {other.id for other in in_it}:
        return False
    if not one.roles & set(place.role.split(" or ")):
        return False
    if place.other == "team":
        return one.team not in {other.team for other in in_it}
    return place.other != "employer" or one.employer not in {other.employer for other in in_it}


def _signature(row: RowMapping, people: Known) -> Signature:
    return Signature(who=named(row["person_id"], people), more=_team(row["person_id"], people), at=row["at"])


def _team(person_id: int, people: Known) -> str:
    found = people.get(person_id)
    return _("Team %(team)s", team=found.team) if found and found.team else ""


def _facts(
    order: Order,
    subject: Subject,
    seats: tuple[Seat, ...],
    people: Known,
    votes: Any,
    undone_by: Actor | None,
    now: int,
) -> OrderFacts:
    vetoers = [named(row["person_id"], people) for row in votes if row["verb"] == "veto"]
    person_id = order.proposer.person_id
    return OrderFacts(
        kind=order.kind,
        state=order.state,
        proposer=Signature(
            who=called(order.proposer, people),
            more=_team(person_id, people) if person_id is not None else "",
            at=order.proposed_at,
        ),
        seats=seats,
        hold=order.hold,
        held_from=order.held_from,
        effect=_effect(order, subject),
        effect_at=order.executed_at,
        set_for=order.not_before,
        because=order.ended_because if order.state is State.VOID else None,
        ended_at=order.ended_at,
        ended_by=called(undone_by, people) if undone_by else "".join(vetoers[:1]),
        why="" if order.state is not State.VOID else labels.void(order),
        now=now,
    )


def _effect(order: Order, subject: Subject) -> str:
    """Return what people will see at the end of the rail."""
    if order.kind is Kind.STATEMENT_PUBLISH:
        return _("It is public then, on its page and in the feed.")
    if order.kind in DEEDS:
        return deed(order.kind, order.change)
    if order.kind in SAFEGUARDS:
        digests = {order.change.get("digest"), order.change.get("proof")}
        said = [(name, text) for name, text in labels.changes(order.change) if text not in digests]
        return ", ".join(f"{name}{_(':')} {text}" for name, text in said)
    return effect_words(order.kind, _counters(subject))[0] if order.kind in STANDINGS else ""


def _counters(subject: Subject) -> dict[str, int]:
    return {"followers": int(subject.values.get("followers", 0)), "posts": 0}


def _became(order: Order, votes: Any, people: Known) -> str:
    """Return the first line of an order that is over; empty while it is open."""
    match order.state:
        case State.VOID:
            for row in votes:
                if row["verb"] == "veto":
                    return _("Void: vetoed by %(name)s. Nothing was done.", name=named(row["person_id"], people))
            return labels.void(order)
        case State.REVERSED:
            gone = (order.ended_at or 0) - (order.executed_at or 0)
            return _("Taken back after %(length)s. Everything is as it was.", length=numbers.duration(gone))
        case _:
            return ""
