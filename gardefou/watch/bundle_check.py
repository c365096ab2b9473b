"""Check a bundle with nothing but itself and the verifier keys that one has from elsewhere.

Upholds promises 14 and 15 for whoever has no access to the house. Nothing that the bundle says of itself is believed:
each part is held against the signed checkpoint, in the order of the steps, and the first thing that is not as it must
be is named.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from gardefou.guard.rules import load
from gardefou.ledger import checkpoint as checkpoints
from gardefou.ledger.archive import Archive
from gardefou.ledger.check import Progress, checked_runs
from gardefou.ledger.checkpoint import Checkpoint
from gardefou.ledger.commitment import commitment, tag_of
from gardefou.ledger.cosignature import cosigned
from gardefou.ledger.entry import MAX_BYTES, canonical, decode
from gardefou.ledger.errors import ArchiveError, EntryError, NoteError, ProofError
from gardefou.ledger.note import VerifierKey, from_base64
from gardefou.ledger.receipt import Opening
from gardefou.ledger.store import Entry, commitments_in
from gardefou.ledger.tiles import WIDTH, Tile, read_path
from gardefou.ledger.tree import HASH_BYTES, leaf_hash, verify_inclusion
from gardefou.watch.bundle import (
    CHECKPOINT,
    ENTRIES,
    KEYS,
    MANIFEST,
    MANIFEST_DIGEST,
    OPENINGS,
)
from gardefou.watch.bundle_replay import Replay
from gardefou.watch.finding import Finding
from gardefou.watch.opened import InHand

_LONGEST_NOTE, _LONGEST_MANIFEST, _LONGEST_RULEBOOK = 1_000_000, 256 * 1024**2, 1024**2
_LONGEST_BUNDLE = WIDTH * (MAX_BYTES + 2)
#: An entry as JSON in JSON, and its proof.
_LONGEST_LINE = 4 * MAX_BYTES
#: A house's settings, all its safeguards at the founding: nothing else that is committed to is long.
_LONGEST_OPENING = 64 * 1024**2
_RULEBOOK = re.compile(r"rulebooks/([0-9a-f]{64})\.toml", re.ASCII)
_LONGEST_PROOF = 63


@dataclass(slots=True, kw_only=True)
class Report:
    """What a bundle proves.

    Attributes:
        checkpoint: the signed head that it is all under.
        cosigned: which of the witnesses asked about have signed that head, and when, POSIX seconds.
        of: what it says to be about.
        entries: how many entries were checked.
        openings: how many commitments were opened.
        closed: how many entries commit to something that this bundle does not open.
        signatures: how many signatures verify, by sort.
        finding: the first thing in what the entries say that is not as it must be.
    """

    checkpoint: Checkpoint
    cosigned: Mapping[str, int]
    of: str
    entries: int = 0
    openings: int = 0
    closed: int = 0
    signatures: Mapping[str, int] = field(default_factory=dict)
    finding: Finding | None = None


def check_bundle(archive: Archive, *, keys: Sequence[VerifierKey], progress: Progress | None = None) -> Report:
    """Check a bundle.

    Steps:
        (1) The manifest is what its digest says, and every file what the manifest says; there is no other file.
        (2) One of the log's keys has signed the checkpoint, and of the witnesses named whoever is said to have.
        (3) Every opening hashes to its commitment, and every rulebook to its digest.
        (4) Every entry is under the checkpoint: by all the tiles, up to the root; or by a proof of its own.
        (5) Every step, decision, standing and signature is replayed as the entries go by.

    Args:
        archive: the bundle.
        keys: verifier keys that are trusted: one of the log's at least, and of witnesses as many as one asks about.
        progress: told how many entries of how many are done.

    Raises:
        ArchiveError, NoteError, ProofError, EntryError: what is not as it must be, by its name.
    """
    manifest = _manifest(archive)  # (1)
    head, note = checkpoints.opened(archive.read(CHECKPOINT, most=_LONGEST_NOTE), keys=keys)  # (2)
    if head.origin not in {key.name for key in keys}:
        raise NoteError(f"its checkpoint is one of {head.origin[:80]!r}, and none of these keys is that log's")
    seen = {key.name: seconds for key, seconds in cosigned(note, keys).items()}
    _fits(manifest, head)
    opened = InHand(openings=dict(_openings(archive)), demo=False)  # (3)
    replay = Replay(opened, load, _rulebooks(archive), whole=not str(manifest["of"]).startswith("incident"))
    report = Report(checkpoint=head, cosigned=seen, of=str(manifest["of"]), openings=len(opened.openings))
    unopened = set(opened.openings)
    total = int(manifest["entries"])
    for entry in _entries(archive, head):  # (4)
        report.entries += 1
        made = set(commitments_in(entry.body))
        unopened -= made
        if report.finding is None:  # (5)
            report.finding = next(replay.take(entry), None)
        if progress is not None:
            progress(report.entries, total)
    if report.entries != total:
        raise ArchiveError(f"its manifest counts {total} entries; there are {report.entries}")
    if unopened:
        raise EntryError(f"{OPENINGS}: {min(unopened)} is committed to by no entry of this bundle")
    report.closed, report.signatures = replay.closed, replay.tally.counts
    return report


def _manifest(archive: Archive) -> dict[str, Any]:
    """(1) Return the manifest, each file having been held against it."""
    data = archive.read(MANIFEST, most=_LONGEST_MANIFEST)
    if archive.read(MANIFEST_DIGEST, most=100) != f"{sha256(data).hexdigest()}\n".encode():
        raise ArchiveError(f"{MANIFEST} is not what {MANIFEST_DIGEST} says: it was changed")
    try:
        found = json.loads(data)
        files = [(str(name), int(size), str(digest)) for name, size, digest in found["files"]]
        int(found["entries"]), str(found["size"]), str(found["origin"]), str(found["of"])
        if found["v"] != 1 or canonical(found) != data:
            raise ArchiveError(f"{MANIFEST} is not written as we write it")
    except (ValueError, KeyError, TypeError, RecursionError, EntryError) as problem:
        raise ArchiveError(f"{MANIFEST} cannot be read") from problem
    if [name for name, _, _ in files] != [name for name in archive.files if name not in (MANIFEST, MANIFEST_DIGEST)]:
        raise ArchiveError(f"{MANIFEST} lists other files than there are")
    for name, size, digest in files:
        if not _known(name):
            raise ArchiveError(f"{name[:80]} is nothing that a bundle has")
        if archive.files[name].size != size or archive.digest(name) != digest:
            raise ArchiveError(f"{name} is not what {MANIFEST} says: it was changed")
    return dict(found)


def _known(name: str) -> bool:
    return (
        name in (CHECKPOINT, KEYS, ENTRIES, OPENINGS)
        or _RULEBOOK.fullmatch(name) is not None
        or read_path(name) is not None
    )


def _fits(manifest: Mapping[str, Any], head: Checkpoint) -> None:
    if (manifest["origin"], manifest["size"]) != (head.origin, str(head.size)):
        raise ArchiveError(f"{MANIFEST} is of another checkpoint than the one in it")
    if manifest["of"] == "everything" and int(manifest["entries"]) != head.size:
        raise ArchiveError(f"{MANIFEST} says to be of everything, and counts fewer entries")


def _openings(archive: Archive) -> Iterator[tuple[str, Opening]]:
    """(3) Yield every opening, hashed again."""
    if OPENINGS not in archive.files:
        return
    for number, line in enumerate(archive.lines(OPENINGS, longest=_LONGEST_OPENING), start=1):
        try:
            found = json.loads(line)
            one = Opening(
                commitment=str(found["commitment"]),
                key=str(found["key"]) or None,
                salt=bytes.fromhex(found["salt"]),
                content=str(found["content"]),
            )
            made = commitment(salt=one.salt, tag=tag_of(one.key), content=one.content)
        except (ValueError, KeyError, TypeError, RecursionError, EntryError) as problem:
            raise EntryError(f"{OPENINGS}: line {number} opens nothing") from problem
        if made != one.commitment:
            raise EntryError(f"{OPENINGS}: line {number} does not hash to {one.commitment[:64]}")
        yield made, one


def _rulebooks(archive: Archive) -> dict[str, str]:
    """(3) Return every rulebook's text, hashed again."""
    found = {}
    for name in archive.files:
        named = _RULEBOOK.fullmatch(name)
        if named is None:
            continue
        data = archive.read(name, most=_LONGEST_RULEBOOK)
        if sha256(data).hexdigest() != named[1]:
            raise ArchiveError(f"{name} does not hash to its name")
        try:
            found[named[1]] = data.decode()
        except UnicodeDecodeError as problem:
            raise ArchiveError(f"{name} is not text") from problem
    return found


