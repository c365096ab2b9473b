"""The desk says how fresh the witnesses' word is: on the ledger's page, and on an order that waits for it."""

import re

import pytest

from gardefou.clock import MINUTE, SECOND, SimulatedClock
from gardefou.desk.witnessed import asked_of
from gardefou.ledger import store, witnessed
from gardefou.ledger.checkpoint import Checkpoint
from gardefou.orders import queries
from gardefou.storage import Database
from tests.factories.guard import WITNESSED_TEXT
from tests.factories.ledger import LOG, ORIGIN
from tests.factories.town import Town, found_town
from tests.integration.desk.conftest import Visit


@pytest.fixture
def town(db: Database, clock: SimulatedClock) -> Town:
    """A town whose rules ask for a witness."""
    return found_town(db, clock, rulebook_text=WITNESSED_TEXT)


def text(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


@pytest.mark.promise(13)
def test_an_order_that_waits_for_a_witness_says_so(town: Town, visit: Visit) -> None:
    order_id = town.propose("reviewer 1", "account.hide", "president").order.id
    browser = visit("reviewer 2")
    assert "No witness has signed the record yet." in text(browser.get("/desk/ledger").text)
    page = text(browser.get(f"/desk/orders/{order_id}").text)
    assert "No witness has signed the record yet. The rules ask for 5 min at most. Until then it waits" in page
    with town.db.transaction() as tx:
        head = store.head(tx)
        note = Checkpoint(origin=ORIGIN, size=head.size, root=head.root).signed(LOG)
        witnessed.keep(tx, signed=str(note), at=town.now)
    town.clock.advance(2 * MINUTE + 5 * SECOND)
    page = text(browser.get(f"/desk/orders/{order_id}").text)
    assert "Signed by witnesses 2 min 5 s ago. The rules ask for 5 min at most." in page
    assert "Until then it waits" not in page
    assert f"Signed by witnesses 2 min 5 s ago. At {head.size} entries." in text(browser.get("/desk/ledger").text)
    french = text(visit("reviewer 2", language="fr").get("/desk/rules").text)
    assert "la signature d’un témoin depuis moins de 5 min" in french
    with town.db.reading() as tx:
        assert asked_of(tx, queries.order(tx, order_id), town.now) is not None
    other = town.propose("reviewer 1", "account.hide", "mayor").order.id
    assert "The rules ask for" not in text(browser.get(f"/desk/orders/{other}").text)
