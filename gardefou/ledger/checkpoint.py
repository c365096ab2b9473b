"""Checkpoints: a signed head of the tree (C2SP tlog-checkpoint). Pure."""

from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass

from gardefou.ledger import note as notes
from gardefou.ledger.errors import NoteError
from gardefou.ledger.note import Note, Signer, VerifierKey, from_base64, named
from gardefou.ledger.tree import HASH_BYTES

#: No tree that anybody keeps is larger; sizes are read no further.
LARGEST = 2**63 - 1
_LINES = 3


def number(text: str) -> int:
    """Read a decimal number without signs, spaces or leading zeroes.

    Raises:
        NoteError: it is not that, or past 2^63.
    """
    if not (text.isascii() and text.isdigit()) or (text != "0" and text.startswith("0")) or int(text[:20]) > LARGEST:
        raise NoteError(f"{text[:40]!r} is not a plain decimal number")
    return int(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """A head of a log.

    Attributes:
        origin: which log.
        size: how many entries.
        root: the root over them, 32 bytes.
        extensions: further lines, without meaning here.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The lines that are signed."""
        lines = (self.origin, str(self.size), b64encode(self.root).decode(), *self.extensions)
        return "".join(f"{line}\n" for line in lines)

    def signed(self, signer: Signer) -> Note:
        """Return it under a log's signature.

        Raises:
            NoteError: its origin is no name, or it cannot be read back as it is.
        """
        named(self.origin)
        if read(self.text) != self:
            raise NoteError("what is signed as a checkpoint must read as this very checkpoint")
        return notes.sign(self.text, signer)


def read(text: str) -> Checkpoint:
    """Read a checkpoint's lines, believing nothing of them.

    Raises:
        NoteError: they are none.
    """
    lines = text.removesuffix("\n").split("\n")
    if not text.endswith("\n") or len(lines) < _LINES or not all(lines):
        raise NoteError("a checkpoint is an origin, a size and a root, a line each")
    root = from_base64(lines[2])
    if len(root) != HASH_BYTES:
        raise NoteError(f"a root has {HASH_BYTES} bytes")
    return Checkpoint(origin=lines[0], size=number(lines[1]), root=root, extensions=tuple(lines[_LINES:]))


def opened(data: bytes, *, keys: Iterable[VerifierKey], origin: str = "") -> tuple[Checkpoint, Note]:
    """Read a checkpoint that one of these keys has signed.

    Args:
        data: the note's bytes.
        keys: the log's own; witnesses' are passed over.
        origin: which log it must be of. When empty it may be any, under a key of that very name: a log must not speak
            for another whose key happens to be known too.

    Raises:
        NoteError: it is none, nobody known has signed it, or it is another log's.
    """
    note = notes.read(data)
    found, signers = believed(note, keys=keys, origin=origin)
    if not origin and found.origin not in {key.name for key in signers}:
        raise NoteError(f"this is a checkpoint of {found.origin[:80]!r}, which has not signed it")
    return found, note


def believed(
    note: Note, *, keys: Iterable[VerifierKey], origin: str = ""
) -> tuple[Checkpoint, tuple[VerifierKey, ...]]:
    """Read a checkpoint from a note that one of these keys has signed, and return which of them have.

    Raises:
        NoteError: nobody known has signed it, it is no checkpoint, or of another log than the origin.
    """
    signers = notes.verified(note, keys)
    found = read(note.text)
    if origin and found.origin != origin:
        raise NoteError(f"this is a checkpoint of {found.origin[:80]!r}, not of {origin!r}")
    return found, signers
