"""While the database's own guards are gone nothing takes effect but restores (promises 7, 10)."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from gardefou.app.doctor import examine
from gardefou.app.guard_watch import GuardWatch
from gardefou.app.house import House, house_on
from gardefou.app.settings import Settings
from gardefou.app.worker import Worker
from gardefou.clock import MINUTE, SimulatedClock
from gardefou.connectors.embedded.platform import EmbeddedPlatform
from gardefou.orders.errors import ExecutionsStoppedError
from gardefou.orders.lifecycle import State
from gardefou.storage import Database
from gardefou.watch.audit import audit_all
from tests.factories.town import Town, found_town


@pytest.fixture
def house(db: Database, clock: SimulatedClock) -> House:
    """A house on the town's database."""
    return house_on(db, Settings(), clock=clock)


@pytest.fixture
def town(db: Database, clock: SimulatedClock, house: House) -> Town:
    """A town whose orders ask the house whether they may take effect."""
    return found_town(db, clock, executions_stopped=house.ports.executions_stopped)


def take_down(db: Database) -> None:
    on = " ON post_standing" if db.dialect == "postgresql" else ""
    name = "post_standing_guard" if db.dialect == "postgresql" else "post_standing_guard_update"
    with db.engine.begin() as connection:
        connection.exec_driver_sql(f"DROP TRIGGER {name}{on}")


def doctor(house: House) -> str:
    return next(check.state for check in examine(house) if check.name == "guards")


@pytest.mark.promise(10)
def test_nothing_is_executed_while_a_guard_is_gone(town: Town, house: House, clock: SimulatedClock) -> None:
    held = town.until_held()
    assert not house.ports.executions_stopped()
    take_down(town.db)
    clock.advance(10 * MINUTE)
    Worker(house).round()
    assert town.read(held.id).state is State.HELD
    with pytest.raises(ExecutionsStoppedError):
        town.propose("agent", "account.hide", "anna", reason="spam")


@pytest.mark.promise(7)
def test_restoring_goes_on_while_a_guard_is_gone(town: Town, clock: SimulatedClock) -> None:
    town.propose("agent", "account.hide", "anna", reason="spam")
    assert town.standing("anna") == "hidden"
    take_down(town.db)
    clock.advance(MINUTE)
    town.restore("agent", "anna")
    assert town.standing("anna") == "active"


@pytest.mark.promise(10)
def test_a_missing_guard_is_named_by_the_audit_and_the_doctor(town: Town, house: House) -> None:
    assert doctor(house) == "ok"
    take_down(town.db)
    assert doctor(house) == "problem"
    with town.db.reading() as tx:
        found = audit_all(tx, platform=EmbeddedPlatform())
    assert [finding.code for finding in found] == ["guard-missing"]


@pytest.mark.promise(10)
def test_guards_are_looked_at_once_a_minute_and_let_executions_go_on_once_put_back(
    db: Database, clock: SimulatedClock
) -> None:
    watch = GuardWatch(db, clock)
    assert not watch.look()
    with db.engine.begin() as connection:
        connection.execute(text("CREATE TABLE put_by (x INTEGER)"))
        connection.execute(text(_trigger(db.dialect)))
    assert not watch.look()
    clock.advance(MINUTE)
    assert watch.look()
    with db.engine.begin() as connection:
        connection.execute(text("DROP TABLE put_by"))
    clock.advance(MINUTE)
    assert not watch.look()


def _trigger(dialect: str) -> str:
    if dialect == "sqlite":
        return "CREATE TRIGGER ours_not AFTER INSERT ON put_by BEGIN DELETE FROM put_by; END"
    return "CREATE TRIGGER ours_not BEFORE INSERT ON put_by FOR EACH ROW EXECUTE FUNCTION standing_guard()"


@pytest.mark.promise(10)
def test_executions_stop_when_nobody_can_tell(
    db: Database, clock: SimulatedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_tx: object) -> list[str]:
        raise OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setattr("gardefou.app.guard_watch.broken_guards", fails)
    assert GuardWatch(db, clock).look()
