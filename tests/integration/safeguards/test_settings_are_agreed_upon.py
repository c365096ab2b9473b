"""The settings a promise rests on change by orders; every other start is in the record (promise 11)."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from gardefou.app.begin import begin
from gardefou.app.errors import RecordUnwritableError
from gardefou.app.house import House, house_on
from gardefou.app.settings import Settings
from gardefou.app.settings_checks import settings_checks
from gardefou.app.shown_settings import guarded
from gardefou.clock import DAY, MINUTE, SimulatedClock
from gardefou.connectors.embedded.platform import EmbeddedPlatform
from gardefou.events.actor import SETUP
from gardefou.events.tables import outbox
from gardefou.ledger import store, tables
from gardefou.orders.errors import AlreadyOpenError
from gardefou.orders.lifecycle import State
from gardefou.orders.order import Order
from gardefou.safeguards.errors import ChangeError, NothingToChangeError
from gardefou.safeguards.found import found
from gardefou.safeguards.settings import in_force
from gardefou.safeguards.subjects import HOUSE_ID
from gardefou.safeguards.tables import setting_in_force
from gardefou.storage import Database
from gardefou.watch.audit import audit
from tests.factories.house import signing
from tests.factories.town import Town, found_town

SERVER = "smtp://house@mail.example.org:587"


@pytest.fixture
def town(db: Database, clock: SimulatedClock) -> Town:
    """A founded town."""
    return found_town(db, clock, founded=True)


@pytest.fixture(autouse=True)
def the_record_agrees(request: pytest.FixtureRequest, db: Database) -> Iterator[None]:
    """Audit once the test is done, unless it is about a record that must not agree."""
    yield
    if not request.node.name.startswith("test_what_raw_sql"):
        with db.reading() as tx:
            assert audit(tx, platform=EmbeddedPlatform()) is None


def opened(town: Town, tmp_path: Path, **settings: str) -> House:
    """The town's house, as a program has it that was started with these settings."""
    return signing(
        house_on(town.db, msgspec.structs.replace(Settings(data=str(tmp_path)), **settings), clock=town.clock)
    )


def agreed(town: Town, clock: SimulatedClock, name: str, value: str) -> Order:
    """Propose a setting, and let everyone agree and the time pass."""
    order_id = town.change("administrator", "setting.change", HOUSE_ID, name=name, value=value).order.id
    town.tell_everyone(order_id)
    town.approve("reviewer south", order_id)
    town.approve("manager north", order_id)
    clock.advance(DAY)
    return town.drive(order_id)


@pytest.mark.promise(11)
def test_a_setting_takes_what_the_rulebook_takes_and_then_the_programs_may_be_started_with_it(
    town: Town, clock: SimulatedClock, tmp_path: Path
) -> None:
    assert opened(town, tmp_path, smtp=SERVER).settings_watch.look() == ["smtp"]
    assert agreed(town, clock, "smtp", SERVER).state is State.EXECUTED
    with town.db.reading() as tx:
        assert in_force(tx)["smtp"] == SERVER
    assert opened(town, tmp_path).settings_watch.look() == ["smtp"]
    assert opened(town, tmp_path, smtp=SERVER).settings_watch.look() == []


@pytest.mark.promise(15)
def test_a_password_is_neither_signed_nor_kept_and_changes_without_an_order(
    town: Town, clock: SimulatedClock, tmp_path: Path
) -> None:
    order = agreed(town, clock, "smtp", SERVER.replace("house@", "house:s3cret@"))
    assert order.change == {"name": "smtp", "value": SERVER, "before": ""}
    for password in ("s3cret", "an0ther%40"):
        house = opened(town, tmp_path, smtp=SERVER.replace("house@", f"house:{password}@"))
        assert house.settings_watch.look() == []
        begin(house, "worker")
    with town.db.reading() as tx:
        kept = [str(row) for table in (tables.opening, tables.entry, outbox) for row in tx.all(select(table))]
        assert [line for line in kept if "s3cret" in line or "an0ther" in line] == []


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("log_level", "debug", "no setting that is guarded"),
        ("smtp", "ftp://x.example", "expected smtp://"),
        ("url", "nowhere", "expected http"),
        ("contest", "nobody", "expected one address"),
        ("smtp", "smtp://" + "x" * 400, "longer than"),
    ],
)
def test_what_no_program_could_be_started_with_is_not_proposed(
    town: Town, name: str, value: str, complaint: str
) -> None:
    with pytest.raises(ChangeError, match=complaint):
        town.change("administrator", "setting.change", HOUSE_ID, name=name, value=value)


def test_what_is_so_and_a_second_change_at_once_are_not_proposed(town: Town) -> None:
    with pytest.raises(NothingToChangeError):
        town.change("administrator", "setting.change", HOUSE_ID, name="url", value="")
    town.change("administrator", "setting.change", HOUSE_ID, name="url", value="https://a.example/")
    with pytest.raises(AlreadyOpenError):
        town.change("administrator", "setting.change", HOUSE_ID, name="contest", value="b@example.org")


@pytest.mark.promise(10)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE setting_in_force SET value = 'x' WHERE name = 'url'",
        "DELETE FROM setting_in_force WHERE name = 'url'",
        "INSERT INTO setting_in_force VALUES ('more', 1, 'x', NULL)",
    ],
)
def test_the_database_refuses_a_setting_changed_without_an_order(town: Town, statement: str) -> None:
    with pytest.raises(DBAPIError, match=r"order for that"), town.db.transaction() as tx:
        tx.execute(text(statement))


