"""The public page of the incident this house was built after, played on the real engine under the rules in force here.

Playing takes a second, so it is done once for each process and rulebook, off the event loop, and kept.
"""

import threading
from pathlib import Path

from litestar import get
from litestar.response import Template
from litestar.types import ControllerRouterHandler

from gardefou.app.found import RULEBOOKS
from gardefou.app.replay import page
from gardefou.app.replay.lane import Lane
from gardefou.app.replay.run import play
from gardefou.app.replay.scenario import Scenario, read
from gardefou.may import May
from gardefou.orders import rulebook
from gardefou.storage import Database

_APP = Path(__file__).parent.parent
#: In a wheel the recorded incidents lie inside the package; in a checkout beside it.
INCIDENTS = next(
    (path for path in (_APP / "shipped" / "incidents", _APP.parent.parent / "incidents") if path.is_dir()),
    _APP.parent.parent / "incidents",
)
RECORDED = "2017-11-02.toml"

_played: dict[bytes, tuple[Scenario, Lane, Lane]] = {}
_playing = threading.Lock()


def replayed(db: Database) -> tuple[Scenario, Lane, Lane]:
    """Return the recorded incident and its two lanes, under the rulebook in force; played only once."""
    with db.reading() as tx:
        digest, text = rulebook.text_in_force(tx)
    with _playing:
        if digest not in _played:
            scenario = read(INCIDENTS / RECORDED)
            happened = play(scenario, (RULEBOOKS / "none.toml").read_text("utf-8"), as_it_happened=True)
            _played[digest] = scenario, happened, play(scenario, text, as_it_happened=False)
        return _played[digest]


@get("/incidents/2017-11-02", may=May.ANYONE, sync_to_thread=True)
def show(db: Database) -> Template:
    """Show what happened beside what would have."""
    scenario, happened, ruled = replayed(db)
    context = {
        "scenario": scenario,
        "title": page.title(scenario),
        "picture_of": page.drawn(scenario, happened, ruled),
        "lines": page.listed(scenario, happened, ruled),
        "figures_of": page.figures(happened, ruled),
        "statements": page.statements(scenario),
        "ruled": ruled,
    }
    return Template("incidents/replay.html", context=context)


#: For `app.web` to mount.
HANDLERS: list[ControllerRouterHandler] = [show]
