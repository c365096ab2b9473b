"""Attacks on what is signed, and by which key: replayed, forged, borrowed, too young, ended, or one human's twice."""

import json
import re
import threading
import time
from base64 import urlsafe_b64decode
from functools import partial
from hashlib import sha256
from html import unescape
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from litestar.testing import TestClient
from sqlalchemy import Executable, delete, select, text, update
from sqlalchemy.exc import DBAPIError

from gardefou.app.house import house_on
from gardefou.app.settings import Settings
from gardefou.app.web import create_app
from gardefou.clock import HOUR
from gardefou.connectors.embedded.platform import EmbeddedPlatform
from gardefou.desk.session import COOKIE
from gardefou.events.actor import SETUP
from gardefou.ledger import tables
from gardefou.orders import sign
from gardefou.orders.lifecycle import State
from gardefou.orders.order import Order
from gardefou.orders.propose import Outcome
from gardefou.orders.tables import signature
from gardefou.staff import credentials
from gardefou.staff.assertion import unpadded
from gardefou.staff.enrol_passkey import write_key
from gardefou.staff.errors import BadAssertionError, CredentialError
from gardefou.staff.methods import Method
from gardefou.staff.sessions import make_link, open_session, person_of, sign_in
from gardefou.staff.signed_bytes import Verb, challenge_of
from gardefou.staff.site import Site
from gardefou.staff.tables import credential, credential_use, token
from gardefou.staff.unsafe_demo_authenticator import UnsafeDemoAuthenticator, assertion_by, padless
from gardefou.staff.use_passkey import use_passkey
from gardefou.watch.audit import audit, audit_all
from gardefou.watch.signatures import Tally
from tests.factories.authenticator import SITE, enrol_key, key_of, public_key_of
from tests.factories.guards import unguarded
from tests.factories.racing import race
from tests.factories.town import Town
from tests.integration.attacks.doors import agreed, refused

PRESENT, VERIFIED = 1, 4


def key_of_person(town: Town, name: str) -> bytes:
    with town.db.reading() as tx:
        return bytes(credentials.of_person(tx, town.person_id(name))[-1]["key_id"])


def says(
    town: Town,
    who: str,
    order: Order,
    *,
    verb: Verb = "approve",
    key: str = "",
    origin: str = "",
    site_id: str = "",
    flags: int = PRESENT | VERIFIED,
    counter: int = 0,
    digest: bytes = b"",
) -> str:
    """Return what a key says of an order, wrong in whatever way is asked."""
    key_id, site = key_of_person(town, key or who), town.ports.site
    asked = challenge_of(verb=verb, digest=digest or order.digest, person_id=town.person_id(who))
    client = {"type": "webauthn.get", "challenge": padless(asked), "origin": origin or site.origin}
    said = json.dumps(client).encode()
    head = sha256((site_id or site.id).encode()).digest() + bytes([flags]) + counter.to_bytes(4, "big")
    signed = key_of(key_id).sign(head + sha256(said).digest(), ec.ECDSA(hashes.SHA256()))
    answer = {"clientDataJSON": padless(said), "authenticatorData": padless(head), "signature": padless(signed)}
    return json.dumps({"id": padless(key_id), "rawId": padless(key_id), "type": "public-key", "response": answer})


def refused_for(town: Town, outcome: Outcome, why: str) -> None:
    refused(town, outcome, "needs-signature", "last-days")
    assert [reason.fields["signature"] for reason in outcome.verdict.reasons] == [why]


@pytest.mark.promise(2)
@pytest.mark.promise(3)
def test_assertions_replayed_forged_or_made_elsewhere(town: Town) -> None:
    """Each is refused by its own name and written down; then the same person signs as one should."""
    order = town.propose("reviewer 1", "account.hide", "mayor").order
    other = town.propose("reviewer 1", "account.hide", "president").order
    good = json.loads(says(town, "reviewer 2", order))
    bent = bytearray(urlsafe_b64decode(good["response"]["signature"] + "=="))
    bent[-1] ^= 1
    tries = {
        "challenge": [
            says(town, "reviewer 2", order, digest=other.digest),
            says(town, "reviewer 2", order, verb="veto"),
        ],
        "origin": [says(town, "reviewer 2", order, origin="http://localhost.evil.example:8000")],
        "site": [says(town, "reviewer 2", order, site_id="evil.example")],
        "unverified": [says(town, "reviewer 2", order, flags=PRESENT), says(town, "reviewer 2", order, flags=VERIFIED)],
        "unknown-key": [says(town, "reviewer 2", order, key="reviewer south")],
        "forged": [json.dumps(good | {"response": good["response"] | {"signature": padless(bytes(bent))}})],
        "unreadable": ["{}", "[]", "null", "x" * 20_000, json.dumps(good | {"response": {}}), "{" * 2_000],
    }
    for why, several in tries.items():
        for said in several:
            refused_for(town, town.approve("reviewer 2", order.id, said=said), why)
    assert town.approve("reviewer 2", order.id, said=json.dumps(good)).order.state is not State.REFUSED
    with town.db.reading() as tx:
        assert len(tx.all(select(signature).where(signature.c.order_id == order.id))) == 2


