"""`gardefou ledger receipt check`: offline, in an empty folder, one line for whatever it does not prove."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from gardefou.app import cli
from gardefou.ledger.checkpoint import Checkpoint
from gardefou.ledger.commitment import commitment
from gardefou.ledger.cosignature import cosign
from gardefou.ledger.entry import Json, encode
from gardefou.ledger.note import COSIGNATURE, ED25519, Note, SecretKey
from gardefou.ledger.receipt import Opening, Receipt, extra_of
from gardefou.ledger.tree import inclusion_proof, leaf_hash, root_of
from tests.house.source import ROOT

pytestmark = pytest.mark.promise(14)

LOG = SecretKey(name="log.example/gardefou", kind=ED25519, seed=b"\1" * 32)
WITNESS = SecretKey(name="witness.example", kind=COSIGNATURE, seed=b"\2" * 32)
STRANGER = SecretKey(name="stranger.example", kind=COSIGNATURE, seed=b"\3" * 32)
SALT = bytes(32)
SUBJECT = Opening(
    commitment=commitment(salt=SALT, tag="account:7", content="@anna\x1b[2J"),
    key="account:7",
    salt=SALT,
    content="@anna\x1b[2J",
)
BODY: dict[str, Json] = {
    "order_kind": "account.hide",
    "subject": SUBJECT.commitment,
    "reason": "spam",
    "rules": ["silence-ordinary"],
    "standing": {"before": "active", "after": "hidden"},
}
ENTRY = encode(kind="order.executed", at=1_509_663_600_000_000, order_id=5, body=BODY)

Said = tuple[int, str, str]
Check = Callable[..., Said]


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Check:
    """Check a receipt in a folder where there is nothing else; the log's key is given unless others are."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANG", "C.UTF-8")
    leaves = [leaf_hash(b"before"), leaf_hash(ENTRY), leaf_hash(b"after")]
    note = Checkpoint(origin=LOG.key.name, size=3, root=root_of(leaves)).signed(LOG)
    signed = Note(
        text=note.text, signatures=(*note.signatures, cosign(note.text, signer=WITNESS, seconds=1_509_663_601))
    )
    receipt = Receipt(index=1, proof=tuple(inclusion_proof(leaves, 1)), note=signed, extra=extra_of(ENTRY, [SUBJECT]))
    (tmp_path / "5.tlog-proof").write_text(str(receipt), "utf-8")

    def run(*arguments: str, keys: tuple[SecretKey, ...] = (LOG,), file: str = "5.tlog-proof") -> Said:
        given = [word for key in keys for word in ("--key", str(key.key))]
        code = cli.main(["ledger", "receipt", "check", file, *given, *arguments])
        return code, *capfd.readouterr()

    return run


def test_it_says_in_words_what_is_proved_and_by_whom(check: Check) -> None:
    code, out, err = check("--witness", str(WITNESS.key))
    assert (code, err) == (0, "")
    for said in (
        "Proved: entry 1 stands in the record of log.example/gardefou.",
        "2 Nov 2017, 23:00:00",
        "Took effect: hide the account",
        "order: 5",
        "reason: spam",
        "rules: silence-ordinary",
        "standing: active → hidden",
        "subject: @anna",
        "Head: 3 entries",
        "signed by log.example/gardefou",
        "witness.example signed this head on 2 Nov 2017, 23:00:01",
    ):
        assert said in out.replace("\N{NO-BREAK SPACE}", " ")
    # What somebody was called moves nobody's cursor.
    assert "\x1b" not in out


