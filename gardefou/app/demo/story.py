"""What happened before the visitor came: earlier orders, closed cases, and today's queue. Every step by a real verb."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle

from gardefou.accounts import queries as accounts
from gardefou.app.demo.accounts import TRUMP
from gardefou.app.demo.sayings import BURST, COMMENTS
from gardefou.app.demo.stage import Stage
from gardefou.app.protection import protected
from gardefou.clock import DAY, HOUR, MINUTE, SECOND
from gardefou.enforcement.restore import restore
from gardefou.events import Actor, outbox
from gardefou.incidents.claims import claims_of
from gardefou.incidents.draft import draft
from gardefou.incidents.queries import incident_of_order
from gardefou.incidents.stand_down import stand_down
from gardefou.orders import notices
from gardefou.orders.approve import approve
from gardefou.orders.drive import drive
from gardefou.orders.kinds import Kind
from gardefou.orders.order import Order
from gardefou.orders.propose import propose
from gardefou.orders.queries import order as order_by_id
from gardefou.orders.veto import veto
from gardefou.reports import cases, leases
from gardefou.reports.categories import DUE_HOURS, Category
from gardefou.reports.intake import file_report
from gardefou.reports.queries import case as case_by_id
from gardefou.storage import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A case of today's queue.

    Attributes:
        handle: the account reported.
        category: what about.
        reports: how many, one per reporter.
        left: how long until it is due.
        held_by: who holds it.
        handed: whether it was handed to the reviewers.
    """

    handle: str
    category: Category
    reports: int
    left: int
    held_by: str = ""
    handed: bool = False


QUEUE: tuple[Opened, ...] = (
    Opened(handle="lune_et_sel", category=Category.THREATS, reports=3, left=11 * MINUTE),
    Opened(handle="bois_flotte", category=Category.SELF_HARM, reports=1, left=23 * MINUTE, held_by="Agent 22"),
    Opened(handle="nightbus42", category=Category.IMPERSONATION, reports=11, left=26 * MINUTE, held_by="Reviewer 3"),
    Opened(handle=TRUMP, category=Category.HATE, reports=62, left=6 * HOUR + 41 * MINUTE),
    Opened(handle="north_gazette", category=Category.HARASSMENT, reports=22, left=110 * MINUTE, held_by="Reviewer 7"),
    Opened(handle="ville_exemple", category=Category.MISLEADING, reports=24, left=3 * HOUR),
    Opened(handle="coastguard_ex", category=Category.MISLEADING, reports=2, left=19 * HOUR),
    Opened(handle="seller_4471", category=Category.FRAUD, reports=14, left=146 * MINUTE),
    Opened(handle="marble_kiln", category=Category.HARASSMENT, reports=9, left=123 * MINUTE, held_by="Agent 18"),
    Opened(handle="petit_vent", category=Category.HATE, reports=6, left=107 * MINUTE),
    Opened(handle="patriot_eagle_88", category=Category.HATE, reports=8, left=8 * HOUR),
    Opened(handle="crateandkey", category=Category.SPAM, reports=30, left=4 * HOUR),
    Opened(handle="h3lios_shop", category=Category.FRAUD, reports=4, left=14 * HOUR),
    Opened(handle="dr_real_cure", category=Category.MISLEADING, reports=5, left=9 * HOUR, handed=True),
    Opened(handle="anna_lindqvist_", category=Category.IMPERSONATION, reports=3, left=5 * HOUR),
    Opened(handle="le_vrai_fisc", category=Category.FRAUD, reports=7, left=12 * HOUR),
    Opened(handle="quiet_harbour", category=Category.OTHER, reports=1, left=21 * HOUR),
)
BURST_SIZE = 240
BURST_LASTED = 28 * MINUTE


def play(stage: Stage) -> None:
    """Let the past happen, the oldest first, then fill today's queue."""
    _nobody_approved(stage, stage.now - 150 * DAY)
    _a_post_went_and_came_back(stage, stage.now - 120 * DAY)
    _vetoed(stage, stage.now - 44 * DAY)
    _upheld(stage, stage.now - 12 * DAY)
    _rejected(stage, stage.now - 6 * DAY)
    _hidden_and_restored(stage, stage.now - 5 * DAY)
    _fill_queue(stage)
    _waiting(stage, stage.now - 20 * MINUTE)