def _entries(archive: Archive, head: Checkpoint) -> Iterator[Entry]:
    """(4) Yield every entry, in order, each under the checkpoint."""
    contents = _listed(archive, head) if ENTRIES in archive.files else _laid_out(archive, head)
    for index, content in contents:
        try:
            line = decode(content)
        except EntryError as problem:
            raise EntryError(f"entry {index} cannot be read: {problem.message}") from problem
        yield Entry(
            index=index, at=line.at, kind=line.kind, order_id=line.order_id, body=dict(line.body), content=content
        )


def _listed(archive: Archive, head: Checkpoint) -> Iterator[tuple[int, bytes]]:
    """Yield entries that have a proof each."""
    last = -1
    if any(read_path(name) is not None for name in archive.files):
        raise ArchiveError("it has both tiles and entries with proofs; a bundle has one of them")
    for number, line in enumerate(archive.lines(ENTRIES, longest=_LONGEST_LINE), start=1):
        try:
            found = json.loads(line)
            index, content = found["index"], found["entry"].encode()
            if type(index) is not int or not last < index:
                raise EntryError(f"{ENTRIES}: line {number} is out of order")
            proof = [from_base64(step) for step in found["proof"][: _LONGEST_PROOF + 1]]
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError, NoteError) as problem:
            raise EntryError(f"{ENTRIES}: line {number} is no entry with its proof") from problem
        verify_inclusion(leaf=leaf_hash(content), index=index, size=head.size, proof=proof, root=head.root)
        last = index
        yield index, content


def _laid_out(archive: Archive, head: Checkpoint) -> Iterator[tuple[int, bytes]]:
    """Yield the entries of the whole record, whose tiles add up to the root."""
    used = 0

    def read(tile: Tile) -> bytes:
        nonlocal used
        used += 1
        return archive.read(tile.path, most=_LONGEST_BUNDLE if tile.level is None else WIDTH * HASH_BYTES)

    for run in checked_runs(read, head.size, head.root):
        yield from enumerate(run.entries, start=run.first)
    if used != sum(read_path(name) is not None for name in archive.files):
        raise ProofError(f"it has tiles that a tree of {head.size} entries has not")
