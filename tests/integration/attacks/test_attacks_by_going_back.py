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
from gardefou.ledger import store
from gardefou.ledger.folder import LedgerFolder
from gardefou.ledger.held_by_witnesses import Known, keep
from gardefou.ledger.note import COSIGNATURE, SecretKey
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
    # However long the record grows again, it does not lead to what was published, whether or not anybody publishes.
    for _ in range(3):
        back.propose("contractor", "account.hide", "president")
    back.clock.advance(2 * SECOND)
    assert house.behind.look()
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


@ONE_FILE
@pytest.mark.promise(14)
def test_a_backup_grown_past_what_was_published_with_nobody_to_publish(
    town: Town, database_url: str, tmp_path: Path, by_hand: None
) -> None:
    """Refused attempts and restores make a record longer, and a key that is gone stops whoever would have noticed."""
    settings = Settings(data=str(tmp_path / "house"), database=database_url)
    make_key(settings)
    house = house_of(town, settings)
    town.propose("agent", "account.hide", "anna")
    publish(house, town)
    yesterday = copied(database_url, tmp_path / "yesterday.db")
    town.restore("agent", "anna")
    publish(house, town)
    house.db.close()

    key_path(settings).chmod(0o644)
    back = replace(town, db=open_database(f"sqlite:///{yesterday}"))
    house = house_of(back, msgspec.structs.replace(settings, database=f"sqlite:///{yesterday}"))
    for _ in range(9):
        back.propose("contractor", "account.hide", "president")
    publish(house, back)
    with house.db.reading() as tx:
        lost = ahead(tx, held_elsewhere(house.settings))
        assert lost is not None
        assert lost.size < store.head(tx).size
    assert house.behind.look()
    with pytest.raises(ExecutionsStoppedError):
        back.propose("reviewer 2", "account.freeze", "anna")
    # Nor does it help to take away what the published head is verified with.
    verifier_path(settings).rename(tmp_path / "aside")
    back.clock.advance(2 * SECOND)
    assert house.behind.look()


WITNESS = SecretKey(name="paper.example/witness", kind=COSIGNATURE, seed=bytes(range(32))).key


def witnessed(tmp_path: Path, database_url: str) -> Settings:
    """Return the settings of a house with a witness that nobody asks here: what it holds is written down by hand."""
    made = Settings(
        data=str(tmp_path / "house"),
        database=database_url,
        witnesses=f"{WITNESS} https://paper.example",
        witnesses_needed=1,
    )
    make_key(made)
    return made


@ONE_FILE
@pytest.mark.promise(14)
def test_the_database_and_the_folder_put_back_and_grown_past_what_a_witness_holds(
    town: Town, database_url: str, tmp_path: Path
) -> None:
    """A witness's word for a longer head stays, however long the record becomes, until it signs what leads on."""
    house = house_of(town, witnessed(tmp_path, database_url))
    publish(house, town)
    folder = LedgerFolder(house.settings.ledger_folder)
    before = folder.checkpoint()
    size = now_of(town).size
    keep(folder.path, WITNESS, Known(witness=WITNESS.name, size=size + 3, alarm="ahead"))
    # Nothing is signed that would contradict what the witness holds.
    town.propose("contractor", "account.hide", "president")
    publish(house, town)
    assert folder.checkpoint() == before
    for _ in range(9):
        town.propose("contractor", "account.hide", "president")
    publish(house, town)
    assert now_of(town).size > size + 3
    town.clock.advance(2 * SECOND)
    assert house.behind.look()
    with pytest.raises(ExecutionsStoppedError):
        town.propose("agent", "account.hide", "anna")
    # It is over once the witness has signed a head that leads on from its own.
    now = now_of(town)
    keep(folder.path, WITNESS, Known(witness=WITNESS.name, size=now.size, root=now.root.hex()))
    town.clock.advance(2 * SECOND)
    assert not house.behind.look()


def now_of(town: Town) -> store.Head:
    with town.db.reading() as tx:
        return store.head(tx)


@ONE_FILE
@pytest.mark.promise(14)
def test_a_witness_that_lies_once_and_a_backup_put_back_afterwards(
    town: Town, database_url: str, tmp_path: Path, by_hand: None
) -> None:
    """Going on without a number that nobody signed forgives that number, and no loss that comes later."""
    house = house_of(town, witnessed(tmp_path, database_url))
    publish(house, town)
    folder = LedgerFolder(house.settings.ledger_folder)
    keep(folder.path, WITNESS, Known(witness=WITNESS.name, size=2**63 - 1, alarm="ahead"))
    recovered(town, f"{2**63 - 1} -")
    town.clock.advance(2 * SECOND)
    assert not house.behind.look()
    yesterday = copied(database_url, tmp_path / "yesterday.db")
    town.propose("agent", "account.hide", "anna")
    publish(house, town)
    house.db.close()
    back = replace(town, db=open_database(f"sqlite:///{yesterday}"))
    house = house_of(back, msgspec.structs.replace(house.settings, database=f"sqlite:///{yesterday}"))
    assert house.behind.look()
    with pytest.raises(ExecutionsStoppedError):
        back.propose("agent", "account.hide", "anna")