@pytest.mark.promise(2)
def test_a_key_that_counts_backwards_has_a_copy(town: Town) -> None:
    order = town.propose("reviewer 1", "account.hide", "mayor").order
    with town.db.transaction() as tx:
        mine = credentials.by_key(tx, key_of_person(town, "reviewer 2"))
        assert mine is not None
        tx.execute(update(credential_use).where(credential_use.c.credential_id == mine["id"]).values(counter=7))
    for counter in (0, 6, 7):
        refused_for(
            town, town.approve("reviewer 2", order.id, said=says(town, "reviewer 2", order, counter=counter)), "counter"
        )
    town.approve("reviewer 2", order.id, said=says(town, "reviewer 2", order, counter=8))
    with town.db.reading() as tx:
        assert tx.scalar(select(credential_use.c.counter).where(credential_use.c.credential_id == mine["id"])) == 8


@pytest.mark.promise(2)
def test_credential_enrolled_a_moment_ago(town: Town) -> None:
    """By an order of three, to the person alone; for 72 hours it signs nothing protected, and restores all the same."""
    agreed(
        town,
        town.change("administrator", "credential.enrol", town.person_id("reviewer south"), way="passkey"),
        "manager north",
        "reviewer 2",
    )
    with town.db.transaction() as tx:
        mine = credentials.of_person(tx, town.person_id("reviewer south"))
        enrol_key(tx, now=town.now, person_id=town.person_id("reviewer south"), credential_id=mine[-1]["id"])
    fresh = town.propose("reviewer south", "account.hide", "mayor")
    refused_for(town, fresh, "too-new")
    hidden = town.propose("agent", "account.hide", "anna")
    assert town.take_back("reviewer south", hidden.order).order.state is State.EXECUTED
    town.clock.advance(credentials.RIPE_AFTER)
    assert town.propose("reviewer south", "account.hide", "mayor").order.state is State.WAITING


@pytest.mark.promise(2)
@pytest.mark.promise(4)
def test_a_key_ended_between_the_yes_and_the_effect(town: Town) -> None:
    held = town.until_held()
    with town.db.reading() as tx:
        mine = credentials.of_person(tx, town.person_id("reviewer 2"))[-1]
    agreed(
        town,
        town.change("administrator", "credential.end", town.person_id("reviewer 2"), credential=str(mine["id"])),
        "manager north",
    )
    town.clock.advance(held.hold)
    assert town.drive(held.id).ended_because == "ineligible"
    assert town.standing("president") == "active"


@pytest.mark.promise(2)
def test_same_credential_under_two_names(town: Town) -> None:
    """One key is enrolled once; whose it is stands in the record."""
    key_id = key_of_person(town, "reviewer 1")
    other = agreed(
        town,
        town.change("administrator", "credential.enrol", town.person_id("reviewer south"), way="passkey"),
        "manager north",
        "reviewer 2",
    )
    with town.db.reading() as tx:
        invitation = int(credentials.of_person(tx, other.subject_id)[-1]["id"])
    with pytest.raises((DBAPIError, CredentialError)), town.db.transaction() as tx:  # one attempt
        write_key(
            tx,
            actor=SETUP,
            now=town.now,
            credential_id=invitation,
            key_id=key_id,
            site=SITE,
            public_key=public_key_of(key_id),
        )


@pytest.mark.promise(10)
def test_a_key_swapped_or_enrolled_by_raw_sql(town: Town) -> None:
    """The database itself keeps a key as it was written, and wants an order for each."""
    mine = credential.c.person_id == town.person_id("reviewer 2")
    swaps: list[Executable] = [
        update(credential).where(mine).values(public_key=public_key_of(b"mine now")),
        update(credential).where(mine).values(person_id=town.person_id("agent")),
        update(credential).where(mine).values(enrolled_at=1),
        delete(credential).where(mine),
        text(
            "INSERT INTO credential (id, person_id, kind, label, invited_at, enrolled_at, key_id, public_key) "
            f"VALUES (7, {town.person_id('agent')}, 'passkey', 'x', 1, 1, '\x01', '\x02')"
        ),
    ]
    for swap in swaps:
        with pytest.raises(DBAPIError, match="changes only by an unspent executed order"), town.db.transaction() as tx:
            tx.execute(swap)


