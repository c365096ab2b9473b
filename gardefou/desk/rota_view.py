"""A week of the rota as a picture: for each person a line with their shifts, and the same in words beside it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from sqlalchemy import select

from gardefou.clock import DAY, from_datetime, to_datetime
from gardefou.orders.kinds import Kind
from gardefou.orders.order import Order
from gardefou.orders.queries import open_orders
from gardefou.safeguards.change import interval
from gardefou.safeguards.rota import Span, read_spans
from gardefou.staff.colleague import not_removed
from gardefou.staff.erased import name_of
from gardefou.staff.rota.zones import instant_of, known_zones
from gardefou.staff.tables import engagement, person, shift
from gardefou.storage import Tx
from gardefou.words import gettext as _
from gardefou.words.numbers import clock_time, day, weekday, weekday_date

DAYS = 7
#: Weeks of other years have none before or after them that could be named.
_FIRST_YEAR, _LAST_YEAR = 1970, 9998


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """One shift in the picture: where it begins and how wide it is, in hundredths; `waits` while nobody has agreed."""

    x: float
    width: float
    waits: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One person's week.

    Attributes:
        person_id: who.
        name: what colleagues read.
        boxes: their shifts.
        said: the same in words.
        waiting: what an open order would add, in words.
    """

    person_id: int
    name: str
    boxes: tuple[Box, ...]
    said: tuple[str, ...]
    waiting: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """A week on the wall of a zone: it has 167 or 169 hours when clocks change.

    Attributes:
        first: its Monday.
        zone: where the wall stands.
        starts: when it begins.
        ends: when it ends.
        days: where each day begins, in hundredths, and what it is called.
    """

    first: date
    zone: ZoneInfo
    starts: int
    ends: int
    days: tuple[tuple[float, str], ...]

    def at(self, instant: int) -> float:
        """Return where an instant stands, in hundredths."""
        return round(100 * (min(max(instant, self.starts), self.ends) - self.starts) / (self.ends - self.starts), 2)

    @property
    def monday(self) -> str:
        """Its Monday, in words."""
        return day(_at_noon(self.first))

    @property
    def before(self) -> str:
        """The Monday before."""
        return (self.first - timedelta(days=DAYS)).isoformat()

    @property
    def after(self) -> str:
        """The Monday after."""
        return (self.first + timedelta(days=DAYS)).isoformat()


def week_of(now: int, zone: ZoneInfo, wanted: str = "") -> Week:
    """Return the week of a day, or of `now` where none that can be read is named."""
    today = to_datetime(now).astimezone(zone).date()
    try:
        meant = date.fromisoformat(wanted) if wanted else today
        if not _FIRST_YEAR <= meant.year <= _LAST_YEAR:
            return week_of(now, zone)
        first = meant - timedelta(days=meant.weekday())
        midnights = [_midnight(first + timedelta(days=number), zone) for number in range(DAYS + 1)]
    except (ValueError, OverflowError):
        return week_of(now, zone)
    starts, ends = midnights[0], midnights[-1]
    names = [(first + timedelta(days=number)) for number in range(DAYS)]
    days = tuple(
        (round(100 * (at - starts) / (ends - starts), 2), weekday(_at_noon(name)))
        for at, name in zip(midnights[:-1], names, strict=True)
    )
    return Week(first=first, zone=zone, starts=starts, ends=ends, days=days)


def _midnight(on: date, zone: ZoneInfo) -> int:
    return instant_of(datetime.combine(on, time()), zone)[0]


def _at_noon(on: date) -> int:
    return from_datetime(datetime.combine(on, time(12), tzinfo=ZoneInfo("UTC")))


def waiting_parts(tx: Tx) -> list[Order]:
    """Return the open orders that would put somebody on duty."""
    return [*open_orders(tx, kind=Kind.ROTA_ENTER), *open_orders(tx, kind=Kind.SHIFT_ADD)]


