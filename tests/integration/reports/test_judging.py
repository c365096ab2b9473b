"""A storm is judged by who reports and what about, never by how many: the queue, reporters' counts, the duty_told."""

import pytest
from sqlalchemy import insert, select, text

from gardefou.accounts.tables import account
from gardefou.clock import DAY, HOUR, MINUTE, Micros
from gardefou.events import Actor
from gardefou.events.actor import CLOCK
from gardefou.reports import cases, duty_told, queries
from gardefou.reports.filing import Filing, filing
from gardefou.reports.intake import file_reports
from gardefou.reports.queries import Group
from gardefou.reports.queue import Part, _page
from gardefou.reports.tables import reporter, tally
from gardefou.reports.tally import SLICE, count_on, waits_to_be_counted
from gardefou.storage import Database, Tx
from tests.factories.accounts import make_account
from tests.factories.reports import make_case, make_report
from tests.factories.staff import make_actor

STORM = 10_000


def accounts_of(tx: Tx, now: int, count: int) -> list[int]:
    """Open accounts as an import would: many in one statement."""
    like = tx.first(select(account).where(account.c.id == make_account(tx, now)))
    assert like is not None
    rows = []
    for _ in range(count):
        number = tx.new_id(now)
        name = f"one{number}"
        rows.append({**like, "id": number, "platform_id": name, "handle": name, "handle_key": name})
    tx.execute(insert(account), rows)
    return [row["id"] for row in rows]


def reports(account_id: int, count: int, *, category: str = "spam", protected: bool = False) -> list[Filing]:
    return [
        filing(actor=Actor.visitor(f"v{account_id}-{n}"), account_id=account_id, category=category, protected=protected)
        for n in range(count)
    ]


def by_priority(tx: Tx, now: int) -> list[int]:
    found: list[int] = []
    after = None
    while True:
        page = queries.queue(tx, now=now, roles={"agent"}, limit=200, after=after, only=Group.PRIORITY)
        found += [row.case.account_id for row in page.rows]
        after = page.next
        if after is None:
            return found


def usually_right(tx: Tx, now: int, *those: Actor, cases_of: int = 9) -> None:
    """Let these have reported nine cases before that were upheld."""
    for _ in range(cases_of):
        account_id = make_account(tx, now)
        for one in those:
            case_id = make_report(tx, now, account_id, reporter=one).case_id
        cases.close(tx, actor=CLOCK, now=now, case_id=case_id, outcome="upheld", version=1)


@pytest.mark.promise(18)
def test_ten_thousand_unknown_reporters_delay_nobody(db: Database, now: Micros) -> None:
    """Neither before one graver case, nor before a thousand others of its own kind that were there before it."""
    with db.transaction() as tx:
        stormy, *others = accounts_of(tx, now, 1_002)
        grave = others.pop()
        quiet = [one for account_id in others for one in reports(account_id, 1)]
        file_reports(tx, now=now, filings=quiet)
        before = by_priority(tx, now)
        file_reports(tx, now=now + 1, filings=reports(stormy, STORM))
        file_reports(tx, now=now + MINUTE, filings=reports(grave, 1, category="fraud"))
        after = by_priority(tx, now + MINUTE)
        storm = queries.open_case_of(tx, stormy)
    assert storm is not None
    assert (storm.reports, storm.who.reporters, storm.who.proven, storm.who.weight) == (STORM, STORM, 0, 1_000)
    assert after == [grave, *before, stormy]


@pytest.mark.promise(18)
def test_reporters_who_are_usually_right_give_a_head_start_among_cases_of_one_gravity(
    db: Database, now: Micros
) -> None:
    careful = [Actor.member(number) for number in (1, 2, 3)]
    with db.transaction() as tx:
        usually_right(tx, now, *careful)
        quiet, grave, confirmed = (make_account(tx, now, followers=0) for _ in range(3))
        make_report(tx, now, quiet)
        make_report(tx, now + 20 * MINUTE, grave, category="fraud")
        for one in careful:
            make_report(tx, now + 20 * MINUTE, confirmed, reporter=one)
        case = queries.open_case_of(tx, confirmed)
        assert case is not None
        assert by_priority(tx, now + 20 * MINUTE) == [grave, confirmed, quiet]
    # (9 + ½) of (9 + 5) each; log2(2.034) half hours.
    assert (case.who.proven, case.who.proven_weight, case.who.right_before) == (3, 3 * 678, 27)
    assert case.due_at - case.rank_at == 30 * MINUTE


