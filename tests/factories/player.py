"""Plays a way in that the prover found, step by step, on a founded town with a real database.

The people a story assumes are enrolled before the founding, with the roles the story gives them and no other, each in a
team and with an employer of their own, on shift only where a rule of the story asks for it. Everything after that goes
through the verbs that every door calls. Whatever else the facts of a step say is brought about the way it comes about:
a thing restored lately was hidden and restored by honest people, an hour before.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from sqlalchemy import select, update

from gardefou.accounts.assign_tier import assign_tier
from gardefou.app.settings import Settings
from gardefou.app.shown_settings import guarded, spell
from gardefou.clock import DAY, HOUR, MINUTE, SimulatedClock, to_iso
from gardefou.connectors.embedded.neighbours import EmbeddedNeighbours
from gardefou.errors import GardefouError
from gardefou.events import Actor
from gardefou.events.actor import SETUP
from gardefou.guard.rulebook import Rulebook
from gardefou.guard.rules import UnsafeUnprovedRulebook
from gardefou.incidents.queries import open_incidents_naming
from gardefou.network.follow import follow
from gardefou.network.queries import any_account
from gardefou.network.tables import net_account, net_post
from gardefou.orders import rulebook
from gardefou.orders.kinds import Kind
from gardefou.orders.lifecycle import State
from gardefou.orders.ports import Ports
from gardefou.orders.propose import Outcome, propose
from gardefou.orders.rulebook import Loader
from gardefou.safeguards.found import found
from gardefou.safeguards.plugs import safeguards
from gardefou.safeguards.subjects import HOUSE_ID
from gardefou.staff.grant_role import grant_role
from gardefou.storage import Database, Tx
from tests.factories.guard import NONE_TEXT, SHIPPED_TEXT
from tests.factories.town import Town, add_person, found_town, town_ports

Story = Mapping[str, Any]
Step = Mapping[str, Any]

#: Facts that this stage can bring about; a story with another one is refused rather than played without it.
BROUGHT_ABOUT = {"tier", "roster", "assigned_tier", "restored_lately", "duration_minutes", "reason", "weakens", "role"}
BROUGHT_ABOUT |= {"hidden_as_grave"}

#: What a deed is told; each account is followed by another, which two of them name.
TOLD = {
    "account.rename": {"display_name": "Nobody"},
    "account.block": {"other": "@anna"},
    "account.unfollow": {"followers": "@anna"},
    "account.contact": {"contact": "else@example.org"},
    "account.credentials": {"ways_in": "password"},
    "account.speak": {"text": "I resign."},
}


@dataclass(kw_only=True)
class Stage:
    """A town under one rulebook, with the people of a story."""

    town: Town
    puppets: list[str] = field(default_factory=list)
    before: tuple[Any, ...] = ()

    def play(self, story: Story) -> bool:
        """Take every step of the story; return whether each of them took effect."""
        steps = [step for step in story["steps"] if step["gains"] != "slow"]
        self.before = self._seen(target(story))
        self.puppets = sorted({hand["name"] for step in steps for hand in hands(step) if _puppet(hand)})
        return all(self._step(story, step) for step in steps)

    def restores(self, step: Step) -> bool:
        """Hide as the facts say, and return whether one agent, or with one more what is grave, restores at once."""
        grave = bool(step["facts"].get("hidden_as_grave"))
        name = "mayor" if grave else "anna"
        post = {"subject_id": self.town.posts[name][0]} if step["kind"].startswith("post.") else {}
        kind = "post.hide" if post else "account.hide"
        hidden = self.town.propose("reviewer 1", kind, name, reason="severe" if grave else "spam", **post)
        assert self.agreed(hidden, ("reviewer 2",) if grave else ())
        back = self.town.propose("agent", step["kind"], name, reason="", **post)
        return self.agreed(back, ("reviewer 1",) if grave else ())

    def silenced(self, name: str) -> bool:
        """Return whether the account, its profile or one of its posts is not as it was."""
        return self._seen(name) != self.before

    def _seen(self, name: str) -> tuple[Any, ...]:
        """Return everything the network shows and keeps of an account."""
        with self.town.db.reading() as tx:
            look = self.town.ports.effects["post"].read_back
            posts = [look(tx, subject_kind="post", subject_id=one) for one in self.town.posts[name]]
            texts = [row["text"] for row in tx.all(select(net_post).order_by(net_post.c.id))]
            return any_account(tx, self.town.accounts[name]), texts, posts, self.town.standing(name)

    def _step(self, story: Story, step: Step) -> bool:
        """Propose one step, or one for each puppet where it makes puppets, and see each through."""
        who, others = step["proposer"]["name"], tuple(hand["name"] for hand in step["approvers"])
        try:
            made = {}
            for ask in self._asks(story, step):
                outcome = self._asked(who, step, *ask)
                if not self.agreed(outcome, others):
                    return False
                made[ask[1].get("name", "")] = outcome.order.subject_id
            if step["gains"] == "puppets":
                self.town.clock.advance(15 * DAY)  # The proof lets attackers wait as long as they like.
                for name, person_id in made.items():
                    self._welcome(name, person_id)
        except GardefouError:
            return False  # A door that is shut is a step not taken.
        return True

    def _asks(  # noqa: C901, PLR0912  # one line for each kind
        self, story: Story, step: Step
    ) -> Iterator[tuple[int, dict[str, str]]]:
        """Yield the subject and the change of each order that a step stands for."""
        people, account_id = self.town.person_id, self.town.accounts[target(story)]
        bond = {"employer": "House", "team": "North", "starts": to_iso(self.town.now)}
        match step["kind"]:
            case "person.enrol":
                for name in self.puppets or ["puppet 1"]:
                    yield 0, {"name": name, "email": f"{name.replace(' ', '.')}@example.org", **bond}
            case "role.grant" if self.puppets:
                role = str(step["facts"]["role"])
                for name in _with_role(story, role):
                    yield people(name), {"role": role}
            case "role.grant":
                yield people("agent"), {"role": str(step["facts"].get("role") or "reviewer")}
            case "role.take":
                yield people("reviewer 1"), {"role": "reviewer"}
            case "person.end":
                yield people("reviewer 2"), {}
            case "person.engage":
                yield people("contractor"), bond | {"starts": to_iso(self.town.now + 30 * DAY)}
            case "shift.add":
                yield people("agent"), _hours(self.town, 40 * DAY)
            case "shift.remove":
                yield people("agent"), {"starts": to_iso(self.town.clock.now() - HOUR)}
            case "rulebook.replace":
                yield HOUSE_ID, {"digest": self._keep_theirs().hex()}
            case "tier.assign":
                yield account_id, {"tier": "ordinary"}
            case "token.issue":
                yield HOUSE_ID, {"name": "their-own", "scopes": "read", "ends": to_iso(self.town.now + DAY)}
            case "setting.change":
                yield HOUSE_ID, {"name": "contest", "value": "nobody@example.org"}
            case kind:
                other = "@mayor" if target(story) == "anna" else "@anna"
                told = TOLD.get(kind, {})
                yield account_id, {name: other if text == "@anna" else text for name, text in told.items()}

    def _asked(self, who: str, step: Step, subject_id: int, change: Mapping[str, str]) -> Outcome:
        town, facts, more = self.town, step["facts"], dict[str, Any]()
        if minutes := facts.get("duration_minutes"):
            more["lift_at"] = town.now + int(minutes) * MINUTE
        name = next((name for name, one in town.accounts.items() if one == subject_id), "")
        if name:
            more["evidence"] = {"posts": [str(town.posts[name][0])]}
        if step["kind"].startswith("post."):
            subject_id = town.posts[name][0]
        with town.db.transaction() as tx:
            return propose(
                tx,
                town.ports,
                actor=town.people[who],
                now=town.now,
                kind=step["kind"],
                subject_id=subject_id,
                reason=str(facts.get("reason", "spam")),
                change=change,
                **more,
            )

    def agreed(self, outcome: Outcome, others: Sequence[str]) -> bool:
        """Let these people sign, time pass and the clock look; return whether the order took effect."""
        self.town.tell_everyone(outcome.order.id)
        for name in others:
            if self.town.read(outcome.order.id).state is State.WAITING:
                self.town.approve(name, outcome.order.id)
        order = self.town.drive(outcome.order.id)  # Everyone has been told by now: the hold begins.
        if order.effect_at is not None and order.state is State.HELD:
            self.town.clock.advance(order.effect_at - self.town.now)
            order = self.town.drive(order.id)
        return order.executed_at is not None

    def _keep_theirs(self) -> bytes:
        """Keep the text of a rulebook of the attackers' own: that of 2017."""
        with self.town.db.transaction() as tx:
            book = UnsafeUnprovedRulebook.load(NONE_TEXT)
            rulebook.keep(tx, actor=self.town.people["agent"], now=self.town.now, book=book, text=NONE_TEXT)
            return book.digest

    def _welcome(self, name: str, person_id: int) -> None:
        """Put a puppet on shift, as the proof assumes of everybody: honest people believe it is a colleague."""
        self.town.give_key(person_id)
        self.town.people[name] = replace(self.town.people["agent"], key=str(person_id))
        hours = {"starts": to_iso(self.town.now), "ends": to_iso(self.town.now + 2 * DAY)}
        order_id = self.town.change("manager north", "shift.add", person_id, **hours).order.id
        if self.town.read(order_id).state is State.WAITING:
            self.town.approve("administrator", order_id)


