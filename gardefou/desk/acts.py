"""The act cards: for each button, exactly what it will do, to how many people, and what it needs.

Nothing is decided here. Each card asks the guard, through `orders.preview`, what this very person would be told, and
puts the answer before the button. An act the guard would refuse stays in view with its reasons (LOOK §7), and can be
tried: the attempt changes nothing and is recorded.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping

from gardefou.clock import MINUTE
from gardefou.desk.rail import RailView, plan_rail
from gardefou.desk.why import Why, why
from gardefou.guard.rulebook import witness_within
from gardefou.guard.rules import Plan
from gardefou.guard.verdict import Cleared, Held, Refused, Verdict, Waiting
from gardefou.orders import queries, rulebook
from gardefou.orders.kinds import Kind
from gardefou.orders.ports import Ports
from gardefou.orders.preview import Preview, preview
from gardefou.reports.view import CaseView
from gardefou.staff.sessions import SignedIn
from gardefou.storage import Tx
from gardefou.words import gettext as _
from gardefou.words import ngettext, numbers

KEEP = "keep"
FREEZE_FOR = 15 * MINUTE
_ALONE = Plan(rules=(), propose=(), places=(), hold=0, approve_within=0, execute_within=0, needs=frozenset())
#: In the order of their keys, 2 to 5: from what changes least to what changes most. 1 keeps everything as it is.
OFFERED = (Kind.POST_HIDE, Kind.ACCOUNT_LIMIT, Kind.ACCOUNT_FREEZE, Kind.ACCOUNT_HIDE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One card.

    Attributes:
        kind: what the form sends: `keep`, or a kind of order.
        number: the key that chooses it; it never does more than choose.
        title: what it is called.
        strong: what people will see, in the sentence they will read; empty where nobody sees anything.
        effect: what it does, and does not.
        needs: people and time, in a few words.
        rail: the same as a rail; None where no rule allows it to anybody.
        details: who is told, until when, what stops it: pairs of a label and words.
        blocked: why it cannot even be tried now; empty when it can.
        order_id: the order that blocks it.
        why_not: the guard's reasons if it would refuse this person.
        caps: the caps it is past, each with its rule: why it takes more people than usual.
        button: what the button says; empty where pressing it could only fail.
        note: what pressing it does, beside the button.
    """

    kind: str
    number: int
    title: str
    strong: str = ""
    effect: str
    needs: str
    rail: RailView | None = None
    details: tuple[tuple[str, str], ...] = ()
    blocked: str = ""
    order_id: int | None = None
    why_not: tuple[Why, ...] = ()
    caps: tuple[Why, ...] = ()
    button: str = ""
    note: str = ""


def acts(
    tx: Tx,
    ports: Ports,
    *,
    me: SignedIn,
    now: int,
    view: CaseView,
    there: Collection[int],
    reason: str,
    known: Mapping[str, str | int],
    not_theirs: str = "",
) -> list[Act]:
    """Return the cards for one case and this very person.

    Args:
        tx: the open transaction.
        ports: what plugs in.
        me: who reads.
        now: the instant.
        view: the case.
        there: its posts that were not deleted: no order rests on the others, and none is hidden.
        reason: the reason chosen to begin with.
        known: what the sentences may say of the account: `handle`, `office`, `tier_because`.
        not_theirs: why the reader may not close the case, and who may; empty when they may.
    """
    posts = [post.post_id for post in view.posts if post.post_id in there]
    evidence = {"case": str(view.case.id), "posts": [str(post_id) for post_id in posts]}
    blocked = _blocked(tx, view.case.account_id)
    cards = [_keep(view, not_theirs)]
    for number, kind in enumerate(OFFERED, start=2):
        if kind is Kind.POST_HIDE and not posts:
            continue
        seen = preview(
            tx,
            ports,
            actor=me.actor,
            now=now,
            kind=kind.value,
            subject_id=posts[0] if kind is Kind.POST_HIDE else view.case.account_id,
            reason=reason,
            clause=next(iter(policy(tx, ports)), ("", ""))[0],
            evidence=evidence,
            lift_at=now + FREEZE_FOR if kind is Kind.ACCOUNT_FREEZE else None,
        )
        if seen is not None:
            refused = seen.verdict.reasons if isinstance(seen.verdict, Refused) else ()
            reasons = why(refused, me=me, now=now, **known)
            cards.append(_card(seen, number, account=view.account, reasons=reasons, blocked=blocked.get(kind), now=now))
    return cards


def policy(tx: Tx, ports: Ports) -> list[tuple[str, str]]:
    """Return the clauses of the policy that an order may rest on, each with its words."""
    return [(name, f"{name} – {words}") for name, words in rulebook.in_force(tx, ports.load_rulebook).policy.items()]


def _blocked(tx: Tx, account_id: int) -> dict[Kind, tuple[str, int]]:
    """Return, for what is so already or asked for already, why it cannot be asked for again."""
    found = {}
    for order in queries.in_effect(tx, "account", account_id):
        found[order.kind] = (_("It is so already."), order.id)
    for order in queries.open_orders(tx, account_id=account_id):
        if order.subject_kind == "account":
            found[order.kind] = (_("An order to do this is open."), order.id)
    return found


