"""A time on the wall of some place, as an instant.

Where clocks go forward a time is skipped, where they go back one comes twice. RFC 5545 decides both, and so do we: a
skipped time counts with the offset from before the change, so that 02:30 becomes 03:30; of one that comes twice the
first is meant. Either is told. Whoever means another instant writes the offset beside the time.
"""

from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from gardefou.clock import from_datetime
from gardefou.staff.rota.rows import RotaError
from gardefou.words import gettext as _

#: In the database, and no place that anybody means: how this machine is set, or that nobody has set it.
_NOWHERE = frozenset({"localtime", "Factory", "posixrules"})


@cache
def known_zones() -> frozenset[str]:
    """Return the name of every time zone that somebody may mean."""
    return frozenset(available_timezones()) - _NOWHERE


def zone_named(name: str) -> ZoneInfo:
    """Return a time zone of the IANA database.

    Raises:
        RotaError: there is none of that name.
    """
    # A name is compared with those there are: looking it up would read whatever file it leads to.
    if name.strip() not in known_zones():
        raise RotaError(_("%(name)s is no time zone; write it as Europe/Paris or UTC", name=name.strip()[:60] or "''"))
    return ZoneInfo(name.strip())


def instant_of(wall: datetime, zone: ZoneInfo) -> tuple[int, str]:
    """Return the instant of a time on the wall, and what was decided about it: nothing, when it comes just once.

    Args:
        wall: without a zone of its own.
        zone: where the wall stands.

    Raises:
        RotaError: no calendar reaches that far.
    """
    first, second = wall.replace(tzinfo=zone, fold=0), wall.replace(tzinfo=zone, fold=1)
    try:
        at, shown = from_datetime(first.astimezone(UTC)), first.astimezone(UTC).astimezone(zone)
    except OverflowError as problem:
        raise RotaError(_("%(time)s is in no year that is kept here", time=wall.isoformat())) from problem
    if first.utcoffset() == second.utcoffset():
        return at, ""
    said = {"time": _time(wall), "zone": zone.key, "day": wall.date().isoformat()}
    if shown.replace(tzinfo=None) != wall:
        words = _("%(time)s on %(day)s is skipped in %(zone)s; taken as %(other)s", **said, other=_time(shown))
        return at, words
    return at, _("%(time)s on %(day)s comes twice in %(zone)s; the first is taken", **said)


def _time(moment: datetime) -> str:
    return moment.strftime("%H:%M")
