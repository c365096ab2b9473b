"""A case as its page shows it: the account, why it is protected, what was reported, and what was done before."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import RowMapping

from gardefou.accounts.queries import reached, roster, subject_values
from gardefou.desk import labels
from gardefou.desk.acts import Act, acts
from gardefou.desk.answering import Answering, answering
from gardefou.desk.became import became
from gardefou.desk.bursts import AsideLine, BurstLine, Histogram, aside_lines, burst_lines, histogram
from gardefou.desk.people import known as known_people
from gardefou.desk.rights import Right, to_restore
from gardefou.enforcement.ports import Exhibits, ImageSeen
from gardefou.guard.facts import Value
from gardefou.guard.rules import tier_of
from gardefou.orders import queries as orders
from gardefou.orders import rulebook
from gardefou.orders.order import Order
from gardefou.orders.ports import Ports
from gardefou.reports.case import Case
from gardefou.reports.errors import WorkerError
from gardefou.reports.leases import in_the_way
from gardefou.reports.queries import ReportLine, case_view, sayings_of
from gardefou.reports.view import CaseView
from gardefou.reports.workers import require_decider, require_worker
from gardefou.staff.sessions import SignedIn
from gardefou.storage import Tx
from gardefou.words import gettext as _
from gardefou.words import ngettext, numbers

COMMENTS = 8
#: Of fewer cases than this one speaks one by one; in a hundred it would be a guess.
ENOUGH_DECIDED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierOrder:
    """One line of what was asked before."""

    order: Order
    act: str
    became: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePage:
    """Everything the page of a case shows."""

    view: CaseView
    standing: str
    tier: str
    tier_why: str
    mine: bool
    came: Histogram | None
    bursts: tuple[BurstLine, ...]
    aside: tuple[AsideLine, ...]
    posts_there: frozenset[int]
    hidden_posts: frozenset[int]
    images: Mapping[int, Sequence[ImageSeen]]
    comments: tuple[ReportLine, ...]
    earlier: tuple[EarlierOrder, ...]
    answering: Answering | None
    in_effect: tuple[Order, ...]
    acts: tuple[Act, ...]
    can_decide: bool
    can_hand: bool
    not_theirs: str
    restoring: Right | None
    reason: str

    @property
    def sets_aside(self) -> bool:
        """Whether the reader may set reports aside, or let them count again."""
        return self.can_decide and not self.not_theirs

    @property
    def case(self) -> Case:
        """The case itself."""
        return self.view.case


def case_page(tx: Tx, ports: Ports, exhibits: Exhibits, *, me: SignedIn, now: int, case_id: int) -> CasePage:
    """Read everything the page of a case shows, in one transaction.

    Raises:
        UnknownCaseError: there is none by that number.
    """
    view = case_view(tx, case_id=case_id, now=now)
    values = subject_values(tx, view.account, now)
    tier, because, said = tier_words(tx, ports, view.account, values)
    reason = labels.REASON_OF[view.case.category].value
    known: dict[str, str | int] = {"handle": view.account["handle"], **because}
    free = not in_the_way(tx, held=view.holder, case=view.case, person_id=me.person_id, now=now)
    not_theirs = _said(require_decider, tx, me.actor, now, view.case)
    posts = [post.post_id for post in view.posts]
    there = exhibits.there(tx, posts)
    in_effect = orders.in_effect(tx, "account", view.case.account_id)
    earlier = _earlier(tx, view.case.account_id, now)
    offered = (
        acts(tx, ports, me=me, now=now, view=view, there=there, reason=reason, known=known, not_theirs=not_theirs)
        if view.case.open
        else ()
    )
    return CasePage(
        view=view,
        standing=ports.effects["account"].read_back(tx, subject_kind="account", subject_id=view.case.account_id),
        tier=tier,
        tier_why=said,
        mine=view.holder is not None and view.holder.person_id == me.person_id,
        came=histogram(view),
        bursts=burst_lines(view, now),
        aside=aside_lines(tx, view.aside, now),
        posts_there=there,
        hidden_posts=exhibits.hidden(tx, posts),
        images=exhibits.images(tx, posts),
        comments=sayings_of(tx, case=view.case, found=view.aside, limit=COMMENTS),
        earlier=earlier,
        answering=answering(tx, view.case, [line.order for line in earlier], now),
        in_effect=tuple(in_effect),
        acts=tuple(offered),
        can_decide=view.case.open and free,
        can_hand=free and may_hand_over(tx, view.case, me=me, now=now),
        not_theirs=not_theirs,
        restoring=to_restore(tx, ports, me=me, order=in_effect[0], now=now) if in_effect else None,
        reason=reason,
    )


def _said(require: Callable[..., object], *asked: object) -> str:
    """Return what a check says against it; empty when it says nothing."""
    try:
        require(*asked)
    except WorkerError as problem:
        return problem.message
    return ""


def may_hand_over(tx: Tx, case: Case, *, me: SignedIn, now: int) -> bool:
    """Return whether the reader may hand it over and that would change who decides: not twice, not among reviewers."""
    for_others = case.handed_to is None and not (case.protected and me.roles & {"reviewer", "duty manager"})
    return case.open and for_others and not _said(require_worker, tx, me.actor, now)


def tier_words(
    tx: Tx, ports: Ports, account: RowMapping, values: Mapping[str, Value]
) -> tuple[str, dict[str, str | int], str]:
    """Return an account's tier, what made it so as fields, and the same as a sentence."""
    book = rulebook.in_force(tx, ports.load_rulebook)
    tier = tier_of(book, values)
    live = {**values, "reached_tier": ""}
    by_numbers = tier_of(book, {**live, "roster": "", "office": False, "assigned_tier": ""})
    line = roster(tx, int(account["id"]))
    readers = numbers.followers(int(account["followers"]))
    if line is not None and line["tier"] == tier:
        office = labels.office(line["office"])
        said = _("On the roster as %(office)s.", office=office) if office else _("On the roster.")
        if by_numbers != tier:
            said += " " + _(
                "By its numbers alone it would be %(tier)s: %(readers)s.",
                tier=labels.tier(by_numbers).lower(),
                readers=readers,
            )
        return tier, {"tier_because": "roster", "office": office}, said
    if values["assigned_tier"] == tier:
        return tier, {"tier_because": "assigned"}, _("Assigned by an order.")
    if tier == "ordinary":
        return tier, {}, _("One person decides, and one step undoes it.")
    if by_numbers == tier:
        return tier, {}, _("By its numbers: %(readers)s.", readers=readers)
    if tier_of(book, live) == tier:
        return tier, {}, _("It holds a public office.")
    return tier, {"tier_because": "reached"}, reached_words(tx, int(account["id"]), tier)


