"""What a case's reports come to is the same whether they are read at once or remembered in part."""

import random

import pytest

from gardefou.clock import MINUTE, SECOND, SimulatedClock
from gardefou.events import Actor
from gardefou.reports import sums
from gardefou.reports.queries import case, case_view
from gardefou.storage import Database, open_database
from gardefou.storage.ids import BIGGEST
from tests.factories.accounts import make_account
from tests.factories.reports import make_report


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remember after a few reports already."""
    monkeypatch.setattr(sums, "READ_AGAIN", 4)


def alike(one: sums.Sums, other: sums.Sums) -> bool:
    """Return whether two say the same of the reports there are."""
    return (one.categories, one.minutes, one.whole, one.posts) == (
        other.categories,
        other.minutes,
        other.whole,
        other.posts,
    )


@pytest.mark.promise(18)
def test_sums_that_are_remembered_are_those_of_all_reports(db: Database, clock: SimulatedClock) -> None:
    chance = random.Random(18)  # noqa: S311  # the same again
    elsewhere = open_database(db.engine.url.render_as_string(hide_password=False), node=2)
    with db.transaction() as tx:
        account_id = make_account(tx, clock.now())
    for place in range(60):
        clock.advance(chance.choice((SECOND, 10 * SECOND, MINUTE)))
        # Now and then another process writes late what it was asked a while ago.
        late = place % 7 == 6
        with (elsewhere if late else db).transaction() as tx:
            filed = make_report(
                tx,
                clock.now() - (20 * SECOND if late else 0),
                account_id,
                reporter=Actor.visitor(f"visitor {chance.randrange(8)}"),
                category=chance.choice(("spam", "threats", "other")),
                comment=f"Number {place}",
                posts=tuple((number, f"Post {number}", number) for number in range(1, 4) if chance.random() < 0.4),
            )
        with db.reading() as tx:
            found = case(tx, filed.case_id)
            kept, all_of_them = sums.sums_of(tx, found), sums._read(tx, found.id, 0, BIGGEST)  # noqa: SLF001  # nobody else reads them so
        assert kept.reports == found.reports
        assert alike(kept, all_of_them)
    elsewhere.close()


def test_a_look_at_a_case_reads_what_came_since_the_last(db: Database, clock: SimulatedClock) -> None:
    with db.transaction() as tx:
        account_id = make_account(tx, clock.now())
        for _ in range(40):
            case_id = make_report(tx, clock.now(), account_id).case_id
    clock.advance(MINUTE)
    with db.transaction() as tx:
        make_report(tx, clock.now(), account_id)
    for reports in (41, 41):
        with db.reading() as tx:
            assert case_view(tx, case_id=case_id, now=clock.now()).case.reports == reports
    with db.reading() as tx:
        assert sums._recall(tx, case_id).reports == 40  # noqa: SLF001  # nobody else sees it
