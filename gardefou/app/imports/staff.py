"""People who work here, with their engagement, roles and shifts. Nothing is taken from anybody here.

One person may stand on several rows, one shift each.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from gardefou.app.house import House
from gardefou.app.imports.columns import Column, Mapped, RowError, address, instant, needed, text
from gardefou.app.imports.proposing import ask, importer
from gardefou.app.imports.run import FEW, Fate, Lined, Rejected
from gardefou.clock import to_iso
from gardefou.errors import BadInputError
from gardefou.events import Actor
from gardefou.events.actor import IMPORTER
from gardefou.orders.kinds import Kind
from gardefou.safeguards.found import founded
from gardefou.staff import queries
from gardefou.staff.add_shift import add_shift
from gardefou.staff.engage import engage
from gardefou.staff.enrol import enrol
from gardefou.staff.grant_role import grant_role, role_named
from gardefou.storage import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One person, as one row says."""

    name: str
    email: str
    locale: str
    employer: str
    team: str
    roles: tuple[str, ...]
    starts: int
    ends: int | None
    shift: tuple[int, int] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """Imports staff; `by` is who proposes, once the house is founded."""

    by: str = ""
    given: tuple[str, ...] = ()
    piece: int = FEW
    columns: tuple[Column, ...] = (
        Column(name="name", guesses=("full_name",), needed=True),
        Column(name="email", guesses=("mail", "e-mail"), needed=True),
        Column(name="employer", guesses=("company",), needed=True),
        Column(name="team", needed=True),
        Column(name="roles", guesses=("role",), needed=True),
        Column(name="starts", guesses=("first_day", "start"), needed=True),
        Column(name="ends", guesses=("last_day", "end")),
        Column(name="locale", guesses=("language", "lang")),
        Column(name="shift_starts", guesses=("shift_start",)),
        Column(name="shift_ends", guesses=("shift_end",)),
    )

    def prepare(self, row: Mapped) -> Member:
        """Read one person."""
        starts, ends = instant(row, "starts"), instant(row, "ends")
        if starts is None:
            raise RowError("starts: empty")
        if ends is not None and ends <= starts:
            raise RowError("ends: not after starts")
        roles = tuple(
            part.strip().lower() for part in needed(row, "roles").replace(";", ",").split(",") if part.strip()
        )
        try:
            for role in roles:
                role_named(role)
        except BadInputError as problem:
            raise RowError(f"roles: {problem.message}") from problem
        name, _ = needed(row, "name"), needed(row, "email")
        return Member(
            name=name,
            email=address(row, "email"),
            locale=text(row, "locale").lower()[:2] or "en",
            employer=needed(row, "employer"),
            team=needed(row, "team"),
            roles=roles,
            starts=starts,
            ends=ends,
            shift=_shift(row),
        )

    def write(self, tx: Tx, house: House, items: list[Lined[Member]], now: int) -> Iterator[Fate | Rejected]:
        """Write a piece."""
        who = importer(tx, self.by) if founded(tx) else None
        for line, item in items:
            try:
                yield _import(tx, item, now=now) if who is None else _ask(tx, house, who, line, item, now)
            except BadInputError as problem:
                yield Rejected(line, problem.message)


def _ask(tx: Tx, house: House, who: Actor, line: int, item: Member, now: int) -> Fate | Rejected:
    """Propose what is missing of a person: first to enrol them; once they are, their roles and their shift."""
    known = queries.person_by_name(tx, item.name)
    if known is None:
        return ask(
            tx, house, actor=who, kind=Kind.PERSON_ENROL, subject_id=0, change=_enrolment(item, now), line=line, now=now
        )
    person_id = int(known["id"])
    found = queries.person(tx, person_id, now)
    wanted: list[tuple[Kind, dict[str, str]]] = [
        (Kind.ROLE_GRANT, {"role": role}) for role in item.roles if found is None or role not in found.roles
    ]
    if item.shift is not None:
        wanted.append((Kind.SHIFT_ADD, {"starts": to_iso(item.shift[0]), "ends": to_iso(item.shift[1])}))
    fate: Fate | Rejected = Fate.SAME
    for kind, change in wanted:
        became = ask(tx, house, actor=who, kind=kind, subject_id=person_id, change=change, line=line, now=now)
        fate = fate if became is Fate.SAME else became
        if isinstance(became, Rejected):
            return became
    return fate


def _enrolment(item: Member, now: int) -> dict[str, str]:
    """Return whom to enrol. Days served count from now on, whatever the list says of the first day."""
    return {
        "name": item.name,
        "email": item.email,
        "locale": item.locale,
        "employer": item.employer,
        "team": item.team,
        "starts": to_iso(max(item.starts, now)),
        "ends": "" if item.ends is None else to_iso(item.ends),
    }


def _shift(row: Mapped) -> tuple[int, int] | None:
    begins, ends = instant(row, "shift_starts"), instant(row, "shift_ends")
    if begins is None and ends is None:
        return None
    if begins is None or ends is None or ends <= begins:
        raise RowError("shift_starts, shift_ends: both are needed, and the end after the beginning")
    return begins, ends


def _import(tx: Tx, item: Member, *, now: int) -> Fate:
    known = queries.person_by_name(tx, item.name)
    if known is not None and known["email"].lower() != item.email.lower():
        raise RowError(f"{item.name} is somebody with another address; give the name that tells them apart")
    before = None if known is None else queries.person(tx, int(known["id"]), now)
    if known is None:
        person_id = enrol(tx, actor=IMPORTER, now=now, name=item.name, email=item.email, locale=item.locale)
    else:
        person_id = int(known["id"])
    if before is None or not before.engaged:
        engage(
            tx,
            actor=IMPORTER,
            now=now,
            person_id=person_id,
            employer=item.employer,
            team=item.team,
            starts=item.starts,
            ends=item.ends,
        )
    for role in item.roles:
        grant_role(tx, actor=IMPORTER, now=now, person_id=person_id, role=role)
    if item.shift is not None:
        add_shift(tx, actor=IMPORTER, now=now, person_id=person_id, starts=item.shift[0], ends=item.shift[1])
    if known is None:
        return Fate.ADDED
    return Fate.SAME if before == queries.person(tx, person_id, now) else Fate.CHANGED
