"""What a client asks to be done to an account, as an order: the same verbs, guard and record as at the desk.

Answered as done is only what is done. Whatever waits, is held, is to be signed or was refused is an error, which says
what is missing, the order's number, and where at the desk it is read.
"""

from typing import Any

from gardefou.connectors.embedded.admin_api.errors import NotDoneError, NotHereError, RefusedError
from gardefou.enforcement.restore import restore
from gardefou.events import Actor
from gardefou.guard.verdict import Refused, Verdict
from gardefou.network.queries import all_followed
from gardefou.orders.kinds import Kind, OrderReason
from gardefou.orders.lifecycle import State
from gardefou.orders.order import Order
from gardefou.orders.papers import propose_or_draw
from gardefou.orders.ports import Ports
from gardefou.orders.propose import Outcome
from gardefou.orders.queries import in_effect
from gardefou.reports import queries as reports
from gardefou.reports.categories import Category
from gardefou.reports.hold_to_act import hold_to_act
from gardefou.storage import Tx
from gardefou.words import gettext as _
from gardefou.words import reasons
from gardefou.words.numbers import day_and_time

#: What clients call it → the kind of order.
ACTIONS = {"disable": Kind.ACCOUNT_FREEZE, "silence": Kind.ACCOUNT_LIMIT, "suspend": Kind.ACCOUNT_HIDE}
#: What clients call taking it back → the standing that must be in effect.
UNDOING = {"enable": "frozen", "unsilence": "limited", "unsuspend": "hidden"}
#: The reason an order gives, from what the reports say. “Legal” and “severe” are never concluded: they make it harder
#: to restore, and only a person says them, at the desk.
_REASONS = {
    Category.THREATS: OrderReason.THREATS,
    Category.HATE: OrderReason.HATE,
    Category.HARASSMENT: OrderReason.HARASSMENT,
    Category.IMPERSONATION: OrderReason.IMPERSONATION,
    Category.MISLEADING: OrderReason.MISLEADING,
    Category.FRAUD: OrderReason.FRAUD,
    Category.SPAM: OrderReason.SPAM,
    Category.CHILD_ABUSE: OrderReason.CHILD_ABUSE,
    Category.TERRORISM: OrderReason.TERRORISM,
}


def act(tx: Tx, ports: Ports, *, actor: Actor, now: int, account_id: int, action: str, text: str) -> Outcome | int:
    """Propose what a client asks, under the open case on the account, which closes when it takes effect.

    Returns:
        The outcome; or the number of a paper that the person must sign first.

    Raises:
        NotHereError: the house does no such thing.
        HeldByAnotherError: a colleague holds the case; nothing is written.
    """
    kind = ACTIONS.get(action)
    if kind is None:
        raise NotHereError(
            _("type: this house knows %(known)s; nothing has changed", known=", ".join(["none", *ACTIONS]))
        )
    case = reports.open_case_of(tx, account_id)
    if case is not None:
        case = hold_to_act(tx, actor=actor, now=now, case_id=case.id, follows=all_followed, guarded=True)
    asked: dict[str, Any] = {
        "kind": kind.value,
        "subject_id": account_id,
        "reason": OrderReason.OTHER if case is None else _REASONS.get(case.category, OrderReason.OTHER),
        "comment": text,
        "evidence": {} if case is None else {"case": str(case.id)},
        "case_id": None if case is None else case.id,
    }
    asked["reason"] = asked["reason"].value
    return propose_or_draw(tx, ports, actor=actor, now=now, **asked)


def undo(tx: Tx, ports: Ports, *, actor: Actor, now: int, account_id: int, action: str) -> Outcome:
    """Take back the newest order in effect of the kind that a client names.

    Raises:
        NotDoneError: none is in effect.
    """
    standing = UNDOING[action]
    found = [one for one in in_effect(tx, "account", account_id) if one.shape.target == standing]
    if not found:
        raise NotDoneError(_("There is nothing of that kind to take back; nothing has changed."))
    newest = max(found, key=lambda one: one.id)
    return restore(
        tx,
        ports,
        actor=actor,
        now=now,
        subject_kind="account",
        subject_id=account_id,
        case_id=newest.case_id,
        reverses=newest.id,
    )


def insist(outcome: Outcome | int, *, site: str, now: int) -> None:
    """Insist that it is done.

    Raises:
        NotDoneError: it waits for people, for time or for a signature.
        RefusedError: it was refused.
    """
    if isinstance(outcome, int):
        address = f"{site}/desk/papers/{outcome}"
        raise NotDoneError(
            _(
                "Nothing has changed: the rules ask for your signature. Sign order %(order)s at %(address)s.",
                order=outcome,
                address=address,
            )
        )
    order, verdict = outcome.order, outcome.verdict
    if order.state is State.EXECUTED:
        return
    why = _why(order, verdict, now)
    if isinstance(verdict, Refused):
        first = reasons.refused(order.kind.value)[0]
        address = f"{site}/desk/refused/{order.id}"
        raise RefusedError(
            _("%(first)s %(why)s Order %(order)s: %(address)s", first=first, why=why, order=order.id, address=address),
            order=str(order.id),
        )
    address = f"{site}/desk/orders/{order.id}"
    raise NotDoneError(
        _(
            "Nothing has changed yet: order %(order)s is open. %(why)s See %(address)s",
            order=order.id,
            why=why,
            address=address,
        ),
        order=str(order.id),
    )


def _why(order: Order, verdict: Verdict, now: int) -> str:
    """Return what is missing: whom all open places wait for in one sentence, and until when they can still say yes."""
    places = [one.fields for one in verdict.reasons if one.code == "place-open"]
    others = [one for one in verdict.reasons if one.code != "place-open"]
    said = [reasons.waiting(places)] if places else []
    said += [" ".join(reasons.sentence(one.code, {"now": now, **one.fields})).strip() for one in others]
    if places and order.approve_by is not None:
        until = day_and_time(order.approve_by)
        said.append(_("Unless they agree by %(until)s, the order ends and nothing is done.", until=until))
    return " ".join(said)
