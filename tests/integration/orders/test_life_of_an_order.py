"""An order's life on real rows, on both databases: every answer the guard can give, and every end."""

import json
from dataclasses import replace

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from gardefou.clock import DAY, HOUR, MINUTE, SECOND, SimulatedClock
from gardefou.connectors.embedded.neighbours import EmbeddedNeighbours
from gardefou.enforcement.restore import restore
from gardefou.events import Actor
from gardefou.events.actor import SETUP
from gardefou.guard.verdict import Cleared, Refused, Waiting
from gardefou.incidents import queries as incidents
from gardefou.ledger.tables import entry
from gardefou.network.delete_post import delete_post
from gardefou.orders.drive import lift, lifts_due
from gardefou.orders.errors import (
    AlreadyOpenError,
    AlreadyVotedError,
    ClocksError,
    ExecutionsStoppedError,
    MisleadingTextError,
    NotOpenError,
    OtherOrderError,
    TextTooLongError,
)
from gardefou.orders.kinds import SAFEGUARDS, SHAPES, Kind
from gardefou.orders.lifecycle import State
from gardefou.orders.veto import veto
from gardefou.orders.withdraw import withdraw
from gardefou.staff.end_engagement import end_engagement
from gardefou.storage import Database
from tests.factories.town import Town, add_person, found_town


@pytest.fixture
def town(db: Database, clock: SimulatedClock) -> Town:
    """The town on the evening of the incident."""
    return found_town(db, clock)


def kinds_written(town: Town, order_id: int) -> list[str]:
    """Return the record's words for one order's steps."""
    with town.db.reading() as tx:
        rows = tx.all(select(entry.c.kind).where(entry.c.order_id == order_id).order_by(entry.c.index))
    return [row["kind"] for row in rows if not row["kind"].startswith("incident.")]


def test_an_ordinary_account_is_hidden_by_one_person_in_one_step_and_restored_in_one(town: Town) -> None:
    outcome = town.propose("agent", "account.hide", "anna")
    assert isinstance(outcome.verdict, Cleared)
    assert outcome.order.state is State.EXECUTED
    assert town.standing("anna") == "hidden"
    back = town.restore("agent", "anna")
    assert back.order.state is State.EXECUTED
    assert town.standing("anna") == "active"
    assert town.read(outcome.order.id).state is State.REVERSED


@pytest.mark.promise(1)
@pytest.mark.promise(6)
def test_the_contractor_on_the_last_day_is_refused_by_both_rules_and_the_refusal_stays(town: Town) -> None:
    outcome = town.propose("contractor", "account.hide", "president")
    assert isinstance(outcome.verdict, Refused)
    rules = {reason.fields["rule"] for reason in outcome.verdict.reasons}
    assert {"last-days", "silence-critical"} <= rules
    assert town.standing("president") == "active"
    assert kinds_written(town, outcome.order.id) == ["order.refused"]
    with town.db.reading() as tx:
        opened = incidents.incidents(tx)
    assert [row["kind"] for row in opened] == ["refused attempt"]


@pytest.mark.promise(1)
def test_a_critical_account_takes_three_people_of_two_teams_and_ten_minutes(town: Town) -> None:
    proposed = town.propose("reviewer 1", "account.hide", "president")
    assert isinstance(proposed.verdict, Waiting)
    order_id = proposed.order.id
    town.tell_everyone(order_id)
    assert town.approve("reviewer 2", order_id).order.state is State.WAITING
    refused = town.approve("manager north", order_id)
    assert isinstance(refused.verdict, Refused), "a duty manager of the same team fills no place"
    held = town.approve("manager south", order_id).order
    assert held.state is State.HELD
    assert held.effect_at == town.now + 10 * MINUTE
    town.clock.advance(10 * MINUTE - SECOND)
    assert town.drive(order_id).state is State.HELD
    assert town.standing("president") == "active"
    town.clock.advance(SECOND)
    assert town.drive(order_id).state is State.EXECUTED
    assert town.standing("president") == "hidden"
    assert kinds_written(town, order_id) == [
        "order.proposed",
        "order.voted",
        "attempt.refused",
        "order.voted",
        "order.held",
        "order.executed",
    ]


