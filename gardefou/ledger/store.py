"""The record in the database: append, read, commit to, open.

Upholds promise 9: an entry is pending until its transaction commits, and is numbered, hashed and written then, under
the one commit lock, last of all; so there is no change without its entry and no entry without its change, and two
writers never make two trees. Whether the record agrees with itself is `watch.audit`'s to say.
"""

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Subquery, bindparam, insert, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from gardefou.ledger import tables
from gardefou.ledger.commitment import SALT_BYTES, commitment, tag_of
from gardefou.ledger.entry import Json, decode, encode
from gardefou.ledger.errors import EntryError, HeadError
from gardefou.ledger.receipt import Opening
from gardefou.ledger.tree import EMPTY_ROOT, Frontier, leaf_hash
from gardefou.storage import Tx

#: Entries are written before events (place 90), after whatever rows a verb wants to write late.
PLACE = 50
PAGE = 500
#: Fields of a body that name something by its id.
NAMED = ("case", "incident", "statement")
_COMMITMENT_DIGITS = 64

_KNOWN = select(tables.opening.c.commitment).where(tables.opening.c.key == bindparam("key"))
_OPENED = select(tables.opening).where(tables.opening.c.commitment.in_(bindparam("commitments", expanding=True)))
_HEAD = select(tables.ledger_head)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """How long the record is, and the root that stands for all of it."""

    size: int
    root: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the record. Attributes as in its bytes; `index` is its place, from 0."""

    index: int
    at: int
    kind: str
    order_id: int | None
    body: dict[str, Any]
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pending:
    at: int
    kind: str
    order_id: int | None
    content: bytes
    about: frozenset[str]
    mentioned: frozenset[str]


def append(
    tx: Tx, *, now: int, kind: str, order_id: int | None, body: Mapping[str, Json], about: Sequence[str]
) -> None:
    """Put an entry on the record when this transaction commits.

    Args:
        tx: the open transaction.
        now: the instant, microseconds.
        kind: one of `EntryKind`.
        order_id: the order it is a step of, if any.
        body: what happened: codes, digests, commitments, ids as decimal strings; never personal data.
        about: what it concerns, for looking it up: `account:1`, `case:3`. Everything whose commitment stands in the
            body is added by itself, and so is what its fields `case`, `incident` and `statement` name.

    Raises:
        EntryError: the body cannot be written exactly, or is too long.
    """
    content = encode(kind=kind, at=now, order_id=order_id, body=body)
    if any(not (key.partition(":")[0] and key.partition(":")[2]) for key in about):
        raise EntryError(f"{list(about)!r}: what an entry is about is written `kind:id`")
    pending: list[_Pending] | None = tx.notes.get("ledger")
    if pending is None:
        pending = tx.notes["ledger"] = []
        tx.at_commit(PLACE, _write)
    pending.append(
        _Pending(
            at=now,
            kind=str(kind),
            order_id=order_id,
            content=content,
            about=frozenset(about) | named_in(body),
            mentioned=frozenset(commitments_in(body)),
        )
    )


def texts_in(value: object) -> Iterator[str]:
    """Yield every text anywhere in an entry's body."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from texts_in(part)
    elif isinstance(value, Sequence):
        for part in value:
            yield from texts_in(part)


def named_in(body: Mapping[str, object]) -> frozenset[str]:
    """Return what a body names in clear: `case:3`."""
    return frozenset(f"{name}:{body[name]}" for name in NAMED if isinstance(body.get(name), str) and body[name])


def commitments_in(body: object) -> Iterator[str]:
    """Yield every text in a body that has the shape of a commitment (digests have it too)."""
    return (text for text in texts_in(body) if len(text) == _COMMITMENT_DIGITS)


