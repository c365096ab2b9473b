"""Build the demo's database: once, through the rooms' own verbs, in the order of time.

A SQLite file is built beside its place and moved there when it is whole: a demo stopped half way leaves nothing.
"""

import os
from contextlib import suppress
from pathlib import Path

import msgspec
import structlog

from gardefou.app.demo import duty, network, story
from gardefou.app.demo.stage import Stage
from gardefou.app.errors import DemoOnlyError
from gardefou.app.found import found_house
from gardefou.app.house import DEMO, House, house_on, made_by, wire
from gardefou.app.ledger_key import make_key
from gardefou.app.settings import Settings, prepare_folder
from gardefou.clock import DAY, Clock, SimulatedClock, SystemClock
from gardefou.events.actor import SETUP
from gardefou.safeguards.found import found
from gardefou.storage import Database, open_database
from gardefou.storage.house import remember, remembered
from gardefou.storage.migrate import require_current, revision

BUILT = "demo_built"
#: How far back the demo's history goes.
PAST = 180 * DAY

_log = structlog.get_logger(__name__)


def check_loopback(settings: Settings) -> None:
    """See that nobody but this machine can reach the demo.

    Raises:
        DemoOnlyError: it listens elsewhere.
    """
    if not settings.loopback:
        raise DemoOnlyError(
            f"the demo lets anybody be anybody, so it answers on loopback only, not on {settings.host}: "
            "leave --host and GARDEFOU_HOST out"
        )


def open_demo(settings: Settings, *, clock: Clock | None = None) -> House:
    """Open the demo's house, built if need be, with everybody on duty who should be.

    Raises:
        DemoOnlyError: it would be reachable from elsewhere, or the database is not the demo's.
        SchemaMismatchError: the database is at another revision.
    """
    check_loopback(settings)
    prepare_folder(settings)
    clock = clock or SystemClock()
    path = _file(settings)
    if path is not None and (not path.exists() or path.stat().st_size == 0):
        _build_beside(settings, path, clock)
    db = open_database(settings.database_url)
    try:
        if path is None and revision(db) is None:
            _build(settings, clock)
        return _enter(db, settings, clock)
    except BaseException:
        db.close()
        raise


def _enter(db: Database, settings: Settings, clock: Clock) -> House:
    require_current(db)
    if made_by(db) != DEMO:
        raise DemoOnlyError(
            f"the database in {settings.data} was not made by the demo, and the demo opens no other: "
            "name another data folder with --data or GARDEFOU_DATA"
        )
    with db.transaction() as tx:
        if not remembered(tx, BUILT):
            raise DemoOnlyError("the demo's database was left half built: empty it and start again")
    make_key(settings)
    with db.transaction() as tx:
        duty.put_on_duty(tx, wire(settings, demo=True), clock.now())
    return house_on(db, settings, clock=clock)


def _file(settings: Settings) -> Path | None:
    url = settings.database_url
    return Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:///") else None


def _build_beside(settings: Settings, path: Path, clock: Clock) -> None:
    for stale in path.parent.glob(f"{path.name}.*.building*"):
        with suppress(OSError):
            stale.unlink()
    fresh = path.with_name(f"{path.name}.{os.getpid()}.building")
    _build(msgspec.structs.replace(settings, database=f"sqlite:///{fresh}"), clock)
    fresh.replace(path)


def _build(settings: Settings, clock: Clock) -> None:
    now = clock.now()
    found_house(settings, by=DEMO, clock=SimulatedClock(now - PAST))
    stage = Stage(house=_opened(settings, clock, node=0), now=now)
    try:
        with stage.house.db.transaction() as tx:
            stage.staff = duty.enrol_cast(tx, now, past=PAST)
            duty.put_on_duty(tx, stage.house.ports, now)
            network.fill(tx, stage)
        # One opened database makes later ids only. The past is told after the present, so it needs ids of its own:
        # timelines follow them.
        stage.house.close()
        stage.house = _opened(settings, clock, node=1)
        story.play(stage)
        with stage.house.db.transaction() as tx:
            found(tx, actor=SETUP, now=now, settings={})
            remember(tx, key=BUILT, value=str(now))
    finally:
        stage.house.close()
    _log.info("demo.built")


def _opened(settings: Settings, clock: Clock, *, node: int) -> House:
    return house_on(open_database(settings.database_url, node=node), settings, clock=clock)