@pytest.mark.promise(11)
def test_what_raw_sql_puts_back_to_an_earlier_order_is_caught_by_verify(town: Town, clock: SimulatedClock) -> None:
    first = agreed(town, clock, "url", "https://a.example")
    agreed(town, clock, "url", "https://b.example")
    with town.db.engine.begin() as connection:
        if town.db.dialect == "postgresql":
            connection.exec_driver_sql("ALTER TABLE setting_in_force DISABLE TRIGGER USER")
        else:
            connection.exec_driver_sql("DROP TRIGGER setting_in_force_guard_update")
        earlier = update(setting_in_force).where(setting_in_force.c.name == "url")
        connection.execute(earlier.values(value="https://a.example", order_id=first.id))
    with town.db.reading() as tx:
        found = audit(tx, platform=EmbeddedPlatform())
    assert found is not None
    assert (found.code, found.fields) == ("safeguard-unexplained", {"kind": "settings", "key": "url"})


@pytest.mark.promise(13)
def test_letters_lead_where_it_was_agreed_whatever_the_program_was_started_with(
    town: Town, clock: SimulatedClock
) -> None:
    agreed(town, clock, "url", "https://house.example")
    agreed(town, clock, "contest", "appeals@house.example")
    town.propose("agent", "account.hide", "anna", reason="spam")
    with town.db.reading() as tx:
        bodies = [json.loads(row["body"]) for row in tx.all(select(outbox).order_by(outbox.c.id))]
    letter = next(body["text"] for body in bodies if body["to"] == "anna@example.net")
    assert "appeals@house.example" in letter
    assert "https://house.example" in bodies[-2]["text"] + bodies[-1]["text"]
    assert "appeals@example.org" not in letter


@pytest.mark.promise(11)
def test_a_start_with_other_settings_is_an_entry_that_names_them_and_no_value(town: Town, tmp_path: Path) -> None:
    for settings in ({}, {}, {"log_level": "error", "contest": "x@example.org"}, {}):
        for program in ("serve", "worker"):
            begin(opened(town, tmp_path, **settings), program)
    with town.db.reading() as tx:
        found = list(store.entries(tx, where=tables.entry.c.kind == "setting.digested"))
        newest = next(store.newest(tx, kind="setting.digested"))
    told = [(one.body["program"], one.body["changed"]) for one in found]
    both = ["contest", "log_level"]
    assert told == [("serve", []), ("worker", []), *[(name, both) for _ in range(2) for name in ("serve", "worker")]]
    assert newest.index == found[-1].index
    assert [one for one in found if b"x@example.org" in one.content] == []


@pytest.mark.promise(9)
@pytest.mark.promise(11)
def test_what_raw_sql_closes_the_record_for_does_not_start(town: Town, tmp_path: Path) -> None:
    """Read-only, full, or taken away: without its entry no program starts, and one line says why."""
    with town.db.engine.begin() as connection:
        if town.db.dialect == "postgresql":
            connection.exec_driver_sql("ALTER TABLE entry ADD CHECK (at < 0) NOT VALID")
        else:
            refuse = "SELECT RAISE(ABORT, 'read-only')"
            connection.exec_driver_sql(f"CREATE TRIGGER shut BEFORE INSERT ON entry BEGIN {refuse}; END")
    with pytest.raises(RecordUnwritableError, match="`serve` does not start") as caught:
        begin(opened(town, tmp_path), "serve")
    assert "\n" not in caught.value.message


def test_the_doctor_says_since_when_settings_are_in_use_and_who_runs_with_others(
    town: Town, clock: SimulatedClock, tmp_path: Path
) -> None:
    def told() -> dict[str, tuple[str, str]]:
        with town.db.reading() as tx:
            return {one.name: (one.state, one.words) for one in settings_checks(tx, opened(town, tmp_path))}

    assert told()["settings"] == ("ok", "No program has started here yet.")
    begin(opened(town, tmp_path), "serve")
    clock.advance(DAY)
    begin(opened(town, tmp_path), "serve")
    begin(opened(town, tmp_path, url="https://elsewhere.example"), "worker")
    assert told()["settings"][1].startswith("In use as they are: serve since 2 Nov 2017")
    state, words = told()["agreed"]
    assert state == "problem"
    assert "url is “https://elsewhere.example” for worker, and “” was agreed upon" in words
    assert "gardefou propose setting.change" in words


def test_a_house_that_is_not_founded_is_free(db: Database, clock: SimulatedClock, tmp_path: Path) -> None:
    town = found_town(db, clock)
    assert opened(town, tmp_path, smtp=SERVER).settings_watch.look() == []
    # What was ordered until then counts no more than what was typed: it is founded with what it has.
    assert agreed(town, clock, "smtp", SERVER).state is State.EXECUTED
    with db.transaction() as tx:
        found(tx, actor=SETUP, now=town.now, settings=guarded(Settings()))
    assert opened(town, tmp_path, smtp=SERVER).settings_watch.look() == ["smtp"]
    assert opened(town, tmp_path).settings_watch.look() == []


def test_a_demo_is_free_of_what_its_mail_catcher_and_port_are(town: Town, tmp_path: Path) -> None:
    house = opened(town, tmp_path, smtp=SERVER)
    assert house.ports.executions_stopped()
    with town.db.reading() as tx:
        names = [one.name for one in settings_checks(tx, replace(house, made_by="demo"))]
    assert "agreed" not in names


def test_a_setting_put_back_lets_executions_go_on_within_a_minute(
    town: Town, clock: SimulatedClock, tmp_path: Path
) -> None:
    house = opened(town, tmp_path, url="https://house.example")
    assert house.ports.executions_stopped()
    agreed(town, clock, "url", "https://house.example")
    clock.advance(MINUTE)
    assert not house.ports.executions_stopped()