def stage(db: Database, clock: SimulatedClock, story: Story, *, book: Rulebook, needs_of: Rulebook) -> Stage:
    """Found a town under a rulebook, with the people a story assumes and the facts it assumes of the account.

    Args:
        db: an empty database, to be thrown away.
        clock: the town's clock.
        story: a counterexample, as JSON.
        book: the rulebook in force.
        needs_of: the rulebook the story was found in; says who has to be on shift.
    """
    unknown = {name for step in story["steps"] for name in step["facts"]} - BROUGHT_ABOUT
    assert not unknown, f"this stage cannot bring about {unknown}"
    text = f"{SHIPPED_TEXT}\n# {sha256(repr(book).encode()).hexdigest()}\n"
    digest = sha256(text.encode()).digest()
    known = {text: replace(book, digest=digest), NONE_TEXT: UnsafeUnprovedRulebook.load(NONE_TEXT)}
    town = found_town(db, clock, rulebook_text=text, **_unproved(known.__getitem__))
    needs = {rule.id: frozenset(need.text for need in rule.needs) for rule in needs_of.rules}
    with db.transaction() as tx:
        for name, roles in _cast(story).items():
            on_shift = any("on shift" in needs[rule] for step in story["steps"] for rule in step["rules"])
            town.people[name] = add_person(tx, clock.now(), name, roles[0], f"team {name}", shift=on_shift)
            for role in roles[1:]:
                _also(tx, town, name, role)
        if any("assigned_tier" in step["facts"] for step in story["steps"]):
            tier = next(step["facts"]["assigned_tier"] for step in story["steps"] if "assigned_tier" in step["facts"])
            assign_tier(tx, actor=SETUP, now=clock.now(), account_id=town.accounts["anna"], tier=tier)
        found(tx, actor=SETUP, now=clock.now(), settings=guarded(Settings()))
        # Something to end: every owner has a way in.
        tx.execute(update(net_account).values(password_hash="kept"))
        for follower, followed in (("anna", "mayor"), ("anna", "president"), ("mayor", "anna")):
            member = Actor.member(town.accounts[follower])
            follow(tx, EmbeddedNeighbours(known.__getitem__), actor=member, now=clock.now(), handle=followed)
    made = Stage(town=town)
    if any(step["facts"].get("restored_lately") for step in story["steps"]):
        _hide_and_restore(made, target(story), post=story["steps"][-1]["kind"].startswith("post."))
    return made