@pytest.mark.promise(2)
def test_the_proposer_cannot_approve_and_nobody_approves_twice(town: Town) -> None:
    order_id = town.propose("reviewer 1", "account.hide", "president").order.id
    own = town.approve("reviewer 1", order_id)
    assert isinstance(own.verdict, Refused)
    assert own.verdict.reasons[0].code == "self-approval"
    assert isinstance(town.approve("reviewer 2", order_id).verdict, Waiting)
    with pytest.raises(AlreadyVotedError):
        town.approve("reviewer 2", order_id)


@pytest.mark.promise(3)
def test_an_approval_of_another_digest_counts_for_nothing(town: Town) -> None:
    order_id = town.propose("reviewer 1", "account.hide", "president").order.id
    with pytest.raises(OtherOrderError):
        town.approve("reviewer 2", order_id, digest_hex="00" * 32)
    assert isinstance(town.approve("reviewer 2", order_id).verdict, Waiting)


@pytest.mark.promise(3)
def test_an_order_is_void_once_its_subject_is_another(town: Town) -> None:
    held = town.until_held()
    with town.db.transaction() as tx:
        tx.execute(text("UPDATE account SET version = version + 1"))
    town.clock.advance(10 * MINUTE)
    ended = town.drive(held.id)
    assert (ended.state, ended.ended_because) == (State.VOID, "stale")
    assert town.standing("president") == "active"


@pytest.mark.promise(4)
@pytest.mark.parametrize("table", ["engagement", "role_grant", "shift"])
def test_rights_that_ended_meanwhile_do_nothing_at_the_effect(town: Town, table: str) -> None:
    held = town.until_held()
    with town.db.transaction() as tx:
        statement = f"UPDATE {table} SET ends = :now WHERE person_id = :person"
        tx.connection.execute(text(statement), {"now": town.now, "person": int(town.people["manager south"].key)})
    town.clock.advance(10 * MINUTE)
    ended = town.drive(held.id)
    assert (ended.state, ended.ended_because) == (State.VOID, "ineligible")
    assert town.standing("president") == "active"


@pytest.mark.promise(5)
def test_nothing_is_approved_late(town: Town) -> None:
    order_id = town.propose("reviewer 1", "account.hide", "president").order.id
    town.clock.advance(2 * HOUR)
    ended = town.drive(order_id)
    assert (ended.state, ended.ended_because) == (State.VOID, "expired")


@pytest.mark.promise(5)
def test_nothing_executes_late_whatever_slept(town: Town) -> None:
    held = town.until_held()
    town.clock.advance(10 * MINUTE + 30 * MINUTE + SECOND)
    ended = town.drive(held.id)
    assert (ended.state, ended.ended_because) == (State.VOID, "expired")
    assert town.standing("president") == "active"


@pytest.mark.promise(5)
def test_a_set_time_is_waited_for_and_a_set_end_is_lifted_even_late(town: Town) -> None:
    outcome = town.propose("agent", "account.limit", "anna", not_before=town.now + HOUR, lift_at=town.now + 3 * HOUR)
    assert outcome.order.state is State.HELD
    town.clock.advance(HOUR)
    assert town.drive(outcome.order.id).state is State.EXECUTED
    assert town.standing("anna") == "limited"
    town.clock.advance(5 * HOUR)
    with town.db.transaction() as tx:
        assert lifts_due(tx, now=town.now) == [outcome.order.id]
        lifted = lift(tx, town.ports, now=town.now, order_id=outcome.order.id)
    assert lifted is not None
    assert town.standing("anna") == "active"


