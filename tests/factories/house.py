"""A house: founded, wired, empty."""

from dataclasses import replace
from pathlib import Path

from gardefou.app.found import INIT, found_house
from gardefou.app.house import House, house_on
from gardefou.app.settings import Settings
from gardefou.clock import Clock
from gardefou.storage import open_database
from tests.factories.authenticator import SoftwareAuthenticator


def make_house(database_url: str, folder: Path, clock: Clock, *, smtp: str = "", by: str = INIT) -> House:
    """Found a house on a migrated, empty database and open it."""
    settings = Settings(data=str(folder), database=database_url, smtp=smtp)
    found_house(settings, by=by, clock=clock)
    made = house_on(open_database(database_url), settings, clock=clock)
    return made if made.demo else signing(made)


def signing(house: House) -> House:
    """Return a house in which everybody who has a key signs at once, with that very key."""
    return replace(house, ports=replace(house.ports, authenticator=SoftwareAuthenticator()))
