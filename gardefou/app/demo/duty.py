"""The demo's people: enrolled once, and put on duty each time the demo starts."""

from contextlib import suppress

from gardefou.app.demo.cast import CAST, Part
from gardefou.clock import DAY, HOUR, to_iso
from gardefou.events import Actor
from gardefou.events.actor import SETUP
from gardefou.orders.approve import approve
from gardefou.orders.errors import AlreadyOpenError
from gardefou.orders.kinds import Kind
from gardefou.orders.lifecycle import State
from gardefou.orders.ports import Ports
from gardefou.orders.propose import propose
from gardefou.staff import queries
from gardefou.staff.add_shift import add_shift
from gardefou.staff.engage import engage
from gardefou.staff.enrol import enrol
from gardefou.staff.errors import UnknownPersonError
from gardefou.staff.grant_role import grant_role
from gardefou.staff.roles import Role
from gardefou.storage import Tx

SHIFT_BEFORE, SHIFT_AFTER = 6 * HOUR, 2 * DAY
#: A last day is no last day any more when less than this is left of it.
ENOUGH_OF_A_DAY = 3 * HOUR


def enrol_cast(tx: Tx, now: int, *, past: int) -> dict[str, int]:
    """Enrol everybody as of the day their engagement began, and return name → person."""
    found = {}
    for part in CAST:
        began = _midnight(now) - part.served * DAY
        person_id = enrol(tx, actor=SETUP, now=began, name=part.name, email=part.email, locale=part.locale)
        ends = last_midnight(now) if part.last_day else None
        engage(
            tx,
            actor=SETUP,
            now=began,
            person_id=person_id,
            employer=part.employer,
            team=part.team,
            starts=began,
            ends=ends,
        )
        grant_role(tx, actor=SETUP, now=began, person_id=person_id, role=part.role.value)
        # Long past, but the history of the demo's accounts needs people on duty.
        add_shift(tx, actor=SETUP, now=began, person_id=person_id, starts=now - past, ends=now - 2 * DAY)
        found[part.name] = person_id
    return found


def put_on_duty(tx: Tx, ports: Ports, now: int) -> None:
    """Give everybody who should be on duty a shift that covers now, and the contractor a last day that is today."""
    for part in CAST:
        row = queries.person_by_name(tx, part.name)
        if row is None:
            continue
        one = queries.person(tx, int(row["id"]), now)
        if part.last_day and one is not None and not one.engaged:
            _engage_for_one_more_day(tx, ports, part, int(row["id"]), now)
        if part.on_shift and (one is None or one.on_shift_until is None or one.on_shift_until < now + 12 * HOUR):
            starts, ends = now - SHIFT_BEFORE, now + SHIFT_AFTER
            add_shift(tx, actor=SETUP, now=now, person_id=int(row["id"]), starts=starts, ends=ends)


def _engage_for_one_more_day(tx: Tx, ports: Ports, part: Part, person_id: int, now: int) -> None:
    """Let an administrator ask for it and a duty manager agree, as in any founded house.

    Under rules that somebody has changed since, it may take more than these two; then the contractor stays away.
    """
    administrator, manager = (_somebody(tx, role) for role in (Role.ADMINISTRATOR, Role.DUTY_MANAGER))
    change = {
        "employer": part.employer,
        "team": part.team,
        "starts": to_iso(now),
        "ends": to_iso(last_midnight(now)),
    }
    with suppress(AlreadyOpenError):
        order = propose(
            tx,
            ports,
            actor=administrator,
            now=now,
            kind=Kind.PERSON_ENGAGE.value,
            subject_id=person_id,
            comment="The demonstration begins another day.",
            change=change,
        ).order
        if order.state is State.WAITING:
            approve(tx, ports, actor=manager, now=now, order_id=order.id, digest_hex=order.digest.hex())


def _somebody(tx: Tx, role: Role) -> Actor:
    """Return the first of the cast in this role."""
    name = next(part.name for part in CAST if part.role is role)
    row = queries.person_by_name(tx, name)
    if row is None:
        raise UnknownPersonError
    return Actor.person(int(row["id"]))


def last_midnight(now: int) -> int:
    """Return the midnight, UTC, at which a day that is today ends; the one after when it is nearly here."""
    midnight = _midnight(now) + DAY
    return midnight if midnight - now >= ENOUGH_OF_A_DAY else midnight + DAY


def _midnight(now: int) -> int:
    return now - now % DAY
