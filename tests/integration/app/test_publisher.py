"""The worker publishes the record beside its rounds; what stops it is said once, tried again, and seen by who asks."""

import json
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import delete, update
from structlog.testing import capture_logs

from gardefou.app import cli
from gardefou.app.begin import begin
from gardefou.app.doctor import examine
from gardefou.app.errors import PublishedBeforeError
from gardefou.app.found import close_door, found_house
from gardefou.app.house import House, house_on
from gardefou.app.ledger_key import fresh, key_path, make_key, signer_of, verifier_keys, verifier_path
from gardefou.app.publisher import SPEAK_AGAIN_AFTER, Publisher
from gardefou.app.worker import Worker
from gardefou.clock import MINUTE, SECOND, SimulatedClock, SystemClock
from gardefou.ledger import store
from gardefou.ledger.folder import LedgerFolder
from gardefou.ledger.log import TROUBLE
from gardefou.ledger.publish import newest
from gardefou.ledger.tables import entry, ledger_head
from gardefou.ledger.tiles import Tile
from gardefou.ledger.tree import Frontier
from gardefou.storage import open_database
from gardefou.storage.house import remembered
from tests.factories.house import make_house
from tests.factories.staff import make_person
from tests.integration.ledger.test_publish import grow

pytestmark = pytest.mark.promise(14)


@pytest.fixture
def house(database_url: str, tmp_path: Path, clock: SimulatedClock) -> Iterator[House]:
    made = make_house(database_url, tmp_path / "data", clock)
    make_key(made.settings)
    yield made
    made.close()


def folder_of(house: House) -> LedgerFolder:
    return LedgerFolder(house.settings.ledger_folder)


def published(house: House) -> int:
    return newest(folder_of(house), verifier_keys(house.settings)).size


def size(house: House) -> int:
    with house.db.reading() as tx:
        return store.head(tx).size


def trouble(house: House) -> str:
    with house.db.reading() as tx:
        return remembered(tx, TROUBLE)


def states(house: House) -> dict[str, tuple[str, str]]:
    return {check.name: (check.state, check.words) for check in examine(house)}


def test_the_worker_publishes_within_a_second_of_an_entry(database_url: str, tmp_path: Path) -> None:
    made = make_house(database_url, tmp_path / "data", SystemClock())
    make_key(made.settings)
    stop, worker = threading.Event(), Worker(made)
    running = threading.Thread(target=worker.run, args=(stop,))
    running.start()
    try:
        for _ in range(2):
            grow(made.db, 3)
            wanted, since = size(made), time.monotonic()
            while published(made) < wanted:
                # Twice what is promised, for a machine that does much else meanwhile.
                assert time.monotonic() - since < 2
                time.sleep(0.02)
    finally:
        stop.set()
        running.join()
        made.close()


def test_a_round_of_the_worker_never_waits_for_the_signer(house: House, tmp_path: Path) -> None:
    """The signer is slow: the worker goes on with its rounds, and what is published comes when it comes."""
    key = verifier_path(house.settings).read_text()
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    slow = msgspec.structs.replace(house.settings, ledger_signer=f"cat {pipe}")
    worker = Worker(replace(house, settings=slow))
    assert verifier_path(slow).read_text() == key
    before = time.monotonic()
    for _ in range(3):
        worker.round()
    assert time.monotonic() - before < 5
    pipe.open("wb").close()  # The command ends with nothing said.
    worker.close()
    assert "does not answer 64 bytes" in trouble(house) or "no signature" in trouble(house)


def test_a_house_that_has_no_key_yet_is_told_so_once(house: House, clock: SimulatedClock) -> None:
    key_path(house.settings).unlink()
    verifier_path(house.settings).unlink()
    publisher = Publisher(house)
    with capture_logs() as logged:
        for _ in range(3):
            publisher.step()
            clock.advance(MINUTE)
    assert [line["event"] for line in logged] == ["ledger.no_key"]
    assert states(house)["ledger key"][0] == "warning"
    assert trouble(house) == ""