def _write(tx: Tx) -> None:
    """Number, hash and store the pending entries, and move the head."""
    pending: list[_Pending] = tx.notes.pop("ledger")
    # Whatever need not wait for the others is done before the lock is taken: it is the record's one narrow place.
    keys = keys_of(tx, frozenset().union(*(one.mentioned for one in pending)))
    leaves = [leaf_hash(one.content) for one in pending]
    tx.take_commit_lock()
    row = tx.first(_HEAD)
    frontier = Frontier() if row is None else Frontier.from_bytes(row["size"], row["frontier"])
    if row is not None and frontier.root != row["root"]:
        raise HeadError(f"the head at {row['size']} entries does not agree with its edge: run `gardefou ledger verify`")
    rows, about_rows = [], []
    for index, (one, leaf) in enumerate(zip(pending, leaves, strict=True), start=frontier.size):
        frontier = frontier.append(leaf)
        rows.append(
            {
                "index": index,
                "at": one.at,
                "kind": one.kind,
                "order_id": one.order_id,
                "content": one.content,
                "leaf": leaf,
            }
        )
        about = one.about | {keys[text] for text in one.mentioned if text in keys}
        about_rows += [{"about": key, "index": index} for key in sorted(about)]
    tx.execute(insert(tables.entry), rows)
    if about_rows:
        tx.execute(insert(tables.entry_about), about_rows)
    values = {"size": frontier.size, "root": frontier.root, "frontier": frontier.to_bytes()}
    change = update(tables.ledger_head) if row is not None else insert(tables.ledger_head).values(one=1)
    tx.execute(change.values(**values))


def head(tx: Tx) -> Head:
    """Return the record's head; entries pending in this very transaction are not in it yet."""
    row = tx.first(select(tables.ledger_head.c.size, tables.ledger_head.c.root))
    return Head(size=0, root=EMPTY_ROOT) if row is None else Head(size=row["size"], root=row["root"])


def rows(tx: Tx, *, after: int = -1, where: ColumnElement[bool] | None = None) -> Iterator[RowMapping]:
    """Yield the raw rows in order, a page at a time, without reading their bytes."""
    last = after
    while True:
        statement = select(tables.entry).where(tables.entry.c.index > last).order_by(tables.entry.c.index).limit(PAGE)
        page = tx.all(statement if where is None else statement.where(where))
        yield from page
        if len(page) < PAGE:
            return
        last = page[-1]["index"]


def _entry(row: RowMapping) -> Entry:
    line = decode(row["content"])
    return Entry(
        index=row["index"],
        at=line.at,
        kind=line.kind,
        order_id=line.order_id,
        body=dict(line.body),
        content=row["content"],
    )


def entries(
    tx: Tx, *, after: int = -1, limit: int | None = None, where: ColumnElement[bool] | None = None
) -> Iterator[Entry]:
    """Yield entries in order, however many there are, a page at a time.

    Args:
        tx: the open transaction.
        after: the index of the last entry already known.
        limit: at most so many; all of them when None.
        where: a condition on the table `entry`.

    Raises:
        EntryError: a row's bytes are not an entry.
    """
    for number, row in enumerate(rows(tx, after=after, where=where)):
        if limit is not None and number >= limit:
            return
        yield _entry(row)


def entry_at(tx: Tx, index: int) -> Entry | None:
    """Return the entry at a place; None where the record is not that long."""
    return next(entries(tx, where=tables.entry.c.index == index), None)


def newest_of(tx: Tx, places: Subquery, *, before: int | None = None, limit: int) -> list[Entry]:
    """Return the last of the entries that stand at certain places (its column `index`), the newest first."""
    wanted = select(places.c.index)
    if before is not None:
        wanted = wanted.where(places.c.index < before)
    indexes = [row["index"] for row in tx.all(wanted.order_by(places.c.index.desc()).limit(limit))]
    return list(entries(tx, where=tables.entry.c.index.in_(indexes)))[::-1] if indexes else []


def newest(tx: Tx, *, kind: str) -> Iterator[Entry]:
    """Yield the entries of one kind, the newest first, a page at a time.

    Raises:
        EntryError: a row's bytes are not an entry.
    """
    wanted = select(tables.entry).where(tables.entry.c.kind == kind).order_by(tables.entry.c.index.desc()).limit(PAGE)
    page = tx.all(wanted)
    while page:
        yield from (_entry(row) for row in page)
        page = tx.all(wanted.where(tables.entry.c.index < page[-1]["index"])) if len(page) == PAGE else []


def entries_about(tx: Tx, about: str, *, after: int = -1, limit: int | None = None) -> Iterator[Entry]:
    """Yield the entries that concern something: `account:1`, `person:2`, `case:3`, `incident:4`."""
    indexes = select(tables.entry_about.c.index).where(tables.entry_about.c.about == about)
    return entries(tx, after=after, limit=limit, where=tables.entry.c.index.in_(indexes))


