"""Signing a week: the parts of a rota that wait, person by person, and one click for those that were chosen."""

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from gardefou.desk.errors import FormError
from gardefou.desk.forms import number_of
from gardefou.desk.order_view import subject_of
from gardefou.desk.people import called, known
from gardefou.desk.problems import sentence
from gardefou.desk.rota_view import span_whole
from gardefou.errors import BadInputError
from gardefou.guard.verdict import Refused
from gardefou.orders import labels, queries, rulebook
from gardefou.orders.approve import approve, judge
from gardefou.orders.kinds import Kind
from gardefou.orders.lifecycle import State
from gardefou.orders.order import Order
from gardefou.orders.ports import Ports
from gardefou.orders.sign import asked_by
from gardefou.safeguards.rota import read_spans
from gardefou.staff.sessions import SignedIn
from gardefou.storage import Database, Tx
from gardefou.words import gettext as _
from gardefou.words.reasons import sentence as reason

#: So many are signed at once.
MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One person's part of a rota that waits.

    Attributes:
        order: the order.
        title: what it is called.
        name: whose shifts they are.
        proposer: who proposed it.
        shifts: each in words.
        mine: whether this reader's yes would count.
        by_key: it takes a key for each, and so each is signed on its own page.
    """

    order: Order
    title: str
    name: str
    proposer: str
    shifts: tuple[str, ...]
    mine: bool
    by_key: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """What became of a click: how many took effect, how many wait for more people, and which could not be signed."""

    executed: int
    waiting: int
    left: tuple[tuple[str, str], ...]


def could_sign(tx: Tx, ports: Ports, waiting: Sequence[Order], *, me: SignedIn, now: int, zone: ZoneInfo) -> list[Part]:
    """Return the parts that wait, those that this reader could sign first."""
    book = rulebook.in_force(tx, ports.load_rulebook)
    parts = [order for order in waiting if order.kind is Kind.ROTA_ENTER and order.state is State.WAITING]
    people = known(tx, [order.proposer for order in parts], now)
    found = []
    for order in parts:
        subject = subject_of(tx, ports, order, now)
        *_rest, against = judge(tx, ports, book, order=order, subject=subject, actor=me.actor, now=now)
        voted = any(int(row["person_id"]) == me.person_id for row in queries.approvals(tx, order.id))
        found.append(
            Part(
                order=order,
                title=labels.titled(order.kind, subject.label),
                name=subject.label,
                proposer=called(order.proposer, people),
                shifts=tuple(span_whole(span, zone) for span in read_spans(order.change["shifts"])),
                mine=not against and not voted,
                by_key=ports.authenticator is None and asked_by(order.verdict.plan),
            )
        )
    return sorted(found, key=lambda part: not part.mine)


def sign_all(db: Database, ports: Ports, *, me: SignedIn, now: int, chosen: Sequence[str]) -> Signed:
    """Sign each order that was chosen, in a transaction of its own: what one of them lacks stops none of the others.

    Raises:
        FormError: what was sent names no orders, or too many.
    """
    if len(chosen) > MOST:
        raise FormError(_("More than %(most)s at once; sign fewer.", most=MOST), field="sign")
    executed = waiting = 0
    left = []
    for order_id, digest in _read(chosen):
        number = str(order_id)
        try:
            with db.transaction() as tx:
                if queries.order(tx, order_id).kind is not Kind.ROTA_ENTER:
                    raise FormError(_("Order %(order)s is not of a rota; sign it on its own page.", order=number))
                outcome = approve(tx, ports, actor=me.actor, now=now, order_id=order_id, digest_hex=digest)
        except BadInputError as problem:
            left.append((number, sentence(problem)))
            continue
        if isinstance(outcome.verdict, Refused):
            left.append((number, " ".join(reason(one.code, one.fields)[0] for one in outcome.verdict.reasons)))
        elif outcome.order.state is State.EXECUTED:
            executed += 1
        else:
            waiting += 1
    return Signed(executed=executed, waiting=waiting, left=tuple(left))


def _read(chosen: Sequence[str]) -> list[tuple[int, str]]:
    """Return each order that was chosen, and the digest it was read by.

    Raises:
        FormError: one is no number.
    """
    read = []
    for text in dict.fromkeys(chosen):
        number, _colon, digest = text.partition(":")
        read.append((number_of("sign", number) or 0, digest))
    return read
