"""A rota as CSV: `person, starts, ends`, and `zone` where the times carry no offset."""

import csv
import io
from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from gardefou.clock import from_datetime, from_iso
from gardefou.staff.rota.rows import MOST, Fault, RotaError, Rows, Wanted
from gardefou.staff.rota.zones import instant_of, zone_named
from gardefou.words import gettext as _

_OURS: Mapping[str, tuple[str, ...]] = {
    "person": ("person", "name", "who", "email"),
    "starts": ("starts", "start", "from", "begins"),
    "ends": ("ends", "end", "until", "to"),
    "zone": ("zone", "time zone", "timezone", "tz"),
}
_DELIMITERS = ",;\t|"
#: Outside of these no shift is anybody's, and no zone's calendar reaches farther.
EARLIEST, LATEST = from_iso("1970-01-01T00:00:00Z"), from_iso("9998-01-01T00:00:00Z")


def rows_of_table(text: str, zone: ZoneInfo | None) -> Rows:
    """Read a table whose first line names its columns.

    Args:
        text: the file.
        zone: of times without an offset, in lines that name no zone.

    Raises:
        RotaError: it is no table, or lacks a column.
    """
    first = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    found = Rows()
    try:
        places = _places(next(reader, []))
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(found.wanted) + len(found.faults) >= MOST:
                raise RotaError(_("More than %(most)s shifts in one file; split it", most=MOST))
            where = _("line %(number)s", number=reader.line_num)
            try:
                found.wanted.append(_wanted(where, _cells(cells, places), zone))
            except RotaError as problem:
                found.faults.append(Fault(where, problem.message))
    except csv.Error as problem:
        words = _("line %(number)s: this is no table: %(problem)s", number=reader.line_num, problem=str(problem))
        raise RotaError(words) from problem
    return found


def _places(header: list[str]) -> dict[str, int]:
    named = {name.strip().casefold(): place for place, name in enumerate(header)}
    places = {}
    for ours, theirs in _OURS.items():
        place = next((named[name] for name in theirs if name in named), None)
        if place is not None:
            places[ours] = place
        elif ours != "zone":
            words = _("The first line names no column “%(name)s”; expected: person, starts, ends, zone", name=ours)
            raise RotaError(words)
    return places


def _cells(cells: list[str], places: Mapping[str, int]) -> dict[str, str]:
    return {name: cells[place].strip() if place < len(cells) else "" for name, place in places.items()}


def _wanted(where: str, row: Mapping[str, str], zone: ZoneInfo | None) -> Wanted:
    if not row["person"]:
        raise RotaError(_("names no person"))
    mine = zone_named(row["zone"]) if row.get("zone") else zone
    starts, first = moment("starts", row["starts"], mine)
    ends, second = moment("ends", row["ends"], mine)
    return checked(Wanted(where=where, who=row["person"], starts=starts, ends=ends, told=(*first, *second)))


def moment(name: str, text: str, zone: ZoneInfo | None) -> tuple[int, tuple[str, ...]]:
    """Return an instant as it is written, with an offset or on a wall in a zone, and what was decided about it.

    Raises:
        RotaError: it is none, or says neither offset nor zone.
    """
    try:
        read = datetime.fromisoformat(text)
    except ValueError as problem:
        words = _(
            "%(name)s: “%(text)s” is not a date and time; write it as 2026-11-02T08:00", name=name, text=text[:40]
        )
        raise RotaError(words) from problem
    if ":" not in text:
        raise RotaError(_("%(name)s: “%(text)s” has no time of day; a shift has hours", name=name, text=text[:40]))
    if read.tzinfo is not None:
        return from_datetime(read), ()
    if zone is None:
        words = _("%(name)s: “%(text)s” has no offset, and no zone is named for it", name=name, text=text[:40])
        raise RotaError(words)
    at, told = instant_of(read, zone)
    return at, (told,) if told else ()


def checked(wanted: Wanted) -> Wanted:
    """Return a shift that ends after it begins, in years that every zone's calendar has.

    Raises:
        RotaError: it does not.
    """
    if not wanted.starts >= EARLIEST or not wanted.ends <= LATEST:
        raise RotaError(_("is in no year that is kept here"))
    if wanted.ends <= wanted.starts:
        raise RotaError(_("ends before it begins"))
    return wanted