@pytest.mark.promise(2)
def test_two_persons_found_to_be_one_sign_once(town: Town) -> None:
    """An order joins them; what both had signed counts once from then on, and what no longer suffices is void."""
    held = town.until_held()
    waiting = town.propose("reviewer 1", "account.hide", "mayor").order
    agreed(
        town,
        town.change(
            "administrator",
            "person.join",
            town.person_id("reviewer 2"),
            into=town.people["reviewer 1"].key,
        ),
        "manager north",
        "reviewer south",
    )
    assert town.drive(held.id).ended_because == "ineligible"
    assert town.drive(waiting.id).state is State.WAITING
    with town.db.reading() as tx:
        keys = [row["ended_at"] is None for row in credentials.of_person(tx, town.person_id("reviewer 2"))]
    assert keys == [False]
    town.clock.advance(HOUR)
    assert town.standing("president") == "active"


@pytest.mark.promise(10)
def test_the_demos_authenticator_in_a_house(town: Town) -> None:
    """Plugged in where the demo did not make the database, its signatures are worth nothing."""
    town.ports = type(town.ports)(
        **{name: getattr(town.ports, name) for name in town.ports.__dataclass_fields__}
        | {"authenticator": UnsafeDemoAuthenticator()}
    )
    refused_for(town, town.propose("reviewer 1", "account.hide", "mayor"), "unknown-key")


@pytest.mark.promise(14)
@pytest.mark.promise(15)
@pytest.mark.usefixtures("by_hand")
def test_every_signature_is_checked_again_years_later(town: Town) -> None:
    """From the record alone; one that was changed is named, and an erased key verifies as erased."""
    town.until_held()
    town.clock.advance(2_000 * 24 * HOUR)
    with town.db.reading() as tx:
        tally = Tally()
        assert audit(tx, platform=EmbeddedPlatform(), tally=tally) is None
    assert tally.counts == {"valid": 3}
    with town.db.transaction() as tx:
        key = f"credential:{credentials.of_person(tx, town.person_id('reviewer 2'))[-1]['id']}"
        with unguarded(tx, "opening"):
            tx.execute(delete(tables.opening).where(tables.opening.c.key == key))
    with town.db.reading() as tx:
        tally = Tally()
        found = {finding.code for finding in audit_all(tx, platform=EmbeddedPlatform())}
        audit(tx, platform=EmbeddedPlatform(), tally=tally)
    assert "signature-bad" not in found
    assert "opening-missing" in found
    assert Site(id="localhost", origin="http://localhost:8000") == town.ports.site


@pytest.mark.promise(2)
def test_a_secret_collected_from_a_browser_left_alone(town: Town, tmp_path: Path) -> None:
    """A session is not enough: the key of its person answers here and now, and the session's token is another then."""
    order = town.change("administrator", "token.issue", 1, name="intake", scopes="reports", ends="2017-12-01T00:00:00Z")
    agreed(town, order, "manager north")
    house = house_on(town.db, Settings(data=str(tmp_path)), clock=town.clock)
    with town.db.transaction() as tx:
        link = make_link(tx, actor=SETUP, now=town.now, person_id=town.person_id("administrator"))
        before = sign_in(tx, now=town.now, token=link)
        number = tx.scalar(select(token.c.id))
    with TestClient(create_app(house), base_url="http://127.0.0.1") as client:
        client.cookies.set(COOKIE, before)
        page = client.get("/desk/tokens").text
        asked = unpadded(json.loads(unescape(re.findall(r'data-options="([^"]*)"', page)[0]))["challenge"])
        headers = {"x-csrftoken": client.cookies["csrf"]}
        for said in ("", says_to(town, "reviewer 1", asked), says_to(town, "administrator", b"something else")):
            answer = client.post(f"/desk/tokens/{number}/collect", data={"said": said}, headers=headers)
            assert answer.status_code == 403
        said = says_to(town, "administrator", asked)
        answer = client.post(f"/desk/tokens/{number}/collect", data={"said": said}, headers=headers)
        assert answer.status_code == 200
        assert "gf_" in answer.text
    with town.db.reading() as tx:
        assert person_of(tx, before, town.now) is None


def says_to(town: Town, who: str, challenge: bytes) -> str:
    key_id = key_of_person(town, who)
    return assertion_by(key_of(key_id), key_id=key_id, site=town.ports.site, challenge=challenge)


def found_by_verify(town: Town) -> set[tuple[str, str]]:
    with town.db.reading() as tx:
        return {(one.code, str(one.fields.get("why", ""))) for one in audit_all(tx, platform=EmbeddedPlatform())}


