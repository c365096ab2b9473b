"""The pages of one order: what it is, what it waits for, who can stop it; the alert; the refused attempt."""

from typing import Any

from litestar import get
from litestar.response import Redirect, Template
from sqlalchemy import select

from gardefou.accounts.queries import account as account_row
from gardefou.accounts.queries import subject_values
from gardefou.clock import Clock
from gardefou.desk import labels as desk_labels
from gardefou.desk.asking import to_sign
from gardefou.desk.case_view import may_hand_over, tier_words
from gardefou.desk.frame import frame
from gardefou.desk.looked_after import looked_after
from gardefou.desk.order_view import OrderView, order_view, plan_of, subject_of
from gardefou.desk.people import called, known, with_names
from gardefou.desk.proof import what_changes
from gardefou.desk.rail import plan_rail
from gardefou.desk.receipts import receipts
from gardefou.desk.rehearsal import rehearsed
from gardefou.desk.signed import signed_lines
from gardefou.desk.told import told
from gardefou.desk.why import Why, why
from gardefou.desk.witnessed import asked_of
from gardefou.guard.verdict import Refused
from gardefou.incidents.queries import statement as statement_row
from gardefou.incidents.tables import incident
from gardefou.ledger.store import entry_of_order
from gardefou.may import May
from gardefou.orders import labels, queries
from gardefou.orders.kinds import SAFEGUARDS, Kind
from gardefou.orders.lifecycle import State
from gardefou.orders.order import Order
from gardefou.orders.ports import Ports
from gardefou.orders.sign import asked_by
from gardefou.reports.queries import open_case_of
from gardefou.staff.sessions import SignedIn
from gardefou.storage import Database, Tx
from gardefou.watch.rehearse import fates
from gardefou.words import gettext as _
from gardefou.words import reasons


@get("/desk/orders/{order_id:int}", may=May.STAFF, kept=True, sync_to_thread=True)
def show(db: Database, clock: Clock, ports: Ports, me: SignedIn, order_id: int) -> Template | Redirect:
    """Show an order; a refused one has its own page."""
    with db.reading() as tx:
        if queries.order(tx, order_id).state is State.REFUSED:
            return Redirect(f"/desk/refused/{order_id}", status_code=303)
    return order_template(db, ports, me=me, now=clock.now(), order_id=order_id)


def order_template(
    db: Database, ports: Ports, *, me: SignedIn, now: int, order_id: int, refused: Refused | None = None
) -> Template:
    """Return the page of an order; with a refusal on top when one was just given."""
    with db.reading() as tx:
        context = frame(tx, me, now) | order_context(tx, ports, me=me, now=now, order_id=order_id)
    context["refused"] = why(refused.reasons, me=me, now=now) if refused is not None else ()
    return Template("desk/order.html", context=context, status_code=403 if refused is not None else 200)


def order_context(tx: Tx, ports: Ports, *, me: SignedIn, now: int, order_id: int) -> dict[str, Any]:
    """Return what the page of an order shows, but for its frame."""
    view = order_view(tx, ports, me=me, now=now, order_id=order_id)
    return {
        "view": view,
        "order": view.order,
        "signed": signed_lines(tx, view.order, view.subject, view.plan),
        "told": told(tx, order_id, now),
        "witnessed": asked_of(tx, view.order, now),
        "receipts": receipts(tx, me=me, order_id=order_id),
        "looked_after": looked_after(tx, view.order, me=me, now=now),
        "changed": _changed(tx, view.order),
        "about": _about(view.order),
        "what_changes": what_changes(tx, view.order),
        "rehearsal": rehearsed(tx, view.order),
        "fate_words": fates(),
        "statement": statement_row(tx, view.order.subject_id) if view.order.subject_kind == "statement" else None,
        "keys": _keys(tx, ports, view, me, now),
        "refused": (),
        "me": me,
        "now": now,
    }


def _keys(tx: Tx, ports: Ports, view: OrderView, me: SignedIn, now: int) -> dict[str, str]:
    """Return what the reader's browser would ask of their key, for a yes and a no; empty where no rule asks for one."""
    asked = view.order.open and asked_by(view.order.verdict.plan)
    digest = view.order.digest
    return {
        verb: to_sign(tx, ports, verb=verb, digest=digest, person_id=me.person_id, now=now) if asked else ""
        for verb in ("approve", "veto")
    }


def _changed(tx: Tx, order: Order) -> list[tuple[str, str]]:
    """Return what an order would change, in words; what only a digest says stands among what is signed."""
    told = with_names(tx, order.change)
    return labels.changes({name: text for name, text in told.items() if name not in ("digest", "proof")})


def _about(order: Order) -> tuple[str, str]:
    """Return where what a safeguard's order acts upon is read, and what that place is called."""
    if order.kind not in SAFEGUARDS or order.subject_kind == "account":
        return "", ""
    if order.subject_kind == "house":
        return "/desk/rules", _("Rules in force")
    if order.kind is Kind.PERSON_ENROL and not order.in_effect:
        return "/desk/people", _("People")
    return f"/desk/people/{order.subject_id}", _("Read about this person")


