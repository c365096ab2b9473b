"""Attacks by whoever was ended, joined or narrowed, and is there again: under another engagement, number or role."""

import pytest

from gardefou.clock import DAY, HOUR, to_iso
from gardefou.events.actor import SETUP
from gardefou.orders.lifecycle import State
from gardefou.orders.order import Order
from gardefou.orders.propose import Outcome
from gardefou.orders.veto import veto
from gardefou.safeguards.errors import NothingToChangeError
from gardefou.staff.errors import NotEngagedError
from gardefou.staff.heard_roles import hear_roles
from gardefou.staff.queries import colleagues, person
from gardefou.staff.roles import Role
from gardefou.staff.sessions import make_link
from tests.factories.town import Town
from tests.integration.attacks.doors import agreed


def joined(town: Town, name: str, into: str) -> None:
    """Have three others find that two are one human."""
    order = town.change("administrator", "person.join", town.person_id(name), into=town.people[into].key)
    third = next(one for one in ("reviewer south", "reviewer 2") if one not in (name, into))
    agreed(town, order, "manager south" if into == "manager north" else "manager north", third)


def stopped(town: Town, who: str, order: Order) -> Outcome:
    with town.db.transaction() as tx:
        return veto(tx, town.ports, actor=town.people[who], now=town.now, order_id=order.id, why="No.")


def codes(outcome: Outcome) -> set[str]:
    return {reason.code for reason in outcome.verdict.reasons}


@pytest.mark.promise(6)
@pytest.mark.parametrize("ended", ["person.end", "person.join"])
def test_an_engagement_agreed_upon_for_later(town: Town, ended: str) -> None:
    """Whoever is ended, or found to be somebody else, does not come back by what was agreed upon before."""
    gone = town.person_id("contractor")
    later = to_iso(town.now + 2 * DAY)
    agreed(
        town,
        town.change("administrator", "person.engage", gone, employer="Elsewhere", team="North", starts=later),
        "manager north",
    )
    if ended == "person.end":
        order = town.change("administrator", "person.end", gone)
        assert order.order.change["ahead"] == later
        agreed(town, order, "manager north")
    else:
        joined(town, "contractor", "reviewer 1")
    town.clock.advance(2 * DAY + HOUR)
    with town.db.transaction() as tx:
        one = person(tx, gone, town.now)
        assert one is not None
        assert not one.engaged
        with pytest.raises(NotEngagedError):
            make_link(tx, actor=SETUP, now=town.now, person_id=gone)
    assert town.propose("contractor", "account.hide", "anna").order.state is State.REFUSED


@pytest.mark.promise(2)
def test_a_number_that_was_joined_into_another_is_given_nothing_any_more(town: Town) -> None:
    """Not engaged, no key, no role and no shift; and what is done under it is done by nobody."""
    joined(town, "contractor", "reviewer 1")
    gone, now = town.person_id("contractor"), to_iso(town.now)
    for kind, change in {
        "person.engage": {"employer": "House", "team": "North", "starts": now},
        "credential.enrol": {"way": "passkey"},
        "role.grant": {"role": "auditor"},
        "shift.add": {"starts": now, "ends": to_iso(town.now + HOUR)},
        "rota.enter": {"shifts": f"{to_iso(town.now + HOUR)}/{to_iso(town.now + 2 * HOUR)}"},
    }.items():
        with pytest.raises(NothingToChangeError, match="has been joined into reviewer 1"):
            town.change("administrator", kind, gone, **change)
    assert {"not-engaged", "propose-role"} <= codes(town.propose("contractor", "account.hide", "anna"))


@pytest.mark.promise(2)
@pytest.mark.promise(13)
def test_two_logins_of_one_human_override_their_own_veto_or_veto_twice(town: Town) -> None:
    """What one login did counts for both: no place from outside, no second veto, one cap."""
    first = town.propose("reviewer 1", "account.hide", "mayor").order
    stopped(town, "agent", first)
    joined(town, "reviewer 1", "manager north")
    again = town.propose("reviewer south", "account.hide", "mayor").order
    town.approve("reviewer 2", again.id)
    # Somebody from outside the quorum that was stopped is still missing: this one proposed it, by another number.
    assert town.approve("manager north", again.id).order.state is State.WAITING
    assert stopped(town, "reviewer 2", again).order.state is State.VOID


@pytest.mark.promise(13)
def test_two_logins_of_one_human_veto_once_a_day_between_them(town: Town) -> None:
    stopped(town, "reviewer 2", town.propose("reviewer south", "account.hide", "mayor").order)
    joined(town, "reviewer 2", "reviewer 1")
    other = town.propose("reviewer south", "account.limit", "mayor").order
    assert codes(stopped(town, "reviewer 1", other)) == {"veto-again"}
    mine = town.propose("reviewer 1", "account.rename", "anna", change={"display_name": "No", "handle": ""})
    assert mine.order.facts["asked"]["values"]["acts_by_person_1h"] == 0


@pytest.mark.promise(2)
def test_caps_count_what_a_human_did_under_every_number(town: Town) -> None:
    town.propose("reviewer 2", "account.limit", "anna")
    joined(town, "reviewer 2", "reviewer 1")
    mine = town.propose("reviewer 1", "account.hide", "anna").order
    assert mine.facts["asked"]["values"]["acts_by_person_1h"] == 1


@pytest.mark.promise(11)
def test_ones_own_end_stopped_by_signing_in_through_the_provider(town: Town) -> None:
    """A provider's word narrows at once; it voids nothing that was signed about whoever came in by it."""
    gone = town.person_id("contractor")
    order = town.change("administrator", "person.end", gone).order
    for roles in ([Role.AGENT], [], [Role.AGENT]):
        with town.db.transaction() as tx:
            hear_roles(tx, actor=town.people["contractor"], now=town.now, person_id=gone, roles=roles)
    assert town.approve("manager north", order.id).order.state is State.EXECUTED


@pytest.mark.promise(7)
def test_a_provider_that_leaves_nobody_able_to_restore(town: Town) -> None:
    """Three keep restore whatever it says, and nothing else with it."""
    hidden = town.until_executed("reviewer 1", "account.hide", "mayor")
    with town.db.transaction() as tx:
        for one in town.people.values():
            hear_roles(tx, actor=one, now=town.now, person_id=one.person_id or 0, roles=[])
    with town.db.reading() as tx:
        known = colleagues(tx, [town.person_id(name) for name in town.people], town.now)
    keeping = [name for name in town.people if known[town.person_id(name)].keeps_restore]
    assert len(keeping) == 3
    for name in town.people.keys() - set(keeping):
        assert town.take_back(name, hidden).order.state is State.REFUSED
    assert town.propose(keeping[0], "account.hide", "anna").order.state is State.REFUSED
    assert town.take_back(keeping[0], hidden).order.state is State.EXECUTED
    assert town.standing("mayor") == "active"
