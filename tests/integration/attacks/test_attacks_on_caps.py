"""Attacks by the slice: many small acts instead of a big one, half-orders, splitting, and one account at a time.

The caps are the shipped ones, with small numbers: three acts by a person and five by the house in an hour.
"""

import pytest

from gardefou.accounts.observe import observe
from gardefou.clock import HOUR, MINUTE, SimulatedClock
from gardefou.connectors.embedded.neighbours import EmbeddedNeighbours
from gardefou.errors import ConflictError
from gardefou.events.actor import SETUP
from gardefou.guard.verdict import Waiting
from gardefou.network.import_account import ImportedAccount, import_account
from gardefou.orders.lifecycle import State
from gardefou.orders.propose import Outcome
from gardefou.storage import Database
from tests.factories.guard import SHIPPED_TEXT
from tests.factories.racing import race
from tests.factories.town import Town, found_town
from tests.integration.attacks.doors import last_entry, orders_of, other_door, refused

SMALL = (
    SHIPPED_TEXT.replace("acts_by_person_1h >= 30", "acts_by_person_1h >= 3")
    .replace("acts_by_house_1h >= 600", "acts_by_house_1h >= 5")
    .replace("reach_this_shift >= 1_000_000", "reach_this_shift >= 250_000")
)
ORDINARY = [f"member {number}" for number in range(8)]


@pytest.fixture
def raided(db: Database, clock: SimulatedClock) -> Town:
    """The town under small caps, with eight more ordinary accounts."""
    town = found_town(db, clock, rulebook_text=SMALL)
    with db.transaction() as tx:
        for number, name in enumerate(ORDINARY):
            one = ImportedAccount(
                handle=f"member{number}", display_name=name, imported_id=None, created_at=clock.now(), followers=100
            )
            town.accounts[name] = import_account(tx, EmbeddedNeighbours(), actor=SETUP, now=clock.now(), account=one)
            town.posts[name] = []
    return town


def capped(town: Town, outcome: Outcome, rule: str) -> None:
    """Insist that an act is not done: it waits for one more person, by that rule, and the record says so."""
    assert isinstance(outcome.verdict, Waiting)
    assert outcome.order.state is State.WAITING
    assert rule in outcome.order.rules
    kind, body = last_entry(town, outcome.order.id)
    assert kind == "order.proposed"
    assert rule in [one["fields"].get("rule") for one in body["verdict"]["reasons"]]


@pytest.mark.promise(2)
def test_caps_walked_by_two_half_orders(raided: Town, clock: SimulatedClock) -> None:
    """Limiting here and hiding there counts as two; so does what was proposed earlier and takes effect only now."""
    for name, kind in zip(ORDINARY, ["account.limit", "account.freeze", "account.hide"], strict=False):
        assert raided.propose("agent", kind, name).order.state is State.EXECUTED
    capped(raided, raided.propose("agent", "account.limit", ORDINARY[3]), "cap-person")
    capped(raided, raided.propose("agent", "account.hide", ORDINARY[0]), "cap-person")


@pytest.mark.promise(2)
@pytest.mark.parametrize("first", [0, -1], ids=["oldest first", "newest first"])
def test_caps_walked_by_half_orders_for_one_set_time(raided: Town, clock: SimulatedClock, first: int) -> None:
    """Three an hour, all for the same minute: when it comes, three take effect and the others do not."""
    strike, waiting = raided.now + 3 * HOUR, []
    for name in ORDINARY[:6]:
        outcome = raided.propose("agent", "account.hide", name, not_before=strike)
        assert outcome.order.state is State.HELD
        waiting.append(outcome.order.id)
        clock.advance(25 * MINUTE)
    clock.set(strike)
    while waiting:
        raided.drive(waiting.pop(first))
    assert orders_of(raided, *ORDINARY) == 3


@pytest.mark.promise(2)
def test_caps_walked_by_two_racing_half_orders(raided: Town) -> None:
    """Two connections at the same instant, one act below the cap: one of them acts, the other waits."""
    second = other_door(raided)
    for name in ORDINARY[:2]:
        raided.propose("agent", "account.hide", name)

    def act(door: Town, name: str) -> str:
        try:
            return door.propose("agent", "account.hide", name).order.state.value
        except ConflictError:
            return "too late"

    try:
        answers = race(lambda: act(raided, ORDINARY[2]), lambda: act(second, ORDINARY[3]))
    finally:
        second.db.close()
    assert sorted(map(str, answers)) == ["executed", "waiting"]


@pytest.mark.promise(2)
def test_caps_walked_by_many_people_each_just_below(raided: Town) -> None:
    """Each does two, below their own cap; the house has one too."""
    people = ["agent", "reviewer 1", "manager north"]
    done = [raided.propose(people[number // 2], "account.limit", ORDINARY[number]) for number in range(6)]
    assert [outcome.order.state for outcome in done[:5]] == [State.EXECUTED] * 5
    capped(raided, done[5], "cap-house")
    refused(raided, raided.approve("manager north", done[5].order.id), "self-approval", "cap-house")


@pytest.mark.promise(2)
def test_cap_by_reach_walked_account_by_account(raided: Town) -> None:
    """No single one is near a million; the shift's sum is."""
    with raided.db.transaction() as tx:
        for name in ORDINARY[:3]:
            observe(tx, actor=SETUP, now=raided.now, account_id=raided.accounts[name], followers=90_000)
    raided.propose("agent", "account.limit", ORDINARY[0])
    raided.propose("agent", "account.hide", ORDINARY[1])
    capped(raided, raided.propose("agent", "account.hide", ORDINARY[2]), "cap-reach")
