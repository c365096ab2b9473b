"""A house that asks for a clause of its policy: chosen at the desk, signed with the order, read by the owner."""

import pytest
from sqlalchemy import select

from gardefou.clock import SimulatedClock
from gardefou.events.tables import outbox
from gardefou.ledger import store
from gardefou.orders.lifecycle import State
from gardefou.orders.tables import orders
from gardefou.storage import Database
from tests.factories.town import RULEBOOKS, Town, found_town
from tests.integration.desk.conftest import Visit

#: What differs between the databases is below the pages, and is tested there on both.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

TEXT = (RULEBOOKS / "shipped.toml").read_text("utf-8").replace(
    'needs = ["on shift", "reason"]', 'needs = ["on shift", "reason", "policy clause"]', 1
) + '\n[policy]\n"3.1" = "No threats."\n"4" = "Nobody is impersonated."\n'


@pytest.fixture
def town(db: Database, clock: SimulatedClock) -> Town:
    """A town whose ordinary accounts are silenced under a clause."""
    return found_town(db, clock, rulebook_text=TEXT)


@pytest.mark.promise(3)
def test_a_clause_is_chosen_signed_and_told_to_the_owner(town: Town, visit: Visit) -> None:
    anna = str(town.accounts["anna"])
    agent = visit("agent", accept="application/json")
    asked = {"kind": "account.limit", "reason": "hate", "subject_id": anna}
    assert "needs-policy-clause" in agent.post("/desk/orders", json=asked).text
    done = agent.post("/desk/orders", json={**asked, "clause": "3.1"})
    assert done.status_code == 200
    order = town.read(int(done.json()["order"]))
    assert (order.state, order.clause) == (State.EXECUTED, "3.1")
    with town.db.reading() as tx:
        assert store.entry_of_order(tx, order.id)[0].body["clause"] == "3.1"
        letters = [row["body"] for row in tx.all(select(outbox)) if "anna@example.net" in row["body"]]
    assert "Under which clause of our policy: 3.1." in letters[0]
    assert "Policy clause" in visit("agent").get(f"/desk/orders/{order.id}").text


@pytest.mark.promise(20)
def test_a_clause_that_the_policy_has_not_is_refused_and_nothing_is_written(town: Town, visit: Visit) -> None:
    asked = {"kind": "account.limit", "reason": "hate", "clause": "9", "subject_id": str(town.accounts["anna"])}
    answer = visit("agent", language="fr").post("/desk/orders", asked)
    assert answer.status_code == 400
    assert "n’ont pas cette clause" in answer.text
    with town.db.reading() as tx:
        assert tx.all(select(orders)) == []


def test_the_forms_offer_the_clauses_with_their_words(town: Town, visit: Visit) -> None:
    assert '<option value="4">4 – Nobody is impersonated.</option>' in visit("agent").get("/desk/who/anna").text
