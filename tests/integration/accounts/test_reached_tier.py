"""A tier rises by itself and falls only by an order: what an account has reached is kept, recorded, and guarded."""

from collections.abc import Iterator
from itertools import product

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import DBAPIError

from gardefou.accounts.assign_tier import assign_tier
from gardefou.accounts.behind import behind
from gardefou.accounts.enter_roster import enter_roster
from gardefou.accounts.keep_tier import KEEPER, keep_tier
from gardefou.accounts.observe import observe
from gardefou.accounts.queries import account, subject_values
from gardefou.accounts.tables import account as account_table
from gardefou.accounts.tables import roster_line
from gardefou.clock import DAY, HOUR, SimulatedClock, to_iso
from gardefou.connectors.embedded.neighbours import EmbeddedNeighbours
from gardefou.events.actor import SETUP
from gardefou.guard.rules import Rulebook, UnsafeUnprovedRulebook, tier_of
from gardefou.guard.verdict import Refused
from gardefou.ledger import store
from gardefou.ledger.tables import entry
from gardefou.network.tables import net_account
from gardefou.orders.lifecycle import State
from gardefou.orders.order import Order
from gardefou.safeguards.errors import NothingToChangeError
from gardefou.storage import Database
from gardefou.watch import who
from gardefou.words import speak
from tests.factories.accounts import make_account
from tests.factories.audited import first_finding
from tests.factories.guard import SHIPPED, SHIPPED_TEXT
from tests.factories.town import Town, found_town


@pytest.fixture
def town(db: Database, clock: SimulatedClock) -> Town:
    """A founded town."""
    return found_town(db, clock, founded=True)


@pytest.fixture(autouse=True)
def the_record_agrees(request: pytest.FixtureRequest, database_url: str, db: Database) -> Iterator[None]:
    """Audit once the test is done, unless it leaves a record that must not agree."""
    yield
    if "raw_sql" not in request.node.name:
        assert finding(database_url) == ""


def finding(database_url: str) -> str:
    """Return what the audit finds first, through a door of its own."""
    found = first_finding(database_url)
    return "" if found is None else found.code


def followed(town: Town, name: str, followers: int) -> None:
    """Let the network tell the house how many follow an account now."""
    with town.db.transaction() as tx:
        same = net_account.c.id == town.accounts[name]
        tx.execute(update(net_account).where(same).values(followers=followers))
        row = tx.execute(select(net_account).where(same)).mappings().one()
        EmbeddedNeighbours().account_changed(tx, now=town.now, account=row)


def tier(town: Town, name: str) -> str:
    """Return the tier in force."""
    with town.db.reading() as tx:
        return tier_of(SHIPPED, subject_values(tx, account(tx, town.accounts[name]), town.now))


def reached(town: Town, name: str) -> str:
    """Return the tier that is kept."""
    with town.db.reading() as tx:
        return str(account(tx, town.accounts[name])["reached_tier"])


def lowered(town: Town, clock: SimulatedClock, name: str, wanted: str = "ordinary") -> Order:
    """Assign a tier as three people do, and an hour; somebody is on shift to be told."""
    hours = {"starts": to_iso(town.now), "ends": to_iso(town.now + 2 * HOUR)}
    shift = town.change("manager north", "shift.add", town.person_id("manager south"), **hours).order.id
    town.approve("administrator", shift)
    order = town.change("administrator", "tier.assign", town.accounts[name], tier=wanted).order
    return agreed(town, clock, order)


def agreed(town: Town, clock: SimulatedClock, order: Order) -> Order:
    town.tell_everyone(order.id)
    town.approve("reviewer south", order.id)
    town.approve("manager north", order.id)
    clock.advance(HOUR)
    return town.drive(order.id)


@pytest.mark.promise(1)
def test_it_outlives_the_numbers_that_gave_it(town: Town, clock: SimulatedClock) -> None:
    """Ninety days after the last follower left, and a year after: the tier is what it was."""
    followed(town, "anna", 150_000)
    followed(town, "anna", 3)
    for days in (91, 274):
        clock.advance(days * DAY)
        followed(town, "anna", 2)
        assert (tier(town, "anna"), reached(town, "anna")) == ("notable", "notable")


