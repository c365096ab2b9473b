"""What a rota would change, person by person, before anything is written; and everything that is wrong with it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import RowMapping, or_, select

from gardefou.safeguards.errors import ChangeError
from gardefou.safeguards.rota import MOST, Span, fit, one_shift
from gardefou.staff.on_rota import shifts_of
from gardefou.staff.rota.rows import Fault, Rows, Wanted
from gardefou.staff.tables import person
from gardefou.storage import Tx
from gardefou.storage.ids import BIGGEST
from gardefou.words import gettext as _
from gardefou.words.numbers import day_and_time


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What a rota says of one person.

    Attributes:
        person_id: who.
        name: what colleagues read.
        fresh: the shifts that are not on the rota yet, in order.
        known: how many are on it already.
    """

    person_id: int
    name: str
    fresh: tuple[Span, ...]
    known: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RotaPlan:
    """What a rota would change.

    Attributes:
        parts: for each person, by name.
        faults: what is wrong; while there is any, nothing is entered.
        told: what was decided about a line, and what it leaves out.
    """

    parts: tuple[Part, ...]
    faults: tuple[Fault, ...]
    told: tuple[Fault, ...]

    @property
    def shifts(self) -> int:
        """How many shifts would be entered."""
        return sum(len(part.fresh) for part in self.parts)


def rota_plan(tx: Tx, rows: Rows, now: int) -> RotaPlan:
    """Return what a rota would change at `now`; what is over already is left out, and told."""
    faults, told = list(rows.faults), list(rows.told)
    by_person: dict[int, list[Wanted]] = {}
    names: dict[int, str] = {}
    people: dict[str, RowMapping | None] = {}
    for wanted in rows.wanted:
        found = people.setdefault(wanted.who, _called(tx, wanted.who) if wanted.who not in people else None)
        told.extend(Fault(wanted.where, words) for words in wanted.told)
        if found is None:
            faults.append(Fault(wanted.where, _("nobody works here by the name “%(name)s”", name=wanted.who[:60])))
        elif wanted.ends <= now:
            told.append(Fault(wanted.where, _("is over already, and left out")))
        else:
            names[int(found["id"])] = found["name"]
            by_person.setdefault(int(found["id"]), []).append(wanted)
    parts = []
    for person_id in sorted(by_person, key=names.__getitem__):
        good, wrong = _looked_at(tx, person_id, by_person[person_id], now)
        faults.extend(wrong)
        parts.append(_part(tx, person_id, names[person_id], good, now))
    return RotaPlan(parts=tuple(parts), faults=tuple(sorted(faults, key=_place)), told=tuple(sorted(told, key=_place)))


def _place(fault: Fault) -> int:
    """Return the number of the line, or of the event, that something is about."""
    return next((int(number) for number in re.findall(r"\d+", fault.where)), 0)


def _called(tx: Tx, who: str) -> RowMapping | None:
    """Return the person of a name, an address or a number."""
    named = or_(person.c.name == who.strip(), person.c.email_key == who.strip().casefold())
    found = tx.first(select(person).where(named))
    if found is None and who.isascii() and who.isdigit() and len(who) < 20 and int(who) <= BIGGEST:  # noqa: PLR2004  # digits of 2^63
        found = tx.first(select(person).where(person.c.id == int(who)))
    return found


def _looked_at(tx: Tx, person_id: int, wanted: Sequence[Wanted], now: int) -> tuple[list[Span], list[Fault]]:
    """Return a person's shifts that could be entered, and what is wrong with the others, each in its own line."""
    good: list[Span] = []
    wrong = []
    lines: dict[Span, str] = {}
    count = len({(one.starts, one.ends) for one in wanted})
    if count > MOST:  # Before each is held against all others.
        words = _("%(count)s shifts of one person; %(most)s are the most at once", count=count, most=MOST)
        return [], [Fault(wanted[0].where, words)]
    for one in sorted(wanted, key=lambda each: (each.starts, each.ends)):
        span = (one.starts, one.ends)
        if span in lines:
            continue  # Saying the same twice changes nothing.
        try:
            one_shift(*span, now)
            _beside(span, good, lines)
            fit(tx, person_id, [span], now)
        except ChangeError as problem:
            wrong.append(Fault(one.where, problem.message))
            continue
        good.append(span)
        lines[span] = one.where
    return good, wrong


def _beside(span: Span, good: Iterable[Span], lines: dict[Span, str]) -> None:
    """Refuse a shift that overlaps another of the same rota, and say where that one stands."""
    for other in good:
        if span[0] < other[1]:
            words = _(
                "overlaps %(where)s, which lasts until %(until)s", where=lines[other], until=day_and_time(other[1])
            )
            raise ChangeError(words, field="shifts")


def _part(tx: Tx, person_id: int, name: str, good: Sequence[Span], now: int) -> Part:
    known = set(shifts_of(tx, person_id, now))
    fresh = tuple(span for span in good if span not in known)
    return Part(person_id=person_id, name=name, fresh=fresh, known=len(good) - len(fresh))
