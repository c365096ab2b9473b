"""What leads a case, when it is due and what its page counts are of what counts; taken back, all is as it was."""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import select

from gardefou.clock import DAY, HOUR, MINUTE, SECOND, Micros
from gardefou.events import Actor
from gardefou.reports import queries
from gardefou.reports.aside import Aside
from gardefou.reports.categories import Category
from gardefou.reports.filing import filing
from gardefou.reports.intake import file_reports
from gardefou.reports.set_aside import set_aside
from gardefou.reports.tables import aside_post
from gardefou.reports.take_back import take_back
from gardefou.reports.take_out import SLICE, take_out_next
from gardefou.reports.view import CaseView
from gardefou.storage import Database, Tx
from tests.factories.accounts import make_account
from tests.factories.reports import make_report
from tests.factories.staff import make_actor
from tests.factories.storms import CALL, make_members
from tests.integration.reports.test_setting_aside import aside

WORKER = Actor.machine("worker")
CALLED, TRUE = (7, "the post they all name", 1), (8, "the post that somebody saw", 1)


def called(
    tx: Tx, now: int, account_id: int, crowd: Sequence[Actor], category: str = "threats", *, posts: Any = ()
) -> int:
    """File the same words for everybody of a crowd, some a second, and return the case."""
    case_id = 0
    for number in range(0, len(crowd), 100):
        those = crowd[number : number + 100]
        new = [filing(actor=one, account_id=account_id, category=category, comment=CALL, posts=posts) for one in those]
        (*_, last) = file_reports(tx, now=now + number // 100 * SECOND, filings=new)
        assert last is not None
        case_id = last.case_id
    return case_id


def frauds(tx: Tx, now: int, account_id: int, number: int, **more: Any) -> list[Actor]:
    people = make_members(tx, now, number, opened=now - 400 * DAY)
    for place, one in enumerate(people):
        make_report(tx, now, account_id, reporter=one, category="fraud", comment=f"He sold me {place} boats", **more)
    return people


def shown(view: CaseView) -> tuple[Any, ...]:
    """Return what a page shows of what counts."""
    case = view.case
    row = case.category, case.severity, case.due_at, case.rank_at, case.counting, case.who
    return (*row, view.categories, view.posts, view.more_posts, view.whole_account)


def read(tx: Tx, case_id: int, now: int) -> tuple[Any, ...]:
    return shown(queries.case_view(tx, case_id=case_id, now=now))


def taken_back(tx: Tx, agent: Actor, case_id: int, now: int, aside_id: int) -> None:
    version = queries.case(tx, case_id).version
    take_back(tx, actor=agent, now=now, case_id=case_id, aside_id=aside_id, version=version)


def offered_aside(tx: Tx, agent: Actor, case_id: int, now: int) -> Aside:
    """Set aside the newest burst of several."""
    case = queries.case(tx, case_id)
    one = next(each for each in queries.case_view(tx, case_id=case_id, now=now).bursts if each.more)
    asked: dict[str, Any] = {"version": case.version, "since": one.since, "upto": case.reports, "reports": one.more}
    return set_aside(tx, actor=agent, now=now, case_id=case_id, **asked)


@pytest.mark.promise(18)
def test_a_case_without_its_storm_is_the_case_that_it_would_have_been_and_taken_back_it_is_what_it_was(
    db: Database, now: Micros
) -> None:
    with db.transaction() as tx:
        account_id, agent = make_account(tx, now), make_actor(tx, now)
        frauds(tx, now - HOUR, account_id, 11)
        frauds(tx, now - HOUR, account_id, 3, posts=(TRUE, CALLED))
        crowd = make_members(tx, now, 60, opened=now)
        case = queries.open_case_of(tx, account_id)
        assert case is not None
        case_id, alone = case.id, read(tx, case.id, now)
        called(tx, now, account_id, crowd, posts=(CALLED, (9, "and another", 1)))
        called(tx, now + 5 * SECOND, account_id, make_members(tx, now, 40, opened=now))
        before = read(tx, case_id, now)
        assert (before[0], before[2]) == (Category.THREATS, now + HOUR)
        found = aside(tx, agent, case_id, now)
        assert (found.reports, found.whole) == (100, 40)
        assert read(tx, case_id, now) == alone
        case = queries.case(tx, case_id)
        assert (case.category, case.due_at, case.counting) == (Category.FRAUD, now - HOUR + DAY, 14)
        taken_back(tx, agent, case_id, now, found.id)
        assert read(tx, case_id, now) == before
        assert not tx.all(select(aside_post))
        # And once more, with the same end.
        aside(tx, agent, case_id, now)
        assert read(tx, case_id, now) == alone


def test_what_comes_later_leads_the_case_again_until_it_is_added(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        account_id, agent = make_account(tx, now), make_actor(tx, now)
        frauds(tx, now - HOUR, account_id, 3)
        crowd = make_members(tx, now, 90, opened=now)
        case_id = called(tx, now, account_id, crowd[:60], posts=(CALLED,))
        alone = aside(tx, agent, case_id, now), read(tx, case_id, now)
        called(tx, now + MINUTE, account_id, crowd[60:], posts=(CALLED,))
        again = queries.case(tx, case_id)
        assert (again.category, again.due_at, again.counting) == (Category.THREATS, now + MINUTE + HOUR, 33)
        added = aside(tx, agent, case_id, now + MINUTE)
        assert (added.id, added.reports) == (alone[0].id, 90)
        assert read(tx, case_id, now) == alone[1]
        taken_back(tx, agent, case_id, now, added.id)
        view = queries.case_view(tx, case_id=case_id, now=now)
        assert (view.case.due_at, view.categories) == (now + HOUR, ((Category.THREATS, 90), (Category.FRAUD, 3)))
        assert [(post.reports, post.reporters) for post in view.posts] == [(90, 90)]


def test_of_two_sets_either_comes_back_alone_and_where_nothing_counts_the_next_report_leads(
    db: Database, now: Micros
) -> None:
    later = now + 3 * HOUR
    with db.transaction() as tx:
        account_id, agent = make_account(tx, now), make_actor(tx, now)
        case_id = called(tx, now, account_id, make_members(tx, now, 60, opened=now), "threats")
        menaces = read(tx, case_id, now)[:3]
        first = aside(tx, agent, case_id, now)
        # All is set aside: it is still decided, as what it was.
        assert read(tx, case_id, now)[:3] == menaces
        called(tx, later, account_id, make_members(tx, later, 60, opened=later), "fraud")
        cheats = read(tx, case_id, later)[:3]
        assert cheats == (Category.FRAUD, 8, later + DAY)
        second = offered_aside(tx, agent, case_id, later)
        assert read(tx, case_id, later)[:3] == cheats
        taken_back(tx, agent, case_id, later, first.id)
        assert read(tx, case_id, later)[:3] == menaces
        taken_back(tx, agent, case_id, later, second.id)
        assert read(tx, case_id, later)[:3] == menaces


def test_who_names_a_post_elsewhere_too_still_counts_for_it(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        account_id, agent = make_account(tx, now), make_actor(tx, now)
        crowd = make_members(tx, now, 60, opened=now)
        case_id = called(tx, now, account_id, crowd, posts=(CALLED,))
        after = now + 3 * HOUR
        make_report(tx, after, account_id, reporter=crowd[7], category="spam", comment="and this", posts=(CALLED,))
        offered_aside(tx, agent, case_id, after)
        (post,) = queries.case_view(tx, case_id=case_id, now=after).posts
        assert (post.reports, post.reporters) == (1, 1)


def test_of_a_great_storm_the_lead_goes_at_once_and_the_posts_a_slice_at_a_time(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        account_id, agent = make_account(tx, now), make_actor(tx, now)
        frauds(tx, now - HOUR, account_id, 2)
        frauds(tx, now - HOUR, account_id, 2, posts=(TRUE,))
        case = queries.open_case_of(tx, account_id)
        assert case is not None
        alone, crowd = read(tx, case.id, now), make_members(tx, now, SLICE + 100, opened=now)
        called(tx, now, account_id, crowd, posts=(CALLED,))
        before = read(tx, case.id, now)
        found = aside(tx, agent, case.id, now)
        at_once = queries.case_view(tx, case_id=case.id, now=now)
        assert (at_once.case.lead, at_once.categories) == (case.lead, ((Category.FRAUD, 4),))
    with db.transaction() as tx:
        assert take_out_next(tx, actor=WORKER, now=now)
        halfway = queries.case_view(tx, case_id=case.id, now=now)
        assert [(post.post_id, post.reports) for post in halfway.posts] == [(7, 100), (8, 2)]
        taken_back(tx, agent, case.id, now, found.id)
        assert read(tx, case.id, now) == before
        aside(tx, agent, case.id, now)
    with db.transaction() as tx:
        for _slice in range(2):
            assert take_out_next(tx, actor=WORKER, now=now)
        assert read(tx, case.id, now) == alone


def test_what_came_while_a_set_was_counted_leads_the_case_with_what_is_left(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        account_id, agent = make_account(tx, now), make_actor(tx, now)
        case_id = called(tx, now, account_id, make_members(tx, now, 60, opened=now))
        seen = queries.case(tx, case_id)
        make_report(tx, now + MINUTE, account_id, category="hate")
        aside(tx, agent, case_id, now, upto=seen.reports)
        left = queries.case(tx, case_id)
        assert (left.category, left.due_at, left.counting) == (Category.HATE, now + MINUTE + 12 * HOUR, 1)
