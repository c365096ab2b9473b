"""Whatever anybody does in whatever order, the promises hold after every step (promises 1 to 7, 9, 10, 12, 13).

The real engine on a real database, driven at random. What must hold is read from rows and counted here, by code that
knows nothing of the guard; the same machine under a rulebook without rules must fail, or it would show nothing.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from itertools import count, pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import RowMapping, select

from gardefou.clock import DAY, HOUR, MINUTE, SimulatedClock, from_iso
from gardefou.connectors.embedded.platform import EmbeddedPlatform
from gardefou.enforcement.restore import restore
from gardefou.errors import BadInputError
from gardefou.guard.rules import UnsafeUnprovedRulebook, load
from gardefou.orders.digest import order_digest
from gardefou.orders.drive import drive, due, lift, lifts_due
from gardefou.orders.lifecycle import State
from gardefou.orders.queries import order as read_order
from gardefou.orders.tables import orders, vote
from gardefou.orders.veto import veto
from gardefou.orders.withdraw import withdraw
from gardefou.staff.queries import person_facts
from gardefou.staff.tables import engagement, shift
from gardefou.storage import Database, Tx, open_database
from gardefou.watch.audit import audit
from tests.conftest import FULL, Cluster
from tests.factories.guard import NONE_TEXT
from tests.factories.town import ACCOUNTS, STAFF, Town, found_town

PEOPLE = st.sampled_from(sorted(STAFF))
PROTECTED = ("mayor", "president")
SILENCING = ("account.hide", "account.limit", "account.freeze", "post.hide")
#: Silence beside standings, and what each would be told; whatever else is asked for, these take their people too.
DEEDS = {
    "account.rename": {"display_name": "Nobody"},
    "account.contact": {"contact": "else@example.org"},
    "account.credentials": {"ways_in": "password"},
    "account.speak": {"text": "I resign."},
    "post.delete": {},
}
SILENCE = {*SILENCING, *DEEDS}
REASONS = st.sampled_from(["coordinated threats", "terrorism", "severe", ""])
#: How many humans a standing on a protected account takes, its proposer among them.
HUMANS = {"mayor": 2, "president": 3}
BRIEF = 15 * MINUTE
RESTORERS = {"agent", "reviewer", "duty manager"}
LAST_DAYS = 14 * DAY

NewDatabase = Callable[[], Database]


class AnySequence(RuleBasedStateMachine):
    """Everybody does anything."""

    new_database: NewDatabase
    rulebook_text: str | None = None

    def __init__(self) -> None:
        super().__init__()
        self.clock = SimulatedClock(from_iso("2017-11-02T19:00:00Z"))
        self.db = type(self).new_database()
        loaded: dict[str, Any] = {} if self.rulebook_text is None else {"load_rulebook": UnsafeUnprovedRulebook.load}
        self.town: Town = found_town(self.db, self.clock, rulebook_text=self.rulebook_text, founded=True, **loaded)

    def teardown(self) -> None:
        """Audit everything that happened."""
        loader: Any = load if self.rulebook_text is None else UnsafeUnprovedRulebook.load
        with self.db.reading() as tx:
            found = audit(tx, platform=EmbeddedPlatform(), load_rulebook=loader)
        self.db.close()
        assert found is None, found

    def orders(self, *states: str) -> list[RowMapping]:
        """Return every order in these states, or all."""
        with self.db.reading() as tx:
            wanted = select(orders).order_by(orders.c.id)
            return list(tx.all(wanted.where(orders.c.state.in_(states)) if states else wanted))

    def ids(self, *states: str) -> list[int]:
        """Return the numbers of orders in these states."""
        return [row["id"] for row in self.orders(*states)]

    def act(self, verb: Callable[[Tx], object]) -> None:
        """Do something that may be refused as bad input; then nothing has changed."""
        with suppress(BadInputError), self.db.transaction() as tx:
            verb(tx)

    @rule(
        who=PEOPLE,
        kind=st.sampled_from(SILENCING),
        account=st.sampled_from(sorted(ACCOUNTS)),
        reason=REASONS,
        minutes=st.sampled_from([None, 10, 15, 16, 600]),
        proof=st.booleans(),
    )
    def propose(self, who: str, kind: str, account: str, reason: str, minutes: int | None, *, proof: bool) -> None:
        """Somebody proposes."""
        post = self.town.posts[account][0]
        more: dict[str, Any] = {"subject_id": post} if kind == "post.hide" else {}
        if not proof:
            more["evidence"] = {}
        if minutes is not None:
            more["lift_at"] = self.clock.now() + minutes * MINUTE
        with suppress(BadInputError):
            self.town.propose(who, kind, account, reason=reason, **more)

    @rule(who=PEOPLE, kind=st.sampled_from(sorted(DEEDS)), account=st.sampled_from(sorted(ACCOUNTS)), reason=REASONS)
    def propose_a_deed(self, who: str, kind: str, account: str, reason: str) -> None:
        """Somebody proposes what is no standing."""
        more: dict[str, Any] = {"subject_id": self.town.posts[account][1]} if kind == "post.delete" else {}
        with suppress(BadInputError):
            self.town.propose(who, kind, account, reason=reason, change=DEEDS[kind], **more)

    @precondition(lambda self: self.orders("executed"))
    @rule(who=PEOPLE, data=st.data())
    def take_back(self, who: str, data: st.DataObject) -> None:
        """Somebody takes back one order that is in effect."""
        with suppress(BadInputError):
            self.town.take_back(who, self.town.read(data.draw(st.sampled_from(self.ids("executed")))))

    @rule(kind=st.sampled_from(SILENCING[:3]), account=st.sampled_from(PROTECTED), through=st.booleans())
    def go_by_the_book(self, kind: str, account: str, *, through: bool) -> None:
        """Those who may propose and sign do, perhaps to the end; what becomes of it is up to everybody else."""
        with suppress(BadInputError):
            order_id = self.town.propose("reviewer 1", kind, account).order.id
            self.town.tell_everyone(order_id)
            for who in ("reviewer 2", "manager south"):
                with suppress(BadInputError):
                    self.town.approve(who, order_id)
            if through:
                self.clock.advance(10 * MINUTE)
                self.town.drive(order_id)

    @rule(who=PEOPLE, account=st.sampled_from(sorted(ACCOUNTS)), tier=st.sampled_from(["ordinary", "notable"]))
    def lower(self, who: str, account: str, tier: str) -> None:
        """Somebody tries to have an account protected less, or more."""
        with suppress(BadInputError):
            self.town.change(who, "tier.assign", self.town.accounts[account], tier=tier)

    @rule(who=PEOPLE, account=st.sampled_from(PROTECTED))
    def thin_the_roster(self, who: str, account: str) -> None:
        """Somebody tries to take an account from the roster."""
        with suppress(BadInputError):
            self.town.change(who, "roster.remove", self.town.accounts[account])

    @rule(who=PEOPLE, whom=PEOPLE, role=st.sampled_from(["reviewer", "duty manager"]))
    def grant(self, who: str, whom: str, role: str) -> None:
        """Somebody tries to make somebody powerful."""
        with suppress(BadInputError):
            self.town.change(who, "role.grant", self.town.person_id(whom), role=role)

    @rule(who=PEOPLE, whom=PEOPLE)
    def end(self, who: str, whom: str) -> None:
        """Somebody tries to end somebody's engagement."""
        with suppress(BadInputError):
            self.town.change(who, "person.end", self.town.person_id(whom))

    @precondition(lambda self: self.orders("waiting"))
    @rule(who=PEOPLE, data=st.data())
    def approve(self, who: str, data: st.DataObject) -> None:
        """Somebody approves what waits."""
        order_id = data.draw(st.sampled_from(self.ids("waiting")))
        with suppress(BadInputError):
            self.town.approve(who, order_id)

    @precondition(lambda self: self.orders("waiting", "held"))
    @rule(data=st.data())
    def tell(self, data: st.DataObject) -> None:
        """The messages about an order are accepted."""
        self.town.tell_everyone(data.draw(st.sampled_from(self.ids("waiting", "held"))))

    @precondition(lambda self: self.orders("waiting", "held"))
    @rule(who=PEOPLE, data=st.data())
    def stop(self, who: str, data: st.DataObject) -> None:
        """Somebody vetoes, or withdraws."""
        order_id = data.draw(st.sampled_from(self.ids("waiting", "held")))
        verbs: list[Any] = [veto, withdraw]
        verb = data.draw(st.sampled_from(verbs))
        person = self.town.people[who]
        now = self.clock.now()
        self.act(lambda tx: verb(tx, self.town.ports, actor=person, now=now, order_id=order_id, why="No."))

    @rule(who=PEOPLE, account=st.sampled_from(sorted(ACCOUNTS)))
    def bring_back(self, who: str, account: str) -> None:
        """Somebody restores; whoever may, and is engaged, needs nobody else and no wait but for what is grave."""
        with suppress(BadInputError), self.db.transaction() as tx:
            outcome = restore(
                tx,
                self.town.ports,
                actor=self.town.people[who],
                now=self.clock.now(),
                subject_kind="account",
                subject_id=self.town.accounts[account],
            )
            undone = read_order(tx, outcome.order.reverses or 0)
            facts = person_facts(tx, self.town.person_id(who), self.clock.now())
            alone = facts is not None and facts.engaged and bool(facts.roles & RESTORERS)
            if alone and undone.reason != "severe":
                assert outcome.order.state is State.EXECUTED, f"7: {who} could not restore {account}"

    @rule(span=st.sampled_from([MINUTE, 9 * MINUTE, 10 * MINUTE, 31 * MINUTE, 3 * HOUR, DAY]), drives=st.booleans())
    def pass_time(self, span: int, *, drives: bool) -> None:
        """Time passes, with or without a worker."""
        self.clock.advance(span)
        if not drives:
            return
        now = self.clock.now()
        with self.db.reading() as tx:
            todo, over = due(tx), lifts_due(tx, now=now)
        for verb, ids in ((drive, todo), (lift, over)):
            for order_id in ids:
                self.act(partial(verb, ports=self.town.ports, now=now, order_id=order_id))

    @invariant()
    def promises_hold(self) -> None:
        """Read the rows and count."""
        found = self.orders()
        with self.db.reading() as tx:
            votes = list(tx.all(select(vote)))
            bonds, shifts = list(tx.all(select(engagement))), list(tx.all(select(shift)))
        protected = {self.town.accounts[name]: name for name in PROTECTED}
        for order in found:
            signed = [row for row in votes if row["order_id"] == order["id"] and row["verb"] == "approve"]
            stopped = [row for row in votes if row["order_id"] == order["id"] and row["verb"] == "veto"]
            assert not (stopped and order["executed_at"] is not None), "13: vetoed, and yet executed"
            humans = {str(row["person_id"]) for row in signed} | {order["proposer"].removeprefix("person:")}
            assert len(humans) == len(signed) + 1, "2: somebody counted twice"
            if order["executed_at"] is None:
                continue
            _in_time(order)
            assert order_digest(dict(order)) == order["digest"], "3: not what was signed"
            assert all(row["order_digest"] == order["digest"] for row in signed), "3: signed something else"
            if order["account_id"] in protected and order["kind"] in SILENCE:
                name = protected[order["account_id"]]
                assert _allowed(order, len(humans), HUMANS[name]), f"1: {order['kind']} by {len(humans)} on {name}"
                for person_id in humans:
                    _fit(person_id, order, bonds, shifts)
            if order["kind"] in ("roster.remove", "role.grant", "person.end"):
                assert len(humans) > 1, f"11: {order['kind']} by one"
        for account_id in protected:
            _breaks_glass_seldom([one for one in found if one["account_id"] == account_id], votes)
        for veto_of in {(row["person_id"], row["account_id"]) for row in votes if row["verb"] == "veto"}:
            given = [
                row["at"] for row in votes if row["verb"] == "veto" and veto_of == (row["person_id"], row["account_id"])
            ]
            assert veto_of[1] is None or _apart(given), "13: twice a day"


