"""Claims about the queue: its head in under 20 ms however long it is, and 500 holds a second for 200 who ask at once.

There are 100,000 open cases of ten reports each, one in four of them late, one in a hundred protected. The head is what
the desk shows of the queue: its groups with tiers and holders, and how much is open. It is read by an agent and by a
reviewer, with every language and with one. Then 200 agents ask for their next case at once, again and again, at one
server process; whatever they hold is held against the queue as it stood.
"""

import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import delete, func, select, text

from bench.harness import FULL, KINDS, Measured, above_limit, below_limit, house, report, seconds, server, shown
from gardefou.app.house import House
from gardefou.clock import HOUR, MINUTE, SimulatedClock, from_iso
from gardefou.desk.hatch import Hatch
from gardefou.desk.queue import Chosen, pane
from gardefou.events import Actor
from gardefou.network.queries import all_followed
from gardefou.reports.categories import Category
from gardefou.reports.queries import queue
from gardefou.reports.tables import lease
from gardefou.staff import sessions
from gardefou.staff.sessions import SignedIn
from gardefou.storage import Database
from tests.factories.staff import make_person

NOW = from_iso("2017-11-02T19:00:00Z")
CASES, REPORTS_EACH = 100_000, 10
AGENTS, HOLDS_EACH = 200, 10
READS, REPEATS = (500, 9) if FULL else (150, 5)
#: As many holds as agents take, and the late ones first, are within the first pages of the queue.
PAGE = 200

_SERIES = {
    "sqlite": "WITH RECURSIVE series(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < {count}) ",
    "postgresql": "WITH series AS (SELECT n FROM generate_series(CAST(1 AS bigint), {count}) AS s(n)) ",
}
_ACCOUNTS = """
    INSERT INTO account (id, platform, platform_id, handle, handle_key, display_name, followers, posts, peak_followers,
                         peak_at, office, locale, reached_tier, version, created_at)
    {series} SELECT n, 'embedded', 'bench-' || n, 'member' || n, 'member' || n, 'Member ' || n, n % 5000, 3, n % 5000,
                    {now}, 0, 'en', 'ordinary', 1, {now} FROM series
"""
_CASES = """
    INSERT INTO cases (id, account_id, state, version, category, severity, locale, reports, protected, opened_at,
                       updated_at, due_at, rank_at, reporters)
    {series} SELECT n, n, 'open', 1, CASE n % {kinds} {words} END, n % {kinds},
                    CASE WHEN n % 5 < 2 THEN 'fr' ELSE 'en' END, {each}, CASE WHEN n % 100 = 0 THEN 1 ELSE 0 END,
                    {now} - 6 * {hour}, {now}, {now} + (n * 7919 % 1440) * {minute} - 6 * {hour},
                    {now} + (n * 7919 % 1440 - n % 120) * {minute} - 6 * {hour}, {each} FROM series
"""
_REPORTERS = """
    INSERT INTO reporter (key, filed, upheld, rejected, last_at)
    {series} SELECT 'visitor:' || n, 10, n % 3, n % 5, {now} FROM series
"""
_REPORTS = """
    INSERT INTO report (id, case_id, account_id, reporter, category, comment, locale, created_at)
    {series} SELECT n, (n - 1) / {each} + 1, (n - 1) / {each} + 1, 'visitor:' || (n % {cases} + 1), 'other', '', 'en',
                    {now} - n FROM series
"""


def fill(db: Database) -> None:
    """Fill the house as an import would leave it, without running for hours."""
    series = _SERIES[db.dialect]
    words = " ".join(f"WHEN {place} THEN '{category}'" for place, category in enumerate(Category))
    values = {
        "now": NOW,
        "kinds": len(Category),
        "words": words,
        "each": REPORTS_EACH,
        "hour": HOUR,
        "minute": MINUTE,
        "cases": CASES,
    }
    for statement, count in (
        (_ACCOUNTS, CASES),
        (_CASES, CASES),
        (_REPORTERS, CASES),
        (_REPORTS, CASES * REPORTS_EACH),
    ):
        with db.transaction() as tx:
            if db.dialect == "postgresql":  # Each row would look up the rows it names, which were made a moment before.
                tx.execute(text("SET LOCAL session_replication_role = replica"))
            tx.execute(text(statement.format(series=series.format(count=count), **values)))
    with db.engine.connect() as connection:
        connection.execute(text("ANALYZE"))
        connection.commit()


