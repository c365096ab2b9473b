"""An owner's letter carries a receipt of what it tells of, and never waits long for one."""

import shutil
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from gardefou.accounts.tables import account
from gardefou.app.house import House, house_on
from gardefou.app.receipt_letter import WAITS
from gardefou.app.settings import Settings
from gardefou.app.worker import LETTER_WAITS, Worker
from gardefou.clock import SECOND, SimulatedClock
from gardefou.ledger import receipt as receipts
from gardefou.ledger import store
from gardefou.orders.order import Order
from gardefou.storage import Database
from tests.factories.house import signing
from tests.factories.mail_server import Server
from tests.factories.published import LOG_KEY, publish_now
from tests.factories.town import Town, found_town

pytestmark = [
    pytest.mark.promise(14),
    # aiosmtpd leaves its own socket to the garbage collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning"),
]


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    made.controller.start()
    yield made
    made.controller.stop()


@pytest.fixture
def town(db: Database, clock: SimulatedClock) -> Town:
    return found_town(db, clock)


@pytest.fixture
def house(town: Town, tmp_path: Path, server: Server) -> House:
    settings = Settings(data=str(tmp_path), smtp=server.url, url="https://house.example")
    return signing(house_on(town.db, settings, clock=town.clock))


@pytest.fixture
def worker(house: House) -> Iterator[Worker]:
    made = Worker(house)
    yield made
    made.close()


def publish(house: House) -> None:
    publish_now(house.db, house.settings.folder)


def hidden(town: Town, account: str = "anna") -> Order:
    return town.propose("agent", "account.hide", account, comment="for colleagues").order


def to_owner(server: Server, account: str = "anna") -> list[EmailMessage]:
    return [kept for kept in server.kept if kept["to"] == f"{account}@example.net"]


def said(letter: EmailMessage) -> str:
    body = letter.get_body()
    assert body is not None
    return str(body.get_content())


def place(house: House, order: Order) -> int:
    with house.db.reading() as tx:
        return next(one.index for one in store.entry_of_order(tx, order.id) if one.kind == "order.executed")


@pytest.mark.promise(15)
def test_the_letter_of_an_effect_and_that_of_its_end_each_carry_a_receipt_that_checks(
    town: Town, house: House, worker: Worker, server: Server
) -> None:
    orders = [hidden(town), town.restore("reviewer 1", "anna").order]
    publish(house)
    worker.round()
    letters = to_owner(server)
    assert len(letters) == 2
    for letter, order in zip(letters, orders, strict=True):
        [attached] = letter.iter_attachments()
        assert attached.get_filename() == f"{order.id}.tlog-proof"
        found = receipts.check(receipts.read(attached.get_content()), keys=[LOG_KEY.key])
        assert found.line is not None
        assert (found.index, found.line.kind, found.line.order_id) == (place(house, order), "order.executed", order.id)
        assert [one.content for one in found.openings] == ["@anna"]
        assert f"https://house.example/ledger/receipts/{found.index}" in said(letter)
        assert f"{order.id}.tlog-proof" in said(letter)
        assert letter["content-language"] == "en"


def test_a_letter_waits_a_moment_for_what_it_tells_of_to_be_published(
    town: Town, house: House, worker: Worker, server: Server
) -> None:
    publish(house)
    hidden(town)
    worker.round()
    assert to_owner(server) == []
    town.clock.advance(LETTER_WAITS)
    publish(house)
    worker.round()
    [letter] = to_owner(server)
    assert len(list(letter.iter_attachments())) == 1


@pytest.mark.promise(13)
def test_no_notice_is_held_up_for_a_proof_and_it_says_where_that_will_lie(
    town: Town, house: House, worker: Worker, server: Server
) -> None:
    publish(house)
    order = hidden(town)
    for _ in range(WAITS // SECOND):
        worker.round()
        assert to_owner(server) == []
        town.clock.advance(SECOND)
    worker.round()
    [letter] = to_owner(server)
    assert list(letter.iter_attachments()) == []
    assert "was not ready when this letter left" in said(letter)
    assert f"https://house.example/ledger/receipts/{place(house, order)}" in said(letter)


@pytest.mark.promise(13)
@pytest.mark.parametrize("wrong", ["never published", "tiles gone", "another record"])
def test_a_letter_goes_at_once_where_no_receipt_can_be_made(
    town: Town, house: House, worker: Worker, server: Server, wrong: str
) -> None:
    hidden(town)
    folder = house.settings.folder / "ledger"
    if wrong != "never published":
        publish(house)
    if wrong == "tiles gone":
        shutil.rmtree(folder / "tile")
    if wrong == "another record":
        for tile in folder.glob("tile/0/*.p/*"):
            tile.write_bytes(bytes(tile.stat().st_size))
    worker.round()
    [letter] = to_owner(server)
    assert list(letter.iter_attachments()) == []
    assert "was not ready when this letter left" in said(letter)


def test_what_only_announces_carries_no_receipt_and_waits_for_none(
    town: Town, house: House, worker: Worker, server: Server
) -> None:
    """A hold begins when such a letter is accepted (promise 13)."""
    publish(house)
    town.propose("reviewer 1", "account.hide", "president")
    worker.round()
    [letter] = to_owner(server, "president")
    assert not letter.is_multipart()
    assert "receipt" not in said(letter)
    staff = [kept for kept in server.kept if kept["to"].endswith("@example.org")]
    assert staff
    assert not any(letter.is_multipart() for letter in staff)


def test_the_words_about_it_are_in_the_owners_language(
    town: Town, house: House, worker: Worker, server: Server
) -> None:
    with town.db.transaction() as tx:
        tx.execute(account.update().where(account.c.id == town.accounts["anna"]).values(locale="fr"))
    hidden(town)
    publish(house)
    worker.round()
    [letter] = to_owner(server)
    assert "Un récépissé est joint" in said(letter)
    assert letter["content-language"] == "fr"
