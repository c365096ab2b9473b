"""Attacks on a protected account piece by piece: other kinds of act, posts one by one, emergencies in a row, vetoes."""

from typing import Any

import pytest
from sqlalchemy import select, update

from gardefou.accounts.observe import observe
from gardefou.accounts.queries import account, subject_values
from gardefou.clock import DAY, HOUR, MINUTE, SECOND, SimulatedClock, to_iso
from gardefou.connectors.embedded.neighbours import EmbeddedNeighbours
from gardefou.enforcement.errors import DeedError
from gardefou.events import Actor
from gardefou.events.actor import SETUP
from gardefou.guard.facts import SILENCING
from gardefou.guard.rules import tier_of
from gardefou.guard.verdict import Refused, Waiting
from gardefou.network.errors import HandleTakenError
from gardefou.network.follow import follow
from gardefou.network.queries import any_account, follows
from gardefou.network.tables import net_account
from gardefou.network.unfollow import unfollow
from gardefou.orders.drive import lift
from gardefou.orders.errors import AlreadyInEffectError, NothingToRestoreError
from gardefou.orders.kinds import DEEDS, Kind
from gardefou.orders.lifecycle import State
from gardefou.orders.propose import Outcome
from gardefou.orders.queries import open_orders
from tests.factories.guard import SHIPPED, asked, decided, person
from tests.factories.network import make_member
from tests.factories.town import Town
from tests.integration.attacks.conftest import Run
from tests.integration.attacks.doors import agreed, bring_back, recorded, refused, refused_at_the_desk, stop, void
from tests.integration.desk.conftest import Visit

LONE = ("agent", "manager north", "administrator", "auditor", "reviewer 1")
MANAGERS = ("manager north", "manager south", "manager north 2", "manager south 2")


#: What each deed would be told.
TOLD: dict[str, dict[str, str]] = {
    "account.rename": {"handle": "nobody"},
    "account.block": {"other": "@mayor"},
    "account.unfollow": {"followers": "@anna"},
    "account.contact": {"contact": "else@example.net"},
    "account.credentials": {"ways_in": "password"},
    "account.speak": {"text": "I resign."},
}


def as_shown(town: Town, name: str) -> dict[str, Any]:
    """Return everything the network keeps of an account, its standing included."""
    with town.db.reading() as tx:
        row = any_account(tx, town.accounts[name])
    assert row is not None
    return {**row, "standing": town.standing(name)}


def tier(town: Town, name: str) -> str:
    """Return the tier an account has now, under the shipped rules."""
    with town.db.reading() as tx:
        return tier_of(SHIPPED, subject_values(tx, account(tx, town.accounts[name]), town.now))


def on(town: Town, kind: str, name: str) -> dict[str, Any]:
    """Return what a proposal names beside the account: one of its posts, where the kind is about posts."""
    return {"subject_id": town.posts[name][0]} if kind.startswith("post.") else {}


@pytest.mark.promise(1)
def test_bulk_action_containing_one_protected_account(town: Town, visit: Visit) -> None:
    """No act has two subjects: of several in one form the first alone is asked about, and evidence must be its own."""
    anna, president = str(town.accounts["anna"]), str(town.accounts["president"])
    agent, form = visit("agent", accept="application/json"), {"kind": "account.hide", "reason": "spam"}
    first = agent.post("/desk/orders", json=form | {"subject_id": [president, anna]})
    assert first.status_code == 403
    recorded(town, int(first.json()["order"]), "propose-role", "silence-critical")
    mixed = [str(town.posts[name][0]) for name in ("anna", "president")]
    assert agent.post("/desk/orders", json=form | {"subject_id": anna, "posts": mixed}).status_code == 400
    assert (town.standing("anna"), town.standing("president")) == ("active", "active")
    assert agent.post("/desk/orders", json=form | {"subject_id": [anna, president]}).status_code == 200
    assert (town.standing("anna"), town.standing("president")) == ("hidden", "active")


