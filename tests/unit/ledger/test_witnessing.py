"""A witness signs a head when it begins with the last one it signed, and says of everything else why not."""

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gardefou.ledger import note as notes
from gardefou.ledger.checkpoint import Checkpoint
from gardefou.ledger.errors import NoteError
from gardefou.ledger.note import ED25519, SecretKey
from gardefou.ledger.tree import EMPTY_ROOT, consistency_proof, root_of
from gardefou.ledger.witnessing import LONGEST, Last, Refusal, Submission, Why, body, judge, read, read_conflict
from tests.factories.ledger import LOG, ORIGIN, WITNESS, head, leaves, submission

pytestmark = pytest.mark.promise(14)


def last(size: int, story: str = "told") -> Last:
    return Last(size=size, root=root_of(leaves(size, story=story)))


def judged(data: bytes, at: Last, keys: tuple[notes.VerifierKey, ...] | None = (LOG.key,)) -> Checkpoint | Refusal:
    asked = read(data)
    return asked if isinstance(asked, Refusal) else judge(asked, keys=keys, last=at)


def why(data: bytes, at: Last, keys: tuple[notes.VerifierKey, ...] | None = (LOG.key,)) -> Why:
    found = judged(data, at, keys)
    assert isinstance(found, Refusal)
    assert found.words
    assert found.size == (at.size if found.why in {Why.OTHER_SIZE, Why.OTHER_ROOT} else 0)
    return found.why


@pytest.mark.parametrize("new", range(18))
def test_every_head_that_begins_with_the_last_one_is_signed_and_no_other(new: int) -> None:
    for old in range(new + 1):
        found = judged(submission(old, new), last(old))
        assert isinstance(found, Checkpoint)
        assert found.size == new
        for kept in range(18):
            if kept != old:
                assert why(submission(old, new), last(kept)) is Why.OTHER_SIZE
        if old:
            expected = Why.OTHER_ROOT if old == new else Why.UNPROVED
            assert why(submission(old, new, story="retold"), last(old)) is expected


def test_an_empty_log_has_one_root() -> None:
    """Old 0, new 0: only the root of nothing at all."""
    assert isinstance(judged(submission(0, 0), Last()), Checkpoint)
    other = Checkpoint(origin=ORIGIN, size=0, root=bytes(32)).signed(LOG)
    assert why(body(old=0, proof=(), note=other), Last()) is Why.OTHER_ROOT
    assert Last().root == EMPTY_ROOT


@pytest.mark.parametrize(("old", "new"), [(0, 5), (5, 5), (4, 8), (3, 7)])
def test_a_proof_has_exactly_the_hashes_it_needs(old: int, new: int) -> None:
    """None where nothing was signed before, or nothing is new; never one too many, too few, or an empty one instead."""
    proof = consistency_proof(leaves(new), old)
    for wrong in ([*proof, bytes(32)], [bytes(32), *proof], proof[:-1], proof[1:], []):
        if wrong != proof:
            assert why(body(old=old, proof=wrong, note=head(new)), last(old)) is Why.UNPROVED


def test_who_asks_matters_before_what_they_ask() -> None:
    """An unknown log, then a missing signature, then the sizes, as the specification orders its answers."""
    stranger = SecretKey(name=ORIGIN, kind=ED25519, seed=bytes(32))
    bad = submission(9, 9, signer=stranger)
    assert why(bad, last(3), keys=None) is Why.UNKNOWN_LOG
    assert why(bad, last(3)) is Why.UNSIGNED
    assert why(submission(9, 9), last(3)) is Why.OTHER_SIZE
    assert why(body(old=9, proof=(), note=head(3)), last(3)) is Why.MALFORMED  # Older than its old size.
    assert why(submission(9, 9), last(9), keys=()) is Why.UNSIGNED


