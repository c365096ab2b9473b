"""What a reporter is told of their own report: what was decided, by whom, by which rule, how to contest it.

It says that people decided, and never who; nothing of what anybody else reported, nor how many did. The rule is that of
what this reporter said it was about, not of what weighed most in the case.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import RowMapping, Select, func, select

from gardefou.accounts.queries import accounts
from gardefou.clock import DAY
from gardefou.orders import labels
from gardefou.orders.kinds import SILENCING, Kind
from gardefou.orders.lifecycle import State
from gardefou.orders.tables import orders
from gardefou.reports.categories import Category
from gardefou.reports.tables import cases, report, report_post
from gardefou.reports.telling.begin import UNDONE_WITHIN
from gardefou.storage import Tx
from gardefou.storage.among import among
from gardefou.words import current
from gardefou.words import gettext as _
from gardefou.words.numbers import day, day_and_time

#: A decision can be contested for so long (Article 20(1): six months at least).
CONTESTED_WITHIN = 183 * DAY
WAITING, UPHELD, REJECTED, TAKEN_BACK = "waiting", "upheld", "rejected", "taken back"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnReport:
    """A report as its own reporter may see it.

    Attributes:
        id: its number, which is the receipt's.
        reporter: who sent it, as a report keeps them.
        handle: the account it is about.
        posts: how many of its posts it names.
        category: what its reporter said it is about.
        at: when it was taken in.
        times: how often the same was sent.
        state: `waiting`, `upheld`, `rejected` or `taken back`.
        decided_at: when that was decided; None while it waits.
        done: what was done because it was upheld, by kind of order.
    """

    id: int
    reporter: str
    handle: str
    posts: int
    category: Category
    at: int
    times: int
    state: str
    decided_at: int | None
    done: tuple[Kind, ...]


def own_reports(
    tx: Tx, *, now: int, reporters: Collection[str], limit: int, before: int | None = None
) -> list[OwnReport]:
    """Return a page of somebody's own reports, whichever way they sent them, the newest first."""
    wanted = _reports().where(among(report.c.reporter, reporters))
    if before is not None:
        wanted = wanted.where(report.c.id < before)
    return _as_seen(tx, now, tx.all(wanted.order_by(report.c.id.desc()).limit(limit)))


def report_by_number(tx: Tx, report_id: int, *, now: int) -> OwnReport | None:
    """Return one report; whoever asks is asked in turn whether it is theirs. None where there is none."""
    found = _as_seen(tx, now, tx.all(_reports().where(report.c.id == report_id)))
    return found[0] if found else None


def _reports() -> Select[tuple[object, ...]]:
    posts = select(func.count()).where(report_post.c.report_id == report.c.id).scalar_subquery().label("posts")
    case = cases.c.state, cases.c.outcome, cases.c.closed_at
    return select(report, posts, *case).join(cases, cases.c.id == report.c.case_id)


def _as_seen(tx: Tx, now: int, rows: Collection[RowMapping]) -> list[OwnReport]:
    people = accounts(tx, {int(row["account_id"]) for row in rows})
    done = _done(tx, {int(row["case_id"]) for row in rows if row["outcome"] == UPHELD})
    found = []
    for row in rows:
        kinds, back_at = done.get(int(row["case_id"]), ((), None))
        # As long as a decision can be undone before anybody hears of it, nobody reads it here either.
        waits = row["state"] == "open" or row["closed_at"] > now - UNDONE_WITHIN
        taken_back = not waits and row["outcome"] == UPHELD and back_at is not None
        state = WAITING if waits else TAKEN_BACK if taken_back else str(row["outcome"])
        found.append(
            OwnReport(
                id=row["id"],
                reporter=row["reporter"],
                handle=people[int(row["account_id"])]["handle"],
                posts=row["posts"],
                category=Category(row["category"]),
                at=row["created_at"],
                times=row["times"],
                state=state,
                decided_at=None if waits else back_at if taken_back else row["closed_at"],
                done=() if waits else kinds,
            )
        )
    return found


def _done(tx: Tx, case_ids: Collection[int]) -> Mapping[int, tuple[tuple[Kind, ...], int | None]]:
    """Return what was done because of each case, and when all of it had been taken back by somebody, if it was."""
    back = orders.alias("back")
    wanted = (
        select(orders.c.case_id, orders.c.kind, orders.c.state, back.c.executed_at, back.c.proposer)
        .outerjoin(back, back.c.id == orders.c.reversed_by)
        .where(among(orders.c.case_id, case_ids), orders.c.state.in_([State.EXECUTED, State.REVERSED]))
        .order_by(orders.c.id)
    )
    found: dict[int, list[RowMapping]] = {}
    for row in tx.all(wanted) if case_ids else ():
        if Kind(row["kind"]) in SILENCING:
            found.setdefault(int(row["case_id"]), []).append(row)
    return {case_id: _together(rows) for case_id, rows in found.items()}


