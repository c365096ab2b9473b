"""The prover is tried on every mutant of the shipped rulebook: none that weakens it goes unnoticed.

A mutant flips a claim; or `against` lists what it needs less; or it is proved that nothing needs less, whatever the
facts, and then it is equivalent, or it asks for more somewhere. The last two are also put to the guard itself, beside
the shipped rulebook, on random facts and crowds. Each way in is replayed on the guard, where it succeeds under the
mutant and fails under the shipped rulebook.
"""

import random
from collections import Counter
from dataclasses import replace

import pytest
import z3.z3

from gardefou.guard.facts import KINDS, ROLES, SILENCING, TIERS, Asked, Machine, Person
from gardefou.guard.prove import Counterexample, prove
from gardefou.guard.prove.against import needs_less
from gardefou.guard.prove.story import Hand, Step
from gardefou.guard.rulebook import Rulebook, tier_of
from gardefou.guard.verdict import Cleared, Held, Verdict
from tests.factories.guard import HOUR, NOW, SHIPPED, clocks, decided, person, values
from tests.factories.mutants import Mutant, mutants

#: These only ever take away: a mutant that asks for more would be a mistake of ours.
TAKES_AWAY = {"drop a clause", "lower n", "drop another team", "widen a place", "remove a need", "shorten a hold"}
TAKES_AWAY |= {"drop a hold", "lengthen a clock", "raise a cap"}

PARTS = 4

REASONS = ["", "spam", "terrorism", "child abuse"]
NUMBERS = {
    "duration_minutes": [0, 1, 2, 14, 15, 16, 17],
    "brief_freezes_today": [0, 1, 2],
    "urgent_posts_today": [0, 1, 2, 3],
    "acts_by_person_1h": [0, 29, 30, 31],
    "acts_by_house_1h": [0, 599, 600, 601],
    "reach_this_shift": [0, 999_999, 1_000_000, 1_000_001],
}
SUBJECT_OF = {"account": "account", "post": "post", "tier": "account", "roster": "account"}
SUBJECT_OF |= {"person": "person", "role": "person", "shift": "person", "statement": "statement"}
FLAGS = ["restored_lately", "weakens", "hidden_as_grave", "set_end_passed"]
SUBJECTS = ["account", "post", "statement", "person", "house"]


