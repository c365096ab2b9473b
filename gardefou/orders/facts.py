"""Turn rows into the plain facts the guard decides on, read again each time (promise 4)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from gardefou.accounts.queries import accounts
from gardefou.clock import DAY, HOUR, MINUTE
from gardefou.events import Actor
from gardefou.guard.decide import decide
from gardefou.guard.facts import SIGNED, TIERS, Asked, Clocks, Extra, Machine, Person, Value
from gardefou.guard.rulebook import asks_for_witness
from gardefou.guard.rules import Rulebook, tier_of
from gardefou.guard.verdict import Verdict
from gardefou.ledger import witnessed
from gardefou.orders import queries, sign
from gardefou.orders.kinds import GRAVE, SHAPES, SILENCING, Kind, gravest
from gardefou.orders.lately import accounts_touched, acts_since, lately
from gardefou.orders.order import Order
from gardefou.orders.ports import Subject
from gardefou.staff.queries import joined_into, logins_of, person_facts, shift_began
from gardefou.storage import Tx

#: What a subject that belongs to no account answers to the rules.
_NO_ACCOUNT: dict[str, Value] = {
    "roster": "",
    "office": False,
    "followers": 0,
    "peak_followers_90d": 0,
    "assigned_tier": "",
    "reached_tier": "",
    "weakens": False,
    "role": "",
}

_OF_ROLES = frozenset({Kind.ROLE_GRANT, Kind.ROLE_TAKE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything one decision rests on, and nothing else."""

    asked: Asked
    proposer: Person | Machine
    approvers: tuple[Person, ...]
    clocks: Clocks
    extras: tuple[Extra, ...]
    now: int

    def decide(self, book: Rulebook) -> Verdict:
        """Ask the guard."""
        return decide(
            book,
            asked=self.asked,
            proposer=self.proposer,
            approvers=self.approvers,
            clocks=self.clocks,
            extras=self.extras,
            now=self.now,
        )

    def with_signature(self, person_id: str, status: str) -> "Facts":
        """Return the facts with what is known of one approver's signature."""
        told = (replace(one, signature=status) if one.id == person_id else one for one in self.approvers)
        return replace(self, approvers=tuple(told))

    def to_json(self) -> dict[str, Any]:
        """Return the facts as plain JSON values; instants as decimal strings."""
        return {
            "asked": {
                "kind": self.asked.kind,
                "values": dict(self.asked.values),
                "reason": self.asked.reason,
                "evidence": self.asked.evidence,
                "clause": self.asked.clause,
                "concerns": self.asked.concerns,
            },
            "proposer": _person_json(self.proposer),
            "approvers": [_person_json(person) for person in self.approvers],
            "clocks": {name: _instant(value) for name, value in asdict(self.clocks).items()},
            "extras": [{"because": extra.because, "outside": sorted(extra.outside)} for extra in self.extras],
            "now": str(self.now),
        }


def _instant(value: int | str | None) -> str | None:
    return None if value is None else str(value)


def _person_json(person: Person | Machine) -> dict[str, Any]:
    if isinstance(person, Machine):
        return {"machine": person.name}
    return {**asdict(person), "roles": sorted(person.roles)}


def who(tx: Tx, actor: Actor, now: int, *, acting: bool = False) -> Person | Machine:
    """Return what the guard may know of an actor now. Someone who does not work here has no role at all.

    A person who was joined into another is that other one in whatever they did: two logins are one human (promise 2).
    Who is `acting` does so under their own number, and one that was joined into another does nothing any more.
    """
    if actor.person_id is None:
        return Machine(name=actor.key if actor.kind == "machine" else "")
    into = joined_into(tx, actor.person_id)
    person_id = actor.person_id if acting or into is None else into
    found = None if acting and into is not None else person_facts(tx, person_id, now)
    return found or Person(
        id=str(person_id),
        roles=frozenset(),
        team="",
        employer="",
        engaged=False,
        on_shift=False,
        engagement_days=0,
        engagement_days_left=0,
    )