@pytest.mark.promise(10)
@pytest.mark.promise(13)
def test_a_signature_taken_away_by_raw_sql(town: Town, by_hand: None) -> None:
    """It would void the order, which is a veto of nobody's; the database keeps it, and verify misses it."""
    order = town.propose("reviewer 1", "account.hide", "mayor").order
    town.approve("reviewer 2", order.id)
    mine = signature.c.order_id == order.id
    for statement in (delete(signature).where(mine), update(signature).where(mine).values(assertion="{}")):
        with pytest.raises(DBAPIError, match="kept as it was given"), town.db.transaction() as tx:
            tx.execute(statement)
    assert found_by_verify(town) == set()
    with town.db.transaction() as tx:  # As whoever owns the table.
        tx.execute(
            text("DROP TRIGGER signature_guard_delete")
            if tx.dialect == "sqlite"
            else text("DROP TRIGGER signature_guard ON signature")
        )
        tx.execute(delete(signature).where(mine))
    assert ("signature-missing", "") in found_by_verify(town)


@pytest.mark.promise(2)
def test_a_signature_by_a_key_that_was_ended_or_is_for_another_site(
    town: Town, by_hand: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Written by somebody who goes round the program's own look at it: verify looks again."""
    with town.db.reading() as tx:
        key = credentials.of_person(tx, town.person_id("reviewer 2"))[-1]
    order = town.propose("reviewer 1", "account.limit", "mayor").order
    said = says(town, "reviewer 2", order, origin="https://evil.example", site_id="evil.example")
    forged = sign.Signed(status="valid", assertion=said, credential_id=int(key["id"]))
    with monkeypatch.context() as patched:
        patched.setattr(sign, "sign", lambda *_, **__: forged)
        town.approve("reviewer 2", order.id)
    assert town.drive(order.id).state is not State.EXECUTED  # The program looks again, too.
    assert ("signature-bad", "site") in found_by_verify(town)
    agreed(
        town,
        town.change("administrator", "credential.end", town.person_id("reviewer 2"), credential=str(key["id"])),
        "manager north",
    )
    town.clock.advance(HOUR)
    later = town.propose("reviewer 1", "account.hide", "mayor").order
    with monkeypatch.context() as patched:
        patched.setattr(credentials, "can_sign", lambda _row, **_instants: credentials.VALID)
        patched.setattr("gardefou.staff.colleague._signs", lambda *_keys, **_demo: credentials.VALID)
        town.approve("reviewer 2", later.id)
    assert ("signature-bad", "ended") in found_by_verify(town)


@pytest.mark.promise(2)
def test_a_key_and_its_copy_used_at_the_same_instant(town: Town) -> None:
    """One of them is heard; and who is let in by a key that is being ended meanwhile is let out again."""
    key_id, challenges = key_of_person(town, "reviewer 2"), (b"x" * 32, b"y" * 32)

    def used(challenge: bytes) -> None:
        said = assertion_by(key_of(key_id), key_id=key_id, site=town.ports.site, challenge=challenge, counter=6)
        with town.db.transaction() as tx:
            use_passkey(tx, site=town.ports.site, now=town.now, said=said, challenge=challenge)
            time.sleep(0.2)  # Long enough for the other one to have begun.

    brought = race(*(partial(used, one) for one in challenges))
    assert [one.why for one in brought if isinstance(one, BadAssertionError)] == ["counter"]


@pytest.mark.promise(6)
def test_a_session_opened_by_a_key_that_is_being_ended(town: Town) -> None:
    """Whoever ends the key comes after whoever came in by it, and ends that session too."""
    key_id, person_id = key_of_person(town, "reviewer 2"), town.person_id("reviewer 2")
    with town.db.reading() as tx:
        number = str(credentials.of_person(tx, person_id)[-1]["id"])
    order = town.change("administrator", "credential.end", person_id, credential=number).order
    said = assertion_by(key_of(key_id), key_id=key_id, site=town.ports.site, challenge=b"x" * 32)
    begun, tokens = threading.Event(), []

    def come_in() -> None:
        with town.db.transaction() as tx:
            row = use_passkey(tx, site=town.ports.site, now=town.now, said=said, challenge=b"x" * 32)
            tokens.append(
                open_session(
                    tx,
                    actor=town.people["reviewer 2"],
                    now=town.now,
                    person_id=person_id,
                    method=Method.PASSKEY,
                    label="a thief's",
                    credential_id=int(row["id"]),
                )
            )
            begun.set()
            time.sleep(0.2)  # Long enough for the key to be ended, if nothing held that up.

    def end() -> None:
        begun.wait()
        assert town.approve("manager north", order.id).order.state is State.EXECUTED

    assert race(come_in, end) == []
    with town.db.reading() as tx:
        assert person_of(tx, tokens[0], town.now + 1) is None
