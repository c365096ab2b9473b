"""A witness answers as C2SP tlog-witness has it, over real HTTP, and never takes back what it has signed."""

import re
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from gardefou.app.cli import main
from gardefou.app.witness.config import load, make, watch
from gardefou.app.witness.errors import WitnessError
from gardefou.app.witness.memory import Memory
from gardefou.app.witness.web import Witness
from gardefou.clock import SECOND, SimulatedClock
from gardefou.ledger import note as notes
from gardefou.ledger.checkpoint import Checkpoint
from gardefou.ledger.cosignature import cosigned
from gardefou.ledger.note import ED25519, Note, SecretKey
from gardefou.ledger.witnessing import LONGEST, Refusal, Why, body
from tests.factories.ledger import LOG, ORIGIN, WITNESS, head, submission
from tests.factories.racing import race
from tests.factories.witness import RunningWitness, made_witness, running

pytestmark = pytest.mark.promise(14)


@pytest.fixture(scope="module")
def witness(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningWitness]:
    """One process that watches a log for each test."""
    folder = tmp_path_factory.mktemp("witness") / "w"
    logs = {name: SecretKey(name=name, kind=ED25519, seed=bytes(range(32))).key for name in "abcdef"}
    with running(folder, made_witness(folder, logs)) as found:
        yield found


def log(name: str) -> SecretKey:
    return SecretKey(name=name, kind=ED25519, seed=bytes(range(32)))


def shown(witness: RunningWitness, name: str, old: int, new: int, story: str = "told") -> httpx.Response:
    return witness.send(submission(old, new, story=story, signer=log(name), origin=name))


def test_heads_that_lead_on_are_signed_and_nothing_else(witness: RunningWitness) -> None:
    first = shown(witness, "a", 0, 3)
    assert first.status_code == 200
    plain = head(3, signer=log("a"), origin="a")
    signed = Note(text=plain.text, signatures=notes.read_lines(first.text))
    assert list(cosigned(signed, [witness.key])) == [witness.key]
    assert shown(witness, "a", 3, 7).status_code == 200
    assert shown(witness, "a", 7, 7).status_code == 200  # The same again: a fresh time.
    behind = shown(witness, "a", 3, 9)
    assert (behind.status_code, behind.content) == (409, b"7\n")
    assert behind.headers["content-type"] == "text/x.tlog.size"


def test_every_no_has_the_status_that_the_specification_gives_it(witness: RunningWitness) -> None:
    assert shown(witness, "b", 0, 5).status_code == 200
    assert witness.send(submission(0, 5, signer=log("z"), origin="z")).status_code == 404
    assert witness.send(submission(5, 6, signer=log("c"), origin="b")).status_code == 403
    assert witness.send(b"hello").status_code == 400
    assert witness.send(body(old=6, proof=(), note=head(5, signer=log("b"), origin="b"))).status_code == 400
    assert shown(witness, "b", 5, 8, "retold").status_code == 422
    wrong = witness.send(body(old=5, proof=(), note=head(8, signer=log("b"), origin="b")))
    assert wrong.status_code == 422
    assert wrong.text.count("\n") == 1
    assert witness.send(b"x" * (LONGEST + 1)).status_code == 413
    assert httpx.get(f"{witness.url}/add-checkpoint", trust_env=False).status_code == 405
    assert httpx.get(f"{witness.url}/etc/passwd", trust_env=False).status_code == 404
    assert shown(witness, "b", 5, 8).status_code == 200  # None of it has moved anything.


def test_it_says_what_it_is_and_gives_its_key(witness: RunningWitness) -> None:
    shown(witness, "c", 0, 4)
    page = httpx.get(f"{witness.url}/", trust_env=False)
    assert page.headers["content-type"].startswith("text/plain")
    assert str(witness.key) in page.text
    assert "c: 4 entries, signed at 20" in page.text
    assert httpx.get(f"{witness.url}/vkey", trust_env=False).text == f"{witness.key}\n"


