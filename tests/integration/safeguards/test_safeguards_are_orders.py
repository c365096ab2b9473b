"""Every safeguard changes by an order, and only by one (promises 10 and 11)."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Executable, delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from gardefou.accounts.queries import account, roster
from gardefou.accounts.tables import account as account_table
from gardefou.accounts.tables import roster_line
from gardefou.clock import DAY, HOUR, MINUTE, SimulatedClock, to_iso
from gardefou.connectors.embedded.platform import EmbeddedPlatform
from gardefou.enforcement.errors import EvidenceError
from gardefou.guard.verdict import Refused
from gardefou.orders import rulebook
from gardefou.orders.errors import AlreadyOpenError
from gardefou.orders.lifecycle import State
from gardefou.orders.propose import propose
from gardefou.orders.tables import orders, rulebook_in_force
from gardefou.safeguards.errors import ChangeError, FoundedError, NothingToChangeError
from gardefou.safeguards.found import found
from gardefou.safeguards.subjects import HOUSE_ID
from gardefou.staff.grant_role import grant_role
from gardefou.staff.queries import person_facts, shift_began
from gardefou.staff.tables import engagement, role_grant, shift
from gardefou.storage import Database
from gardefou.storage.tables import house
from gardefou.watch.audit import audit
from tests.factories.audited import first_finding
from tests.factories.town import Town, found_town


@pytest.fixture
def town(db: Database, clock: SimulatedClock) -> Town:
    """A founded town."""
    return found_town(db, clock, founded=True)


@pytest.fixture(autouse=True)
def the_record_agrees(request: pytest.FixtureRequest, database_url: str, db: Database) -> Iterator[None]:
    """Audit once the test is done, unless it is about a record that must not agree."""
    yield
    if request.node.name.startswith("test_what_raw_sql"):
        return
    assert first_finding(database_url) is None


def roles_of(town: Town, name: str) -> frozenset[str]:
    with town.db.reading() as tx:
        facts = person_facts(tx, town.person_id(name), town.now)
    assert facts is not None
    return facts.roles


def test_raising_protection_takes_one_person(town: Town) -> None:
    outcome = town.change("reviewer 1", "tier.assign", town.accounts["anna"], tier="critical")
    assert outcome.order.state is State.EXECUTED
    with town.db.reading() as tx:
        row = account(tx, town.accounts["anna"])
    assert (row["assigned_tier"], row["tier_order_id"]) == ("critical", outcome.order.id)


@pytest.mark.promise(11)
def test_lowering_it_takes_what_silencing_would_have_taken_and_an_hour(town: Town, clock: SimulatedClock) -> None:
    town.change("reviewer 1", "tier.assign", town.accounts["anna"], tier="critical")
    order_id = town.change("administrator", "tier.assign", town.accounts["anna"], tier="ordinary").order.id
    town.tell_everyone(order_id)
    town.approve("reviewer south", order_id)
    assert town.approve("manager north", order_id).order.state is State.HELD
    clock.advance(59 * MINUTE)
    assert town.drive(order_id).state is State.HELD
    clock.advance(MINUTE)
    assert town.drive(order_id).state is State.EXECUTED
    with town.db.reading() as tx:
        assert account(tx, town.accounts["anna"])["assigned_tier"] == "ordinary"


@pytest.mark.promise(11)
@pytest.mark.parametrize("who", ["agent", "duty manager", "auditor"])
def test_who_may_not_lower_it_is_refused_in_the_rules_words(town: Town, who: str) -> None:
    name = "manager north" if who == "duty manager" else who
    outcome = town.change(name, "roster.remove", town.accounts["president"])
    assert isinstance(outcome.verdict, Refused)
    assert ("lower", "propose-role") in [(one.fields.get("rule"), one.code) for one in outcome.verdict.reasons]


def test_a_line_leaves_the_roster_and_comes_back(town: Town, clock: SimulatedClock) -> None:
    subject = town.accounts["mayor"]
    order_id = town.change("reviewer 1", "roster.remove", subject).order.id
    town.tell_everyone(order_id)
    town.approve("reviewer 2", order_id)
    town.approve("manager south", order_id)
    clock.advance(HOUR)
    assert town.drive(order_id).state is State.EXECUTED
    with town.db.reading() as tx:
        assert roster(tx, subject) is None
    town.change("administrator", "roster.enter", subject, tier="notable", source="the council’s site", office="mayor")
    with town.db.reading() as tx:
        line = roster(tx, subject)
    assert line is not None
    assert (line["tier"], line["source"]) == ("notable", "the council’s site")


def enrolled(town: Town) -> int:
    outcome = town.change(
        "administrator",
        "person.enrol",
        name="Newcomer",
        email="new@example.org",
        employer="House",
        team="North",
        starts=to_iso(town.now - DAY),
    )
    assert outcome.order.state is State.WAITING
    done = town.approve("manager north", outcome.order.id)
    assert done.order.state is State.EXECUTED
    return done.order.subject_id


@pytest.mark.promise(11)
def test_a_person_is_enrolled_by_two_and_has_no_role_yet(town: Town) -> None:
    person_id = enrolled(town)
    with town.db.reading() as tx:
        facts = person_facts(tx, person_id, town.now)
    assert facts is not None
    assert (facts.engaged, facts.roles, facts.team) == (True, frozenset(), "North")


@pytest.mark.promise(11)
def test_a_power_takes_three_people_to_grant(town: Town) -> None:
    person_id = enrolled(town)
    order_id = town.change("administrator", "role.grant", person_id, role="reviewer").order.id
    assert town.approve("manager north", order_id).order.state is State.WAITING
    assert town.approve("reviewer 1", order_id).order.state is State.EXECUTED


@pytest.mark.promise(11)
def test_a_role_is_taken_and_an_engagement_ended_by_two(town: Town) -> None:
    order_id = town.change("administrator", "role.take", town.person_id("reviewer 2"), role="reviewer").order.id
    town.approve("manager north", order_id)
    assert roles_of(town, "reviewer 2") == frozenset()
    order_id = town.change("administrator", "person.end", town.person_id("contractor")).order.id
    town.approve("manager north", order_id)
    with town.db.reading() as tx:
        facts = person_facts(tx, town.person_id("contractor"), town.now)
    assert facts is not None
    assert not facts.engaged


def test_a_shift_is_added_and_removed_by_two(town: Town, clock: SimulatedClock) -> None:
    starts = to_iso(town.now + 40 * DAY)
    hours = {"starts": starts, "ends": to_iso(town.now + 40 * DAY + 8 * HOUR)}
    order_id = town.change("manager north", "shift.add", town.person_id("agent"), **hours).order.id
    assert town.approve("manager south", order_id).order.state is State.EXECUTED
    with pytest.raises(NothingToChangeError):
        town.change("manager north", "shift.add", town.person_id("agent"), **hours)
    order_id = town.change("manager north", "shift.remove", town.person_id("agent"), starts=starts).order.id
    assert town.approve("administrator", order_id).order.state is State.EXECUTED
    clock.advance(40 * DAY)
    with town.db.reading() as tx:
        facts = person_facts(tx, town.person_id("agent"), town.now)
        assert shift_began(tx, town.person_id("agent"), town.now) is None
    assert facts is not None
    assert not facts.on_shift


def test_a_shift_that_runs_ends_with_the_order_that_removes_it_and_can_be_added_anew(
    town: Town, clock: SimulatedClock
) -> None:
    person_id, began = town.person_id("agent"), to_iso(town.now - HOUR)
    order_id = town.change("manager north", "shift.remove", person_id, starts=began).order.id
    with town.db.reading() as tx:
        before = person_facts(tx, person_id, town.now)
    clock.advance(MINUTE)
    town.approve("administrator", order_id)
    with town.db.reading() as tx:
        after = person_facts(tx, person_id, town.now)
        still = person_facts(tx, person_id, town.now - 1)
    assert before is not None
    assert after is not None
    assert still is not None
    assert (before.on_shift, still.on_shift, after.on_shift) == (True, True, False)
    anew = town.change("manager north", "shift.add", person_id, starts=began, ends=to_iso(town.now + DAY)).order.id
    town.approve("administrator", anew)
    with town.db.reading() as tx:
        again = person_facts(tx, person_id, town.now)
    assert again is not None
    assert again.on_shift


@pytest.mark.promise(11)
def test_a_rulebook_is_replaced_by_three_after_a_day_and_open_orders_are_void(
    town: Town, clock: SimulatedClock
) -> None:
    with town.db.transaction() as tx:
        old = rulebook.text_in_force(tx)[1]
        stricter = old.replace('hold = "10 min"', 'hold = "20 min"')
        book = town.ports.load_rulebook(stricter)
        rulebook.keep(tx, actor=town.people["administrator"], now=town.now, book=book, text=stricter)
    order_id = town.change("administrator", "rulebook.replace", HOUSE_ID, digest=book.digest.hex()).order.id
    town.tell_everyone(order_id)
    town.approve("reviewer south", order_id)
    assert town.approve("manager north", order_id).order.state is State.HELD
    clock.advance(DAY - MINUTE)
    waiting = town.propose("reviewer 1", "account.hide", "president").order.id
    clock.advance(2 * MINUTE)
    assert town.drive(order_id).state is State.EXECUTED
    assert town.drive(waiting).ended_because == "rules changed"
    with town.db.reading() as tx:
        assert rulebook.text_in_force(tx)[0] == book.digest


@pytest.mark.parametrize(
    ("kind", "change", "named"),
    [
        ("tier.assign", {}, "tier"),
        ("tier.assign", {"tier": "holy"}, "holy"),
        ("tier.assign", {"tier": "notable", "colour": "red"}, "colour"),
        ("roster.enter", {"tier": "critical", "source": "x" * 401}, "source"),
    ],
)
def test_a_change_that_cannot_be_read_names_the_field_and_changes_nothing(
    town: Town, kind: str, change: dict[str, str], named: str
) -> None:
    with pytest.raises(Exception, match=named):
        town.change("reviewer 1", kind, town.accounts["anna"], **change)
    with town.db.reading() as tx:
        assert tx.scalar(select(orders.c.id)) is None


def test_an_engagement_that_ends_before_it_begins_is_refused(town: Town) -> None:
    with pytest.raises(ChangeError, match="before it begins"):
        town.change(
            "administrator",
            "person.engage",
            town.person_id("agent"),
            employer="House",
            team="North",
            starts=to_iso(town.now),
            ends=to_iso(town.now - DAY),
        )


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        ({"starts": "0001-01-02T00:00:00Z", "ends": "9999-12-30T00:00:00Z"}, "at most 48 hours"),
        ({"starts": "2017-11-03T00:00:00Z", "ends": "2017-11-05T00:00:01Z"}, "at most 48 hours"),
        ({"starts": "2019-11-03T00:00:00Z", "ends": "2019-11-03T08:00:00Z"}, "366 days ahead"),
        ({"starts": "2017-11-03T00:00:00Z", "ends": "9999-12-31T23:59:59-14:00"}, "is no instant"),
        ({"starts": "0001-01-01T00:00:00+14:00", "ends": "2017-11-03T00:00:00Z"}, "is no instant"),
        ({"starts": "2017-11-03T22:00:00Z", "ends": "2017-11-03T21:00:00Z"}, "end at 3 Nov 2017, 21:00"),
    ],
)
def test_a_shift_that_nobody_could_mean_is_refused_in_words(town: Town, hours: dict[str, str], words: str) -> None:
    with pytest.raises(ChangeError, match=words):
        town.change("manager north", "shift.add", town.person_id("agent"), **hours)


def test_an_engagement_that_begins_in_years_is_refused(town: Town) -> None:
    bond = {"employer": "House", "team": "North", "starts": to_iso(town.now + 367 * DAY)}
    with pytest.raises(ChangeError, match="366 days ahead"):
        town.change("administrator", "person.enrol", 0, name="New", email="new@example.org", **bond)


@pytest.mark.parametrize("number", [str(2**63), "9" * 19, "9" * 20, "-1"])
def test_evidence_by_a_number_that_no_post_can_have_is_refused_in_words(town: Town, number: str) -> None:
    for pointed in ({"posts": [number]}, {"case": number}):
        with pytest.raises(EvidenceError, match="is not the number of a post or case"):
            town.propose("agent", "account.hide", "anna", evidence=pointed)


@pytest.mark.promise(11)
def test_nobody_is_enrolled_with_days_already_served(town: Town) -> None:
    bond = {"employer": "House", "team": "North", "starts": to_iso(town.now - DAY - 1)}
    with pytest.raises(ChangeError, match="no earlier than a day before"):
        town.change("administrator", "person.enrol", 0, name="New", email="new@example.org", **bond)


@pytest.mark.promise(11)
def test_nobody_is_engaged_anew_with_days_already_served(town: Town, clock: SimulatedClock) -> None:
    end = town.change("administrator", "person.end", town.person_id("contractor")).order.id
    town.approve("manager north", end)
    clock.advance(40 * DAY)
    bond = {"employer": "House", "team": "North", "starts": to_iso(town.now - 20 * DAY)}
    with pytest.raises(ChangeError, match="no earlier than a day before"):
        town.change("administrator", "person.engage", town.person_id("contractor"), **bond)
    bond["starts"] = to_iso(town.now - DAY)
    order_id = town.change("administrator", "person.engage", town.person_id("contractor"), **bond).order.id
    clock.advance(DAY - MINUTE)  # It may wait for a day, and what it says is then two days ago.
    assert town.approve("manager north", order_id).order.state is State.EXECUTED


@pytest.mark.promise(11)
def test_a_line_of_the_roster_is_reviewed_by_entering_it_again(town: Town, clock: SimulatedClock) -> None:
    mayor = town.accounts["mayor"]
    clock.advance(20 * DAY)
    order = town.change("reviewer 1", "roster.enter", mayor, tier="notable", source="the council’s site").order
    assert order.state is State.EXECUTED
    with town.db.reading() as tx:
        line = roster(tx, mayor)
    assert line is not None
    assert (line["review_by"], line["office"]) == (town.now + 365 * DAY, "office")
    with pytest.raises(NothingToChangeError):
        town.change("reviewer 1", "roster.enter", town.accounts["president"], tier="notable", source="a list")


def forgeries(town: Town) -> dict[str, Executable]:
    """Return what somebody with the application's database role might try, safeguard by safeguard."""
    agent, president = town.person_id("agent"), town.accounts["president"]
    now = town.now
    grant = {"id": 1, "person_id": agent, "role": "reviewer", "starts": now, "ends": None, "order_id": None}
    bond = {"id": 1, "person_id": agent, "employer": "X", "team": "Y", "starts": now, "ends": None, "order_id": None}
    return {
        "a role granted": insert(role_grant).values(grant),
        "a role kept for ever": update(role_grant).values(ends=None),
        "a role moved": update(role_grant).values(person_id=agent),
        "a role erased": delete(role_grant),
        "an engagement made": insert(engagement).values(bond),
        "an engagement prolonged": update(engagement).values(ends=now + DAY),
        "an engagement erased": delete(engagement),
        "a shift added": insert(shift).values(id=1, person_id=agent, starts=now, ends=now + DAY),
        "a shift prolonged": update(shift).values(ends=now + 90 * DAY),
        "a shift erased": delete(shift),
        "a line of the roster lowered": update(roster_line).values(tier="notable"),
        "a line of the roster erased": delete(roster_line),
        "a tier lowered": update(account_table).where(account_table.c.id == president).values(assigned_tier="ordinary"),
        "another rulebook": update(rulebook_in_force).values(digest=b"x" * 32),
        "no rulebook": delete(rulebook_in_force),
        "the door opened again": delete(house).where(house.c.key == "founded"),
        "the door renamed": update(house).where(house.c.key == "founded").values(key="other"),
    }


