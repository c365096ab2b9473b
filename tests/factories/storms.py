"""Storms of reports: organised ones, and those of honest people."""

from collections.abc import Iterator, Sequence
from random import Random

from sqlalchemy import insert

from gardefou.accounts.tables import account
from gardefou.clock import DAY, MINUTE, SECOND
from gardefou.events import Actor
from gardefou.reports.filing import Filing, ReportedPost, filing
from gardefou.reports.intake import file_reports
from gardefou.reports.traits import YOUNG_FOR
from gardefou.storage import Tx

CALL = "This account must go now. Report it and pass it on!"
#: What is written in a group of this many is written in one transaction.
TOGETHER = 200
_WORDS = (
    ("he", "she", "they", "wrote", "posted", "said", "spread"),
    ("yesterday", "again", "this evening", "at school", "on the bus", "in our street", "for weeks"),
    ("about my family", "about my neighbour", "a threat", "my photo", "lies", "an insult", "our address"),
    ("I am worried", "I am angry", "please look", "nobody asked for it", "it is the second time", "it must stop"),
    ("my children read it", "everybody here knows", "I kept a copy", "I told them before", "she does not know yet"),
)


def make_members(tx: Tx, now: int, number: int, *, opened: int) -> list[Actor]:
    """Make accounts that were opened at an instant, known by their numbers."""
    if not number:
        return []
    new = [tx.new_id(now) for _ in range(number)]
    row = {
        "platform": "embedded",
        "display_name": "",
        "followers": 0,
        "posts": 0,
        "peak_followers": 0,
        "peak_at": opened,
        "office": 0,
        "locale": "en",
        "reached_tier": "ordinary",
        "version": 1,
        "created_at": opened,
    }
    tx.execute(
        insert(account),
        [row | {"id": one} | dict.fromkeys(("platform_id", "handle", "handle_key"), f"m{one}") for one in new],
    )
    return [Actor.member(one) for one in new]


def own_words(chance: Random) -> str:
    """Return a comment that hardly anybody else writes."""
    return ", ".join(chance.choice(part) for part in _WORDS)


def file_at(tx: Tx, filings: Sequence[tuple[int, Filing]]) -> int:
    """File reports, each at its instant, some hundred of a minute at a time, and return their case."""
    case_id = 0
    for at, group in _groups(sorted(filings, key=lambda one: one[0])):
        (*_, last) = file_reports(tx, now=at, filings=group)
        assert last is not None
        case_id = last.case_id
    return case_id


def _groups(filings: Sequence[tuple[int, Filing]]) -> Iterator[tuple[int, list[Filing]]]:
    """Yield those of ten seconds together, at the last instant."""
    group: list[Filing] = []
    began = at = 0
    for instant, one in filings:
        if group and (instant - began >= 10 * SECOND or len(group) == TOGETHER):
            yield at, group
            group = []
        if not group:
            began = instant
        at = instant
        group.append(one)
    if group:
        yield at, group


def organised(
    account_id: int,
    who: Sequence[Actor],
    *,
    begins: int,
    lasts: int,
    chance: Random,
    same: float = 0.8,
    posts: tuple[ReportedPost, ...] = (),
) -> list[tuple[int, Filing]]:
    """Return reports of a crowd that was called: most say what they were told to, some something of their own."""
    return [
        (
            begins + chance.randrange(lasts),
            filing(
                actor=one,
                account_id=account_id,
                category="hate",
                comment=CALL if chance.random() < same else own_words(chance),
                posts=posts,
            ),
        )
        for one in who
    ]


def honest(
    account_id: int, who: Sequence[Actor], *, begins: int, lasts: int, chance: Random
) -> list[tuple[int, Filing]]:
    """Return reports of people who have nothing to do with each other, each in words of their own or in none."""
    return [
        (
            begins + chance.randrange(lasts),
            filing(
                actor=one,
                account_id=account_id,
                category=chance.choice(("hate", "spam", "harassment")),
                comment=own_words(chance) if chance.random() < 0.6 else "",
            ),
        )
        for one in who
    ]


def storm(tx: Tx, now: int, account_id: int, *, young: int = 240, others: int = 12, lasts: int = 9 * MINUTE) -> int:
    """File an organised storm that ends now among a few honest reports of the day before, and return the case."""
    chance = Random(7)  # noqa: S311  # reports, not secrets
    crowd = make_members(tx, now - YOUNG_FOR // 4, young, opened=now - YOUNG_FOR // 4)
    old = make_members(tx, now - 400 * DAY, others, opened=now - 400 * DAY)
    filings = organised(account_id, crowd, begins=now - lasts, lasts=lasts, chance=chance)
    filings += honest(account_id, old, begins=now - DAY, lasts=DAY, chance=chance)
    return file_at(tx, filings)
