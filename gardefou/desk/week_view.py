"""The coming seven days on the page of people: the hours in which nobody could approve, drawn and said."""

from collections.abc import Sequence
from dataclasses import dataclass

from gardefou.clock import DAY
from gardefou.orders import rulebook
from gardefou.orders.ports import Ports
from gardefou.safeguards.week import WEEK, Gap, gaps
from gardefou.safeguards.week_words import needs, span
from gardefou.staff.credentials import first_signs_at
from gardefou.staff.roles import Role
from gardefou.staff.sessions import SignedIn
from gardefou.storage import Tx
from gardefou.words.numbers import weekday

#: Down in pixels: where the first row begins, and how far the next one is from it.
_FIRST, _STEP = 30, 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the drawing: rules that ask the same, and when nobody would be there for them.

    Attributes:
        rules: their ids.
        y: where the line stands.
        boxes: where its gaps begin and how wide they are, in hundredths.
    """

    rules: tuple[str, ...]
    y: int
    boxes: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """The card: what is said is the drawing's text, so that nothing is only seen.

    Attributes:
        rows: the lines of the drawing; none when every hour has somebody.
        days: where each day begins, and what it is called.
        height: of the drawing, in pixels.
        said: for each gap its rules, when, and who is missing; nobody, where only keys that sign are.
        first: when the first key here signs; None where one does, or where there is none.
        people: whether a shift more would close some of it.
    """

    rows: tuple[Row, ...]
    days: tuple[tuple[float, str], ...]
    height: int
    said: tuple[tuple[str, str, str], ...]
    first: int | None = None
    people: bool = True


def week(tx: Tx, ports: Ports, *, me: SignedIn, now: int) -> Week | None:
    """Return the card for whoever answers for the rota; None for anybody else."""
    if not me.roles & {Role.ADMINISTRATOR.value, Role.DUTY_MANAGER.value}:
        return None
    found = gaps(tx, rulebook.in_force(tx, ports.load_rulebook), now)
    return drawn(found, now, first=first_signs_at(tx, now))


def drawn(found: Sequence[Gap], now: int, *, first: int | None = None) -> Week:
    """Return the gaps as a card."""
    by_rules: dict[tuple[str, ...], list[Gap]] = {}
    for gap in found:
        by_rules.setdefault(gap.rules, []).append(gap)
    rows = tuple(
        Row(rules=rules, y=_FIRST + place * _STEP, boxes=tuple(_box(gap, now) for gap in theirs))
        for place, (rules, theirs) in enumerate(by_rules.items())
    )
    midnights = range(now - now % DAY + DAY, now + WEEK, DAY)
    return Week(
        rows=rows,
        days=tuple((_x(at, now), weekday(at)) for at in midnights),
        height=_FIRST + len(rows) * _STEP,
        said=tuple((", ".join(gap.rules), span(gap, now), "" if gap.keys else needs(gap.missing)) for gap in found),
        first=first,
        people=not all(gap.keys for gap in found),
    )


def _x(at: int, now: int) -> float:
    return round(100 * (at - now) / WEEK, 2)


def _box(gap: Gap, now: int) -> tuple[float, float]:
    starts, ends = _x(gap.starts, now), min(100.0, _x(gap.ends, now))
    return starts, round(max(0.4, ends - starts), 2)