FORGERIES = [
    "a role granted",
    "a role kept for ever",
    "a role moved",
    "a role erased",
    "an engagement made",
    "an engagement prolonged",
    "an engagement erased",
    "a shift added",
    "a shift prolonged",
    "a shift erased",
    "a line of the roster lowered",
    "a line of the roster erased",
    "a tier lowered",
    "another rulebook",
    "no rulebook",
    "the door opened again",
    "the door renamed",
]


@pytest.mark.promise(10)
@pytest.mark.parametrize("name", FORGERIES)
def test_the_database_refuses_a_safeguard_changed_without_an_order(town: Town, name: str) -> None:
    with pytest.raises(DBAPIError, match=r"GF002|order for that|founded once"), town.db.transaction() as tx:
        tx.execute(forgeries(town)[name])


@pytest.mark.promise(10)
def test_an_order_spent_on_one_safeguard_serves_no_other(town: Town) -> None:
    order_id = town.change("reviewer 1", "tier.assign", town.accounts["anna"], tier="notable").order.id
    with pytest.raises(DBAPIError, match=r"order for that"), town.db.transaction() as tx:
        tx.execute(
            update(account_table)
            .where(account_table.c.id == town.accounts["anna"])
            .values(assigned_tier="ordinary", tier_order_id=order_id)
        )


