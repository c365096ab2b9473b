"""Machines' tokens: issued by two people, collected once, good for what they say, and never for an order."""

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import DBAPIError

from gardefou.clock import DAY, HOUR, MINUTE, SimulatedClock, to_iso
from gardefou.connectors.embedded.platform import EmbeddedPlatform
from gardefou.errors import BadInputError
from gardefou.events import Actor
from gardefou.guard.verdict import Refused
from gardefou.ledger import store, tables
from gardefou.orders.approve import approve
from gardefou.orders.lifecycle import State
from gardefou.orders.order import Order
from gardefou.orders.propose import propose
from gardefou.orders.veto import veto
from gardefou.safeguards.errors import ChangeError, NothingToChangeError
from gardefou.safeguards.subjects import HOUSE_ID
from gardefou.staff.collect_token import collect_token
from gardefou.staff.end_engagement import end_engagement
from gardefou.staff.errors import NotEngagedError, TokenCollectedError, TokenSaidError, UnknownTokenError
from gardefou.staff.scopes import Scope
from gardefou.staff.tables import token, token_secret
from gardefou.staff.tokens import Bearer, all_tokens, bearer_of, state_of
from gardefou.storage import Database
from gardefou.watch import audit
from tests.factories.town import Town, found_town


@pytest.fixture
def town(db: Database, clock: SimulatedClock) -> Town:
    return found_town(db, clock, founded=True)


def issue(town: Town, name: str = "bot", scopes: str = "read", *, days: int = 30) -> Order:
    """Issue a token by an administrator and a duty manager."""
    asked = town.change(
        "administrator", "token.issue", HOUSE_ID, name=name, scopes=scopes, ends=to_iso(town.now + days * DAY)
    ).order
    return town.approve("manager north", asked.id).order


def number(town: Town, name: str = "bot") -> int:
    with town.db.reading() as tx:
        return int(tx.scalar(select(token.c.id).where(token.c.name == name)))


def collect(town: Town, who: str = "administrator", name: str = "bot") -> str:
    token_id = number(town, name)
    with town.db.transaction() as tx:
        return collect_token(tx, actor=town.people[who], now=town.now, token_id=token_id)


def shown(town: Town, secret: str) -> Bearer | None:
    with town.db.reading() as tx:
        return bearer_of(tx, secret, town.now)


def audited(town: Town) -> list[str]:
    with town.db.reading() as tx:
        return [found.code for found in audit.audit_all(tx, platform=EmbeddedPlatform())]


@pytest.mark.promise(11)
def test_a_token_takes_two_people_and_its_secret_is_shown_once_to_whoever_proposed_it(town: Town) -> None:
    asked = town.change(
        "administrator", "token.issue", HOUSE_ID, name="bot", scopes="reports, read", ends=to_iso(town.now + DAY)
    ).order
    assert (asked.state, asked.change["scopes"]) == (State.WAITING, "read reports")
    with town.db.reading() as tx:
        assert not all_tokens(tx)
    assert town.approve("manager north", asked.id).order.state is State.EXECUTED
    with town.db.reading() as tx:
        assert [state_of(row, town.now) for row in all_tokens(tx)] == ["waiting"]
        assert tx.first(select(token_secret)) is None
    with pytest.raises(UnknownTokenError, match="no such token"):
        collect(town, "manager north")
    secret = collect(town)
    assert (secret[:3], len(secret) >= 46) == ("gf_", True)
    with pytest.raises(TokenCollectedError, match="collected before"):
        collect(town)
    assert shown(town, secret) == Bearer(
        token_id=number(town), name="bot", scopes=frozenset({Scope.READ, Scope.REPORTS})
    )
    with town.db.reading() as tx:
        kept = tx.first(select(token_secret))
        [entry] = store.entries(tx, where=tables.entry.c.kind == "token.collected")
    assert kept is not None
    assert secret.encode() not in bytes(kept["secret_hash"]) + entry.content
    assert b"administrator" not in entry.content
    assert audited(town) == []


def test_it_ends_by_itself_and_by_one_person_at_once(town: Town) -> None:
    secrets = {}
    for name in ("late", "ended", "stays"):
        issue(town, name, days=1 if name == "late" else 30)
        secrets[name] = collect(town, name=name)
    with pytest.raises(NothingToChangeError, match="no token called nobody"):
        town.change("auditor", "token.end", HOUSE_ID, name="nobody")
    assert town.change("auditor", "token.end", HOUSE_ID, name="ended").order.state is State.EXECUTED
    assert [shown(town, secrets[name]) is not None for name in secrets] == [True, False, True]
    town.clock.advance(DAY - 1)
    assert shown(town, secrets["late"]) is not None
    town.clock.advance(1)
    assert shown(town, secrets["late"]) is None
    assert shown(town, secrets["stays"]) is not None
    assert audited(town) == []


@pytest.mark.promise(6)
def test_a_token_opens_nothing_from_the_instant_its_holders_engagement_ends(
    db: Database, clock: SimulatedClock
) -> None:
    town = found_town(db, clock)  # Not founded: the engagement is ended by the verb itself.
    with db.transaction() as tx:
        row = {"id": 7, "one": 1, "name": "bot", "scopes": "read", "starts": town.now, "ends": town.now + DAY}
        tx.execute(insert(token).values(**row, person_id=town.person_id("administrator")))
    secret = collect(town)
    town.clock.advance(MINUTE)
    assert shown(town, secret) is not None
    with db.transaction() as tx:
        end_engagement(tx, actor=town.people["auditor"], now=town.now, person_id=town.person_id("administrator"))
    assert shown(town, secret) is None
    with db.reading() as tx:
        assert [state_of(one, town.now) for one in all_tokens(tx)] == ["left"]
    with pytest.raises(NotEngagedError, match="No engagement of yours"):
        collect(town)


