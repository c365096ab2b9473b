"""What the newest reports say, each wording once, so that a storm hides nobody who says something of their own."""

from gardefou.clock import MINUTE, SimulatedClock
from gardefou.reports import queries
from gardefou.reports.aside import Aside
from gardefou.reports.lines import NEWEST
from gardefou.storage import Database, Tx
from tests.factories.accounts import make_account
from tests.factories.reports import make_report
from tests.factories.storms import CALL

OWN = "She has written to my daughter every night this week."


def said(tx: Tx, case_id: int, found: tuple[Aside, ...] = ()) -> list[tuple[str, int]]:
    case = queries.case(tx, case_id)
    return [(line.comment, line.alike) for line in queries.sayings_of(tx, case=case, found=found, limit=8)]


def test_the_same_words_are_shown_once_with_how_many_more_have_them(db: Database, clock: SimulatedClock) -> None:
    with db.transaction() as tx:
        account_id, now = make_account(tx, clock.now()), clock.now()
        case_id = make_report(tx, now, account_id, comment=OWN).case_id
        for number in range(20):
            make_report(tx, now + MINUTE, account_id, comment=CALL if number % 2 else f"{CALL.upper()} {number}")
        assert said(tx, case_id) == [(CALL, 19), (OWN, 0)]


def test_what_has_too_few_words_to_tell_is_like_nothing_else(db: Database, clock: SimulatedClock) -> None:
    with db.transaction() as tx:
        account_id, now = make_account(tx, clock.now()), clock.now()
        for comment in ("", "spam", "", "spam"):
            case_id = make_report(tx, now, account_id, comment=comment).case_id
        assert said(tx, case_id) == [("spam", 0), ("", 0), ("spam", 0), ("", 0)]


def test_no_more_are_looked_at_than_the_newest(db: Database, clock: SimulatedClock) -> None:
    with db.transaction() as tx:
        account_id, now = make_account(tx, clock.now()), clock.now()
        make_report(tx, now, account_id, comment=OWN)
        for _ in range(NEWEST):
            case_id = make_report(tx, now, account_id, comment=CALL).case_id
        assert said(tx, case_id) == [(CALL, NEWEST - 1)]
