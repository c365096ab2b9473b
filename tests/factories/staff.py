"""People, the dullest there are."""

from itertools import count

from gardefou.clock import DAY, HOUR
from gardefou.events.actor import SETUP, Actor
from gardefou.staff.add_shift import add_shift
from gardefou.staff.engage import engage
from gardefou.staff.enrol import enrol
from gardefou.staff.grant_role import grant_role
from gardefou.storage import Tx
from tests.factories.authenticator import enrol_key

_numbers = count(1)


def make_person(
    tx: Tx,
    now: int,
    *,
    name: str = "",
    email: str = "",
    locale: str = "en",
    role: str | None = "agent",
    team: str = "North",
    employer: str = "The house",
    since: int = 400 * DAY,
    days_left: int | None = None,
    on_shift: bool = True,
    engaged: bool = True,
    key: bool = True,
) -> int:
    """Enrol somebody engaged without an end, with one role and a passkey, on shift for eight hours."""
    number = next(_numbers)
    person_id = enrol(
        tx,
        actor=SETUP,
        now=now,
        name=name or f"Person {number}",
        email=email or f"person{number}@example.org",
        locale=locale,
    )
    if engaged:
        ends = None if days_left is None else now + days_left * DAY + HOUR
        engage(
            tx,
            actor=SETUP,
            now=now,
            person_id=person_id,
            employer=employer,
            team=team,
            starts=now - since,
            ends=ends,
        )
    if key:
        enrol_key(tx, now=now - since, person_id=person_id)
    if role is not None:
        grant_role(tx, actor=SETUP, now=now - since, person_id=person_id, role=role)
    if on_shift:
        add_shift(tx, actor=SETUP, now=now, person_id=person_id, starts=now - HOUR, ends=now + 7 * HOUR)
    return person_id


def make_actor(tx: Tx, now: int, *, role: str | None = "agent") -> Actor:
    """Return somebody of that role as an actor."""
    return Actor.person(make_person(tx, now, role=role))
