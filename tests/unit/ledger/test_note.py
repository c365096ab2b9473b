"""Signed notes: the one of Go's documentation byte for byte, ours as built elsewhere, and whatever is no note."""

import json
from base64 import b64encode
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from gardefou.ledger import note
from gardefou.ledger.errors import NoteError
from gardefou.ledger.note import (
    COSIGNATURE,
    ED25519,
    Note,
    SecretKey,
    VerifierKey,
    by_known,
    read_key,
    read_secret,
    verified,
)

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "notes.json").read_text("utf-8"))
GO, OURS = VECTORS["go"], VECTORS["ours"]
WHOLE = f"{GO['text']}\n{GO['signature']}"
GO_KEY = read_key(GO["key"])
KEY = SecretKey(name="house.example/ledger", kind=ED25519, seed=bytes(range(32)))
NOTE = str(note.sign("a line\n", KEY))
LINE = NOTE.removeprefix("a line\n\n")


@pytest.mark.promise(14)
def test_the_note_of_gos_documentation_is_opened_and_signed_byte_for_byte() -> None:
    found = note.read(WHOLE.encode())
    assert found.text == GO["text"]
    assert verified(found, [GO_KEY]) == (GO_KEY,)
    assert str(found) == WHOLE
    secret = read_secret(GO["secret"])
    assert str(secret.key) == GO["key"]
    assert secret.unsafe_secret_text() == GO["secret"]
    assert str(note.sign(GO["text"], secret)) == WHOLE


@pytest.mark.promise(14)
def test_a_note_built_by_the_specification_alone_is_ours_byte_for_byte() -> None:
    assert str(KEY.key) == OURS["log"]
    assert str(note.sign(OURS["text"], KEY)) == OURS["note"].rpartition("\u2014 witness")[0]
    assert verified(note.read(OURS["note"].encode()), [KEY.key]) == (KEY.key,)


@pytest.mark.promise(14)
def test_any_changed_byte_of_a_note_is_refused() -> None:
    """Each byte in turn, each of its bits: in the text, in the name, in the id, in the signature."""
    data = WHOLE.encode()
    for place in range(len(data)):
        for bit in range(8):
            wrong = bytearray(data)
            wrong[place] ^= 1 << bit
            with pytest.raises(NoteError, match=r"."):
                verified(note.read(bytes(wrong)), [GO_KEY])


@pytest.mark.promise(14)
@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(NOTE[:-1], id="no last newline"),
        pytest.param(NOTE.replace("\n", "\r\n"), id="CRLF"),
        pytest.param(NOTE.replace("a line", "a\tline"), id="a tab"),
        pytest.param(NOTE.replace("a line", "a\0line"), id="a zero"),
        pytest.param(NOTE.replace("\n\n", "\n"), id="no empty line"),
        pytest.param("a line\n\n", id="no signature"),
        pytest.param("a line\n", id="text alone"),
        pytest.param("", id="nothing"),
        pytest.param("\n\n", id="newlines"),
        pytest.param(NOTE + "\n", id="an empty line behind"),
        pytest.param(NOTE + "more\n", id="no signature behind"),
        pytest.param("a line\n\n" + LINE * 101, id="101 signatures"),
        pytest.param(NOTE.replace("\u2014", "-"), id="a short dash"),
        pytest.param(NOTE.replace("\u2014 ", "\u2014"), id="no space"),
        pytest.param(NOTE.replace("\u2014 ", "\u2014  "), id="two spaces"),
        pytest.param(NOTE.replace("=", ""), id="base64 without its end"),
        pytest.param(NOTE.replace("=\n", "==\n"), id="base64 with another end"),
        pytest.param(NOTE[:-1] + " \n", id="a space behind"),
        pytest.param(f"a line\n\n\u2014 name {b64encode(b'four').decode()}\n", id="an id alone"),
        pytest.param("a line\n\n\u2014 name\n", id="a name alone"),
        pytest.param("a line\n\n\u2014 name \n", id="a name and nothing"),
        pytest.param("a" * 1_000_000 + "\n\n" + LINE, id="too long"),
        *(
            pytest.param(NOTE.replace("house", f"ho{space}use"), id=f"U+{ord(space):04X} in a name")
            for space in "\u00a0\u1680\u2003\u2028\u2029\u202f\u205f\u3000\u0085+"
        ),
    ],
)
def test_what_is_no_note_is_refused(wrong: str) -> None:
    assert note.read(NOTE.encode()).text == "a line\n"
    with pytest.raises(NoteError, match=r"."):
        note.read(wrong.encode())