@pytest.mark.promise(10)
def test_the_verbs_themselves_are_refused_without_an_order(town: Town) -> None:
    with pytest.raises(DBAPIError, match=r"order for that"), town.db.transaction() as tx:
        grant_role(tx, actor=town.people["agent"], now=town.now, person_id=town.person_id("agent"), role="duty manager")


@pytest.mark.promise(11)
def test_a_house_is_founded_once(town: Town) -> None:
    with pytest.raises(FoundedError), town.db.transaction() as tx:
        found(tx, actor=town.people["administrator"], now=town.now, settings={})


def test_counters_still_move_freely(town: Town) -> None:
    with town.db.transaction() as tx:
        tx.execute(text("UPDATE account SET posts = posts + 1"))


#: What somebody who first takes the triggers down can still do; the record does not agree with it.
BEHIND_THE_TRIGGERS = {
    "a role granted": ("role_grant", "UPDATE role_grant SET role = 'duty manager' WHERE role = 'agent'"),
    "an engagement prolonged": ("engagement", "UPDATE engagement SET ends = NULL WHERE ends IS NOT NULL"),
    "a shift prolonged": ("shift", "UPDATE shift SET ends = ends + 1"),
    "a shift forged": (
        "shift",
        "INSERT INTO shift (id, person_id, starts, ends) SELECT id, id, created_at, created_at + 1 FROM person",
    ),
    "a shift removed": ("shift", "UPDATE shift SET removed_at = starts"),
    "the roster thinned": ("roster_line", "DELETE FROM roster_line"),
    "a tier lowered": ("account", "UPDATE account SET assigned_tier = 'ordinary' WHERE assigned_tier IS NOT NULL"),
    "the door opened": ("house", "DELETE FROM house WHERE key = 'founded'"),
}


