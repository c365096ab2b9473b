"""Which entries of the record concern whom, and what of them each may see.

An owner: what was done to their account or posts, and what was taken back. A reporter: that a case in which they
reported was closed. A proposer: every step of their own order. Everybody else: nothing. One condition finds both what
is listed and what is handed out, so that neither can show more than the other.

What a receipt opens names nobody but its reader and what was acted upon: never a colleague, a reporter, or a
colleague's comment (promises 15 and 19).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Subquery, Text, cast, literal, select, union

from gardefou.events import Actor
from gardefou.ledger import store
from gardefou.ledger.entry import EntryKind
from gardefou.ledger.receipt import Opening
from gardefou.ledger.store import Entry
from gardefou.ledger.tables import entry, entry_about
from gardefou.orders import queries
from gardefou.reports.tables import report
from gardefou.storage import Tx

#: What an owner is told of as done: it took effect, or was taken back.
DONE = (EntryKind.ORDER_EXECUTED, EntryKind.ORDER_REVERSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Concern:
    """An entry that concerns somebody.

    Attributes:
        entry: the entry.
        openings: what its receipt shows them beside it.
    """

    entry: Entry
    openings: tuple[Opening, ...] = ()


def of_member(tx: Tx, *, account_id: int, before: int | None = None, limit: int = 50) -> list[Entry]:
    """Return what concerns a member, as owner or as reporter, the newest first."""
    return store.newest_of(tx, _members(account_id), before=before, limit=limit)


def one_of_member(tx: Tx, *, account_id: int, index: int) -> Concern | None:
    """Return one entry if it concerns a member, with what they may see beside it; else None."""
    places = _members(account_id)
    one = select(places.c.index).where(places.c.index == index).subquery()
    found = store.newest_of(tx, one, limit=1)
    return _members_own(tx, found[0], account_id) if found else None


def of_effect(tx: Tx, order_id: int) -> Concern | None:
    """Return the entry that tells an account's owner that an order took effect; None where it did not."""
    account_id = queries.order(tx, order_id).account_id
    done = [one for one in store.entry_of_order(tx, order_id) if one.kind == EntryKind.ORDER_EXECUTED]
    return _members_own(tx, done[0], account_id) if done and account_id is not None else None


def of_proposer(tx: Tx, *, order_id: int, person_id: int) -> list[Entry]:
    """Return every step of an order, in order, if it is this person's own; nothing otherwise."""
    if queries.order(tx, order_id).proposer.person_id != person_id:
        return []
    # What followed from it, such as an incident, is no step of it.
    return [one for one in store.entry_of_order(tx, order_id) if "order_kind" in one.body]


def one_of_proposer(tx: Tx, *, order_id: int, person_id: int, index: int | None) -> Concern | None:
    """Return one step of somebody's own order, or the first, with what they may see beside it; else None."""
    steps = of_proposer(tx, order_id=order_id, person_id=person_id)
    found = [one for one in steps if index in (None, one.index)]
    return _proposers_own(tx, found[0], person_id) if found else None


def _members(account_id: int) -> Subquery:
    """Return where that stands which was done to this account, or closes a case that its owner reported in.

    Both are looked up by what entries are about, so that a long record makes nobody wait.
    """
    reported = select(literal("case:") + cast(report.c.case_id, Text)).where(
        report.c.reporter == str(Actor.member(account_id))
    )
    listed = select(entry_about.c.index).join(entry, entry.c.index == entry_about.c.index)
    done = listed.where(entry_about.c.about == f"account:{account_id}", entry.c.kind.in_(DONE))
    closed = listed.where(entry_about.c.about.in_(reported), entry.c.kind == EntryKind.CASE_CLOSED)
    return union(done, closed).subquery()


def _members_own(tx: Tx, found: Entry, account_id: int) -> Concern:
    """Return an entry with what it acted upon opened, if that is the member's own; a closed case opens nothing."""
    if found.kind == EntryKind.CASE_CLOSED:
        return Concern(entry=found)
    own = f"account:{account_id}"
    opened = {one.key: one for one in _opened(tx, found, ("subject", "account"))}
    # A post is its author's: its entry names the account beside it.
    shown = opened.values() if own in opened else ()
    return Concern(entry=found, openings=tuple(shown))


def _proposers_own(tx: Tx, found: Entry, person_id: int) -> Concern:
    opened = {one.commitment: one for one in _opened(tx, found, ("subject", "account", "who", "why"))}
    who = opened.get(str(found.body.get("who")))
    mine = who is not None and who.key == f"person:{person_id}"
    hidden = set() if mine else {found.body.get("who"), found.body.get("why")}
    return Concern(entry=found, openings=tuple(one for made, one in opened.items() if made not in hidden))


def _opened(tx: Tx, found: Entry, fields: Iterable[str]) -> list[Opening]:
    """Return what opens the commitments in these fields of an entry, in the order of their bytes."""
    wanted = [text for name in fields if isinstance(text := found.body.get(name), str)]
    return sorted(store.openings(tx, wanted), key=lambda one: one.commitment)
