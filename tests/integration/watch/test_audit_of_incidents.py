"""What the audit names beside orders and votes: statements, incidents, and notices that a hold counted on."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select, update

from gardefou.clock import MINUTE, SECOND, SimulatedClock, from_iso
from gardefou.connectors.embedded.platform import EmbeddedPlatform
from gardefou.enforcement.restore import restore
from gardefou.events.tables import outbox as outbox_table
from gardefou.incidents import queries
from gardefou.incidents.claims import claims_of
from gardefou.incidents.draft import draft
from gardefou.incidents.publish import PublishEffect, StatementSubjects
from gardefou.incidents.stand_down import stand_down
from gardefou.incidents.tables import incident, incident_order, statement
from gardefou.ledger import store
from gardefou.orders.lifecycle import State
from gardefou.orders.tables import notice
from gardefou.orders.veto import veto
from gardefou.storage import Database, Tx, open_database
from gardefou.watch.audit import audit_all
from gardefou.watch.finding import Finding, sentence
from gardefou.words import speak
from tests.conftest import fresh_database
from tests.factories.town import Town, found_town

PLATFORM = EmbeddedPlatform()


@dataclass(frozen=True)
class Silent:
    """An official account that says nothing."""

    def announce(self, tx: Tx, *, now: int, text: str, locale: str) -> None:
        """Say nothing."""


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Town]]:
    """A town with a past, in a closed database to copy: its past is long, and each test changes one thing in it."""
    with fresh_database(request, request.param, tmp_path_factory.mktemp("told")) as url:
        db = open_database(url, node=1)
        made = with_a_past(db, SimulatedClock(from_iso("2017-11-02T19:00:00Z")))
        db.close()
        yield url, made


@pytest.fixture
def town(told: tuple[str, Town], request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Town]:
    """A copy of it for one test."""
    kind = "sqlite" if told[0].startswith("sqlite") else "postgresql"
    with fresh_database(request, kind, tmp_path, of=told[0]) as url:
        db = open_database(url, node=2)
        yield replace(told[1], db=db, clock=SimulatedClock(told[1].now))
        db.close()


def with_a_past(db: Database, clock: SimulatedClock) -> Town:
    """Return a town whose critical account was hidden by the rules and restored; one statement out, one in draft."""
    made = found_town(db, clock)
    made.ports = replace(
        made.ports,
        subjects={**made.ports.subjects, "statement": StatementSubjects()},
        effects={**made.ports.effects, "statement": PublishEffect(announcer=Silent(), url="http://localhost:8000")},
    )
    held = made.until_held()
    clock.advance(10 * MINUTE)
    assert made.drive(held.id).state is State.EXECUTED
    clock.advance(41 * SECOND)
    with db.transaction() as tx:
        restore(
            tx,
            made.ports,
            actor=made.people["reviewer south"],
            now=made.now,
            subject_kind="account",
            subject_id=made.accounts["president"],
        )
    incident_id = incident_of(made)
    first = write(made, incident_id)
    order = publish(made, first)
    made.approve("manager south", order)
    clock.advance(SECOND)
    write(made, incident_id, supersedes=first)
    assert found(made) == []
    return made


def incident_of(town: Town) -> int:
    with town.db.reading() as tx:
        return int(tx.scalar(select(incident.c.id)))


def write(town: Town, incident_id: int, *, supersedes: int | None = None) -> int:
    with town.db.transaction() as tx:
        keys = [claim.key for claim in claims_of(tx, incident_id)]
        return draft(
            tx,
            actor=town.people["reviewer 1"],
            now=town.now,
            incident_id=incident_id,
            claims=keys,
            supersedes=supersedes,
        )


def publish(town: Town, statement_id: int) -> int:
    return town.propose(
        "reviewer 1", "statement.publish", "president", subject_id=statement_id, reason="", evidence=None
    ).order.id


def found(town: Town) -> list[Finding]:
    with town.db.reading() as tx:
        return audit_all(tx, platform=PLATFORM)


def tampered(town: Town, change: Callable[[Tx], object]) -> list[tuple[str, object]]:
    """Change something behind the house's back; return what is then found, as code and column."""
    with town.db.transaction() as tx:
        change(tx)
    findings = found(town)
    for language in ("en", "fr"):
        with speak(language):
            assert all(sentence(finding) for finding in findings)
    return [(finding.code, finding.fields.get("column")) for finding in findings]


@pytest.mark.promise(19)
@pytest.mark.parametrize("published", [True, False])
@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("text_en", "It never went."),
        ("text_fr", "Il n’est jamais parti."),
        ("claims", "[]"),
        ("drafted_by", "person:1"),
        ("drafted_at", 5),
    ],
)
def test_an_edited_statement_is_named(town: Town, column: str, value: object, *, published: bool) -> None:
    which = statement.c.published_at.is_not(None) if published else statement.c.published_at.is_(None)
    codes = tampered(town, lambda tx: tx.execute(update(statement).where(which).values(**{column: value})))
    assert ("statement-differs", column) in codes


@pytest.mark.promise(19)
@pytest.mark.parametrize(("column", "value"), [("supersedes", None), ("number", 9)])
def test_a_draft_with_another_place_among_statements_is_named(town: Town, column: str, value: object) -> None:
    drafted = statement.c.published_at.is_(None)
    codes = tampered(town, lambda tx: tx.execute(update(statement).where(drafted).values(**{column: value})))
    assert codes == [("statement-differs", column)]


