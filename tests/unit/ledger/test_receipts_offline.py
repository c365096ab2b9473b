"""A receipt proves one entry, and nothing else: whatever is changed in it, it proves nothing any more."""

import secrets
from base64 import b64encode
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gardefou.errors import GardefouError
from gardefou.ledger import receipt as receipts
from gardefou.ledger.checkpoint import Checkpoint
from gardefou.ledger.commitment import commitment
from gardefou.ledger.cosignature import Policy, cosign
from gardefou.ledger.entry import Json, encode
from gardefou.ledger.errors import NoteError, ProofError, ReceiptError
from gardefou.ledger.note import COSIGNATURE, ED25519, Note, SecretKey
from gardefou.ledger.receipt import Opening, Receipt, check, extra_of, read
from gardefou.ledger.tree import inclusion_proof, leaf_hash, root_of

pytestmark = pytest.mark.promise(14)

LOG = SecretKey(name="log.example/gardefou", kind=ED25519, seed=b"\1" * 32)
WITNESS = SecretKey(name="witness.example", kind=COSIGNATURE, seed=b"\2" * 32)
OTHER = SecretKey(name="log.example/gardefou", kind=ED25519, seed=b"\3" * 32)
ALL = Policy(n=1, witnesses=(WITNESS.key,))
SALT = bytes(range(160, 192))
SUBJECT = commitment(salt=SALT, tag="account:7", content="@anna")
OPENING = Opening(commitment=SUBJECT, key="account:7", salt=SALT, content="@anna")
SECONDS = 1_509_663_600


def entry(number: int) -> bytes:
    body: dict[str, Json] = {"subject": SUBJECT, "number": number}
    return encode(kind="order.executed", at=1_509_663_600_000_000, order_id=5, body=body)


def made(index: int = 3, size: int = 7, *openings: Opening, signer: SecretKey = LOG) -> Receipt:
    leaves = [leaf_hash(entry(number)) for number in range(size)]
    note = Checkpoint(origin=LOG.key.name, size=size, root=root_of(leaves)).signed(signer)
    signed = Note(text=note.text, signatures=(*note.signatures, cosign(note.text, signer=WITNESS, seconds=SECONDS)))
    proof = tuple(inclusion_proof(leaves, index))
    return Receipt(index=index, proof=proof, note=signed, extra=extra_of(entry(index), openings))


def proves(data: bytes) -> receipts.Checked:
    return check(read(data), keys=[LOG.key], origin=LOG.key.name, witnesses=ALL)


@pytest.mark.parametrize(("index", "size"), [(0, 1), (0, 2), (3, 7), (6, 7), (255, 256), (256, 300)])
def test_a_receipt_says_which_entry_under_which_head_and_who_signed_when(index: int, size: int) -> None:
    found = proves(str(made(index, size, OPENING)).encode())
    assert (found.index, found.checkpoint.size, found.content) == (index, size, entry(index))
    assert found.line is not None
    assert found.line.body["number"] == index
    assert found.openings == (OPENING,)
    assert (found.signed_by, found.cosigned) == ((LOG.key,), {WITNESS.key: SECONDS})


def test_it_is_spelled_as_a_tlog_proof_is() -> None:
    receipt = made()
    lines = str(receipt).split("\n")
    assert lines[0] == "c2sp.org/tlog-proof@v1"
    assert lines[1] == f"extra {b64encode(receipt.extra).decode()}"
    assert lines[2] == "index 3"
    assert lines[3:6] == [b64encode(step).decode() for step in receipt.proof]
    assert (lines[6], lines[7], lines[8]) == ("", "log.example/gardefou", "7")
    assert receipts.SUFFIX == ".tlog-proof"
    assert read(str(receipt).encode()) == receipt


def test_one_bit_flipped_anywhere_proves_nothing() -> None:
    """Where all who must have signed are named: a signature of nobody known is passed over, as signed notes have it."""
    data = str(made(3, 7, OPENING)).encode()
    proves(data)
    for place in range(len(data)):
        for bit in range(8):
            changed = bytearray(data)
            changed[place] ^= 1 << bit
            with pytest.raises(GardefouError, match=r"\w"):
                proves(bytes(changed))


@given(data=st.data())
def test_bytes_put_in_or_taken_out_anywhere_prove_nothing(data: st.DataObject) -> None:
    whole = str(made(3, 7, OPENING)).encode()
    start = data.draw(st.integers(0, len(whole) - 1))
    end = data.draw(st.integers(start, len(whole)))
    put = data.draw(st.binary(max_size=40))
    changed = whole[:start] + put + whole[end:]
    if changed != whole:
        with pytest.raises(GardefouError, match=r"\w"):
            proves(changed)


@pytest.mark.parametrize("index", range(7))
def test_a_proof_one_node_too_long_or_too_short_is_refused(index: int) -> None:
    whole = made(index)
    for proof in (whole.proof[:-1], whole.proof[1:], (*whole.proof, b"\0" * 32), (b"\0" * 32, *whole.proof)):
        with pytest.raises(ProofError, match="must have"):
            proves(str(replace(whole, proof=proof)).encode())