def test_it_says_so_in_french_to_a_french_terminal(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")
    code, out, _ = check()
    assert code == 0
    assert "l’entrée 1 figure au registre de log.example/gardefou" in out
    assert "A pris effet" in out
    assert "Seul celui qui tient le registre répond de cette tête" in out


def test_it_says_all_of_it_to_a_machine(check: Check) -> None:
    code, out, _ = check("--json", "--witness", str(WITNESS.key))
    said = json.loads(out)
    assert (code, said["proved"], said["index"], said["log"]) == (0, True, 1, LOG.key.name)
    assert said["entry"]["body"] == BODY
    assert said["head"]["size"] == 3
    assert said["cosigned"] == [{"name": "witness.example", "at": "2017-11-02T23:00:01Z"}]
    assert [(one["field"], one["content"]) for one in said["openings"]] == [("subject", SUBJECT.content)]


def test_an_entry_one_has_from_elsewhere_is_what_is_checked(check: Check, tmp_path: Path) -> None:
    (tmp_path / "entry.json").write_bytes(ENTRY)
    (tmp_path / "other").write_bytes(b"after")
    assert check("--entry", "entry.json")[0] == 0
    code, _, err = check("--entry", "other")
    assert (code, "not in the tree" in err) == (1, True)


@pytest.mark.promise(20)
@pytest.mark.parametrize(
    ("arguments", "keys", "code", "said"),
    [
        ((), (STRANGER,), 2, "--key is for logs, --witness for witnesses"),
        ((), (SecretKey(name=LOG.key.name, kind=ED25519, seed=b"\4" * 32),), 1, "no key that is known here"),
        (("--origin", "other.example"), (LOG,), 1, "not of 'other.example'"),
        (("--witness", str(STRANGER.key)), (LOG,), 1, "0 of the witnesses have signed"),
        (("--witness", str(STRANGER.key), "--witness", str(WITNESS.key)), (LOG,), 1, "1 of the witnesses"),
        (("--witness", str(STRANGER.key), "--witness", str(WITNESS.key), "--needed", "1"), (LOG,), 0, ""),
        (("--needed", "1"), (LOG,), 2, "0 witnesses are named"),
        (("--witness", str(WITNESS.key), "--witness", str(WITNESS.key)), (LOG,), 2, "one key is one voice"),
        (("--witness", "nonsense"), (LOG,), 2, "NAME+ID+KEY"),
        (("--entry", "nothing.json"), (LOG,), 2, "cannot be read"),
        ((), (), 2, "--key"),
    ],
)
def test_what_is_not_proved_and_what_cannot_be_read_differ_in_their_exit_codes(
    check: Check, arguments: tuple[str, ...], keys: tuple[SecretKey, ...], code: int, said: str
) -> None:
    found, _, err = check(*arguments, keys=keys)
    assert (found, said in err, err.count("\n")) == (code, True, 1 if code else 0)


@pytest.mark.promise(20)
@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("none", None, "none cannot be read: No such file"),
        ("empty", b"", "empty is no receipt"),
        ("picture", b"\x89PNG\r\n\xff", "picture is no receipt"),
        (".", None, "cannot be read"),
    ],
)
def test_a_file_that_is_no_receipt_is_unreadable(
    check: Check, tmp_path: Path, name: str, data: bytes | None, said: str
) -> None:
    if data is not None:
        (tmp_path / name).write_bytes(data)
    code, out, err = check(file=name)
    assert (code, out, said in err, err.count("\n")) == (2, "", True, 1)


def test_it_needs_no_house_and_loads_no_database(check: Check, tmp_path: Path) -> None:
    """Whoever checks us installs the program and nothing more; what is loaded is what can go wrong."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GARDEFOU_")}
    before = sorted(path.name for path in tmp_path.iterdir())
    script = (
        "import sys\nfrom gardefou.app.cli import main\ncode = main(sys.argv[1:])\n"
        "print([name for name in ('sqlalchemy', 'litestar', 'z3', 'gardefou.app.house') if name in sys.modules])\n"
        "sys.exit(code)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "ledger", "receipt", "check", "-", "--key", str(LOG.key)],
        input=(tmp_path / "5.tlog-proof").read_bytes(),
        cwd=tmp_path,
        env={**kept, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.decode().splitlines()[-1] == "[]"
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_a_name_that_moves_the_cursor_is_shown_without_doing_so(check: Check) -> None:
    code, _out, err = check(file="\x1b[2Jno-such-file")
    assert code == 2
    assert "\x1b" not in err
