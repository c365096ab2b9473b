"""An organised storm is recognised in what was filed, set aside by one deed and taken back by one, row for row."""

from collections.abc import Mapping
from random import Random
from typing import Any

import pytest
from sqlalchemy import select

from gardefou.clock import DAY, HOUR, MINUTE, Micros
from gardefou.events import Actor
from gardefou.events.tables import event
from gardefou.reports import cases, lines, queries
from gardefou.reports.as_seen import seen_of
from gardefou.reports.aside import Aside, Offer, in_force
from gardefou.reports.errors import (
    BurstChangedError,
    CaseChangedError,
    CaseClosedError,
    HeldByAnotherError,
    UnknownAsideError,
    WorkerError,
)
from gardefou.reports.intake import file_reports
from gardefou.reports.keep_sums import keep_sums
from gardefou.reports.leases import take_lease
from gardefou.reports.set_aside import set_aside
from gardefou.reports.sums import of_case
from gardefou.reports.tables import cases as cases_table
from gardefou.reports.tables import report, report_post, reporter
from gardefou.reports.take_back import take_back
from gardefou.storage import Database, Tx
from tests.factories.accounts import make_account
from tests.factories.reports import make_case, make_report
from tests.factories.staff import make_actor, make_person
from tests.factories.storms import file_at, honest, make_members, organised, storm


def offered(tx: Tx, case_id: int, now: int) -> Offer:
    (one,) = queries.case_view(tx, case_id=case_id, now=now).bursts
    return one


def aside(tx: Tx, actor: Actor, case_id: int, now: int, **more: Any) -> Aside:
    """Set aside what a page that is read now offers."""
    case, one = queries.case(tx, case_id), offered(tx, case_id, now)
    asked = {"version": case.version, "since": one.since, "upto": case.reports, "reports": one.more, **more}
    return set_aside(tx, actor=actor, now=now, case_id=case_id, **asked)


def rows(tx: Tx, case_id: int) -> Mapping[str, list[dict[str, Any]]]:
    """Return all that is kept of the reports of a case, and of the case but for when it changed."""
    changes = ("version", "updated_at")
    kept = {"report": report, "report_post": report_post, "reporter": reporter}
    found = {name: [dict(row) for row in tx.all(select(one).order_by(*one.primary_key))] for name, one in kept.items()}
    row = tx.first(select(cases_table).where(cases_table.c.id == case_id))
    assert row is not None
    return {**found, "case": [{name: value for name, value in row.items() if name not in changes}]}


@pytest.mark.promise(18)
def test_an_organised_storm_is_recognised_set_aside_and_taken_back_as_if_nothing_had_been(
    db: Database, now: Micros
) -> None:
    with db.transaction() as tx:
        account_id, agent = make_account(tx, now), make_actor(tx, now)
        case_id = storm(tx, now, account_id, young=240, others=12)
    with db.transaction() as tx:
        before, view = rows(tx, case_id), queries.case_view(tx, case_id=case_id, now=now)
        (one,) = view.bursts
        assert (view.case.counting, view.case.set_aside) == (252, 0)
        assert (one.more, one.burst.young) == (240, 240)
        assert 150 < one.burst.same < 230
        assert one.burst.until - one.burst.since <= 10 * MINUTE
        found = aside(tx, agent, case_id, now)
        after = queries.case_view(tx, case_id=case_id, now=now)
        assert (found.reports, found.young, found.same) == (240, 240, one.burst.same)
        assert (after.case.reports, after.case.counting, after.case.set_aside) == (252, 12, 240)
        assert (after.case.open, after.case.version) == (True, view.case.version + 1)
        assert (sum(after.arrivals.counts), sum(after.arrivals.aside), after.bursts[0].more) == (252, 240, 0)
        assert {name: rows(tx, case_id)[name] for name in ("report", "report_post", "reporter")} == {
            name: before[name] for name in ("report", "report_post", "reporter")
        }
    with db.transaction() as tx:
        version = queries.case(tx, case_id).version
        take_back(tx, actor=agent, now=now, case_id=case_id, aside_id=found.id, version=version)
        assert rows(tx, case_id) == before
        assert offered(tx, case_id, now).more == 240
        assert aside(tx, agent, case_id, now).reports == 240
    with db.reading() as tx:
        told = [row["kind"] for row in tx.all(select(event).where(event.c.kind.like("case.%aside%")))]
        assert told == ["case.set_aside", "case.set_aside"]


