"""How far k humans get, by any sequence of orders: a least fixpoint, since every effect only adds.

What a sequence can add, and nothing takes away again in the attackers' favour:

    role.grant         a role, for whomever the order concerns, who neither proposes nor approves it
    person.enrol       humans in name only, as many as are wanted, with no role yet, in any team ("puppets")
    person.engage      another team or employer, so that two humans always differ
    tier, roster       an account that was protected no longer is (only where `weakens`)
    credential.enrol   the hand of anybody at all, whatever they may do: as much as another rulebook would give
    rulebook, setting  another rulebook, under which anything goes

A human begins with any roles, in any team. The state is unrolled until the solver says that one more order adds
nothing, from whatever start. That takes the humans one by one, so it is done for three at most; beyond that the start
is the strongest there is, everyone with every role in a team of their own, and the same fixpoint is computed outright.
Both ways are taken where both can be, and must agree.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, permutations
from typing import Any, Final

import z3

from gardefou.guard.facts import ROLES
from gardefou.guard.prove.openings import Goal, Opening, openings, solver_of
from gardefou.guard.prove.translate import Truth, possible
from gardefou.guard.rulebook import Place, Rulebook

MOST_SYMBOLIC: Final = 3

#: An effect that the attackers gain by, and the goals that have it.
ENROL: Final = (Goal(kind="person.enrol"),)
ENGAGE: Final = (Goal(kind="person.engage"),)
LOWER: Final = tuple(Goal(kind=kind, on="weakens") for kind in ("tier.assign", "roster.enter", "roster.remove"))
REPLACE: Final = tuple(Goal(kind=kind) for kind in ("rulebook.replace", "setting.change", "credential.enrol"))
GRANT: Final[Mapping[str, Goal]] = {role: Goal(kind="role.grant", role=role) for role in ROLES}
#: Every goal by which something is gained.
_EFFECTS: Final = (*ENROL, *ENGAGE, *LOWER, *REPLACE, *GRANT.values())


def _starts(owners: int) -> range:
    return range(0, owners * len(ROLES), len(ROLES))


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What the attackers have: each human's roles, then what orders have added, each a truth of the solver."""

    humans: tuple[Mapping[str, Truth], ...]
    teams: tuple[Any, ...]
    employers: tuple[Any, ...]
    puppets: Truth
    granted: Mapping[str, Truth]
    moved: Truth
    lowered: Truth
    replaced: Truth

    def bits(self) -> list[Truth]:
        """Return everything that an order can change, in a fixed order."""
        roles = [bit for human in (*self.humans, self.granted) for bit in human.values()]
        return [*roles, self.puppets, self.moved, self.lowered, self.replaced]

    @classmethod
    def of(cls, bits: Sequence[Truth], *, like: "State") -> "State":
        """Return the state that these bits make, its humans in the teams they were in."""
        owners = [dict(zip(ROLES, bits[at : at + len(ROLES)], strict=True)) for at in _starts(len(like.humans) + 1)]
        puppets, moved, lowered, replaced = bits[len(owners) * len(ROLES) :]
        return cls(
            humans=tuple(owners[:-1]),
            teams=like.teams,
            employers=like.employers,
            puppets=puppets,
            granted=owners[-1],
            moved=moved,
            lowered=lowered,
            replaced=replaced,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """The state that nothing more can be added to, the solver that knows it, and after how many orders it stands."""

    state: State
    solver: Any
    depth: int

    @property
    def lowers(self) -> bool:
        """Whether protection can be lowered, from some start."""
        return self._possible(self.state.lowered)

    def can(self, ways: Iterable[Opening], *, or_after: Iterable[Opening] = ()) -> bool:
        """Return whether one of these ways in can be taken; those of `or_after` once protection is lowered."""
        after = z3.And(self.state.lowered, z3.Or(_taken(or_after, self.state)))
        return self._possible(z3.Or([self.state.replaced, after, *_taken(ways, self.state)]))

    def _possible(self, term: Truth) -> bool:
        self.solver.push()
        self.solver.add(term)
        found = possible(self.solver)
        self.solver.pop()
        return found


def reach(rulebook: Rulebook, humans: int) -> Reach:
    """Unroll orders from every start until one more changes nothing, for any start at all."""
    return _reach(tuple((goal, openings(rulebook, goal)) for goal in _EFFECTS), humans)


@lru_cache(maxsize=256)
def _reach(effects: tuple[tuple[Goal, tuple[Opening, ...]], ...], humans: int) -> Reach:
    state = _start(humans)
    solver = solver_of()
    for depth in range(len(state.bits()) + 1):
        after = _after(dict(effects), state)
        fresh = State.of([z3.FreshBool() for _bit in after.bits()], like=state)
        solver.add(*(bit == formula for bit, formula in zip(fresh.bits(), after.bits(), strict=True)))
        solver.push()
        solver.add(z3.Or([before != bit for before, bit in zip(state.bits(), fresh.bits(), strict=True)]))
        more = possible(solver)
        solver.pop()
        if not more:
            return Reach(state=state, solver=solver, depth=depth)
        state = fresh
    raise AssertionError("finitely many bits that are only ever added stand still")


def _start(humans: int) -> State:
    numbers = range(humans)
    no = z3.BoolVal(False)  # noqa: FBT003  # the solver's own word for it
    return State(
        humans=tuple({role: z3.Bool(f"{role} {number}") for role in ROLES} for number in numbers),
        teams=tuple(z3.Int(f"team {number}") for number in numbers),
        employers=tuple(z3.Int(f"employer {number}") for number in numbers),
        puppets=no,
        granted=dict.fromkeys(ROLES, no),
        moved=no,
        lowered=no,
        replaced=no,
    )


def _after(effects: Mapping[Goal, tuple[Opening, ...]], state: State) -> State:
    """Return what is added by one more order of every kind that can be had."""

    def had(goals: Sequence[Goal], barred: int | None = None) -> Truth:
        ways = [opening for goal in goals for opening in effects[goal]]
        return z3.Or([state.replaced, *_taken(ways, state, barred)])

    bits = [
        z3.Or(held, had((GRANT[role],), number))
        for number, human in enumerate(state.humans)
        for role, held in human.items()
    ]
    bits += [z3.Or(held, had((GRANT[role],))) for role, held in state.granted.items()]
    gained = ((state.puppets, ENROL), (state.moved, ENGAGE), (state.lowered, LOWER), (state.replaced, REPLACE))
    return State.of([*bits, *(z3.Or(before, had(goals)) for before, goals in gained)], like=state)


def _taken(ways: Iterable[Opening], state: State, barred: int | None = None) -> list[Truth]:
    """Return, for each distinct opening, that the attackers fill it; `barred` is the human it concerns."""
    distinct = {opening.rules: opening for opening in ways}
    return [_filled(opening, state, barred) for opening in distinct.values()]


def _filled(opening: Opening, state: State, barred: int | None) -> Truth:
    """Return that some of the humans, and puppets where there are any, propose and fill every place."""
    numbers = [number for number in range(len(state.humans)) if number != barred]
    if opening.by_machine:
        return _places_filled(opening.places, state, None, numbers)
    ways = []
    for number in numbers:
        others = [other for other in numbers if other != number]
        proposes = _holds_all(opening.proposing, state.humans[number])
        ways.append(z3.And(proposes, _places_filled(opening.places, state, number, others)))
    by_puppet = z3.And(state.puppets, _holds_all(opening.proposing, state.granted))
    return z3.Or([*ways, z3.And(by_puppet, _places_filled(opening.places, state, None, numbers))])


def _places_filled(places: Sequence[Place], state: State, proposer: int | None, humans: Sequence[int]) -> Truth:
    """Return that every place is filled, by distinct humans or by puppets, teams and employers being looked at."""
    by_puppet = [z3.And(state.puppets, _holds(place.roles, state.granted)) for place in places]
    return z3.Or([_chosen(places, state, proposer, chosen, by_puppet) for chosen in _choices(len(places), humans)])


def _choices(places: int, humans: Sequence[int]) -> Iterator[dict[int, int]]:
    """Yield every way to put distinct humans on some of the places."""
    for size in range(min(places, len(humans)) + 1):
        for where in combinations(range(places), size):
            for who in permutations(humans, size):
                yield dict(zip(where, who, strict=True))


def _chosen(
    places: Sequence[Place], state: State, proposer: int | None, chosen: Mapping[int, int], by_puppet: Sequence[Truth]
) -> Truth:
    """Return that these humans fill these places, and puppets the rest."""
    asked: list[Truth] = []
    present = [*chosen.values(), *([] if proposer is None else [proposer])]
    for index, place in enumerate(places):
        if index not in chosen:
            asked.append(by_puppet[index])
            continue
        asked.append(_holds(place.roles, state.humans[chosen[index]]))
        groups = {"team": state.teams, "employer": state.employers}.get(place.other, ())
        if groups:
            mine = groups[chosen[index]]
            asked += [z3.Or(state.moved, mine != groups[other]) for other in present if other != chosen[index]]
    return z3.And(asked)


def _holds(roles: Sequence[str], held: Mapping[str, Truth]) -> Truth:
    return z3.Or([held[role] for role in roles if role in held])


def _holds_all(proposing: Sequence[Sequence[str]], held: Mapping[str, Truth]) -> Truth:
    return z3.And([_holds(roles, held) for roles in proposing])
