"""Claims about the record: an order costs at most a fifth more with it, and outsiders check it quickly.

A whole order's transaction, from the proposal to the effect, keeps at least 0.8 of the pace it would have without the
record at all: no entry, no index, no head, no commitment. One client by turns, then sixteen at once, for which nothing
is promised: the record has one tail, and every transaction that adds to it changes the same few hashes.

That hot tail is kept short rather than split. An entry waits in memory while its transaction runs; the one lock, an
advisory lock on PostgreSQL, is taken last of all, when nothing is left but to read the head, write the entries and the
events, and commit. SQLite has one writer anyway. So nobody waits for the lock while rules are read, facts gathered and
the guard asked, most of an order's time; nothing but the disk's answer to the commit is waited for under it. Tiles are
laid down and heads signed afterwards, by the worker, under no lock. What is given up: two transactions with entries
never share one flush to the disk, so that on PostgreSQL entries come at most as fast as the disk confirms them one by
one. Orders come from people; a house of thousands of agents makes a few a second.

The rest is processor time, of one core: entries checked from their tiles, decisions asked again, signatures verified,
and the time that a receipt takes.
"""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from bench.crowd import EVENING
from bench.harness import (
    FULL,
    KINDS,
    Measured,
    above_limit,
    against_floor,
    alternate,
    below_limit,
    folder,
    house,
    report,
    seconds,
    server,
    shown,
)
from bench.hide_restore import FEW, Desk
from gardefou.app.house import House, neighbours
from gardefou.clock import DAY, SimulatedClock
from gardefou.events.actor import IMPORTER, SETUP, Actor
from gardefou.guard.rules import load
from gardefou.ledger import checkpoint, receipt, store
from gardefou.ledger.check import check_tiles
from gardefou.ledger.entry import encode
from gardefou.ledger.folder import LedgerFolder
from gardefou.ledger.receipt import Receipt, extra_of
from gardefou.ledger.tiles import TileTree
from gardefou.network.import_account import ImportedAccount, import_account
from gardefou.staff.add_shift import add_shift
from gardefou.staff.engage import engage
from gardefou.staff.enrol import enrol
from gardefou.staff.grant_role import grant_role
from gardefou.storage import open_database
from gardefou.storage.migrate import upgrade
from gardefou.watch.replay import replay
from gardefou.watch.signatures import Tally, check_signatures
from tests.factories.guard import SHIPPED_TEXT
from tests.factories.published import LOG, lay_down
from tests.factories.town import found_town

CLIENTS = 16
ROUNDS = 400 if FULL else 60
EACH = 12 if FULL else 3
CROWDS = 9 if FULL else 5
ENTRIES = 1_000_000 if FULL else 100_000
REPEATS = 9 if FULL else 5
#: What an entry of an executed order has, about.
ENTRY_BYTES = 2_200


@contextmanager
def without_the_record() -> Iterator[None]:
    """Run orders as they would be if there were no record; only in a database that is thrown away."""
    kept = {name: getattr(store, name) for name in ("append", "commit_to", "commit_text")}
    nothing: Mapping[str, Callable[..., object]] = {
        "append": lambda *_, **__: None,
        "commit_to": lambda *_, **__: "0" * 64,
        "commit_text": lambda *_, **__: "0" * 64,
    }
    try:
        for name, function in nothing.items():
            setattr(store, name, function)
        yield
    finally:
        for name, function in kept.items():
            setattr(store, name, function)


def desks(home: House, clock: SimulatedClock, count: int) -> list[Desk]:
    """Return so many agents, each with an account of their own."""
    now, found = clock.now(), []
    with home.db.transaction() as tx:
        for number in range(count):
            person = enrol(tx, actor=SETUP, now=now, name=f"Agent {number}", email=f"a{number}@example.org")
            more: dict[str, Any] = {"actor": SETUP, "now": now, "person_id": person}
            engage(tx, employer="The house", team="North", starts=now, ends=None, **more)
            grant_role(tx, role="agent", **more)
            add_shift(tx, starts=now, ends=now + 100_000 * DAY, **more)
            account = ImportedAccount(
                handle=f"a{number}", display_name="A", imported_id=None, created_at=now, followers=FEW, posts=3
            )
            account_id = import_account(tx, neighbours(), actor=IMPORTER, now=now, account=account)
            found.append(Desk(home, clock, Actor.person(person), account_id))
    return found


def crowd(people: list[Desk]) -> Callable[[], None]:
    """Return what hides and brings back many accounts at once, each client its own, one after the other."""

    def one(desk: Desk) -> None:
        for _ in range(EACH):
            desk.hide()
            desk.bring_back()

    def act() -> None:
        threads = [threading.Thread(target=one, args=(desk,)) for desk in people]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    return act