def _propose(stage: Stage, at: int, who: str, kind: str, handle: str, reason: str, *, post: bool = False) -> Order:
    posts = stage.posts[handle][:2]
    with stage.house.db.transaction() as tx:
        order = propose(
            tx,
            stage.house.ports,
            actor=stage.person(who),
            now=at,
            kind=kind,
            subject_id=posts[0][0] if post else stage.accounts[handle],
            reason=reason,
            evidence={"posts": [str(post_id) for post_id, _, _ in posts]},
        ).order
    _deliver(stage, at + SECOND)
    return order


def _approve(stage: Stage, at: int, who: str, order: Order) -> Order:
    with stage.house.db.transaction() as tx:
        digest = order_by_id(tx, order.id).digest.hex()
        done = approve(tx, stage.house.ports, actor=stage.person(who), now=at, order_id=order.id, digest_hex=digest)
    _deliver(stage, at + SECOND)
    return done.order


def _drive(stage: Stage, at: int, order: Order) -> Order:
    with stage.house.db.transaction() as tx:
        done = drive(tx, stage.house.ports, now=at, order_id=order.id)
    _deliver(stage, at + SECOND)
    return done


def _restore(stage: Stage, at: int, who: str, subject_kind: str, subject_id: int, why: str) -> Order:
    with stage.house.db.transaction() as tx:
        done = restore(
            tx,
            stage.house.ports,
            actor=stage.person(who),
            now=at,
            subject_kind=subject_kind,
            subject_id=subject_id,
            why=why,
        )
    _deliver(stage, at + SECOND)
    return done.order


def _deliver(stage: Stage, at: int) -> None:
    """Let every message of the past be accepted, as it was then: nothing old is sent when the demo starts."""
    with stage.house.db.transaction() as tx:
        while rows := outbox.take(tx, now=at, topic="mail"):
            for row in rows:
                outbox.accepted(tx, now=at, row_id=row["id"])
                notices.accepted(tx, now=at, outbox_id=row["id"])


def _nobody_approved(stage: Stage, at: int) -> None:
    order = _propose(stage, at, "Reviewer 12", "account.limit", TRUMP, "misleading")
    _drive(stage, at + 2 * HOUR + MINUTE, order)


def _a_post_went_and_came_back(stage: Stage, at: int) -> None:
    order = _propose(stage, at, "Reviewer 7", "post.hide", TRUMP, "coordinated threats", post=True)
    _approve(stage, at + 6 * MINUTE, "Reviewer 3", order)
    undone = _restore(stage, at + 47 * MINUTE, "Agent 22", "post", order.subject_id, "Quoted a threat, made none.")
    with stage.house.db.reading() as tx:
        incident_id = incident_of_order(tx, undone.id)
    if incident_id is None:
        return
    _state(stage, at + 2 * HOUR, incident_id)
    with stage.house.db.transaction() as tx:
        stand_down(tx, actor=stage.person("Duty manager 2"), now=at + 3 * DAY, incident_id=incident_id)


def _state(stage: Stage, at: int, incident_id: int) -> None:
    """Say in public what the record shows: one drafts and proposes, another signs."""
    drafter = stage.person("Reviewer 12")
    with stage.house.db.transaction() as tx:
        # Whether the review goes on changes after the statement; a statement says what stays true.
        keys = [claim.key for claim in claims_of(tx, incident_id) if not claim.code.startswith("review")]
        statement_id = draft(tx, actor=drafter, now=at, incident_id=incident_id, claims=keys)
        kind = Kind.STATEMENT_PUBLISH.value
        order = propose(tx, stage.house.ports, actor=drafter, now=at, kind=kind, subject_id=statement_id).order
    _approve(stage, at + 4 * MINUTE, "Duty manager 4", order)


def _vetoed(stage: Stage, at: int) -> None:
    order = _propose(stage, at, "Reviewer 7", "account.hide", TRUMP, "coordinated threats")
    _approve(stage, at + 4 * MINUTE, "Reviewer 12", order)
    _approve(stage, at + 9 * MINUTE, "Duty manager 2", order)
    with stage.house.db.transaction() as tx:
        veto(
            tx,
            stage.house.ports,
            actor=stage.person("Duty manager 4"),
            now=at + 12 * MINUTE,
            order_id=order.id,
            why="One post would do; forty-one million people lose a page.",
        )
    _deliver(stage, at + 12 * MINUTE + SECOND)


def _upheld(stage: Stage, at: int) -> None:
    """A swindler goes, by one person in one step; those who reported were right."""
    case_id = _file(stage, "win_now_7", Category.FRAUD, [at + place * MINUTE for place in range(6)], 0)
    _propose(stage, at + HOUR, "Agent 18", "account.hide", "win_now_7", "fraud")
    _close(stage, at + HOUR + MINUTE, "Agent 18", case_id, "upheld")


