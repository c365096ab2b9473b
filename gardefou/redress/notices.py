"""Tell people of each step of an order, in their language, through the outbox.

Listens to `orders`. At proposal: the duty managers on shift and, for a protected account, the owner's contact; the hold
waits until these messages were accepted (promise 13). For any other account the owner is told at the effect. What was
told is told again when it is taken back.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from gardefou.accounts import queries as accounts
from gardefou.events import outbox
from gardefou.orders import notices, queries
from gardefou.orders.kinds import SAFEGUARDS
from gardefou.orders.lifecycle import State
from gardefou.orders.order import Order
from gardefou.orders.ports import OrderEvent, Subject
from gardefou.redress import letters
from gardefou.redress.letters import Reader
from gardefou.safeguards.settings import addresses
from gardefou.staff import queries as staff
from gardefou.staff.erased import name_of, spoken_of
from gardefou.storage import Tx
from gardefou.words import speak


@dataclass(frozen=True, slots=True)
class Notices:
    """Writes the notices of every step.

    Attributes:
        url: where people reach us, without a slash at the end, in a house where nothing else was agreed upon.
        contest: the address that answers an owner who contests, likewise.
        url_now: asks the database where people reach us, where that may have changed since this process started.
    """

    url: str
    contest: str
    url_now: Callable[[Tx], str] | None = None

    def __call__(self, tx: Tx, event: OrderEvent) -> None:
        """Tell everyone concerned of one step."""
        if event.order.subject_kind == "statement":
            return  # Whoever publishes reads it first; nobody else waits for it.
        for stage, readers, needed in self._plan(tx, event):
            for reader in _once(readers):
                self._tell(tx, event, stage=stage, reader=reader, needed=needed)

    def _plan(self, tx: Tx, event: OrderEvent) -> list[tuple[str, list[Reader], bool]]:
        """Return who is told what at this step: stage, readers, whether the hold waits for it."""
        order = event.order
        managers = _managers(tx, event.now)
        match event.after:
            case State.REFUSED:
                told = order.protected or order.kind in SAFEGUARDS
                return [("void", [*managers, *_proposer(tx, order, event.now)], False)] if told else []
            case State.WAITING | State.HELD if event.before is State.PROPOSED:
                return [("proposed", managers + _owner(tx, order, protected_only=True), True)]
            case State.HELD:
                return [("held", managers + _owner(tx, order, protected_only=True), False)]
            case State.VOID:
                owner = _owner(tx, order, protected_only=True)
                return [("void", managers + _signers(tx, order, event.now) + owner, False)]
            case State.EXECUTED if order.shape.silences:
                return [("effect", managers + _owner(tx, order, protected_only=False), False)]
            case State.EXECUTED if order.kind in SAFEGUARDS:
                return [("effect", managers, False)]
            case State.EXECUTED:
                return [("restored", self._told_before(tx, event), False)]
            case _:
                return []

    def _told_before(self, tx: Tx, event: OrderEvent) -> list[Reader]:
        """Return everyone told of what is taken back, those who signed it, and the owner."""
        if event.order.reverses is None:
            return []
        undone = queries.order(tx, event.order.reverses)
        ids = [int(row["person_id"]) for row in queries.notices(tx, undone.id) if row["person_id"] is not None]
        people = _people(tx, ids, "duty manager", event.now)
        return people + _signers(tx, undone, event.now) + _owner(tx, undone, protected_only=False)

    def _tell(self, tx: Tx, event: OrderEvent, *, stage: str, reader: Reader, needed: bool) -> None:
        order = event.order
        outbox_id = None
        if reader.email:
            url, contest = addresses(tx, url=self.url_now(tx) if self.url_now else self.url, contest=self.contest)
            with speak(reader.locale):
                letter = letters.write(
                    event,
                    stage=stage,
                    reader=reader,
                    url=url,
                    contest=contest,
                    handle=_called(tx, event.subject),
                    by=_asked_by(tx, order),
                    said=_said(tx, order),
                )
            outbox_id = outbox.enqueue(
                tx,
                now=event.now,
                topic="mail",
                key=f"order:{order.id}:{stage}:{order.version}:{reader.kind}:{reader.key}",
                body={
                    "to": reader.email,
                    "subject": letter.subject,
                    "text": letter.text,
                    "locale": reader.locale,
                    **_receipt(event, stage=stage, reader=reader),
                },
            )
        notices.note(
            tx,
            now=event.now,
            order_id=order.id,
            stage=stage,
            to_kind=reader.kind,
            person_id=reader.person_id,
            needed=needed,
            outbox_id=outbox_id,
        )


def _receipt(event: OrderEvent, *, stage: str, reader: Reader) -> dict[str, str]:
    """Return which receipt rides along: an owner's, of what was done or taken back; it is made as the letter leaves.

    What only announces carries none: a hold begins when such a letter is accepted, and nothing may keep it waiting.
    """
    return {"receipt": str(event.order.id)} if reader.kind == "owner" and stage in ("effect", "restored") else {}


def _called(tx: Tx, subject: Subject) -> str:
    """Return what the subject is called; a person as they are called now, since the order may have erased them."""
    row = staff.person_row(tx, subject.id) if subject.kind == "person" else None
    return subject.label if row is None else spoken_of(row)


def _once(readers: Iterable[Reader]) -> list[Reader]:
    """Return each reader once: who signed and manages is written to once."""
    kept: dict[str, Reader] = {}
    for reader in readers:
        kept.setdefault(reader.email or reader.key, reader)
    return list(kept.values())


def _managers(tx: Tx, now: int) -> list[Reader]:
    """Return the duty managers on shift; when there is none, one whom no message can reach, so that the hold waits."""
    found = [
        Reader(kind="duty manager", key=str(one.id), person_id=one.id, email=one.email, locale=one.locale)
        for one in staff.duty_managers_on_shift(tx, now)
    ]
    return found or [Reader(kind="duty manager", key="", person_id=None, email="", locale="en")]


def _owner(tx: Tx, order: Order, *, protected_only: bool) -> list[Reader]:
    if order.account_id is None or (protected_only and not order.protected):
        return []
    row = accounts.account(tx, order.account_id)
    if not row["contact"] and not order.protected:
        return []
    owner = Reader(
        kind="owner", key=str(row["id"]), person_id=None, email=row["contact"] or "", locale=str(row["locale"])
    )
    # Whoever changes the address must not keep the owner from hearing of it.
    before = order.change.get("was_contact", "")
    return [owner, replace(owner, key=f"{owner.key}-before", email=before)] if before else [owner]


def _people(tx: Tx, ids: Iterable[int], kind: str, now: int) -> list[Reader]:
    found = staff.colleagues(tx, list(ids), now)
    return [
        Reader(kind=kind, key=str(one.id), person_id=one.id, email=one.email, locale=one.locale)
        for one in found.values()
    ]


def _proposer(tx: Tx, order: Order, now: int) -> list[Reader]:
    return [] if order.proposer.person_id is None else _people(tx, [order.proposer.person_id], "proposer", now)


def _asked_by(tx: Tx, order: Order) -> str:
    found = None if order.proposer.person_id is None else staff.person_row(tx, order.proposer.person_id)
    return name_of(found) if found else ""


def _said(tx: Tx, order: Order) -> str:
    """Return what whoever vetoed the order gave as the reason."""
    vetoes = [str(row["why"]) for row in queries.votes(tx, order.id) if row["verb"] == "veto"]
    return vetoes[-1] if vetoes else ""


def _signers(tx: Tx, order: Order, now: int) -> list[Reader]:
    approvers = [int(row["person_id"]) for row in queries.approvals(tx, order.id)]
    return _proposer(tx, order, now) + _people(tx, approvers, "approver", now)