def test_two_heads_shown_to_two_people_are_signed_once_and_kept_as_evidence(
    witness: RunningWitness, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The operator signs both; the witness signs the first, and can prove that there were two."""
    assert shown(witness, "d", 0, 4).status_code == 200
    second = shown(witness, "d", 0, 4, "retold")
    assert (second.status_code, second.content) == (409, b"4\n")
    again = shown(witness, "d", 4, 4, "retold")
    assert (again.status_code, again.content) == (409, b"4\n")
    assert shown(witness, "d", 4, 9, "retold").status_code == 422
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert main(["witness", "evidence", "--folder", str(witness.folder)]) == 1
    told = capsys.readouterr().out
    for story in ("told", "retold"):
        assert str(head(4, story=story, signer=log("d"), origin="d")) in told


def test_requests_that_race_never_take_a_head_back(tmp_path: Path) -> None:
    """Two programs on one folder, many requests at once: of those from one head, one is signed."""
    made_witness(tmp_path / "w", {ORIGIN: LOG.key})
    both = [Witness(load(tmp_path / "w"), SimulatedClock(SECOND)) for _ in range(2)]
    size = 0
    for turn in range(5):
        sizes = [size + more for more in (1, 5, 2, 9)]
        requests = [submission(size, new) for new in sizes]
        answers = race(*[lambda r=r, w=both[n % 2]: w.take(r) for n, r in enumerate(requests)])
        won = [new for new, answer in zip(sizes, answers, strict=True) if isinstance(answer, str)]
        assert len(won) == 1, turn
        lost = [answer for answer in answers if not isinstance(answer, str)]
        assert all(isinstance(one, Refusal) and one.why is Why.OTHER_SIZE and one.size == won[0] for one in lost)
        size = won[0]
        assert [one.size for one in both[0].memory.signed()] == [size]


def test_what_was_answered_outlives_a_kill(tmp_path: Path) -> None:
    """Killed in the middle of its work, it comes back no earlier than the last head it was heard to sign."""
    key = made_witness(tmp_path / "w", {ORIGIN: LOG.key})
    heard = 0
    for _turn in range(2):
        with running(tmp_path / "w", key) as found:
            at = int(found.send(submission(0, 0)).text) if heard else 0
            assert at >= heard
            enough = threading.Event()

            def work(found: RunningWitness = found, at: int = at, enough: threading.Event = enough) -> None:
                nonlocal heard
                try:
                    while found.send(submission(at, at + 1)).status_code == 200:
                        at = heard = at + 1
                        if at % 10 == 9:
                            enough.set()
                except httpx.HTTPError:
                    pass

            worker = threading.Thread(target=work)
            worker.start()
            assert enough.wait(20)
            found.process.kill()
            worker.join()
    last = Memory(tmp_path / "w" / "witness.db").signed()
    assert heard <= last[0].size <= heard + 1


def test_the_time_is_that_of_the_turn(tmp_path: Path) -> None:
    made_witness(tmp_path / "w", {ORIGIN: LOG.key})
    clock = SimulatedClock(1_679_315_147 * SECOND + 5)
    line = Witness(load(tmp_path / "w"), clock).take(submission(0, 3))
    assert isinstance(line, str)
    signature = notes.read_lines(line)[0].signature
    assert int.from_bytes(signature[:8], "big") == 1_679_315_147


def test_an_empty_log_is_signed_and_stays_one_log(tmp_path: Path) -> None:
    made_witness(tmp_path / "w", {ORIGIN: LOG.key})
    found = Witness(load(tmp_path / "w"), SimulatedClock(SECOND))
    assert isinstance(found.take(submission(0, 0)), str)
    other = Checkpoint(origin=ORIGIN, size=0, root=bytes(32)).signed(LOG)
    refused = found.take(body(old=0, proof=(), note=other))
    assert isinstance(refused, Refusal)
    assert refused.why is Why.OTHER_ROOT
    assert isinstance(found.take(submission(0, 2)), str)


def test_its_key_is_its_own(tmp_path: Path) -> None:
    folder = tmp_path / "w"
    key = make(folder, WITNESS.key.name)
    assert (folder / "witness.key").stat().st_mode & 0o777 == 0o600
    with pytest.raises(WitnessError, match="never written over"):
        make(folder, "another.example")
    assert load(folder).signer.key == key
    (folder / "witness.key").chmod(0o640)
    with pytest.raises(WitnessError, match="can be read by others: run `chmod 600"):
        load(folder)


def test_a_log_is_watched_by_its_key_and_once(tmp_path: Path) -> None:
    make(tmp_path, "w.example")
    assert watch(tmp_path, LOG.key, ORIGIN)
    assert not watch(tmp_path, LOG.key, ORIGIN)
    assert load(tmp_path).logs == {ORIGIN: (LOG.key,)}
    with pytest.raises(WitnessError, match="by another key"):
        watch(tmp_path, SecretKey(name=ORIGIN, kind=ED25519, seed=bytes(32)).key, ORIGIN)
    with pytest.raises(WitnessError, match="not a log's"):
        watch(tmp_path, WITNESS.key, "x")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name = 1", "Expected `str`"),
        ('name = "w.example"\nport = "x"', "port"),
        ('name = "w.example"\nport = 0', "1 to 65535"),
        ('name = "w.example"\nwho = 1', "unknown field `who`"),
        ('name = "else.example"', "the key in witness.key is that of 'w.example'"),
        ('name = "w.example"\n[[log]]\norigin = "x"\nkeys = []', "x: a log has one key"),
        ('name = "w.example"\n[[log]]\norigin = "x"\nkeys = ["k"]', "x: a verifier key is written"),
        ("name =", "Invalid value"),
    ],
)
def test_a_folder_that_cannot_be_used_is_refused_by_name(tmp_path: Path, text: str, said: str) -> None:
    make(tmp_path, "w.example")
    (tmp_path / "witness.toml").write_text(text)
    with pytest.raises(WitnessError, match=re.escape(said)) as problem:
        load(tmp_path)
    assert "witness." in problem.value.message
    assert "\n" not in problem.value.message


def test_the_command_line_makes_a_witness_in_three_steps(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GARDEFOU_WITNESS_FOLDER", str(tmp_path / "w"))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert main(["witness", "init", "paper.example/witness"]) == 0
    made = capsys.readouterr()
    assert notes.read_key(made.out.strip().splitlines()[-1]).name == "paper.example/witness"
    assert "PRIVATE" not in made.out + made.err
    assert main(["witness", "watch", str(LOG.key)]) == 0
    assert main(["witness", "watch", str(LOG.key)]) == 0
    lines = [f"{ORIGIN} is watched {when}." for when in ("once the witness is started again", "already")]
    assert capsys.readouterr().out.splitlines() == lines
    assert main(["witness", "watch", "nonsense"]) == 3
    assert capsys.readouterr().err == "gardefou: a verifier key is written NAME+ID+KEY\n"
    assert main(["witness", "evidence"]) == 0