@pytest.mark.promise(7)
def test_restoring_returns_the_standing_before_and_sticks_for_a_day(town: Town) -> None:
    town.propose("agent", "account.limit", "anna")
    town.propose("agent", "account.hide", "anna")
    for expected in ("limited", "active"):
        with town.db.transaction() as tx:
            restore(
                tx,
                town.ports,
                actor=town.people["contractor"],
                now=town.now,
                subject_kind="account",
                subject_id=town.accounts["anna"],
            )
        assert town.standing("anna") == expected
    again = town.propose("agent", "account.hide", "anna")
    assert isinstance(again.verdict, Refused), "for a day it takes the strictest rule of its tier"
    town.clock.advance(DAY + SECOND)
    with town.db.transaction() as tx:
        add_person(tx, town.now, "another agent", "agent", "North")
    assert town.propose("agent", "account.hide", "anna").order.state is State.EXECUTED


@pytest.mark.promise(7)
def test_what_two_people_hid_as_legal_takes_two_to_restore(town: Town) -> None:
    order_id = town.propose("reviewer 1", "account.hide", "mayor", reason="legal").order.id
    town.tell_everyone(order_id)
    town.approve("reviewer 2", order_id)
    town.clock.advance(5 * MINUTE)
    assert town.drive(order_id).state is State.EXECUTED
    back = town.restore("agent", "mayor")
    assert back.order.state is State.WAITING
    assert town.standing("mayor") == "hidden"
    assert town.approve("contractor", back.order.id).order.state is State.EXECUTED
    assert town.standing("mayor") == "active"


