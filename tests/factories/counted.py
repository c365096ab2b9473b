"""A town whose figures are worked out by hand: six cases, eight reports, four orders, within four days.

    case   about       language  opened             closed             took     due    reports
    one    spam        en        5 Nov 10:00        6 Nov 12:00        26 h     late   1
    two    spam        en        6 Nov 10:00        6 Nov 12:30        2.5 h    in     1
    three  threats     fr        6 Nov 11:00        6 Nov 12:10        70 min   late   1
    four   hate        fr        6 Nov 18:00        open               —        —      3
    five   spam        en        3 Nov 10:00        open, past due     —        —      1
    six    spam        en        6 Nov 09:00        13:00, reopened at 14:00           1

Case four is reported again at 18:30, once as spam in English. Of anna's posts one is hidden at 15:00 from case two and
stays hidden; one at 15:10 from case three, and brought back at 16:00; one at 15:20 for an hour, which ends by itself.
The mayor's hiding is asked for at 15:30 and waits. It is Monday, 6 November 2017, 19:00.
"""

from collections.abc import Callable

from gardefou.clock import HOUR, from_iso
from gardefou.events import Actor
from gardefou.orders.drive import lift
from gardefou.reports import cases, queries
from gardefou.reports.intake import file_report
from tests.factories.accounts import make_account
from tests.factories.town import Town

NOW = from_iso("2017-11-06T19:00:00Z")


def live_through(town: Town) -> None:
    """Let it all happen, in its order."""
    made: dict[str, int] = {}

    def at(time: str) -> int:
        return town.clock.set(from_iso(f"2017-11-{time}:00Z"))

    def report(name: str, time: str, about: str, locale: str) -> None:
        now = at(time)
        with town.db.transaction() as tx:
            account = queries.case(tx, made[name]).account_id if name in made else make_account(tx, now)
            by = Actor.visitor(f"{name} {time} {about}")
            filed = file_report(tx, actor=by, now=now, account_id=account, category=about, locale=locale)
            made[name] = filed.case_id

    def close(name: str, time: str) -> None:
        now = at(time)
        with town.db.transaction() as tx:
            version = queries.case(tx, made[name]).version
            who = town.people["agent"]
            cases.close(tx, actor=who, now=now, case_id=made[name], outcome="upheld", version=version)

    report("five", "03T10:00", "spam", "en")
    report("one", "05T10:00", "spam", "en")
    report("six", "06T09:00", "spam", "en")
    report("two", "06T10:00", "spam", "en")
    report("three", "06T11:00", "threats", "fr")
    close("one", "06T12:00")
    close("three", "06T12:10")
    close("two", "06T12:30")
    close("six", "06T13:00")
    now = at("06T14:00")
    with town.db.transaction() as tx:
        version = queries.case(tx, made["six"]).version
        cases.reopen(tx, actor=town.people["agent"], now=now, case_id=made["six"], version=version)
    _orders(town, at, made)
    report("four", "06T18:00", "hate", "fr")
    report("four", "06T18:30", "hate", "fr")
    report("four", "06T18:30", "spam", "en")
    town.clock.set(NOW)


def _orders(town: Town, at: Callable[[str], int], made: dict[str, int]) -> None:
    posts = town.posts["anna"]

    def hide(post_id: int, **more: int) -> int:
        return town.propose("agent", "post.hide", "anna", subject_id=post_id, reason="spam", **more).order.id

    at("06T15:00")
    hide(posts[0], case_id=made["two"])
    at("06T15:10")
    wrong = hide(posts[1], case_id=made["three"])
    now = at("06T15:20")
    short = hide(posts[2], lift_at=now + HOUR)
    at("06T15:30")
    town.propose("reviewer 1", "account.hide", "mayor")
    at("06T16:00")
    town.take_back("reviewer 1", town.read(wrong))
    now = at("06T16:20")
    with town.db.transaction() as tx:
        lift(tx, town.ports, now=now, order_id=short)
