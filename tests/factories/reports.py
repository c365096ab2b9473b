"""Reports and cases, the dullest there are."""

from itertools import count

from gardefou.events import Actor
from gardefou.reports.filing import ReportedPost
from gardefou.reports.intake import Filed, file_report
from gardefou.storage import Tx
from tests.factories.accounts import make_account

_numbers = count(1)


def make_report(
    tx: Tx,
    now: int,
    account_id: int,
    *,
    reporter: Actor | None = None,
    category: str = "spam",
    comment: str = "",
    posts: tuple[ReportedPost, ...] = (),
    protected: bool = False,
) -> Filed:
    """File a report of spam by a visitor never seen before."""
    return file_report(
        tx,
        actor=reporter or Actor.visitor(f"visitor-{next(_numbers)}"),
        now=now,
        account_id=account_id,
        category=category,
        comment=comment,
        posts=posts,
        protected=protected,
    )


def make_case(tx: Tx, now: int, *, category: str = "spam", protected: bool = False) -> int:
    """Open a case of one report on an account of its own."""
    return make_report(tx, now, make_account(tx, now), category=category, protected=protected).case_id