def test_reach_gives_a_head_start_on_a_log_scale_and_never_falls_back(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        wide = make_account(tx, now, followers=12_000)
        case_id = make_report(tx, now, wide).case_id
        first = queries.case(tx, case_id)
        tx.execute(account.update().where(account.c.id == wide).values(followers=10))
        make_report(tx, now + HOUR, wide)
        assert queries.case(tx, case_id).rank_at == first.rank_at == first.due_at - 16 * MINUTE
        assert queries.case(tx, case_id).reach == 12_000


def test_a_reporter_is_weighed_once_in_a_case_and_as_they_were_known_then(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        account_id, one = make_account(tx, now), Actor.member(7)
        case_id = make_report(tx, now, account_id, reporter=one, comment="a").case_id
        make_report(tx, now, account_id, reporter=one, comment="b")
        usually_right(tx, now, one)
        make_report(tx, now, account_id, reporter=one, comment="c")
        who = queries.case(tx, case_id).who
    assert (who.reporters, who.newcomers, who.proven, who.others_weight) == (1, 1, 0, 100)


def _right(tx: Tx) -> dict[tuple[int, int], int]:
    found: dict[tuple[int, int], int] = {}
    for row in tx.all(select(reporter)):
        found[row["upheld"], row["rejected"]] = found.get((row["upheld"], row["rejected"]), 0) + 1
    return found


@pytest.mark.promise(18)
def test_a_storms_reporters_are_counted_in_slices_and_counted_back_when_it_is_undone(db: Database, now: Micros) -> None:
    crowd = SLICE + 300
    with db.transaction() as tx:
        agent, account_id = make_actor(tx, now), make_account(tx, now)
        file_reports(tx, now=now, filings=reports(account_id, crowd))
        case = queries.open_case_of(tx, account_id)
        assert case is not None
        # Somebody who reports again late in the storm is counted at their first report, and once.
        make_report(tx, now + 1, account_id, reporter=Actor.visitor(f"v{account_id}-0"), comment="again")
        cases.close(tx, actor=agent, now=now + 2, case_id=case.id, outcome="upheld", version=1)
        assert _right(tx) == {(0, 0): crowd}
        assert count_on(tx, actor=CLOCK)
        assert _right(tx) == {(1, 0): SLICE, (0, 0): 300}
    with db.transaction() as tx:
        cases.reopen(tx, actor=agent, now=now + 3, case_id=case.id, version=2)
        make_report(tx, now + 4, account_id, comment="new")
        while count_on(tx, actor=CLOCK):
            pass
        assert _right(tx) == {(0, 0): crowd + 1}
        cases.close(tx, actor=agent, now=now + 5, case_id=case.id, outcome="rejected", version=3)
        while count_on(tx, actor=CLOCK):
            pass
        assert _right(tx) == {(0, 1): crowd + 1}
        assert not waits_to_be_counted(tx)
        assert tx.first(select(tally)) is None


@pytest.mark.promise(18)
def test_a_protected_case_is_to_be_told_once_again_where_it_gets_graver_and_after_a_day(
    db: Database, now: Micros
) -> None:
    def told(tx: Tx, at: int) -> list[int]:
        return [int(row["id"]) for row in duty_told.told(tx, actor=CLOCK, now=at)]

    with db.transaction() as tx:
        account_id = make_account(tx, now)
        ordinary = make_case(tx, now)
        case_id = make_report(tx, now, account_id).case_id
        assert told(tx, now) == []
        make_report(tx, now, account_id, protected=True)
        assert told(tx, now) == [case_id]
        for _ in range(3):
            make_report(tx, now + MINUTE, account_id, protected=True)
        assert told(tx, now + MINUTE) == []
        make_report(tx, now + HOUR, account_id, protected=True, category="threats")
        assert told(tx, now + HOUR) == [case_id]
        assert told(tx, now + HOUR + DAY - 1) == []
        assert told(tx, now + HOUR + DAY) == [case_id]
        cases.close(tx, actor=CLOCK, now=now + 2 * DAY, case_id=case_id, outcome="rejected", version=3)
        assert told(tx, now + 9 * DAY) == []
        assert (queries.case(tx, case_id).told_at, queries.case(tx, ordinary).told_at) == (now + HOUR + DAY, None)


_MANY = """
    INSERT INTO {table} ({names})
    WITH RECURSIVE series(n) AS (SELECT CAST(1 AS bigint) UNION ALL SELECT n + 1 FROM series WHERE n < 6000)
    SELECT {values} FROM series
"""


def test_the_head_of_the_queue_is_read_along_its_index(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        told = {
            "account": {
                "id": "n",
                "platform": "'embedded'",
                **dict.fromkeys(("platform_id", "handle", "handle_key", "display_name"), "'a' || n"),
                **dict.fromkeys(("followers", "posts", "peak_followers", "peak_at", "office", "version"), "0"),
                "created_at": "0",
                "locale": "'en'",
                "reached_tier": "'ordinary'",
            },
            "cases": {
                "id": "n",
                "account_id": "n",
                "state": "'open'",
                "category": "'spam'",
                "locale": "'en'",
                "severity": "n % 12",
                **dict.fromkeys(("due_at", "rank_at"), f"{now} + n * 1000000"),
                **dict.fromkeys(("version", "reports"), "1"),
                **dict.fromkeys(("protected", "opened_at", "updated_at"), "0"),
            },
        }
        for table, values in told.items():
            statement = _MANY.format(table=table, names=", ".join(values), values=", ".join(values.values()))
            tx.execute(text(statement))
    with db.engine.connect() as connection:
        connection.execute(text("ANALYZE"))
        connection.commit()
    after = (3, now + 900_000_000, 5)
    with db.reading() as tx:
        for severity, at, case_id in ((None, None, None), after):
            part, key = Part.FOR_ALL, {"severity": severity, "at": at, "case_id": case_id}
            asked, given = _page(Group.PRIORITY, part, reviews=True, now=now, soon=now, locale=None, **key, most=51)
            written = asked.params(given).compile(tx.connection.engine, compile_kwargs={"literal_binds": True})
            explain = "EXPLAIN " if tx.dialect == "postgresql" else "EXPLAIN QUERY PLAN "
            plan = "\n".join(str(row) for row in tx.connection.exec_driver_sql(explain + str(written)))
            assert "ix_cases_priority" in plan, plan
            assert not any(word in plan for word in ("Sort", "Seq Scan on cases", "TEMP B-TREE")), plan