def test_a_head_that_another_key_signed_is_refused() -> None:
    with pytest.raises(NoteError, match="no key that is known here"):
        proves(str(made(signer=OTHER)).encode())
    with pytest.raises(NoteError, match=r"not of 'other\.example'"):
        check(made(), keys=[LOG.key], origin="other.example")


def test_too_few_witnesses_are_refused_and_a_forged_one_even_where_none_is_needed() -> None:
    receipt = made()
    stranger = SecretKey(name="stranger.example", kind=COSIGNATURE, seed=b"\4" * 32)
    with pytest.raises(NoteError, match="1 of the witnesses have signed this head, and 2 must have"):
        check(receipt, keys=[LOG.key], witnesses=Policy(n=2, witnesses=(WITNESS.key, stranger.key)))
    assert check(receipt, keys=[LOG.key], witnesses=Policy(n=1, witnesses=(WITNESS.key, stranger.key))).cosigned
    [log, witness] = receipt.note.signatures
    forged = replace(witness, signature=witness.signature[:-1] + b"\0")
    note = replace(receipt.note, signatures=(log, forged))
    with pytest.raises(NoteError, match=r"cosignature of witness\.example does not verify"):
        check(replace(receipt, note=note), keys=[LOG.key], witnesses=replace(ALL, n=0))


@pytest.mark.promise(15)
@pytest.mark.parametrize(
    "wrong",
    [
        replace(OPENING, content="@somebody"),
        replace(OPENING, salt=secrets.token_bytes(32)),
        replace(OPENING, key="account:8"),
        replace(OPENING, key=None),
        replace(OPENING, salt=b"short"),
        Opening(
            commitment=commitment(salt=SALT, tag="text", content="never said"),
            key=None,
            salt=SALT,
            content="never said",
        ),
    ],
)
def test_an_opening_that_opens_nothing_in_the_entry_is_refused(wrong: Opening) -> None:
    with pytest.raises(ReceiptError, match="an opening of it"):
        proves(str(made(3, 7, wrong)).encode())


def test_an_entry_from_elsewhere_is_checked_in_place_of_what_rides_along() -> None:
    """So any log's tlog-proof is checked, and so is ours by whoever has the entry and not our word for it."""
    bare = replace(made(), extra=b"")
    assert check(bare, keys=[LOG.key], content=entry(3)).openings == ()
    assert check(made(3, 7, OPENING), keys=[LOG.key], content=entry(3)).openings == (OPENING,)
    assert check(replace(made(), extra=b"\0"), keys=[LOG.key], content=entry(3)).openings == ()
    with pytest.raises(ProofError, match="not in the tree"):
        check(made(), keys=[LOG.key], content=entry(4))
    with pytest.raises(ReceiptError, match="carries no entry"):
        check(bare, keys=[LOG.key])
    with pytest.raises(ReceiptError, match="no entry of ours"):
        check(replace(made(), extra=b"[]"), keys=[LOG.key])


def test_fields_that_a_later_version_adds_beside_the_entry_are_passed_over() -> None:
    whole = made(3, 7, OPENING)
    later = whole.extra.replace(b'"openings":', b'"later":1,"openings":')
    assert check(replace(whole, extra=later), keys=[LOG.key]).openings == (OPENING,)


@pytest.mark.promise(20)
@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "begins with a line"),
        (b"c2sp.org/tlog-proof@v2\nindex 1\n\n", "begins with a line"),
        (b"c2sp.org/tlog-proof@v1\nindex 1\n", "after an empty line"),
        (b"c2sp.org/tlog-proof@v1\n\nx\n", "which entry it is about"),
        (b"c2sp.org/tlog-proof@v1\nindex 01\n\nx\n", "plain decimal"),
        (b"c2sp.org/tlog-proof@v1\nindex 1\nAAAA\n\nx\n", "hashes of 32 bytes"),
        (b"c2sp.org/tlog-proof@v1\nextra !\nindex 1\n\nx\n", "not base64"),
        (b"c2sp.org/tlog-proof@v1\nindex 1\n\nx\n", "a note is text"),
        (b"\xff", "UTF-8"),
        (b"x" * (receipts.LONGEST + 1), "at most"),
    ],
)
def test_what_is_no_receipt_is_refused_in_one_line(data: bytes, said: str) -> None:
    with pytest.raises(ReceiptError, match=said) as problem:
        read(data)
    assert "\n" not in problem.value.message


def test_a_key_speaks_for_the_log_it_is_named_after_unless_another_is_named() -> None:
    leaves = [leaf_hash(entry(0))]
    note = Checkpoint(origin="second.example", size=1, root=root_of(leaves)).signed(LOG)
    receipt = Receipt(index=0, proof=(), note=note, extra=extra_of(entry(0)))
    with pytest.raises(NoteError, match=r"a head of another log, 'second\.example'"):
        check(receipt, keys=[LOG.key])
    assert check(receipt, keys=[LOG.key], origin="second.example").checkpoint.origin == "second.example"