def _keep(view: CaseView, not_theirs: str) -> Act:
    return Act(
        kind=KEEP,
        number=1,
        title=_("Keep the account as it is"),
        effect=ngettext(
            "Nothing changes. The case is closed; its %(count)s report stays on record.",
            "Nothing changes. The case is closed; its %(count)s reports stay on record.",
            view.case.reports,
        ),
        needs=_("You alone, at once"),
        rail=plan_rail(_ALONE, you=True),
        why_not=(Why(words=not_theirs, detail="", code=""),) if not_theirs else (),
        button="" if not_theirs else _("Close the case"),
        note=_("Nobody loses anything. One step undoes it."),
    )


def _card(
    seen: Preview,
    number: int,
    *,
    account: RowMapping,
    reasons: tuple[Why, ...],
    blocked: tuple[str, int] | None,
    now: int,
) -> Act:
    strong, effect = effect_words(seen.kind, account)
    plan = seen.plan
    return Act(
        kind=seen.kind.value,
        number=number,
        title=_title(seen.kind),
        strong=strong,
        effect=effect,
        needs=needs_words(plan),
        rail=None if plan is None else plan_rail(plan, you=not reasons),
        details=_details(plan, now=now),
        blocked=blocked[0] if blocked else "",
        order_id=blocked[1] if blocked else None,
        why_not=reasons,
        caps=why(seen.caps),
        button=_button(seen.kind, seen.verdict),
        note=_note(seen.verdict),
    )


def _title(kind: Kind) -> str:
    return {
        Kind.POST_HIDE: _("Hide one post"),
        Kind.ACCOUNT_LIMIT: _("Limit"),
        Kind.ACCOUNT_FREEZE: _("Freeze for 15 minutes"),
        Kind.ACCOUNT_HIDE: _("Hide the account"),
    }[kind]


def effect_words(kind: Kind, account: Mapping[Any, Any]) -> tuple[str, str]:
    """Return what people will see, and what else an act does and does not."""
    readers = numbers.followers(int(account["followers"]))
    match kind:
        case Kind.POST_HIDE:
            return "", _("The post reads “not found” for everyone. The account and its page stay up.")
        case Kind.ACCOUNT_LIMIT:
            return "", _("It leaves public timelines. %(readers)s still see it.", readers=readers)
        case Kind.ACCOUNT_FREEZE:
            return "", _("The owner cannot post. The page stays up for %(readers)s.", readers=readers)
        case _:
            return (
                _("%(readers)s will read “Sorry, that page doesn’t exist!”", readers=readers),
                ngettext(
                    "Its %(count)s post leaves every timeline. Nothing is deleted; one person can undo it at once.",
                    "All %(count)s posts leave every timeline. Nothing is deleted; one person can undo it at once.",
                    int(account["posts"]),
                ),
            )


def needs_words(plan: Plan | None) -> str:
    """Return people and time in a few words: `You + 2 people, 10 min`."""
    if plan is None:
        return _("No rule allows this to anybody")
    others, hold = len(plan.places), plan.hold
    if not others and not hold:
        return _("You alone, at once")
    people = ngettext("You + %(count)s person", "You + %(count)s people", others) if others else _("You alone")
    if not hold:
        return _("%(people)s, no hold", people=people)
    return f"{people}, {numbers.duration(hold)}"


def _details(plan: Plan | None, *, now: int) -> tuple[tuple[str, str], ...]:
    if plan is None or not (plan.places or plan.hold):
        return ()
    found = [(_("Told at once"), _("the duty manager on shift, the owner’s contact"))]
    if plan.approve_within:
        by = numbers.clock_time(now + plan.approve_within)
        found.append((_("Approve by"), _("%(time)s, or the order is void", time=by)))
    if plan.execute_within:
        within = numbers.duration(plan.execute_within)
        found.append((_("Then"), _("within %(length)s of the hold, or never", length=within)))
    if witness_within(plan.needs):
        length = numbers.duration(witness_within(plan.needs))
        signed = _("who have signed the record within %(length)s, or else one more approver", length=length)
        found.append((_("Witnesses"), signed))
    found.append((_("Stopped by"), _("one veto, from anyone eligible")))
    return tuple(found)


def _button(kind: Kind, verdict: Verdict) -> str:
    at_once = isinstance(verdict, Cleared)
    return {
        Kind.POST_HIDE: _("Hide the post") if at_once else _("Propose to hide the post"),
        Kind.ACCOUNT_LIMIT: _("Limit the account") if at_once else _("Propose to limit"),
        Kind.ACCOUNT_FREEZE: _("Freeze the account") if at_once else _("Propose to freeze"),
        Kind.ACCOUNT_HIDE: _("Hide the account") if at_once else _("Propose to hide"),
    }[kind]


def _note(verdict: Verdict) -> str:
    match verdict:
        case Cleared():
            return _("Pressing this takes effect at once. One step undoes it.")
        case Waiting():
            return ngettext(
                "Pressing this changes nothing yet. It asks %(count)s person and starts the clock.",
                "Pressing this changes nothing yet. It asks %(count)s people and starts the clock.",
                sum(who is None for who in verdict.filled),
            )
        case Held():
            return _("Pressing this changes nothing yet. It starts the clock.")
        case Refused():
            return _("The rules refuse this to you now. An attempt changes nothing and is recorded.")