@pytest.mark.promise(1)
def test_splitting_limit_and_rename_and_follower_purge(town: Town, visit: Visit, run: Run) -> None:
    """No part of silence takes one person, whatever their role, and however it is asked for."""
    program = visit("reviewer 2", accept="application/json")
    with town.db.transaction() as tx:
        follower = Actor.member(town.accounts["anna"])
        follow(tx, EmbeddedNeighbours(), actor=follower, now=town.now, handle="president")
    before = as_shown(town, "president")
    # Renaming comes first: it waits for no order that is open.
    for kind in sorted(SILENCING, key=lambda kind: (kind != "account.rename", kind)):
        for role in ("agent", "reviewer", "duty manager", "auditor", "administrator"):
            assert isinstance(decided(asked(kind, "critical"), person("1", role)), Waiting | Refused)
        subject = on(town, kind, "president").get("subject_id", town.accounts["president"])
        for who in LONE:
            outcome = town.propose(who, kind, "president", subject_id=subject, change=TOLD.get(kind, {}))
            assert outcome.order.state is (State.WAITING if who == "reviewer 1" else State.REFUSED)
        form = {
            "kind": kind,
            "reason": "spam",
            "subject_id": str(subject),
            "post_id": str(subject),
            **TOLD.get(kind, {}),
        }
        door = "/desk/changes" if Kind(kind) in DEEDS else "/desk/orders"
        assert program.post(door, json=form).status_code == 409
        told = [part for name, text in TOLD.get(kind, {}).items() for part in ("--set", f"{name}={text}")]
        named = str(subject) if kind == "post.delete" else "president"
        assert run("propose", kind, named, "--as", "reviewer 1", *told)[0] == 2
    assert as_shown(town, "president") == before


@pytest.mark.promise(1)
def test_owner_locked_out_by_their_address_and_password(town: Town) -> None:
    """Neither the address nor the password of an account that matters goes by one hand, nor comes back by one."""
    for kind in ("account.contact", "account.credentials"):
        for who in LONE:
            outcome = town.propose(who, kind, "mayor", change=TOLD[kind])
            assert outcome.order.state is (State.WAITING if who == "reviewer 1" else State.REFUSED)
    order = town.until_executed("reviewer 2", "account.contact", "anna", change=TOLD["account.contact"])
    with pytest.raises(NothingToRestoreError):
        town.take_back("reviewer 1", order)


@pytest.mark.promise(1)
@pytest.mark.parametrize("kind", ["account.block", "account.unfollow"])
def test_followers_taken_from_the_other_side(town: Town, visit: Visit, kind: str) -> None:
    """Naming a protected account in an order on an ordinary one takes what an order on the protected one takes."""
    neighbours = EmbeddedNeighbours()
    with town.db.transaction() as tx:
        for follower, followed in (("anna", "president"), ("president", "anna")):
            member = Actor.member(town.accounts[follower])
            follow(tx, neighbours, actor=member, now=town.now, handle=followed)
    before = as_shown(town, "president")
    change = {"other" if kind == "account.block" else "followers": "@president"}
    refused(town, town.propose("agent", kind, "anna", change=change), "propose-role", "silence-critical")
    form = {"kind": kind, "subject_id": str(town.accounts["anna"]), "reason": "spam", **change}
    assert visit("agent", accept="application/json").post("/desk/changes", json=form).status_code == 403
    assert town.propose("reviewer 1", kind, "anna", change=change).order.state is State.WAITING
    assert as_shown(town, "president") == before


@pytest.mark.promise(1)
def test_a_follow_brought_back_against_its_members_will(town: Town) -> None:
    """What staff took is given back only while nobody has decided otherwise."""
    neighbours, anna = EmbeddedNeighbours(), Actor.member(town.accounts["anna"])
    with town.db.transaction() as tx:
        follow(tx, neighbours, actor=anna, now=town.now, handle="mayor")
    done = town.until_executed("reviewer 1", "account.unfollow", "mayor", change={"followers": "anna"})
    with town.db.transaction() as tx:
        follow(tx, neighbours, actor=anna, now=town.now, handle="mayor")
        unfollow(tx, neighbours, actor=anna, now=town.now, handle="mayor")
    town.take_back("agent", done)
    with town.db.reading() as tx:
        assert not follows(tx, follower_id=town.accounts["anna"], followee_id=town.accounts["mayor"])


@pytest.mark.promise(1)
def test_renamed_by_taking_a_rename_back(town: Town, clock: SimulatedClock) -> None:
    """Taking back leads to the name its owner chose, never to one that staff had given, and neither does the clock."""
    insult = town.propose("agent", "account.rename", "anna", change={"handle": "idiot"}).order
    end = town.now + 365 * DAY
    back = town.propose("reviewer 1", "account.rename", "anna", change={"handle": "anna"}, lift_at=end).order
    assert (insult.state, back.state, back.change["was_handle"]) == (State.EXECUTED, State.EXECUTED, "anna")
    town.change("reviewer 1", "tier.assign", town.accounts["anna"], tier="critical")
    with pytest.raises(DeedError, match="by other names"):
        town.take_back("agent", insult)
    clock.advance(365 * DAY)
    with town.db.transaction() as tx:
        lift(tx, town.ports, now=town.now, order_id=back.id)
    assert as_shown(town, "anna")["handle"] == "anna"


