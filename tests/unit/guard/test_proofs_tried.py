"""Proofs and ways in of rulebooks nobody wrote, tried on the guard itself."""

import random

import pytest

from gardefou.guard.facts import ROLES, TIERS, Asked, Person
from gardefou.guard.prove import Counterexample, Proof, prove
from gardefou.guard.prove.openings import URGENT_REASONS
from gardefou.guard.prove.story import Step
from gardefou.guard.reading import read
from gardefou.guard.rulebook import Rulebook, tier_of
from gardefou.guard.verdict import Cleared, Held
from tests.factories.guard import HOUR, NOW, clocks, decided, person, values
from tests.factories.rulebooks import BACK, BY_CLOCK, HEAD, rule

KINDS = ["account.hide", "account.freeze", "post.hide"]
PARTS = [
    "protected", "not protected", "tier == 'critical'", "office", "restored_lately", "not restored_lately",
    "1 <= duration_minutes <= 15", "duration_minutes > 15", "brief_freezes_today == 0", "urgent_posts_today < 2",
    "reason == 'terrorism'", "followers >= 100", "followers < 100", "true",
]  # fmt: skip
#: What one person may do alone, and beside each part one that goes a step too far.
BRIEF = [
    ("not restored_lately", "true"),
    ("1 <= duration_minutes", "0 <= duration_minutes"),
    ("duration_minutes <= 15", "duration_minutes <= 16"),
    ("brief_freezes_today == 0", "brief_freezes_today <= 1"),
]
URGENT = [
    ("not restored_lately", "true"),
    ("urgent_posts_today < 2", "urgent_posts_today < 3"),
    ("reason == 'terrorism'", "reason != 'threat to life'"),
]
AT = clocks(held_from=NOW - 30 * HOUR, execute_by=NOW + HOUR)
BOOKS = 120
TRIES = 120


def drawn_book(chance: random.Random) -> Rulebook:
    """Draw a few rules, most of which ask for a second person."""
    rules = []
    for number in range(chance.randint(1, 5)):
        when = f" {chance.choice(['and', 'or'])} ".join(chance.sample(PARTS, k=chance.choice([1, 2, 3])))
        propose = chance.choice(["", "", "", " \n", BY_CLOCK])
        role = chance.choice(ROLES[:3])
        approve = chance.choice(["", '{ n = 1, role = "agent" }', '{ n = 1, role = "reviewer", other = "team" }'])
        needs = chance.choice(['"on shift"', ""])
        rules.append(
            rule(f"r-{number}", chance.choice(KINDS), when, role=role, propose=propose, approve=approve, needs=needs)
        )
    for kind, role, parts in (("account.freeze", "duty manager", BRIEF), ("post.hide", "reviewer", URGENT)):
        if chance.random() < 0.5:
            too_far = chance.randrange(2 * len(parts))
            when = " and ".join(pair[place == too_far] for place, pair in enumerate(parts))
            rules = [one for one in rules if f'kind = "{kind}"' not in one]
            rules.append(rule(f"alone-{role.replace(' ', '-')}", kind, when, role=role))
    return read(HEAD + BACK + "".join(rules))


def drawn_request(chance: random.Random, book: Rulebook) -> Asked:
    """Draw a request about a protected account."""
    kind, reason = chance.choice(KINDS), chance.choice(["spam", "terrorism"])
    facts = values(roster=chance.choice(TIERS[1:]), reason=reason, subject_kind=kind.partition(".")[0])
    facts |= {"followers": chance.choice([0, 99, 100]), "office": chance.random() < 0.5}
    facts |= {"duration_minutes": chance.choice([0, 1, 15, 16]), "restored_lately": chance.random() < 0.3}
    facts |= {"brief_freezes_today": chance.choice([0, 1]), "urgent_posts_today": chance.choice([0, 1, 2, 2])}
    return Asked(
        kind=kind, values=facts | {"tier": tier_of(book, facts), "protected": True}, reason=reason, evidence=True
    )


def by_promise_12(what: Asked, who: Person) -> bool:
    """Return whether this is what one person may do alone, written out anew."""
    facts = what.values
    if facts["restored_lately"] or not who.on_shift:
        return False
    brief = 1 <= int(facts["duration_minutes"]) <= 15 and facts["brief_freezes_today"] == 0
    urgent = facts["reason"] in URGENT_REASONS and int(facts["urgent_posts_today"]) < 2
    return {
        "account.freeze": brief and "duty manager" in who.roles,
        "post.hide": urgent and "reviewer" in who.roles,
    }.get(what.kind, False)


def alone(chance: random.Random) -> Person:
    return person("1", *chance.sample(ROLES, k=chance.choice([1, 2, 5])), on_shift=chance.random() < 0.7)


def played(step: Step, book: Rulebook) -> bool:
    """Return whether one step of a story goes through, its people off shift unless a rule asks for it."""
    facts = values(subject_kind=step.kind.partition(".")[0]) | dict(step.facts)
    facts |= {"tier": "ordinary"}
    facts |= {"tier": tier_of(book, facts), "protected": True}
    on_shift = any(need.text == "on shift" for one in book.rules if one.id in step.rules for need in one.needs)
    who = person(step.proposer.name, *step.proposer.roles, on_shift=on_shift)
    what = Asked(kind=step.kind, values=facts, reason="spam", evidence=True)
    return isinstance(decided(what, who, book=book, at=AT), Cleared | Held) and not by_promise_12(what, who)


@pytest.mark.promise(1)
@pytest.mark.promise(12)
def test_no_proof_is_refuted_and_every_way_in_goes_through() -> None:
    chance = random.Random(1107)  # noqa: S311  # a test's own dice
    proofs = ways = 0
    for _ in range(BOOKS):
        book = drawn_book(chance)
        found = prove(book)
        if isinstance(found, Proof):
            proofs += 1
            for _try in range(TRIES):
                what, who = drawn_request(chance, book), alone(chance)
                through = isinstance(decided(what, who, who, book=book, at=AT), Cleared | Held)
                assert not through or by_promise_12(what, who), (book.rules, what, who)
        elif found.claim == "silence" and found.steps[0].proposer.roles and not found.steps[0].approvers:
            ways += 1
            assert played(found.steps[0], book), (book.rules, found.words)
    assert min(proofs, ways) > BOOKS // 6, (proofs, ways)
    assert isinstance(prove(read(HEAD + BACK + rule("one", "account.hide"))), Counterexample)
