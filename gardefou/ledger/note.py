"""Signed notes: text under one or more signatures (C2SP signed-note). Pure.

Upholds promise 14: what we sign is opened by programs that we did not write, such as Go's `x/mod/sumdb/note`, and what
they sign by ours. A signature by a key that nobody named is passed over; one by a named key that does not verify
condemns the whole note.
"""

import re
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from gardefou.ledger.errors import NoteError

#: Signature types: the byte that goes into a key's id.
ED25519: Final = 0x01
COSIGNATURE: Final = 0x04
#: No note of ours, nor one that we read, is longer or bears more signatures.
LONGEST: Final = 1_000_000
MOST_SIGNATURES: Final = 100

_DASH = "\u2014 "
_SECRET = "PRIVATE+KEY+"  # noqa: S105  # how Go's note package marks a signing key
_ID_BYTES, _SEED_BYTES, _KEY_BYTES, _SIGNATURE_BYTES = 4, 32, 32, 64
_BLANK = "\n\n"
_PLAIN = re.compile("[\n -\ud7ff\ue000-\U0010ffff]*")


def key_id(name: str, kind: int, public: bytes) -> bytes:
    """Return the first four bytes of SHA-256 of the name, a newline, the type and the key."""
    return sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:_ID_BYTES]


def named(name: str) -> str:
    """Return a key's name, or an origin, as it is.

    Raises:
        NoteError: it is empty, no Unicode text, or has spaces, a plus or control characters in it.
    """
    if not name or "+" in name or not _plain(name) or any(sign.isspace() for sign in name):
        raise NoteError(f"{name[:80]!r} is no name of a key: neither spaces nor a plus")
    return name


def _plain(text: str) -> bool:
    """Return whether a text can be written as UTF-8, and has no control characters but newlines."""
    return _PLAIN.fullmatch(text) is not None


def from_base64(text: str) -> bytes:
    """Return the bytes of standard base64, in its one spelling.

    Raises:
        NoteError: it is not that.
    """
    try:
        data = b64decode(text, validate=True)
    except (NotBase64, ValueError) as problem:
        raise NoteError(f"{text[:80]!r} is not base64") from problem
    if b64encode(data).decode() != text:
        raise NoteError(f"{text[:80]!r} is not base64 in its one spelling")
    return data


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifierKey:
    """A key that others can verify with (C2SP signed-note, "verifier keys"): `NAME+ID+KEY`.

    Attributes:
        name: whose it is, such as a URL without its scheme.
        kind: `ED25519` for a log, `COSIGNATURE` for a witness.
        public: the Ed25519 key, 32 bytes.
    """

    name: str
    kind: int
    public: bytes

    @property
    def id(self) -> bytes:
        """The four bytes that stand in signatures."""
        return key_id(self.name, self.kind, self.public)

    def __str__(self) -> str:
        """Return it as others write it down."""
        return f"{self.name}+{self.id.hex()}+{b64encode(bytes([self.kind]) + self.public).decode()}"

    def verifies(self, message: bytes, signature: bytes) -> bool:
        """Return whether this key made that signature of these bytes."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


def read_key(text: str) -> VerifierKey:
    """Read a verifier key.

    Raises:
        NoteError: it is none, its id is another key's, or it is of a type that we do not know.
    """
    name, plus, rest = text.strip().partition("+")
    hexed, second, encoded = rest.partition("+")
    if not (plus and second):
        raise NoteError("a verifier key is written NAME+ID+KEY")
    material = from_base64(encoded)
    if len(material) != 1 + _KEY_BYTES or material[0] not in (ED25519, COSIGNATURE):
        raise NoteError(f"{named(name)}: only Ed25519 keys, for logs (type 1) or witnesses (type 4), are read here")
    key = VerifierKey(name=named(name), kind=material[0], public=material[1:])
    if key.id.hex() != hexed:
        raise NoteError(f"{name}: the id {hexed[:16]!r} is not this key's, which is {key.id.hex()}")
    return key


class Signer(Protocol):
    """Whatever holds a signing key."""

    @property
    def key(self) -> VerifierKey:
        """What verifies what it signs."""

    def sign(self, message: bytes) -> bytes:
        """Return the signature of these bytes, 64 bytes."""


class SecretKey:
    """A signing key in this program's memory."""

    def __init__(self, *, name: str, kind: int, seed: bytes) -> None:
        """Take a seed of 32 random bytes.

        Raises:
            NoteError: the seed has another length, or the name is none.
        """
        if len(seed) != _SEED_BYTES:
            raise NoteError(f"a signing key has {_SEED_BYTES} bytes")
        self._seed = seed
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        public = self._private.public_key().public_bytes_raw()
        self._key = VerifierKey(name=named(name), kind=kind, public=public)

    @property
    def key(self) -> VerifierKey:
        """What verifies what it signs."""
        return self._key

    def sign(self, message: bytes) -> bytes:
        """Return the signature of these bytes."""
        return self._private.sign(message)

    def unsafe_secret_text(self) -> str:
        """Return the key as Go's note package writes it down; whoever reads it can sign."""
        encoded = b64encode(bytes([self._key.kind]) + self._seed).decode()
        return f"{_SECRET}{self._key.name}+{self._key.id.hex()}+{encoded}"


