"""Attacks by a database of yesterday: what was decided since is forgotten, but for what others hold of it."""

import sqlite3
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from gardefou.app.behind_watch import ahead, held_elsewhere
from gardefou.app.house import House, house_on
from gardefou.app.ledger_checks import ledger_checks
from gardefou.app.ledger_key import fresh, key_path, make_key, verifier_path
from gardefou.app.publisher import Publisher
from gardefou.app.settings import Settings
from gardefou.clock import MINUTE, SECOND
from gardefou.ledger.folder import LedgerFolder
from gardefou.orders.errors import ExecutionsStoppedError
from gardefou.orders.lifecycle import State
from gardefou.safeguards.errors import ChangeError
from gardefou.safeguards.settings import RECOVERED
from gardefou.safeguards.subjects import HOUSE_ID
from gardefou.storage import Database, open_database
from tests.factories.house import signing
from tests.factories.town import Town

ONE_FILE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def house_of(town: Town, settings: Settings) -> House:
    """Return the house over a town's database; from now on the town's orders ask it."""
    made = signing(house_on(town.db, settings, clock=town.clock))
    made = replace(made, ports=replace(made.ports, executions_stopped=lambda: False))
    town.ports = made.ports
    return made


def publish(house: House, town: Town) -> None:
    town.clock.advance(MINUTE)
    Publisher(house).step()


def copied(url: str, to: Path) -> Path:
    """Return a backup of the database as it is, taken while it is in use."""
    with sqlite3.connect(url.removeprefix("sqlite:///")) as now, sqlite3.connect(to) as backup:
        now.backup(backup)
    return to


@ONE_FILE
@pytest.mark.promise(14)
def test_the_database_restored_from_yesterdays_backup(
    town: Town, database_url: str, tmp_path: Path, by_hand: None
) -> None:
    """Nothing but restores takes effect until an order names what was lost; then another log begins."""
    settings = Settings(data=str(tmp_path / "house"), database=database_url)
    make_key(settings)
    house = house_of(town, settings)
    town.propose("agent", "account.hide", "anna")
    publish(house, town)
    yesterday = copied(database_url, tmp_path / "yesterday.db")
    # Today a reviewer's role is taken; by tomorrow nobody would remember.
    order = town.change("administrator", "role.take", town.person_id("reviewer 2"), role="reviewer").order
    town.approve("manager north", order.id)
    publish(house, town)
    assert not house.behind.look()
    house.db.close()

    back = replace(town, db=open_database(f"sqlite:///{yesterday}"))
    house = house_of(back, msgspec.structs.replace(settings, database=f"sqlite:///{yesterday}"))
    assert house.behind.look()
    with pytest.raises(ExecutionsStoppedError):
        back.propose("reviewer 2", "account.freeze", "anna")
    assert back.restore("agent", "anna").order.state is State.EXECUTED
    # However long the record grows again, it does not lead to what was published.
    for _ in range(3):
        back.propose("contractor", "account.hide", "president")
    publish(house, back)
    back.clock.advance(2 * SECOND)
    assert house.behind.look()
    with house.db.reading() as tx:
        lost = ahead(tx, held_elsewhere(house.settings))
        said = [one.words for one in ledger_checks(tx, house, back.now) if one.name == "ledger behind"]
    assert lost is not None
    assert len(said) == 1
    recovered(back, lost.head)
    back.clock.advance(2 * SECOND)
    assert not house.behind.look()
    assert back.propose("agent", "account.limit", "anna").order.state is State.EXECUTED
    another_log_begins(back, house)


def recovered(town: Town, head: str) -> None:
    """Have three agree that the house goes on without what was lost; it takes effect although all else is stopped."""
    order = town.change("administrator", "setting.change", HOUSE_ID, name=RECOVERED, value=head).order
    town.tell_everyone(order.id)
    town.approve("reviewer south", order.id)
    town.approve("manager north", order.id)
    held = town.drive(order.id)
    town.clock.advance(held.hold)
    assert town.drive(order.id).state is State.EXECUTED


def another_log_begins(town: Town, house: House) -> None:
    """No log signs two records under one name: until it has another, nothing is published."""
    folder = LedgerFolder(house.settings.ledger_folder)
    before = folder.checkpoint()
    publish(house, town)
    assert folder.checkpoint() == before
    named = msgspec.structs.replace(house.settings, ledger_origin="house.example/second")
    new = key_path(named).with_name("next")
    key = fresh(new, named.ledger_origin).key
    new.replace(key_path(named))
    verifier_path(named).write_text(f"{key}\n" + verifier_path(named).read_text())
    house = house_of(town, named)
    publish(house, town)
    assert folder.lost() == [before]
    assert (folder.checkpoint() or b"").startswith(b"house.example/second\n")
    town.clock.advance(2 * SECOND)
    assert not house.behind.look()


@pytest.mark.promise(14)
@pytest.mark.parametrize("value", ["", "9", "9 x", f"09 {'0' * 64}", f"9 {'A' * 64}", f"-1 {'0' * 64}"])
def test_a_loss_is_named_by_one_head_in_one_spelling(town: Town, value: str) -> None:
    with pytest.raises(ChangeError, match="a head is its size"):
        town.change("administrator", "setting.change", HOUSE_ID, name=RECOVERED, value=value)


@ONE_FILE
@pytest.mark.promise(14)
def test_a_loss_to_come_agreed_upon_beforehand(town: Town, db: Database, database_url: str, tmp_path: Path) -> None:
    """Nobody knows the root of a head that is not there yet; and what is not held forgives nothing."""
    settings = Settings(data=str(tmp_path / "house"), database=database_url)
    make_key(settings)
    house = house_of(town, settings)
    recovered(town, f"1000000 {'0' * 64}")
    publish(house, town)
    folder = LedgerFolder(settings.ledger_folder)
    head = folder.checkpoint()
    assert head is not None
    with db.transaction() as tx:  # As if a backup had been put back.
        tx.connection.exec_driver_sql("UPDATE ledger_head SET size = size - 1")
    town.clock.advance(2 * SECOND)
    assert house.behind.look()
    with db.transaction() as tx:
        tx.connection.exec_driver_sql("UPDATE ledger_head SET size = size + 1")
    town.clock.advance(2 * SECOND)
    assert not house.behind.look()
