"""A bundle: one file with which another machine checks a part of the record, or all of it, without any database.

It holds the newest signed checkpoint; either every tile and entry, or some entries each with its proof; openings that
whoever asked may see; every rulebook's text; the verifier keys, as a courtesy; and a manifest. All of it is held
against the checkpoint's signature by `bundle_check`. What was published only a moment ago, and so is not under the
newest checkpoint, is not in it.
"""

import tempfile
from base64 import b64encode
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import BinaryIO

from sqlalchemy import ColumnElement, or_, select

from gardefou.incidents.queries import orders_of
from gardefou.ledger import checkpoint as checkpoints
from gardefou.ledger import note as notes
from gardefou.ledger import store, tables
from gardefou.ledger.archive import Writer
from gardefou.ledger.checkpoint import Checkpoint
from gardefou.ledger.entry import canonical
from gardefou.ledger.folder import LedgerFolder
from gardefou.ledger.note import VerifierKey
from gardefou.ledger.store import Entry
from gardefou.ledger.tiles import TileTree, bundles_of, tiles_of
from gardefou.orders.kinds import Kind
from gardefou.orders.tables import orders
from gardefou.storage import Tx
from gardefou.watch import rulebooks
from gardefou.watch.errors import BundleError

CHECKPOINT, KEYS, ENTRIES, OPENINGS = "checkpoint", "keys", "entries.jsonl", "openings.jsonl"
MANIFEST, MANIFEST_DIGEST = "manifest.json", "manifest.sha256"
RULEBOOKS = "rulebooks/"
#: What every decision rests on, or a signature, whatever a bundle is about.
_GROUND = ("house.founded", "rulebook.entered", "credential.enrolled")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a bundle is about, and what of it may be read.

    Attributes:
        account_id: one account's entries; or
        incident_id: one incident's; or everything, when both are None.
        opened: whether what stands behind commitments goes with it; of everything, that of accounts and posts alone.
        people: of everything, also all that names these people, whose record is open to whoever asks.
    """

    account_id: int | None = None
    incident_id: int | None = None
    opened: bool = False
    people: Collection[int] = ()

    @property
    def whole(self) -> bool:
        """Whether it is the whole record."""
        return self.account_id is None and self.incident_id is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A bundle that was written.

    Attributes:
        size: how long the record is under its checkpoint.
        entries: how many entries are in it.
        openings: how many openings.
        digest: SHA-256 of its manifest, in hexadecimal.
    """

    size: int
    entries: int
    openings: int
    digest: str


def write_bundle(
    tx: Tx, out: BinaryIO, *, folder: LedgerFolder, scope: Scope, keys: Sequence[VerifierKey] = ()
) -> Written:
    """Write a bundle.

    Args:
        tx: a transaction that sees one instant (`Database.reading`).
        out: where to.
        folder: the published record.
        scope: what it is about.
        keys: the verifier keys that go with it, as a courtesy: who checks it has them from elsewhere.

    Raises:
        BundleError: nothing was published yet, or nothing of what is asked for.
        TileMissingError: what was published is not there any more.
    """
    signed = folder.checkpoint()
    if signed is None:
        raise BundleError("nothing is published yet: let the worker run, then ask again")
    head = checkpoints.read(notes.read(signed).text)
    archive = Writer(out)
    archive.add(CHECKPOINT, signed)
    if keys:
        archive.add(KEYS, "".join(f"{key}\n" for key in keys).encode())
    if scope.whole:
        count, opened = head.size, _openings_of_everything(tx, scope, head.size)
        for tile in [*bundles_of(head.size), *tiles_of(head.size)]:
            archive.add(tile.path, folder.read(tile))
    else:
        count, opened = _add_part(tx, archive, folder, scope, head)
    openings = _add_lines(archive, OPENINGS, _opening_lines(tx, opened))
    for digest, text in sorted(rulebooks.texts(tx).items()):
        archive.add(f"{RULEBOOKS}{digest}.toml", text.encode())
    manifest = canonical(
        {
            "v": 1,
            "origin": head.origin,
            "size": str(head.size),
            "of": _of(scope),
            "entries": str(count),
            "files": [[name, str(size), digest] for name, size, digest in archive.files],
        }
    )
    digest = sha256(manifest).hexdigest()
    archive.add(MANIFEST, manifest)
    archive.add(MANIFEST_DIGEST, f"{digest}\n".encode())
    archive.close()
    return Written(size=head.size, entries=count, openings=openings, digest=digest)


def _of(scope: Scope) -> str:
    """Return what a bundle is about, without a name."""
    if scope.whole:
        return "everything"
    return f"incident {scope.incident_id}" if scope.account_id is None else "account"


def _add_lines(archive: Writer, name: str, lines: Iterable[bytes]) -> int:
    """Write lines as a file of the archive, however many; return how many. Without any there is no file."""
    count, size = 0, 0
    with tempfile.TemporaryFile() as beside:
        for line in lines:
            beside.write(line + b"\n")
            count, size = count + 1, size + len(line) + 1
        if count:
            archive.copy(name, beside, size)
    return count