def read_secret(text: str) -> SecretKey:
    """Read a signing key; an error never repeats it.

    Raises:
        NoteError: it is none.
    """
    wrong = NoteError("this is no signing key: PRIVATE+KEY+NAME+ID+KEY")
    stripped = text.strip()
    parts = stripped.removeprefix(_SECRET).split("+", 2)
    if not stripped.startswith(_SECRET) or len(parts) != 3:  # noqa: PLR2004  # name, id, key
        raise wrong
    name, hexed, encoded = parts
    try:
        material = b64decode(encoded, validate=True)
    except (NotBase64, ValueError):
        raise wrong from None
    fits = len(material) == 1 + _SEED_BYTES and material[0] in (ED25519, COSIGNATURE)
    if not fits or b64encode(material).decode() != encoded:
        raise wrong
    key = SecretKey(name=name, kind=material[0], seed=material[1:])
    if key.key.id.hex() != hexed:
        raise wrong
    return key


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureLine:
    """One signature under a note, read and not believed: who is said to have signed, and what they made."""

    name: str
    id: bytes
    signature: bytes

    def __str__(self) -> str:
        """Return the line, without its newline."""
        return f"{_DASH}{self.name} {b64encode(self.id + self.signature).decode()}"


def read_lines(text: str) -> tuple[SignatureLine, ...]:
    """Read signature lines, each ending in a newline.

    Raises:
        NoteError: one of them is none, or there are too many.
    """
    if not text.endswith("\n"):
        raise NoteError("the last signature does not end its line")
    lines = text[:-1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise NoteError(f"at most {MOST_SIGNATURES} signatures are read")
    return tuple(_line(line) for line in lines)


def _line(line: str) -> SignatureLine:
    if not line.startswith(_DASH):
        raise NoteError("a signature begins with a long dash and a space")
    name, space, encoded = line.removeprefix(_DASH).partition(" ")
    data = from_base64(encoded)
    if not space or len(data) <= _ID_BYTES:
        raise NoteError("a signature is a name, a space, and base64 of an id and what the key made")
    return SignatureLine(name=named(name), id=data[:_ID_BYTES], signature=data[_ID_BYTES:])


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Text, its last newline included, and the signatures under it."""

    text: str
    signatures: tuple[SignatureLine, ...]

    def __str__(self) -> str:
        """Return the note as it is sent and kept."""
        return f"{self.text}\n" + "".join(f"{one}\n" for one in self.signatures)


def read(data: bytes) -> Note:
    """Read a note, believing nothing of it.

    Raises:
        NoteError: it is none.
    """
    if len(data) > LONGEST:
        raise NoteError(f"a note has at most {LONGEST} bytes")
    try:
        whole = data.decode()
    except UnicodeDecodeError as problem:
        raise NoteError("a note is UTF-8 text") from problem
    if not _plain(whole):
        raise NoteError("a note has no control characters")
    text, blank, signatures = whole.rpartition(_BLANK)
    if not blank:
        raise NoteError("a note is text, an empty line, and signatures")
    return Note(text=text + "\n", signatures=read_lines(signatures))


def sign(text: str, signer: Signer) -> Note:
    """Return a text under the signature of one key.

    Raises:
        NoteError: it does not end its last line, or has control characters; the key is a witness's; or whatever holds
            the key made something else than its signature of this text.
    """
    if not text.endswith("\n") or not _plain(text):
        raise NoteError("what is signed is lines of plain text, each ended")
    if signer.key.kind != ED25519:
        raise NoteError(f"{signer.key.name} is a witness's key (type 4), and signs cosignatures alone")
    made = made_by(signer, text.encode())
    return Note(text=text, signatures=(SignatureLine(name=signer.key.name, id=signer.key.id, signature=made),))


def made_by(signer: Signer, message: bytes) -> bytes:
    """Return a signer's signature, once it verifies: what is published wrong cannot be taken back.

    Raises:
        NoteError: it does not.
    """
    made = signer.sign(message)
    if len(made) != _SIGNATURE_BYTES or not signer.key.verifies(message, made):
        raise NoteError(f"what signs for {signer.key.name} has made no signature of this key")
    return made


def by_known(note: Note, keys: Iterable[VerifierKey]) -> dict[VerifierKey, SignatureLine]:
    """Return the signatures under a note that are said to be by these keys, unverified, the first of each.

    Raises:
        NoteError: one of these keys is said to have signed twice, or two of them cannot be told apart.
    """
    wanted = set(keys)
    known: Mapping[tuple[str, bytes], VerifierKey] = {(key.name, key.id): key for key in wanted}
    if len(known) != len(wanted):
        raise NoteError("two of the keys given have one name and one id")
    found: dict[VerifierKey, SignatureLine] = {}
    for line in note.signatures:
        key = known.get((line.name, line.id))
        if key is None:
            continue
        if key in found:
            raise NoteError(f"{key.name} has signed twice")
        found[key] = line
    return found


def verified(note: Note, keys: Iterable[VerifierKey]) -> tuple[VerifierKey, ...]:
    """Return which of these keys have signed a note.

    Args:
        note: the note.
        keys: keys of the type `ED25519`; a witness's is for `cosignature.cosigned`.

    Raises:
        NoteError: none of them has, or one that is named does not verify.
    """
    found = by_known(note, (key for key in keys if key.kind == ED25519))
    for key, line in found.items():
        if len(line.signature) != _SIGNATURE_BYTES or not key.verifies(note.text.encode(), line.signature):
            raise NoteError(f"the signature of {key.name} does not verify")
    if not found:
        raise NoteError("no key that is known here has signed it")
    return tuple(found)