@pytest.mark.promise(7)
def test_a_handle_taken_so_that_nobody_can_give_it_back(town: Town) -> None:
    """The handle that staff took is kept: for no other account, and for nobody who signs up."""
    done = town.until_executed("reviewer 1", "account.rename", "mayor", change={"handle": "nobody"})
    with pytest.raises(DeedError, match="taken"):
        town.propose("agent", "account.rename", "anna", change={"handle": "Mayor"})
    with pytest.raises(HandleTakenError), town.db.transaction() as tx:
        make_member(tx, town.now, handle="mayor", neighbours=EmbeddedNeighbours())
    town.take_back("agent", done)
    assert as_shown(town, "mayor")["handle"] == "mayor"


@pytest.mark.promise(13)
def test_taking_an_old_deed_back_to_stop_another_order(town: Town) -> None:
    """What changes neither standing, names, tier nor roster voids nobody's order."""
    with town.db.transaction() as tx:
        follow(tx, EmbeddedNeighbours(), actor=Actor.member(town.accounts["anna"]), now=town.now, handle="mayor")
    old = town.until_executed("reviewer 1", "account.unfollow", "mayor", change={"followers": "anna"})
    waiting = town.propose("reviewer 1", "account.hide", "mayor").order
    assert town.take_back("agent", old).order.state is State.EXECUTED
    assert town.drive(waiting.id).state is State.WAITING


@pytest.mark.promise(1)
def test_silenced_by_deleting_its_posts_one_by_one(town: Town) -> None:
    """An emergency hides two posts a day; it deletes none."""
    for number, who in enumerate(("reviewer 1", "reviewer 2", "manager north")):
        outcome = town.propose(who, "post.delete", "mayor", subject_id=town.posts["mayor"][number], reason="terrorism")
        assert outcome.order.state is (State.REFUSED if who == "manager north" else State.WAITING)
    assert as_shown(town, "mayor")["posts"] == 3


@pytest.mark.promise(11)
def test_splitting_lower_tier_then_hide(town: Town, run: Run, visit: Visit) -> None:
    """Lowering takes the people of hiding and an hour; until then the tier is what it was, and so is what it takes."""
    town.change("reviewer 1", "tier.assign", town.accounts["mayor"], tier="critical")
    for who, kind, name, change in (
        ("administrator", "roster.remove", "president", {}),
        ("reviewer 1", "tier.assign", "mayor", {"tier": "ordinary"}),
    ):
        lowering = town.change(who, kind, town.accounts[name], **change)
        assert agreed(town, lowering, "reviewer 2").state is State.WAITING
        refused(town, town.approve(who, lowering.order.id), "self-approval", "lower")
        refused(town, town.propose("agent", "account.hide", name), "propose-role", "silence-critical")
        town.clock.advance(DAY)
        void(town, town.drive(lowering.order.id), "expired")
        assert tier(town, name) == "critical"
    for who in ("agent", "manager north", "auditor"):
        refused(town, town.change(who, "roster.remove", town.accounts["president"]), "propose-role", "lower")
        subject = town.accounts["president"]
        refused_at_the_desk(town, visit, who, "propose-role", "lower", kind="roster.remove", subject_id=subject)
        code, said = run("propose", "roster.remove", "president", "--as", who)
        assert (code, "Refused" in said) == (1, True)
    assert (tier(town, "president"), town.standing("president")) == ("critical", "active")


@pytest.mark.promise(1)
def test_splitting_purge_and_wait_90_days(town: Town, clock: SimulatedClock) -> None:
    """Stripped of its followers, an account known by its numbers alone keeps its tier for ninety days."""
    with town.db.transaction() as tx:
        for followers in (200_000, 3):
            observe(tx, actor=SETUP, now=town.now, account_id=town.accounts["anna"], followers=followers)
    clock.advance(89 * DAY)
    hours = {"starts": to_iso(town.now), "ends": to_iso(town.now + HOUR)}
    agreed(town, town.change("manager north", "shift.add", town.person_id("agent"), **hours), "administrator")
    assert tier(town, "anna") == "notable"
    refused(town, town.propose("agent", "account.hide", "anna"), "propose-role", "silence-notable")
    assert town.standing("anna") == "active"


