"""Cosignatures: a witness says when it saw a head that begins with all it saw before (C2SP tlog-cosignature). Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gardefou.ledger import note as notes
from gardefou.ledger.errors import NoteError
from gardefou.ledger.note import COSIGNATURE, Note, SignatureLine, Signer, VerifierKey

_TIME_BYTES, _SIGNATURE_BYTES = 8, 64
#: A time that no calendar of ours can show is none.
_LAST_SECOND = 253_402_214_400


def message(text: str, *, seconds: int) -> bytes:
    """Return what a witness signs: a header line, a line of the time, and the checkpoint's lines."""
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def cosign(text: str, *, signer: Signer, seconds: int) -> SignatureLine:
    """Return a witness's line under a checkpoint.

    Args:
        text: the checkpoint's lines.
        signer: the witness's, of the type `COSIGNATURE`.
        seconds: the time, POSIX.

    Raises:
        NoteError: the key is not a witness's, the time is none, or the signer made no signature.
    """
    if signer.key.kind != COSIGNATURE:
        raise NoteError(f"{signer.key.name} is no witness's key (type 4)")
    if not 0 <= seconds <= _LAST_SECOND:
        raise NoteError(f"{seconds} is no time in POSIX seconds")
    made = notes.made_by(signer, message(text, seconds=seconds))
    return SignatureLine(name=signer.key.name, id=signer.key.id, signature=seconds.to_bytes(_TIME_BYTES, "big") + made)


def cosigned(note: Note, keys: Iterable[VerifierKey]) -> dict[VerifierKey, int]:
    """Return which of these witnesses have signed a checkpoint, and when, in POSIX seconds.

    Raises:
        NoteError: a line that is said to be by one of them does not verify.
    """
    found = notes.by_known(note, (key for key in keys if key.kind == COSIGNATURE))
    return {key: _time(key, line, note.text) for key, line in found.items()}


def _time(key: VerifierKey, line: SignatureLine, text: str) -> int:
    seconds = int.from_bytes(line.signature[:_TIME_BYTES], "big")
    fits = len(line.signature) == _TIME_BYTES + _SIGNATURE_BYTES and seconds <= _LAST_SECOND
    if not fits or not key.verifies(message(text, seconds=seconds), line.signature[_TIME_BYTES:]):
        raise NoteError(f"the cosignature of {key.name} does not verify")
    return seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How many of which witnesses are enough."""

    n: int
    witnesses: tuple[VerifierKey, ...]

    def met_at(self, seen: Mapping[VerifierKey, int]) -> int | None:
        """Return when the last of those that are enough signed, POSIX seconds; None where too few have.

        A witness is counted once, however many keys it has, and a key once, whatever names it goes by.
        """
        counted: list[VerifierKey] = []
        for key in sorted((key for key in set(self.witnesses) if key in seen), key=lambda key: -seen[key]):
            if not any(key.name == other.name or key.public == other.public for other in counted):
                counted.append(key)
        if self.n < 1 or len(counted) < self.n:
            return None
        return seen[counted[self.n - 1]]
