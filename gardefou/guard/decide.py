"""The decision: may this take effect now, on these facts?

Pure, and one instant: the same call is made at proposal, at every approval, at the effect, and again whenever someone
replays the record. Nothing here is remembered between calls, so rights that have ended since do nothing (promise 4).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from gardefou.guard.facts import RESTORING, SIGNED, Asked, Clocks, Extra, Machine, Person, by_rank
from gardefou.guard.match import Slot, fill
from gardefou.guard.questions import not_counted, place_open, unsigned, why_refused
from gardefou.guard.rulebook import Place, Plan, Rule, Rulebook, matching, named, settled, together, witness_within
from gardefou.guard.verdict import Cleared, Held, Reason, Refused, Verdict, Waiting

__all__ = ["decide", "may_veto"]

_STOOD_IN_FOR: Final = frozenset({"notices", "witness"})


def decide(
    rulebook: Rulebook,
    *,
    asked: Asked,
    proposer: Person | Machine,
    approvers: Sequence[Person],
    clocks: Clocks,
    extras: Sequence[Extra] = (),
    now: int,
) -> Verdict:
    """Answer for one order, at one instant.

    (1) Which rules speak? Where none says who may propose, it is refused.
    (2) May the proposer propose, under every one of them? If not, refused, with all the reasons of all the rules.
        Nobody proposes what would widen their own rights.
    (3) Which approvers count now? The others are named, and fill nothing; among them whoever the order would raise.
    (4) Fill the places: the rules', and one for a veto overridden. Once these are full, one more place opens for each
        of two things that is lacking, for a person who would stand in for it: the notices, where there is a hold and
        they are not known to be accepted; and a fresh witness, where a rule asks for one.
    (5) Are places open? Waiting, or refused once the time for approvals is over.
    (6) Is what was lacking there by now, or does someone stand in? If not, waiting.
    (7) Is it too late? Refused: nothing executes late.
    (8) Has the hold ended, and the set time come? If not, held; and so while a witness that was fresh when the hold
        began no longer is.
    (9) Cleared.

    Args:
        rulebook: the rules in force.
        asked: the kind and its facts.
        proposer: who asks, as they are now.
        approvers: who said yes, as they are now.
        clocks: the order's instants.
        extras: approvers needed beyond the rules'.
        now: the instant of this decision.

    Returns:
        A verdict; never an exception for an answer that was to be expected.

    Raises:
        MissingFactError: a fact was left out.
    """
    # (1) Which rules speak?
    facts = settled(rulebook, asked.kind, asked.values)
    rules = matching(rulebook, asked.kind, facts)
    if not rules:
        reason = Reason(code="no-rule", fields={"rule": "", "kind": asked.kind, "tier": str(facts["tier"])})
        return Refused(reasons=(reason,))
    plan, slots = _places(rulebook, rules, extras, clocks, now)
    # (2) May the proposer propose?
    against = tuple(why_refused(rules, asked=asked, facts=facts, proposer=proposer, now=now))
    if against:
        return Refused(reasons=against, plan=plan, filled=(None,) * len(slots))
    # (3) and (4) Which approvers count now, and which places do they fill?
    so_far = _seated(rulebook, rules, asked, proposer, approvers, clocks, extras, now)
    plan, filled, aside = so_far.plan, so_far.filled, so_far.aside
    # (5) and (6) Are places open, or is something lacking that nobody stands in for?
    missing = _missing(so_far, clocks, now)
    if missing:
        if clocks.approve_by is not None and now > clocks.approve_by:
            return so_far.refused(_expired("approve", clocks.approve_by))
        return Waiting(reasons=missing + aside, plan=plan, filled=filled)
    # (7) Is it too late?
    start = (now if clocks.held_from is None else clocks.held_from) + plan.hold
    until = max(start if plan.hold else 0, clocks.not_before or 0)
    latest = clocks.execute_by
    if latest is None and until and plan.execute_within:
        latest = until + plan.execute_within
    if latest is not None and now > latest:
        return so_far.refused(_expired("execute", latest))
    # (8) Has the hold ended, and the set time come?
    if now < until:
        held = Reason(code="held", fields={"until": until, "hold": plan.hold})
        return Held(reasons=(held, *aside), plan=plan, filled=filled, until=until)
    if not so_far.stands_in("witness") and _stale(plan, clocks, now):
        return Held(reasons=(_unwitnessed(plan, clocks), *aside), plan=plan, filled=filled, until=until)
    # (9) Cleared.
    return Cleared(reasons=aside, plan=plan, filled=filled)


@dataclass(frozen=True, slots=True, kw_only=True)
class _SoFar:
    """What is known once the places are filled."""

    plan: Plan
    filled: tuple[str | None, ...]
    aside: tuple[Reason, ...]

    def stands_in(self, because: str) -> bool:
        """Return whether somebody stands in for what is lacking."""
        pairs = zip(self.plan.places, self.filled, strict=True)
        return any(who is not None for place, who in pairs if place.because == because)

    def refused(self, reason: Reason) -> Refused:
        return Refused(reasons=(reason, *self.aside), plan=self.plan, filled=self.filled)


def _seated(
    rulebook: Rulebook,
    rules: tuple[Rule, ...],
    asked: Asked,
    proposer: Person | Machine,
    approvers: Sequence[Person],
    clocks: Clocks,
    extras: Sequence[Extra],
    now: int,
) -> _SoFar:
    """Fill the places, and those for whoever stands in for what is lacking."""
    plan, slots = _places(rulebook, rules, extras, clocks, now)
    counted, aside = _counted(rules, asked, approvers, proposer, plan, now)
    filled = fill(slots, counted, proposer)
    for because in _lacking(plan, clocks, now) if None not in filled else ():
        if any(place.because == because for place in plan.places):
            continue
        extras = [*extras, Extra(because=because)]
        plan, slots = _places(rulebook, rules, extras, clocks, now)
        # A role that no rule asks for may be one that stands in.
        counted, aside = _counted(rules, asked, approvers, proposer, plan, now)
        again = fill(slots, counted, proposer)
        filled = again if None not in again else (*filled, None)
    return _SoFar(plan=plan, filled=filled, aside=aside)


def _places(
    rulebook: Rulebook, rules: tuple[Rule, ...], extras: Sequence[Extra], clocks: Clocks, now: int
) -> tuple[Plan, tuple[Slot, ...]]:
    """Return the plan with its extra places, and the places as the matching sees them."""
    plan = together(rules)
    lacking = {"veto", *_lacking(plan, clocks, now)}
    wanted = [extra for extra in extras if extra.because in lacking]
    role = named(rulebook.extra)
    added = tuple(Place(role=role, because=extra.because) for extra in wanted)
    slots = tuple(Slot(roles=place.roles, other=place.other) for place in plan.places)
    slots += tuple(Slot(roles=rulebook.extra, outside=extra.outside) for extra in wanted)
    return replace(plan, places=plan.places + added), slots


def _untold(plan: Plan, clocks: Clocks) -> bool:
    return plan.hold > 0 and clocks.notices == "pending"


def _stale(plan: Plan, clocks: Clocks, now: int) -> bool:
    """Return whether a rule asks for a fresh witness and there is none; one of the future counts for nothing."""
    within = witness_within(plan.needs)
    return within > 0 and (clocks.witnessed_at is None or not 0 <= now - clocks.witnessed_at <= within)


def _lacking(plan: Plan, clocks: Clocks, now: int) -> tuple[Literal["notices", "witness"], ...]:
    """Return what is lacking that one more person each would stand in for."""
    notices: tuple[Literal["notices"], ...] = ("notices",) if _untold(plan, clocks) else ()
    witness: tuple[Literal["witness"], ...] = ("witness",) if _stale(plan, clocks, now) else ()
    return notices + witness


def _counted(
    rules: tuple[Rule, ...],
    asked: Asked,
    approvers: Sequence[Person],
    proposer: Person | Machine,
    plan: Plan,
    now: int,
) -> tuple[list[Person], tuple[Reason, ...]]:
    """Return the approvers who count now, and why the others do not."""
    counted: list[Person] = []
    aside: list[Reason] = []
    for person in {person.id: person for person in reversed(approvers)}.values():
        why = not_counted(rules, asked=asked, person=person, proposer=proposer, places=plan.places, now=now)
        if why is None:
            counted.append(person)
        else:
            fields = {**why.fields, "person": person.id, "why": why.code}
            aside.append(Reason(code="approver-ineligible", fields=fields))
    return counted[::-1], tuple(aside[::-1])


def _missing(so_far: _SoFar, clocks: Clocks, now: int) -> tuple[Reason, ...]:
    """Return one reason for each open place, and one for each thing lacking that nobody stands in for.

    Once the hold has begun a witness that is no longer fresh takes nothing back: the order stays held.
    """
    pairs = zip(so_far.plan.places, so_far.filled, strict=True)
    found = [place_open(place) for place, who in pairs if who is None and place.because not in _STOOD_IN_FOR]
    if _untold(so_far.plan, clocks) and not so_far.stands_in("notices"):
        found.append(Reason(code="notices-pending", fields={"rule": "", "hold": so_far.plan.hold}))
    if clocks.held_from is None and _stale(so_far.plan, clocks, now) and not so_far.stands_in("witness"):
        found.append(_unwitnessed(so_far.plan, clocks))
    return tuple(found)


def _unwitnessed(plan: Plan, clocks: Clocks) -> Reason:
    fields: dict[str, str | int] = {"rule": "", "within": witness_within(plan.needs)}
    if clocks.witnessed_at is not None:
        fields["at"] = clocks.witnessed_at
    return Reason(code="witness-stale", fields=fields)


def _expired(clock: str, at: int) -> Reason:
    return Reason(code="expired", fields={"rule": "", "clock": clock, "at": at})


def may_veto(
    rulebook: Rulebook, *, person: Person, kind: str, proposer_id: str, used_today: bool, signed: bool = False
) -> Verdict:
    """Say whether this person may stop this order.

    Args:
        rulebook: the rules in force.
        person: who would stop it, as they are now.
        kind: what is asked; restoring cannot be vetoed.
        proposer_id: whose order it is; they withdraw instead.
        used_today: whether this person has already vetoed on this account today.
        signed: whether the order asks for signatures, and so the veto does.

    Returns:
        Cleared, or Refused with every reason; nothing else.
    """
    against = tuple(_against_veto(rulebook, person, kind, proposer_id, used_today=used_today))
    if signed and person.signature not in SIGNED:
        against += (unsigned("veto", person.signature),)
    return Refused(reasons=against) if against else Cleared()


def _against_veto(
    rulebook: Rulebook, person: Person, kind: str, proposer_id: str, *, used_today: bool
) -> Iterable[Reason]:
    if kind in RESTORING:
        yield Reason(code="veto-restoring", fields={"rule": "veto", "kind": kind})
    if not person.engaged:
        yield Reason(code="not-engaged", fields={"rule": "veto"})
    if not person.roles.intersection(rulebook.veto):
        fields = {"rule": "veto", "had": ", ".join(by_rank(person.roles)), "needs": named(rulebook.veto)}
        yield Reason(code="veto-role", fields=fields)
    if person.id == proposer_id:
        yield Reason(code="veto-own", fields={"rule": "veto"})
    if used_today:
        yield Reason(code="veto-again", fields={"rule": "veto", "had": 1, "needs": 0})