@pytest.mark.promise(10)
@pytest.mark.promise(11)
@pytest.mark.parametrize("name", BEHIND_THE_TRIGGERS)
def test_what_raw_sql_does_behind_the_triggers_is_caught_by_verify(
    db: Database, clock: SimulatedClock, name: str
) -> None:
    town = found_town(db, clock, founded=True)
    town.change("reviewer 1", "tier.assign", town.accounts["anna"], tier="notable")
    table, statement = BEHIND_THE_TRIGGERS[name]
    with db.engine.begin() as connection:
        for taken in _taken_down(db, table):
            connection.exec_driver_sql(taken)
        connection.exec_driver_sql(statement)
    with db.reading() as tx:
        found_first = audit(tx, platform=EmbeddedPlatform())
    assert found_first is not None
    assert found_first.code in ("safeguard-unexplained", "founding-forged")


#: What was done by an order, and how raw SQL would undo or stretch it with the founding's own words.
UNDOING = {
    "shift.add": ("shift", "UPDATE shift SET ends = ends + 1 WHERE order_id = {order}"),
    "shift.remove": ("shift", "UPDATE shift SET removed_at = NULL, order_id = NULL WHERE order_id = {order}"),
    "role.take": ("role_grant", "UPDATE role_grant SET ends = NULL, order_id = NULL WHERE order_id = {order}"),
    "person.end": (
        "engagement",
        "UPDATE engagement SET ends = NULL, cut_short = 0, order_id = NULL WHERE order_id = {order}",
    ),
    "person.engage": ("engagement", "UPDATE engagement SET ends = NULL WHERE order_id = {order}"),
    "person.notice": ("engagement", "UPDATE engagement SET notice_given_at = NULL WHERE order_id = {order}"),
    "rota.enter": ("shift", "UPDATE shift SET ends = ends + 1 WHERE order_id = {order}"),
    "roster.enter": ("roster_line", "UPDATE roster_line SET removed_at = added_at WHERE order_id = {order}"),
}