@pytest.mark.promise(18)
def test_neither_an_ordinary_day_nor_many_honest_people_are_a_burst(db: Database, now: Micros) -> None:
    chance = Random(11)  # noqa: S311  # reports, not secrets
    with db.transaction() as tx:
        people = make_members(tx, now - DAY, 480, opened=now - 300 * DAY)
        people += make_members(tx, now - HOUR, 20, opened=now - HOUR)
        day, crowd = make_account(tx, now), make_account(tx, now)
        a_day = honest(day, people[:150], begins=now - DAY, lasts=DAY, chance=chance)
        at_once = honest(crowd, people[150:], begins=now - 20 * MINUTE, lasts=20 * MINUTE, chance=chance)
        for filings, number in ((a_day, 150), (at_once, 350)):
            view = queries.case_view(tx, case_id=file_at(tx, filings), now=now)
            assert (view.case.reports, view.bursts) == (number, ())


@pytest.mark.promise(18)
def test_who_was_right_before_is_never_set_aside_whatever_words_they_use(db: Database, now: Micros) -> None:
    careful = Actor.member(5)
    with db.transaction() as tx:
        account_id, agent = make_account(tx, now), make_actor(tx, now)
        earlier = make_report(tx, now - 2 * DAY, make_account(tx, now), reporter=careful).case_id
        cases.close(tx, actor=agent, now=now - DAY, case_id=earlier, outcome="upheld", version=1)
        chance = Random(3)  # noqa: S311  # reports, not secrets
        crowd = make_members(tx, now - HOUR, 80, opened=now - HOUR)
        case_id = file_at(
            tx, organised(account_id, [*crowd, careful], begins=now, lasts=5 * MINUTE, chance=chance, same=1)
        )
        assert aside(tx, agent, case_id, now).reports == 80
        lines = queries.reports_of(tx, case=queries.case(tx, case_id), found=queries.in_force(tx, case_id)).lines
        assert [line.reporter for line in lines] == [str(careful)]


@pytest.mark.promise(18)
def test_what_comes_later_counts_until_somebody_adds_it(db: Database, now: Micros) -> None:
    chance = Random(5)  # noqa: S311  # reports, not secrets
    with db.transaction() as tx:
        account_id, agent = make_account(tx, now), make_actor(tx, now)
        crowd = make_members(tx, now - HOUR, 160, opened=now - HOUR)
        case_id = file_at(tx, organised(account_id, crowd[:100], begins=now, lasts=4 * MINUTE, chance=chance))
        first = aside(tx, agent, case_id, now)
        file_at(tx, organised(account_id, crowd[100:], begins=now + 4 * MINUTE, lasts=2 * MINUTE, chance=chance))
        case, offer = queries.case(tx, case_id), offered(tx, case_id, now)
        assert (case.counting, case.set_aside, offer.more) == (60, 100, 60)
        assert offer.aside == first
        added = aside(tx, agent, case_id, now)
        assert (added.id, added.reports, queries.case(tx, case_id).counting) == (first.id, 160, 0)
        assert [one.id for one in queries.in_force(tx, case_id)] == [first.id]


