"""A small town: a founded house with people of every role, an ordinary, a notable and a critical account, and posts.

The dullest valid one of everything. Everybody is on shift and engaged for years, but for the contractor of 2 November
2017, whose last day it is.
"""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from gardefou.accounts.enter_roster import enter_roster
from gardefou.app.settings import Settings
from gardefou.app.shown_settings import guarded, spell
from gardefou.clock import DAY, HOUR, SimulatedClock, from_iso
from gardefou.connectors.embedded.neighbours import EmbeddedNeighbours
from gardefou.connectors.embedded.platform import EmbeddedPlatform
from gardefou.enforcement.effects import StandingEffect, deeds
from gardefou.enforcement.evidence import ReportedEvidence
from gardefou.enforcement.restore import restore
from gardefou.enforcement.subjects import AccountSubjects, PostSubjects
from gardefou.events import Actor, outbox
from gardefou.events.actor import SETUP
from gardefou.guard.rules import load
from gardefou.incidents.declare import watch_orders
from gardefou.incidents.queries import open_incidents_naming
from gardefou.network.queries import all_followed
from gardefou.network.tables import net_account, net_post
from gardefou.orders import notices, papers, rulebook
from gardefou.orders.approve import approve
from gardefou.orders.drive import drive
from gardefou.orders.lifecycle import State
from gardefou.orders.order import Order
from gardefou.orders.ports import Ports
from gardefou.orders.propose import Outcome, propose
from gardefou.orders.queries import order
from gardefou.orders.rulebook import Loader
from gardefou.orders.tables import notice
from gardefou.redress.notices import Notices
from gardefou.redress.taken_back import tell_of_taking_back
from gardefou.reports.answered import answer_case
from gardefou.reports.become_protected import become_protected
from gardefou.reports.offers import nearest
from gardefou.safeguards.found import found
from gardefou.safeguards.plugs import safeguards
from gardefou.safeguards.subjects import HouseSubjects, PersonSubjects
from gardefou.staff.add_shift import add_shift
from gardefou.staff.credentials import RIPE_AFTER, of_person
from gardefou.staff.engage import engage
from gardefou.staff.enrol import enrol
from gardefou.staff.grant_role import grant_role
from gardefou.staff.signed_bytes import challenge_of
from gardefou.storage import Database, Tx
from gardefou.storage.house import MADE_BY, remember
from tests.factories.authenticator import SoftwareAuthenticator, enrol_key
from tests.factories.copied import Kept, give, keep, untouched

RULEBOOKS = Path(__file__).parents[2] / "rulebooks"
#: When the suite's clock begins.
EVENING = from_iso("2017-11-02T19:00:00Z")

_Names = tuple[dict[str, Actor], dict[str, int], dict[str, list[int]]]
#: Cluster (empty for SQLite), rulebook, whether founded, who else → the database and who is in it.
_FOUNDED: dict[tuple[str, str, bool, tuple[tuple[str, str, str], ...]], tuple[Kept, _Names]] = {}


def town_ports(load_rulebook: Loader = load) -> Ports:
    """Return the ports of a house with the embedded network."""
    platform = EmbeddedPlatform(EmbeddedNeighbours(load_rulebook))
    done = deeds(platform)
    told = {
        **safeguards(lambda text: (load_rulebook(text), "proof"), spell, open_incidents_naming, all_followed),
        **done,
    }
    return Ports(
        subjects={
            "account": AccountSubjects(),
            "post": PostSubjects(platform),
            "person": PersonSubjects(),
            "house": HouseSubjects(),
        },
        effects={"account": StandingEffect(platform), "post": StandingEffect(platform), **told},
        changes=told,
        touching=done,
        evidence=ReportedEvidence(platform),
        load_rulebook=load_rulebook,
        authenticator=SoftwareAuthenticator(),
        listeners=(
            Notices(url="http://localhost:8000", contest="appeals@example.org"),
            watch_orders,
            answer_case,
            tell_of_taking_back,
        ),
        tier_rose=become_protected,
        nearness=partial(nearest, follows=all_followed),
    )