@get("/desk/orders/{order_id:int}/live", may=May.STAFF, kept=True, sync_to_thread=True)
def part(db: Database, clock: Clock, ports: Ports, me: SignedIn, order_id: int) -> Template:
    """Show the order again, because something happened to it."""
    with db.reading() as tx:
        context = order_context(tx, ports, me=me, now=clock.now(), order_id=order_id)
    return Template("desk/_order.html", context=context)


@get("/desk/alert/{order_id:int}", may=May.STAFF, kept=True, sync_to_thread=True)
def alert(db: Database, clock: Clock, ports: Ports, me: SignedIn, order_id: int) -> Template:
    """Show one thing to read and one safe thing to press, for a phone at night."""
    now = clock.now()
    with db.reading() as tx:
        context = frame(tx, me, now) | order_context(tx, ports, me=me, now=now, order_id=order_id)
        context["alert"] = _alert_facts(context["view"])
    return Template("desk/alert.html", context=context)


@get("/desk/alert/{order_id:int}/live", may=May.STAFF, kept=True, sync_to_thread=True)
def alert_part(db: Database, clock: Clock, ports: Ports, me: SignedIn, order_id: int) -> Template:
    """Show the alert again, because something happened to its order."""
    with db.reading() as tx:
        context = order_context(tx, ports, me=me, now=clock.now(), order_id=order_id)
        context["alert"] = _alert_facts(context["view"])
    return Template("desk/_alert.html", context=context)


def _alert_facts(view: OrderView) -> dict[str, Any]:
    evidence = view.order.evidence
    return {
        "posts": len(evidence.get("posts", ())),
        "reports": int(evidence.get("reports", 0) or 0),
        "rules": ", ".join(view.order.rules),
        "guards": view.guards,
        "people": 1 + (len(view.plan.places) if view.plan else 0),
    }


@get("/desk/refused/{order_id:int}", may=May.STAFF, kept=True, sync_to_thread=True)
def refusal(db: Database, clock: Clock, ports: Ports, me: SignedIn, order_id: int) -> Template | Redirect:
    """Show a refused attempt: nothing has changed, which rules said so, and what it would take."""
    now = clock.now()
    with db.reading() as tx:
        order = queries.order(tx, order_id)
        if order.state is not State.REFUSED:
            return Redirect(f"/desk/orders/{order_id}", status_code=303)
        context = frame(tx, me, now) | _refusal(tx, ports, me=me, order=order, now=now)
    return Template("desk/refused.html", context=context)


def _refusal(tx: Tx, ports: Ports, *, me: SignedIn, order: Order, now: int) -> dict[str, Any]:
    subject, needed = subject_of(tx, ports, order, now), plan_of(tx, ports, order)
    mine = order.proposer == me.actor
    found = _reasons(tx, ports, me=me if mine else None, order=order)
    title, changed = reasons.refused(order.kind.value)
    entries = entry_of_order(tx, order.id)
    case = open_case_of(tx, order.account_id) if order.account_id is not None else None
    return {
        "order": order,
        "title": title,
        "changed": changed,
        "account": subject.label.split("/")[0].removeprefix("@") if order.account_id is not None else "",
        "label": desk_labels.subject(order.subject_kind, subject.label),
        "followers_now": int(subject.values.get("followers", 0)),
        "standing": _standing_now(tx, ports, order),
        "rail": plan_rail(needed, you=False, why=_in_short(found), kind=order.kind) if needed is not None else None,
        "reasons": found,
        "mine": mine,
        "proposer": called(order.proposer, known(tx, [order.proposer], now)),
        "case": case,
        "can_hand": case is not None and may_hand_over(tx, case, me=me, now=now),
        "entry": entries[0] if entries else None,
        "told": told(tx, order.id, now),
        "receipts": receipts(tx, me=me, order_id=order.id),
        "incident": tx.first(select(incident).where(incident.c.order_id == order.id)),
        "act": labels.act(order.kind),
        "about": _about(order),
        "asked_for": _changed(tx, order),
    }


def _in_short(found: tuple[Why, ...]) -> str:
    """Return the first sentence of each detail: what about the proposer it was, once each."""
    firsts = [one.detail.split(". ")[0].removesuffix(".") for one in found if one.detail]
    return " ".join(f"{first}." for first in dict.fromkeys(firsts))


def _standing_now(tx: Tx, ports: Ports, order: Order) -> str:
    if order.subject_kind not in ports.effects or order.subject_kind == "statement":
        return "active"
    return ports.effects[order.subject_kind].read_back(tx, subject_kind=order.subject_kind, subject_id=order.subject_id)


def _reasons(tx: Tx, ports: Ports, *, me: SignedIn | None, order: Order) -> tuple[Why, ...]:
    about: dict[str, str | int] = {}
    if order.account_id is not None:
        row = account_row(tx, order.account_id)
        _tier, because, _said = tier_words(tx, ports, row, subject_values(tx, row, order.proposed_at))
        about = {"handle": str(row["handle"]), **because}
    return why(order.verdict.reasons, me=me, now=order.proposed_at, **about)
