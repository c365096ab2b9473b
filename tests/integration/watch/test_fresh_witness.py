"""An order on a critical account may wait for a witness that has signed lately, or for one more (promise 13)."""

from collections.abc import Callable
from dataclasses import asdict

import pytest
from sqlalchemy import delete, insert, update

from gardefou.clock import MINUTE, SECOND, SimulatedClock
from gardefou.connectors.embedded.platform import EmbeddedPlatform
from gardefou.ledger import store, witnessed
from gardefou.ledger.checkpoint import Checkpoint
from gardefou.ledger.cosignature import cosign
from gardefou.ledger.errors import BehindError
from gardefou.ledger.note import Note
from gardefou.ledger.tables import cosigned
from gardefou.orders.lifecycle import State
from gardefou.orders.order import Order
from gardefou.storage import Database, Tx
from gardefou.watch.audit import audit
from tests.factories.guard import SHIPPED_TEXT, WITNESSED_TEXT
from tests.factories.ledger import LOG, ORIGIN, WITNESS
from tests.factories.town import Town, found_town

pytestmark = pytest.mark.promise(13)


@pytest.fixture
def town(db: Database, clock: SimulatedClock) -> Town:
    return found_town(db, clock, rulebook_text=WITNESSED_TEXT)


def signed_by_witness(town: Town, *, size: int | None = None, at: int | None = None) -> witnessed.Cosigned:
    """Let enough witnesses sign the record as it is."""
    with town.db.transaction() as tx:
        head = store.head(tx)
        root = head.root if size is None else bytes(32)
        plain = Checkpoint(origin=ORIGIN, size=head.size if size is None else size, root=root).signed(LOG)
        line = cosign(plain.text, signer=WITNESS, seconds=town.now // SECOND)
        note = Note(text=plain.text, signatures=(*plain.signatures, line))
        return witnessed.keep(tx, signed=str(note), at=town.now if at is None else at)


def signed(town: Town) -> Order:
    """Take an order on a critical account until all that the rules ask have signed, and all are told."""
    order_id = town.propose("reviewer 1", "account.hide", "president").order.id
    town.tell_everyone(order_id)
    town.approve("reviewer 2", order_id)
    return town.approve("manager south", order_id).order


def found(town: Town) -> str:
    with town.db.reading() as tx:
        finding = audit(tx, platform=EmbeddedPlatform())
    return "" if finding is None else finding.code


def test_the_hold_begins_once_a_witness_has_signed(town: Town) -> None:
    order = signed(town)
    assert order.state is State.WAITING
    assert [reason.code for reason in order.verdict.reasons] == ["witness-stale"]
    assert town.drive(order.id).state is State.WAITING
    signed_by_witness(town)
    held = town.drive(order.id)
    assert held.state is State.HELD
    assert held.held_from == town.now
    town.clock.advance(10 * MINUTE)
    assert town.drive(order.id).state is State.HELD  # It fell silent meanwhile: nothing happens, and nothing is void.
    signed_by_witness(town)
    assert town.drive(order.id).state is State.EXECUTED
    assert found(town) == ""


def test_one_more_approver_stands_in(town: Town) -> None:
    """Also one of a role that no rule asks for beyond its own places."""
    order = signed(town)
    assert town.approve("manager north", order.id).order.state is State.HELD
    town.clock.advance(10 * MINUTE)
    assert town.drive(order.id).state is State.EXECUTED
    assert town.restore("agent", "president").order.state is State.EXECUTED
    assert found(town) == ""


@pytest.mark.promise(5)
def test_without_either_the_order_ends_unexecuted(town: Town) -> None:
    order = signed(town)
    town.clock.advance(121 * MINUTE)
    assert town.drive(order.id).state is State.VOID
    signed_by_witness(town)
    held = signed(town)
    assert held.state is State.HELD
    town.clock.advance(41 * MINUTE)
    assert town.drive(held.id).state is State.VOID
    assert town.standing("president") == "active"


@pytest.mark.promise(7)
def test_vetoes_restores_and_other_accounts_need_none(town: Town) -> None:
    assert town.propose("agent", "account.hide", "anna").order.state is State.EXECUTED
    assert town.restore("agent", "anna").order.state is State.EXECUTED


def test_where_no_rule_asks_nobody_looks(db: Database, clock: SimulatedClock) -> None:
    town = found_town(db, clock, rulebook_text=SHIPPED_TEXT)
    signed_by_witness(town)
    order = signed(town)
    assert order.state is State.HELD
    assert order.facts["clocks"]["witnessed_at"] is None


#: What somebody might write into the table, and what is then found.
BY_HAND: tuple[tuple[Callable[[Tx], object], str], ...] = (
    (lambda tx: tx.execute(delete(cosigned)), "witness-unshown"),
    (lambda tx: tx.execute(update(cosigned).values(cosigned_at=1, renewed_at=2)), "witness-unshown"),
    (lambda tx: tx.execute(update(cosigned).values(root=bytes(32))), "head-differs"),
    (lambda tx: tx.execute(update(cosigned).values(size=10**6)), "head-differs"),
    (lambda tx: tx.execute(update(cosigned).values(note="x")), "head-differs"),
)


@pytest.mark.promise(14)
def test_a_witness_written_in_by_hand_is_found(town: Town) -> None:
    kept = signed_by_witness(town)
    assert signed(town).state is State.HELD
    assert found(town) == ""
    for change, code in BY_HAND:
        with town.db.transaction() as tx:
            change(tx)
        assert found(town) == code
        with town.db.transaction() as tx:
            tx.execute(delete(cosigned))
            tx.execute(insert(cosigned).values(**asdict(kept)))
    assert found(town) == ""


@pytest.mark.promise(14)
def test_a_head_that_the_record_does_not_have_is_not_kept(town: Town) -> None:
    kept = signed_by_witness(town)
    with pytest.raises(BehindError, match="which the record does not have"):
        signed_by_witness(town, size=kept.size + 1)
    with pytest.raises(BehindError):
        signed_by_witness(town, size=kept.size)
    again = signed_by_witness(town, at=town.now + SECOND)
    assert (again.cosigned_at, again.renewed_at) == (town.now, town.now + SECOND)
    assert signed_by_witness(town, at=town.now) == again  # Nobody makes it older.
    with town.db.reading() as tx:
        assert witnessed.latest(tx) == again
        assert witnessed.latest_at(tx) == again.renewed_at
        assert witnessed.of_size(tx, 10**6) is None
