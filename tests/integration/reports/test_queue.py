"""Which case is next, and what its page shows."""

import pytest

from gardefou.clock import DAY, HOUR, MINUTE, Micros
from gardefou.events import Actor
from gardefou.reports import cases, queries
from gardefou.reports.categories import Category
from gardefou.reports.errors import CursorError
from gardefou.reports.leases import LEASE_LASTS, take_lease
from gardefou.reports.queries import Counts, Group, ReportedPost
from gardefou.storage import Database, Tx
from tests.factories.accounts import make_account
from tests.factories.reports import make_case, make_report
from tests.factories.staff import make_actor, make_person

REVIEWER = frozenset({"reviewer"})
AGENT = frozenset({"agent"})


def _ids(tx: Tx, now: int, roles: frozenset[str] = REVIEWER, **named: str) -> dict[str, list[int]]:
    found = queries.queue(tx, now=now, roles=roles, **named)  # type: ignore[arg-type]  # texts only
    return {group: [row.case.id for row in found.of(group)] for group in Group}


def test_cases_stand_in_their_group_and_the_gravest_or_soonest_first(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        spam, threats, hate = (make_case(tx, now, category=about) for about in ("spam", "threats", "hate"))
        shielded = make_case(tx, now, category="other", protected=True)
        handed = make_case(tx, now, category="fraud")
        cases.hand_to_reviewers(tx, actor=make_actor(tx, now), now=now, case_id=handed, version=1)
        first = _ids(tx, now)
        soon = _ids(tx, now + 45 * MINUTE)
        closed = queries.case(tx, spam)
        cases.close(tx, actor=make_actor(tx, now), now=now, case_id=spam, outcome="rejected", version=closed.version)
        without = _ids(tx, now)
    assert first == {"due soon": [], "protected": [shielded, handed], "by priority": [threats, hate, spam]}
    assert soon == {"due soon": [threats], "protected": [shielded, handed], "by priority": [hate, spam]}
    assert without["by priority"] == [threats, hate]


@pytest.mark.promise(17)
def test_what_reviewers_decide_is_on_top_of_their_queue_once_it_is_due_soon(db: Database, now: Micros) -> None:
    """Protected and handed over alike, among all that is due soon; agents, who may not decide it, read it below."""
    with db.transaction() as tx:
        shielded = make_case(tx, now, category="self-harm", protected=True)
        threats = make_case(tx, now + MINUTE, category="threats")
        handed = make_case(tx, now + 2 * MINUTE, category="threats")
        later = make_case(tx, now, protected=True)
        cases.hand_to_reviewers(tx, actor=make_actor(tx, now), now=now, case_id=handed, version=1)
        at = now + 55 * MINUTE
        reviewer, manager, agent = (_ids(tx, at, frozenset({role})) for role in ("reviewer", "duty manager", "agent"))
        alone = _ids(tx, at, only="protected")
        counted = queries.counts(tx, now=at, roles=REVIEWER)
    assert reviewer == {"due soon": [shielded, threats, handed], "protected": [later], "by priority": []}
    assert manager == reviewer
    assert agent == {"due soon": [threats], "protected": [shielded, handed, later], "by priority": []}
    assert alone == {"due soon": [], "protected": [shielded, handed, later], "by priority": []}
    assert counted == Counts(total=4, due_soon=3, protected=1, by_priority=0)


@pytest.mark.promise(18)
def test_volume_moves_no_case_forward(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        quiet = make_case(tx, now)
        account_id = make_account(tx, now)
        for number in range(30):
            stormy = make_report(tx, now + 1 + number, account_id).case_id
        assert queries.case(tx, stormy).reports == 30
        assert _ids(tx, now)["by priority"] == [quiet, stormy]


def test_agents_see_protected_cases_after_those_they_decide(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        plain, shielded = make_case(tx, now), make_case(tx, now, protected=True)
        order = {
            role: [row.case.id for row in queries.queue(tx, now=now, roles={role}).rows]
            for role in ("agent", "reviewer", "duty manager")
        }
    assert order == {
        "agent": [plain, shielded],
        "reviewer": [shielded, plain],
        "duty manager": [shielded, plain],
    }


@pytest.mark.parametrize("roles", [AGENT, REVIEWER])
def test_pages_along_the_key_show_every_case_once(db: Database, now: Micros, roles: frozenset[str]) -> None:
    with db.transaction() as tx:
        for number in range(23):
            about = list(Category)[number % 12].value
            make_case(tx, now - number % 3 * HOUR, category=about, protected=number % 3 == 0)
        now = Micros(now + 50 * MINUTE)  # Some of either part are due soon.
        whole = [row.case.id for row in queries.queue(tx, now=now, roles=roles, limit=100).rows]
        paged: list[int] = []
        after: str | None = None
        for _ in range(5):
            page = queries.queue(tx, now=now, roles=roles, limit=5, after=after)
            paged += [row.case.id for row in page.rows]
            after = page.next
        assert after is None
    assert len(whole) == 23
    assert paged == whole


def test_the_queue_can_be_narrowed(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        plain, shielded = make_case(tx, now), make_case(tx, now, protected=True)
        assert _ids(tx, now, only="protected")["protected"] == [shielded]
        assert _ids(tx, now, only="by priority")["by priority"] == [plain]
        assert _ids(tx, now, locale="en")["by priority"] == [plain]
        assert _ids(tx, now, locale="fr")["by priority"] == []


@pytest.mark.promise(20)
@pytest.mark.parametrize(
    "after", ["", "d", "x-1-2", "d-1", "d-1-2-3", "g-1-2-x", "g-1-2-99999999999999999999", "g-1-2-²"]
)
def test_a_key_that_is_none_is_refused(db: Database, now: Micros, after: str) -> None:
    with db.reading() as tx, pytest.raises(CursorError, match="not a place in the list"):
        queries.queue(tx, now=now, roles=REVIEWER, after=after)


def test_a_row_says_whom_it_is_about_and_who_holds_it(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        account_id = make_account(tx, now, handle="marble.kiln", followers=64, display_name="Marble")
        case_id = make_report(tx, now, account_id).case_id
        agent = make_person(tx, now, name="Agent 18")
        take_lease(tx, actor=Actor.person(agent), now=now, case_id=case_id)
        held, free = (queries.queue(tx, now=at, roles=AGENT).rows[0] for at in (now, now + LEASE_LASTS))
    assert (held.handle, held.display_name, held.followers) == ("marble.kiln", "Marble", 64)
    assert held.holder is not None
    assert (held.holder.name, held.holder.person_id, held.holder.until) == ("Agent 18", agent, now + LEASE_LASTS)
    assert free.holder is None


def test_counts_agree_with_the_groups(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        none = Counts(total=0, due_soon=0, protected=0, by_priority=0)
        assert queries.counts(tx, now=now, roles=REVIEWER) == none
        for about, protected in (("threats", False), ("threats", True), ("spam", False), ("hate", False)):
            make_case(tx, now, category=about, protected=protected)
        at = now + HOUR
        assert queries.counts(tx, now=at, roles=AGENT) == Counts(total=4, due_soon=1, protected=1, by_priority=2)
        assert queries.counts(tx, now=at, roles=REVIEWER) == Counts(total=4, due_soon=2, protected=0, by_priority=2)


def test_the_page_of_a_case_shows_sums_of_its_reports(db: Database, now: Micros) -> None:
    one, two = (1, "first", int(now) - DAY), (2, "second", int(now) - HOUR)
    with db.transaction() as tx:
        account_id = make_account(tx, now, handle="someone")
        reader = Actor.member(9)
        case_id = make_report(tx, now, account_id, reporter=reader, posts=(one, two)).case_id
        make_report(tx, now + MINUTE, account_id, reporter=reader, posts=(one,), comment="again")
        make_report(tx, now + 40 * MINUTE, account_id, posts=(one,), category="hate")
        make_report(tx, now + 40 * MINUTE, account_id)
        view = queries.case_view(tx, case_id=case_id, now=now)
    assert (view.account["handle"], view.case.reports, view.holder) == ("someone", 4, None)
    assert (view.case.who.reporters, view.case.who.newcomers) == (3, 3)
    assert view.categories == ((Category.SPAM, 3), (Category.HATE, 1))
    assert view.posts == (
        ReportedPost(post_id=1, excerpt="first", posted_at=now - DAY, reports=3, reporters=2),
        ReportedPost(post_id=2, excerpt="second", posted_at=now - HOUR, reports=1, reporters=1),
    )
    assert (view.more_posts, view.whole_account) == (0, 1)
    assert (view.arrivals.start, view.arrivals.bucket, len(view.arrivals.counts)) == (now, MINUTE, 41)
    assert (view.arrivals.counts[0], view.arrivals.counts[1], view.arrivals.counts[40]) == (1, 1, 2)
    assert sum(view.arrivals.counts) == 4


@pytest.mark.parametrize(
    ("apart", "bucket"), [(0, MINUTE), (5 * HOUR, 10 * MINUTE), (30 * DAY, DAY), (400 * DAY, 30 * DAY)]
)
def test_arrivals_fit_one_picture_however_long_they_took(db: Database, now: Micros, apart: int, bucket: int) -> None:
    with db.transaction() as tx:
        account_id = make_account(tx, now)
        for at in (now, now + apart):
            case_id = make_report(tx, at, account_id).case_id
        arrivals = queries.case_view(tx, case_id=case_id, now=now).arrivals
    assert arrivals.bucket == bucket
    assert len(arrivals.counts) <= 48
    assert sum(arrivals.counts) == 2


def test_only_the_most_reported_posts_are_shown_and_the_rest_counted(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        account_id = make_account(tx, now)
        for start in (0, 30):
            posts = tuple((number, "", int(now)) for number in range(start, start + 35))
            case_id = make_report(tx, now, account_id, posts=posts).case_id
        view = queries.case_view(tx, case_id=case_id, now=now)
    assert (len(view.posts), view.more_posts) == (50, 15)
    assert [post.post_id for post in view.posts[:5]] == [30, 31, 32, 33, 34]
    assert {post.reports for post in view.posts[:5]} == {2}


def test_reports_are_read_by_pages_the_newest_first(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        account_id = make_account(tx, now)
        filed = [make_report(tx, now + number, account_id, posts=((5, "x", int(now)),)) for number in range(7)]
        case_id, newest_first = filed[0].case_id, [one.report_id for one in reversed(filed)]
        case, before = queries.case(tx, case_id), None
        paged: list[int] = []
        for _ in range(3):
            page = queries.reports_of(tx, case=case, found=(), limit=3, before=before)
            paged, before = paged + [line.id for line in page.lines], page.before
            assert {line.posts for line in page.lines} == {1}
        assert before is None
    assert paged == newest_first
