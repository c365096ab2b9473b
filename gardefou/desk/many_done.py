"""Deciding several cases at one press: each by its own verb, in a transaction of its own, with its own verdict.

What stops one case stops no other, and is written down beside it. Undoing goes the same way, where undoing is true: a
closed case is opened again, an order in effect is taken back by an order of its own.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from gardefou.clock import Clock
from gardefou.desk.decide import proposed
from gardefou.desk.errors import FormError
from gardefou.desk.forms import Fields, number_of
from gardefou.desk.labels import REASON_OF
from gardefou.enforcement.restore import restore as bring_back
from gardefou.errors import BadInputError, ConflictError
from gardefou.guard.verdict import Refused
from gardefou.orders import queries as orders
from gardefou.orders.errors import UnknownOrderError
from gardefou.orders.kinds import Kind
from gardefou.orders.order import Order
from gardefou.orders.ports import Ports
from gardefou.reports import batches, cases, leases
from gardefou.reports import queries as reports
from gardefou.reports.batches import Became, Entry
from gardefou.reports.errors import CaseChangedError, HeldByAnotherError, WorkerError
from gardefou.reports.leases import Taken
from gardefou.reports.offers import Follows
from gardefou.staff.sessions import SignedIn
from gardefou.storage import Database, Tx
from gardefou.words import gettext as _

#: What is decided without an order.
CLOSINGS = ("rejected", "upheld")
HAND = "hand"
#: What is proposed, on each account for itself.
KINDS = (Kind.ACCOUNT_LIMIT, Kind.ACCOUNT_FREEZE, Kind.ACCOUNT_HIDE)
_ORDERED = ("reason", "clause", "comment", "macro", "until")
#: Why taking back is not done: others have to agree; it was refused to whoever undoes; the case is not theirs to open.
NOT_TAKEN_BACK, REFUSED_UNDOING, CASE_STAYS = "not_taken_back", "refused_undoing", "case_stays"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picked:
    """A case as it was chosen: the version is the one that was seen."""

    case_id: int
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed:
    """What a press did: the batch that says it of each case, and why nothing was done to some, by case."""

    batch_id: int
    left: Mapping[int, BadInputError]


def picked(fields: Fields, name: str = "case") -> list[Picked]:
    """Return the cases a form chose, or names as `name`, each once, as they were seen.

    Raises:
        FormError: none, too many, or something that is no case with its version.
    """
    found: dict[int, Picked] = {}
    for text in fields.many(name):
        number, _colon, version = text.partition(":")
        case_id, seen = number_of("case", number), number_of("case", version)
        if case_id is None or seen is None:
            raise FormError(_("Name each case with the version you saw: “12:3”."), field="case")
        found[case_id] = Picked(case_id=case_id, version=seen)
    if not found:
        raise FormError(_("No case is chosen. Choose at least one in the queue."), field="case")
    if len(found) > batches.MOST:
        message = _(
            "At most %(most)s cases are decided at once; %(count)s were chosen. Nothing was done.",
            most=str(batches.MOST),
            count=str(len(found)),
        )
        raise FormError(message, field="case")
    return list(found.values())


def decide_each(
    db: Database,
    ports: Ports,
    *,
    me: SignedIn,
    clock: Clock,
    deed: str,
    chosen: Sequence[Picked],
    fields: Fields,
    follows: Follows,
) -> Pressed:
    """Decide every chosen case, one after the other.

    Raises:
        UnknownCaseError: one of them is no case; nothing is written.
        WorkerError: the reader does not work on cases; nothing is written.
    """
    with db.reading() as tx:
        for one in chosen:
            reports.case(tx, one.case_id)
    with db.transaction() as tx:
        batch_id = batches.open_batch(tx, actor=me.actor, now=clock.now(), deed=deed)
    left: dict[int, BadInputError] = {}
    for place, one in enumerate(chosen):
        try:
            with db.transaction() as tx:
                entry = _decide(tx, ports, me=me, now=clock.now(), deed=deed, one=one, fields=fields, follows=follows)
                batches.enter(tx, actor=me.actor, batch_id=batch_id, place=place, entry=entry)
        except BadInputError as problem:
            left[one.case_id] = problem
            entry = Entry(case_id=one.case_id, became=Became.NOTHING, code=problem.code)
            with db.transaction() as tx:
                batches.enter(tx, actor=me.actor, batch_id=batch_id, place=place, entry=entry)
    return Pressed(batch_id=batch_id, left=left)


def _decide(
    tx: Tx, ports: Ports, *, me: SignedIn, now: int, deed: str, one: Picked, fields: Fields, follows: Follows
) -> Entry:
    """Decide one case; whoever decides holds it, and nobody holds it afterwards."""
    with suppress(WorkerError):  # What they may not do, its own verb or the guard says.
        taken = leases.take_lease(tx, actor=me.actor, now=now, case_id=one.case_id, follows=follows, over=True)
        if isinstance(taken, Taken):
            raise HeldByAnotherError
    about: dict[str, Any] = {"actor": me.actor, "now": now, "case_id": one.case_id, "version": one.version}
    if deed in CLOSINGS:
        cases.close(tx, outcome=deed, follows=follows, **about)
        return _entry(tx, one, Became.CLOSED)
    if deed == HAND:
        if reports.case(tx, one.case_id).handed_to is not None:
            raise CaseChangedError
        cases.hand_to_reviewers(tx, follows=follows, **about)
        return _entry(tx, one, Became.HANDED)
    outcome = proposed(tx, ports, me=me, follows=follows, fields=_for_case(tx, fields, deed, one), now=now)
    leases.return_lease(tx, actor=me.actor, now=now, case_id=one.case_id)
    if isinstance(outcome, int):
        return _entry(tx, one, Became.TO_SIGN, outcome)
    return _entry(tx, one, Became.ORDERED, outcome.order.id)


def _entry(tx: Tx, one: Picked, became: Became, order_id: int | None = None) -> Entry:
    version = reports.case(tx, one.case_id).version
    return Entry(case_id=one.case_id, became=became, version=version, order_id=order_id)


def _for_case(tx: Tx, fields: Fields, kind: str, one: Picked) -> Fields:
    """Return the form as it would have been sent from the page of this one case."""
    said = {name: [fields.text(name)] for name in _ORDERED}
    posts = [str(post_id) for post_id in batches.posts_named(tx, one.case_id)]
    if not said["reason"][0]:
        said["reason"] = [REASON_OF[reports.case(tx, one.case_id).category].value]
    about = {"kind": [kind], "case_id": [str(one.case_id)], "version": [str(one.version)], "posts": posts}
    return Fields({**said, **about, "whole": ["1"]})


def undo_each(db: Database, ports: Ports, *, me: SignedIn, clock: Clock, batch_id: int, follows: Follows) -> None:
    """Undo what can be undone of a batch, each case in a transaction of its own; the rest says why it stays.

    Raises:
        UnknownBatchError: there is none by that number.
    """
    with db.reading() as tx:
        waiting = [entry for entry in batches.read_batch(tx, batch_id).entries if undoable(tx, entry)]
    for entry in waiting:
        about: dict[str, Any] = {"actor": me.actor, "batch_id": batch_id, "case_id": entry.case_id}
        try:
            with db.transaction() as tx:
                code = _undo(tx, ports, me=me, now=clock.now(), entry=entry, follows=follows)
                batches.note_undone(tx, now=clock.now(), code=code, **about)
        except BadInputError as problem:
            with db.transaction() as tx:
                batches.note_undone(tx, now=clock.now(), code=problem.code, **about)


def _undo(tx: Tx, ports: Ports, *, me: SignedIn, now: int, entry: Entry, follows: Follows) -> str:
    """Undo one case; return why it stays, or nothing when it is as it was."""
    if entry.became is Became.CLOSED:
        cases.reopen(tx, actor=me.actor, now=now, case_id=entry.case_id, version=entry.version, follows=follows)
        return ""
    order = orders.order(tx, entry.order_id or 0)
    outcome = bring_back(
        tx,
        ports,
        actor=me.actor,
        now=now,
        subject_kind=order.subject_kind,
        subject_id=order.subject_id,
        case_id=order.case_id,
        reverses=order.id,
    )
    if isinstance(outcome.verdict, Refused):
        return REFUSED_UNDOING
    if not outcome.order.in_effect:
        return NOT_TAKEN_BACK
    case = reports.case(tx, entry.case_id)
    # An order that took effect later closed its case then, which is another version than the one written down.
    version = case.version if case.order_id == order.id else entry.version
    try:
        cases.reopen(tx, actor=me.actor, now=now, case_id=entry.case_id, version=version, follows=follows)
    except ConflictError as problem:
        return problem.code  # The account is back all the same: nothing of that is undone.
    except WorkerError:
        return CASE_STAYS
    return ""


def undoable(tx: Tx, entry: Entry) -> bool:
    """Return whether undoing a case would be true: it was closed, or its order is in effect and can be taken back."""
    if entry.became is Became.CLOSED:
        case = reports.case(tx, entry.case_id)
        return not case.open and case.version == entry.version
    found = order_in(tx, entry)
    return found is not None and found.in_effect and found.shape.silences and not found.shape.final


def order_in(tx: Tx, entry: Entry) -> Order | None:
    """Return the order of a case in a batch; None where there is none, or its paper is not signed yet."""
    if entry.order_id is None or entry.became not in (Became.ORDERED, Became.TO_SIGN):
        return None
    try:
        return orders.order(tx, entry.order_id)
    except UnknownOrderError:
        return None