@pytest.mark.promise(18)
def test_what_counts_is_found_behind_however_much_is_set_aside(
    db: Database, now: Micros, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "AT_A_TIME", 5)
    monkeypatch.setattr(lines, "LOOKED_THROUGH", 500)
    with db.transaction() as tx:
        account_id, agent = make_account(tx, now), make_actor(tx, now)
        make_report(tx, now - HOUR, account_id, comment="Something of my own")
        case_id = storm(tx, now, account_id, young=240, others=0)
    with db.transaction() as tx:
        aside(tx, agent, case_id, now)
        case, found = queries.case(tx, case_id), in_force(tx, case_id)
        assert case.counting == 1
        page = queries.reports_of(tx, case=case, found=found)
        assert [one.comment for one in page.lines] == ["Something of my own"]
        said = queries.sayings_of(tx, case=case, found=found, limit=8)
        assert [one.comment for one in said] == ["Something of my own"]
        monkeypatch.setattr(lines, "LOOKED_THROUGH", 50)
        page = queries.reports_of(tx, case=case, found=found)
        assert (page.lines, page.before) == ((), case.reports - 50 + 1)


def test_others_than_those_that_were_seen_are_not_set_aside(db: Database, now: Micros) -> None:
    chance = Random(5)  # noqa: S311  # reports, not secrets
    with db.transaction() as tx:
        account_id, agent = make_account(tx, now), make_actor(tx, now)
        crowd = make_members(tx, now - HOUR, 160, opened=now - HOUR)
        case_id = file_at(tx, organised(account_id, crowd[:100], begins=now, lasts=4 * MINUTE, chance=chance))
        seen, offer = queries.case(tx, case_id), offered(tx, case_id, now)
        file_at(tx, organised(account_id, crowd[100:], begins=now + MINUTE, lasts=2 * MINUTE, chance=chance))
        with pytest.raises(BurstChangedError, match="it would be 160 reports now"):
            aside(tx, agent, case_id, now, reports=offer.more)
        with pytest.raises(BurstChangedError, match="No reports are offered"):
            aside(tx, agent, case_id, now, since=now - DAY)
        # Those that were there when the page was read can be, although more have come.
        assert aside(tx, agent, case_id, now, upto=seen.reports, reports=offer.more).reports == 100


