"""The log's key: made once, kept from others, refused with one line where it cannot be used, and never told."""

import os
import stat
import sys
from base64 import b64encode
from pathlib import Path

import pytest

from gardefou.app.command_signer import CommandSigner
from gardefou.app.errors import LedgerKeyError, SettingsError
from gardefou.app.ledger_key import key_in_use, key_path, make_key, origin_of, signer_of, verifier_keys, verifier_path
from gardefou.app.settings import Settings, check
from gardefou.app.shown_settings import shown, spell
from gardefou.ledger.note import COSIGNATURE, ED25519, SecretKey, read_secret
from gardefou.safeguards.errors import ChangeError

SEED = bytes(range(32))


def settings(folder: Path, **more: object) -> Settings:
    return Settings(data=str(folder), url="https://house.example:8443/", **more)  # type: ignore[arg-type]


def test_a_key_is_made_once_for_its_owner_alone_and_its_verifier_key_lies_beside(tmp_path: Path) -> None:
    mine = settings(tmp_path / "data")
    old = os.umask(0)
    try:
        made = make_key(mine)
    finally:
        os.umask(old)
    assert stat.S_IMODE(key_path(mine).stat().st_mode) == 0o600
    assert made.name == "house.example:8443/ledger"
    assert verifier_path(mine).read_text() == f"{made}\n"
    assert make_key(mine) == made == signer_of(mine).key
    assert read_secret(key_path(mine).read_text()).key == made
    assert sorted(path.name for path in (tmp_path / "data").iterdir()) == ["ledger.key", "ledger.vkey"]
    signature = signer_of(mine).sign(b"head")
    assert made.verifies(b"head", signature)
    # A log keeps its name when the house moves.
    assert origin_of(Settings(data=mine.data, url="https://moved.example")) == made.name
    assert origin_of(settings(tmp_path / "none", ledger_origin="other.example/log")) == "other.example/log"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_key_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    mine = settings(tmp_path)
    make_key(mine)
    key_path(mine).chmod(mode)
    with pytest.raises(LedgerKeyError, match=f"may be read by others .its mode is {mode:04o}.*chmod 600"):
        signer_of(mine)


def test_what_cannot_be_used_is_told_in_one_line_that_never_holds_the_key(tmp_path: Path) -> None:
    mine = settings(tmp_path)
    with pytest.raises(LedgerKeyError, match="is missing: run `gardefou init`"):
        signer_of(mine)
    make_key(mine)
    path, text = key_path(mine), key_path(mine).read_text()
    seed = text.strip().rpartition("+")[2]

    def refused(words: str, using: Settings = mine) -> None:
        with pytest.raises(LedgerKeyError, match=words) as told:
            signer_of(using)
        assert seed not in told.value.message
        assert "\n" not in told.value.message

    refused("is the key of house.example:8443/ledger, and this log is b/log", settings(tmp_path, ledger_origin="b/log"))
    for torn in (text[:30], text[:-9], "", "\xff\xfe", text.replace(seed, seed[:-4])):
        path.write_bytes(torn.encode("latin-1"))
        refused("no signing key|this is no key")
    other = SecretKey(name=origin_of(mine), kind=ED25519, seed=SEED)
    path.write_text(other.unsafe_secret_text())
    refused("another key than the first line of")
    path.write_text(SecretKey(name=origin_of(mine), kind=COSIGNATURE, seed=SEED).unsafe_secret_text())
    refused("the key of a witness")
    path.unlink()
    refused("has published its record under it")
    with pytest.raises(LedgerKeyError, match="put it back"):
        make_key(mine)  # Another is never made in its stead.
    verifier_path(mine).write_text("nonsense\n")
    with pytest.raises(LedgerKeyError, match=r"ledger\.vkey: a verifier key is written NAME"):
        verifier_keys(mine)
    assert key_in_use(mine) == ""


def test_a_house_that_has_published_gets_no_new_key(tmp_path: Path) -> None:
    mine = settings(tmp_path)
    (tmp_path / "ledger").mkdir()
    (tmp_path / "ledger" / "checkpoint").write_text("…")
    with pytest.raises(LedgerKeyError, match="put it back from where you keep it"):
        make_key(mine)