def _allowed(order: RowMapping, humans: int, needed: int) -> bool:
    """Return whether enough people did it, or it is one of the two things one person may do (promise 12)."""
    if humans >= needed:
        return True
    if order["kind"] == "account.freeze":
        return order["lift_at"] is not None and order["lift_at"] - order["executed_at"] <= BRIEF
    return order["kind"] == "post.hide" and (humans > 1 or order["reason"] == "terrorism")


def _breaks_glass_seldom(mine: list[RowMapping], votes: list[RowMapping]) -> None:
    """Insist that nobody was frozen twice a day, or lost more than two posts, by one person alone (promise 12)."""
    signed = {row["order_id"] for row in votes if row["verb"] == "approve"}
    alone = [one for one in mine if one["executed_at"] is not None and one["id"] not in signed]
    assert _apart([one["executed_at"] for one in alone if one["kind"] == "account.freeze"]), "12: frozen twice a day"
    posts = sorted(one["executed_at"] for one in alone if one["kind"] == "post.hide")
    assert all(third - first >= DAY for first, third in zip(posts, posts[2:], strict=False)), "12: three posts a day"


def _apart(instants: list[int]) -> bool:
    """Return whether a day lies between any two."""
    return all(later - earlier >= DAY for earlier, later in pairwise(sorted(instants)))


