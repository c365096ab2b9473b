"""Receipts: a portable proof that an entry is in the record (C2SP tlog-proof). Pure.

What rides along as `extra` is ours: the entry's own bytes, and the openings of those commitments that its reader may
see. Nothing in it is believed before it hashes to what the proof is about. Its spelling is a treaty as an entry's is:
canonical JSON, fields only added, those that are unknown passed over and never shown.

One bit changed anywhere is refused, but for signatures by keys that the reader did not name: whoever wants a witness's
word names the witness.
"""

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gardefou.ledger import checkpoint
from gardefou.ledger import note as notes
from gardefou.ledger.checkpoint import Checkpoint
from gardefou.ledger.commitment import commitment, tag_of
from gardefou.ledger.cosignature import Policy, cosigned
from gardefou.ledger.entry import Line, canonical, decode
from gardefou.ledger.errors import EntryError, NoteError, ReceiptError
from gardefou.ledger.note import Note, VerifierKey, from_base64
from gardefou.ledger.tree import HASH_BYTES, leaf_hash, verify_inclusion

HEADER = "c2sp.org/tlog-proof@v1"
#: What a receipt's file is called by others.
SUFFIX = ".tlog-proof"
#: No receipt is longer: an entry, its openings, a proof and a note.
LONGEST = 2_000_000
#: A proof in a tree that anybody keeps has no more hashes.
_LONGEST_PROOF = 63
_NOBODY = Policy(n=0, witnesses=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What a commitment stands for: `key` is None for a free text, as in the table of the same name."""

    commitment: str
    key: str | None
    salt: bytes
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A receipt, read and not believed.

    Attributes:
        index: the entry's place.
        proof: the hashes from the leaf to the root.
        note: the signed checkpoint.
        extra: what rides along.
    """

    index: int
    proof: tuple[bytes, ...]
    note: Note
    extra: bytes = b""

    def __str__(self) -> str:
        """Return it as it is sent and kept."""
        extra = [f"extra {b64encode(self.extra).decode()}"] if self.extra else []
        lines = [HEADER, *extra, f"index {self.index}", *(b64encode(step).decode() for step in self.proof)]
        return "\n".join(lines) + "\n\n" + str(self.note)


def extra_of(content: bytes, openings: Sequence[Opening] = ()) -> bytes:
    """Return what rides along with a proof of ours: the entry, and openings for whoever it is for."""
    return canonical(
        {
            "entry": content.decode(),
            "openings": [
                {"commitment": one.commitment, "key": one.key or "", "salt": one.salt.hex(), "content": one.content}
                for one in openings
            ],
        }
    )


def read(data: bytes) -> Receipt:
    """Read a receipt, believing nothing of it; only its one spelling is one.

    Raises:
        ReceiptError: it is none, and why.
    """
    if len(data) > LONGEST:
        raise ReceiptError(f"a receipt has at most {LONGEST} bytes")
    try:
        head, blank, note = data.decode().partition("\n\n")
    except UnicodeDecodeError as problem:
        raise ReceiptError("a receipt is UTF-8 text") from problem
    lines = head.split("\n")
    if lines.pop(0) != HEADER:
        raise ReceiptError(f"a receipt begins with a line {HEADER}")
    if not blank:
        raise ReceiptError("a receipt ends with a signed checkpoint, after an empty line")
    try:
        found = _read(lines, note)
    except NoteError as problem:
        raise ReceiptError(problem.message) from problem
    if str(found).encode() != data:
        raise ReceiptError("it is not spelled as a receipt is")
    return found


def _read(lines: list[str], note: str) -> Receipt:
    extra = from_base64(lines.pop(0).removeprefix("extra ")) if lines and lines[0].startswith("extra ") else b""
    if not lines or not lines[0].startswith("index "):
        raise ReceiptError("a receipt says which entry it is about: index N")
    index = checkpoint.number(lines.pop(0).removeprefix("index "))
    proof = tuple(from_base64(line) for line in lines)
    if len(proof) > _LONGEST_PROOF or any(len(step) != HASH_BYTES for step in proof):
        raise ReceiptError(f"a proof is at most {_LONGEST_PROOF} hashes of {HASH_BYTES} bytes")
    return Receipt(index=index, proof=proof, note=notes.read(note.encode()), extra=extra)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a receipt proves.

    Attributes:
        index: the entry's place.
        checkpoint: the head it is under.
        signed_by: the log's keys that have signed that head.
        cosigned: when each of the witnesses asked about has, POSIX seconds.
        content: the entry's bytes.
        line: what they say; None where they are not an entry of ours.
        openings: what stands behind commitments in it, each of which hashes to one.
    """

    index: int
    checkpoint: Checkpoint
    signed_by: tuple[VerifierKey, ...]
    cosigned: Mapping[VerifierKey, int]
    content: bytes
    line: Line | None
    openings: tuple[Opening, ...]


def check(
    receipt: Receipt,
    *,
    keys: Sequence[VerifierKey],
    origin: str = "",
    witnesses: Policy = _NOBODY,
    content: bytes | None = None,
) -> Checked:
    """Insist that a receipt proves what it says.

    Args:
        receipt: the receipt.
        keys: the log's verifier keys.
        origin: which log's it must be; that which a key that signed it is named after, when empty.
        witnesses: how many of whom must have signed the head too; their names are looked at even when none must.
        content: the entry's bytes, where the reader has them from elsewhere: of any log, whatever rides along.

    Raises:
        ReceiptError: it carries no entry, another than the reader has, or an opening that opens nothing.
        NoteError: nobody known has signed its head, or too few witnesses have.
        ProofError: the entry is not in that tree.
    """
    head, signers = checkpoint.believed(receipt.note, keys=keys, origin=origin)
    if not origin and head.origin not in {key.name for key in signers}:
        raise NoteError(
            f"{signers[0].name} has signed a head of another log, {head.origin[:80]!r}; name it to accept it"
        )
    seen = cosigned(receipt.note, witnesses.witnesses)
    if witnesses.n and witnesses.met_at(seen) is None:
        raise NoteError(f"{len(seen)} of the witnesses have signed this head, and {witnesses.n} must have")
    entry, openings = (content, ()) if content is not None else _carried(receipt.extra)
    line = _line(entry)
    if content is None and line is None:
        raise ReceiptError("it carries no entry of ours: say with --entry which bytes it is about")
    verify_inclusion(leaf=leaf_hash(entry), index=receipt.index, size=head.size, proof=receipt.proof, root=head.root)
    if content is not None and receipt.extra:
        openings = _beside(receipt.extra, content)
    for one in openings:
        _opens(one, entry)
    return Checked(
        index=receipt.index,
        checkpoint=head,
        signed_by=signers,
        cosigned=seen,
        content=entry,
        line=line,
        openings=openings,
    )


def _beside(extra: bytes, content: bytes) -> tuple[Opening, ...]:
    """Return the openings that ride along, where what rides along is ours and about this very entry."""
    try:
        carried, openings = _carried(extra)
    except ReceiptError:
        return ()  # Another log's, which means something to its own readers.
    return openings if carried == content else ()


def _carried(extra: bytes) -> tuple[bytes, tuple[Opening, ...]]:
    if not extra:
        raise ReceiptError("it carries no entry: say with --entry which bytes it is about")
    try:
        carried = json.loads(extra)
        if canonical(carried) != extra:
            raise ReceiptError("what rides along is not spelled as canonical JSON is")
        return carried["entry"].encode(), tuple(_opening(one) for one in carried["openings"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, EntryError) as problem:
        raise ReceiptError(
            "what rides along is no entry of ours: say with --entry which bytes it is about"
        ) from problem


def _opening(one: Mapping[str, Any]) -> Opening:
    salt = bytes.fromhex(one["salt"])
    if salt.hex() != one["salt"]:
        raise ReceiptError("a salt is written in small hexadecimal digits")
    return Opening(commitment=one["commitment"], key=one["key"] or None, salt=salt, content=one["content"])


def _line(content: bytes) -> Line | None:
    try:
        return decode(content)
    except EntryError:
        return None


def _opens(one: Opening, content: bytes) -> None:
    try:
        made = commitment(salt=one.salt, tag=tag_of(one.key), content=one.content)
    except (EntryError, TypeError, AttributeError, ValueError) as problem:
        raise ReceiptError("an opening of it opens nothing") from problem
    if one.key is not None and ":" not in one.key:
        raise ReceiptError("an opening of it names nothing: a key is written `kind:id`")
    if made != one.commitment or json.dumps(made).encode() not in content:
        raise ReceiptError("an opening of it is not of anything in this entry")
