"""The stage: a throwaway house on a simulated clock, with the people of the incident and the real engine.

DANGER lives here and nowhere else outside the tests: the lane that plays what happened loads a rulebook that nobody has
proved. Its database is a temporary file that is deleted when the replay ends.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import select

from gardefou.accounts.enter_roster import enter_roster
from gardefou.app.house import DEMO, wire
from gardefou.app.replay.scenario import Scenario, Someone
from gardefou.app.settings import Settings
from gardefou.clock import SimulatedClock, from_datetime
from gardefou.connectors.embedded.neighbours import EmbeddedNeighbours
from gardefou.events import Actor
from gardefou.events.actor import SETUP
from gardefou.events.outbox import accepted, take
from gardefou.guard.rules import UnsafeUnprovedRulebook
from gardefou.network.import_account import ImportedAccount, import_account
from gardefou.orders import notices, rulebook
from gardefou.orders.drive import drive, due, lift, lifts_due
from gardefou.orders.ports import Ports
from gardefou.orders.tables import orders
from gardefou.staff.add_shift import add_shift
from gardefou.staff.engage import engage
from gardefou.staff.enrol import enrol
from gardefou.staff.grant_role import grant_role
from gardefou.storage import Database, Tx, open_database
from gardefou.storage.house import MADE_BY, remember
from gardefou.storage.migrate import upgrade


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A house that lives as long as one lane of a replay."""

    db: Database
    clock: SimulatedClock
    ports: Ports
    account_id: int
    people: dict[str, Actor]

    @property
    def now(self) -> int:
        """The simulated present."""
        return self.clock.now()

    def advance_to(self, instant: int) -> None:
        """Let time pass, stopping wherever something falls due, as the worker would have."""
        while True:
            self._work()
            coming = [at for at in self._due_times() if self.now < at <= instant]
            if not coming:
                break
            self.clock.set(min(coming))
        self.clock.set(instant)
        self._work()

    def _due_times(self) -> list[int]:
        wanted = select(orders.c.effect_at, orders.c.approve_by, orders.c.lift_at)
        with self.db.reading() as tx:
            return [at for row in tx.all(wanted) for at in row.values() if at is not None]

    def _work(self) -> None:
        """Deliver the mail, drive the clocks, lift what has reached its end: as the worker does, each in its own."""
        with self.db.transaction() as tx:
            for row in take(tx, now=self.now, topic="mail", limit=1_000):
                accepted(tx, now=self.now, row_id=row["id"])
                notices.accepted(tx, now=self.now, outbox_id=row["id"])
        with self.db.reading() as tx:
            waiting, ending = due(tx), lifts_due(tx, now=self.now)
        for order_id in waiting:
            with self.db.transaction() as tx:
                drive(tx, self.ports, now=self.now, order_id=order_id)
        for order_id in ending:
            with self.db.transaction() as tx:
                lift(tx, self.ports, now=self.now, order_id=order_id)


@contextmanager
def set_up(scenario: Scenario, rulebook_text: str, *, as_it_happened: bool) -> Iterator[Stage]:
    """Raise the stage under a rulebook, and take it down afterwards.

    Args:
        scenario: the recorded incident.
        rulebook_text: the rules.
        as_it_happened: load them unproved, because that is how it happened.
    """
    with tempfile.TemporaryDirectory(prefix="gardefou-replay-") as folder:
        db = open_database(f"sqlite:///{Path(folder) / 'replay.db'}", node=0)
        try:
            upgrade(db)
            yield _people_it(db, scenario, rulebook_text, as_it_happened=as_it_happened)
        finally:
            db.close()


def _people_it(db: Database, scenario: Scenario, text: str, *, as_it_happened: bool) -> Stage:
    ports = wire(Settings(), demo=True)
    if as_it_happened:
        ports = replace(ports, load_rulebook=UnsafeUnprovedRulebook.load)
    clock = SimulatedClock(from_datetime(scenario.begins))
    now = clock.now()
    with db.transaction() as tx:
        remember(tx, key=MADE_BY, value=DEMO)
        rulebook.enter(tx, actor=SETUP, now=now, text=text, loader=ports.load_rulebook)
        people = {someone.key: _employ(tx, someone) for someone in scenario.people}
        account = scenario.account
        account_id = import_account(
            tx,
            EmbeddedNeighbours(load_rulebook=ports.load_rulebook),
            actor=SETUP,
            now=now,
            account=ImportedAccount(
                handle=account.handle,
                display_name=account.name,
                imported_id="replay",
                created_at=now,
                followers=account.followers,
                posts=account.posts,
                email="owner@example.org",
            ),
        )
        enter_roster(
            tx,
            actor=SETUP,
            now=now,
            account_id=account_id,
            tier=account.tier,
            office=account.office,
            source=account.source,
        )
    return Stage(db=db, clock=clock, ports=ports, account_id=account_id, people=people)


def _employ(tx: Tx, someone: Someone) -> Actor:
    since = from_datetime(someone.since)
    person_id = enrol(tx, actor=SETUP, now=since, name=someone.key, email=f"{someone.key}@example.org")
    engage(
        tx,
        actor=SETUP,
        now=since,
        person_id=person_id,
        employer=someone.employer,
        team=someone.team,
        starts=since,
        ends=None if someone.until is None else from_datetime(someone.until),
    )
    grant_role(tx, actor=SETUP, now=since, person_id=person_id, role=someone.role)
    starts, ends = (from_datetime(moment) for moment in someone.on_shift)
    add_shift(tx, actor=SETUP, now=since, person_id=person_id, starts=starts, ends=ends)
    return Actor.person(person_id)
