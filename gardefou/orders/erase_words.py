"""Erase what a person wrote or signed under orders, and what orders about them say of them (promise 15).

The orders stay: who asked for what, when, and what became of it, under numbers. Upholds that nothing else moves: no
open order is by, on or about somebody who is erased (`safeguards.erasing`), so what was signed is over.
"""

from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy import delete, or_, select, update

from gardefou.events import Actor
from gardefou.ledger.entry import canonical
from gardefou.orders.kinds import NAMING, Kind
from gardefou.orders.order import order_of
from gardefou.orders.tables import orders, paper, signature, vote
from gardefou.staff.erased import MARK
from gardefou.storage import Tx

#: What it may say of the accounts that are near to somebody.
_NEAR = ("own", "employers", "own_accounts", "employer_accounts")
#: What the change of an order may say of a person; the rest is what somebody else decided.
_OF_THEM = ("name", "email", "locale", "label", "issuer", "subject", "why", *_NEAR)


def erase_words(tx: Tx, *, actor: Actor, now: int, person_id: int) -> Mapping[int, set[str]]:  # noqa: ARG001  # every write names its actor
    """Empty comments and signatures of a person, what orders about them say, and take their papers away.

    Returns:
        The texts that are gone, by the order they stood under: its letters have them too.
    """
    gone: dict[int, set[str]] = defaultdict(set)
    about = (orders.c.subject_kind == "person") & (orders.c.subject_id == person_id)
    # Why somebody was erased is all that is left of it: that stays.
    told = about & (orders.c.kind != Kind.PERSON_ERASE.value)
    for row in tx.all(select(orders).where(or_(orders.c.proposer == f"person:{person_id}", told))):
        gone[row["id"]].add(row["comment"])
        left = row["change"]
        if row["subject_id"] == person_id and row["kind"] in NAMING:
            said = order_of(row).change
            gone[row["id"]] |= {text for name, text in said.items() if name in _OF_THEM and name != "locale"}
            left = canonical(emptied(said)).decode()
        tx.execute(update(orders).where(orders.c.id == row["id"]).values(comment="", change=left))
    theirs = or_(vote.c.person_id == person_id, vote.c.order_id.in_(select(orders.c.id).where(told)))
    for row in tx.all(select(vote.c.order_id, vote.c.why).where(theirs, vote.c.why != "")):
        gone[row["order_id"]].add(row["why"])
    tx.execute(update(vote).where(theirs, vote.c.why != "").values(why=""))
    tx.execute(update(signature).where(signature.c.person_id == person_id).values(assertion=""))
    named = paper.c.asked.contains(f'"subject_id":"{person_id}"', autoescape=True)
    tx.execute(delete(paper).where(or_(paper.c.person_id == person_id, named)))
    return {order_id: texts - {""} for order_id, texts in gone.items() if texts - {""}}


def emptied(change: Mapping[str, str]) -> dict[str, str]:
    """Return what is left of the change of an order about somebody who was erased."""
    return {name: MARK if name in _OF_THEM and text else text for name, text in change.items()}
