"""Each line of the record against what stands beside it: its columns, its index, its openings."""

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import RowMapping, select

from gardefou.incidents.tables import incident
from gardefou.ledger import store, tables
from gardefou.ledger.commitment import commitment, tag_of
from gardefou.ledger.entry import decode
from gardefou.ledger.errors import EntryError
from gardefou.ledger.store import Entry, Head
from gardefou.ledger.tree import EMPTY_ROOT, Frontier, leaf_hash
from gardefou.orders.tables import orders
from gardefou.storage import Tx
from gardefou.watch.dossier import committed
from gardefou.watch.erasures import Erased
from gardefou.watch.finding import Finding


def check_tree(tx: Tx, heads: Iterable[Head] = ()) -> Iterator[Finding | int]:
    """Hash every entry again, from the first, and hold the tree against the head; yield each index that is well.

    Args:
        tx: the open transaction.
        heads: signed heads that the record must lead on from: each is its root when it was that long.
    """
    frontier, signed = Frontier(), sorted(heads, key=lambda one: one.size, reverse=True)
    for row in store.rows(tx):
        if _not_led_on(signed, frontier):
            break
        index = frontier.size
        if row["index"] != index:
            yield Finding(code="entry-missing", index=index)
            return
        # SQLite keeps whatever type it is given: an entry that is not bytes any more was changed.
        content = row["content"] if isinstance(row["content"], bytes) else b""
        leaf = leaf_hash(content)
        if leaf != row["leaf"]:
            yield Finding(code="entry-changed", index=index)
            return
        frontier = frontier.append(leaf)
        yield index
    if _not_led_on(signed, frontier):
        yield Finding(code="head-rewritten", fields={"size": signed[-1].size})
        return
    yield from _check_head(tx, frontier)
    if signed:
        yield Finding(code="record-behind", fields={"size": signed[0].size, "found": frontier.size})


def _not_led_on(signed: list[Head], frontier: Frontier) -> bool:
    """Return whether a signed head of just this size has another root; one that has the same is done with."""
    while signed and signed[-1].size == frontier.size:
        if signed[-1].root != frontier.root:
            return True
        signed.pop()
    return False


def _check_head(tx: Tx, frontier: Frontier) -> Iterator[Finding]:
    row = tx.first(select(tables.ledger_head))
    size, root, edge = (0, EMPTY_ROOT, b"") if row is None else (row["size"], row["root"], row["frontier"])
    if size != frontier.size:
        yield Finding(code="entries-cut", fields={"size": size, "found": frontier.size})
    elif root != frontier.root or edge != frontier.to_bytes():
        yield Finding(code="root-differs", fields={"size": size})


def check_openings(tx: Tx) -> Iterator[Finding]:
    """Hash every opening again."""
    last = ""
    while page := tx.all(
        select(tables.opening)
        .where(tables.opening.c.commitment > last)
        .order_by(tables.opening.c.commitment)
        .limit(store.PAGE)
    ):
        for row in page:
            # What was emptied says nothing any more; whether an order did it, each entry that commits to it asks.
            emptied = not row["salt"] and not row["content"]
            if not emptied and row["commitment"] != _hashed(row):
                yield Finding(code="opening-changed", fields={"commitment": row["commitment"]})
        last = page[-1]["commitment"]


def _hashed(row: RowMapping) -> str:
    try:
        return commitment(salt=row["salt"], tag=tag_of(row["key"]), content=row["content"])
    except EntryError:
        return ""


def pages(tx: Tx) -> Iterator[list[RowMapping]]:
    """Yield the raw rows, a page at a time."""
    page: list[RowMapping] = []
    for row in store.rows(tx):
        page.append(row)
        if len(page) == store.PAGE:
            yield page
            page = []
    if page:
        yield page


def read_page(tx: Tx, page: Sequence[RowMapping], erased: Erased) -> Iterator[Entry | Finding]:
    """Yield the entries of a page, each after what is wrong beside it; `erased` is whom orders have erased."""
    entries: list[Entry] = []
    for row in page:
        try:
            line = decode(row["content"])
        except EntryError as problem:
            yield Finding(code="entry-unreadable", index=row["index"], fields={"why": problem.message})
            return
        for column, said in (("at", line.at), ("kind", line.kind), ("order_id", line.order_id)):
            if row[column] != said:
                yield Finding(code="column-differs", index=row["index"], fields={"column": column})
        entries.append(
            Entry(
                index=row["index"],
                at=line.at,
                kind=line.kind,
                order_id=line.order_id,
                body=dict(line.body),
                content=row["content"],
            )
        )
    beside = _Beside(tx, entries, erased)
    for entry in entries:
        yield from beside.check(entry)
        yield entry


class _Beside:
    """What stands in the database beside a page of entries, read at once."""

    def __init__(self, tx: Tx, entries: Sequence[Entry], erased: Erased) -> None:
        self._erased = erased
        mentioned = {text for entry in entries for text in store.commitments_in(entry.body)}
        self._keys = store.keys_of(tx, mentioned)
        self._opened = store.open_(tx, mentioned)
        self._about: dict[int, set[str]] = {entry.index: set() for entry in entries}
        between = tables.entry_about.c.index.between(entries[0].index, entries[-1].index)
        for row in tx.all(select(tables.entry_about).where(between)):
            self._about.setdefault(row["index"], set()).add(row["about"])
        ids = {entry.order_id for entry in entries if entry.order_id is not None}
        wanted = select(orders.c.id, orders.c.account_id, orders.c.case_id).where(orders.c.id.in_(ids))
        self._orders = {row["id"]: row for row in tx.all(wanted)}
        named = {int(entry.body["incident"]) for entry in entries if _is_number(entry.body.get("incident"))}
        accounts = tx.all(select(incident.c.id, incident.c.account_id).where(incident.c.id.in_(named)))
        self._incidents = {str(row["id"]): row["account_id"] for row in accounts}

    def check(self, entry: Entry) -> Iterator[Finding]:
        """Yield what is wrong beside an entry."""
        for made, where in committed(entry).items():
            explained = self._erased.explains(entry, made, where)
            if made not in self._opened and not explained:
                yield Finding(code="opening-missing", index=entry.index, fields={"field": where})
            if made in self._opened and explained:
                yield Finding(code="opening-kept", index=entry.index, fields={"field": where})
        for about in sorted(self._wrong(entry)):
            yield Finding(code="about-differs", index=entry.index, fields={"about": about})

    def _wrong(self, entry: Entry) -> set[str]:
        """Return what the index has too much, or lacks."""
        mentioned = {self._keys[text] for text in store.commitments_in(entry.body) if text in self._keys}
        must = mentioned | store.named_in(entry.body)
        listed = self._about[entry.index]
        return (must - listed) | {about for about in listed - must if not self._may(entry, about)}

    def _may(self, entry: Entry, about: str) -> bool:
        """Return whether an entry may be listed there: its order's account or case, or its incident's account."""
        order = None if entry.order_id is None else self._orders.get(entry.order_id)
        allowed = {f"account:{self._incidents.get(str(entry.body.get('incident')))}"}
        if order is not None:
            allowed |= {f"account:{order['account_id']}", f"case:{order['case_id']}"}
        return about in allowed


def _is_number(value: object) -> bool:
    return isinstance(value, str) and value.isascii() and value.isdigit()