def test_setting_aside_requires_the_hold_and_the_version_seen(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        account_id, agent = make_account(tx, now), make_actor(tx, now)
        case_id = storm(tx, now, account_id, young=120, others=2)
        first = queries.case(tx, case_id)
        other = Actor.person(make_person(tx, now, name="Agent 9"))
        take_lease(tx, actor=other, now=now, case_id=case_id)
        with pytest.raises(HeldByAnotherError):
            aside(tx, agent, case_id, now)
        found = aside(tx, other, case_id, now)
        with pytest.raises(CaseChangedError, match=r"since you looked: some of its reports were set aside\."):
            aside(tx, other, case_id, now, version=first.version, seen=seen_of(first), reports=1)
        second = queries.case(tx, case_id)
        back: dict[str, Any] = {"now": now, "case_id": case_id, "aside_id": found.id}
        with pytest.raises(HeldByAnotherError):
            take_back(tx, actor=agent, version=second.version, **back)
        with pytest.raises(CaseChangedError):
            take_back(tx, actor=other, version=first.version, **back)
        take_back(tx, actor=other, version=second.version, **back)
        with pytest.raises(CaseChangedError, match="reports that were set aside count again"):
            take_back(tx, actor=other, version=second.version, seen=seen_of(second), **back)
        with pytest.raises(UnknownAsideError):
            take_back(tx, actor=other, version=second.version + 1, **back)


def test_only_who_may_decide_the_case_sets_its_reports_aside(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        account_id = make_account(tx, now)
        case_id = storm(tx, now, account_id, young=120, others=2)
        make_report(tx, now, account_id, protected=True)
        for role in ("agent", "auditor", "administrator"):
            with pytest.raises(WorkerError):
                aside(tx, make_actor(tx, now, role=role), case_id, now)
        reviewer = make_actor(tx, now, role="reviewer")
        assert aside(tx, reviewer, case_id, now).reports == 120
        closed = queries.case(tx, case_id)
        cases.close(tx, actor=reviewer, now=now, case_id=case_id, outcome="rejected", version=closed.version)
        (found,) = queries.in_force(tx, case_id)
        with pytest.raises(CaseClosedError):
            take_back(tx, actor=reviewer, now=now, case_id=case_id, aside_id=found.id, version=closed.version + 1)


def test_reports_are_read_by_pages_and_those_set_aside_apart(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        account_id, agent = make_account(tx, now), make_actor(tx, now)
        case_id = storm(tx, now, account_id, young=180, others=5)
        found = aside(tx, agent, case_id, now)
        case, asides = queries.case(tx, case_id), queries.in_force(tx, case_id)
        everything = tx.ids(select(report.c.id).where(report.c.case_id == case_id).order_by(report.c.place.desc()))
        counting = queries.reports_of(tx, case=case, found=asides).lines
        page = queries.reports_of(tx, case=case, found=asides, only=found, limit=70)
        apart = [line.id for line in page.lines]
        while page.before:
            page = queries.reports_of(tx, case=case, found=asides, only=found, limit=70, before=page.before)
            apart += [line.id for line in page.lines]
        assert (len(counting), len(apart)) == (5, 180)
        assert sorted([*apart, *(line.id for line in counting)], reverse=True) == sorted(everything, reverse=True)
        assert apart == [one for one in everything if one in apart]


def test_a_case_reads_the_same_whether_its_sums_are_kept_or_counted(db: Database, now: Micros) -> None:
    chance = Random(9)  # noqa: S311  # reports, not secrets
    post = (7, "read this", int(now) - DAY)
    with db.transaction() as tx:
        account_id = make_account(tx, now)
        crowd = make_members(tx, now - HOUR, 200, opened=now - HOUR)
        filings = organised(account_id, crowd, begins=now, lasts=9 * MINUTE, chance=chance, posts=(post,))
        filings += honest(account_id, crowd[:40], begins=now - 20 * DAY, lasts=DAY, chance=chance)
        case_id = file_at(tx, filings)
        case, counted = queries.case(tx, case_id), queries.case_view(tx, case_id=case_id, now=now)
        for upto in (130, 130, case.reports):
            keep_sums(tx, case_id=case_id, upto=upto)
            view = queries.case_view(tx, case_id=case_id, now=now)
            assert (view.categories, view.posts, view.whole_account, view.arrivals, view.bursts) == (
                counted.categories,
                counted.posts,
                counted.whole_account,
                counted.arrivals,
                counted.bursts,
            )


def test_a_storm_is_added_up_as_it_comes_and_its_places_have_no_gap(db: Database, now: Micros) -> None:
    chance = Random(2)  # noqa: S311  # reports, not secrets
    with db.transaction() as tx:
        account_id = make_account(tx, now)
        crowd = make_members(tx, now - HOUR, 1_150, opened=now - HOUR)
        filings = [one for _at, one in organised(account_id, crowd, begins=now, lasts=1, chance=chance)]
        file_reports(tx, now=now, filings=filings[:900])
        (*_, last) = file_reports(tx, now=now + MINUTE, filings=filings[900:])
        assert last is not None
        case = queries.case(tx, last.case_id)
        places = tx.ids(select(report.c.place).where(report.c.case_id == case.id).order_by(report.c.place))
        assert places == list(range(1, 1_151))
        assert of_case(tx, case).upto == 1_150
        (one,) = queries.case_view(tx, case_id=case.id, now=now).bursts
        assert (one.more, one.burst.young) == (1_150, 1_150)


def test_a_report_alone_has_no_sums_and_no_burst(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        case_id = make_case(tx, now)
        view = queries.case_view(tx, case_id=case_id, now=now)
        assert (view.bursts, view.aside, view.arrivals.counts, view.arrivals.aside) == ((), (), (1,), (0,))
