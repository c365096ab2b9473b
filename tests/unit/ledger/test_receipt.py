"""Receipts: read in one spelling, believed under a known key alone, opened only by what hashes to what they prove."""

import json
from base64 import b64encode
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gardefou.ledger import checkpoint, receipt
from gardefou.ledger.checkpoint import Checkpoint
from gardefou.ledger.commitment import commitment
from gardefou.ledger.entry import canonical, encode
from gardefou.ledger.errors import NoteError, ProofError, ReceiptError
from gardefou.ledger.note import ED25519, SecretKey
from gardefou.ledger.receipt import Opening, Receipt, check, extra_of
from gardefou.ledger.tree import leaf_hash, verify_inclusion
from tests.factories.published import LOG, receipt_for, some_entries

SALT = bytes(range(32))
NAME = Opening(
    commitment=commitment(salt=SALT, tag="person:12", content="Reviewer 12"),
    key="person:12",
    salt=SALT,
    content="Reviewer 12",
)
TEXT = Opening(
    commitment=commitment(salt=SALT, tag="text", content="« Désolé »"), key=None, salt=SALT, content="« Désolé »"
)
OURS = encode(
    kind="case.closed", at=7, order_id=None, body={"case": "3", "who": NAME.commitment, "why": TEXT.commitment}
)
ENTRIES = [*some_entries(3), OURS, *some_entries(4)]
GOOD = receipt_for(ENTRIES, 3, [NAME, TEXT])
DATA = str(GOOD).encode()


@pytest.mark.promise(14)
def test_a_receipt_proves_its_entry_and_opens_what_its_reader_may_see() -> None:
    found = check(receipt.read(DATA), keys=[LOG.key], origin=LOG.key.name)
    assert found.line is not None
    assert (found.checkpoint.size, found.line.body["case"], found.openings) == (8, "3", (NAME, TEXT))
    assert receipt.read(DATA) == GOOD


@pytest.mark.promise(14)
def test_a_receipt_is_laid_out_as_the_specification_says() -> None:
    lines = DATA.decode().split("\n")
    assert lines[0] == "c2sp.org/tlog-proof@v1"
    assert lines[1].startswith("extra ")
    assert lines[2] == "index 3"
    assert lines[3:6] == [b64encode(step).decode() for step in GOOD.proof]
    assert lines[6] == ""
    assert "\n".join(lines[7:]) == str(GOOD.note)
    assert str(replace(GOOD, extra=b"")).split("\n")[1] == "index 3"


@pytest.mark.promise(14)
def test_another_tool_needs_the_entry_and_nothing_of_ours() -> None:
    """What rides along is left out, and the rest is a proof as C2SP has it."""
    bare = receipt.read(str(replace(GOOD, extra=b"")).encode())
    head, _ = checkpoint.opened(str(bare.note).encode(), keys=[LOG.key])
    verify_inclusion(leaf=leaf_hash(OURS), index=bare.index, size=head.size, proof=bare.proof, root=head.root)
    with pytest.raises(ReceiptError, match="carries no entry"):
        check(bare, keys=[LOG.key])


@pytest.mark.promise(14)
def test_any_changed_byte_of_a_receipt_is_refused() -> None:
    """Each byte in turn; what is not signed, the openings, hashes to what is."""
    assert len(DATA) > 1_000
    for place in range(len(DATA)):
        for change in (1, 32, 128):
            wrong = bytearray(DATA)
            wrong[place] ^= change
            with pytest.raises((ReceiptError, NoteError, ProofError), match=r"."):
                check(receipt.read(bytes(wrong)), keys=[LOG.key], origin=LOG.key.name)


@pytest.mark.promise(14)
def test_any_changed_byte_of_what_rides_along_is_refused() -> None:
    """Behind the base64: whatever is not hashed has one spelling."""
    for place in range(len(GOOD.extra)):
        for change in (1, 32, 128):
            wrong = bytearray(GOOD.extra)
            wrong[place] ^= change
            with pytest.raises((ReceiptError, ProofError), match=r"."):
                check(replace(GOOD, extra=bytes(wrong)), keys=[LOG.key])


@pytest.mark.promise(14)
def test_a_proof_a_node_too_long_or_too_short_is_refused() -> None:
    for proof in (GOOD.proof[:-1], GOOD.proof[1:], (*GOOD.proof, GOOD.proof[-1]), (GOOD.proof[0], *GOOD.proof), ()):
        with pytest.raises(ProofError, match="must have 3"):
            check(receipt.read(str(replace(GOOD, proof=proof)).encode()), keys=[LOG.key])