@pytest.mark.promise(1)
@pytest.mark.promise(11)
def test_splitting_purge_the_followers_and_wait_90_days_then_hide(
    town: Town, clock: SimulatedClock, visit: Visit, run: Run
) -> None:
    """Once the peak is forgotten the account keeps the tier it reached, at every door; lowering it takes three."""
    for followers in (200_000, 3):
        with town.db.transaction() as tx:
            same = net_account.c.id == town.accounts["anna"]
            tx.execute(update(net_account).where(same).values(followers=followers))
            row = tx.execute(select(net_account).where(same)).mappings().one()
            EmbeddedNeighbours().account_changed(tx, now=town.now, account=row)
    clock.advance(91 * DAY)
    hours = {"starts": to_iso(town.now), "ends": to_iso(town.now + HOUR)}
    started = town.change("manager north", "shift.add", town.person_id("agent"), **hours)
    assert agreed(town, started, "administrator").state is State.EXECUTED
    anna = town.accounts["anna"]
    assert tier(town, "anna") == "notable"
    refused(town, town.propose("agent", "account.hide", "anna"), "propose-role", "silence-notable")
    answer = visit("agent", accept="application/json").post(
        "/desk/orders", json={"kind": "account.hide", "reason": "spam", "subject_id": str(anna)}
    )
    assert answer.status_code == 403
    recorded(town, int(answer.json()["order"]), "propose-role", "silence-notable")
    refused(town, town.change("agent", "tier.assign", anna, tier="ordinary"), "propose-role", "lower")
    code, said = run("propose", "tier.assign", "anna", "--as", "manager north", "--set", "tier=ordinary")
    assert (code, "Refused" in said) == (1, True)
    assert (tier(town, "anna"), town.standing("anna")) == ("notable", "active")


def brief(town: Town, who: str) -> Outcome:
    """Ask for the freeze that one duty manager may set alone."""
    return town.propose(who, "account.freeze", "president", lift_at=town.now + 15 * MINUTE)


def lifted(town: Town, order_id: int) -> None:
    with town.db.transaction() as tx:
        lift(tx, town.ports, now=town.now, order_id=order_id)


@pytest.mark.promise(12)
def test_four_managers_each_freezing_in_turn(town: Town, clock: SimulatedClock, visit: Visit) -> None:
    """Once a day for the account, whoever asks: the others are refused, at once, later and across midnight."""
    frozen = brief(town, MANAGERS[0]).order
    assert frozen.state is State.EXECUTED
    clock.advance(15 * MINUTE)
    lifted(town, frozen.id)
    for who in MANAGERS[1:]:
        refused(town, brief(town, who), "propose-role", "freeze-critical")
        clock.advance(7 * HOUR)  # Midnight comes between the first of them and the last.
    form = {"kind": "account.freeze", "reason": "hijacked", "subject_id": str(town.accounts["president"])}
    assert visit(MANAGERS[3], accept="application/json").post("/desk/orders", json=form).status_code == 403
    assert town.standing("president") == "active"


@pytest.mark.promise(12)
def test_break_glass_twice_in_a_row(town: Town, clock: SimulatedClock) -> None:
    """Neither a second freeze, nor one after a colleague lifted the first, nor one prolonged; nor a third post."""
    first = brief(town, "manager north").order
    with pytest.raises(AlreadyInEffectError):
        brief(town, "manager north")
    assert bring_back(town, "reviewer 2", "president").order.state is State.EXECUTED
    assert town.read(first.id).state is State.REVERSED
    refused(town, brief(town, "manager north"), "propose-role", "freeze-critical")
    clock.advance(DAY - SECOND)
    refused(town, brief(town, "manager north"), "propose-role", "freeze-critical")
    assert town.standing("president") == "active"


