"""Logs and witnesses to test with: trees of made-up leaves, heads of them, and what is sent to a witness."""

from gardefou.ledger import witnessing
from gardefou.ledger.checkpoint import Checkpoint
from gardefou.ledger.note import COSIGNATURE, ED25519, Note, SecretKey, Signer
from gardefou.ledger.tree import consistency_proof, leaf_hash, root_of

ORIGIN = "house.example/ledger"
LOG = SecretKey(name=ORIGIN, kind=ED25519, seed=bytes(range(32)))
WITNESS = SecretKey(name="paper.example/witness", kind=COSIGNATURE, seed=bytes(range(32, 64)))


def leaves(size: int, *, story: str = "told") -> list[bytes]:
    """Return the hashes of so many entries; another story differs from the first entry on."""
    return [leaf_hash(f"{story} {number}".encode()) for number in range(size)]


def head(size: int, *, story: str = "told", signer: Signer = LOG, origin: str = ORIGIN) -> Note:
    """Return a head of that many entries under a signature."""
    return Checkpoint(origin=origin, size=size, root=root_of(leaves(size, story=story))).signed(signer)


def submission(old: int, new: int, *, story: str = "told", signer: Signer = LOG, origin: str = ORIGIN) -> bytes:
    """Return a request as a log makes it that knows how far the witness is."""
    proof = consistency_proof(leaves(new, story=story), old)
    return witnessing.body(old=old, proof=proof, note=head(new, story=story, signer=signer, origin=origin))
