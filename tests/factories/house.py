"""A house: founded, wired, empty."""

from pathlib import Path

from gardefou.app.found import found_house
from gardefou.app.house import House, house_on
from gardefou.app.settings import Settings
from gardefou.clock import Clock
from gardefou.storage import open_database


def make_house(database_url: str, folder: Path, clock: Clock, *, smtp: str = "") -> House:
    """Found a house on a migrated, empty database and open it."""
    settings = Settings(data=str(folder), database=database_url, smtp=smtp)
    found_house(settings, clock=clock)
    return house_on(open_database(database_url), settings, clock=clock)