def _together(rows: Collection[RowMapping]) -> tuple[tuple[Kind, ...], int | None]:
    # What ends at its set time was not taken back by anybody: it was done as decided.
    by_somebody = [row for row in rows if row["proposer"] is not None and not row["proposer"].startswith("machine:")]
    kinds = tuple(dict.fromkeys(Kind(row["kind"]) for row in rows if row not in by_somebody))
    if len(by_somebody) < len(rows):
        return kinds, None
    return (), max(int(row["executed_at"]) for row in by_somebody)


def title(one: OwnReport) -> str:
    """Return in one line what became of a report."""
    return {
        WAITING: _("Nobody has decided yet about your report on @%(handle)s.", handle=one.handle),
        UPHELD: _("Your report on @%(handle)s was upheld.", handle=one.handle),
        REJECTED: _("Your report on @%(handle)s was not upheld.", handle=one.handle),
        TAKEN_BACK: _(
            "Your report on @%(handle)s was upheld, and what was done then was taken back.", handle=one.handle
        ),
    }[one.state]


def lines(one: OwnReport, *, contest: str) -> list[str]:
    """Return what a reporter is told of a report, in a sentence or two each.

    Args:
        one: the report.
        contest: the address that answers whoever contests a decision.
    """
    if one.decided_at is None:
        return [_("It is kept, and a person will read it. When it is decided you read here what, and why.")]
    when = day_and_time(one.decided_at)
    how = _("People decided this, on %(when)s: no machine decides here.", when=when)
    rule = _("The rule it was held against: %(rule)s", rule=rule_of(one.category))
    return [how, rule, *_became(one), _how_to_contest(one, contest)]


def _became(one: OwnReport) -> list[str]:
    match one.state:
        case "rejected":
            return [_("Whoever read it found that this rule is not broken. Nothing was done to the account.")]
        case "taken back":
            return [_("Looking at it again, people found that what had been done was not to stay.")]
        case _ if one.done:
            acts = ", ".join(_done_in_words(kind) for kind in one.done)
            return [_("Whoever read it found that the rule is broken. What was done: %(acts)s.", acts=acts)]
    return [_("Whoever read it found that the rule is broken.")]


def _done_in_words(kind: Kind) -> str:
    said = {
        Kind.ACCOUNT_HIDE: _("the account is hidden, and its page answers “not found”"),
        Kind.ACCOUNT_LIMIT: _("the account has left the public timelines"),
        Kind.ACCOUNT_FREEZE: _("the account’s owner cannot post"),
        Kind.POST_HIDE: _("a post is hidden"),
        Kind.POST_DELETE: _("a post is deleted"),
    }
    return said.get(kind) or labels.act(kind)


def _how_to_contest(one: OwnReport, contest: str) -> str:
    last = day((one.decided_at or 0) + CONTESTED_WITHIN)
    return _(
        "You can contest this until %(last)s: write to %(address)s and name report %(report)s. Somebody who had no "
        "part in it answers, and it costs nothing. You can also turn to a certified out-of-court dispute settlement "
        "body, or to a court.",
        last=last,
        address=contest,
        report=str(one.id),
    )


def rule_of(category: Category) -> str:
    """Return, in plain words, the rule that a report of this kind is held against."""
    return _rules(current())[category]


@lru_cache(maxsize=8)
def _rules(_language: str) -> Mapping[Category, str]:
    return {
        Category.THREATS: _("Nobody threatens anybody."),
        Category.SELF_HARM: _("Nothing leads anybody to harm themselves."),
        Category.CHILD_ABUSE: _("Nothing shows or seeks the sexual abuse of a child."),
        Category.TERRORISM: _("Nothing calls for terrorism or praises it."),
        Category.HATE: _("Nobody is attacked for who they are."),
        Category.HARASSMENT: _("Nobody is hounded."),
        Category.IMPERSONATION: _("Nobody pretends to be somebody else."),
        Category.MISLEADING: _("Nothing misleads about what matters, such as a vote or people’s health."),
        Category.FRAUD: _("Nobody is talked out of money or data."),
        Category.SPAM: _("Nothing is sent by the hundred to people who did not ask for it."),
        Category.ILLEGAL: _("Nothing here breaks the law."),
        Category.OTHER: _("Everybody keeps to the rules of this network."),
    }