@pytest.mark.promise(10)
@pytest.mark.promise(11)
@pytest.mark.parametrize("kind", UNDOING)
def test_what_raw_sql_undoes_of_an_order_is_caught_by_verify(db: Database, clock: SimulatedClock, kind: str) -> None:
    town = found_town(db, clock, founded=True)
    agent, anna = town.person_id("agent"), town.accounts["anna"]
    with db.reading() as tx:
        begins = tx.scalar(select(shift.c.starts).where(shift.c.person_id == agent))
    later = {"starts": to_iso(town.now + 40 * DAY), "ends": to_iso(town.now + 41 * DAY)}
    subject, change = {
        "shift.add": (agent, later),
        "shift.remove": (agent, {"starts": to_iso(begins)}),
        "role.take": (agent, {"role": "agent"}),
        "person.end": (agent, {}),
        "person.engage": (town.person_id("contractor"), later | {"employer": "House", "team": "North"}),
        "person.notice": (agent, {"ends": later["ends"]}),
        "rota.enter": (agent, {"shifts": f"{later['starts']}/{later['ends']}"}),
        "roster.enter": (anna, {"tier": "notable", "source": "a list"}),
    }[kind]
    done = town.change("administrator", kind, subject, **change).order
    if done.state is State.WAITING:
        done = town.approve("manager north", done.id).order
    assert done.state is State.EXECUTED
    with db.reading() as tx:
        assert audit(tx, platform=EmbeddedPlatform()) is None
    table, statement = UNDOING[kind]
    with db.engine.begin() as connection:
        for taken in _taken_down(db, table):
            connection.exec_driver_sql(taken)
        assert connection.exec_driver_sql(statement.format(order=done.id)).rowcount == 1
    with db.reading() as tx:
        found_first = audit(tx, platform=EmbeddedPlatform())
    assert found_first is not None
    assert found_first.code == "safeguard-unexplained"