@dataclass(kw_only=True)
class Town:
    """A house in a database, with the ids of everyone in it."""

    db: Database
    clock: SimulatedClock
    ports: Ports = field(default_factory=town_ports)
    people: dict[str, Actor] = field(default_factory=dict)
    accounts: dict[str, int] = field(default_factory=dict)
    posts: dict[str, list[int]] = field(default_factory=dict)

    @property
    def now(self) -> int:
        """The clock's present."""
        return self.clock.now()

    def propose(self, who: str, kind: str, account: str, **more: Any) -> Outcome:
        """Propose on an account, in a transaction of its own, with a post as evidence."""
        more.setdefault("reason", "coordinated threats")
        more.setdefault("evidence", {"posts": [str(post_id) for post_id in self.posts[account][:1]]})
        more.setdefault("subject_id", self.accounts[account])
        with self.db.transaction() as tx:
            return propose(tx, self.ports, actor=self.people[who], now=self.now, kind=kind, **more)

    def change(self, who: str, kind: str, subject_id: int = 0, **change: str) -> Outcome:
        """Propose to change a safeguard."""
        with self.db.transaction() as tx:
            return propose(
                tx,
                self.ports,
                actor=self.people[who],
                now=self.now,
                kind=kind,
                subject_id=subject_id,
                reason="other",
                change=change,
            )

    def until_executed(self, who: str, kind: str, account: str, **more: Any) -> Order:
        """Take an order through every person and hold that the shipped rules ask for."""
        done = self.propose(who, kind, account, **more).order
        self.tell_everyone(done.id)
        for name in ("reviewer 2", "manager south"):
            if self.read(done.id).state is State.WAITING:
                done = self.approve(name, done.id).order
        if done.state is State.HELD:
            self.clock.advance(done.hold)
            done = self.drive(done.id)
        return done

    def take_back(self, who: str, done: Order) -> Outcome:
        """Take back one order, in a transaction of its own."""
        return self._restore(who, subject_kind=done.subject_kind, subject_id=done.subject_id, reverses=done.id)

    def restore(self, who: str, account: str) -> Outcome:
        """Bring an account back, in a transaction of its own."""
        return self._restore(who, subject_kind="account", subject_id=self.accounts[account])

    def _restore(self, who: str, **what: Any) -> Outcome:
        with self.db.transaction() as tx:
            return restore(tx, self.ports, actor=self.people[who], now=self.now, **what)

    def sign_papers(self, who: str) -> list[Outcome]:
        """Let somebody sign whatever they have drawn up."""
        actor, found = self.people[who], []
        with self.db.transaction() as tx:
            for row in papers.waiting(tx, person_id=self.person_id(who), now=self.now):
                asked = challenge_of(verb="propose", digest=row["digest"], person_id=self.person_id(who))
                said = SoftwareAuthenticator().says(
                    tx, person_id=self.person_id(who), site=self.ports.site, challenge=asked
                )
                more = {"actor": actor, "now": self.now, "paper_id": row["id"], "said": said}
                found.append(papers.sign_paper(tx, self.ports, **more))
        return found

    def give_key(self, person_id: int) -> None:
        """Let somebody enrol a passkey by an order, and the key ripen."""
        order_id = self.change("administrator", "credential.enrol", person_id, way="passkey").order.id
        for name in ("manager north", "reviewer 2"):
            self.approve(name, order_id)
        with self.db.transaction() as tx:
            invitation = of_person(tx, person_id)[-1]["id"]
            enrol_key(tx, now=self.now, person_id=person_id, credential_id=invitation)
        self.clock.advance(RIPE_AFTER)

    def person_id(self, name: str) -> int:
        """Return somebody's number."""
        return int(self.people[name].key)

    def approve(self, who: str, order_id: int, **more: Any) -> Outcome:
        """Approve an order as it stands."""
        with self.db.transaction() as tx:
            more.setdefault("digest_hex", order(tx, order_id).digest.hex())
            return approve(tx, self.ports, actor=self.people[who], now=self.now, order_id=order_id, **more)

    def drive(self, order_id: int) -> Order:
        """Let the clock look at an order."""
        with self.db.transaction() as tx:
            return drive(tx, self.ports, now=self.now, order_id=order_id)

    def read(self, order_id: int) -> Order:
        """Return an order as it stands."""
        with self.db.reading() as tx:
            return order(tx, order_id)

    def standing(self, account: str) -> str:
        """Return the standing the network shows."""
        with self.db.reading() as tx:
            return EmbeddedPlatform().standing(tx, "account", self.accounts[account])

    def tell_everyone(self, order_id: int) -> None:
        """Let every message about an order be accepted for delivery."""
        with self.db.transaction() as tx:
            rows = [row["outbox_id"] for row in tx.all(notice.select().where(notice.c.order_id == order_id))]
            for outbox_id in rows:
                if outbox_id is not None:
                    outbox.accepted(tx, now=self.now, row_id=outbox_id)
                    notices.accepted(tx, now=self.now, outbox_id=outbox_id)

    def a_past(self) -> None:
        """Hide an ordinary account, and a critical one after its hold; let the contractor be refused."""
        self.propose("agent", "account.hide", "anna")
        self.propose("contractor", "account.hide", "president")
        held = self.until_held()
        self.clock.advance(held.hold)
        self.drive(held.id)

    def until_held(self, kind: str = "account.hide", account: str = "president") -> Order:
        """Take an order on a critical account until its hold runs."""
        order_id = self.propose("reviewer 1", kind, account).order.id
        self.tell_everyone(order_id)
        self.approve("reviewer 2", order_id)
        return self.approve("manager south", order_id).order


#: name → role, team, days served, days left (None: open-ended)
STAFF: Mapping[str, tuple[str, str, int, int | None]] = {
    "agent": ("agent", "North", 400, None),
    "contractor": ("agent", "North", 200, 0),
    "reviewer 1": ("reviewer", "North", 400, None),
    "reviewer 2": ("reviewer", "North", 400, None),
    "reviewer south": ("reviewer", "South", 400, None),
    "manager north": ("duty manager", "North", 400, None),
    "manager south": ("duty manager", "South", 400, None),
    "auditor": ("auditor", "South", 400, None),
    "administrator": ("administrator", "South", 400, None),
}