def pace(act: Callable[[], object], orders: int) -> float:
    """Return how many orders a second an act takes through."""
    return orders / seconds(act)


def paced_without(act: Callable[[], object], orders: int) -> float:
    """Return the same, as it would be without the record."""
    with without_the_record():
        return pace(act, orders)


def orders_with_and_without(kind: str) -> list[Measured]:
    """Measure whole orders on one database, by one client and by many."""
    clock = SimulatedClock(EVENING)
    with server(kind) as new_url, house(new_url(), clock) as home:
        people = desks(home, clock, CLIENTS)
        alone = people[0]
        alone.hide()
        alone.bring_back()
        # One hide is timed at a time; each is brought back, untimed, before the next.
        withs, withouts = [], []
        for number in range(ROUNDS):
            for ours in (True, False) if number % 2 else (False, True):
                if ours:
                    withs.append(pace(alone.hide, 1))
                else:
                    withouts.append(paced_without(alone.hide, 1))
                alone.bring_back()
        act, orders = crowd(people), 2 * EACH * CLIENTS
        many = alternate(lambda: pace(act, orders), lambda: paced_without(act, orders), repeats=CROWDS)
    return [
        against_floor(
            f"orders with the record, {kind}, one client (floor: without)",
            withs,
            withouts,
            unit="orders/s",
            at_least=0.8,
        ),
        shown(
            f"orders with the record, {kind}, {CLIENTS} clients (floor: without)",
            many[0],
            floors=many[1],
            unit="orders/s",
        ),
    ]


def entries(size: int) -> Iterator[bytes]:
    """Yield entries of the length that an order's has."""
    for number in range(size):
        body = {"case": str(number), "facts": "x" * (ENTRY_BYTES - 100)}
        yield encode(kind="case.closed", at=EVENING, order_id=number, body=body)


def processor(act: Callable[[], object]) -> float:
    """Return the processor's time for an act."""
    begun = time.process_time()
    act()
    return time.process_time() - begun


def from_tiles(path: Path) -> list[Measured]:
    """Measure what an outsider does: all of a record, and one receipt."""
    found = LedgerFolder(path)
    written = list(entries(ENTRIES))
    lay_down(path, written)
    head, note = checkpoint.opened(found.checkpoint() or b"", keys=[LOG.key])
    took, hashed = alternate(
        lambda: ENTRIES / processor(lambda: check_tiles(found.read, head.size, head.root)),
        lambda: ENTRIES / processor(lambda: [sha256(one).digest() for one in written]),
        repeats=REPEATS,
    )
    index = ENTRIES * 2 // 3
    entry = written[index]
    proof = tuple(TileTree(head.size, found.read).inclusion_proof(index))
    data = str(Receipt(index=index, proof=proof, note=note, extra=extra_of(entry))).encode()
    checked = [
        1_000 * seconds(lambda: receipt.check(receipt.read(data), keys=[LOG.key], origin=LOG.key.name))
        for _ in range(200)
    ]
    return [
        above_limit(f"entries of {len(entry):,} bytes checked from tiles", took, unit="entries/s", limit=100_000),
        shown("the same (floor: each hashed once, and nothing else)", took, floors=hashed, unit="entries/s"),
        below_limit(f"a receipt of {len(data):,} bytes checked", checked, unit="ms", limit=5),
    ]


def asked_again() -> list[Measured]:
    """Measure what `verify` does beside the tree: decisions asked again, and signatures."""
    with folder() as path:
        db, clock = open_database(f"sqlite:///{path / 'town.db'}", node=1), SimulatedClock(EVENING)
        upgrade(db)
        town = found_town(db, clock)
        for account in ("president", "mayor"):
            town.until_executed("reviewer 1", "account.hide", account)
        with db.reading() as tx:
            facts: list[Any] = [one.body["facts"] for one in store.entries(tx) if "facts" in one.body]
            tally = Tally()
            assert not list(check_signatures(tx, tally))
            signed = sum(tally.counts.values())
            signatures = [signed / processor(lambda: list(check_signatures(tx))) for _ in range(5 * REPEATS)]
        db.close()
    book, rounds = load(SHIPPED_TEXT), 100
    verdicts = [
        rounds * len(facts) / processor(lambda: [replay(book, one) for one in facts for _ in range(rounds)])
        for _ in range(REPEATS)
    ]
    return [
        above_limit("verdicts asked again", verdicts, unit="verdicts/s", limit=2_000),
        shown("signatures verified again, their entries and keys read", signatures, unit="signatures/s"),
    ]


def main() -> None:
    """Measure everything."""
    with folder() as path:
        outside = from_tiles(path)
    inside = [row for kind in KINDS for row in orders_with_and_without(kind)]
    report("ledger", [*inside, *outside, *asked_again()])


if __name__ == "__main__":
    main()
