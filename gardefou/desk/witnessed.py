"""How fresh the witnesses' word is, for the ledger's page and for an order that asks for it."""

from dataclasses import dataclass

from gardefou.guard.rulebook import witness_within
from gardefou.ledger import witnessed
from gardefou.orders.order import Order
from gardefou.storage import Tx
from gardefou.words import gettext as _
from gardefou.words import ngettext
from gardefou.words.numbers import duration


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What is said of it; `fresh` is whether it is young enough for the order at hand."""

    words: str
    detail: str
    fresh: bool


def last_word(tx: Tx, now: int) -> Word:
    """Return how old the last head is that enough witnesses have signed."""
    found = witnessed.latest(tx)
    if found is None:
        return Word(words=_("No witness has signed the record yet."), detail="", fresh=False)
    words = _("Signed by witnesses %(length)s ago.", length=duration(max(0, now - found.renewed_at)))
    return Word(words=words, detail=ngettext("At %(count)s entry.", "At %(count)s entries.", found.size), fresh=True)


def asked_of(tx: Tx, order: Order, now: int) -> Word | None:
    """Return the same for an open order whose rules ask for a fresh witness; None for any other."""
    within = witness_within(order.verdict.plan.needs) if order.open and order.verdict.plan is not None else 0
    if not within:
        return None
    said, at = last_word(tx, now), witnessed.latest_at(tx)
    fresh = at is not None and 0 <= now - at <= within
    detail = _("The rules ask for %(length)s at most.", length=duration(within))
    if not fresh:
        detail += " " + _("Until then it waits, or one more approver stands in.")
    return Word(words=said.words, detail=detail, fresh=fresh)