def signed_in(db: Database, role: str) -> SignedIn:
    """Return somebody of that role at their desk."""
    with db.transaction() as tx:
        person_id = make_person(tx, NOW, role=role)
        link = sessions.make_link(tx, actor=Actor.person(person_id), now=NOW, person_id=person_id)
        found = sessions.person_of(tx, sessions.sign_in(tx, now=NOW, token=link), NOW)
    if found is None:
        raise RuntimeError("nobody came in")
    return found


def heads(home: House, kind: str) -> list[Measured]:
    """Read the head of the queue as each of them sees it."""
    readers = [signed_in(home.db, role) for role in ("agent", "reviewer")]
    rows = []
    for language, said in (("", "every language"), ("fr", "one language")):
        chosen = Chosen(language=language)
        slow, usual = [], []
        for _ in range(REPEATS):
            took = [seconds(_reading(home, readers[n % 2], chosen)) * 1000 for n in range(READS)]
            slow.append(statistics.quantiles(took, n=100)[98])
            usual.append(statistics.median(took))
        what = f"queue head, {CASES * REPORTS_EACH:,} reports in {CASES:,} cases, {said}, {kind}"
        p99 = below_limit(f"{what}: p99", slow, unit="ms", limit=20)
        rows += [p99 if kind == "postgresql" else shown(f"{what}: p99", slow, unit="ms")]
        rows += [shown(f"{what}: median", usual, unit="ms")]
    return rows


def _reading(home: House, me: SignedIn, chosen: Chosen) -> Callable[[], object]:
    def read() -> object:
        with home.db.reading() as tx:
            return pane(tx, home.ports, me=me, now=NOW, chosen=chosen, current=None)

    return read


def holds(home: House, kind: str) -> list[Measured]:
    """Let all agents take their next cases at once, and hold what they got against the queue."""
    with home.db.transaction() as tx:
        agents = [Actor.person(make_person(tx, NOW, key=False)) for _ in range(AGENTS)]
    first = _first(home.db, AGENTS * HOLDS_EACH)
    rates, wrong = [], []
    for _ in range(REPEATS):
        with home.db.transaction() as tx:
            tx.execute(delete(lease))
        rates.append(AGENTS * HOLDS_EACH / _all_at_once(home, agents))
        with home.db.reading() as tx:
            held = set(tx.ids(select(lease.c.case_id)))
            taken = int(tx.scalar(select(func.count()).select_from(lease)))
        wrong.append(float(len(held ^ first) + AGENTS * HOLDS_EACH - taken))
    what = f"{AGENTS} agents take their next case at once, {kind}"
    rate = above_limit(what, rates, unit="holds/s", limit=500)
    return [
        rate if kind == "postgresql" else shown(what, rates, unit="holds/s"),
        below_limit(f"{what}: given twice or passed over", wrong, unit="cases", limit=1),
    ]


def _first(db: Database, count: int) -> set[int]:
    """Return the cases that an agent's queue begins with."""
    found: set[int] = set()
    after = None
    with db.reading() as tx:
        while len(found) < count:
            page = queue(tx, now=NOW, roles={"agent"}, limit=min(PAGE, count - len(found)), after=after)
            found |= {row.case.id for row in page.rows}
            after = page.next
    return found


def _all_at_once(home: House, agents: Sequence[Actor]) -> float:
    """Return how many seconds it takes until each of them has had so many cases."""
    hatch = Hatch(home.db, SimulatedClock(NOW), all_followed)
    with ThreadPoolExecutor(len(agents)) as desks:
        began = time.perf_counter()
        for _ in range(HOLDS_EACH):
            list(desks.map(lambda agent: hatch.take(actor=agent), agents))
        return time.perf_counter() - began


def measure() -> list[Measured]:
    """Measure on both databases."""
    rows: list[Measured] = []
    for kind in reversed(KINDS):
        with server(kind) as new_url, house(new_url(), SimulatedClock(NOW + MINUTE)) as home:
            fill(home.db)
            rows += heads(home, kind) + holds(home, kind)
    return rows


def main() -> None:
    """Measure on both databases."""
    report("queue", measure())


if __name__ == "__main__":
    main()