def test_a_signature_that_does_not_verify_condemns_and_a_strangers_is_passed_over() -> None:
    note = head(5)
    forged = notes.Note(
        text=note.text, signatures=(notes.SignatureLine(name=ORIGIN, id=LOG.key.id, signature=bytes(64)),)
    )
    assert why(body(old=0, proof=(), note=forged), Last()) is Why.UNSIGNED
    stranger = notes.SignatureLine(name="else.example", id=bytes(4), signature=bytes(64))
    beside = notes.Note(text=note.text, signatures=(stranger, *note.signatures))
    assert isinstance(judged(body(old=0, proof=(), note=beside), Last()), Checkpoint)


def test_a_witness_key_signs_no_head_of_a_log() -> None:
    own = SecretKey(name=ORIGIN, kind=notes.COSIGNATURE, seed=bytes(range(32)))
    with pytest.raises(NoteError, match="signs cosignatures alone"):
        submission(0, 5, signer=own)
    assert why(submission(0, 5), Last(), keys=(own.key,)) is Why.UNSIGNED
    assert WITNESS.key.kind == notes.COSIGNATURE


GOOD = submission(3, 7).decode()
HASH = b64encode(bytes(32)).decode()


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "\n",
        "old 3\n",
        GOOD.removeprefix("old 3\n"),
        GOOD.replace("old 3", "old 03"),
        GOOD.replace("old 3", "old -3"),
        GOOD.replace("old 3", "old +3"),
        GOOD.replace("old 3", "old"),
        GOOD.replace("old 3", "old  3"),
        GOOD.replace("old 3", "old 3 "),
        GOOD.replace("old 3", "OLD 3"),
        GOOD.replace("old 3", "old ３"),
        GOOD.replace("old 3", f"old {2**63}"),
        GOOD.replace("\n", "\r\n"),
        GOOD.replace("old 3\n", "old 3\nnot base64\n"),
        GOOD.replace("old 3\n", f"old 3\n{b64encode(bytes(31)).decode()}\n"),
        GOOD.replace("old 3\n", f"old 3\n {HASH}\n"),
        GOOD.replace("old 3\n", "old 3\n" + f"{HASH}\n" * 64),
        GOOD.replace("\n\n", "\n", 1),
        GOOD.removesuffix("\n"),
        GOOD + "x",
        GOOD.replace("\n7\n", "\n07\n"),
        GOOD.replace("\n7\n", "\nseven\n"),
        f"old 0\n\n{ORIGIN}\n0\n\n\u2014 x eA==\n",
        "old 0\n\n" + "x" * LONGEST,
    ],
)
def test_what_is_not_written_as_it_must_be_is_malformed(wrong: str) -> None:
    assert why(wrong.encode(), last(3)) is Why.MALFORMED


def test_what_is_not_text_is_malformed() -> None:
    assert why(b"\xff\n\n\xff", Last()) is Why.MALFORMED
    assert why(GOOD.encode().replace(b"house", b"h\xffuse"), last(3)) is Why.MALFORMED


def test_sixty_three_lines_are_read_and_do_not_prove_more() -> None:
    asked = read(
        GOOD.replace("old 3\n", "old 3\n" + f"{HASH}\n" * (63 - len(consistency_proof(leaves(7), 3)))).encode()
    )
    assert isinstance(asked, Submission)
    assert len(asked.proof) == 63
    assert judge(asked, keys=(LOG.key,), last=last(3)) != asked.head


@given(st.data())
def test_no_changed_byte_of_a_request_is_signed_as_the_same_head(data: st.DataObject) -> None:
    """Wherever the bit is flipped."""
    good = submission(3, 7)
    at = data.draw(st.integers(0, len(good) - 1))
    bit = data.draw(st.integers(0, 7))
    flipped = good[:at] + bytes([good[at] ^ 1 << bit]) + good[at + 1 :]
    assert isinstance(judged(flipped, last(3)), Refusal)


@given(st.binary(max_size=300))
def test_whatever_is_sent_has_an_answer(data: bytes) -> None:
    assert isinstance(judged(data, Last()), Refusal)


def test_a_conflict_says_a_size() -> None:
    assert read_conflict(b"7\n") == 7
    for wrong in (b"", b"\n", b"07\n", b"7 \n", b"-7\n", b"\xff", b"seven\n"):
        with pytest.raises(NoteError, match=r"number|newline"):
            read_conflict(wrong)
