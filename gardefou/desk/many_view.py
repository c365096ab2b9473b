"""Several cases as pages show them: before the press what it would take for each, after it what became of each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from gardefou.accounts.queries import account as account_row
from gardefou.accounts.queries import subject_values
from gardefou.desk import labels
from gardefou.desk.acts import FREEZE_FOR, needs_words
from gardefou.desk.became import became as became_words
from gardefou.desk.case_view import tier_words
from gardefou.desk.many_done import (
    CASE_STAYS,
    CLOSINGS,
    HAND,
    NOT_TAKEN_BACK,
    REFUSED_UNDOING,
    Picked,
    order_in,
    undoable,
)
from gardefou.desk.people import known
from gardefou.desk.why import Why, why
from gardefou.guard.verdict import Cleared, Refused
from gardefou.orders.kinds import Kind
from gardefou.orders.lifecycle import OPEN, State
from gardefou.orders.order import Order
from gardefou.orders.ports import Ports
from gardefou.orders.preview import preview
from gardefou.reports import queries as reports
from gardefou.reports.batches import Batch, Became, Entry, posts_named
from gardefou.reports.leases import deciding
from gardefou.reports.workers import REVIEWERS
from gardefou.staff.sessions import SignedIn
from gardefou.storage import Tx
from gardefou.words import gettext as _

#: How a line ended, for its sign: done, done and then undone, waiting for somebody, or nothing done.
DONE, UNDONE, WAITS, NOTHING = "done", "undone", "waits", "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """One case before the press.

    Attributes:
        case: what the form sends: its number and the version seen.
        href: its page.
        handle: the account's.
        tier: its tier.
        followers: how many follow it.
        about: what the reports say, in a few words.
        needs: people and time; or the first of the guard's reasons.
        refused: the guard's reasons, if it would refuse this person.
        chosen: whether its box is ticked.
        left: why nothing was done to it at the press before; empty at the first.
    """

    case: str
    href: str
    handle: str
    tier: str
    followers: int
    about: str
    needs: str
    refused: tuple[Why, ...] = ()
    chosen: bool = True
    left: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What became of one case: a sign, words, rules that spoke, and where more is read."""

    handle: str
    href: str
    sign: str
    words: str
    because: tuple[Why, ...] = ()
    more: tuple[str, str] = ("", "")
    code: str = ""
    order_id: int | None = None
    case_id: int


def ahead(
    tx: Tx, ports: Ports, *, me: SignedIn, now: int, chosen: Sequence[Picked], kind: Kind | None, reason: str
) -> list[Ahead]:
    """Return what each chosen case is, and what it would take; without a kind, what closing it takes."""
    return [_ahead(tx, ports, me=me, now=now, one=one, kind=kind, reason=reason) for one in chosen]


def _ahead(tx: Tx, ports: Ports, *, me: SignedIn, now: int, one: Picked, kind: Kind | None, reason: str) -> Ahead:
    case = reports.case(tx, one.case_id)
    account = account_row(tx, case.account_id)
    tier, because, _said = tier_words(tx, ports, account, subject_values(tx, account, now))
    needs = _("You alone, at once")
    refused: tuple[Why, ...] = ()
    if kind is None and case.for_reviewers and not me.roles & REVIEWERS:
        needs = _("A reviewer or a duty manager decides it")
    elif (held := deciding(tx, case, now)) is not None and held.person_id != me.person_id:
        needs = _("%(name)s holds this case.", name=held.name)
    elif kind is not None:
        said = labels.REASON_OF[case.category].value
        evidence = {"case": str(case.id), "posts": [str(post_id) for post_id in posts_named(tx, case.id)]}
        asked = {"kind": kind.value, "subject_id": case.account_id, "reason": reason or said, "evidence": evidence}
        lift_at = now + FREEZE_FOR if kind is Kind.ACCOUNT_FREEZE else None
        seen = preview(tx, ports, actor=me.actor, now=now, lift_at=lift_at, **asked)
        if seen is not None:
            needs = needs_words(seen.plan)
        if seen is not None and isinstance(seen.verdict, Refused):
            refused = why(seen.verdict.reasons, me=me, now=now, handle=str(account["handle"]), **because)
        elif seen is not None and isinstance(seen.verdict, Cleared):
            needs = _("You alone, at once")
        elif seen is not None and seen.caps:
            needs = ". ".join([needs, *(f"{one.words} {one.code}" for one in why(seen.caps))])
    return Ahead(
        case=f"{one.case_id}:{one.version}",
        href=f"/desk/cases/{one.case_id}",
        handle=str(account["handle"]),
        tier=tier,
        followers=int(account["followers"]),
        about=labels.category(case.category),
        needs=needs,
        refused=refused,
    )