def test_a_failure_is_said_once_in_ten_minutes_and_tried_again(house: House, clock: SimulatedClock) -> None:
    publisher = Publisher(house)
    publisher.step()
    assert published(house) == size(house)
    assert trouble(house) == ""
    grow(house.db, 1)
    key_path(house.settings).chmod(0o644)
    with capture_logs() as logged:
        for _ in range(40):
            clock.advance(20 * SECOND)
            publisher.step()
    said = [line for line in logged if line["event"] == "ledger.not_published"]
    assert len(said) == 2  # Thirteen minutes: now, and ten minutes later.
    assert "may be read by others" in trouble(house)
    secret = key_path(house.settings).read_text().strip().rpartition("+")[2]
    assert secret not in json.dumps(logged, default=str)
    checks = states(house)
    assert checks["ledger key"][0] == checks["published"][0] == "problem"
    assert "1 entry has waited for" in checks["published"][1]
    key_path(house.settings).chmod(0o600)
    clock.advance(MINUTE)
    with capture_logs() as logged:
        publisher.step()
    assert [line["event"] for line in logged] == ["ledger.published_again"]
    assert published(house) == size(house)
    assert trouble(house) == ""
    checks = states(house)
    assert checks["ledger key"][0] == checks["published"][0] == checks["ledger files"][0] == "ok"


def test_a_disk_that_is_full_stops_publishing_and_nothing_else(house: House, clock: SimulatedClock) -> None:
    class FullFolder(LedgerFolder):
        full = True

        def write(self, tile: Tile, data: bytes) -> None:
            if self.full:
                raise OSError(28, "No space left on device", str(self.path / tile.path))
            super().write(tile, data)

    folder = FullFolder(house.settings.ledger_folder)
    publisher = Publisher(house, folder=folder)
    publisher.step()
    assert "No space left on device" in trouble(house)
    assert folder.checkpoint() is None
    folder.full = False
    clock.advance(MINUTE)
    publisher.step()
    assert published(house) == size(house)
    assert SPEAK_AGAIN_AFTER > MINUTE


def test_a_record_that_is_behind_is_not_published_over(house: House, database_url: str, clock: SimulatedClock) -> None:
    """As after yesterday's backup was put back: the same key, the same folder, another database."""
    grow(house.db, 30)
    Publisher(house).step()
    before = folder_of(house).checkpoint()
    with house.db.transaction() as tx:
        frontier = Frontier()
        for row in store.rows(tx):
            if row["index"] < 20:
                frontier = frontier.append(row["leaf"])
        tx.execute(delete(entry).where(entry.c.index >= 20))
        tx.execute(update(ledger_head).values(size=20, root=frontier.root, frontier=frontier.to_bytes()))
    with capture_logs() as logged:
        begin(house, "serve")  # It starts all the same: bringing back never waits for it.
    assert any("entries were published, and the record has" in str(line.get("why")) for line in logged)
    grow(house.db, 40)  # Longer than before again, and another record.
    clock.advance(MINUTE)
    Publisher(house).step()
    assert folder_of(house).checkpoint() == before
    assert "does not begin with" in trouble(house)
    assert states(house)["ledger files"][0] == "problem"