def newest_about(tx: Tx, about: str, *, before: int | None, limit: int) -> list[Entry]:
    """Return the last entries that concern something, the newest first; with `before`, those of lower indexes."""
    wanted = select(tables.entry_about.c.index).where(tables.entry_about.c.about == about)
    if before is not None:
        wanted = wanted.where(tables.entry_about.c.index < before)
    indexes = [row["index"] for row in tx.all(wanted.order_by(tables.entry_about.c.index.desc()).limit(limit))]
    return list(entries(tx, where=tables.entry.c.index.in_(indexes)))[::-1] if indexes else []


def entry_of_order(tx: Tx, order_id: int) -> list[Entry]:
    """Return every entry of one order, in order."""
    return list(entries(tx, where=tables.entry.c.order_id == order_id))


def commit_to(tx: Tx, *, now: int, key: str, content: str, about_person: int | None = None) -> str:
    """Return the one commitment of a thing that recurs, made when it is first asked for.

    Args:
        tx: the open transaction.
        now: the instant, microseconds.
        key: `person:12`, `account:7`.
        content: what is shown when the commitment is opened (a name, a handle). It is kept as it was at first asking:
            the record says who it was, and a later name does not change that. What was erased stays so.
        about_person: the person who works here whom it tells of, and with whom it is erased; of a key `person:12` it
            is that one.
    """
    if ":" not in key:
        raise EntryError(f"{key!r}: a recurring thing's key is written `kind:id`")
    known = tx.scalar(_KNOWN, {"key": key})
    if known is None:
        kind, _colon, number = key.partition(":")
        told_of = int(number) if kind == "person" else about_person
        _keep(tx, now=now, key=key, content=content, about_person=told_of)
        # Another transaction may have come first; then its commitment is the one.
        known = tx.scalar(_KNOWN, {"key": key})
    return str(known)


def commit_text(
    tx: Tx, *, now: int, content: str, written_by: int | None = None, about_person: int | None = None
) -> str:
    """Return a commitment to a free text, with a salt of its own: the same text twice gives two commitments.

    Args:
        tx: the open transaction.
        now: the instant, microseconds.
        content: the text.
        written_by: the person who works here whose words these are, and with whom they are erased.
        about_person: the person whom they tell of, likewise.
    """
    return _keep(tx, now=now, key=None, content=content, written_by=written_by, about_person=about_person)


def _keep(
    tx: Tx, *, now: int, key: str | None, content: str, written_by: int | None = None, about_person: int | None = None
) -> str:
    salt = secrets.token_bytes(SALT_BYTES)
    made = commitment(salt=salt, tag=tag_of(key), content=content)
    row = {
        "commitment": made,
        "key": key,
        "salt": salt,
        "content": content,
        "created_at": now,
        "written_by": written_by,
        "about_person": about_person,
    }
    if tx.dialect == "postgresql":
        tx.execute(postgresql_insert(tables.opening).on_conflict_do_nothing(index_elements=["key"]), row)
    else:
        tx.execute(sqlite_insert(tables.opening).on_conflict_do_nothing(index_elements=["key"]), row)
    return made


def open_(tx: Tx, commitments: Iterable[str]) -> dict[str, str]:
    """Return what these commitments stand for; one whose opening was erased is left out."""
    return {row["commitment"]: row["content"] for row in _openings(tx, commitments) if row["salt"]}


def keys_of(tx: Tx, commitments: Iterable[str]) -> dict[str, str]:
    """Return the key (`person:12`) of each of these that stands for something recurring, erased or not."""
    return {row["commitment"]: row["key"] for row in _openings(tx, commitments) if row["key"] is not None}


def openings(tx: Tx, commitments: Iterable[str]) -> list[Opening]:
    """Return what opens these commitments, salts and all: for whoever it may be handed to."""
    return [
        Opening(commitment=row["commitment"], key=row["key"], salt=row["salt"], content=row["content"])
        for row in _openings(tx, commitments)
    ]


def _openings(tx: Tx, commitments: Iterable[str]) -> Iterator[RowMapping]:
    wanted = sorted(set(commitments))
    for start in range(0, len(wanted), PAGE):
        yield from tx.all(_OPENED, {"commitments": wanted[start : start + PAGE]})
