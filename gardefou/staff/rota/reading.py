"""A rota's file by its name: `.csv` or `.ics`, nothing else."""

from pathlib import PurePath

from gardefou.clock import to_datetime
from gardefou.staff.rota.calendar import rows_of_calendar
from gardefou.staff.rota.rows import RotaError, Rows
from gardefou.staff.rota.table import rows_of_table
from gardefou.staff.rota.zones import zone_named
from gardefou.words import gettext as _

#: A rota longer than this is none.
LONGEST = 1_000_000


def read_rota(name: str, content: bytes, *, zone: str, now: int) -> Rows:
    """Read a rota.

    Args:
        name: the file's, which says what it is.
        content: what is in it.
        zone: of times that say neither offset nor zone; empty where all of them do.
        now: the instant.

    Raises:
        RotaError: it is neither kind of file, not what its name says, or the zone is none.
    """
    if len(content) > LONGEST:
        raise RotaError(_("A rota of more than a megabyte is none; split it"))
    place = zone_named(zone) if zone.strip() else None
    match PurePath(name).suffix.casefold():
        case ".ics" | ".ical":
            return rows_of_calendar(content, place, now=to_datetime(now).replace(tzinfo=None))
        case ".csv" | ".tsv":
            try:
                return rows_of_table(content.decode("utf-8-sig"), place)
            except UnicodeDecodeError as problem:
                raise RotaError(_("The file is not text in UTF-8.")) from problem
        case _:
            raise RotaError(_("A rota is a CSV file (.csv) or a calendar (.ics)"))
