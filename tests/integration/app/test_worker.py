"""The worker drives clocks, delivers mail, says it is alive, and one failing thing stops no other."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from gardefou.app.house import House
from gardefou.app.mail import Mailer, MailError
from gardefou.app.worker import Worker
from gardefou.clock import MINUTE, SECOND, SimulatedClock
from gardefou.events import Actor, outbox
from gardefou.events.tables import outbox as outbox_table
from gardefou.network.passwords_anew import ask_for_link, link_opens
from gardefou.orders import drive
from gardefou.storage.house import last_beat
from tests.factories.house import make_house
from tests.factories.mail_server import Server, free_port
from tests.factories.network import make_member

# aiosmtpd leaves its own socket to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    made.controller.start()
    yield made
    made.controller.stop()


@pytest.fixture
def house(database_url: str, tmp_path: Path, clock: SimulatedClock, server: Server) -> Iterator[House]:
    made = make_house(database_url, tmp_path / "data", clock, smtp=server.url)
    yield made
    made.close()


@pytest.fixture
def worker(house: House) -> Iterator[Worker]:
    made = Worker(house)
    yield made
    made.close()


def put(house: House, to: str) -> int:
    with house.db.transaction() as tx:
        body = {"to": to, "subject": "Refusé : « masquer »", "text": "Rien n’a changé.\n", "locale": "fr"}
        return outbox.enqueue(tx, now=house.clock.now(), topic="mail", key=f"test:{to}", body=body)


def state(house: House, row_id: int) -> tuple[str, str | None]:
    with house.db.reading() as tx:
        row = tx.first(select(outbox_table).where(outbox_table.c.id == row_id))
        assert row is not None
        return row["state"], row["last_error"]


@pytest.mark.promise(13)
def test_mail_is_accepted_only_when_the_server_accepts_it(
    house: House, worker: Worker, server: Server, clock: SimulatedClock
) -> None:
    server.refuses.add("late@x.example")
    good, late = put(house, "good@x.example"), put(house, "late@x.example")
    worker.round()
    assert state(house, good) == ("accepted", None)
    assert state(house, late) == ("queued", "recipient refused: 451 not now")
    [kept] = server.kept
    assert (kept["to"], kept["subject"], kept.get_content().strip()) == (
        "good@x.example",
        "Refusé : « masquer »",
        "Rien n’a changé.",
    )
    assert kept["auto-submitted"] == "auto-generated"
    assert kept["content-language"] == "fr"
    server.refuses.clear()
    clock.advance(MINUTE)
    worker.round()
    assert state(house, late)[0] == "accepted"


def test_a_link_to_a_new_password_is_made_as_it_is_sent_and_kept_nowhere(
    house: House, worker: Worker, server: Server
) -> None:
    with house.db.transaction() as tx:
        account_id = make_member(tx, house.clock.now(), handle="Zoe", email="zoe@x.example")
        ask_for_link(tx, actor=Actor.visitor("zoe"), now=house.clock.now(), email="zoe@x.example")
    worker.round()
    [kept] = server.kept
    found = re.search(r"/password/(\S+)", kept.get_content())
    assert kept["subject"] == "A new password for @Zoe"
    assert found
    with house.db.reading() as tx:
        assert link_opens(tx, found[1], now=house.clock.now()) == account_id
        assert all(found[1] not in row["body"] for row in tx.all(select(outbox_table)))


@pytest.mark.promise(13)
@pytest.mark.parametrize(
    "to", ["a@x.example\nBcc: b@x.example", "a@x.example, b@x.example", "a@x.example b@x.example", "a"]
)
def test_mail_to_what_is_not_one_address_is_refused_and_counted(
    house: House, worker: Worker, server: Server, clock: SimulatedClock, to: str
) -> None:
    bad, good = put(house, to), put(house, "good@x.example")
    worker.round()
    assert state(house, bad)[0] == "queued"
    assert "not one address" in (state(house, bad)[1] or "")
    assert state(house, good) == ("accepted", None)
    assert [kept["to"] for kept in server.kept] == ["good@x.example"]


def test_what_no_message_can_be_made_of_is_an_error_in_words(server: Server) -> None:
    mailer = Mailer(server.url, "Garde-fou <g@x.example>")
    with pytest.raises(MailError, match="cannot be written as a message"):
        mailer.send(to="a@x.example", subject="x", text="x", key="k", at=0, headers={"X-Odd": "a\nb"})


def test_a_server_that_is_not_there_is_an_error_in_words() -> None:
    with pytest.raises(MailError, match="Connection refused"):
        Mailer(f"smtp://127.0.0.1:{free_port()}", "Garde-fou <g@x.example>").check()


def test_the_worker_says_that_it_is_alive(house: House, worker: Worker, clock: SimulatedClock) -> None:
    worker.round()
    with house.db.reading() as tx:
        assert last_beat(tx) == (clock.now(), False)


@pytest.mark.promise(5)
def test_a_failing_step_stops_no_other(
    house: House,
    worker: Worker,
    server: Server,
    clock: SimulatedClock,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def broken(*_: object, **__: object) -> list[int]:
        raise ZeroDivisionError

    monkeypatch.setattr(drive, "lifts_due", broken)
    row_id = put(house, "good@x.example")
    worker.round()
    assert state(house, row_id)[0] == "accepted"
    captured = capsys.readouterr()
    assert "worker.failed" in captured.out + captured.err


def test_the_same_letter_twice_has_the_same_name(
    house: House, worker: Worker, server: Server, clock: SimulatedClock
) -> None:
    """A crash between sending and writing it down sends twice; a mail program shows it once."""
    row_id = put(house, "good@x.example")
    worker.round()
    with house.db.transaction() as tx:
        tx.execute(outbox_table.update().values(state="queued", due_at=clock.now()))
    clock.advance(SECOND)
    worker.round()
    assert state(house, row_id)[0] == "accepted"
    first, second = server.kept
    assert first["message-id"] == second["message-id"]
    assert json.dumps(first["date"]) == json.dumps(second["date"])
