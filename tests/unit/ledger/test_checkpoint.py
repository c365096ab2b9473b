"""Checkpoints: what is read is what was signed, in its one spelling, of the log that is meant."""

import json
from base64 import b64encode
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gardefou.ledger import checkpoint, note
from gardefou.ledger.checkpoint import Checkpoint
from gardefou.ledger.errors import NoteError
from gardefou.ledger.note import ED25519, SecretKey

OURS = json.loads((Path(__file__).parents[2] / "vectors" / "notes.json").read_text("utf-8"))["ours"]
KEY = SecretKey(name="house.example/ledger", kind=ED25519, seed=bytes(range(32)))
ROOT = b64encode(bytes(range(32))).decode()
GOOD = f"house.example/ledger\n8\n{ROOT}\n"


def sized(size: str) -> str:
    return GOOD.replace("\n8\n", f"\n{size}\n")


@pytest.mark.promise(14)
def test_a_checkpoint_built_by_the_specification_alone_is_opened() -> None:
    found, whole = checkpoint.opened(OURS["note"].encode(), keys=[KEY.key], origin=KEY.key.name)
    assert (found.origin, found.size, found.extensions) == (KEY.key.name, 8, ("an extension",))
    assert found.root.hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    assert (found.text, whole.text) == (OURS["text"], OURS["text"])


@pytest.mark.promise(14)
@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(GOOD[:-1], id="no last newline"),
        pytest.param(GOOD.replace("\n", "\r\n"), id="CRLF"),
        pytest.param(sized("08"), id="a leading zero"),
        pytest.param(sized("00"), id="two zeroes"),
        pytest.param(sized("+8"), id="a plus"),
        pytest.param(sized("-8"), id="a minus"),
        pytest.param(sized(" 8"), id="a space"),
        pytest.param(sized("8_0"), id="an underscore"),
        pytest.param(sized("\u0668"), id="an Arabic digit"),
        pytest.param(sized("\u00b2"), id="a raised digit"),
        pytest.param(sized("0x8"), id="hexadecimal"),
        pytest.param(sized(""), id="no size"),
        pytest.param(sized(str(2**63)), id="past 2^63"),
        pytest.param(sized("9" * 10_000), id="thousands of digits"),
        pytest.param(GOOD.replace(ROOT, ROOT[:-1]), id="base64 without its end"),
        pytest.param(GOOD.replace("Hh8=", "Hh9="), id="base64 with bits to spare"),
        pytest.param(GOOD.replace(ROOT, b64encode(bytes(31)).decode()), id="a short root"),
        pytest.param(GOOD.replace(ROOT, b64encode(bytes(33)).decode()), id="a long root"),
        pytest.param(GOOD.replace(ROOT, ROOT.replace("/", "_").replace("A", "-")), id="base64 for addresses"),
        pytest.param(GOOD.replace("house.example/ledger", ""), id="no origin"),
        pytest.param(GOOD + "\n", id="an empty extension"),
        pytest.param(f"house.example/ledger\n8\n\n{ROOT}\n", id="an empty line"),
        pytest.param("house.example/ledger\n8\n", id="no root"),
        pytest.param("", id="nothing"),
    ],
)
def test_what_is_no_checkpoint_is_refused_though_it_is_signed(wrong: str) -> None:
    checkpoint.opened(str(note.sign(GOOD, KEY)).encode(), keys=[KEY.key])
    with pytest.raises(NoteError, match=r"."):
        checkpoint.read(wrong)
    if wrong.endswith("\n") and "\r" not in wrong:
        with pytest.raises(NoteError, match=r"."):
            checkpoint.opened(str(note.sign(wrong, KEY)).encode(), keys=[KEY.key])


@pytest.mark.parametrize("size", [0, 1, 2**63 - 1])
def test_sizes_are_read_up_to_the_largest(size: int) -> None:
    assert checkpoint.read(sized(str(size))).size == size


@pytest.mark.promise(14)
def test_any_changed_byte_of_a_checkpoint_is_refused() -> None:
    data = str(Checkpoint(origin=KEY.key.name, size=8, root=bytes(range(32))).signed(KEY)).encode()
    for place in range(len(data)):
        for bit in range(8):
            wrong = bytearray(data)
            wrong[place] ^= 1 << bit
            with pytest.raises(NoteError, match=r"."):
                checkpoint.opened(bytes(wrong), keys=[KEY.key], origin=KEY.key.name)


def test_a_checkpoint_of_another_log_is_refused() -> None:
    other = Checkpoint(origin="other.example/ledger", size=8, root=bytes(32)).signed(KEY)
    with pytest.raises(NoteError, match=r"of 'other\.example/ledger', not of 'house"):
        checkpoint.opened(str(other).encode(), keys=[KEY.key], origin=KEY.key.name)


def test_a_log_does_not_speak_for_another_whose_key_is_known_too() -> None:
    other = SecretKey(name="other.example/ledger", kind=ED25519, seed=bytes(32))
    forged = Checkpoint(origin=KEY.key.name, size=8, root=bytes(32)).signed(other)
    with pytest.raises(NoteError, match="which has not signed it"):
        checkpoint.opened(str(forged).encode(), keys=[KEY.key, other.key])


@pytest.mark.parametrize(
    "wrong",
    [
        Checkpoint(origin="", size=8, root=bytes(32)),
        Checkpoint(origin="two words", size=8, root=bytes(32)),
        Checkpoint(origin="a", size=-1, root=bytes(32)),
        Checkpoint(origin="a", size=2**63, root=bytes(32)),
        Checkpoint(origin="a", size=8, root=bytes(31)),
        Checkpoint(origin="a", size=8, root=bytes(32), extensions=("",)),
        Checkpoint(origin="a", size=8, root=bytes(32), extensions=("two\nlines",)),
    ],
)
def test_what_nobody_could_read_is_not_signed(wrong: Checkpoint) -> None:
    with pytest.raises(NoteError, match=r"."):
        wrong.signed(KEY)


@given(text=st.text(st.characters()) | st.text("0189\n=AB/+ \ud800"))
def test_no_text_ends_in_another_error(text: str) -> None:
    for reader in (checkpoint.read, checkpoint.number):
        with suppress(NoteError):
            reader(text)
    with suppress(NoteError):
        assert checkpoint.read(GOOD + text).text == GOOD + text