@pytest.mark.promise(19)
def test_a_statement_taken_back_put_in_or_removed_is_named(town: Town) -> None:
    out = statement.c.published_at.is_not(None)
    codes = tampered(town, lambda tx: tx.execute(update(statement).where(out).values(published_at=None)))
    assert codes == [("statement-differs", "published_at")]
    codes = tampered(town, lambda tx: tx.execute(delete(statement)))
    assert set(codes) == {("statement-differs", "id")}


@pytest.mark.promise(19)
def test_a_statement_nobody_drafted_is_named(town: Town) -> None:
    def forge(tx: Tx) -> None:
        row = dict(tx.all(select(statement).where(statement.c.published_at.is_(None)))[0])
        tx.execute(insert(statement).values(row | {"id": 7, "number": 9}))

    assert tampered(town, forge) == [("statement-differs", "id")]


def remove_incidents(tx: Tx) -> None:
    for table in (incident_order, statement, incident):
        tx.execute(delete(table))


@pytest.mark.promise(14)
def test_a_removed_incident_is_named(town: Town) -> None:
    assert ("incident-differs", "id") in tampered(town, remove_incidents)


@pytest.mark.promise(14)
@pytest.mark.parametrize(
    ("column", "value"),
    [("state", "stood down"), ("kind", "difference"), ("opened_at", 5), ("order_id", None), ("stood_down_at", 5)],
)
def test_an_edited_incident_is_named(town: Town, column: str, value: object) -> None:
    codes = tampered(town, lambda tx: tx.execute(update(incident).values(**{column: value})))
    assert codes == [("incident-differs", column)]


@pytest.mark.promise(14)
def test_an_incident_stood_down_agrees_and_another_name_for_who_did_it_is_named(town: Town) -> None:
    with town.db.transaction() as tx:
        stand_down(tx, actor=town.people["manager north"], now=town.now, incident_id=incident_of(town))
    assert found(town) == []
    other = str(town.people["manager south"])
    codes = tampered(town, lambda tx: tx.execute(update(incident).values(stood_down_by=other)))
    assert codes == [("incident-differs", "stood_down_by")]


@pytest.mark.promise(14)
def test_an_incident_nobody_opened_is_named(town: Town) -> None:
    def forge(tx: Tx) -> None:
        row = dict(queries.incident(tx, incident_of(town)))
        tx.execute(insert(incident).values(row | {"id": 7, "account_id": town.accounts["mayor"]}))

    assert tampered(town, forge) == [("incident-differs", "id")]


@pytest.mark.promise(13)
@pytest.mark.parametrize("change", [{"accepted_at": 5}, {"created_at": 2**60}, {"needed": 0}])
def test_an_edited_notice_is_named(town: Town, change: dict[str, int]) -> None:
    codes = tampered(town, lambda tx: tx.execute(update(notice).where(notice.c.stage == "proposed").values(**change)))
    assert codes[0][0] == "notice-differs"


@pytest.mark.promise(13)
def test_a_notice_whose_message_was_not_accepted_is_named(town: Town) -> None:
    queued = outbox_table.c.id.in_(select(notice.c.outbox_id).where(notice.c.accepted_at.is_not(None)))
    codes = tampered(town, lambda tx: tx.execute(update(outbox_table).where(queued).values(state="queued")))
    assert set(codes) == {("notice-differs", "accepted_at")}


@pytest.mark.promise(13)
def test_a_hold_begun_on_notices_marked_by_hand_is_named(town: Town) -> None:
    """Marked, held, and unmarked again: nothing is left of it but the record's own words."""
    order_id = town.propose("reviewer 1", "account.freeze", "president").order.id
    town.approve("reviewer 2", order_id)
    with town.db.transaction() as tx:
        tx.execute(update(notice).where(notice.c.order_id == order_id).values(accepted_at=town.now))
    held = town.approve("manager south", order_id).order
    assert held.state is State.HELD
    codes = tampered(
        town, lambda tx: tx.execute(update(notice).where(notice.c.order_id == order_id).values(accepted_at=None))
    )
    assert codes == [("notices-early", None)]


@pytest.mark.promise(13)
def test_a_hold_whose_notices_were_removed_is_named(town: Town) -> None:
    assert tampered(town, lambda tx: tx.execute(delete(notice))) == [("notices-early", None)]


@pytest.mark.promise(13)
def test_notices_accepted_late_agree_with_the_record(town: Town, clock: SimulatedClock) -> None:
    order_id = town.propose("reviewer 1", "account.freeze", "president").order.id
    clock.advance(MINUTE)
    town.tell_everyone(order_id)
    town.approve("reviewer 2", order_id)
    assert found(town) == []


@pytest.mark.promise(15)
def test_an_order_that_ends_with_signatures_names_nobody_in_the_record(town: Town) -> None:
    """Whoever had signed which place is kept with the order's end, by commitment like everyone."""
    order_id = town.propose("reviewer 1", "account.freeze", "president").order.id
    town.approve("reviewer 2", order_id)
    with town.db.transaction() as tx:
        veto(tx, town.ports, actor=town.people["manager north"], now=town.now, order_id=order_id, why="Wait.")
    assert town.read(order_id).state is State.VOID
    keys = {actor.key for actor in town.people.values()}
    with town.db.reading() as tx:
        texts = {text for entry in store.entry_of_order(tx, order_id) for text in store.texts_in(entry.body)}
    assert texts & keys == set()
    assert found(town) == []
