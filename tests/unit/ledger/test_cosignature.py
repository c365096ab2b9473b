"""Cosignatures: the bytes that a witness signs and writes, whose they are, and how many are enough."""

import json
from base64 import b64decode
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gardefou.ledger import note
from gardefou.ledger.cosignature import Policy, cosign, cosigned, message
from gardefou.ledger.errors import NoteError
from gardefou.ledger.note import COSIGNATURE, ED25519, Note, SecretKey, SignatureLine, VerifierKey, read_key
from tests.factories.published import LOG, OTHER, WITNESS, head_over, some_entries

OURS = json.loads((Path(__file__).parents[2] / "vectors" / "notes.json").read_text("utf-8"))["ours"]
HEAD = head_over(some_entries(3))
AT = 1_509_667_200
#: The example of C2SP tlog-cosignature; its witness's key is not printed there.
EXAMPLE_TEXT = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
EXAMPLE = (
    f"{EXAMPLE_TEXT}\n"
    "\u2014 example.com/behind-the-sofa "
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    "\u2014 witness.example.com/w1 "
    "jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
)


def with_lines(*lines: SignatureLine) -> Note:
    return Note(text=HEAD.text, signatures=(*HEAD.signatures, *lines))


@pytest.mark.promise(14)
def test_the_bytes_are_those_built_by_the_specification_alone() -> None:
    assert str(WITNESS.key) == OURS["witness"]
    assert message(OURS["text"], seconds=OURS["seconds"]).hex() == OURS["message"]
    line = cosign(OURS["text"], signer=WITNESS, seconds=OURS["seconds"])
    assert OURS["note"].endswith(f"{line}\n")
    found = note.read(OURS["note"].encode())
    assert cosigned(found, [WITNESS.key, OTHER.key]) == {read_key(OURS["witness"]): OURS["seconds"]}


@pytest.mark.promise(14)
def test_the_specifications_own_example_is_laid_out_as_we_read_it() -> None:
    found = note.read(EXAMPLE.encode())
    line = found.signatures[1]
    assert (line.name, line.id.hex(), len(line.signature)) == ("witness.example.com/w1", "8d66cf3f", 8 + 64)
    assert int.from_bytes(line.signature[:8], "big") == 1_679_315_147
    assert message(found.text, seconds=1_679_315_147) == b"cosignature/v1\ntime 1679315147\n" + EXAMPLE_TEXT.encode()


@pytest.mark.promise(14)
def test_any_changed_byte_of_a_cosigned_checkpoint_loses_its_witness() -> None:
    data = str(with_lines(cosign(HEAD.text, signer=WITNESS, seconds=AT))).encode()
    assert cosigned(note.read(data), [WITNESS.key]) == {WITNESS.key: AT}
    logs = data.index("\u2014".encode()), data.index(b"\xe2\x80\x94 witness")
    for place in (place for place in range(len(data)) if not logs[0] <= place < logs[1]):
        for bit in range(8):
            wrong = bytearray(data)
            wrong[place] ^= 1 << bit
            with suppress(NoteError):
                assert cosigned(note.read(bytes(wrong)), [WITNESS.key]) == {}


@pytest.mark.parametrize("time", [AT + 1, 0, 2**63 - 1, 2**63, 2**64 - 1])
def test_a_time_that_the_witness_did_not_say_is_refused(time: int) -> None:
    line = cosign(HEAD.text, signer=WITNESS, seconds=AT)
    moved = SignatureLine(name=line.name, id=line.id, signature=time.to_bytes(8, "big") + line.signature[8:])
    with pytest.raises(NoteError, match="does not verify"):
        cosigned(with_lines(moved), [WITNESS.key])


@pytest.mark.parametrize("late", [253_402_300_800, 2**63 - 1, 2**63])
def test_a_time_that_no_calendar_shows_is_refused_though_it_is_signed(late: int) -> None:
    made = WITNESS.sign(message(HEAD.text, seconds=late))
    line = SignatureLine(name=WITNESS.key.name, id=WITNESS.key.id, signature=late.to_bytes(8, "big") + made)
    with pytest.raises(NoteError, match="does not verify"):
        cosigned(with_lines(line), [WITNESS.key])
    for wrong in (late, -1, 2**64):
        with pytest.raises(NoteError, match="no time"):
            cosign(HEAD.text, signer=WITNESS, seconds=wrong)