@pytest.mark.promise(9)
def test_rising_has_its_entry_and_needs_nobody(town: Town) -> None:
    followed(town, "anna", 150_000)
    followed(town, "anna", 160_000)
    followed(town, "anna", 11_000_000)
    with town.db.reading() as tx:
        told = [one for one in who.who(tx, town.accounts["anna"]) if one.kind == "tier.reached"]
        bodies = [one.body for one in store.entries_about(tx, f"account:{town.accounts['anna']}")]
    assert [(one.tier, one.who, one.subject) for one in told] == [
        ("notable", "machine:tiers", "@anna"),
        ("critical", "machine:tiers", "@anna"),
    ]
    assert [(one["was"], one["because"], one["followers"]) for one in bodies] == [
        ("ordinary", "followers", "150000"),
        ("notable", "followers", "11000000"),
    ]
    assert who.deed(told[0]) == "Reached the tier notable; it falls only by an order"
    with speak("fr"):
        assert who.deed(told[0]) == "A atteint le rang notable\u202f; il ne baisse que par un ordre"


@pytest.mark.promise(3)
def test_rising_voids_what_was_signed_about_one_less_protected(town: Town) -> None:
    order = town.propose("agent", "account.hide", "anna", not_before=town.now + HOUR).order
    followed(town, "anna", 150_000)
    assert town.drive(order.id).ended_because == "stale"


@pytest.mark.promise(11)
def test_it_falls_by_an_order_that_took_what_lowering_takes(town: Town, clock: SimulatedClock) -> None:
    followed(town, "anna", 150_000)
    followed(town, "anna", 3)
    clock.advance(91 * DAY)
    alone = town.change("agent", "tier.assign", town.accounts["anna"], tier="ordinary")
    assert isinstance(alone.verdict, Refused)
    assert ("lower", "propose-role") in [(one.fields.get("rule"), one.code) for one in alone.verdict.reasons]
    done = lowered(town, clock, "anna")
    assert done.state is State.EXECUTED
    assert (tier(town, "anna"), reached(town, "anna")) == ("ordinary", "ordinary")
    with pytest.raises(NothingToChangeError):
        town.change("administrator", "tier.assign", town.accounts["anna"], tier="ordinary")
    followed(town, "anna", 150_000)
    assert tier(town, "anna") == "notable"


@pytest.mark.promise(11)
def test_an_order_does_not_lower_what_still_has_its_reasons(town: Town, clock: SimulatedClock) -> None:
    """Assigned ordinary while its numbers make it notable: it stays notable, and is kept there again at once."""
    followed(town, "anna", 150_000)
    assert lowered(town, clock, "anna").state is State.EXECUTED
    assert (tier(town, "anna"), reached(town, "anna")) == ("notable", "notable")
    clock.advance(91 * DAY)
    followed(town, "anna", 3)
    clock.advance(91 * DAY)
    # Assigned ordinary already, and yet there is something to lower.
    assert lowered(town, clock, "anna").state is State.EXECUTED
    assert tier(town, "anna") == "ordinary"


@pytest.mark.promise(11)
def test_what_is_below_the_tier_in_force_weakens_whatever_holds_that_up(town: Town) -> None:
    """The roster, the numbers and what was reached count, though nothing was ever assigned."""
    with town.db.transaction() as tx:
        observe(tx, actor=SETUP, now=town.now, account_id=town.accounts["anna"], followers=150_000)
    for name, lower in (("president", "notable"), ("mayor", "ordinary"), ("anna", "ordinary")):
        asked = town.change("manager north", "tier.assign", town.accounts[name], tier=lower)
        assert isinstance(asked.verdict, Refused)
        assert "lower" in [one.fields.get("rule") for one in asked.verdict.reasons]


@pytest.mark.promise(11)
def test_leaving_the_roster_leaves_what_the_numbers_say(town: Town, clock: SimulatedClock) -> None:
    line = {"tier": "critical", "source": "the gazette"}
    town.change("reviewer 1", "roster.enter", town.accounts["anna"], **line)
    followed(town, "anna", 150_000)
    assert reached(town, "anna") == "critical"
    order = town.change("administrator", "roster.remove", town.accounts["anna"]).order
    assert agreed(town, clock, order).state is State.EXECUTED
    assert (tier(town, "anna"), reached(town, "anna")) == ("notable", "notable")


LOWERING = "a tier is assigned, and falls, only by an unspent executed order"


