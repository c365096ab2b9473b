"""Reports come in by one door, gather in one case, and are there once they are acknowledged."""

import subprocess
import sys
from functools import partial

import pytest
from sqlalchemy import delete, func, select

from gardefou.accounts import queries as accounts
from gardefou.clock import HOUR, MINUTE, Micros
from gardefou.events import Actor
from gardefou.events.actor import IMPORTER
from gardefou.events.tables import event
from gardefou.reports import queries
from gardefou.reports.categories import Category
from gardefou.reports.errors import ReportError, UnknownReportedError
from gardefou.reports.filing import Filing, filing
from gardefou.reports.intake import Filed, file_report, file_reports
from gardefou.reports.tables import cases, report, report_post, reporter
from gardefou.storage import Database, open_database
from gardefou.words.language import speak
from tests.factories.accounts import make_account
from tests.factories.racing import race
from tests.factories.reports import make_report


@pytest.mark.promise(18)
def test_a_storm_on_one_account_is_one_case_and_hides_nothing(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        account_id = make_account(tx, now)
        before = dict(accounts.account(tx, account_id))
        filed = [make_report(tx, now + number, account_id) for number in range(60)]
    with db.reading() as tx:
        case = queries.case(tx, filed[0].case_id)
        assert dict(accounts.account(tx, account_id)) == before
        assert tx.scalar(select(func.count()).select_from(cases)) == 1
    assert [one.new_case for one in filed] == [True] + [False] * 59
    assert len({one.report_id for one in filed}) == 60
    assert (case.reports, case.version, case.due_at) == (60, 1, now + 24 * HOUR)


@pytest.mark.promise(18)
def test_reports_that_race_open_one_case(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        account_id = make_account(tx, now)

    def file() -> Filed:
        with db.transaction() as tx:
            return make_report(tx, now, account_id)

    filed = [one for one in race(*[file] * 8) if isinstance(one, Filed)]
    assert len(filed) == 8
    assert (len({one.case_id for one in filed}), sum(one.new_case for one in filed)) == (1, 1)
    with db.reading() as tx:
        assert queries.case(tx, filed[0].case_id).reports == 8


def test_without_words_the_last_of_one_instant_is_said_again(db: Database, now: Micros) -> None:
    """However many words are looked up beside it, among them those of earlier ones."""
    with db.transaction() as tx:
        about = partial(filing, actor=Actor.visitor("v"), account_id=make_account(tx, now), category="spam")
        words = [about(comment=f"Comment {number}") for number in range(20)]
        *_before, last = [one.report_id for one in file_reports(tx, now=now, filings=words) if one]
        *_said, again = file_reports(tx, now=now, filings=[*words[:7], about()])
    assert again is not None
    assert (again.report_id, again.repeated) == (last, True)


@pytest.mark.promise(18)
def test_the_same_report_twice_is_one(db: Database, now: Micros) -> None:
    post = (7, "some text", int(now))
    reader = Actor.visitor("v")
    with db.transaction() as tx:
        account_id = make_account(tx, now)
        first, again, other, posts = (
            make_report(tx, now, account_id, reporter=reader, comment=comment, posts=named)
            for comment, named in (("a", (post,)), (" a ", (post,)), ("b", (post,)), ("a", ()))
        )
        counted = tx.first(select(reporter).where(reporter.c.key == "visitor:v"))
        assert queries.case(tx, first.case_id).reports == 3
    assert (again.report_id, again.repeated, first.repeated) == (first.report_id, True, False)
    assert len({first.report_id, other.report_id, posts.report_id}) == 3
    assert counted is not None
    assert counted["filed"] == 1


def test_a_reporter_is_counted_once_for_each_case(db: Database, now: Micros) -> None:
    reader = Actor.member(5)
    with db.transaction() as tx:
        for _ in range(2):
            account_id = make_account(tx, now)
            make_report(tx, now, account_id, reporter=reader, comment="a")
            make_report(tx, now + 1, account_id, reporter=reader, comment="b")
        counted = tx.first(select(reporter))
    assert counted is not None
    assert dict(counted) == {
        "key": "member:5",
        "filed": 2,
        "upheld": 0,
        "rejected": 0,
        "last_at": now,
        "decided_at": None,
    }


def test_the_gravest_complaint_leads_and_is_due_soonest(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        account_id = make_account(tx, now)
        case_id = make_report(tx, now, account_id, category="harassment").case_id
        make_report(tx, now + MINUTE, account_id, category="spam")
        middling = queries.case(tx, case_id)
        make_report(tx, now + HOUR, account_id, category="threats")
        grave = queries.case(tx, case_id)
        make_report(tx, now + 2 * HOUR, account_id, category="threats")
        late = queries.case(tx, case_id)
    assert (middling.category, middling.due_at, middling.version) == (Category.HARASSMENT, now + 12 * HOUR, 1)
    assert (grave.category, grave.severity, grave.due_at, grave.version) == (Category.THREATS, 0, now + 2 * HOUR, 2)
    assert (late.due_at, late.version) == (now + 2 * HOUR, 2)


def test_protection_of_a_case_rises_and_never_falls(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        account_id = make_account(tx, now)
        seen = []
        for protected in (False, True, False):
            case_id = make_report(tx, now, account_id, protected=protected).case_id
            case = queries.case(tx, case_id)
            seen.append((case.protected, case.for_reviewers, case.version))
    assert seen == [(False, False, 1), (True, True, 2), (True, True, 2)]


def test_a_report_is_told_to_the_desk_without_words(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        account_id = make_account(tx, now)
        filed = make_report(tx, now, account_id, comment="secret")
        make_report(tx, now, account_id)
    with db.reading() as tx:
        told = tx.all(select(event.c.kind, event.c.subject, event.c.body).order_by(event.c.id))
    assert [row["kind"] for row in told] == ["case.opened", "report.filed", "report.filed"]
    assert {row["subject"] for row in told} == {f"case:{filed.case_id}"}
    assert all("secret" not in row["body"] for row in told)


def test_posts_are_kept_as_they_read_when_reported(db: Database, now: Micros) -> None:
    posts = ((1, "x" * 600, int(now)), (2, "two", int(now) - 5), (2, "two again", int(now) - 5))
    with db.transaction() as tx:
        make_report(tx, now, make_account(tx, now), posts=posts)
        kept = tx.all(select(report_post).order_by(report_post.c.post_id))
    assert [(row["post_id"], len(row["excerpt"]), row["posted_at"]) for row in kept] == [(1, 500, now), (2, 9, now - 5)]


def test_an_import_run_twice_files_once(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        account_id = make_account(tx, now)
        first, again = (
            file_report(
                tx, actor=IMPORTER, now=now, account_id=account_id, category="spam", comment="", imported_key="row 1"
            )
            for _ in range(2)
        )
        assert queries.case(tx, first.case_id).reports == 1
    assert (again.report_id, again.repeated) == (first.report_id, True)


@pytest.mark.promise(20)
def test_bad_input_is_refused_in_words_and_leaves_nothing(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        account_id = make_account(tx, now)
        make_report(tx, now, account_id, comment="x" * 1_000)
        with pytest.raises(ReportError, match="has 1,048,576 characters; it can have at most 1,000"):
            make_report(tx, now, account_id, comment="x" * (1 << 20))
        with pytest.raises(ReportError, match="“ugliness” is not something a report can be about"):
            make_report(tx, now, account_id, category="ugliness")
        with pytest.raises(ReportError, match="51 posts are more than one report can name"):
            make_report(tx, now, account_id, posts=tuple((number, "", int(now)) for number in range(51)))
        with pytest.raises(UnknownReportedError, match="no such account to report"):
            make_report(tx, now, 404)
        assert tx.scalar(select(func.count()).select_from(report)) == 1
        assert tx.scalar(select(func.count()).select_from(cases)) == 1


def test_bad_input_is_refused_in_the_readers_language(db: Database, now: Micros) -> None:
    with (
        db.transaction() as tx,
        speak("fr"),
        pytest.raises(ReportError, match="Le commentaire compte 1\u202f001 caractères\u202f; il peut"),
    ):
        make_report(tx, now, make_account(tx, now), comment="x" * 1_001)


def test_a_comment_no_database_can_hold_is_kept_without_what_it_cannot(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        make_report(tx, now, make_account(tx, now), comment="a\x00b")
        assert tx.scalar(select(report.c.comment)) == "ab"


_FILER = """
import sys
from gardefou.events import Actor
from gardefou.reports.intake import file_report
from gardefou.storage import open_database
url, account_id, now = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
db = open_database(url)
number = 0
while True:
    with db.transaction() as tx:
        filed = file_report(
            tx, actor=Actor.visitor(str(number)), now=now + number, account_id=account_id, category="spam"
        )
    print(filed.report_id, flush=True)
    number += 1
"""


@pytest.mark.promise(17)
def test_a_report_acknowledged_survives_the_death_of_the_process(database_url: str, now: Micros) -> None:
    """`kill -9` while it files: whatever it said was filed is there, and the case counts what is there."""
    db = open_database(database_url, node=1)
    with db.transaction() as tx:
        account_id = make_account(tx, now)
    command = [sys.executable, "-c", _FILER, database_url, str(account_id), str(int(now))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        acknowledged = [int(process.stdout.readline()) for _ in range(25)]
        process.kill()
        acknowledged += [int(line) for line in process.stdout.read().split("\n")[:-1]]
    with db.transaction() as tx:
        make_report(tx, now, account_id)  # The dead process holds no lock.
        there = {row["id"] for row in tx.all(select(report.c.id))}
        assert queries.case(tx, int(tx.scalar(select(cases.c.id)))).reports == len(there)
    db.close()
    assert set(acknowledged) <= there


@pytest.mark.promise(18)
def test_many_at_once_are_as_if_each_came_alone(db: Database, now: Micros) -> None:
    """Filed together or one after the other: the same cases, reports, counts of reporters."""

    def told(account_ids: list[int]) -> list[Filing]:
        return [
            filing(
                actor=Actor.visitor(f"v{number % 7}"),
                account_id=account_ids[number % 3],
                category=list(Category)[number % 5],
                comment="" if number % 4 else f"words {number % 2}",
                posts=[(number % 2, "text", int(now))] if number % 3 else [],
                locale="fr" if number % 2 else "en",
                protected=number == 30,
            )
            for number in range(120)
        ]

    outcomes = []
    for together in (True, False):
        with db.transaction() as tx:
            ids = [make_account(tx, now) for _ in range(3)]
            all_of_them = told(ids)
            groups = [all_of_them] if together else [[one] for one in all_of_them]
            filed = [one for group in groups for one in file_reports(tx, now=now, filings=group)]
            found = [one for one in filed if one is not None]
            places = {one.report_id: place for place, one in reversed(list(enumerate(found)))}
            kept = [case for number in ids for case in queries.cases_of(tx, number)]
            counted = {row["key"]: row["filed"] for row in tx.all(select(reporter))}
            times = [row["times"] for row in tx.all(select(report.c.times).order_by(report.c.id))]
            outcomes.append(
                (
                    [(places[one.report_id], one.new_case, one.repeated) for one in found],
                    [(one.reports, one.category, one.due_at, one.protected, one.locale) for one in kept],
                    [(one.who, one.rank_at, one.reach) for one in kept],
                    counted,
                    times,
                )
            )
            tx.execute(delete(report_post))
            tx.execute(delete(report))
            tx.execute(delete(reporter))
    assert outcomes[0] == outcomes[1]
    assert sum(outcomes[0][-1]) == 120
    assert len(outcomes[0][-1]) < 120


def test_the_same_is_counted_within_a_day_and_is_another_report_after_it(db: Database, now: Micros) -> None:
    reader = Actor.visitor("v")
    with db.transaction() as tx:
        account_id = make_account(tx, now)
        first = make_report(tx, now, account_id, reporter=reader, comment="words")
        make_report(tx, now + HOUR, account_id, reporter=reader)
        make_report(tx, now + 23 * HOUR, account_id, reporter=reader, comment="words")
        later = make_report(tx, now + 25 * HOUR, account_id, reporter=reader, comment="words")
        times = {row["id"]: row["times"] for row in tx.all(select(report.c.id, report.c.times))}
    assert times == {first.report_id: 3, later.report_id: 1}


def test_who_is_not_there_is_said_of_that_report_alone(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        there = make_account(tx, now)
        wanted = [
            filing(actor=Actor.visitor("v"), account_id=one, category="spam", comment="") for one in (there, 1, there)
        ]
        filed = file_reports(tx, now=now, filings=wanted)
    assert [one is None for one in filed] == [False, True, False]