def _in_time(order: RowMapping) -> None:
    at = order["executed_at"]
    assert order["execute_by"] is None or at <= order["execute_by"], "5: late"
    assert order["effect_at"] is None or at >= order["effect_at"], "5: before its hold was over"
    assert order["not_before"] is None or at >= order["not_before"], "5: before its time"
    assert order["spent_at"] == at, "10: unspent"


def _fit(person_id: str, order: RowMapping, bonds: list[RowMapping], shifts: list[RowMapping]) -> None:
    """Insist that a person was engaged, on duty and not in their last days when the effect took place."""
    at = order["executed_at"]
    mine = [row for row in bonds if str(row["person_id"]) == person_id and row["starts"] <= at]
    # Who ended in the same instant, after the effect, was engaged at it.
    bond = next((row for row in mine if row["ends"] is None or row["ends"] >= at), None)
    assert bond is not None, "4: not engaged at the effect"
    ended_by_order = bond["order_id"] is not None
    assert ended_by_order or bond["ends"] is None or bond["ends"] - at >= LAST_DAYS, "6: in the last days"
    duty = [row for row in shifts if str(row["person_id"]) == person_id and row["starts"] <= at < row["ends"]]
    assert duty, "4: off duty at the effect"


EXAMPLES, STEPS = (200, 60) if FULL else (8, 30)