def _caps(tx: Tx, *, kind: Kind, subject: Subject, actor: Actor, before: int, now: int) -> dict[str, Value]:
    """Return what the proposer, and the house, have silenced of late, this order not counted but for its reach."""
    if kind not in SILENCING or actor.person_id is None:
        return {"acts_by_person_1h": 0, "acts_by_house_1h": 0, "reach_this_shift": 0}
    human = joined_into(tx, actor.person_id) or actor.person_id
    mine = {str(Actor.person(one)) for one in logins_of(tx, human)}
    since = shift_began(tx, human, now) or now - DAY
    touched = accounts_touched(tx, since=since, before=before, proposers=mine)
    followers = sum(int(row["followers"]) for row in accounts(tx, touched - {subject.account_id}).values())
    theirs, everybodys = acts_since(tx, since=now - HOUR, before=before, proposers=mine)
    return {
        "acts_by_person_1h": theirs,
        "acts_by_house_1h": everybodys,
        "reach_this_shift": followers + int(subject.values.get("followers", 0)),
    }


def asked(
    tx: Tx,
    book: Rulebook,
    *,
    actor: Actor,
    before: int,
    kind: Kind,
    subject: Subject,
    change: Mapping[str, str],
    reason: str,
    clause: str,
    evidence: bool,
    lift_at: int | None,
    starts: int,
    undone: Order | None,
    now: int,
) -> Asked:
    """Return what is asked, with everything the rules may want to know about it.

    `actor` proposes; `before` is the order's id, or one above every other when it has none yet.
    """
    done = lately(tx, subject.kind, subject.id, subject.account_id, now)
    values: dict[str, Value] = {
        **_NO_ACCOUNT,
        **subject.values,
        **_caps(tx, kind=kind, subject=subject, actor=actor, before=before, now=now),
        "subject_kind": subject.kind,
        "reason": reason,
        "restored_lately": done.restored,
        "duration_minutes": 0 if lift_at is None else max(1, -(-(lift_at - starts) // MINUTE)),
        "brief_freezes_today": done.brief_freezes,
        "urgent_posts_today": done.urgent_posts,
        "hidden_as_grave": undone is not None and _grave(tx, undone),
        "set_end_passed": undone is not None and undone.lift_at is not None and undone.lift_at <= now,
    }
    tier = tier_of(book, values)
    values["tier"] = tier
    values["protected"] = tier != "ordinary"
    values["role"] = change.get("role", "") if kind in _OF_ROLES else ""
    values["weakens"] = _weakens(kind, change, tier)
    concerns = str(subject.id) if SHAPES[kind].raises else ""
    return Asked(kind=kind.value, values=values, reason=reason, evidence=evidence, clause=clause, concerns=concerns)


def _weakens(kind: Kind, change: Mapping[str, str], tier: str) -> bool:
    """Return whether the account could be protected less than by the tier in force, whatever holds that up today."""
    if kind is Kind.TIER_ASSIGN:
        return TIERS.index(change["tier"]) < TIERS.index(tier)
    return kind is Kind.ROSTER_REMOVE


def _grave(tx: Tx, undone: Order) -> bool:
    return undone.reason in GRAVE and len(queries.approvals(tx, undone.id)) > 0


def extras(tx: Tx, *, kind: Kind, account_id: int | None, now: int) -> tuple[Extra, ...]:
    """Return the places a recent veto adds: each asks one more approver from outside the quorum it ended."""
    if account_id is None or kind not in SILENCING:
        return ()
    found = []
    for vetoed in queries.vetoed_lately(tx, account_id, now):
        people = {str(row["person_id"]) for row in queries.approvals(tx, vetoed.id)} | {vetoed.proposer.key}
        found.append(Extra(because="veto", outside=_humans(tx, people)))
    return tuple(found)


def _humans(tx: Tx, people: Iterable[str]) -> frozenset[str]:
    """Return these people as the humans they are by now."""
    return frozenset(str(joined_into(tx, int(one)) or one) if one.isdigit() else one for one in people)


def facts_of(tx: Tx, book: Rulebook, *, order: Order, subject: Subject, now: int, also: Sequence[int] = ()) -> Facts:
    """Read again everything an open order rests on.

    Args:
        tx: the open transaction.
        book: the rulebook in force.
        order: the order.
        subject: its subject, as it is now.
        now: the instant.
        also: people who would approve as well, with the signatures they could give.
    """
    undone = queries.order(tx, order.reverses) if order.reverses is not None else None
    approvers = [int(row["person_id"]) for row in queries.approvals(tx, order.id)]
    signed = sign.worth(tx, order.id, order.digest, now)
    return Facts(
        asked=asked(
            tx,
            book,
            actor=order.proposer,
            before=order.id,
            kind=order.kind,
            subject=subject,
            change=order.change,
            reason=order.reason,
            clause=order.clause,
            evidence=bool(order.facts["asked"]["evidence"]),
            lift_at=order.lift_at,
            starts=order.not_before or order.proposed_at,
            undone=undone,
            now=now,
        ),
        proposer=sign.signed_as(
            who(tx, order.proposer, now), signed.get((order.proposer.person_id or 0, "propose"), "")
        ),
        approvers=_approvers(tx, approvers, also, signed, now),
        clocks=Clocks(
            proposed_at=order.proposed_at,
            approve_by=order.approve_by,
            held_from=order.held_from,
            not_before=order.not_before,
            execute_by=order.execute_by,
            notices="accepted" if queries.told(tx, order.id) else "pending",
            witnessed_at=witnessed_at(tx, book),
        ),
        extras=tuple(replace(extra, outside=_humans(tx, extra.outside)) for extra in extras_of(order)),
        now=now,
    )


def witnessed_at(tx: Tx, book: Rulebook) -> int | None:
    """Return when outsiders last signed a head of the record, where any rule asks; else nobody looks."""
    return witnessed.latest_at(tx) if asks_for_witness(book) else None


def extras_of(order: Order) -> tuple[Extra, ...]:
    """Return the extra places the order was proposed with; a later veto of another order does not move them."""
    return tuple(
        Extra(because=extra["because"], outside=frozenset(extra["outside"])) for extra in order.facts["extras"]
    )


def _approvers(
    tx: Tx, ids: Sequence[int], also: Sequence[int], signed: Mapping[tuple[int, str], str], now: int
) -> tuple[Person, ...]:
    """Return everyone who approved, each human once, with the best of their signatures."""
    found: dict[str, Person] = {}
    for person_id in [*ids, *also]:
        person = who(tx, Actor.person(person_id), now, acting=person_id in also)
        if isinstance(person, Machine):
            continue
        if person_id not in also:
            person = replace(person, signature=signed.get((person_id, "approve"), ""))
        known = found.get(person.id)
        if known is None or known.signature not in SIGNED:
            found[person.id] = person
    return tuple(found.values())


def target_of(tx: Tx, kind: Kind, subject: Subject, undone: Order | None) -> str | None:
    """Return the standing the subject would have once the order had taken effect; None where there is none."""
    shape = SHAPES[kind]
    if not (shape.target or shape.undoes):
        return None
    effective = queries.in_effect(tx, subject.kind, subject.id)
    standings = [SHAPES[found.kind].target for found in effective if undone is None or found.id != undone.id]
    return gravest([*standings, shape.target] if shape.target else standings)


def anonymous(value: Any, names: Mapping[str, str]) -> Any:
    """Return a JSON value with each person's id replaced by the commitment that stands for it in the record."""
    if isinstance(value, str):
        return names.get(value, value)
    if isinstance(value, Mapping):
        return {key: anonymous(inner, names) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [anonymous(inner, names) for inner in value]
    return value
