"""What is asked of one person: may they propose, do they count; each no is a reason with its code and fields.

The code never depends on which rule asks: `engagement-days-left` is one reason in every rulebook, its rule a field.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from gardefou.guard.facts import KEPT, SIGNED, Asked, Machine, Person, Value, by_rank
from gardefou.guard.rulebook import MACHINE, POLICY_CLAUSE, SIGNATURE, Need, Place, Rule, named, witness_within
from gardefou.guard.terms import Compare, holds
from gardefou.guard.verdict import Reason


def why_refused(
    rules: Sequence[Rule], *, asked: Asked, facts: Mapping[str, Value], proposer: Person | Machine, now: int
) -> Iterator[Reason]:
    """Yield everything that stands against this proposer, in the order of the rules."""
    bound = isinstance(proposer, Machine) or _bound(proposer, asked)
    if not bound:
        yield Reason(code="not-engaged", fields={"rule": ""})
    if concerned(asked, proposer):
        yield Reason(code="concerned", fields={"rule": ""})
    if isinstance(proposer, Person) and proposer.too_near:
        yield _too_near(role for rule in rules for role in rule.propose)
    for rule in rules:
        if rule.propose and not may_propose(rule, proposer):
            yield _wrong_proposer(rule, proposer, facts)
        for need in rule.needs:
            if need.term is not None and not bound:
                continue  # Where no engagement is, none has run for days, and none ends in some.
            reason = _unmet(rule, need, asked=asked, who=proposer, now=now)
            if reason is not None:
                yield reason


def _bound(who: Person, asked: Asked | None) -> bool:
    """Return whether somebody works here; where something is to be restored, also whether they keep just that."""
    return who.engaged or (who.keeps_restore and asked is not None and asked.kind in KEPT)


def concerned(asked: Asked, who: Person | Machine) -> bool:
    """Return whether the order would widen this very person's rights."""
    return isinstance(who, Person) and bool(asked.concerns) and who.id == asked.concerns


def _too_near(roles: Iterable[str]) -> Reason:
    """Say that this person decides nothing about the account, and who else can."""
    return Reason(code="too-near", fields={"rule": "", "who": named(tuple(set(roles)))})


def may_propose(rule: Rule, proposer: Person | Machine) -> bool:
    """Return whether this rule lets them propose, their other duties aside."""
    if isinstance(proposer, Machine):
        return MACHINE + proposer.name in rule.propose
    return bool(proposer.roles.intersection(rule.propose))


def _wrong_proposer(rule: Rule, proposer: Person | Machine, facts: Mapping[str, Value]) -> Reason:
    had = MACHINE + proposer.name if isinstance(proposer, Machine) else ", ".join(by_rank(proposer.roles))
    by_machine = any(role.startswith(MACHINE) for role in rule.propose)
    tier = str(facts["tier"])
    fields = {
        "rule": rule.id,
        "had": had,
        "needs": " or ".join(rule.propose) if by_machine else named(rule.propose),
        "kind": str(facts["kind"]),
        "tier": tier,
        "tier_because": _because(tier, facts),
    }
    return Reason(code="propose-machine" if by_machine else "propose-role", fields=fields)


def _because(tier: str, facts: Mapping[str, Value]) -> str:
    """Return what puts the account in its tier, where that is plain to see."""
    for name, because in (("roster", "roster"), ("assigned_tier", "assigned")):
        if facts[name] == tier:
            return because
    return ""


def not_counted(
    rules: Sequence[Rule],
    *,
    person: Person,
    proposer: Person | Machine,
    places: Sequence[Place],
    now: int,
    asked: Asked | None = None,
) -> Reason | None:
    """Return why an approver fills no place now, or nothing when they may; `asked` says whom the order would raise."""
    if isinstance(proposer, Person) and proposer.id == person.id:
        return Reason(code="proposer", fields={"rule": ""})
    if asked is not None and concerned(asked, person):
        return Reason(code="concerned", fields={"rule": ""})
    if person.too_near:
        return _too_near(role for place in places for role in place.roles)
    if not _bound(person, asked):
        return Reason(code="not-engaged", fields={"rule": ""})
    for rule in rules:
        for need in rule.needs:
            reason = _unmet(rule, need, asked=None, who=person, now=now) if need.personal else None
            if reason is not None:
                return reason
    if not any(person.roles.intersection(place.roles) for place in places):
        return Reason(code="role", fields={"rule": "", "had": ", ".join(by_rank(person.roles))})
    return None


def _unmet(rule: Rule, need: Need, *, asked: Asked | None, who: Person | Machine, now: int) -> Reason | None:
    """Return why a need is not met, or nothing; a machine meets none that is asked of a person."""
    if need.term is not None:
        return _unmet_term(rule, need, who, now)
    if witness_within([need.text]):
        return None  # Asked of the record, once the places are filled; lacking it, somebody stands in.
    if need.text == SIGNATURE:
        return _unsigned(rule.id, who)
    if need.text == "on shift":
        met = isinstance(who, Person) and who.on_shift
    elif need.text == "evidence":
        met = asked is not None and asked.evidence
    elif need.text == POLICY_CLAUSE:
        met = asked is not None and bool(asked.clause)
    else:
        met = need.text == "reason" and asked is not None and bool(asked.reason.strip())
    return None if met else Reason(code=f"needs-{need.text.replace(' ', '-')}", fields={"rule": rule.id})


def _unsigned(rule: str, who: Person | Machine) -> Reason | None:
    why = who.signature if isinstance(who, Person) else ""
    return None if why in SIGNED else unsigned(rule, why)


def unsigned(rule: str, why: str) -> Reason:
    """Say that a signature is wanted, and what is wrong with the one there is."""
    return Reason(code="needs-signature", fields={"rule": rule, "signature": why or "missing"})


def _unmet_term(rule: Rule, need: Need, who: Person | Machine, now: int) -> Reason | None:
    fields: dict[str, str | int] = {"rule": rule.id, "needs": need.text}
    if need.term is None or isinstance(who, Machine):
        return Reason(code="needs-person", fields=fields)
    had: dict[str, int] = {
        "engagement_days": who.engagement_days,
        "engagement_days_left": who.engagement_days_left,
    }
    if holds(need.term, had):
        return None
    if not isinstance(need.term, Compare):
        return Reason(code="needs-person", fields=fields)
    name = need.term.name
    fields |= {"had": had[name], "op": need.term.op, "needs": int(need.term.value), "now": now}
    return Reason(code=name.replace("_", "-"), fields=fields)


def place_open(place: Place) -> Reason:
    """Say which place nobody fills yet."""
    fields = {"rule": place.rule, "role": place.role, "other": place.other, "because": place.because}
    return Reason(code="place-open", fields=fields)