@pytest.mark.parametrize("name", ["", "ab", "Bot", "clock", "watch", "a" * 41, "b t", "-bot"])
def test_a_machine_that_cannot_be_named_so_gets_no_token(town: Town, name: str) -> None:
    with pytest.raises(BadInputError, match="name"):
        issue(town, name)


def test_what_a_token_cannot_say_is_refused_and_a_name_is_given_once(town: Town) -> None:
    for scopes in ("write", "read admin", ","):
        with pytest.raises(TokenSaidError, match="no scope of a token"):
            issue(town, scopes=scopes)
    for days in (0, -1, 367):
        with pytest.raises(TokenSaidError, match="within a year"):
            issue(town, days=days)
    with pytest.raises(ChangeError, match="ends"):
        town.change("administrator", "token.issue", HOUSE_ID, name="bot", scopes="read", ends="soon")
    issue(town)
    town.change("auditor", "token.end", HOUSE_ID, name="bot")
    with pytest.raises(TokenSaidError, match="There is, or was"):
        issue(town)


@pytest.mark.promise(1)
def test_a_machine_with_a_token_proposes_signs_and_stops_nothing(town: Town) -> None:
    issue(town, scopes="read reports")
    bearer = shown(town, collect(town))
    assert bearer is not None
    machine, waiting = bearer.actor, town.propose("reviewer 1", "account.hide", "president").order
    assert str(machine) == "machine:token/bot"
    for kind, subject in (("account.hide", "anna"), ("account.restore", "anna"), ("account.lift", "president")):
        with town.db.transaction() as tx:
            try:
                asked = propose(
                    tx,
                    town.ports,
                    actor=machine,
                    now=town.now,
                    kind=kind,
                    subject_id=town.accounts[subject],
                    reason="spam",
                )
            except BadInputError:
                continue
            assert isinstance(asked.verdict, Refused), kind
    digest = waiting.digest.hex()
    with town.db.transaction() as tx:
        signed = approve(tx, town.ports, actor=machine, now=town.now, order_id=waiting.id, digest_hex=digest)
    with town.db.transaction() as tx:
        stopped = veto(tx, town.ports, actor=machine, now=town.now, order_id=waiting.id, why="no")
    assert isinstance(signed.verdict, Refused)
    assert isinstance(stopped.verdict, Refused)
    assert town.read(waiting.id).state is State.WAITING


@pytest.mark.promise(10)
def test_the_database_refuses_a_token_or_a_secret_that_no_order_gave(town: Town) -> None:
    issue(town)
    other, mine = town.person_id("auditor"), town.person_id("administrator")
    with town.db.reading() as tx:
        bond = tx.scalar(text("SELECT id FROM engagement WHERE person_id = :one").bindparams(one=mine))
    row = {"secret_hash": b"x" * 32, "engagement_id": bond, "collected_at": town.now}
    fresh = {"one": 1, "name": "mine", "scopes": "read", "person_id": mine, "starts": 1, "ends": 2, "order_id": None}
    forged = [
        insert(token).values(id=5, **fresh),
        update(token).values(scopes="read reports"),
        update(token).values(ends=token.c.ends + DAY),
        token.delete(),
        insert(token_secret).values(token_id=number(town), person_id=other, **row),
    ]
    for statement in forged:
        with pytest.raises(DBAPIError, match=r"order|once"), town.db.transaction() as tx:
            tx.execute(statement)
    collect(town)
    for statement in (
        update(token_secret).values(secret_hash=b"y" * 32),
        token_secret.delete(),
        insert(token_secret).values(token_id=number(town), person_id=mine, **row),
    ):
        with pytest.raises(DBAPIError, match=r"once|UNIQUE|unique|duplicate"), town.db.transaction() as tx:
            tx.execute(statement)
    town.change("auditor", "token.end", HOUSE_ID, name="bot")
    assert audited(town) == []


@pytest.mark.promise(10)
def test_a_secret_put_there_by_raw_sql_is_found_by_verify(town: Town) -> None:
    """The guard lets the first secret in, for the one who proposed it; the record says whether it was collected."""
    issue(town)
    mine = town.person_id("administrator")
    with town.db.transaction() as tx:
        bond = tx.scalar(text("SELECT id FROM engagement WHERE person_id = :one").bindparams(one=mine))
        row = {"secret_hash": b"x" * 32, "engagement_id": bond, "collected_at": town.now + HOUR}
        tx.execute(insert(token_secret).values(token_id=number(town), person_id=mine, **row))
    assert audited(town) == ["safeguard-unexplained"]


def test_nobody_but_the_houses_own_clock_is_a_machine_that_lifts(town: Town) -> None:
    with town.db.transaction() as tx:
        asked = propose(
            tx,
            town.ports,
            actor=Actor.machine("token/clock"),
            now=town.now,
            kind="account.hide",
            subject_id=town.accounts["anna"],
            reason="spam",
        )
    assert isinstance(asked.verdict, Refused)