def _unproved(loader: Loader) -> dict[str, Any]:
    """Return what a town needs to take rulebooks that nobody proved."""
    ports: Ports = town_ports(loader)
    told = {**ports.changes, **safeguards(lambda text: (loader(text), "unproved"), spell, open_incidents_naming)}
    return {"load_rulebook": loader, "changes": told, "effects": {**ports.effects, **told}}


def _also(tx: Tx, town: Town, name: str, role: str) -> None:
    began = town.now - 400 * DAY
    grant_role(tx, actor=SETUP, now=began, person_id=town.person_id(name), role=role)


def _hide_and_restore(made: Stage, name: str, *, post: bool) -> None:
    """Let honest people hide the thing and bring it back, by the rules that hold on a quiet day."""
    more = {"subject_id": made.town.posts[name][0]} if post else {}
    hidden = made.town.propose("reviewer 1", "post.hide" if post else "account.hide", name, **more)
    assert made.agreed(hidden, ("reviewer 2", "manager south"))
    back = made.town.propose("reviewer 1", "post.restore" if post else "account.restore", name, reason="", **more)
    assert made.agreed(back, ())
    assert made.town.standing(name) == "active"


def _cast(story: Story) -> dict[str, list[str]]:
    """Return the humans of a story and the roles they need in it; one who needs none is an agent."""
    cast: dict[str, list[str]] = {}
    for step in story["steps"]:
        for hand in hands(step):
            if not _puppet(hand) and not hand["name"].startswith("machine"):
                roles = cast.setdefault(hand["name"], [])
                roles += [role for role in hand["roles"] if role not in roles]
    return {name: roles or ["agent"] for name, roles in cast.items()}


def hands(step: Step) -> list[Mapping[str, Any]]:
    """Return everyone who has a part in a step."""
    return [step["proposer"], *step["approvers"]]


def _puppet(hand: Mapping[str, Any]) -> bool:
    return str(hand["name"]).startswith("puppet")


def _with_role(story: Story, role: str) -> list[str]:
    """Return the puppets who use a role somewhere in the story."""
    found = {hand["name"] for step in story["steps"] for hand in hands(step) if _puppet(hand) and role in hand["roles"]}
    return sorted(found)


def target(story: Story) -> str:
    """Return which of the town's accounts a story is about: its tier, and what gives it that, say which."""
    facts: dict[str, Any] = {}
    for step in reversed(story["steps"]):
        facts |= step["facts"]
    if facts.get("assigned_tier") or facts.get("tier", "notable") == "ordinary":
        return "anna"
    return "president" if facts.get("tier") == "critical" else "mayor"


def unknown_kinds(story: Story) -> list[str]:
    """Return the kinds of a story that no order has yet."""
    return sorted({step["kind"] for step in story["steps"]} - {kind.value for kind in Kind})


def _hours(town: Town, later: int) -> dict[str, str]:
    return {"starts": to_iso(town.now + later), "ends": to_iso(town.now + later + 8 * HOUR)}
