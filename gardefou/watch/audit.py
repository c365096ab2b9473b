"""Check everything, from the first entry: the tree, every line, every quorum, every row, every standing.

Upholds promises 14 to 16: an order forged by raw SQL, an edited vote, a rule changed behind the house's back, a line
taken out of the record are each found and named. What this cannot see is a database rewritten whole, with its head; for
that there are heads kept elsewhere.
"""

from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from itertools import islice

from sqlalchemy import select

from gardefou.enforcement.ports import Platform
from gardefou.guard.rules import load
from gardefou.ledger import store, tables
from gardefou.ledger.store import Entry, Head
from gardefou.orders import queries
from gardefou.orders.kinds import Kind
from gardefou.orders.lifecycle import TRANSITIONS
from gardefou.storage import Tx
from gardefou.storage.guards import broken_guards
from gardefou.watch.dossier import STANDS_STILL, Dossier
from gardefou.watch.dossiers import Dossiers
from gardefou.watch.erasures import check_erasures, erased
from gardefou.watch.finding import Finding
from gardefou.watch.incidents import check_incidents
from gardefou.watch.lines import check_openings, check_tree, pages, read_page
from gardefou.watch.notices import check_notices
from gardefou.watch.reconcile import reconcile
from gardefou.watch.rows import check_orders, check_votes
from gardefou.watch.rulebooks import Loader, Rulebooks, texts
from gardefou.watch.safeguards import check_safeguards
from gardefou.watch.signatures import Tally, check_signatures
from gardefou.watch.standings import Standings
from gardefou.watch.statements import check_statements
from gardefou.watch.tokens import check_tokens
from gardefou.watch.witnessed import check_witnessed

#: What tells of an order's life; other entries may name an order too.
_OF_ORDERS = frozenset(TRANSITIONS.values()) | STANDS_STILL
Progress = Callable[[int, int], None]


def audit(
    tx: Tx,
    *,
    platform: Platform,
    progress: Progress | None = None,
    load_rulebook: Loader = load,
    tally: Tally | None = None,
    heads: Sequence[Head] = (),
    since: int = 0,
) -> Finding | None:
    """Return the first thing that differs, or None when everything agrees.

    Steps:
        (1) The tree: every entry hashed again, in order, up to the head.
        (2) The openings and the rulebooks' texts: each hashes to what stands for it.
        (3) Every line, in order: its columns, its index, its openings; its step, its facts, its decision asked again.
        (4) Every signature is good. Every order, vote, notice, incident, statement and safeguard in the database is
            explained by entries, and is as they say; so is what witnesses are said to have signed.
        (5) Every standing on the platform is the one the record gives, by the order that gave it.
        (6) The database's own guards stand as they were raised.

    Args:
        tx: a transaction that sees one instant (`Database.reading`).
        platform: whose standings are read again.
        progress: told how many entries of how many are done, each being looked at twice.
        load_rulebook: reads a rulebook's text; another one than the house's only in throwaway databases.
        tally: counts the signatures, by what they verify as.
        heads: signed heads that the record must lead on from.
        since: how many entries were verified before, under one of these heads: they are hashed again and their
            decisions and signatures believed; all that stands in the database now is held against them as ever.
    """
    told = progress or (lambda _done, _total: None)
    return next(_findings(tx, platform, told, load_rulebook, tally, heads=heads, since=since), None)


def audit_all(tx: Tx, *, platform: Platform, limit: int = 100, load_rulebook: Loader = load) -> list[Finding]:
    """Return the first findings, at most `limit`, for whoever must mend. After the first, some follow from others."""
    return list(islice(_findings(tx, platform, lambda _done, _total: None, load_rulebook), limit))


