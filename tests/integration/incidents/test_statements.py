"""Incidents open by themselves; statements assert only what the record shows, and take two people."""

from dataclasses import dataclass, replace

import pytest

from gardefou.clock import MINUTE, SECOND, SimulatedClock
from gardefou.incidents import queries
from gardefou.incidents.claims import claims_of
from gardefou.incidents.draft import draft
from gardefou.incidents.errors import EmptyStatementError, NotPublishedError, StoodDownError, UnsupportedClaimError
from gardefou.incidents.publish import PublishEffect, StatementSubjects
from gardefou.incidents.stand_down import stand_down
from gardefou.orders.approve import approve
from gardefou.orders.errors import AlreadyInEffectError, AlreadyOpenError
from gardefou.orders.lifecycle import State
from gardefou.orders.propose import Outcome, propose
from gardefou.reports.errors import WorkerError
from gardefou.storage import Database, Tx
from tests.factories.town import Town, found_town


@dataclass
class Said:
    """An announcer that remembers: a true second implementation of the port."""

    texts: list[tuple[str, str]]

    def announce(self, tx: Tx, *, now: int, text: str, locale: str) -> None:  # noqa: ARG002  # the port's shape
        """Remember."""
        self.texts.append((locale, text))


@pytest.fixture
def said() -> Said:
    """What was announced."""
    return Said(texts=[])


@pytest.fixture
def town(db: Database, clock: SimulatedClock, said: Said) -> Town:
    """A town that can publish."""
    town = found_town(db, clock)
    effect = PublishEffect(announcer=said, url="http://localhost:8000")
    town.ports = replace(
        town.ports,
        subjects={**town.ports.subjects, "statement": StatementSubjects()},
        effects={**town.ports.effects, "statement": effect},
    )
    return town


def hidden_and_restored(town: Town) -> int:
    """Hide the critical account by the rules, restore it 41 seconds later, and return the incident."""
    held = town.until_held()
    town.clock.advance(10 * MINUTE)
    town.drive(held.id)
    town.clock.advance(41 * SECOND)
    town.restore("reviewer south", "president")
    with town.db.reading() as tx:
        found = queries.incidents(tx)
    return int(next(row["id"] for row in found if row["kind"] in ("protected account restored", "refused attempt")))


def publish(town: Town, statement_id: int, *, by: str = "reviewer 1", approver: str = "manager south") -> Outcome:
    """Take a statement through its order."""
    with town.db.transaction() as tx:
        order = propose(
            tx, town.ports, actor=town.people[by], now=town.now, kind="statement.publish", subject_id=statement_id
        ).order
    assert order.state is State.WAITING
    with town.db.transaction() as tx:
        return approve(
            tx,
            town.ports,
            actor=town.people[approver],
            now=town.now,
            order_id=order.id,
            digest_hex=order.digest.hex(),
        )


def write(town: Town, incident_id: int, *, supersedes: int | None = None, last: int | None = None) -> int:
    """Draft a statement of everything the record shows."""
    with town.db.transaction() as tx:
        keys = [claim.key for claim in claims_of(tx, incident_id)][:last]
        return draft(
            tx,
            actor=town.people["reviewer 1"],
            now=town.now,
            incident_id=incident_id,
            claims=keys,
            supersedes=supersedes,
        )


@pytest.mark.promise(19)
def test_a_statement_says_what_the_record_shows_in_both_languages_and_names_nobody(town: Town) -> None:
    incident_id = hidden_and_restored(town)
    statement_id = write(town, incident_id)
    with town.db.reading() as tx:
        row = queries.statement(tx, statement_id)
    assert "was gone for 41 s" in row["text_en"]
    assert "41 s" in row["text_fr"]
    assert row["text_fr"] != row["text_en"]
    for name in town.people:
        assert name not in row["text_en"]


@pytest.mark.promise(19)
def test_publishing_takes_two_people_and_makes_the_incident_public(town: Town, said: Said) -> None:
    incident_id = hidden_and_restored(town)
    statement_id = write(town, incident_id)
    with town.db.reading() as tx:
        assert queries.public_incidents(tx) == []
    done = publish(town, statement_id)
    assert done.order.state is State.EXECUTED
    with town.db.reading() as tx:
        assert [row["id"] for row in queries.public_incidents(tx)] == [incident_id]
    assert [locale for locale, _ in said.texts] == ["en", "fr"]
    assert all(f"/incidents/{incident_id}" in text for _, text in said.texts)