@pytest.mark.promise(10)
def test_the_database_lets_it_rise_and_never_fall_by_itself(town: Town) -> None:
    followed(town, "anna", 150_000)
    spent = town.change("reviewer 1", "tier.assign", town.accounts["anna"], tier="critical").order.id
    for values in ({}, {"reached_order_id": spent}):
        with pytest.raises(DBAPIError, match=LOWERING), town.db.transaction() as tx:
            tx.execute(
                update(account_table)
                .where(account_table.c.id == town.accounts["anna"])
                .values(reached_tier="notable", **values)
            )


@pytest.mark.promise(10)
@pytest.mark.parametrize("name", ["anna", "president"])
def test_what_raw_sql_makes_of_it_is_caught_by_verify(town: Town, database_url: str, name: str) -> None:
    """Raised, which nothing stops; or lowered, once the triggers are down."""
    other = {"anna": "notable", "president": "ordinary"}[name]
    with town.db.engine.begin() as connection:
        if town.db.dialect == "postgresql":
            connection.execute(text("ALTER TABLE account DISABLE TRIGGER USER"))
        else:
            connection.execute(text("DROP TRIGGER account_guard_update"))
        connection.execute(
            text("UPDATE account SET reached_tier = :tier WHERE id = :id"), {"tier": other, "id": town.accounts[name]}
        )
    assert finding(database_url) == "safeguard-unexplained"


def test_the_database_finds_behind_what_the_guard_would_raise(db: Database, clock: SimulatedClock) -> None:
    """Every mixture of roster, office, numbers, age of the peak, assigned and reached tier, under three rulebooks."""
    now = clock.now()
    with db.transaction() as tx:
        mixtures = product(("", "notable", "critical"), (0, 1), (5, 100_000), (0, 91), (None, "critical"), (0, 1, 2))
        for roster, office, followers, age, assigned, rank in mixtures:
            one = make_account(tx, now, followers=followers, office=bool(office))
            values = {
                "peak_followers": 10_000_000 if age else followers,
                "peak_at": now - age * DAY,
                "assigned_tier": assigned,
                "reached_tier": ("ordinary", "notable", "critical")[rank],
            }
            tx.execute(update(account_table).where(account_table.c.id == one).values(**values))
            if roster:
                line = {"tier": roster, "office": "mayor" if office else "", "source": "s"}
                times = {"added_at": now, "review_by": now, "removed_at": now if followers == 5 else None}
                tx.execute(insert(roster_line).values(account_id=one, **line, **times))
        rows = tx.all(select(account_table))
        for book in (SHIPPED, _book("not office != true and roster != 'notable'"), _book("followers < 6 or false")):
            higher = {"ordinary": 0, "notable": 1, "critical": 2}
            raised = {
                int(row["id"])
                for row in rows
                if higher[tier_of(book, subject_values(tx, row, now))] > higher[row["reached_tier"]]
            }
            assert raised
            assert set(behind(tx, book, now=now, limit=1_000)) == raised
            assert behind(tx, book, now=now, limit=3, after=sorted(raised)[2]) == sorted(raised)[3:6]


def _book(when: str) -> Rulebook:
    old = "roster == 'notable' or peak_followers_90d >= 100_000 or office"
    assert old in SHIPPED_TEXT
    return UnsafeUnprovedRulebook.load(SHIPPED_TEXT.replace(old, when))


def test_what_was_set_up_by_hand_is_kept_too(db: Database, clock: SimulatedClock) -> None:
    with db.transaction() as tx:
        now = clock.now()
        one, other = make_account(tx, now), make_account(tx, now)
        enter_roster(tx, actor=SETUP, now=now, account_id=one, tier="critical", office="", source="s")
        assign_tier(tx, actor=SETUP, now=now, account_id=other, tier="notable")
        for account_id in (one, other):
            assert keep_tier(tx, actor=KEEPER, now=now, account_id=account_id, book=SHIPPED)
            assert not keep_tier(tx, actor=KEEPER, now=now, account_id=account_id, book=SHIPPED)
    with db.reading() as tx:
        bodies = [found.body for found in store.entries(tx, where=entry.c.kind == "tier.reached")]
    assert [(body["tier"], body["because"]) for body in bodies] == [("critical", "roster"), ("notable", "assigned")]