def reached_words(tx: Tx, account_id: int, tier: str) -> str:
    """Return when an account reached its tier and by what, from the record; empty when it never rose."""
    found = reached(tx, account_id, tier)
    if found is None:
        return ""
    when = numbers.day(found.at)
    if found.body["because"] == "followers":
        readers = numbers.followers(int(found.body["followers"]))
        return _("It reached %(readers)s on %(day)s; its tier falls only by an order.", readers=readers, day=when)
    return _("It reached this tier on %(day)s; it falls only by an order.", day=when)


def reach_words(view: CaseView) -> str:
    """Return how much the reports weigh, from how often their authors were right before."""
    who, decided = view.case.who, view.case.who.right_before + view.case.who.wrong_before
    weight = numbers.thousandths(who.weight)
    if not who.reporters:
        return _("Nobody weighs anything here: what they filed is set aside.")
    if not decided and who.newcomers == who.reporters:
        return ngettext(
            "They weigh as %(weight)s: their %(count)s author reports for the first time.",
            "They weigh as %(weight)s: all their %(count)s authors report for the first time.",
            who.reporters,
            weight=weight,
        )
    if not decided:
        return ngettext(
            "They weigh as %(weight)s: of their %(count)s author, nothing was decided before.",
            "They weigh as %(weight)s: of their %(count)s authors, nothing was decided before.",
            who.reporters,
            weight=weight,
        )
    if decided < ENOUGH_DECIDED or who.right_in_100 is None:
        return ngettext(
            "They weigh as %(weight)s: of %(count)s earlier case of their authors, %(right)s held.",
            "They weigh as %(weight)s: of %(count)s earlier cases of their authors, %(right)s held.",
            decided,
            weight=weight,
            right=numbers.number(who.right_before),
        )
    if who.newcomers:
        return ngettext(
            "They weigh as %(weight)s: the %(count)s author who reported before was right %(right)s times in 100.",
            "They weigh as %(weight)s: the %(count)s authors who reported before were right %(right)s times in 100.",
            who.reporters - who.newcomers,
            weight=weight,
            right=numbers.number(who.right_in_100),
        )
    return _(
        "They weigh as %(weight)s: their authors were right %(right)s times in 100.",
        weight=weight,
        right=numbers.number(who.right_in_100),
    )


def _earlier(tx: Tx, account_id: int, now: int) -> tuple[EarlierOrder, ...]:
    found = orders.orders_of_account(tx, account_id, limit=12)
    votes = orders.votes_on(tx, [order.id for order in found])
    voters = [row["person_id"] for those in votes.values() for row in those]
    people = known_people(tx, [order.proposer for order in found], now, also=voters)
    return tuple(
        EarlierOrder(order=order, act=labels.act(order.kind), became=became(tx, order, people)) for order in found
    )
