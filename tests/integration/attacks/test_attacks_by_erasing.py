"""Attacks with, and around, the order that erases somebody: to hide, to stop others, to come back as somebody new."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import DBAPIError

from gardefou.clock import to_iso
from gardefou.connectors.embedded.platform import EmbeddedPlatform
from gardefou.incidents.queries import incidents
from gardefou.incidents.stand_down import stand_down
from gardefou.ledger import tables
from gardefou.orders.errors import ErasedError
from gardefou.orders.lifecycle import State
from gardefou.orders.tables import orders
from gardefou.safeguards.errors import StillNeededError
from gardefou.staff.errors import PersonError
from gardefou.staff.tables import credential, person
from gardefou.storage import Tx
from gardefou.watch.audit import audit_all
from tests.factories.erased import about, agreed, by_order
from tests.factories.guards import unguarded
from tests.factories.town import Town


def codes(town: Town) -> set[str]:
    """Return what the audit names, whatever it names first."""
    with town.db.reading() as tx:
        return {found.code for found in audit_all(tx, platform=EmbeddedPlatform())}


def stand_all_down(town: Town) -> None:
    """Let somebody who had no part in them stand every incident down."""
    with town.db.transaction() as tx:
        for row in incidents(tx):
            stand_down(tx, actor=town.people["manager north"], now=town.now, incident_id=row["id"])


@pytest.mark.promise(15)
def test_erasing_to_hide_during_an_open_incident(town: Town) -> None:
    """Not whoever tried, not whoever signed what was put back; once it is stood down, yes."""
    town.propose("contractor", "account.hide", "president")
    town.until_executed("reviewer 1", "account.hide", "mayor")
    town.restore("agent", "mayor")
    for name in ("contractor", "reviewer 2", "agent"):
        by_order(town, "person.end", town.person_id(name))
        with pytest.raises(StillNeededError, match=f"^{name} is named by incident [0-9]+, which is open$"):
            about(town, "person.erase", town.person_id(name))
    stand_all_down(town)
    by_order(town, "person.erase", town.person_id("reviewer 2"))


@pytest.mark.promise(15)
def test_an_incident_that_opens_during_the_hold_ends_the_erasing(town: Town) -> None:
    town.until_executed("reviewer 1", "account.hide", "mayor")
    gone = town.person_id("reviewer 2")
    by_order(town, "person.end", gone)
    order_id = about(town, "person.erase", gone).order.id
    town.tell_everyone(order_id)
    town.approve("manager north", order_id)
    assert town.approve("auditor", order_id).order.state is State.HELD
    town.restore("agent", "mayor")
    town.clock.advance(town.read(order_id).hold)
    assert town.drive(order_id).ended_because == "stale"


@pytest.mark.promise(3)
@pytest.mark.promise(15)
def test_erasing_a_colleague_to_void_an_open_order(town: Town) -> None:
    """What they asked for is stopped by a veto, in the open, and not by making them nobody."""
    asked = town.propose("reviewer 1", "account.hide", "president").order
    signed = town.propose("reviewer south", "account.limit", "mayor").order
    town.approve("reviewer 2", signed.id)
    for name, order in (("reviewer 1", asked), ("reviewer 2", signed)):
        by_order(town, "person.end", town.person_id(name))
        with pytest.raises(StillNeededError, match=f"^{name} is part of order {order.id}, which is open"):
            about(town, "person.erase", town.person_id(name))
    assert town.read(asked.id).state is State.WAITING
    assert town.drive(asked.id).ended_because == "ineligible", "their engagement ended, which everybody could see"


@pytest.mark.promise(15)
def test_erasing_somebody_who_is_still_here_or_oneself(town: Town) -> None:
    for name in ("agent", "administrator"):
        with pytest.raises(StillNeededError, match=f"^{name} is engaged: end the engagement first$"):
            about(town, "person.erase", town.person_id(name))
    gone = town.person_id("reviewer south")
    by_order(town, "person.end", gone)
    later = to_iso(town.now + 1_000_000)
    by_order(town, "person.engage", gone, employer="House", team="South", starts=later)
    with pytest.raises(StillNeededError, match="engaged"):
        about(town, "person.erase", gone)


@pytest.mark.promise(11)
@pytest.mark.promise(15)
def test_erasing_takes_three_people_and_a_day_and_one_veto_stops_it(town: Town) -> None:
    gone = town.person_id("reviewer south")
    by_order(town, "person.end", gone)
    assert about(town, "person.erase", gone, by="manager north").order.state is State.REFUSED
    order_id = about(town, "person.erase", gone).order.id
    assert town.approve("administrator", order_id).order.state is State.WAITING
    assert town.approve("reviewer 1", order_id).order.state is State.WAITING
    assert agreed(town, order_id).state is State.EXECUTED
    with pytest.raises(ErasedError, match="was erased"):
        about(town, "person.erase", gone)


@pytest.mark.promise(2)
@pytest.mark.promise(15)
def test_the_same_human_comes_back_as_somebody_new(town: Town) -> None:
    """Nothing is granted to the number that was erased, and nobody goes by its placeholder."""
    gone = town.person_id("reviewer south")
    by_order(town, "person.end", gone)
    by_order(town, "person.erase", gone)
    for kind, change in (("role.grant", {"role": "reviewer"}), ("credential.enrol", {"way": "passkey"})):
        with pytest.raises(ErasedError, match="enrolled anew"):
            about(town, kind, gone, **change)
    bond: Mapping[str, Any] = {"employer": "House", "team": "South", "starts": to_iso(town.now)}
    with pytest.raises(PersonError, match="stands for somebody who was erased"):
        about(town, "person.enrol", 0, name=f"Erased {gone}", email="x@example.org", **bond)
    back = by_order(town, "person.enrol", 0, name="reviewer south", email="reviewer.south@example.org", **bond)
    assert back.subject_id != gone
    assert codes(town) == set()


Change = Callable[[Tx, int], object]
_OPENING = tables.opening
_EMPTY = {"salt": b"", "content": ""}
#: What raw SQL may try on what opens the record, each refused by the database itself.
TRIED: dict[str, Change] = {
    "emptied": lambda tx, who: tx.execute(update(_OPENING).where(_OPENING.c.about_person == who).values(**_EMPTY)),
    "deleted": lambda tx, who: tx.execute(delete(_OPENING).where(_OPENING.c.about_person == who)),
    "renamed": lambda tx, who: tx.execute(
        update(_OPENING).where(_OPENING.c.about_person == who).values(content="nobody")
    ),
    "laid at another's door": lambda tx, who: tx.execute(
        update(_OPENING).where(_OPENING.c.about_person == who).values(about_person=7)
    ),
    "a key taken": lambda tx, who: tx.execute(
        update(credential).where(credential.c.person_id == who).values(label="erased", public_key=b"", ended_at=1)
    ),
}


REFUSED = r"GF00|an opening is kept|unspent|unique|UNIQUE"


def replaced(tx: Tx, who: int) -> None:
    """Write an opening again under the same key; SQLite's REPLACE would take the old one away without asking."""
    row = dict(tx.all(select(_OPENING).where(_OPENING.c.about_person == who))[0]) | _EMPTY
    tx.execute(insert(_OPENING).prefix_with("OR REPLACE", dialect="sqlite").values(row))


