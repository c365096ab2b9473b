"""The worker shows each new head to real witnesses, believes what verifies, and writes down what contradicts."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import msgspec
import pytest

from gardefou.app.cosigning.cosigning import Cosigning
from gardefou.app.errors import SettingsError
from gardefou.app.house import House
from gardefou.app.settings import load
from gardefou.app.witnesses import policy_of, witnesses_of
from gardefou.app.worker import Worker
from gardefou.clock import MINUTE, SECOND, SimulatedClock
from gardefou.ledger import checkpoint as checkpoints
from gardefou.ledger import note as notes
from gardefou.ledger import store, witnessed
from gardefou.ledger.checkpoint import Checkpoint
from gardefou.ledger.cosignature import cosign, cosigned
from gardefou.ledger.entry import EntryKind
from gardefou.ledger.errors import NoteError
from gardefou.ledger.folder import LedgerFolder
from gardefou.ledger.held_by_witnesses import Known, known, path_of
from gardefou.ledger.note import COSIGNATURE, ED25519, SecretKey
from gardefou.ledger.publish import publish
from tests.factories.house import make_house
from tests.factories.ledger import LOG, WITNESS
from tests.factories.witness import RunningWitness, made_witness, running

pytestmark = pytest.mark.promise(14)


@pytest.fixture(scope="module")
def witness(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningWitness]:
    """A real witness for all tests here: each has a log of its own."""
    folder = tmp_path_factory.mktemp("witness") / "w"
    logs = {name: log(name).key for name in map(str, range(40))}
    with running(folder, made_witness(folder, logs)) as found:
        yield found


def log(name: str) -> SecretKey:
    return SecretKey(name=name, kind=ED25519, seed=bytes(range(32)))


_NAMES = iter(range(40))


class Stage:
    """A house, its published record, and whoever signs it."""

    def __init__(self, house: House, signer: SecretKey) -> None:
        self.house, self.signer = house, signer
        self.cosigning = Cosigning(house)

    def asks(self, *settings: str, needed: int = 1) -> None:
        """Set which witnesses are asked; a new worker reads it."""
        changed = msgspec.structs.replace(self.house.settings, witnesses=", ".join(settings), witnesses_needed=needed)
        self.house = replace(self.house, settings=changed)
        self.cosigning = Cosigning(self.house)

    def grow(self, entries: int = 1) -> Checkpoint:
        """Put entries on the record and publish it."""
        with self.house.db.transaction() as tx:
            for number in range(entries):
                body = {"case": str(number)}
                store.append(tx, now=1, kind=EntryKind.CASE_CLOSED, order_id=None, body=body, about=())
        with self.house.db.reading() as tx:
            publish(tx, folder=self.folder, signer=self.signer)
        return self.head

    def round(self) -> None:
        """Ask whoever is due, and wait for them."""
        self.cosigning.step()
        self.cosigning.close()

    def latest(self) -> witnessed.Cosigned | None:
        """Return what enough witnesses have signed last."""
        with self.house.db.reading() as tx:
            return witnessed.latest(tx)

    @property
    def folder(self) -> LedgerFolder:
        """Where the record is published."""
        return LedgerFolder(self.house.settings.folder / "ledger")

    @property
    def head(self) -> Checkpoint:
        """The published head."""
        return checkpoints.read(self.note.text)

    @property
    def note(self) -> notes.Note:
        """The same with its signatures."""
        return notes.read(self.folder.checkpoint() or b"")

    def known(self, witness: RunningWitness) -> Known:
        """Return what is known of a witness."""
        return known(self.folder.path, witness.key)


@pytest.fixture
def stage(database_url: str, tmp_path: Path, clock: SimulatedClock) -> Iterator[Stage]:
    house = make_house(database_url, tmp_path / "data", clock)
    made = Stage(house, log(str(next(_NAMES))))
    yield made
    made.cosigning.close()
    house.close()


def test_each_new_head_is_signed_and_served_with_the_signature(
    stage: Stage, witness: RunningWitness, clock: SimulatedClock
) -> None:
    clock.advance(10**9 * SECOND)  # Past the witness's own clock: what it says counts, and never the future.
    stage.asks(witness.setting)
    for more in (3, 1, 300):
        head = stage.grow(more)
        stage.round()
        found = stage.latest()
        assert found is not None
        assert (found.size, found.root) == (head.size, head.root)
        assert (stage.folder.checkpoint() or b"").decode() == found.note
        assert list(cosigned(stage.note, [witness.key])) == [witness.key]
        assert checkpoints.opened(found.note.encode(), keys=(stage.signer.key,))[0] == head
        assert stage.known(witness) == Known(
            witness=witness.key.name, size=head.size, root=head.root.hex(), at=str(clock.now())
        )
        assert found.cosigned_at < clock.now()
        with stage.house.db.reading() as tx:  # The publisher goes on from a head with more signatures under it.
            assert publish(tx, folder=stage.folder, signer=stage.signer) is None


def test_a_witness_whose_clock_is_ahead_is_not_fresh_for_longer(stage: Stage, witness: RunningWitness) -> None:
    stage.asks(witness.setting)
    stage.grow()
    stage.round()
    found = stage.latest()
    assert found is not None
    assert found.cosigned_at == stage.house.clock.now()


def test_an_unchanged_head_is_shown_again_and_stays_one_row(
    stage: Stage, witness: RunningWitness, clock: SimulatedClock
) -> None:
    stage.asks(witness.setting)
    stage.grow()
    stage.round()
    first = stage.latest()
    stage.round()
    assert stage.latest() == first
    clock.advance(MINUTE)
    stage.round()
    again = stage.latest()
    assert first is not None
    assert again is not None
    assert (again.size, again.cosigned_at, again.renewed_at) == (first.size, first.cosigned_at, clock.now())


def test_a_worker_that_starts_anew_takes_up_what_was_signed(stage: Stage, witness: RunningWitness) -> None:
    stage.asks(witness.setting)
    stage.grow()
    stage.round()
    path_of(stage.folder.path, witness.key).unlink()  # Even without it: the witness says how far it is.
    stage.cosigning = Cosigning(stage.house)
    stage.grow(2)
    stage.round()
    found = stage.latest()
    assert found is not None
    assert found.size == stage.head.size


def test_enough_are_as_many_as_are_needed(stage: Stage, witness: RunningWitness) -> None:
    """A dead witness among two holds nothing up where one is enough, and everything where both are."""
    dead = f"{WITNESS.key} http://127.0.0.1:1"
    stage.asks(dead, witness.setting, needed=2)
    stage.grow()
    stage.round()
    assert stage.latest() is None
    assert len(stage.note.signatures) == 1
    stage.asks(dead, witness.setting, needed=1)
    stage.round()
    assert stage.latest() is not None
    stage.asks(witness.setting, needed=0)
    size = stage.grow().size
    stage.round()
    found = stage.latest()
    assert found is not None
    assert found.size < size


def test_a_dead_witness_is_asked_less_and_less_often(stage: Stage, clock: SimulatedClock) -> None:
    stage.asks(f"{WITNESS.key} http://127.0.0.1:1")
    stage.grow()
    asked = []
    for _ in range(200):
        (one,) = stage.cosigning._asked  # noqa: SLF001  # how often it was asked shows nowhere else
        before = one.failures
        stage.round()
        asked.append(one.failures - before)
        clock.advance(SECOND)
    assert sum(asked) == 8
    assert asked[:4] == [1, 1, 0, 1]


@contextmanager
def answering(reply: Callable[[bytes], tuple[int, bytes]], **headers: str) -> Iterator[str]:
    """A server on loopback that answers as it is told to; return its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            status, said = reply(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def lies(text: str) -> list[Callable[[bytes], tuple[int, bytes]]]:
    """Return answers of a witness that does not do what it says."""
    other = SecretKey(name=WITNESS.key.name, kind=COSIGNATURE, seed=bytes(32))
    line = cosign(text, signer=WITNESS, seconds=5)
    forged = replace(line, signature=line.signature[:-1] + bytes([line.signature[-1] ^ 1]))
    elsewhere = cosign(text + "more\n", signer=WITNESS, seconds=5)
    said = [
        b"",
        b"OK\n",
        b"\xff\n",
        f"{cosign(text, signer=other, seconds=5)}\n".encode(),
        f"{forged}\n".encode(),
        f"{elsewhere}\n".encode(),
        f"{line}".encode(),
        f"{line}\n".encode() * 2,
        f"{line}\n".encode() + b"x" * 70_000,
    ]
    return [lambda _body, one=one: (200, one) for one in said] + [
        lambda _body: (307, b""),
        lambda _body: (500, b"x"),
        lambda _body: (409, b"many\n"),
        lambda _body: (409, b"0\n"),
    ]


def test_whatever_a_witness_answers_only_its_own_signature_of_this_head_counts(
    stage: Stage, witness: RunningWitness
) -> None:
    stage.grow()
    note = stage.note
    for lie in lies(note.text):
        with answering(lie, location=f"{witness.url}/add-checkpoint") as url:
            stage.asks(f"{WITNESS.key} {url}")
            stage.round()
            assert stage.latest() is None
            assert stage.note == note
            assert not path_of(stage.folder.path, WITNESS.key).exists()
    honest = f"{cosign(note.text, signer=WITNESS, seconds=5)}\n".encode()
    with answering(lambda _body: (200, honest)) as url:
        stage.asks(f"{WITNESS.key} {url}")
        stage.round()
    assert stage.latest() is not None


def test_a_slow_witness_holds_up_no_order(stage: Stage) -> None:
    """The step returns while it is still thinking, and asks it nothing more meanwhile."""
    go, asked = threading.Event(), []

    def slowly(body: bytes) -> tuple[int, bytes]:
        asked.append(body)
        go.wait(10)
        return 500, b""

    stage.grow()
    with answering(slowly) as url:
        stage.asks(f"{WITNESS.key} {url}")
        for _ in range(3):
            stage.cosigning.step()
        go.set()
        stage.cosigning.close()
    assert len(asked) == 1


def test_two_heads_shown_to_two_people_are_an_alarm_that_stays(stage: Stage, witness: RunningWitness) -> None:
    """The operator shows the witness one record and the public another of the same length."""
    real = stage.grow(3)
    shown = Checkpoint(origin=stage.signer.key.name, size=real.size, root=bytes(32)).signed(stage.signer)
    assert witness.send(f"old 0\n\n{shown}".encode()).status_code == 200
    stage.asks(witness.setting)
    stage.round()
    assert stage.latest() is None
    held = stage.known(witness)
    assert (held.size, held.root, held.alarm) == (real.size, "", "other root")
    stage.grow(2)  # Nor does anything that is built on it get past the witness.
    stage.asks(witness.setting)
    stage.round()
    assert stage.latest() is None
    assert stage.known(witness).alarm == "other root"


def test_a_witness_that_is_further_than_the_record_is_an_alarm_until_it_is_reached(
    stage: Stage, witness: RunningWitness, clock: SimulatedClock
) -> None:
    """Yesterday's backup: the witness has signed what the record no longer has."""
    stage.asks(witness.setting)
    first = stage.grow(2)
    yesterday = stage.folder.checkpoint()
    stage.round()
    stage.grow(3)
    clock.advance(SECOND)
    stage.round()
    today, held = stage.folder.checkpoint(), stage.known(witness)
    assert yesterday is not None
    assert today is not None
    stage.folder.write_checkpoint(yesterday)
    stage.asks(witness.setting)
    stage.round()
    known_now = stage.known(witness)
    assert (known_now.size, known_now.root, known_now.alarm) == (held.size, held.root, "ahead")
    assert held.size == first.size + 3
    stage.folder.write_checkpoint(today)
    stage.asks(witness.setting)
    stage.cosigning._seeded = True  # noqa: SLF001  # as if the signature under the checkpoint had been lost
    stage.round()
    assert stage.known(witness) == replace(held, at=str(clock.now()))


def test_what_a_witness_holds_is_read_back_or_said_to_be_unreadable(stage: Stage, witness: RunningWitness) -> None:
    path = path_of(stage.folder.path, witness.key)
    path.parent.mkdir(parents=True)
    assert stage.known(witness) == Known(witness=witness.key.name)
    for wrong in ("", "[]", "{}", '{"witness": "w", "size": -1, "root": "", "at": "0", "alarm": ""}'):
        path.write_text(wrong)
        with pytest.raises(NoteError, match="cannot be read"):
            stage.known(witness)
    path.write_text(json.dumps({"witness": "w", "size": 7, "root": "ab" * 32, "at": "5", "alarm": "ahead"}))
    assert stage.known(witness) == Known(witness="w", size=7, root="ab" * 32, at="5", alarm="ahead")


def test_the_worker_asks_and_goes_on(stage: Stage, witness: RunningWitness) -> None:
    stage.grow()
    stage.asks(witness.setting)
    worker = Worker(stage.house)
    worker.round()
    worker.close()
    assert stage.latest() is not None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nonsense https://w.example", r"NAME\+ID\+KEY"),
        (f"{WITNESS.key}", "expected https"),
        (f"{WITNESS.key} http://w.example", "expected https"),
        (f"{WITNESS.key} https://name:word@w.example", "expected https"),
        (f"{WITNESS.key} https://w.example/?a=1", "expected https"),
        (f"{WITNESS.key} https://w.example:x", "expected https"),
        (f"{LOG.key} https://w.example", "not a witness's"),
        (f"{WITNESS.key} https://w.example, {WITNESS.key} https://v.example", "stands there twice"),
    ],
)
def test_a_witness_that_cannot_be_asked_is_refused_by_name(text: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        load({"witnesses": text}, environ={})


def test_more_cannot_be_needed_than_there_are() -> None:
    one = f"{WITNESS.key} https://w.example/"
    assert [found.url for found in witnesses_of(one)] == ["https://w.example"]
    assert policy_of(one, 1).n == 1
    with pytest.raises(SettingsError, match="2 are needed, and witnesses names 1"):
        load({"witnesses": one, "witnesses_needed": 2}, environ={})
    with pytest.raises(SettingsError, match="witnesses_needed"):
        load({"witnesses_needed": -1}, environ={})
