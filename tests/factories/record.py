"""A house with a record: people, two accounts, the shipped rules, and orders that went their ways."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from gardefou.clock import MINUTE, SECOND
from gardefou.connectors.embedded.platform import EmbeddedPlatform
from gardefou.enforcement.effects import StandingEffect
from gardefou.enforcement.restore import restore
from gardefou.enforcement.subjects import AccountSubjects
from gardefou.events import Actor
from gardefou.events.actor import SETUP
from gardefou.events.outbox import accepted, enqueue
from gardefou.guard.rules import load
from gardefou.orders import notices
from gardefou.orders.approve import approve
from gardefou.orders.drive import drive
from gardefou.orders.order import Order
from gardefou.orders.ports import Gathered, Ports, Subject
from gardefou.orders.propose import Outcome, propose
from gardefou.orders.rulebook import enter
from gardefou.storage import Database, Tx
from tests.factories.accounts import make_account
from tests.factories.authenticator import SoftwareAuthenticator
from tests.factories.staff import make_person

SHIPPED = (Path(__file__).parents[2] / "rulebooks" / "shipped.toml").read_text()
PLATFORM = EmbeddedPlatform()


class EvidenceAtHand:
    """There is always evidence."""

    def gather(self, tx: Tx, *, subject: Subject, refs: Mapping[str, Any]) -> Gathered:  # noqa: ARG002  # the port's shape
        """Return the references as they are."""
        return Gathered(refs=refs, digest=sha256(b"evidence").digest(), found=True)


PORTS = Ports(
    subjects={"account": AccountSubjects()},
    effects={"account": StandingEffect(PLATFORM)},
    evidence=EvidenceAtHand(),
    authenticator=SoftwareAuthenticator(),
)


@dataclass(slots=True)
class Records:
    """A founded house, and what can be done in it."""

    db: Database
    now: int
    reviewer: Actor
    colleague: Actor
    manager: Actor
    agent: Actor
    ordinary: int
    protected: int

    def hide(self, account_id: int, actor: Actor | None = None, **more: Any) -> Outcome:
        """Propose to hide an account, and have everyone told."""
        with self.db.transaction() as tx:
            outcome = propose(
                tx,
                PORTS,
                actor=actor or self.reviewer,
                now=self.now,
                kind="account.hide",
                subject_id=account_id,
                reason="spam",
                **more,
            )
            message = enqueue(tx, now=self.now, topic="mail", key=f"told:{outcome.order.id}", body={})
            notices.note(
                tx,
                now=self.now,
                order_id=outcome.order.id,
                stage="proposed",
                to_kind="owner",
                person_id=None,
                needed=True,
                outbox_id=message,
            )
            accepted(tx, now=self.now, row_id=message)
            notices.accepted(tx, now=self.now, outbox_id=message)
        return outcome

    def approve(self, order: Order, actor: Actor, why: str = "") -> Outcome:
        """Approve an order."""
        with self.db.transaction() as tx:
            return approve(
                tx, PORTS, actor=actor, now=self.now, order_id=order.id, digest_hex=order.digest.hex(), why=why
            )

    def drive(self, order: Order) -> Order:
        """Drive an order."""
        with self.db.transaction() as tx:
            return drive(tx, PORTS, now=self.now, order_id=order.id)

    def restore(self, account_id: int, actor: Actor | None = None) -> Outcome:
        """Restore an account."""
        with self.db.transaction() as tx:
            return restore(
                tx, PORTS, actor=actor or self.agent, now=self.now, subject_kind="account", subject_id=account_id
            )

    def wait(self, micros: int = MINUTE) -> None:
        """Let time pass."""
        self.now += micros

    def hide_protected(self) -> Order:
        """Hide the protected account the long way: proposed, approved, held, executed."""
        order = self.hide(self.protected, comment="These are threats.").order
        self.wait(20 * SECOND)
        self.approve(order, self.colleague, why="I have read them.")
        self.wait(5 * MINUTE)
        return self.drive(order)


def make_records(db: Database, now: int) -> Records:
    """Found a house."""
    with db.transaction() as tx:
        enter(tx, actor=SETUP, now=now, text=SHIPPED, loader=load)
        return Records(
            db=db,
            now=now,
            reviewer=Actor.person(make_person(tx, now, name="Reviewer 4", role="reviewer")),
            colleague=Actor.person(make_person(tx, now, name="Reviewer 7", role="reviewer", team="South")),
            manager=Actor.person(make_person(tx, now, name="Manager 1", role="duty manager", team="South")),
            agent=Actor.person(make_person(tx, now, name="Agent 9", role="agent")),
            ordinary=make_account(tx, now, handle="somebody"),
            protected=make_account(tx, now, handle="president", followers=500_000),
        )