def lines(tx: Tx, ports: Ports, *, me: SignedIn, now: int, batch: Batch) -> list[Line]:
    """Return what became of each case of a batch, as it stands now."""
    return [_line(tx, ports, me=me, now=now, entry=entry, deed=batch.deed) for entry in batch.entries]


def _line(tx: Tx, ports: Ports, *, me: SignedIn, now: int, entry: Entry, deed: str) -> Line:
    case = reports.case(tx, entry.case_id)
    account = account_row(tx, case.account_id)
    line: dict[str, Any] = {"handle": str(account["handle"]), "href": f"/desk/cases/{case.id}", "case_id": case.id}
    order = order_in(tx, entry)
    if order is not None and order.state is State.REFUSED:
        _tier, because, _said = tier_words(tx, ports, account, subject_values(tx, account, order.proposed_at))
        reasons = why(order.verdict.reasons, me=me, now=order.proposed_at, handle=line["handle"], **because)
        more = (f"/desk/refused/{order.id}", _("Read the refusal"))
        words = _("Refused. Nothing was done.")
        return Line(sign=NOTHING, words=words, because=reasons, more=more, order_id=order.id, **line)
    left = why_not(entry.code) if entry.code else ""
    if order is not None:
        return _ordered(tx, order, now, left=left, code=entry.code, **line)
    if entry.became is Became.TO_SIGN:
        words, more = _("It waits for your signature."), (f"/desk/papers/{entry.order_id}", _("Read it, then sign"))
        return Line(sign=WAITS, words=words, more=more, order_id=entry.order_id, **line)
    if entry.became is Became.NOTHING:
        return Line(sign=NOTHING, words=left, code=entry.code, **line)
    words = {
        Became.CLOSED: closed_words(deed),
        Became.HANDED: _("Handed to reviewers."),
    }.get(entry.became, _("Undone: it is as it was before."))
    sign = UNDONE if entry.became is Became.UNDONE else DONE
    return Line(sign=sign, words=f"{words} {left}".strip(), code=entry.code, **line)


def _ordered(tx: Tx, order: Order, now: int, *, left: str, code: str, handle: str, href: str, case_id: int) -> Line:
    told = became_words(tx, order, known(tx, [order.proposer], now))
    return Line(
        handle=handle,
        href=href,
        sign=_sign(order),
        words=f"{told} {left}".strip(),
        more=(f"/desk/orders/{order.id}", _("Read the order")),
        code=code,
        order_id=order.id,
        case_id=case_id,
    )


def _sign(order: Order) -> str:
    if order.state in OPEN:
        return WAITS
    return UNDONE if order.state is State.REVERSED else DONE


def closed_words(deed: str) -> str:
    """Return how a case was closed."""
    return _("Closed: the reports were right.") if deed == "upheld" else _("Closed: the account stays as it is.")


def deed_words(deed: str) -> str:
    """Return what was asked for all of them."""
    if deed in CLOSINGS:
        return _("Close as right") if deed == "upheld" else _("Keep the accounts as they are")
    return _("Hand to reviewers") if deed == HAND else labels.act(Kind(deed))


def may_undo(tx: Tx, batch: Batch) -> int:
    """Return how many cases of a batch can be undone now."""
    return sum(undoable(tx, entry) for entry in batch.entries)


def counted(found: Iterable[Line]) -> dict[str, int]:
    """Return how many lines ended how."""
    signs = [line.sign for line in found]
    return {sign: signs.count(sign) for sign in (DONE, UNDONE, WAITS, NOTHING)}


def why_not(code: str) -> str:
    """Return why nothing was done to one case, or why it stays as it is."""
    said = {
        "case_changed": _("Nothing was done: it has changed since you looked."),
        "case_closed": _("Nothing was done: it is closed already."),
        "held_by_another": _("Nothing was done: a colleague holds it."),
        "worker": _("Nothing was done: it is for reviewers, and a reviewer or a duty manager decides it."),
        "already_open": _("Nothing was done: an order to do this is open already."),
        "already_in_effect": _("Nothing was done: it is so already."),
        "evidence": _("Nothing was done: a post the reports name is gone. Decide it on its own page."),
        "executions_stopped": _("Nothing was done: nothing takes effect here now."),
        "nothing_to_restore": _("Nothing was done: it is no longer in effect."),
        "unfilled": _("Nothing was done: the template needs something this case does not have."),
        "too_near": _("Nothing was done: the account is yours, your employer’s, or one you follow."),
        REFUSED_UNDOING: _("Taking it back was refused to you: read the order."),
        CASE_STAYS: _("The account is back; somebody else has to open the case again."),
        NOT_TAKEN_BACK: _("Taking it back waits for others: read the order."),
    }
    return said.get(code) or _("Nothing was done (%(code)s). Decide it on its own page.", code=code)