@pytest.fixture(autouse=True)
def _unchecked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the solver’s Python look at no term that it is handed: it does in every other test of the prover."""
    monkeypatch.setattr(z3.z3, "Z3_DEBUG", False)


def request(chance: random.Random, book: Rulebook, kinds: list[str]) -> Asked:
    """Draw a request, near the borders that the shipped rules draw."""
    reason = chance.choice(REASONS)
    kind = chance.choice(kinds)
    first = kind.partition(".")[0]
    about = first if first in {"account", "post", "statement"} else chance.choice(SUBJECTS)
    facts = values(
        roster=chance.choice(["", *TIERS[1:]]), reason=reason, role=chance.choice(["", *ROLES]), subject_kind=about
    )
    facts |= {name: chance.choice(numbers) for name, numbers in NUMBERS.items()}
    facts |= {name: chance.random() < 0.5 for name in FLAGS}
    tier = tier_of(book, facts)
    facts |= {"tier": tier, "protected": tier != "ordinary"}
    return Asked(kind=kind, values=facts, reason=reason, evidence=chance.random() < 0.8)


def people(chance: random.Random) -> list[Person]:
    """Draw a proposer and some approvers, mostly in good standing."""
    return [
        person(
            str(number),
            *chance.sample(ROLES, k=chance.choice([1, 2, 5])),
            team=chance.choice(["North", "South", "East"]),
            on_shift=chance.random() < 0.9,
            engagement_days=chance.choice([13, 14, 400]),
            engagement_days_left=chance.choice([13, 14, 400]),
        )
        for number in range(chance.randint(1, 5))
    ]


def done(verdict: Verdict) -> bool:
    return isinstance(verdict, Cleared | Held)


def needs_nothing_less(mutant: Mutant, chance: random.Random) -> None:
    """Put the same questions to both rulebooks: what the mutant lets through, the shipped one lets through."""
    kinds = sorted(KINDS)
    for _ in range(150):
        what, (proposer, *crowd) = request(chance, SHIPPED, kinds), people(chance)
        at = clocks(held_from=NOW - 30 * HOUR, execute_by=NOW + HOUR)
        if done(decided(what, proposer, *crowd, book=mutant.book, at=at)):
            assert done(decided(what, proposer, *crowd, at=at)), (mutant.how, mutant.where, what, proposer, crowd)


def played(step: Step, book: Rulebook, mutant: Mutant) -> Verdict:
    """Ask the guard for one step of a story, with the people that the story names, on shift only if they have to be."""
    needed = {need.text for rule in mutant.book.rules if rule.id in step.rules for need in rule.needs}
    about = SUBJECT_OF.get(step.kind.partition(".")[0], "house")
    facts = values(subject_kind=about) | {name: value for name, value in step.facts.items() if name != "tier"}
    tier = tier_of(book, facts)
    assert tier == step.facts.get("tier", tier)
    facts |= {"tier": tier, "protected": tier != "ordinary"}
    what = Asked(kind=step.kind, values=facts, reason="spam", evidence=True)
    first, *others = [
        person(hand.name, *hand.roles, team=hand.name, employer=hand.name, on_shift="on shift" in needed)
        for hand in (step.proposer, *step.approvers)
    ]
    proposer = first if step.proposer.roles else Machine(name=step.proposer.name.removeprefix("machine "))
    at = clocks(held_from=NOW - 30 * HOUR, execute_by=NOW + HOUR)
    return decided(what, proposer, *others, book=book, at=at)


def replayed(found: Counterexample, mutant: Mutant) -> None:
    """See that a way in is one under the mutant, on the guard itself, and none under the shipped rulebook."""
    if found.claim == "restore":
        alone = [Hand(name="A", roles=(role,)) for role in ("agent", "reviewer", "duty manager")]
        back = [replace(found.steps[0], proposer=hand) for hand in alone]
        assert not all(done(played(step, mutant.book, mutant)) for step in back), (mutant.how, mutant.where)
        grave = bool(found.steps[0].facts.get("hidden_as_grave"))
        assert grave or all(done(played(step, SHIPPED, mutant)) for step in back)
    elif found.claim == "lift":
        clock = replace(found.steps[0], proposer=Hand(name="machine clock", roles=()))
        assert not isinstance(played(clock, mutant.book, mutant), Cleared), (mutant.how, mutant.where)
        assert isinstance(played(clock, SHIPPED, mutant), Cleared)
    elif found.claim != "lower":
        steps = [step for step in found.steps if step.rules]
        assert all(done(played(step, mutant.book, mutant)) for step in steps), (mutant.how, mutant.where, found.words)
        assert not all(done(played(step, SHIPPED, mutant)) for step in steps), (mutant.how, mutant.where, found.words)


def fate(mutant: Mutant) -> str:
    """Return how the prover notices a mutant."""
    found = prove(mutant.book)
    if isinstance(found, Counterexample):
        replayed(found, mutant)
        return "flips a claim"
    if needs_less(SHIPPED, mutant.book):
        return "is listed"
    return "asks for more" if needs_less(mutant.book, SHIPPED) else "is equivalent"


@pytest.mark.promise(11)
@pytest.mark.parametrize("part", range(PARTS))
def test_every_mutant_of_the_shipped_rulebook_is_noticed(part: int, capsys: pytest.CaptureFixture[str]) -> None:
    """Every mutant is tried; in parts, so that they can be tried side by side."""
    chance = random.Random(2711)  # noqa: S311  # a test's own dice
    fates: Counter[tuple[str, str]] = Counter()
    for mutant in list(mutants(SHIPPED))[part::PARTS]:
        found = fate(mutant)
        fates[mutant.how, found] += 1
        if found in {"asks for more", "is equivalent"}:
            assert mutant.how not in TAKES_AWAY or found == "is equivalent", (mutant.how, mutant.where)
            needs_nothing_less(mutant, chance)
        if mutant.how == "add an unguarded kind" and mutant.where in SILENCING:
            assert found == "flips a claim", mutant.where
    with capsys.disabled():
        print("\n" + "\n".join(f"{count:5d}  {how}: {found}" for (how, found), count in sorted(fates.items())))  # noqa: T201  # the counts are asked for
    assert {"flips a claim", "is listed", "asks for more"} <= {found for _how, found in fates}
    assert fates["drop a clause", "flips a claim"] > 0
    assert fates["add an unguarded kind", "flips a claim"] > 0
    assert not any(found == "is equivalent" for how, found in fates if how == "drop a clause")