def _findings(
    tx: Tx,
    platform: Platform,
    progress: Progress,
    load_rulebook: Loader,
    tally: Tally | None = None,
    *,
    heads: Sequence[Head] = (),
    since: int = 0,
) -> Iterator[Finding]:
    total = 2 * store.head(tx).size
    # (1) The tree.
    for found in check_tree(tx, heads):
        if isinstance(found, Finding):
            yield found
            return  # Nothing read from a broken tree means anything.
        progress(found + 1, total)
    # (2) The openings and the rulebooks' texts.
    yield from check_openings(tx)
    books = Rulebooks(load_rulebook, texts(tx))
    yield from books.check_texts()
    # (3) Every line, in order.
    standings, joined = Standings(), dict[str, str]()
    dossiers, gone = Dossiers(joined), erased(tx)
    for page in pages(tx):
        for line in read_page(tx, page, gone):
            if isinstance(line, Finding):
                yield line
            else:
                yield from check_line(line, books, dossiers, standings, joined, known=line.index < since)
                if line.kind == "order.executed" and line.body.get("order_kind") == Kind.PERSON_JOIN.value:
                    joined |= _joined(tx, line)
                progress(total // 2 + line.index + 1, total)
    yield from books.check_end(tx)
    yield from _orphans(tx, total // 2)
    # (4) Every signature, order, vote, notice, incident, statement and safeguard.
    yield from check_signatures(tx, tally, gone, since=since)
    yield from check_orders(tx, dossiers)
    yield from check_votes(tx, dossiers)
    yield from check_notices(tx, dossiers)
    yield from check_witnessed(tx, dossiers)
    yield from check_incidents(tx)
    yield from check_statements(tx)
    yield from check_safeguards(tx, dossiers)
    yield from check_tokens(tx)
    yield from check_erasures(tx, gone)
    # (5) Every standing.
    yield from _platform(tx, platform, standings)
    # (6) The database's own guards.
    for name in broken_guards(tx):
        yield Finding(code="guard-missing", fields={"guard": name})


def _joined(tx: Tx, entry: Entry) -> dict[str, str]:
    """Return, for a person who was joined into another, the commitment that stands for both from then on."""
    order = queries.order(tx, entry.order_id or 0)
    row = tx.first(select(tables.opening.c.commitment).where(tables.opening.c.key == f"person:{order.change['into']}"))
    return {} if row is None else {str(entry.body["subject"]): str(row["commitment"])}


def check_line(
    entry: Entry,
    books: Rulebooks,
    dossiers: MutableMapping[int, Dossier],
    standings: Standings,
    joined: Mapping[str, str],
    *,
    known: bool = False,
) -> Iterator[Finding]:
    """Check one entry against those before it, and take it in: its rulebook, its step, its decision, its standing.

    One that is `known`, being verified before, is only taken in.
    """
    yield from books.take(entry)
    if entry.order_id is None or entry.kind not in _OF_ORDERS:
        return
    try:
        if known:
            dossiers.setdefault(entry.order_id, Dossier(order_id=entry.order_id, joined=joined)).keep(entry)
            standings.take(entry)
            return
        for book in books.of(entry):
            if isinstance(book, Finding):
                yield book
            else:
                dossier = dossiers.setdefault(entry.order_id, Dossier(order_id=entry.order_id, joined=joined))
                yield from dossier.take(entry, book)
        if not standings.take(entry):
            yield Finding(code="standing-differs", index=entry.index, order_id=entry.order_id)
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        why = f"{type(problem).__name__}: {problem}"
        yield Finding(code="entry-unreadable", index=entry.index, order_id=entry.order_id, fields={"why": why})


def _orphans(tx: Tx, size: int) -> Iterator[Finding]:
    beyond = select(tables.entry_about).where(tables.entry_about.c.index >= size).limit(1)
    for row in tx.all(beyond):
        yield Finding(code="about-differs", index=row["index"], fields={"about": row["about"]})


def _platform(tx: Tx, platform: Platform, standings: Standings) -> Iterator[Finding]:
    for difference in reconcile(tx, platform=platform, standings=standings):
        subject = f"{difference.subject_kind} {difference.subject_id}"
        same = difference.shown == difference.recorded
        yield Finding(
            code="platform-unexplained" if same else "platform-differs",
            order_id=difference.order_id,
            fields={"subject": subject, "shown": difference.shown, "recorded": difference.recorded},
        )
