"""Claim: hiding an account and bringing it back cost the same with 10 followers as with 1,000,000 (promise 8).

Both accounts live in one database; the second has a million follow rows. Both are ordinary by their counters, so that
both take the same way through the rules: one person, one step. They are hidden and brought back by turns, each time a
day and an hour later, since an account that was brought back is guarded more strictly for a day.
"""

from bench.crowd import EVENING, Crowd
from bench.harness import FULL, KINDS, Measured, against_floor, house, report, seconds, server
from gardefou.app.house import House
from gardefou.clock import DAY, HOUR, SimulatedClock
from gardefou.enforcement.restore import restore
from gardefou.events.actor import SETUP, Actor
from gardefou.orders.lifecycle import State
from gardefou.orders.propose import propose
from gardefou.staff.add_shift import add_shift
from gardefou.staff.engage import engage
from gardefou.staff.enrol import enrol
from gardefou.staff.grant_role import grant_role

FEW, MANY = 10, 1_000_000
REPEATS = 201 if FULL else 61


class Desk:
    """One agent, one account, and the days that pass."""

    def __init__(self, home: House, clock: SimulatedClock, actor: Actor, account_id: int) -> None:
        """Know who acts on what."""
        self.home, self.clock, self.actor, self.account_id = home, clock, actor, account_id

    def hide(self) -> None:
        """Hide the account, a day after whatever was done last."""
        now = self.clock.advance(DAY + HOUR)
        with self.home.db.transaction() as tx:
            done = propose(
                tx,
                self.home.ports,
                actor=self.actor,
                now=now,
                kind="account.hide",
                subject_id=self.account_id,
                reason="spam",
            )
        assert done.order.state is State.EXECUTED, done.verdict

    def bring_back(self) -> None:
        """Bring it back."""
        now = self.clock.advance(HOUR)
        with self.home.db.transaction() as tx:
            done = restore(
                tx, self.home.ports, actor=self.actor, now=now, subject_kind="account", subject_id=self.account_id
            )
        assert done.order.state is State.EXECUTED, done.verdict


def agent(home: House, clock: SimulatedClock) -> Actor:
    """Engage one agent, whose shift lasts as long as the measuring."""
    now = clock.now()
    with home.db.transaction() as tx:
        person = enrol(tx, actor=SETUP, now=now, name="Agent 1", email="agent@example.org", locale="en")
        engage(tx, actor=SETUP, now=now, person_id=person, employer="The house", team="North", starts=now, ends=None)
        grant_role(tx, actor=SETUP, now=now, person_id=person, role="agent")
        add_shift(tx, actor=SETUP, now=now, person_id=person, starts=now, ends=now + 10_000 * DAY)
    return Actor.person(person)


def set_up(home: House, clock: SimulatedClock) -> tuple[Desk, Desk]:
    """Make two accounts and one agent."""
    crowd, actor = Crowd(home.db), agent(home, clock)
    crowd.members(MANY)
    few, many = (crowd.account(handle) for handle in ("few", "many"))
    crowd.followers(few, FEW)
    crowd.followers(many, MANY)
    crowd.analyze()
    return Desk(home, clock, actor, few), Desk(home, clock, actor, many)


def measure(kind: str) -> list[Measured]:
    """Measure on one database."""
    clock = SimulatedClock(EVENING)
    with server(kind) as new_url, house(new_url(), clock) as home:
        few, many = set_up(home, clock)
        for desk in (few, many):
            desk.hide()
            desk.bring_back()
        hides: tuple[list[float], list[float]] = ([], [])
        restores: tuple[list[float], list[float]] = ([], [])
        for number in range(REPEATS):
            order = ((many, 0), (few, 1)) if number % 2 else ((few, 1), (many, 0))
            for desk, place in order:
                hides[place].append(seconds(desk.hide))
            for desk, place in order:
                restores[place].append(seconds(desk.bring_back))
    return [
        against_floor(
            f"{word} {MANY:,} followers (floor: {FEW}), {kind}",
            [1000 * took for took in mine],
            [1000 * took for took in floor],
            unit="ms",
            at_most=1.1,
        )
        for word, (mine, floor) in (("hide", hides), ("restore", restores))
    ]


def main() -> None:
    """Measure on both databases."""
    report("hide_restore", [row for kind in KINDS for row in measure(kind)])


if __name__ == "__main__":
    main()