def test_bytes_that_are_no_utf8_are_refused() -> None:
    for wrong in (b"\xff", b"\xed\xa0\x80", b"\xc0\x80"):
        with pytest.raises(NoteError, match="UTF-8"):
            note.read(NOTE.encode().replace(b"line", wrong))


def test_a_text_may_have_empty_lines_and_look_signed_itself() -> None:
    """The last empty line divides: what stands before it was signed, whatever it looks like."""
    text = f"above\n\n{LINE}\n\n"
    signed = note.sign(text, KEY)
    assert note.read(str(signed).encode()) == signed
    assert verified(note.read(str(signed).encode()), [KEY.key]) == (KEY.key,)


def test_a_hundred_signatures_are_read() -> None:
    strangers = [SecretKey(name=f"n{number}", kind=ED25519, seed=bytes([number] * 32)) for number in range(99)]
    lines = "".join(str(note.sign("a line\n", one)).removeprefix("a line\n\n") for one in strangers)
    assert len(note.read(f"{NOTE}{lines}".encode()).signatures) == 100


def test_a_stranger_is_passed_over_and_a_known_key_that_fails_condemns() -> None:
    stranger = SecretKey(name="stranger", kind=ED25519, seed=bytes(32))
    both = note.read(
        f"{NOTE}{str(note.sign('a line' + chr(10), stranger)).removeprefix('a line' + 2 * chr(10))}".encode()
    )
    assert verified(both, [KEY.key]) == (KEY.key,)
    with pytest.raises(NoteError, match="no key that is known here"):
        verified(both, [SecretKey(name="third", kind=ED25519, seed=bytes(32)).key])
    swapped = Note(text="another line\n", signatures=both.signatures)
    with pytest.raises(NoteError, match="does not verify"):
        verified(swapped, [KEY.key])
    one_bad = Note(text=both.text, signatures=(both.signatures[0], *note.sign("b\n", stranger).signatures))
    with pytest.raises(NoteError, match="stranger does not verify"):
        verified(one_bad, [KEY.key, stranger.key])


def test_a_key_signs_once() -> None:
    with pytest.raises(NoteError, match="signed twice"):
        verified(note.read((NOTE + LINE).encode()), [KEY.key])


def test_a_key_by_another_name_has_not_signed() -> None:
    named = VerifierKey(name="house.example", kind=ED25519, public=KEY.key.public)
    with pytest.raises(NoteError, match="no key that is known here"):
        verified(note.read(NOTE.encode()), [named])


def test_a_witness_signs_no_note_and_no_note_is_believed_for_its_sake() -> None:
    witness = SecretKey(name="w", kind=COSIGNATURE, seed=bytes(32))
    with pytest.raises(NoteError, match="cosignatures alone"):
        note.sign("a line\n", witness)
    made = note.SignatureLine(name="w", id=witness.key.id, signature=witness.sign(b"a line\n"))
    with pytest.raises(NoteError, match="no key that is known here"):
        verified(Note(text="a line\n", signatures=(made,)), [witness.key])


class BrokenSigner:
    """A signer in another program, which hands back what it is told to."""

    key = KEY.key

    def __init__(self, made: bytes) -> None:
        self.made = made

    def sign(self, message: bytes) -> bytes:  # noqa: ARG002  # the port's shape
        """Hand it back."""
        return self.made


@pytest.mark.parametrize("made", [b"", bytes(64), KEY.sign(b"another line\n"), KEY.sign(b"a line\n") + b"\n"])
def test_what_a_signer_hands_back_is_verified_before_it_is_used(made: bytes) -> None:
    with pytest.raises(NoteError, match="has made no signature of this key"):
        note.sign("a line\n", BrokenSigner(made))


@pytest.mark.parametrize("text", ["a line", "", "a\rline\n", "a\x1fline\n", "\ud800\n"])
def test_what_no_note_can_hold_is_not_signed(text: str) -> None:
    with pytest.raises(NoteError, match="plain text"):
        note.sign(text, KEY)