def test_a_receipt_is_under_the_right_logs_head() -> None:
    other = SecretKey(name="other.example/ledger", kind=ED25519, seed=bytes(32))
    with pytest.raises(NoteError, match="no key that is known here"):
        check(GOOD, keys=[other.key])
    with pytest.raises(NoteError, match="not of 'other"):
        check(GOOD, keys=[LOG.key], origin=other.key.name)
    with pytest.raises(NoteError, match="no key"):
        check(GOOD, keys=[])


def test_another_entry_or_another_place_is_not_proved() -> None:
    with pytest.raises(ProofError, match="not in the tree"):
        check(replace(GOOD, extra=extra_of(ENTRIES[2])), keys=[LOG.key])
    with pytest.raises(ProofError, match="not in the tree"):
        check(replace(GOOD, index=2), keys=[LOG.key])
    with pytest.raises(ProofError, match="no entry 8 in a tree of 8"):
        check(replace(GOOD, index=8), keys=[LOG.key])


def test_a_node_is_no_entry() -> None:
    """The two children of a node, given as an entry one level up, hash otherwise: leaves are marked."""
    children = leaf_hash(ENTRIES[0]) + leaf_hash(ENTRIES[1])
    with pytest.raises((ReceiptError, ProofError), match=r"."):
        check(replace(GOOD, index=0, proof=GOOD.proof[1:], extra=extra_of(children.hex().encode())), keys=[LOG.key])


@pytest.mark.parametrize(
    "wrong",
    [
        replace(NAME, content="Reviewer 13"),
        replace(NAME, key="person:13"),
        replace(NAME, key=None),
        replace(NAME, key="text"),
        replace(TEXT, key="text"),
        replace(NAME, salt=bytes(32)),
        replace(NAME, salt=SALT[:-1]),
        replace(NAME, salt=b""),
        replace(NAME, commitment=TEXT.commitment),
        replace(NAME, commitment=NAME.commitment.upper()),
        replace(NAME, key="person\0:12"),
        Opening(
            commitment=commitment(salt=SALT, tag="person:9", content="Else"), key="person:9", salt=SALT, content="Else"
        ),
    ],
    ids=range(12),
)
def test_an_opening_of_anything_else_is_refused(wrong: Opening) -> None:
    """Nobody else's name, and nothing that this entry does not commit to."""
    assert check(replace(GOOD, extra=extra_of(OURS, [TEXT])), keys=[LOG.key]).openings == (TEXT,)
    with pytest.raises(ReceiptError, match="an opening of it"):
        check(replace(GOOD, extra=extra_of(OURS, [TEXT, wrong])), keys=[LOG.key])


ODD: tuple[Any, ...] = (1, None, [], {}, True, "\0", ["person:12"])
CARRIED = json.loads(GOOD.extra)
FIRST = CARRIED["openings"][0]


@pytest.mark.parametrize(
    "extra",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"entry"',
        b"\xff",
        b"[" * 100_000,
        canonical({"entry": OURS.decode()}),
        canonical({"openings": []}),
        canonical({"entry": 1, "openings": []}),
        canonical({"entry": OURS.decode(), "openings": "all"}),
        canonical({"entry": OURS.decode(), "openings": {"a": 1}}),
        canonical({"entry": OURS.decode(), "openings": [1]}),
        *(
            canonical({"entry": OURS.decode(), "openings": [{**FIRST, field: value}]})
            for field in ("commitment", "key", "salt", "content")
            for value in ODD
        ),
        canonical({"entry": OURS.decode(), "openings": [{**FIRST, "salt": FIRST["salt"].upper()}]}),
        canonical({"entry": OURS.decode(), "openings": [{**FIRST, "salt": " " + FIRST["salt"]}]}),
        canonical({"entry": OURS.decode() + " ", "openings": []}),
        GOOD.extra + b" ",
        json.dumps(CARRIED).encode(),
        GOOD.extra.decode().encode("utf-16"),
        GOOD.extra.replace(b'{"entry"', b'{"a":0.5,"entry"'),
        GOOD.extra.replace(b'{"entry"', b'{"a":9007199254740993,"entry"'),
        GOOD.extra.replace(b'{"entry"', b'{"a":"\\ud800","entry"'),
        GOOD.extra.replace(b'"Reviewer 12"', b'"\\ud800"'),
    ],
    ids=range(51),
)
def test_what_rides_along_is_an_entry_and_openings_in_one_spelling(extra: bytes) -> None:
    with pytest.raises((ReceiptError, ProofError), match=r"."):
        check(replace(GOOD, extra=extra), keys=[LOG.key])


def test_fields_added_later_do_not_stop_a_reader() -> None:
    more = canonical({**CARRIED, "what": "later"})
    assert check(replace(GOOD, extra=more), keys=[LOG.key]).openings == (NAME, TEXT)