def _rejected(stage: Stage, at: int) -> None:
    """A harmless account, and the first of the crowd that reports in bursts: those who reported were wrong."""
    case_id = _file(stage, "quiet_harbour", Category.OTHER, [at + place * MINUTE for place in range(3)], 3)
    _close(stage, at + 2 * HOUR, "Agent 22", case_id, "rejected")
    times = [at + 3 * HOUR + place * SECOND for place in range(24)]
    case_id = _file(stage, TRUMP, Category.HATE, times, 0, burst=True)
    _close(stage, at + 5 * HOUR, "Reviewer 12", case_id, "rejected")


def _hidden_and_restored(stage: Stage, at: int) -> None:
    order = _propose(stage, at, "Agent 18", "account.hide", "crateandkey", "spam")
    _restore(stage, at + 33 * MINUTE, "Agent 22", "account", order.subject_id, "A shop that was hijacked and is back.")


def _waiting(stage: Stage, at: int) -> None:
    _propose(stage, at, "Reviewer 7", "account.limit", "north_gazette", "harassment")


def _close(stage: Stage, at: int, who: str, case_id: int, outcome: str) -> None:
    with stage.house.db.transaction() as tx:
        version = case_by_id(tx, case_id).version
        cases.close(tx, actor=stage.person(who), now=at, case_id=case_id, outcome=outcome, version=version)


def _file(stage: Stage, handle: str, category: Category, times: list[int], first: int, *, burst: bool = False) -> int:
    """File one report per instant, each by another reporter, and return the case."""
    with stage.house.db.transaction() as tx:
        return _file_in(tx, stage, handle, category, times, first, burst=burst)


def _file_in(
    tx: Tx, stage: Stage, handle: str, category: Category, times: list[int], first: int, *, burst: bool = False
) -> int:
    account = accounts.account(tx, stage.accounts[handle])
    grave = protected(tx, stage.house.ports, account, stage.now)
    comments = cycle(BURST if burst else COMMENTS[category.value])
    case_id = 0
    for place, at in enumerate(times):
        posts = stage.posts[handle]
        about = [posts[place % len(posts)]] if place % 5 else []
        case_id = file_report(
            tx,
            actor=_reporter(stage, first + place, burst=burst),
            now=at,
            account_id=account["id"],
            category=category.value,
            comment=next(comments) if burst or place % 2 == 0 else "",
            posts=about,
            locale=account["locale"],
            protected=grave,
        ).case_id
    return case_id


def _reporter(stage: Stage, number: int, *, burst: bool) -> Actor:
    """Members and visitors report; a burst comes from visitors nobody has seen before."""
    if burst:
        return Actor.visitor(f"demo-burst-{number}")
    if number % 3 == 2:  # noqa: PLR2004  # every third
        return Actor.visitor(f"demo-visitor-{number}")
    handles = sorted(stage.accounts)
    return Actor.member(stage.accounts[handles[number * 7 % len(handles)]])


def _fill_queue(stage: Stage) -> None:
    now = stage.now
    filed: dict[str, int] = {}
    with stage.house.db.transaction() as tx:
        for number, opened in enumerate(QUEUE):
            began = now - (DUE_HOURS[opened.category] * HOUR - opened.left)
            times = list(_spread(stage, began, now - 2 * MINUTE, opened.reports))
            filed[opened.handle] = _file_in(tx, stage, opened.handle, opened.category, times, number * 5)
        start = now - 100 * MINUTE
        times = list(_spread(stage, start, start + BURST_LASTED, BURST_SIZE))
        _file_in(tx, stage, TRUMP, Category.HATE, times, 0, burst=True)
    with stage.house.db.transaction() as tx:
        for opened in QUEUE:
            case_id = filed[opened.handle]
            if opened.held_by:
                leases.take_lease(tx, actor=stage.person(opened.held_by), now=now, case_id=case_id)
            if opened.handed:
                version = case_by_id(tx, case_id).version
                actor = stage.person("Agent 18")
                cases.hand_to_reviewers(tx, actor=actor, now=now, case_id=case_id, version=version)


def _spread(stage: Stage, begins: int, ends: int, number: int) -> Iterator[int]:
    """Yield instants between two others, the first at the beginning, in order."""
    yield begins
    yield from sorted(stage.chance.randrange(begins, ends) for _ in range(number - 1))