@pytest.mark.promise(12)
def test_hidden_through_its_posts_one_by_one(town: Town, clock: SimulatedClock) -> None:
    """One reviewer hides two at once for a threat to life; every other waits for a second person, or is refused."""
    strike = town.now + HOUR
    held = [
        town.propose("reviewer 1", "post.hide", "president", subject_id=post, reason="terrorism", not_before=strike)
        for post in town.posts["president"]
    ]
    assert {one.order.state for one in held} == {State.HELD}
    clock.set(strike)
    states = [town.drive(one.order.id).state for one in held]
    assert states == [State.EXECUTED, State.EXECUTED, State.VOID]
    void(town, town.read(held[2].order.id), "ineligible")
    bring_back(town, "agent", "president", post=town.posts["president"][0])  # Room for no other.
    for reason in ("threat to life", "spam"):
        more = {"subject_id": town.posts["president"][2], "reason": reason}
        assert isinstance(town.propose("reviewer 2", "post.hide", "president", **more).verdict, Waiting)
        refused(town, town.propose("agent", "post.hide", "mayor", **on(town, "post.hide", "mayor")), "propose-role")
        with town.db.reading() as tx:
            waiting = open_orders(tx)[0].id
        stop(town, "agent" if reason == "spam" else "manager north", waiting)
    assert town.standing("president") == "active"


@pytest.mark.promise(1)
def test_owner_locked_out_instead_of_hidden(town: Town, visit: Visit) -> None:
    """A freeze that is not the brief one takes three people, and so would taking the owner's contact or way in."""
    for lift_at in (None, town.now + 16 * MINUTE, town.now + 15 * MINUTE + 1):
        outcome = town.propose("manager north", "account.freeze", "president", lift_at=lift_at)
        refused(town, outcome, "propose-role", "freeze-critical")
    form = {"kind": "account.freeze", "reason": "hijacked", "subject_id": str(town.accounts["president"])}
    for until in ("hand", "24 h"):
        answer = visit("manager north", accept="application/json").post("/desk/orders", json=form | {"until": until})
        assert answer.status_code == 403
    order = town.propose("reviewer 1", "account.freeze", "president").order
    assert agreed(town, town.propose("reviewer 1", "account.limit", "president"), "reviewer 2").state is State.WAITING
    assert order.state is State.WAITING
    for kind in ("account.credentials", "account.contact"):
        assert isinstance(decided(asked(kind, "critical"), person("1", "reviewer"), person("2", "reviewer")), Waiting)
    assert town.standing("president") == "active"


@pytest.mark.promise(7)
@pytest.mark.promise(13)
def test_veto_used_to_block_everything(town: Town, clock: SimulatedClock) -> None:
    """One no a day for an account, overridden by one more yes from outside; no veto stops a restore."""
    first = town.propose("reviewer 1", "account.hide", "mayor").order
    refused(town, stop(town, "reviewer 1", first.id), "veto-own")
    stop(town, "agent", first.id)
    void(town, town.read(first.id), "vetoed")
    second = town.propose("reviewer 1", "account.hide", "mayor")
    refused(town, stop(town, "agent", second.order.id), "veto-again")
    post = town.propose("reviewer 1", "post.hide", "mayor", subject_id=town.posts["mayor"][0])
    refused(town, stop(town, "agent", post.order.id), "veto-again")
    assert agreed(town, second, "reviewer 2", "manager south").state is State.HELD
    refused(town, stop(town, "agent", second.order.id), "veto-again")
    clock.advance(5 * MINUTE)
    assert town.drive(second.order.id).state is State.EXECUTED
    assert bring_back(town, "contractor", "mayor").order.state is State.EXECUTED


@pytest.mark.promise(7)
@pytest.mark.promise(13)
def test_veto_of_a_restore_that_waits_for_a_second_person(town: Town, clock: SimulatedClock) -> None:
    hidden = agreed(town, town.propose("reviewer 1", "account.hide", "mayor", reason="legal"), "reviewer 2")
    clock.advance(5 * MINUTE)
    assert town.drive(hidden.id).state is State.EXECUTED
    back = bring_back(town, "agent", "mayor")
    assert back.order.state is State.WAITING
    refused(town, stop(town, "manager north", back.order.id), "veto-restoring")
    assert town.approve("contractor", back.order.id).order.state is State.EXECUTED
    assert town.standing("mayor") == "active"


@pytest.mark.promise(11)
def test_veto_of_ones_own_end(town: Town) -> None:
    """Whoever is to go says no once a day; the second order to end the engagement goes through."""
    first = town.change("administrator", "person.end", town.person_id("contractor"))
    stop(town, "contractor", first.order.id)
    second = town.change("administrator", "person.end", town.person_id("contractor"))
    refused(town, stop(town, "contractor", second.order.id), "veto-again")
    assert agreed(town, second, "manager north").state is State.EXECUTED