def _taken_down(db: Database, table: str) -> list[str]:
    if db.dialect == "postgresql":
        return [f"ALTER TABLE {table} DISABLE TRIGGER USER"]
    with db.reading() as tx:
        rows = tx.all(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
    return [f"DROP TRIGGER {row['name']}" for row in rows if row["name"].startswith(f"{table}_guard")]


def test_what_became_so_meanwhile_voids_the_order_instead_of_failing(town: Town) -> None:
    person_id = enrolled(town)
    first = town.change("administrator", "role.grant", person_id, role="auditor").order.id
    end = town.change("administrator", "person.end", person_id).order.id
    town.approve("manager north", end)
    assert town.drive(first).ended_because == "stale"


def test_the_same_newcomer_is_not_proposed_twice(town: Town) -> None:
    def enrol(name: str, email: str) -> None:
        bond = {"employer": "House", "team": "North", "starts": to_iso(town.now)}
        town.change("administrator", "person.enrol", 0, name=name, email=email, **bond)

    enrol("Twin", "twin@example.org")
    with pytest.raises(AlreadyOpenError, match="Twin"):
        enrol("Other", "TWIN@example.org")


@pytest.mark.promise(11)
def test_nobody_has_a_part_in_what_raises_their_own_rights(town: Town) -> None:
    mine = town.change("administrator", "role.grant", town.person_id("administrator"), role="reviewer")
    assert isinstance(mine.verdict, Refused)
    order_id = town.change("administrator", "role.grant", town.person_id("manager north"), role="reviewer").order.id
    assert isinstance(town.approve("manager north", order_id).verdict, Refused)


def replace_rulebook(town: Town, text_now: str) -> None:
    """Keep a rulebook and propose it, in one transaction."""
    boss = town.people["administrator"]
    with town.db.transaction() as tx:
        book = town.ports.load_rulebook(text_now)
        rulebook.keep(tx, actor=boss, now=town.now, book=book, text=text_now)
        change = {"digest": book.digest.hex()}
        propose(tx, town.ports, actor=boss, now=town.now, kind="rulebook.replace", subject_id=HOUSE_ID, change=change)


@pytest.mark.promise(11)
def test_a_rulebook_nobody_here_could_satisfy_is_refused(town: Town) -> None:
    with town.db.reading() as tx:
        text_now = rulebook.text_in_force(tx)[1]
    asks_too_many = text_now.replace('{ n = 1, role = "reviewer" }', '{ n = 4, role = "reviewer" }')
    with pytest.raises(ChangeError, match="silence-critical"):
        replace_rulebook(town, asks_too_many)