@pytest.mark.promise(19)
def test_a_published_statement_is_superseded_and_both_stay(town: Town) -> None:
    incident_id = hidden_and_restored(town)
    first = write(town, incident_id, last=1)
    with pytest.raises(NotPublishedError):
        write(town, incident_id, supersedes=first)
    publish(town, first)
    with town.db.reading() as tx:
        before = dict(queries.statement(tx, first))
    second = write(town, incident_id, supersedes=first)
    publish(town, second)
    with town.db.reading() as tx:
        assert dict(queries.statement(tx, first)) == before
        replaced = queries.replaced_by(tx, first)
    assert replaced is not None
    assert replaced["id"] == second


@pytest.mark.promise(19)
def test_a_claim_the_record_does_not_show_is_refused(town: Town) -> None:
    incident_id = hidden_and_restored(town)
    with town.db.transaction() as tx:
        common = {"actor": town.people["reviewer 1"], "now": town.now, "incident_id": incident_id}
        with pytest.raises(UnsupportedClaimError, match="dark:1"):
            draft(tx, claims=["dark:1"], **common)  # type: ignore[arg-type]  # one dictionary for two calls
        with pytest.raises(EmptyStatementError):
            draft(tx, claims=[], **common)  # type: ignore[arg-type]  # as above


@pytest.mark.promise(19)
def test_a_draft_that_the_record_has_overtaken_is_never_published(town: Town) -> None:
    incident_id = hidden_and_restored(town)
    statement_id = write(town, incident_id)
    with town.db.transaction() as tx:
        order = propose(
            tx,
            town.ports,
            actor=town.people["reviewer 1"],
            now=town.now,
            kind="statement.publish",
            subject_id=statement_id,
        ).order
        stand_down(tx, actor=town.people["manager north"], now=town.now, incident_id=incident_id)
    ended = town.drive(order.id)
    assert (ended.state, ended.ended_because) == (State.VOID, "stale")
    with town.db.transaction() as tx, pytest.raises(StoodDownError):
        stand_down(tx, actor=town.people["manager north"], now=town.now, incident_id=incident_id)


@pytest.mark.promise(18)
def test_many_refused_attempts_on_one_account_are_one_incident(town: Town) -> None:
    for _ in range(3):
        town.propose("contractor", "account.hide", "president")
    with town.db.reading() as tx:
        opened = queries.incidents(tx)
        assert len(opened) == 1
        assert len(queries.orders_of(tx, opened[0]["id"])) == 3


def test_nobody_stands_down_an_incident_about_what_they_did(town: Town) -> None:
    town.propose("contractor", "account.hide", "president")
    town.propose("reviewer 1", "account.freeze", "president", lift_at=town.now + 15 * MINUTE)
    incident_id = hidden_and_restored(town)
    for who in ("contractor", "agent", "auditor", "reviewer 1", "reviewer 2"):
        with town.db.transaction() as tx, pytest.raises(WorkerError):
            stand_down(tx, actor=town.people[who], now=town.now, incident_id=incident_id)
    with town.db.transaction() as tx:
        stand_down(tx, actor=town.people["manager north"], now=town.now, incident_id=incident_id)


@pytest.mark.promise(19)
def test_a_statement_is_proposed_once_and_published_once(town: Town) -> None:
    statement_id = write(town, hidden_and_restored(town))
    with town.db.transaction() as tx:
        common = {"actor": town.people["reviewer 1"], "now": town.now, "kind": "statement.publish"}
        order = propose(tx, town.ports, subject_id=statement_id, **common).order  # type: ignore[arg-type]  # one dictionary for three calls
        with pytest.raises(AlreadyOpenError):
            propose(tx, town.ports, subject_id=statement_id, **common)  # type: ignore[arg-type]  # as above
        digest, manager = order.digest.hex(), town.people["manager south"]
        approve(tx, town.ports, actor=manager, now=town.now, order_id=order.id, digest_hex=digest)
        with pytest.raises(AlreadyInEffectError):
            propose(tx, town.ports, subject_id=statement_id, **common)  # type: ignore[arg-type]  # as above
