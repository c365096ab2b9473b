"""Every way in that the prover finds is one on the real engine under the mutant, and none under the shipped rulebook.

The stories are played by `tests.factories.player`, through the verbs that every door calls. What is left out is said
below, and each leave is itself tested.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from gardefou.clock import SimulatedClock, from_iso
from gardefou.guard.prove import Counterexample, prove
from gardefou.guard.rulebook import Rule, Rulebook
from gardefou.guard.terms import Constant
from gardefou.storage import Database, open_database
from tests.conftest import fresh_database
from tests.factories.guard import SHIPPED
from tests.factories.mutants import mutants
from tests.factories.player import Stage, Story, stage, target, unknown_kinds

#: One mutant or more for each claim and each sort of mutation that breaks it: how, and where.
SAMPLE = (
    ("drop a clause", "silence-notable"),
    ("drop a clause", "freeze-notable"),
    ("drop a clause", "post-notable-again"),
    ("drop a clause", "post-protected"),
    ("widen who proposes", "freeze-brief"),
    ("widen who proposes", "post-urgent"),
    ("remove a need", "freeze-brief"),
    ("remove a need", "post-urgent"),
    ("add an unguarded kind", "account.hide"),
    ("add an unguarded kind", "tier.assign"),
    ("add an unguarded kind", "roster.remove"),
    ("add an unguarded kind", "rulebook.replace"),
    ("drop a clause", "people"),
    ("drop a clause", "rota"),
    ("add an unguarded kind", "person.enrol"),
    ("add an unguarded kind", "role.grant"),
    ("add an unguarded kind", "person.end"),
    ("leave a condition out", "restore"),
    ("drop a rule", "restore"),
    ("leave a condition out", "restore-grave"),
    ("drop a rule", "restore-grave"),
)
#: Orders of these kinds can be imagined to weaken, and the proof counts them so; the engine's never do.
#: The proof counts a setting like the rules, since promises rest on both; on the engine it moves no rule.
NOT_SO_BAD = frozenset({"roster.enter", "setting.change"})
#: Told of one order beside another, or of one that does not come: there is nothing to play.
NOT_PLAYED = frozenset({"lower", "lift"})

MakeStage = Callable[[Story, Rulebook, Rulebook], Stage]


@pytest.fixture
def make_stage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MakeStage]:
    """Make a stage on a database of its own; SQLite unless the test says otherwise."""
    kind = getattr(request, "param", "sqlite")
    opened: list[tuple[Database, Any]] = []

    def make(story: Story, book: Rulebook, found_in: Rulebook) -> Stage:
        folder = tmp_path / str(len(opened))
        folder.mkdir()
        fresh = fresh_database(request, kind, folder)
        db = open_database(fresh.__enter__(), node=1)
        opened.append((db, fresh))
        clock = SimulatedClock(from_iso("2017-11-02T19:00:00Z"))
        return stage(db, clock, story, book=book, needs_of=found_in)

    yield make
    for db, fresh in opened:
        db.close()
        fresh.__exit__(None, None, None)


@cache
def broken(how: str, where: str) -> tuple[Rulebook, Story]:
    """Return the first mutant of that sort there under which a claim fails, and the way in as JSON."""
    for mutant in mutants(SHIPPED):
        if (mutant.how, mutant.where) == (how, where):
            found = prove(mutant.book)
            if isinstance(found, Counterexample):
                return mutant.book, found.to_json()
    raise AssertionError(f"no mutant breaks a claim any more: {how}, {where}")


def replayed(make: MakeStage, book: Rulebook, story: Story) -> None:
    """See a way in succeed under the rulebook it was found in, and fail under the shipped one."""
    mine, ours = make(story, book, book), make(story, SHIPPED, book)
    if story["claim"] == "restore":
        assert [one.restores(story["steps"][0]) for one in (mine, ours)] == [False, True]
        return
    assert mine.play(story), story["words"]
    assert not ours.play(story), story["words"]
    if story["claim"] == "silence":
        assert [one.silenced(target(story)) for one in (mine, ours)] == [True, False], story["words"]


@pytest.mark.promise(1)
@pytest.mark.parametrize(("how", "where"), SAMPLE, ids=[f"{how}: {where}" for how, where in SAMPLE])
def test_a_way_in_succeeds_under_the_mutant_and_fails_under_the_shipped_rules(
    make_stage: MakeStage, how: str, where: str
) -> None:
    book, story = broken(how, where)
    assert unknown_kinds(story) == []
    replayed(make_stage, book, story)


@pytest.mark.promise(1)
@pytest.mark.parametrize("make_stage", ["postgresql"], indirect=True)
@pytest.mark.parametrize(("how", "where"), [SAMPLE[0], SAMPLE[10]], ids=["at once", "after the roster"])
def test_a_way_in_is_the_same_on_postgresql(make_stage: MakeStage, how: str, where: str) -> None:
    replayed(make_stage, *broken(how, where))


def unguarded(*kinds: str) -> Rulebook:
    """Return the shipped rulebook with any agent alone allowed to do these kinds."""
    rules = [replace(rule, kinds=rule.kinds - set(kinds)) for rule in SHIPPED.rules]
    anyone = Rule(id="anyone", kinds=frozenset(kinds), when=Constant(value=True), when_text="true", propose=("agent",))
    return replace(SHIPPED, rules=(*(rule for rule in rules if rule.kinds), anyone))


@pytest.mark.promise(1)
@pytest.mark.promise(11)
def test_a_sock_puppet_enrolled_and_raised_by_one_person_signs_for_two(make_stage: MakeStage) -> None:
    """Nobody hides alone here: the second yes comes from somebody whom the first made up."""
    book = unguarded("person.enrol", "role.grant")
    found = prove(book)
    assert isinstance(found, Counterexample)
    story = found.to_json()
    assert [step["kind"] for step in story["steps"]] == ["person.enrol", "role.grant", "account.hide"]
    replayed(make_stage, book, story)


@pytest.mark.full
@pytest.mark.promise(1)
def test_every_way_in_of_every_mutant_is_played(make_stage: MakeStage) -> None:
    """All but those whose orders nobody has built, which grow fewer by themselves."""
    played = 0
    for mutant in mutants(SHIPPED):
        found = prove(mutant.book)
        if not isinstance(found, Counterexample) or found.claim in NOT_PLAYED or mutant.where in NOT_SO_BAD:
            continue
        story = found.to_json()
        if unknown_kinds(story):
            continue
        replayed(make_stage, mutant.book, story)
        played += 1
    assert played >= len(SAMPLE)
