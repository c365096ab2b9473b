"""Attacks on who counts: one human who would be two, and clauses, groups and numbers that would let them."""

from pathlib import Path

import pytest

from gardefou.clock import HOUR, to_iso
from gardefou.errors import GardefouError
from gardefou.events import Actor
from gardefou.guard.errors import RulebookError
from gardefou.orders import queries
from gardefou.orders.errors import AlreadyVotedError
from gardefou.orders.lifecycle import State
from tests.factories.guard import SHIPPED_TEXT
from tests.factories.racing import race
from tests.factories.town import Town
from tests.integration.attacks.conftest import Run
from tests.integration.attacks.doors import agreed, last_entry, other_door, other_rules, recorded, refused, void
from tests.integration.desk.conftest import Visit


def votes(town: Town, order_id: int) -> int:
    with town.db.reading() as tx:
        return len(queries.approvals(tx, order_id))


@pytest.mark.promise(2)
def test_self_approval(town: Town, visit: Visit) -> None:
    order = town.propose("reviewer 1", "account.hide", "mayor").order
    refused(town, town.approve("reviewer 1", order.id), "self-approval", "silence-notable")
    answer = visit("reviewer 1").post(f"/desk/orders/{order.id}/approve", {"digest": order.digest.hex()})
    assert answer.status_code == 403
    recorded(town, order.id, "self-approval", "silence-notable")
    own = town.change("administrator", "person.end", town.person_id("agent")).order
    refused(town, town.approve("administrator", own.id), "self-approval", "people")
    assert (votes(town, order.id), votes(town, own.id)) == (0, 0)
    assert town.standing("mayor") == "active"


@pytest.mark.promise(2)
def test_second_login_of_one_human(town: Town, visit: Visit) -> None:
    """Two browsers, two links, two sessions: one person."""
    order = town.propose("reviewer 1", "account.hide", "president").order
    first, second = visit("reviewer 2"), visit("reviewer 2")
    assert first.cookies != second.cookies
    yes = {"digest": order.digest.hex()}
    assert first.post(f"/desk/orders/{order.id}/approve", yes).status_code == 303
    assert second.post(f"/desk/orders/{order.id}/approve", yes).status_code == 409
    assert visit("reviewer 1").post(f"/desk/orders/{order.id}/approve", yes).status_code == 403
    recorded(town, order.id, "self-approval", "silence-critical")
    assert votes(town, order.id) == 1
    assert town.read(order.id).state is State.WAITING


@pytest.mark.promise(2)
def test_second_login_by_another_address_of_one_human(town: Town, run: Run) -> None:
    """An address in capitals is the same address; nobody is enrolled twice, by order or by import."""
    bond = {"employer": "House", "team": "South", "starts": to_iso(town.now)}
    with pytest.raises(GardefouError, match="is the address of reviewer 1"):
        town.change("administrator", "person.enrol", 0, name="Someone", email="REVIEWER.1@example.org", **bond)
    given = {"name": "Someone", "email": "Reviewer.1@Example.org", **bond}
    change = [f"--set={name}={value}" for name, value in given.items()]
    code, said = run("propose", "person.enrol", "--as", "administrator", *change)
    assert code == 2, said
    assert "is the address of reviewer 1" in said


@pytest.mark.promise(2)
def test_duplicate_vote(town: Town, visit: Visit) -> None:
    """Twice in a row, or twice at one instant through two connections: one yes, and one place filled."""
    order = town.propose("reviewer 1", "account.hide", "president").order
    second = other_door(town)

    def sign(door: Town) -> str:
        try:
            return type(door.approve("reviewer 2", order.id).verdict).__name__
        except AlreadyVotedError:
            return "again"

    try:
        assert sorted(map(str, race(lambda: sign(town), lambda: sign(second)))) == ["Waiting", "again"]
    finally:
        second.db.close()
    answer = visit("reviewer 2").post(f"/desk/orders/{order.id}/approve", {"digest": order.digest.hex()})
    assert answer.status_code == 409
    assert votes(town, order.id) == 1
    assert town.read(order.id).state is State.WAITING