@pytest.mark.promise(9)
def test_the_effect_and_its_entry_are_undone_together(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    held = town.until_held()
    town.clock.advance(10 * MINUTE)
    broken = RuntimeError("the ledger cannot be written")

    def fail(*_: object, **__: object) -> None:
        raise broken

    with monkeypatch.context() as patch:
        patch.setattr("gardefou.ledger.store.append", fail)
        with pytest.raises(RuntimeError, match="cannot be written"):
            town.drive(held.id)
    assert town.read(held.id).state is State.HELD
    assert town.standing("president") == "active"
    assert town.drive(held.id).state is State.EXECUTED


@pytest.mark.promise(10)
def test_an_order_is_spent_by_its_effect_and_cannot_be_used_again(town: Town) -> None:
    hidden = town.propose("agent", "account.hide", "anna").order
    assert hidden.spent_at == town.now
    with (
        pytest.raises(DBAPIError, match="unspent executed order"),
        town.db.transaction() as tx,
    ):
        tx.connection.execute(
            text("UPDATE standing SET standing = 'active', order_id = :order WHERE account_id = :account"),
            {"order": hidden.id, "account": town.accounts["anna"]},
        )


@pytest.mark.promise(12)
def test_a_duty_manager_alone_freezes_for_fifteen_minutes_once_a_day(town: Town) -> None:
    brief = {"lift_at": town.now + 15 * MINUTE}
    frozen = town.propose("manager north", "account.freeze", "president", **brief)
    assert frozen.order.state is State.EXECUTED
    assert town.standing("president") == "frozen"
    with town.db.reading() as tx:
        assert [row["kind"] for row in incidents.incidents(tx)] == ["break-glass"]
    town.clock.advance(15 * MINUTE)
    with town.db.transaction() as tx:
        lift(tx, town.ports, now=town.now, order_id=frozen.order.id)
    assert town.standing("president") == "active"
    again = town.propose("manager south", "account.freeze", "president", lift_at=town.now + 15 * MINUTE)
    assert isinstance(again.verdict, Refused)


@pytest.mark.promise(12)
def test_a_reviewer_alone_hides_two_posts_a_day_for_a_threat_to_life_and_no_third(town: Town) -> None:
    states = [
        town.propose("reviewer 1", "post.hide", "president", subject_id=post_id, reason="threat to life").order.state
        for post_id in town.posts["president"]
    ]
    assert states == [State.EXECUTED, State.EXECUTED, State.WAITING]
    assert town.standing("president") == "active"


@pytest.mark.promise(13)
def test_one_veto_ends_an_order_and_the_next_one_needs_one_more_from_outside(town: Town) -> None:
    held = town.until_held()
    with town.db.transaction() as tx:
        ended = veto(tx, town.ports, actor=town.people["agent"], now=town.now, order_id=held.id, why="Not this one.")
    assert (ended.order.state, ended.order.ended_because) == (State.VOID, "vetoed")
    again = town.propose("reviewer 1", "account.hide", "president").order
    town.tell_everyone(again.id)
    town.approve("reviewer 2", again.id)
    assert town.approve("manager south", again.id).order.state is State.WAITING
    assert town.approve("manager north", again.id).order.state is State.HELD


@pytest.mark.promise(13)
def test_a_person_vetoes_once_an_account_and_day(town: Town) -> None:
    first, agent = town.until_held(), town.people["agent"]
    with town.db.transaction() as tx:
        veto(tx, town.ports, actor=agent, now=town.now, order_id=first.id, why="No.")
    second = town.propose("reviewer 1", "account.hide", "president").order
    with town.db.transaction() as tx:
        refused = veto(tx, town.ports, actor=agent, now=town.now, order_id=second.id, why="No again.")
    assert isinstance(refused.verdict, Refused)
    assert town.read(second.id).state is State.WAITING
    town.clock.advance(DAY + SECOND)


@pytest.mark.promise(13)
def test_the_hold_starts_only_when_everyone_has_been_told_or_one_more_has_signed(town: Town) -> None:
    order_id = town.propose("reviewer 1", "account.hide", "president").order.id
    town.approve("reviewer 2", order_id)
    assert town.approve("manager south", order_id).order.state is State.WAITING
    town.clock.advance(30 * SECOND)
    assert town.drive(order_id).state is State.WAITING
    town.clock.advance(MINUTE)
    assert town.approve("manager north", order_id).order.state is State.HELD


def test_only_the_proposer_withdraws(town: Town) -> None:
    order_id = town.propose("reviewer 1", "account.hide", "president").order.id
    with town.db.transaction() as tx:
        other = withdraw(tx, town.ports, actor=town.people["reviewer 2"], now=town.now, order_id=order_id)
        assert isinstance(other.verdict, Refused)
        own = withdraw(tx, town.ports, actor=town.people["reviewer 1"], now=town.now, order_id=order_id)
    assert (own.order.state, own.order.ended_because) == (State.VOID, "withdrawn")
    with pytest.raises(NotOpenError):
        town.approve("reviewer 2", order_id)


def test_a_second_order_of_the_same_kind_waits_its_turn(town: Town) -> None:
    town.propose("reviewer 1", "account.hide", "president")
    with pytest.raises(AlreadyOpenError):
        town.propose("reviewer south", "account.hide", "president")


@pytest.mark.promise(8)
def test_hiding_changes_one_row_of_the_network_and_touches_no_post(town: Town) -> None:
    def network() -> list[object]:
        with town.db.reading() as tx:
            return [list(tx.all(text(f"SELECT * FROM {table} ORDER BY 1"))) for table in ("net_account", "net_post")]

    before = network()
    town.propose("agent", "account.hide", "anna")
    assert network() == before
    with town.db.reading() as tx:
        assert tx.scalar(text("SELECT count(*) FROM standing")) == 1


@pytest.mark.promise(15)
def test_the_record_names_nobody(town: Town) -> None:
    town.until_held()
    with town.db.reading() as tx:
        everything = " ".join(bytes(row["content"]).decode() for row in tx.all(select(entry.c.content)))
        ids = [actor.key for actor in town.people.values()]
    for name in [*ids, *town.people, "president", "reviewer.1@example.org"]:
        assert json.dumps(name)[1:-1] not in everything.replace('"critical"', "")


def test_every_kind_says_what_it_sets_or_undoes() -> None:
    for kind, shape in SHAPES.items():
        assert shape.silences or shape.undoes or kind in SAFEGUARDS or kind is Kind.STATEMENT_PUBLISH


@pytest.mark.promise(5)
@pytest.mark.promise(7)
def test_a_clock_that_stepped_stops_executions_and_never_restores(town: Town) -> None:
    held, hidden = town.until_held(), town.propose("agent", "account.hide", "anna").order
    town.clock.advance(10 * MINUTE)
    town.ports = replace(town.ports, executions_stopped=lambda: True)
    assert town.drive(held.id).state is State.HELD
    with pytest.raises(ExecutionsStoppedError):
        town.propose("agent", "account.limit", "anna")
    town.restore("agent", "anna")
    assert town.standing("anna") == "active"
    assert town.read(hidden.id).state is State.REVERSED
    town.clock.advance(31 * MINUTE)
    assert town.drive(held.id).ended_because == "expired"


@pytest.mark.promise(20)
def test_a_megabyte_of_comment_is_refused_and_nothing_is_written(town: Town) -> None:
    with pytest.raises(TextTooLongError, match="1,000,000 characters; 2,000 are the most"):
        town.propose("agent", "account.hide", "anna", comment="a" * 1_000_000)
    assert town.standing("anna") == "active"


@pytest.mark.promise(20)
@pytest.mark.parametrize("sign", ["\x1b", "\r", "\x9b", "\u202e"])
def test_a_comment_that_would_control_how_it_is_shown_is_refused(town: Town, sign: str) -> None:
    with pytest.raises(MisleadingTextError, match=f"U[+]{ord(sign):04X}"):
        town.propose("agent", "account.hide", "anna", comment=f"a{sign}[2Kb")
    assert town.propose("agent", "account.hide", "anna", comment="a\r\n\tb").order.comment == "a\r\n\tb"


@pytest.mark.promise(5)
def test_an_order_that_waits_only_because_of_a_veto_has_its_clock_too(town: Town) -> None:
    first = town.propose("agent", "account.hide", "anna", not_before=town.now + HOUR).order
    with town.db.transaction() as tx:
        veto(tx, town.ports, actor=town.people["contractor"], now=town.now, order_id=first.id, why="No.")
    second = town.propose("agent", "account.hide", "anna").order
    assert second.state is State.WAITING
    assert second.approve_by is not None
    town.clock.advance(second.approve_by - town.now)
    assert town.drive(second.id).ended_because == "expired"


@pytest.mark.promise(2)
def test_an_early_signature_never_shuts_out_two_people_who_together_suffice(town: Town) -> None:
    """A reviewer of the duty manager's own team signs first; another reviewer and the manager still can."""
    order_id = town.propose("reviewer 1", "account.hide", "president").order.id
    town.tell_everyone(order_id)
    assert isinstance(town.approve("reviewer south", order_id).verdict, Waiting)
    assert town.approve("reviewer 2", order_id).order.state is State.WAITING
    assert town.approve("manager south", order_id).order.state is State.HELD


@pytest.mark.promise(20)
def test_a_set_time_in_another_age_is_refused(town: Town) -> None:
    with pytest.raises(ClocksError, match="366 days"):
        town.propose("agent", "account.hide", "anna", not_before=253_402_300_740_000_000)


@pytest.mark.promise(3)
def test_an_order_on_a_post_that_its_author_deleted_is_void(town: Town) -> None:
    post_id = town.posts["mayor"][0]
    order_id = town.propose("reviewer 1", "post.hide", "mayor", subject_id=post_id, evidence={}).order.id
    with town.db.transaction() as tx:
        author = Actor.member(town.accounts["mayor"])
        delete_post(tx, EmbeddedNeighbours(), actor=author, now=town.now, post_id=post_id)
    ended = town.drive(order_id)
    assert (ended.state, ended.ended_because) == (State.VOID, "stale")
    assert town.drive(order_id).version == ended.version


@pytest.mark.promise(20)
def test_who_signs_what_rests_on_somebody_who_may_not_any_more_reads_why(town: Town) -> None:
    order_id = town.propose("reviewer 1", "account.hide", "mayor").order.id
    with town.db.transaction() as tx:
        end_engagement(tx, actor=SETUP, now=town.now, person_id=town.person_id("reviewer 1"))
    outcome = town.approve("reviewer 2", order_id)
    assert [reason.code for reason in outcome.verdict.reasons] == ["proposer-ineligible"]
