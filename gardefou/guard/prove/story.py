"""The way in as a story: who proposes what, who agrees, and what it adds, from the strongest start there is.

Everyone holds every role, in a team and with an employer of their own; no start can do more, since effects only add. A
story is therefore found here whenever there is one, for any number of humans, without a solver.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Final

from gardefou.guard.facts import Value
from gardefou.guard.prove.openings import Goal, Opening, facts, openings
from gardefou.guard.prove.reach import ENROL, GRANT, LOWER, REPLACE
from gardefou.guard.rulebook import Rulebook

#: How the humans of a story are called; puppets carry a number as well.
NAMES: Final = "ABCDEFGHI"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """Somebody in a step, and the roles they need for it; a puppet's name begins with `puppet`."""

    name: str
    roles: tuple[str, ...]
    rule: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One order of a story: its kind, the facts that matter, the rules that match, who proposes and who agrees."""

    kind: str
    facts: Mapping[str, Value]
    rules: tuple[str, ...]
    proposer: Hand
    approvers: tuple[Hand, ...]
    gains: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gained:
    """What orders have added so far."""

    puppets: bool = False
    granted: frozenset[str] = frozenset()
    lowered: bool = False
    replaced: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Effect:
    """What an order adds, and the goals that have this effect."""

    gains: str
    goals: tuple[Goal, ...]
    add: Callable[[Gained], Gained]


_EFFECTS: Final = (
    _Effect(gains="puppets", goals=ENROL, add=lambda had: replace(had, puppets=True)),
    _Effect(gains="lowered", goals=LOWER, add=lambda had: replace(had, lowered=True)),
    _Effect(gains="replaced", goals=REPLACE, add=lambda had: replace(had, replaced=True)),
    *(
        _Effect(
            gains=f"role {role}",
            goals=(goal,),
            add=lambda had, role=role: replace(had, granted=had.granted | {role}),  # type: ignore[misc]  # a default binds it
        )
        for role, goal in GRANT.items()
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the attackers are after: a goal of these, or one of `lowered` once protection is lowered."""

    goals: tuple[Goal, ...]
    lowered: tuple[Goal, ...] = ()


def story(rulebook: Rulebook, wanted: Wanted, humans: int) -> tuple[Step, ...] | None:
    """Return a way in from which no step can be left out; nothing when there is none."""
    taken: list[_Effect] = []
    had = Gained()
    while (last := _reached(rulebook, wanted, humans, had)) is None:
        fresh = [effect for effect in _EFFECTS if _new(rulebook, effect, humans, had)]
        if not fresh:
            return None
        for effect in fresh:
            had = effect.add(had)
            taken.append(effect)
    for effect in reversed(tuple(taken)):
        fewer = [one for one in taken if one is not effect]
        if _played(rulebook, wanted, humans, fewer) is not None:
            taken = fewer
    return _played(rulebook, wanted, humans, taken) or (last,)


def _new(rulebook: Rulebook, effect: _Effect, humans: int, had: Gained) -> bool:
    return effect.add(had) != had and _step(rulebook, effect.goals, humans, had) is not None


def _played(rulebook: Rulebook, wanted: Wanted, humans: int, effects: Sequence[_Effect]) -> tuple[Step, ...] | None:
    """Play these effects in order, and return the steps, when each is possible and the end is reached."""
    had, steps = Gained(), []
    for effect in effects:
        step = _step(rulebook, effect.goals, humans, had)
        if step is None:
            return None
        steps.append(replace(step, gains=effect.gains))
        had = effect.add(had)
    last = _reached(rulebook, wanted, humans, had)
    return None if last is None else (*steps, last)


def _reached(rulebook: Rulebook, wanted: Wanted, humans: int, had: Gained) -> Step | None:
    """Return the last step, when what is wanted can be had now."""
    goals = (*wanted.goals, *(wanted.lowered if had.lowered else ()))
    step = _step(rulebook, goals, humans, had)
    if step is None and had.replaced and goals:
        return Step(kind=goals[0].kind, facts={}, rules=(), proposer=Hand(name="A", roles=()), approvers=())
    return step


def _step(rulebook: Rulebook, goals: Sequence[Goal], humans: int, had: Gained) -> Step | None:
    """Return an order that fills an opening of one of these goals, with the fewest people."""
    ways = [opening for goal in goals for opening in openings(rulebook, goal)]
    for opening in sorted(ways, key=lambda way: way.people):
        cast = _cast(opening, humans, had)
        if cast is not None:
            proposer, approvers = cast
            return Step(
                kind=opening.goal.kind,
                facts=facts(rulebook, opening),
                rules=tuple(rule.id for rule in opening.rules),
                proposer=proposer,
                approvers=approvers,
            )
    return None


def _cast(opening: Opening, humans: int, had: Gained) -> tuple[Hand, tuple[Hand, ...]] | None:
    """Return who does it: humans first, puppets where humans are too few and puppets have the role."""
    puppets = count(1)
    free = list(NAMES[:humans])
    asked = [place for place in opening.places if not _by_puppet((place.roles,), had)]
    need = len(asked) + (0 if opening.by_machine or _by_puppet(opening.proposing, had) else 1)
    if need > humans:
        return None
    roles = _roles(opening)
    if opening.by_machine:
        proposer = Hand(name=roles[0], roles=())
    elif len(asked) < humans:
        proposer = Hand(name=free.pop(0), roles=roles)
    else:
        proposer = Hand(name=f"puppet {next(puppets)}", roles=roles)
    approvers = []
    for place in opening.places:
        by_puppet = _by_puppet((place.roles,), had)
        spare = len(free) > len(asked)
        name = free.pop(0) if spare or not by_puppet else f"puppet {next(puppets)}"
        if not by_puppet:
            asked.pop()
        role = place.roles[0] if not name.startswith("puppet") else next(r for r in place.roles if r in had.granted)
        approvers.append(Hand(name=name, roles=(role,), rule=place.rule))
    return proposer, tuple(approvers)


def _by_puppet(proposing: Sequence[Sequence[str]], had: Gained) -> bool:
    return had.puppets and all(had.granted.intersection(roles) for roles in proposing)


def _roles(opening: Opening) -> tuple[str, ...]:
    """Return roles that let somebody propose under every rule, few of them."""
    found: list[str] = []
    for roles in opening.proposing:
        if not set(roles) & set(found):
            common = [role for role in roles if all(role in other for other in opening.proposing)]
            found.append((common or list(roles))[0])
    return tuple(found)