@pytest.mark.promise(2)
def test_clause_filled_twice_by_one_person(town: Town) -> None:
    """A reviewer who is a duty manager too, of another team, fits both places and fills one."""
    both = agreed(
        town,
        town.change("administrator", "role.grant", town.person_id("manager south"), role="reviewer"),
        "manager north",
        "reviewer 2",
    )
    assert both.state is State.EXECUTED
    order_id = town.propose("reviewer 1", "account.hide", "president").order.id
    town.tell_everyone(order_id)
    assert town.approve("manager south", order_id).order.state is State.WAITING
    with pytest.raises(AlreadyVotedError):
        town.approve("manager south", order_id)
    _, body = last_entry(town, order_id)
    assert sorted(bool(one) for one in body["verdict"]["filled"]) == [False, True]
    assert town.standing("president") == "active"


@pytest.mark.promise(3)
@pytest.mark.promise(4)
def test_group_matched_by_name_after_a_rename(town: Town) -> None:
    """Whoever has moved to the proposer's team since their yes is of another team no more."""
    held = town.until_held()
    manager = town.person_id("manager south")
    agreed(town, town.change("administrator", "person.end", manager), "manager north")
    town.clock.advance(1)
    moved = {"employer": "House", "team": "North", "starts": to_iso(town.now - town.now % 1_000_000)}
    agreed(town, town.change("administrator", "person.engage", manager, **moved), "manager north")
    void(town, town.drive(held.id), "ineligible")
    assert town.standing("president") == "active"


@pytest.mark.promise(2)
def test_group_renamed_by_its_spelling_alone(town: Town) -> None:
    """“NORTH ” is North: a place for another team is not filled by a new spelling of the proposer's."""
    bond = {"employer": "House", "team": "  NORTH", "starts": to_iso(town.now)}
    person = agreed(
        town,
        town.change("administrator", "person.enrol", 0, name="Spelt", email="spelt@example.org", **bond),
        "manager north",
    ).subject_id
    agreed(
        town,
        town.change("administrator", "role.grant", person, role="duty manager"),
        "manager north",
        "reviewer 2",
    )
    town.clock.advance(15 * 24 * HOUR)
    town.give_key(person)
    hours = {"starts": to_iso(town.now), "ends": to_iso(town.now + 8 * HOUR)}
    agreed(town, town.change("administrator", "shift.add", person, **hours), "manager north")
    town.people["spelt"] = Actor.person(person)
    order_id = town.propose("reviewer 1", "account.hide", "president").order.id
    refused(town, town.approve("spelt", order_id), "no-open-place", "silence-critical")


MISSING = ('{ n = 1, role = "reviewer" }', '{ role = "reviewer" }')
NOBODY = ('{ n = 1, role = "reviewer" }', '{ n = 0, role = "reviewer" }')


@pytest.mark.promise(2)
@pytest.mark.parametrize(("old", "new"), [MISSING, NOBODY], ids=["missing", "0"])
def test_n_missing_or_0(town: Town, run: Run, visit: Visit, old: str, new: str) -> None:
    """No door takes such a rulebook: not the order, not the command, not the founding."""
    with pytest.raises(RulebookError, match=r"approve 1\.n"):
        other_rules(town, old, new)
    Path("weak.toml").write_text(SHIPPED_TEXT.replace(old, new), "utf-8")  # The command line has a folder of its own.
    for command in (
        ("propose", "rulebook.replace", "weak.toml", "--as", "administrator"),
        ("prove", "weak.toml"),
        ("rules", "check", "weak.toml"),
    ):
        code, said = run(*command)
        assert code == 2, said
        assert "approve 1.n" in said
    weak = {"text": SHIPPED_TEXT.replace(old, new)}
    answer = visit("administrator", accept="application/json").post("/desk/rules/new", json=weak)
    assert answer.status_code == 400
    assert "approve 1.n" in answer.json()["detail"]
    with town.db.reading() as tx:
        assert queries.count_open(tx) == 0