def test_what_the_log_signed_and_is_no_entry_is_no_receipt() -> None:
    content = b'{"v":1}'
    head = Checkpoint(origin=LOG.key.name, size=1, root=leaf_hash(content)).signed(LOG)
    with pytest.raises(ReceiptError, match="carries no entry"):
        check(Receipt(index=0, proof=(), note=head, extra=extra_of(content)), keys=[LOG.key])


TEXTUAL = DATA.decode()
HASH = b64encode(GOOD.proof[0]).decode()


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param("", id="nothing"),
        pytest.param("\n\n", id="newlines"),
        pytest.param(TEXTUAL[:-1], id="no last newline"),
        pytest.param(TEXTUAL.replace("\n", "\r\n"), id="CRLF"),
        pytest.param(TEXTUAL.replace("@v1", "@v2"), id="another version"),
        pytest.param(" " + TEXTUAL, id="a space in front"),
        pytest.param("\ufeff" + TEXTUAL, id="a mark in front"),
        pytest.param(TEXTUAL.replace("index 3", "index 03"), id="a leading zero"),
        pytest.param(TEXTUAL.replace("index 3", "index -3"), id="a minus"),
        pytest.param(TEXTUAL.replace("index 3", f"index {2**63}"), id="past 2^63"),
        pytest.param(TEXTUAL.replace("index 3", "index \u0663"), id="an Arabic digit"),
        pytest.param(TEXTUAL.replace("index 3", "index  3"), id="two spaces"),
        pytest.param(TEXTUAL.replace("index 3", "index 3 "), id="a space behind"),
        pytest.param(TEXTUAL.replace("index 3\n", ""), id="no index"),
        pytest.param(TEXTUAL.replace("index 3", "index 3\nindex 3"), id="two indexes"),
        pytest.param(TEXTUAL.replace("extra ", "extra"), id="extra without its space"),
        pytest.param(TEXTUAL.replace("\nindex", "\nextra AAAA\nindex"), id="two extras"),
        pytest.param(str(replace(GOOD, extra=b"")).replace("\nindex", "\nextra \nindex"), id="an empty extra"),
        pytest.param(TEXTUAL.replace(HASH, HASH[:-1]), id="base64 without its end"),
        pytest.param(TEXTUAL.replace(HASH, "AAAA"), id="a short hash"),
        pytest.param(TEXTUAL.replace(HASH, ""), id="an empty line within"),
        pytest.param(TEXTUAL.replace("\n\n", f"\n{HASH}" * 64 + "\n\n", 1), id="more hashes than any tree has"),
        pytest.param(TEXTUAL.replace("\n\n", "\n"), id="no note"),
        pytest.param(TEXTUAL.replace("\n\n", "\n\n\n", 1), id="an empty line too many"),
        pytest.param(TEXTUAL + "\n", id="an empty line behind"),
        pytest.param("c2sp.org/tlog-proof@v1\n\n" + str(GOOD.note), id="no lines"),
        pytest.param("c2sp.org/tlog-proof@v1\nextra " + "A" * 4_000_000, id="too long"),
    ],
)
def test_what_is_no_receipt_is_refused(wrong: str) -> None:
    with pytest.raises((ReceiptError, NoteError), match=r"."):
        check(receipt.read(wrong.encode()), keys=[LOG.key])


@given(data=st.binary() | st.binary(max_size=80).map(lambda some: DATA[:90] + some + DATA[90:]))
def test_no_bytes_end_in_another_error(data: bytes) -> None:
    with suppress(ReceiptError):
        assert str(receipt.read(data)).encode() == data


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just(OURS.decode()) | st.just(FIRST),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["entry", "openings", "key", "salt", "commitment", "content"]), inner)
    ),
    max_leaves=8,
)


@given(
    carried=values | st.fixed_dictionaries({"entry": st.just(OURS.decode()), "openings": st.lists(values, max_size=2)})
)
def test_no_json_that_rides_along_ends_in_another_error(carried: object) -> None:
    with suppress(ReceiptError, ProofError):
        check(replace(GOOD, extra=json.dumps(carried).encode()), keys=[LOG.key])


@given(at=st.integers(0, len(DATA) - 1), put=st.binary(max_size=3), cut=st.integers(0, 3))
def test_a_receipt_with_something_put_in_or_taken_out_is_refused(at: int, put: bytes, cut: int) -> None:
    changed = DATA[:at] + put + DATA[at + cut :]
    if changed == DATA:
        return
    with pytest.raises((ReceiptError, NoteError, ProofError), match=r"."):
        check(receipt.read(changed), keys=[LOG.key])
