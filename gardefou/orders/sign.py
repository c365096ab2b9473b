"""A person's signature under an order: checked when it is given, kept, and looked at again whenever the guard is asked.

Upholds promises 2 and 3. What a signature is for is its challenge (`staff.signed_bytes`); what it is worth can change
after it was given, since the key may have been ended; so nothing but the assertion is kept, and the rest read again.
"""

from dataclasses import dataclass, replace

from sqlalchemy import RowMapping, insert, select

from gardefou.events import Actor
from gardefou.guard.facts import SIGNED, Machine, Person
from gardefou.guard.rulebook import SIGNATURE, Plan
from gardefou.ledger import store
from gardefou.orders.ports import Ports
from gardefou.orders.tables import signature
from gardefou.staff import credentials
from gardefou.staff.assertion import Assertion, check, read
from gardefou.staff.enrol_passkey import key_text
from gardefou.staff.errors import BadAssertionError
from gardefou.staff.signed_bytes import Verb, challenge_of
from gardefou.staff.site import Site, site_at
from gardefou.staff.unsafe_demo_authenticator import demo_public_key
from gardefou.staff.use_passkey import use_passkey
from gardefou.storage import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """What came of asking for a signature.

    Attributes:
        status: one of `guard.facts.SIGNED`, or what is wrong.
        assertion: the assertion as JSON; empty where there is none to keep.
        credential_id: the key that made it; None for a demo's.
    """

    status: str
    assertion: str = ""
    credential_id: int | None = None

    @property
    def good(self) -> bool:
        """Whether it can be kept."""
        return self.status in SIGNED


def asked_by(plan: Plan | None) -> bool:
    """Return whether the rules ask for signatures."""
    return plan is not None and SIGNATURE in plan.needs


def sign(tx: Tx, ports: Ports, *, actor: Actor, verb: Verb, digest: bytes, said: str, now: int) -> Signed:
    """Look at what a person's passkey said to an order.

    Args:
        tx: the open transaction.
        ports: the site, and what answers by itself where there is such a thing.
        actor: who is said to have signed.
        verb: what they do.
        digest: the order's.
        said: the browser's JSON; empty when there is none.
        now: the instant.

    Returns:
        What is known of it; a bad one is an answer, since the attempt is to be written down.
    """
    if actor.person_id is None:
        return Signed(status=credentials.MISSING)
    challenge = challenge_of(verb=verb, digest=digest, person_id=actor.person_id)
    if not said and ports.authenticator is not None:
        said = ports.authenticator.says(tx, person_id=actor.person_id, site=ports.site, challenge=challenge)
        public_key = ports.authenticator.public_key(tx, person_id=actor.person_id)
        if public_key is not None and credentials.is_demo(tx):
            check(read(said), challenge=challenge, site=ports.site, public_key=public_key)
            return Signed(status=credentials.DEMO, assertion=said)
    if not said:
        return Signed(status=credentials.MISSING)
    try:
        row = use_passkey(tx, site=ports.site, now=now, said=said, challenge=challenge, person_id=actor.person_id)
    except BadAssertionError as problem:
        return Signed(status=problem.why)
    worth_now = credentials.can_sign(row, signed_at=now, now=now)
    return Signed(status=worth_now, assertion=said, credential_id=int(row["id"]))


def keep(tx: Tx, *, order_id: int, actor: Actor, verb: Verb, signed: Signed, now: int) -> None:
    """Keep a good signature with its order."""
    tx.execute(
        insert(signature).values(
            id=tx.new_id(now),
            order_id=order_id,
            person_id=actor.person_id,
            verb=verb,
            credential_id=signed.credential_id,
            assertion=signed.assertion,
            at=now,
        )
    )


def worth(tx: Tx, order_id: int, digest: bytes, now: int) -> dict[tuple[int, str], str]:
    """Return what each signature under an order is worth at `now`, by person and verb.

    Each is verified anew: a row that somebody wrote by raw SQL, or moved here from another order, is worth nothing.
    """
    kept = tx.all(select(signature).where(signature.c.order_id == order_id))
    return {(int(row["person_id"]), str(row["verb"])): _worth(tx, row, digest, now) for row in kept}


def _worth(tx: Tx, row: RowMapping, digest: bytes, now: int) -> str:
    key = None if row["credential_id"] is None else credentials.by_id(tx, row["credential_id"])
    if key is None and not credentials.is_demo(tx):
        return credentials.MISSING
    if key is not None and key["person_id"] != row["person_id"]:
        return "unknown-key"
    public_key = demo_public_key(row["person_id"]) if key is None else key["public_key"]
    try:
        one = read(row["assertion"])
        asked = challenge_of(verb=row["verb"], digest=digest, person_id=row["person_id"])
        check(one, challenge=asked, site=_site(one, key), public_key=public_key)
    except BadAssertionError as problem:
        return problem.why
    return credentials.DEMO if key is None else credentials.can_sign(key, signed_at=row["at"], now=now)


def _site(one: Assertion, key: RowMapping | None) -> Site:
    """Return the site that an assertion says it was made on: the one its key was enrolled for, on whatever port.

    Raises:
        BadAssertionError: it is another.
    """
    made_on = site_at(one.origin)
    if key is not None and made_on.id != key["site"]:
        raise BadAssertionError("site")
    return made_on


def signed_as(person: Person | Machine, status: str) -> Person | Machine:
    """Return a person with what is known of their signature; a machine signs nothing."""
    return replace(person, signature=status) if isinstance(person, Person) else person


def entered(tx: Tx, *, signed: Signed, person_id: int, now: int) -> dict[str, str]:
    """Return what the record says of a signature: commitments to what was said, and to the key that said it."""
    row = None if signed.credential_id is None else credentials.by_id(tx, signed.credential_id)
    key = (
        credentials.DEMO
        if row is None
        else store.commit_to(
            tx,
            now=now,
            key=f"credential:{row['id']}",
            content=key_text(person_id=person_id, public_key=row["public_key"]),
        )
    )
    return {"signature": store.commit_text(tx, now=now, content=signed.assertion), "credential": key}