def test_two_keys_that_cannot_be_told_apart_are_refused() -> None:
    class Twin(VerifierKey):
        """A key whose id is another's."""

        @property
        def id(self) -> bytes:
            return KEY.key.id

    twin = Twin(name=KEY.key.name, kind=ED25519, public=bytes(32))
    with pytest.raises(NoteError, match="one name and one id"):
        by_known(note.read(NOTE.encode()), [KEY.key, twin])
    assert len(by_known(note.read(NOTE.encode()), [KEY.key, KEY.key])) == 1


def written(name: str, kind: int, public: bytes) -> str:
    """Write a verifier key whose id fits, whatever else does not."""
    return f"{name}+{note.key_id(name, kind, public).hex()}+{b64encode(bytes([kind]) + public).decode()}"


PUBLIC = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key().public_bytes_raw()


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "+",
        "++",
        "name",
        "name+c74f20a3",
        GO["key"].replace("c74f20a3", "c74f20a4"),
        GO["key"].replace("c74f20a3", "C74F20A3"),
        GO["key"].replace("c74f20a3", "\udcff"),
        GO["key"].replace("PeterNeumann", "Peter Neumann"),
        GO["key"].replace("PeterNeumann", "\udcff"),
        GO["key"][:-1],
        GO["key"] + "=",
        GO["key"].replace("TW", "TX"),
        written("", ED25519, PUBLIC),
        written("a\u00a0b", ED25519, PUBLIC),
        written("name", 2, PUBLIC),
        written("name", 0, PUBLIC),
        written("name", ED25519, PUBLIC + b"\0"),
        written("name", ED25519, b""),
    ],
)
def test_what_is_no_verifier_key_is_refused(wrong: str) -> None:
    assert read_key(written("name", ED25519, PUBLIC)).public == PUBLIC
    with pytest.raises(NoteError, match=r"."):
        read_key(wrong)


SECRET_PART = GO["secret"].rpartition("+")[2]


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        GO["key"],
        GO["secret"].removeprefix("PRIVATE+KEY+"),
        GO["secret"].replace("c74f20a3", "c74f20a4"),
        GO["secret"].replace("PeterNeumann", "PeterNewman"),
        GO["secret"][:-4],
        GO["secret"] + "====",
        GO["secret"].replace("AYEK", "AoEK"),
        GO["secret"].replace("PeterNeumann", "\ud800"),
    ],
)
def test_what_is_no_signing_key_is_refused_and_never_repeated(wrong: str) -> None:
    with pytest.raises(NoteError, match=r"no signing key|no name") as raised:
        read_secret(wrong)
    assert SECRET_PART[4:-4] not in f"{raised.value!r} {raised.value.__cause__!r} {raised.value.__context__!r}"


def test_a_second_spelling_of_a_signing_key_is_refused() -> None:
    """Base64 of 33 bytes has no bits to spare; of 32, refused for its length, it has."""
    short = SECRET_PART[:-1] + "="
    with pytest.raises(NoteError, match="no signing key"):
        read_secret(GO["secret"].replace(SECRET_PART, short))


@pytest.mark.parametrize("reader", [read_key, read_secret, note.named, note.from_base64, note.read_lines])
@given(text=st.text(st.characters()) | st.text("PRIVATEKY+=\u2014 \nAa0\ud800"))
def test_no_text_ends_in_another_error(reader: Callable[[str], object], text: str) -> None:
    with suppress(NoteError):
        reader(text)


@given(data=st.binary() | st.binary().map(lambda some: NOTE.encode() + some))
def test_no_bytes_end_in_another_error(data: bytes) -> None:
    with suppress(NoteError):
        assert str(note.read(data)).encode() == data


@given(at=st.integers(0, len(NOTE.encode()) - 1), put=st.binary(max_size=3), cut=st.integers(0, 3))
def test_a_note_with_something_put_in_or_taken_out_is_refused(at: int, put: bytes, cut: int) -> None:
    data = NOTE.encode()
    changed = data[:at] + put + data[at + cut :]
    if changed == data:
        return
    with pytest.raises(NoteError, match=r"."):
        verified(note.read(changed), [KEY.key])