def test_two_workers_at_once_make_one_log(house: House, clock: SimulatedClock) -> None:
    done: list[int] = []

    def publish_often() -> None:
        mine = Publisher(
            replace(house, clock=SystemClock(), settings=msgspec.structs.replace(house.settings, ledger_every=0.1))
        )
        until = time.monotonic() + 0.8
        while time.monotonic() < until:
            mine.step()
        done.append(published(house))

    threads = [threading.Thread(target=publish_often) for _ in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(20):
        grow(house.db, 13)
    for thread in threads:
        thread.join()
    assert len(done) == 3
    Publisher(house).step()
    assert published(house) == size(house)
    assert trouble(house) == ""
    assert states(house)["ledger files"][0] == "ok"
    with folder_of(house).alone() as first, folder_of(house).alone() as second:
        assert (first, second) == (True, False)


def test_what_is_torn_is_put_back_when_a_program_starts(house: House) -> None:
    Publisher(house).step()
    last = Tile(level=0, index=0, width=size(house))
    path = house.settings.ledger_folder / last.path
    kept = path.read_bytes()
    path.write_bytes(kept[:-1])
    with capture_logs() as logged:
        begin(house, "serve")
    assert path.read_bytes() == kept
    assert [line["files"] for line in logged if line["event"] == "ledger.repaired"] == [1]


def test_a_house_is_founded_on_its_key_and_publishes_under_no_other(
    house: House, database_url: str, clock: SimulatedClock
) -> None:
    with house.db.transaction() as tx:
        for role in ("agent", "reviewer", "reviewer", "duty manager", "administrator"):
            make_person(tx, clock.now(), role=role, team="North")
        make_person(tx, clock.now(), role="duty manager", team="South")
    close_door(house)
    Publisher(house).step()
    assert published(house) == size(house)
    first = signer_of(house.settings).key
    key_path(house.settings).unlink()
    fresh(key_path(house.settings), first.name)
    verifier_path(house.settings).unlink()
    other = signer_of(house.settings).key
    verifier_path(house.settings).write_text(f"{other}\n{first}\n")
    grow(house.db, 1)
    clock.advance(MINUTE)
    Publisher(house).step()
    assert "is not the key that was agreed upon" in trouble(house)
    db = open_database(database_url)
    again = house_on(db, house.settings, clock=clock)
    assert again.settings_watch.look() == ["ledger_vkey"]  # And nothing but restores takes effect.
    assert states(again)["agreed"][0] == states(again)["ledger key"][0] == "problem"
    db.close()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_another_house_is_not_founded_where_a_record_was_published(house: House, tmp_path: Path) -> None:
    Publisher(house).step()
    anew = msgspec.structs.replace(house.settings, database=f"sqlite:///{tmp_path / 'other.db'}")
    with pytest.raises(PublishedBeforeError, match="holds the record of a house that is not in this database"):
        found_house(anew)
    assert not found_house(house.settings).new  # While its own is found as it was.


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_commands_print_key_and_head_and_repair(
    house: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], database_url: str
) -> None:
    monkeypatch.setenv("GARDEFOU_DATABASE", database_url)
    monkeypatch.setenv("GARDEFOU_DATA", house.settings.data)
    monkeypatch.setenv("LANG", "en")
    key = verifier_path(house.settings).read_text()

    def ran(*arguments: str) -> tuple[int, str]:
        code = cli.main(arguments)
        return code, capsys.readouterr().out

    assert ran("ledger", "checkpoint") == (1, "Nothing has been published yet. Is the worker running?\n")
    assert ran("ledger", "key") == (0, key)
    Publisher(house).step()
    assert ran("ledger", "checkpoint") == (0, (folder_of(house).checkpoint() or b"").decode())
    told = json.loads(ran("ledger", "checkpoint", "--json")[1])
    assert (told["size"], told["key"], told["note"]) == (
        size(house),
        key.strip(),
        (folder_of(house).checkpoint() or b"").decode(),
    )
    code, said = ran("init", "--json")
    assert (code, json.loads(said)["ledger_vkey"]) == (0, key.strip())
    last = Tile(level=None, index=0, width=size(house)).path
    (house.settings.ledger_folder / last).unlink()
    assert ran("ledger", "fsck", "--look") == (1, f"1 file is damaged: {last}\n")
    assert ran("ledger", "fsck") == (0, f"1 file was put back: {last}\n")
    assert ran("ledger", "fsck")[1].startswith("Whole: ")
    code, said = ran("ledger", "key", "--new", "--json")
    path = Path(json.loads(said)["path"])
    assert (path.name, path.stat().st_mode & 0o777) == ("ledger.key.next", 0o600)
    assert json.loads(said)["key"] != key.strip()
    assert ran("ledger", "verify")[0] == 0
