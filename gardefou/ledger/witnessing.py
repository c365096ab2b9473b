"""A witness's judgement: may this head be co-signed after the one that was (C2SP tlog-witness, `add-checkpoint`)? Pure.

Upholds promise 14: whoever shows two people two records finds a witness that signs only one of them. What was signed
last, the clock and the key are handled elsewhere; whoever calls keeps the new head before it is answered.
"""

from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from gardefou.ledger import checkpoint as checkpoints
from gardefou.ledger import note as notes
from gardefou.ledger.checkpoint import Checkpoint, number
from gardefou.ledger.errors import NoteError, ProofError
from gardefou.ledger.note import Note, VerifierKey, from_base64
from gardefou.ledger.tree import EMPTY_ROOT, HASH_BYTES, verify_consistency

#: A proof has no more lines, and a request no more bytes: a note with a hundred signatures fits.
MOST_LINES: Final = 63
LONGEST: Final = 64 * 1024
#: How a conflict is answered: the size that was signed last, and a newline.
SIZE_TYPE: Final = "text/x.tlog.size"
_OLD: Final = "old "


class Why(StrEnum):
    """Why a head is not co-signed."""

    MALFORMED = "malformed"
    UNKNOWN_LOG = "unknown log"
    UNSIGNED = "unsigned"
    OTHER_SIZE = "other size"
    OTHER_ROOT = "other root"
    UNPROVED = "unproved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A no: why, in words for a log, and the size that was signed last where that is the matter."""

    why: Why
    words: str
    size: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Last:
    """What was co-signed last of a log; an empty tree before the first."""

    size: int = 0
    root: bytes = EMPTY_ROOT


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A request, read and not believed.

    Attributes:
        old: the size that the sender thinks was signed last.
        proof: the hashes that lead from there to the new head.
        head: the new head.
        note: the same as it was signed.
    """

    old: int
    proof: tuple[bytes, ...]
    head: Checkpoint
    note: Note


def body(*, old: int, proof: Sequence[bytes], note: Note) -> bytes:
    """Return what is sent to a witness."""
    lines = [f"{_OLD}{old}", *(b64encode(step).decode() for step in proof)]
    return ("".join(f"{line}\n" for line in lines) + f"\n{note}").encode()


def read(data: bytes) -> Submission | Refusal:
    """Read a request."""
    try:
        return _read(data)
    except NoteError as problem:
        return Refusal(why=Why.MALFORMED, words=problem.message)


def _read(data: bytes) -> Submission:
    if len(data) > LONGEST:
        raise NoteError(f"a request has at most {LONGEST} bytes")
    first, blank, rest = data.partition(b"\n\n")
    try:
        lines = first.decode("ascii").split("\n")
    except UnicodeDecodeError as problem:
        raise NoteError("the lines before the checkpoint are ASCII") from problem
    if not blank or not lines[0].startswith(_OLD):
        raise NoteError("a request is `old N`, the lines of a proof, an empty line, and a checkpoint")
    if len(lines) > 1 + MOST_LINES:
        raise NoteError(f"a proof has at most {MOST_LINES} lines")
    proof = tuple(from_base64(line) for line in lines[1:])
    if any(len(step) != HASH_BYTES for step in proof):
        raise NoteError(f"every line of a proof is {HASH_BYTES} bytes in base64")
    note = notes.read(rest)
    return Submission(old=number(lines[0].removeprefix(_OLD)), proof=proof, head=checkpoints.read(note.text), note=note)


def judge(asked: Submission, *, keys: Iterable[VerifierKey] | None, last: Last) -> Checkpoint | Refusal:
    """Return the head to co-sign, or why it is not.

    Steps, each the next one's ground:
        (1) Is the log known?
        (2) Has one of its own keys signed this?
        (3) Is the old size no larger than the new one?
        (4) Is it what was signed last?
        (5) Is an unchanged size an unchanged root?
        (6) Does the new head begin with the old one?

    Args:
        asked: the request.
        keys: the keys of the log it names; None where no such log is watched.
        last: what was co-signed last of that log.
    """
    # (1) The log.
    if keys is None:
        return Refusal(why=Why.UNKNOWN_LOG, words=f"no log {asked.head.origin[:80]!r} is watched here")
    # (2) Its signature.
    try:
        notes.verified(asked.note, keys)
    except NoteError as problem:
        return Refusal(why=Why.UNSIGNED, words=problem.message)
    # (3) and (4) The sizes.
    if asked.old > asked.head.size:
        words = f"the old size {asked.old} is larger than the checkpoint's, {asked.head.size}"
        return Refusal(why=Why.MALFORMED, words=words)
    if asked.old != last.size:
        return Refusal(
            why=Why.OTHER_SIZE, words=f"{last.size} entries were signed last, not {asked.old}", size=last.size
        )
    # (5) The same size.
    if asked.head.size == last.size and asked.head.root != last.root:
        return Refusal(why=Why.OTHER_ROOT, words=f"another root was signed at {last.size} entries", size=last.size)
    # (6) The proof; where nothing was signed before, or nothing is new, there is none to give.
    try:
        verify_consistency(
            first=last.size,
            second=asked.head.size,
            first_root=last.root,
            second_root=asked.head.root,
            proof=asked.proof,
        )
    except ProofError as problem:
        return Refusal(why=Why.UNPROVED, words=problem.message)
    return asked.head


def read_conflict(answer: bytes) -> int:
    """Return the size that a witness says it signed last.

    Raises:
        NoteError: it says something else.
    """
    try:
        return number(answer.decode("ascii").removesuffix("\n"))
    except UnicodeDecodeError as problem:
        raise NoteError("a conflict is answered by a size and a newline") from problem