@pytest.mark.parametrize("length", [0, 1, 8, 64, 71, 73])
def test_a_line_of_another_length_is_refused(length: int) -> None:
    line = cosign(HEAD.text, signer=WITNESS, seconds=AT)
    cut = SignatureLine(name=line.name, id=line.id, signature=(line.signature + b"\0")[:length])
    with pytest.raises(NoteError, match="does not verify"):
        cosigned(with_lines(cut), [WITNESS.key])


def test_a_logs_key_cosigns_nothing_and_its_signature_is_no_cosignature() -> None:
    with pytest.raises(NoteError, match="no witness's key"):
        cosign(HEAD.text, signer=LOG, seconds=AT)
    assert cosigned(HEAD, [LOG.key]) == {}


def test_a_plain_signature_by_a_witnesss_key_is_no_cosignature() -> None:
    plain = SignatureLine(name=WITNESS.key.name, id=WITNESS.key.id, signature=WITNESS.sign(HEAD.text.encode()))
    with pytest.raises(NoteError, match="does not verify"):
        cosigned(with_lines(plain), [WITNESS.key])


def test_a_witness_signs_a_head_once() -> None:
    line = cosign(HEAD.text, signer=WITNESS, seconds=AT)
    with pytest.raises(NoteError, match="signed twice"):
        cosigned(with_lines(line, cosign(HEAD.text, signer=WITNESS, seconds=AT + 9)), [WITNESS.key])


def test_a_signer_that_makes_nonsense_cosigns_nothing() -> None:
    class Broken:
        key = WITNESS.key

        def sign(self, message: bytes) -> bytes:  # noqa: ARG002  # the port's shape
            return bytes(64)

    with pytest.raises(NoteError, match="no signature of this key"):
        cosign(HEAD.text, signer=Broken(), seconds=AT)


THIRD = SecretKey(name="witness.example/w3", kind=COSIGNATURE, seed=bytes(32))
ALL = (WITNESS.key, OTHER.key, THIRD.key)


@pytest.mark.promise(14)
@pytest.mark.parametrize(
    ("n", "seen", "met"),
    [
        (1, {}, None),
        (1, {WITNESS.key: 5}, 5),
        (1, {WITNESS.key: 5, OTHER.key: 9}, 9),
        (2, {WITNESS.key: 5}, None),
        (2, {WITNESS.key: 5, OTHER.key: 9}, 5),
        (2, {WITNESS.key: 5, OTHER.key: 9, THIRD.key: 7}, 7),
        (3, {WITNESS.key: 5, OTHER.key: 9, THIRD.key: 7}, 5),
        (4, {WITNESS.key: 5, OTHER.key: 9, THIRD.key: 7}, None),
        (0, {WITNESS.key: 5}, None),
        (-1, {WITNESS.key: 5}, None),
        (1, {LOG.key: 5}, None),
    ],
)
def test_enough_is_so_many_of_these(n: int, seen: dict[VerifierKey, int], met: int | None) -> None:
    assert Policy(n=n, witnesses=ALL).met_at(seen) == met


@pytest.mark.promise(14)
def test_one_witness_counts_once_whatever_keys_and_names_it_goes_by() -> None:
    second_key = SecretKey(name=WITNESS.key.name, kind=COSIGNATURE, seed=bytes(32)).key
    second_name = VerifierKey(name="witness.example/alias", kind=COSIGNATURE, public=WITNESS.key.public)
    for double in (WITNESS.key, second_key, second_name):
        policy = Policy(n=2, witnesses=(WITNESS.key, double, OTHER.key))
        assert policy.met_at({WITNESS.key: 5, double: 6}) is None
        assert policy.met_at({WITNESS.key: 5, double: 6, OTHER.key: 4}) == 4


@given(times=st.lists(st.integers(0, 99), min_size=3, max_size=3), n=st.integers(1, 3), later=st.integers(0, 50))
def test_a_later_cosignature_never_makes_enough_earlier(times: list[int], n: int, later: int) -> None:
    seen = dict(zip(ALL, times, strict=True))
    before = Policy(n=n, witnesses=ALL).met_at(seen)
    seen[ALL[0]] += later
    after = Policy(n=n, witnesses=ALL).met_at(seen)
    assert before is not None
    assert after is not None
    assert before <= after


def test_the_two_types_of_key_have_two_ids() -> None:
    as_log = SecretKey(name=WITNESS.key.name, kind=ED25519, seed=bytes(range(32, 64))).key
    assert as_log.public == WITNESS.key.public
    assert as_log.id != WITNESS.key.id
    assert b64decode(str(WITNESS.key).rpartition("+")[2])[0] == 4
