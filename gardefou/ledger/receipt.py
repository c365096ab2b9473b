"""Receipts: a portable proof that an entry is in the record (C2SP tlog-proof). Pure.

What rides along as `extra` is ours: the entry's own bytes, and the openings of those commitments that its reader may
see. Nothing in it is believed before it hashes to what the proof is about.
"""

import json
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass

from gardefou.ledger import checkpoint
from gardefou.ledger import note as notes
from gardefou.ledger.checkpoint import Checkpoint
from gardefou.ledger.commitment import commitment, tag_of
from gardefou.ledger.entry import Line, canonical, decode
from gardefou.ledger.errors import EntryError, NoteError, ReceiptError
from gardefou.ledger.note import Note, VerifierKey, from_base64
from gardefou.ledger.tree import HASH_BYTES, leaf_hash, verify_inclusion

HEADER = "c2sp.org/tlog-proof@v1"
#: What a receipt's file is called by others.
SUFFIX = ".tlog-proof"
#: An entry, its openings and a note fit many times over.
_LONGEST = 4_000_000
#: A proof in a tree that anybody keeps has no more hashes.
_LONGEST_PROOF = 63


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
    """Read a receipt, believing nothing of it.

    Raises:
        ReceiptError: it is none, and why.
    """
    if len(data) > _LONGEST:
        raise ReceiptError(f"a receipt has at most {_LONGEST} bytes")
    try:
        head, blank, note = data.decode().partition("\n\n")
    except UnicodeDecodeError as problem:
        raise ReceiptError("a receipt is UTF-8 text") from problem
    lines = head.split("\n")
    if not blank or lines.pop(0) != HEADER:
        raise ReceiptError(f"a receipt begins with {HEADER}")
    try:
        extra = b""
        if lines and lines[0].startswith("extra "):
            extra = from_base64(lines.pop(0).removeprefix("extra "))
            if not extra:
                raise ReceiptError("a line `extra` with nothing in it is left out")
        if not lines or not lines[0].startswith("index "):
            raise ReceiptError("a receipt says which entry it is about (index N)")
        index = checkpoint.number(lines.pop(0).removeprefix("index "))
        proof = tuple(from_base64(line) for line in lines)
        if len(proof) > _LONGEST_PROOF or any(len(step) != HASH_BYTES for step in proof):
            raise ReceiptError(f"a proof is at most {_LONGEST_PROOF} hashes of {HASH_BYTES} bytes")
        return Receipt(index=index, proof=proof, note=notes.read(note.encode()), extra=extra)
    except NoteError as problem:
        raise ReceiptError(problem.message) from problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a receipt proves.

    Attributes:
        checkpoint: the head it is under.
        line: what the entry says.
        openings: what stands behind commitments in it, each of which hashes to one.
    """

    checkpoint: Checkpoint
    line: Line
    openings: tuple[Opening, ...]


def check(receipt: Receipt, *, keys: Sequence[VerifierKey], origin: str = "") -> Checked:
    """Insist that a receipt of ours proves what it says.

    Args:
        receipt: the receipt.
        keys: the log's verifier keys.
        origin: which log's it must be; whichever when empty.

    Raises:
        ReceiptError: it carries no entry, spells what it carries in a second way, or has an opening that opens nothing.
        NoteError: nobody known has signed its head.
        ProofError: the entry is not in that tree.
    """
    head, _note = checkpoint.opened(str(receipt.note).encode(), keys=keys, origin=origin)
    try:
        carried = json.loads(receipt.extra)
        content = carried["entry"].encode()
        openings = tuple(
            Opening(
                commitment=one["commitment"],
                key=one["key"] or None,
                salt=bytes.fromhex(one["salt"]),
                content=one["content"],
            )
            for one in carried["openings"]
        )
        line, one_spelling = decode(content), canonical(carried)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, EntryError) as problem:
        raise ReceiptError("it carries no entry; another tool can check it against the entry itself") from problem
    if one_spelling != receipt.extra or any(
        written["salt"] != one.salt.hex() for written, one in zip(carried["openings"], openings, strict=True)
    ):
        raise ReceiptError("what it carries is not spelled as it must be (RFC 8785, and digits in small letters)")
    verify_inclusion(leaf=leaf_hash(content), index=receipt.index, size=head.size, proof=receipt.proof, root=head.root)
    for one in openings:
        _opens(one, content)
    return Checked(checkpoint=head, line=line, openings=openings)


def _opens(one: Opening, content: bytes) -> None:
    try:
        made = commitment(salt=one.salt, tag=tag_of(one.key), content=one.content)
    except (EntryError, TypeError, AttributeError, ValueError) as problem:
        raise ReceiptError("an opening of it opens nothing") from problem
    if one.key is not None and ":" not in one.key:
        raise ReceiptError("an opening of it names nothing: a key is written `kind:id`")
    if made != one.commitment or json.dumps(made).encode() not in content:
        raise ReceiptError("an opening of it is not of anything in this entry")
