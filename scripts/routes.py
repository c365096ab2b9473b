"""Write docs/routes.md, the table of every route and everybody; with `--check`, only compare it. `make routes`."""

import sys
import tempfile
from pathlib import Path

from litestar import Litestar

from gardefou.app.behind_watch import BehindWatch
from gardefou.app.demo.web import HANDLERS as DEMO
from gardefou.app.guard_watch import GuardWatch
from gardefou.app.house import House, neighbours, wire
from gardefou.app.routes import routes, table
from gardefou.app.setting_watch import SettingWatch
from gardefou.app.settings import Settings
from gardefou.app.web import create_app
from gardefou.clock import StepWatch, SystemClock
from gardefou.events.stream import Fanout
from gardefou.network.report import intake
from gardefou.storage import open_database

PAGE = Path(__file__).parents[1] / "docs" / "routes.md"


def application(folder: str) -> Litestar:
    """Return the application with all that it can have, on a database that nobody opens."""
    settings, clock = Settings(data=folder), SystemClock()
    db = open_database(f"sqlite:///{folder}/nobody.db")
    house = House(
        settings=settings,
        db=db,
        clock=clock,
        ports=wire(settings),
        neighbours=neighbours(),
        fanout=Fanout(db),
        intake=intake(db, clock, neighbours()),
        made_by="",
        steps=StepWatch(),
        guards=GuardWatch(db, clock),
        settings_watch=SettingWatch(db, clock, None),
        behind=BehindWatch(db, clock, settings),
    )
    return create_app(house, more=DEMO)


def current() -> str:
    """Return the table as the code has it now."""
    with tempfile.TemporaryDirectory() as folder:
        return table(routes(application(folder)), demo=DEMO)


def main(arguments: list[str]) -> int:
    """Write the page, or compare it."""
    text = current()
    if "--check" not in arguments:
        PAGE.write_text(text, "utf-8")
        return 0
    if PAGE.is_file() and PAGE.read_text("utf-8") == text:
        return 0
    print("docs/routes.md is not what the routes declare: run make routes, and read what has changed")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
