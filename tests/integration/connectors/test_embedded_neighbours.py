"""What the network announces arrives where it belongs; the tests' own neighbours do as the real ones do."""

from pathlib import Path

import pytest
from sqlalchemy import select

from gardefou.accounts import queries as accounts
from gardefou.accounts.observe import observe
from gardefou.clock import Micros, SimulatedClock
from gardefou.connectors.embedded.explanation import explain
from gardefou.connectors.embedded.neighbours import EmbeddedNeighbours
from gardefou.events import Actor
from gardefou.events.actor import SETUP
from gardefou.guard.rules import load
from gardefou.network.change_language import change_language
from gardefou.network.follow import follow
from gardefou.network.ports import Neighbours
from gardefou.network.post import post
from gardefou.network.report import asked, report
from gardefou.orders import rulebook
from gardefou.orders.lifecycle import State
from gardefou.reports.categories import Category
from gardefou.reports.tables import cases, report_post
from gardefou.reports.tables import report as report_table
from gardefou.storage import Database, Tx
from gardefou.words import speak
from tests.factories.network import make_member
from tests.factories.town import found_town
from tests.fakes.neighbours import NeighboursInMemory

RULEBOOK = Path(__file__).parents[3] / "rulebooks" / "shipped.toml"
VISITOR = Actor.visitor("0" * 32)


@pytest.fixture
def embedded(db: Database, now: Micros) -> EmbeddedNeighbours:
    with db.transaction() as tx:
        rulebook.enter(tx, actor=SETUP, now=now, text=RULEBOOK.read_text("utf-8"), loader=load)
    return EmbeddedNeighbours()


def _report(tx: Tx, neighbours: Neighbours, now: int, handle: str, *post_ids: int) -> int:
    one = asked(
        neighbours,
        actor=VISITOR,
        account=handle,
        category="threats",
        comment="Look",
        post_ids=post_ids,
        locale="fr",
    )
    return report(tx, neighbours, now=now, one=one).receipt


@pytest.mark.parametrize("real", [True, False], ids=["embedded", "in memory"])
def test_both_neighbours_keep_the_contract(
    db: Database, now: Micros, embedded: EmbeddedNeighbours, *, real: bool
) -> None:
    neighbours: Neighbours = embedded if real else NeighboursInMemory()
    with db.transaction() as tx:
        alice = make_member(tx, now, handle="alice", neighbours=neighbours)
        post_id = post(tx, neighbours, actor=Actor.member(alice), now=now, text="Hello", locale="en")
        first = _report(tx, neighbours, now, "alice", post_id)
        assert _report(tx, neighbours, now, "alice", post_id) == first
        assert _report(tx, neighbours, now, "alice") != first
        assert neighbours.explain_standing(tx, account_id=alice) is None
    assert {"threats", "spam"} <= {choice.value for choice in neighbours.categories()}


def test_new_member_is_an_account_of_the_house_under_the_same_id(
    db: Database, now: Micros, embedded: EmbeddedNeighbours
) -> None:
    with db.transaction() as tx:
        alice = make_member(tx, now, handle="Alice", email="alice@example.org", neighbours=embedded)
        row = accounts.account(tx, alice)
    assert (row["platform"], row["handle"], row["contact"]) == ("embedded", "Alice", "alice@example.org")


def test_counters_and_language_follow_and_the_version_stays(
    db: Database, now: Micros, embedded: EmbeddedNeighbours
) -> None:
    with db.transaction() as tx:
        alice = make_member(tx, now, handle="alice", neighbours=embedded)
        bob = make_member(tx, now, neighbours=embedded)
        follow(tx, embedded, actor=Actor.member(bob), now=now, handle="alice")
        post(tx, embedded, actor=Actor.member(alice), now=now, text="Hello", locale="en")
        change_language(tx, embedded, actor=Actor.member(alice), now=now, locale="fr")
        row = accounts.account(tx, alice)
    assert (row["followers"], row["peak_followers"], row["posts"], row["locale"]) == (1, 1, 1, "fr")
    assert row["version"] == 1


@pytest.mark.promise(17)
def test_report_is_in_its_case_with_its_posts_once_it_is_acknowledged(
    db: Database, now: Micros, embedded: EmbeddedNeighbours
) -> None:
    with db.transaction() as tx:
        alice = make_member(tx, now, handle="alice", neighbours=embedded)
        post_id = post(tx, embedded, actor=Actor.member(alice), now=now, text="A threat", locale="en")
        receipt = _report(tx, embedded, now, "alice", post_id)
    with db.reading() as tx:
        row = tx.first(select(report_table).where(report_table.c.id == receipt))
        case = tx.first(select(cases))
        kept = tx.first(select(report_post))
    assert row is not None
    assert case is not None
    assert kept is not None
    assert (row["account_id"], row["reporter"], row["comment"], row["locale"]) == (alice, str(VISITOR), "Look", "fr")
    assert (row["case_id"], case["account_id"], case["state"], case["protected"]) == (case["id"], alice, "open", 0)
    assert (kept["post_id"], kept["excerpt"], kept["posted_at"]) == (post_id, "A threat", now)


def test_case_of_a_protected_account_says_so(db: Database, now: Micros, embedded: EmbeddedNeighbours) -> None:
    with db.transaction() as tx:
        alice = make_member(tx, now, handle="alice", neighbours=embedded)
        observe(tx, actor=SETUP, now=now, account_id=alice, followers=41_700_000)
        _report(tx, embedded, now, "alice")
        assert tx.scalar(select(cases.c.protected)) == 1


def test_every_category_can_be_chosen_in_both_languages(embedded: EmbeddedNeighbours) -> None:
    with speak("en"):
        english = embedded.categories()
    with speak("fr"):
        french = embedded.categories()
    assert [choice.value for choice in english] == list(Category)
    assert all(one.label != other.label for one, other in zip(english, french, strict=True))


@pytest.mark.parametrize(
    ("kind", "english", "french"),
    [
        (
            "account.hide",
            "hidden since 2 Nov 2017, 19:00\N{NO-BREAK SPACE}UTC",
            "masqué depuis le 2 nov. 2017, 19:00\N{NO-BREAK SPACE}UTC",
        ),
        ("account.freeze", "frozen since", "gelé depuis"),
    ],
)
def test_owner_is_told_what_when_why_and_how_to_contest(
    db: Database, clock: SimulatedClock, kind: str, english: str, french: str
) -> None:
    town = found_town(db, clock)
    order = town.propose("agent", kind, "anna", reason="spam").order
    assert order.state is State.EXECUTED
    told = {}
    for language in ("en", "fr"):
        with db.reading() as tx, speak(language):
            told[language] = EmbeddedNeighbours().explain_standing(tx, account_id=town.accounts["anna"])
    assert told["en"] is not None
    assert told["fr"] is not None
    assert english in told["en"][0]
    assert "Spam" in told["en"][1]
    assert str(order.id) in told["en"][-1]
    assert french in told["fr"][0]
    assert all(one != other for one, other in zip(told["en"], told["fr"], strict=True))


def test_nothing_in_effect_needs_no_explanation() -> None:
    assert explain([]) is None