#: name → handle, followers, roster
ACCOUNTS = {
    "anna": ("anna", 120, None),
    "mayor": ("mayor", 4_000, "notable"),
    "president": ("president", 41_700_000, "critical"),
}


def found_town(
    db: Database,
    clock: SimulatedClock,
    *,
    rulebook_text: str | None = None,
    founded: bool = False,
    more: tuple[tuple[str, str, str], ...] = (),
    **changes: Any,
) -> Town:
    """Make a house under the shipped rulebook and fill it.

    A process founds each town of the suite's own hour once; who asks for the same one again has a copy of it.

    Args:
        db: an empty database.
        clock: the town's.
        rulebook_text: another rulebook.
        founded: whether its safeguards change only by orders from here on.
        more: the name, role and team of people beyond the town's own.
        changes: other ports.
    """
    town = Town(db=db, clock=clock)
    if changes:
        town.ports = replace(town_ports(changes.get("load_rulebook", load)), **changes)
    text = rulebook_text or (RULEBOOKS / "shipped.toml").read_text("utf-8")
    if clock.now() != EVENING or "load_rulebook" in changes or not untouched(db):
        _found(town, text, founded=founded, more=more)
        return town
    asked = (str(db.engine.url.query.get("host", "")), text, founded, more)
    known = _FOUNDED.get(asked)
    if known is None or not give(known[0], db):
        _found(town, text, founded=founded, more=more)
        kept = keep(db, now=clock.now())
        if kept is not None:
            _FOUNDED[asked] = (kept, deepcopy((town.people, town.accounts, town.posts)))
    else:
        town.people, town.accounts, town.posts = deepcopy(known[1])
    return town


def _found(town: Town, text: str, *, founded: bool, more: tuple[tuple[str, str, str], ...]) -> None:
    now = town.now
    with town.db.transaction() as tx:
        remember(tx, key=MADE_BY, value="init")
        rulebook.enter(tx, actor=SETUP, now=now, text=text, loader=town.ports.load_rulebook)
        for name, (role, team, served, left) in STAFF.items():
            town.people[name] = add_person(tx, now, name, role, team, served=served, left=left)
        for name, (handle, followers, tier) in ACCOUNTS.items():
            _add_account(tx, town, name, handle, followers, tier)
        for name, role, team in more:
            town.people[name] = add_person(tx, now, name, role, team)
        if founded:
            found(tx, actor=SETUP, now=now, settings=guarded(Settings()))


def add_person(
    tx: Tx, now: int, name: str, role: str, team: str, *, served: int = 400, left: int | None = None, shift: bool = True
) -> Actor:
    """Enrol, engage, give a role and put on shift."""
    began = now - served * DAY
    person_id = enrol(tx, actor=SETUP, now=began, name=name, email=f"{name.replace(' ', '.')}@example.org")
    ends = None if left is None else now + left * DAY + 5 * HOUR
    engage(tx, actor=SETUP, now=began, person_id=person_id, employer="House", team=team, starts=began, ends=ends)
    grant_role(tx, actor=SETUP, now=began, person_id=person_id, role=role)
    enrol_key(tx, now=began, person_id=person_id)
    if shift:
        add_shift(tx, actor=SETUP, now=now, person_id=person_id, starts=now - HOUR, ends=now + 30 * DAY)
    return Actor.person(person_id)


def _add_account(tx: Tx, town: Town, name: str, handle: str, followers: int, tier: str | None) -> None:
    now = town.now
    account_id = tx.new_id(now)
    row = {
        "id": account_id,
        "handle": handle,
        "handle_key": handle,
        "display_name": handle.title(),
        "note": "",
        "email": f"{handle}@example.net",
        "password_hash": None,
        "locale": "en",
        "followers": followers,
        "following": 0,
        "posts": 3,
        "official": 0,
        "imported_id": None,
        "created_at": now,
    }
    tx.execute(insert(net_account).values(row))
    neighbours = EmbeddedNeighbours(load_rulebook=town.ports.load_rulebook)
    neighbours.account_opened(tx, now=now, account=row)  # type: ignore[arg-type]  # a row as a plain dict
    if tier:
        enter_roster(tx, actor=SETUP, now=now, account_id=account_id, tier=tier, office="office", source="the test")
    ids = [tx.new_id(now) for _ in range(3)]
    tx.execute(
        insert(net_post),
        [
            {
                "id": post_id,
                "account_id": account_id,
                "text": f"Post {number} of {handle}",
                "locale": "en",
                "reposts": 0,
                "likes": 0,
                "imported_id": None,
                "created_at": now,
            }
            for number, post_id in enumerate(ids)
        ],
    )
    town.accounts[name], town.posts[name] = account_id, ids
