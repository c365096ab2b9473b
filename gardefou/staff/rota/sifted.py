"""The lines of a calendar that say who is on duty when; all else in the file is left aside before anything reads it.

Reading a line costs the same whatever it says, and looking a zone up costs more than reading. So alarms, notes and
zones of a file's own go first, what is left is counted, and a zone's name is compared with those there are.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from gardefou.staff.rota.rows import MOST, RotaError
from gardefou.staff.rota.zones import known_zones
from gardefou.words import gettext as _

#: What one file may hold: whoever sends more splits it.
MOST_LINES, MOST_PARTS, MOST_ATTENDEES, LONGEST_LINE = 40_000, 40_000, 200, 8_000
#: Stands for TZID where there is no such zone, so that nobody looks for it.
UNKNOWN_ZONE = "X-UNKNOWN-TZID"
_TIMES = frozenset({"DTSTART", "DTEND", "EXDATE", "RECURRENCE-ID"})
_KEPT = _TIMES | {"UID", "SUMMARY", "STATUS", "DURATION", "ATTENDEE", "RRULE", "RDATE", "EXRULE"}
_FREE = frozenset({"UID", "SUMMARY"})
_FOLD = re.compile(r"\r?\n[ \t]")
_NAME = re.compile(r"[A-Za-z-]+(?=[;:])")
_ZONE = re.compile(r';\s*TZID\s*=\s*("[^"]*"|[^":;,]*)', re.IGNORECASE)
_CALENDAR, _EVENT = "VCALENDAR", "VEVENT"


@dataclass(slots=True)
class _Sieve:
    """What was kept, and where the next line stands."""

    lines: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    events: int = 0
    attendees: int = 0
    parts: int = 0

    def take(self, line: str) -> None:
        found = _NAME.match(line)
        if found is None:
            return
        name = found[0].upper()
        if name == "BEGIN":
            self._begin(line.partition(":")[2].strip().upper())
        elif name == "END" and self.open:
            self._end()
        elif name in _KEPT and self.open == [_CALENDAR, _EVENT]:
            self._keep(name, line)

    def _begin(self, what: str) -> None:
        self.open.append(what)
        if self.open == [_CALENDAR, _EVENT]:
            self.events, self.attendees = self.events + 1, 0
            if self.events > MOST:
                raise RotaError(_("More than %(most)s events in one file; split it", most=MOST))
        if self.open in ([_CALENDAR], [_CALENDAR, _EVENT]):
            self.lines.append(f"BEGIN:{what}")

    def _end(self) -> None:
        if self.open in ([_CALENDAR], [_CALENDAR, _EVENT]):
            self.lines.append(f"END:{self.open[-1]}")
        self.open.pop()

    def _keep(self, name: str, line: str) -> None:
        if len(line) > LONGEST_LINE:
            raise RotaError(_("A line of more than %(most)s characters is none of a rota", most=LONGEST_LINE))
        self.attendees += name == "ATTENDEE"
        if self.attendees > MOST_ATTENDEES:
            words = _(
                "event %(number)s: more than %(most)s attend it; split it", number=self.events, most=MOST_ATTENDEES
            )
            raise RotaError(words)
        self.parts += 0 if name in _FREE else line.count(",") + line.count(";")
        if len(self.lines) > MOST_LINES or self.parts > MOST_PARTS:
            raise RotaError(_("The file holds more than a rota does; split it"))
        self.lines.append(_ZONE.sub(_zoned, line) if name in _TIMES else line)


def sifted(content: bytes) -> bytes:
    """Return a calendar without the lines that nothing here is read from.

    Raises:
        RotaError: what is left is more than a rota has.
    """
    sieve = _Sieve()
    for line in _FOLD.sub("", content.decode("utf-8-sig", "replace")).split("\n"):
        sieve.take(line.strip("\r"))
    return "\r\n".join((*sieve.lines, "")).encode()


def _zoned(found: re.Match[str]) -> str:
    said = found[1].strip('"')
    name = _zone(said)
    return f";TZID={name}" if name else f';{UNKNOWN_ZONE}="{said[:60]}"'


@lru_cache(maxsize=256)
def _zone(said: str) -> str:
    """Return the zone of the IANA database that a calendar means; empty when there is none.

    Some programs write a zone as Windows calls it, others put their own name before it: `/example.org/Europe/Paris`.
    """
    plain = said.strip("/")
    parts = plain.split("/")[-3:] if said.startswith("/") else []
    meant = (plain, WINDOWS_TO_OLSON.get(plain, ""), *("/".join(parts[start:]) for start in range(len(parts))))
    return next((name for name in meant if name in known_zones()), "")
