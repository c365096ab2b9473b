"""The demo's people: enrolled once, with a rota for some days, and put on duty each time the demo starts.

The house of the demo is founded, so whatever a later start needs is asked for by one of the cast and signed by another.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress

from gardefou.app.demo.cast import CAST, THIN_MANAGER, Part
from gardefou.clock import DAY, HOUR, to_iso
from gardefou.events import Actor
from gardefou.events.actor import SETUP
from gardefou.orders.approve import approve
from gardefou.orders.errors import AlreadyOpenError
from gardefou.orders.kinds import Kind
from gardefou.orders.lifecycle import State
from gardefou.orders.ports import Ports
from gardefou.orders.propose import propose
from gardefou.safeguards.errors import NothingToChangeError
from gardefou.staff import queries
from gardefou.staff.add_shift import add_shift
from gardefou.staff.engage import engage
from gardefou.staff.enrol import enrol
from gardefou.staff.errors import UnknownPersonError
from gardefou.staff.grant_role import grant_role
from gardefou.staff.roles import Role
from gardefou.storage import Tx

#: The night of the first rota in which one duty manager is missing: the desk says so.
THIN_NIGHT = 3
THIN_FROM, THIN_UNTIL = 22 * HOUR, 6 * HOUR
#: Who is on duty now, but not at one of these times ahead, is put on duty anew, for this long.
SHIFT_BEFORE, AHEAD, SHIFT_AFTER = 6 * HOUR, (0, 6 * HOUR, 12 * HOUR), 7 * DAY
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
    _lay_rota(tx, found, now)
    return found


def _lay_rota(tx: Tx, people: Mapping[str, int], now: int) -> None:
    """Put everybody on duty from midnight to midnight, who should be; without orders, since nothing is founded yet."""
    today = _midnight(now)
    for part in CAST:
        days = [(now - SHIFT_BEFORE, last_midnight(now))] if part.on_shift else []
        if part.on_shift and not part.last_day:
            first = last_midnight(now)
            days += [(first + n * DAY, first + (n + 1) * DAY) for n in range(part.rota_days)]
        if part.name == THIN_MANAGER:
            dark = today + THIN_NIGHT * DAY
            days = list(_without(days, dark + THIN_FROM, dark + DAY + THIN_UNTIL))
        for starts, ends in days:
            add_shift(tx, actor=SETUP, now=now, person_id=people[part.name], starts=starts, ends=ends)


def _without(days: Iterable[tuple[int, int]], off: int, on: int) -> Iterator[tuple[int, int]]:
    """Yield what is left of shifts once somebody is away from `off` until `on`."""
    for starts, ends in days:
        for first, last in ((starts, min(ends, off)), (max(starts, on), ends)):
            if first < last:
                yield first, last


def put_on_duty(tx: Tx, ports: Ports, now: int) -> None:
    """Give everybody who should be on duty a shift that covers now, and the contractor a last day that is today.

    In a demo that has just been built nothing is missing; one that is started again weeks later has some orders more.
    """
    for part in CAST:
        row = queries.person_by_name(tx, part.name)
        if row is None:
            continue
        person_id, midnight = int(row["id"]), last_midnight(now)
        one = queries.person(tx, person_id, now)
        if part.last_day and one is not None and not one.engaged:
            bond = {"employer": part.employer, "team": part.team, "starts": to_iso(now), "ends": to_iso(midnight)}
            _order(tx, ports, Kind.PERSON_ENGAGE, person_id, bond, now)
        if part.on_shift and not _covered(tx, part, person_id, now):
            hours = {"starts": to_iso(now), "ends": to_iso(midnight if part.last_day else now + 2 * DAY)}
            _order(tx, ports, Kind.SHIFT_ADD, person_id, hours, now)


def _covered(tx: Tx, part: Part, person_id: int, now: int) -> bool:
    ahead = (0,) if part.last_day else AHEAD
    return all(queries.shift_began(tx, person_id, now + after) is not None for after in ahead)


def _order(tx: Tx, ports: Ports, kind: Kind, person_id: int, change: Mapping[str, str], now: int) -> None:
    """Let one of the cast ask for it and another agree, as in any founded house; nobody it is about does either.

    Under rules that somebody has changed since, it may take more than these two; then it stays as it is.
    """
    asks, agrees = [actor for actor in _leaders(tx) if actor.person_id != person_id][:2]
    with suppress(AlreadyOpenError, NothingToChangeError):
        order = propose(
            tx,
            ports,
            actor=asks,
            now=now,
            kind=kind.value,
            subject_id=person_id,
            comment="The demonstration begins another day.",
            change=change,
        ).order
        if order.state is State.WAITING:
            approve(tx, ports, actor=agrees, now=now, order_id=order.id, digest_hex=order.digest.hex())


def _leaders(tx: Tx) -> list[Actor]:
    """Return the cast's administrators, then its duty managers."""
    found = []
    for role in (Role.ADMINISTRATOR, Role.DUTY_MANAGER):
        for row in (queries.person_by_name(tx, part.name) for part in CAST if part.role is role):
            if row is None:
                raise UnknownPersonError
            found.append(Actor.person(int(row["id"])))
    return found


def last_midnight(now: int) -> int:
    """Return the midnight, UTC, at which a day that is today ends; the one after when it is nearly here."""
    midnight = _midnight(now) + DAY
    return midnight if midnight - now >= ENOUGH_OF_A_DAY else midnight + DAY


def _midnight(now: int) -> int:
    return now - now % DAY