@pytest.mark.promise(10)
@pytest.mark.promise(15)
@pytest.mark.usefixtures("by_hand")
def test_openings_emptied_by_raw_sql(town: Town) -> None:
    """Without an order, with one that is spent, and with one to erase somebody else: the database refuses."""
    gone, other = town.person_id("reviewer south"), town.person_id("reviewer 1")
    by_order(town, "person.end", gone)
    by_order(town, "person.erase", gone)
    for attempt in (*TRIED.values(), replaced):
        with pytest.raises(DBAPIError, match=REFUSED), town.db.transaction() as tx:
            attempt(tx, other)
    with town.db.transaction() as tx:
        true = dict(tx.all(select(orders).where(orders.c.kind == "person.erase"))[0])
        tx.execute(insert(orders).values(true | {"id": 7, "digest": b"7" * 32, "nonce": b"7" * 16, "spent_at": None}))
    for attempt in (*TRIED.values(), replaced):
        with pytest.raises(DBAPIError, match=REFUSED), town.db.transaction() as tx:
            attempt(tx, other)
    assert codes(town) == {"order-forged"}
    with town.db.transaction() as tx:
        tx.execute(update(orders).where(orders.c.id == 7).values(subject_id=other))
        TRIED["emptied"](tx, other)
    assert {"order-forged", "opening-missing"} <= codes(town), "forged orders let raw SQL through; the record tells"


def _named_again(tx: Tx, who: int) -> None:
    tx.execute(update(person).where(person.c.id == who).values(name="reviewer south"))


def _opened_again(tx: Tx, who: int) -> None:
    with unguarded(tx, "opening"):
        tx.execute(
            update(_OPENING).where(_OPENING.c.about_person == who).values(salt=b"1" * 32, content="reviewer south")
        )


def _as_if(tx: Tx, who: int) -> None:
    row = tx.all(select(person.c.id).where(person.c.id != who).limit(1))[0]
    tx.execute(update(person).where(person.c.id == row["id"]).values(name=f"erased {row['id']}"))


@pytest.mark.promise(15)
@pytest.mark.usefixtures("by_hand")
@pytest.mark.parametrize(
    ("change", "code"),
    [(_named_again, "erasure-differs"), (_opened_again, "opening-kept"), (_as_if, "erasure-differs")],
)
def test_an_erasure_undone_or_feigned_is_named(town: Town, change: Change, code: str) -> None:
    """Who was erased stays so; and nobody looks erased whom no order has erased."""
    gone = town.person_id("reviewer south")
    by_order(town, "person.end", gone)
    by_order(town, "person.erase", gone)
    assert codes(town) == set()
    with town.db.transaction() as tx:
        change(tx, gone)
    assert code in codes(town)