def test_another_key_takes_over_and_the_earlier_one_is_still_known(tmp_path: Path) -> None:
    mine = settings(tmp_path)
    first = make_key(mine)
    second = SecretKey(name=first.name, kind=ED25519, seed=SEED)
    key_path(mine).write_text(second.unsafe_secret_text())
    verifier_path(mine).write_text(f"{second.key}\n{first}\n")
    assert verifier_keys(mine) == (second.key, first)
    assert signer_of(mine).key == second.key


SIGNER = """
import sys
from base64 import b64encode
sys.path.insert(0, {root!r})
from gardefou.ledger.note import read_secret
how = sys.argv[1]
data = sys.stdin.buffer.read()
if how == "late":
    import time
    time.sleep(60)
if how == "fails":
    sys.stderr.write("the secret is 1234")
    sys.exit(3)
made = read_secret(open({key!r}).read()).sign(data + (b"." if how == "other" else b""))
sys.stdout.write({{"short": "AAAA", "junk": "\\xff"}}.get(how) or b64encode(made).decode() + "\\n")
"""


def test_a_command_signs_in_the_keys_stead_and_is_believed_only_by_the_verifier_key(tmp_path: Path) -> None:
    key = SecretKey(name="house.example:8443/ledger", kind=ED25519, seed=SEED)
    (tmp_path / "elsewhere").write_text(key.unsafe_secret_text())
    program = tmp_path / "sign it.py"
    root = str(Path(__file__).parents[3])
    program.write_text(SIGNER.format(root=root, key=str(tmp_path / "elsewhere")))
    command = f"{sys.executable} '{program}' "
    mine = settings(tmp_path / "data", ledger_signer=command + "right")
    with pytest.raises(LedgerKeyError, match=r"ledger\.vkey is missing: write the verifier key"):
        make_key(mine)
    verifier_path(mine).write_text(f"{key.key}\n")
    assert make_key(mine) == key.key
    assert key.key.verifies(b"head", signer_of(mine).sign(b"head"))
    assert not key_path(mine).exists()
    for how, words in (
        ("other", "answers what is no signature by house.example"),
        ("short", "answers what is no signature"),
        ("junk", "does not answer 64 bytes in base64"),
        ("fails", "ended with 3; run it by hand"),
    ):
        with pytest.raises(LedgerKeyError, match=words) as told:
            CommandSigner(command + how, key.key).sign(b"head")
        assert "1234" not in told.value.message
    with pytest.raises(LedgerKeyError, match=r"has not answered within 0\.3 seconds"):
        CommandSigner(command + "late", key.key, patience=0.3).sign(b"head")
    with pytest.raises(LedgerKeyError, match="`/nowhere;` cannot be run"):
        CommandSigner("/nowhere; true", key.key).sign(b"head")  # No shell reads it.


def test_settings_that_no_log_could_be_are_refused_and_a_command_is_shown_by_its_name_alone(tmp_path: Path) -> None:
    for wrong in ("https://house.example/ledger", "two words", "a+b"):
        with pytest.raises(SettingsError, match="ledger_origin: expected a name"):
            check(settings(tmp_path, ledger_origin=wrong))
    with pytest.raises(SettingsError, match="ledger_signer: a quotation mark"):
        check(settings(tmp_path, ledger_signer="sign 'it"))
    assert shown(settings(tmp_path, ledger_signer="/bin/sign --pin 1234"))["ledger_signer"] == "/bin/sign"


def test_the_key_is_agreed_upon_in_its_one_spelling(tmp_path: Path) -> None:
    key = SecretKey(name="a/log", kind=ED25519, seed=SEED).key
    assert spell("ledger_vkey", f" {key}\n") == str(key)
    for wrong in ("", "a/log", str(SecretKey(name="a/log", kind=COSIGNATURE, seed=SEED).key)):
        with pytest.raises(ChangeError):
            spell("ledger_vkey", wrong)
    assert b64encode(SEED).decode() not in str(key)