def run(machine: type[AnySequence], new_database: NewDatabase, *, examples: int = EXAMPLES) -> None:
    """Drive a machine."""
    machine = type(machine.__name__, (machine,), {"new_database": staticmethod(new_database)})
    how = settings(
        max_examples=examples,
        stateful_step_count=STEPS,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
        derandomize=not FULL,
        # A failure is read from its steps; making it the shortest would take minutes of a real database.
        phases=[Phase.generate],
    )
    run_state_machine_as_test(machine, settings=how)


@pytest.fixture(params=["sqlite", "postgresql"])
def new_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[NewDatabase]:
    """What gives a fresh migrated database for each example."""
    numbers, made = count(), []
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")

        def new() -> Database:
            target = tmp_path / f"{next(numbers)}.db"
            shutil.copy(template, target)
            return open_database(f"sqlite:///{target}", node=1)

        yield new
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    copied: str = request.getfixturevalue("postgres_template")

    def fresh() -> Database:
        made.append(cluster.create(copied))
        return open_database(cluster.url(made[-1]), node=1)

    yield fresh
    for name in made:
        cluster.drop(name)


@pytest.fixture(autouse=True)
def the_record_agrees() -> None:
    """Leave the audit to the machine, which has a database of its own for each example."""


@pytest.mark.promise(1)
@pytest.mark.promise(2)
@pytest.mark.promise(3)
@pytest.mark.promise(4)
@pytest.mark.promise(5)
@pytest.mark.promise(6)
@pytest.mark.promise(7)
@pytest.mark.promise(9)
@pytest.mark.promise(10)
@pytest.mark.promise(11)
@pytest.mark.promise(12)
@pytest.mark.promise(13)
def test_the_promises_hold_after_any_sequence(new_database: NewDatabase) -> None:
    run(AnySequence, new_database)


class Unruled(AnySequence):
    """The same machine where anybody may do anything alone."""

    rulebook_text = NONE_TEXT


def test_the_same_machine_without_rules_fails(new_database: NewDatabase) -> None:
    with pytest.raises(AssertionError, match=r"^(1|4|6|11): "):
        run(Unruled, new_database, examples=30)