def lines(tx: Tx, week: Week, waiting: Iterable[Order]) -> list[Line]:
    """Return everybody who is engaged within a week, those with shifts first, each group by name."""
    engaged = (engagement.c.starts < week.ends) & (engagement.c.ends.is_(None) | (engagement.c.ends > week.starts))
    bound = select(engagement.c.person_id).where(engaged)
    people = tx.all(select(person).where(person.c.id.in_(bound)).order_by(person.c.name))
    held = _held(tx, week)
    asked: dict[int, list[Span]] = {}
    for order in waiting:
        asked.setdefault(order.subject_id, []).extend(_spans(order.change))
    found = [_line(week, row["id"], name_of(row), held.get(row["id"], []), asked.get(row["id"], [])) for row in people]
    return sorted(found, key=lambda line: not line.boxes)


def _held(tx: Tx, week: Week) -> dict[int, list[Span]]:
    inside = (shift.c.starts < week.ends) & (shift.c.ends > week.starts)
    found: dict[int, list[Span]] = {}
    for row in tx.all(select(shift).where(inside, not_removed(week.starts)).order_by(shift.c.starts)):
        # One that was removed lasted until then; one that was still ahead never began.
        ends = row["ends"] if row["removed_at"] is None else min(row["ends"], row["removed_at"])
        if ends > row["starts"]:
            found.setdefault(row["person_id"], []).append((row["starts"], ends))
    return found


def _spans(change: Mapping[str, str]) -> list[Span]:
    if "shifts" in change:
        return read_spans(change["shifts"])
    starts, ends = interval(change)
    return [] if ends is None else [(starts, ends)]


def _line(week: Week, person_id: int, name: str, held: list[Span], asked: list[Span]) -> Line:
    wanted = [span for span in asked if span[0] < week.ends and span[1] > week.starts]
    boxes = [(span, False) for span in held] + [(span, True) for span in wanted]
    return Line(
        person_id=person_id,
        name=name,
        boxes=tuple(
            Box(x=week.at(starts), width=max(0.4, round(week.at(ends) - week.at(starts), 2)), waits=waits)
            for (starts, ends), waits in boxes
        ),
        said=tuple(span_said(span, week.zone) for span in held),
        waiting=tuple(span_said(span, week.zone) for span in wanted),
    )


def span_said(span: Span, zone: ZoneInfo) -> str:
    """Return a shift in a few words, on the wall of a zone: `Mon 2, 22:00–06:00`; a longer one says on which day."""
    starts, ends = (_shown(at, zone) for at in span)
    until = clock_time(ends) if ends - starts < DAY else f"{weekday(ends)}, {clock_time(ends)}"
    return f"{weekday(starts)}, {clock_time(starts)}–{until}"


def span_whole(span: Span, zone: ZoneInfo) -> str:
    """Return a shift as it is signed, with its dates, its year and its zone, for whoever reads nothing else.

    The zone has its offset, since of an hour that comes twice when clocks change one alone is meant.
    """
    starts, ends = (_shown(at, zone) for at in span)
    until = clock_time(ends) if starts // DAY == ends // DAY else f"{weekday_date(ends)}, {clock_time(ends)}"
    offsets = list(dict.fromkeys(_offset(at, zone) for at in span))
    place = zone.key if offsets == ["UTC"] else f"{zone.key}, {' / '.join(offsets)}"
    said = {"from": f"{weekday_date(starts)}, {clock_time(starts)}", "until": until, "zone": place}
    return _("%(from)s to %(until)s (%(zone)s)", **said)


def _offset(at: int, zone: ZoneInfo) -> str:
    """Return `UTC+1`, `UTC+5:30`; `UTC` where there is none."""
    minutes = (to_datetime(at).astimezone(zone).utcoffset() or timedelta(0)) // timedelta(minutes=1)
    hours, rest = divmod(abs(minutes), 60)
    sign = "+" if minutes > 0 else "\N{MINUS SIGN}"
    return "UTC" if not minutes else f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "")


def _shown(at: int, zone: ZoneInfo) -> int:
    """Return an instant moved so that what is written in UTC is what the wall shows."""
    moment = to_datetime(at)
    return at + (moment.astimezone(zone).utcoffset() or timedelta(0)) // timedelta(microseconds=1)


@cache
def zones() -> tuple[str, ...]:
    """Return the zones to choose from: places, and UTC."""
    places = (name for name in known_zones() if "/" in name and not name.startswith("Etc/"))
    return ("UTC", *sorted(places))