def _add_part(tx: Tx, archive: Writer, folder: LedgerFolder, scope: Scope, head: Checkpoint) -> tuple[int, set[str]]:
    """Write the entries of a part, each with its proof; return how many, and what of them may be opened."""
    tree, mentioned, joins = TileTree(head.size, folder.read), set[str](), dict[str, str]()
    if tree.root() != head.root:
        raise BundleError("the published tiles do not add up to their checkpoint: run `gardefou ledger verify`")

    def lines() -> Iterator[bytes]:
        for entry, about_it in _entries_of(tx, scope, head.size):
            if scope.opened and about_it:
                mentioned.update(store.commitments_in(entry.body))
            if entry.body.get("order_kind") == Kind.PERSON_JOIN.value and "change" in entry.body:
                joins[str(entry.body["change"])] = str(entry.body["subject"])
            proof = [b64encode(step).decode() for step in tree.inclusion_proof(entry.index)]
            yield canonical({"index": entry.index, "entry": entry.content.decode(), "proof": proof})

    count = _add_lines(archive, ENTRIES, lines())
    if not count:
        raise BundleError("the published record has nothing of that yet")
    # Who of those in it were found to be one human, since people are counted by that.
    return count, mentioned | {change for change, who in joins.items() if who in mentioned}


def _entries_of(tx: Tx, scope: Scope, size: int) -> Iterator[tuple[Entry, bool]]:
    """Yield the entries of a part, in order, and whether each is about it or only something that decisions rest on."""
    entry, listed = tables.entry, tables.entry_about
    about = f"account:{scope.account_id}" if scope.incident_id is None else f"incident:{scope.incident_id}"
    indexes = select(listed.c.index).where(listed.c.about == about)
    of_orders = [
        row["order_id"]
        for row in tx.all(select(entry.c.order_id).distinct().where(entry.c.index.in_(indexes)))
        if row["order_id"] is not None
    ]
    if scope.incident_id is not None:
        of_orders += [order.id for order in orders_of(tx, scope.incident_id)]
    about_it = {row["index"] for row in tx.all(indexes)} | set(_of_orders(tx, of_orders))
    found = about_it | set(_indexes(tx, entry.c.kind.in_(_GROUND))) | set(_of_orders(tx, _joins(tx)))
    ordered = sorted(one for one in found if one < size)
    for start in range(0, len(ordered), store.PAGE):
        for one in store.entries(tx, where=entry.c.index.in_(ordered[start : start + store.PAGE])):
            yield one, one.index in about_it


def _of_orders(tx: Tx, order_ids: Iterable[int]) -> Iterator[int]:
    wanted = sorted(set(order_ids))
    for start in range(0, len(wanted), store.PAGE):
        yield from _indexes(tx, tables.entry.c.order_id.in_(wanted[start : start + store.PAGE]))


def _indexes(tx: Tx, where: ColumnElement[bool]) -> Iterator[int]:
    return (row["index"] for row in tx.all(select(tables.entry.c.index).where(where)))


def _joins(tx: Tx) -> Iterator[int]:
    """Yield the orders that found two persons to be one: without them, people would be counted wrongly."""
    joins = select(orders.c.id).where(orders.c.kind == Kind.PERSON_JOIN.value, orders.c.executed_at.is_not(None))
    yield from (int(row["id"]) for row in tx.all(joins))


def _openings_of_everything(tx: Tx, scope: Scope, size: int) -> set[str]:
    """Return what may be opened of the whole record: all that names the people whose record is open."""
    mentioned: set[str] = set()
    for person_id in scope.people:
        for entry in store.entries_about(tx, f"person:{person_id}"):
            if entry.index < size:
                mentioned |= set(store.commitments_in(entry.body))
    return mentioned | (_public_things(tx) if scope.opened else set())


def _public_things(tx: Tx) -> set[str]:
    """Return the commitments to accounts and posts, which anybody sees."""
    opening = tables.opening
    named = or_(opening.c.key.like("account:%"), opening.c.key.like("post:%"))
    return {str(row["commitment"]) for row in tx.all(select(opening.c.commitment).where(named))}


def _opening_lines(tx: Tx, wanted: Collection[str]) -> Iterator[bytes]:
    """Yield the openings of these commitments, as far as they are there."""
    ordered, opening = sorted(wanted), tables.opening
    for start in range(0, len(ordered), store.PAGE):
        part = opening.c.commitment.in_(ordered[start : start + store.PAGE])
        for row in tx.all(select(opening).where(part).order_by(opening.c.commitment)):
            yield canonical(
                {
                    "commitment": row["commitment"],
                    "key": row["key"] or "",
                    "salt": row["salt"].hex(),
                    "content": row["content"],
                }
            )
