"""Somebody with a past of every sort, and the way from there to an order that erases them."""

from typing import Any

from gardefou.clock import DAY, HOUR, to_iso
from gardefou.events import Actor
from gardefou.orders.lifecycle import State
from gardefou.orders.order import Order
from gardefou.orders.propose import Outcome, propose
from gardefou.orders.veto import veto
from gardefou.reports.macros import keep_macro
from gardefou.reports.notes import note_account
from gardefou.staff.credentials import of_person
from gardefou.staff.methods import Method
from gardefou.staff.refuse_sign_in import NotLetIn, refuse_sign_in
from gardefou.staff.sessions import make_link, sign_in
from gardefou.storage import Tx
from tests.factories.authenticator import enrol_key
from tests.factories.town import Town

NAME, EMAIL = "Zoé “Zed” O'Quill", "zoe.quill@staff.example"
LABEL, SUBJECT = "Zoé’s blue key", "quill-4711"
#: What they wrote, and what others wrote about them.
WORDS = (
    "I saw the page myself before supper",
    "Two of us read the whole thread twice",
    "My cousin knows this owner",
    "She is a friend of mine and starts on Monday",
    "Looks like a pattern around the harbour",
    "The owner rang me at home about this",
)
#: All of it, as it was spelt.
TRACES = (NAME, EMAIL, LABEL, SUBJECT, *WORDS)


def agreed(town: Town, order_id: int) -> Order:
    """Let everybody sign whom the shipped rules ask for anything about people, and let holds pass."""
    town.tell_everyone(order_id)
    for name in ("manager north", "reviewer 2", "auditor"):
        if town.read(order_id).state is State.WAITING:
            town.approve(name, order_id)
    order = town.read(order_id)
    if order.state is State.HELD:
        town.clock.advance(order.hold)
        order = town.drive(order_id)
    return order


def by_order(town: Town, kind: str, person_id: int = 0, *, comment: str = "", **change: str) -> Order:
    """Take an order about a person to its effect."""
    made = about(town, kind, person_id, comment=comment, **change)
    done = agreed(town, made.order.id)
    assert done.state is State.EXECUTED, (kind, done.state, made.verdict)
    return done


def about(
    town: Town, kind: str, person_id: int = 0, *, by: str = "administrator", comment: str = "", **change: str
) -> Outcome:
    """Propose something about a person."""
    with town.db.transaction() as tx:
        return propose(
            tx,
            town.ports,
            actor=town.people[by],
            now=town.now,
            kind=kind,
            subject_id=person_id,
            comment=comment,
            change=change,
        )


def a_colleague(town: Town) -> int:
    """Enrol Zoé by orders, as a reviewer with a key and a subject at a provider; fifteen days pass."""
    bond: dict[str, Any] = {"employer": "House", "team": "North", "starts": to_iso(town.now)}
    enrolled = by_order(town, "person.enrol", comment=WORDS[3], name=NAME, email=EMAIL, locale="fr", **bond)
    one = enrolled.subject_id
    town.people[NAME] = Actor.person(one)
    by_order(town, "role.grant", one, role="reviewer")
    by_order(town, "shift.add", one, starts=to_iso(town.now), ends=to_iso(town.now + 2 * DAY))
    by_order(town, "person.offer", one, languages="fr", own="@anna")
    by_order(town, "credential.enrol", one, way="passkey", label=LABEL)
    with town.db.transaction() as tx:
        enrol_key(tx, now=town.now, person_id=one, credential_id=of_person(tx, one)[-1]["id"])
    by_order(town, "credential.enrol", one, way="oidc", label=LABEL, issuer="https://id.example", subject=SUBJECT)
    town.clock.advance(15 * DAY)
    by_order(town, "shift.add", one, starts=to_iso(town.now - HOUR), ends=to_iso(town.now + DAY))
    return one


def a_past(town: Town) -> int:
    """Let Zoé propose, approve, veto, sign in and fail to, be looked up and leave; nothing of it is open."""
    one = a_colleague(town)
    shown = town.propose(NAME, "account.hide", "mayor", comment=WORDS[0]).order
    agreed_by(town, shown.id, "reviewer south")
    other = town.propose("reviewer 1", "account.hide", "president").order
    town.tell_everyone(other.id)
    town.approve(NAME, other.id, why=WORDS[1])
    with town.db.transaction() as tx:
        veto(tx, town.ports, actor=town.people["manager north"], now=town.now, order_id=other.id, why="enough")
    third = town.propose("reviewer 1", "account.limit", "president").order
    with town.db.transaction() as tx:
        veto(tx, town.ports, actor=town.people[NAME], now=town.now, order_id=third.id, why=WORDS[2])
        token = make_link(tx, actor=town.people[NAME], now=town.now, person_id=one)
        sign_in(tx, now=town.now, token=token, label="Firefox on a Mac")
        refuse_sign_in(
            tx,
            actor=town.people[NAME],
            now=town.now,
            method=Method.OIDC,
            because=NotLetIn.UNKNOWN_SUBJECT,
            person_id=one,
            said=SUBJECT,
        )
        _notes(tx, town)
    by_order(town, "role.grant", town.person_id("manager south"), role="auditor")
    looked = about(town, "person.search", one, by="auditor", why=WORDS[4])
    assert town.approve("manager south", looked.order.id).order.state is State.EXECUTED
    by_order(town, "person.end", one)
    return one


def _notes(tx: Tx, town: Town) -> None:
    """Let Zoé leave a note, a colleague one that names her, and a template name her in both languages."""
    here: dict[str, Any] = {"now": town.now, "account_id": town.accounts["anna"]}
    note_account(tx, actor=town.people[NAME], text=WORDS[5], **here)
    note_account(tx, actor=town.people["agent"], text=f"Ask {NAME} before you close it", **here)
    said = f"Write to {EMAIL}."
    keep_macro(tx, actor=town.people["manager north"], now=town.now, name=f"For {NAME}", en=said, fr=said)


def agreed_by(town: Town, order_id: int, name: str) -> Order:
    """Let one more reviewer sign, and the hold pass."""
    town.tell_everyone(order_id)
    order = town.approve(name, order_id).order
    town.clock.advance(order.hold)
    return town.drive(order_id)
