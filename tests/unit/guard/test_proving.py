"""What is proved of a rulebook, and the way in where it cannot be (promises 1, 7, 11 and 12)."""

import json
import subprocess
import sys

import pytest
import z3

from gardefou.guard.errors import ProverError
from gardefou.guard.prove import CLAIMS, Counterexample, Proof, prove, smallest
from gardefou.guard.prove.against import against
from gardefou.guard.prove.claims import WANTED, within
from gardefou.guard.prove.reach import reach
from gardefou.guard.prove.story import story
from gardefou.guard.prove.translate import possible
from gardefou.guard.prove.words import differences
from gardefou.guard.reading import read
from tests.factories.guard import NONE, SHIPPED, SHIPPED_TEXT
from tests.factories.rulebooks import BACK, BY_CLOCK, DULL, HEAD, ONE_MORE, RESTORERS, rule

TWO_MORE = f'{ONE_MORE}, {{ n = 1, role = "duty manager", other = "team" }}'


def broken(text: str, humans: int = 1) -> Counterexample:
    found = prove(read(text), humans=humans)
    assert isinstance(found, Counterexample)
    return found


def proved(text: str, humans: int = 1) -> Proof:
    found = prove(read(text), humans=humans)
    assert isinstance(found, Proof), found.words
    return found


@pytest.mark.promise(1)
@pytest.mark.promise(11)
def test_the_shipped_rulebook_is_proved_for_one_human() -> None:
    found = prove(SHIPPED)
    assert isinstance(found, Proof)
    assert (found.humans, found.rulebook) == (1, SHIPPED.digest.hex())
    assert found.claims == tuple(CLAIMS.values())
    written = json.loads(json.dumps(found.to_json()))
    assert (written["proved"], written["digest"]) == (True, found.digest)


def test_a_proof_has_one_digest_wherever_it_is_made() -> None:
    one, other = proved(DULL), proved(DULL)
    assert one.digest == other.digest
    assert one.digest != proved(DULL + "\n").digest


@pytest.mark.promise(1)
def test_under_the_rules_of_2017_one_human_is_enough_at_once() -> None:
    found = prove(NONE)
    assert isinstance(found, Counterexample)
    assert (found.claim, len(found.steps)) == ("silence", 1)
    (step,) = found.steps
    assert (step.kind, step.rules, step.proposer.roles, step.approvers) == (
        "account.hide",
        ("anyone-hides",),
        ("agent",),
        (),
    )
    assert found.words[0].startswith("1. A (agent) proposes hiding a")
    assert json.loads(json.dumps(found.to_json()))["steps"][0]["kind"] == "account.hide"


def test_the_fewest_who_could_break_the_shipped_rulebook_are_said() -> None:
    assert smallest(SHIPPED) == {"silence": 2, "rules": 3, "rights": 2}
    assert smallest(NONE) == {"silence": 1, "rules": None, "rights": None}


# One order


@pytest.mark.promise(1)
@pytest.mark.parametrize("kind", ["account.hide", "account.freeze", "account.rename", "post.hide", "post.delete"])
def test_silencing_the_protected_takes_two(kind: str) -> None:
    proved(HEAD + BACK + rule("two", kind, approve=ONE_MORE))
    proved(HEAD + BACK + rule("one", kind, "not protected"))
    assert broken(HEAD + BACK + rule("one", kind)).steps[0].kind == kind
    assert broken(HEAD + BACK + rule("two", kind, approve=ONE_MORE), humans=2).claim == "silence"


@pytest.mark.promise(1)
@pytest.mark.parametrize(
    ("when", "fact", "value"),
    [
        ("tier == 'notable'", "tier", "notable"),
        ("followers == 77_777", "followers", 77_777),
        ("reason == 'a rare word'", "reason", "a rare word"),
        ("reason != 'spam' and reason != ''", "tier", "notable"),
        ("7 <= duration_minutes < 8 and followers > 3", "duration_minutes", 7),
        ("assigned_tier == 'critical'", "tier", "critical"),
        ("followers > 9 and (peak_followers_90d < 5 or office)", "followers", 10),
    ],
)
def test_no_corner_is_overlooked(when: str, fact: str, value: object) -> None:
    proved(HEAD + BACK + rule("corner", "account.hide", when, approve=ONE_MORE))
    found = broken(HEAD + BACK + rule("corner", "account.hide", when))
    assert found.steps[0].facts[fact] == value


@pytest.mark.promise(1)
def test_a_rule_that_adds_people_counts_only_where_it_matches() -> None:
    alone = rule("alone", "account.hide")
    proved(HEAD + BACK + alone + rule("more", "account.hide", "protected", approve=ONE_MORE))
    found = broken(
        HEAD + BACK + alone + rule("more", "account.hide", "protected and followers >= 100", approve=ONE_MORE)
    )
    assert found.steps[0].rules == ("alone",)


@pytest.mark.promise(1)
def test_a_machine_is_not_a_person() -> None:
    text = HEAD + BACK
    proved(text + rule("clock", "account.hide", propose=BY_CLOCK, approve=f"{ONE_MORE}, {ONE_MORE}"))
    assert broken(text + rule("clock", "account.hide", propose=BY_CLOCK, approve=ONE_MORE)).claim == "silence"
    both = rule("clock", "account.hide", propose=BY_CLOCK) + rule("human", "account.hide")
    assert proved(text + both).humans == 1, "nobody is a machine and a human at once"


@pytest.mark.promise(12)
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("1 <= duration_minutes <= 15", "1 <= duration_minutes <= 16"),
        ("1 <= duration_minutes", "0 <= duration_minutes"),
        ("brief_freezes_today == 0", "brief_freezes_today <= 1"),
        ("not restored_lately and ", ""),
    ],
)
def test_a_freeze_alone_keeps_within_its_bounds(old: str, new: str) -> None:
    when = "protected and not restored_lately and 1 <= duration_minutes <= 15 and brief_freezes_today == 0"
    proved(HEAD + BACK + rule("brief", "account.freeze", when, role="duty manager"))
    assert old in when
    broken(HEAD + BACK + rule("brief", "account.freeze", when.replace(old, new), role="duty manager"))
    broken(HEAD + BACK + rule("brief", "account.freeze", when))
    broken(HEAD + BACK + rule("brief", "account.freeze", when, role="duty manager", needs='"reason"'))


@pytest.mark.promise(12)
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("urgent_posts_today < 2", "urgent_posts_today < 3"),
        ("reason == 'terrorism'", "(reason == 'terrorism' or reason == 'spam')"),
        ("not restored_lately and ", ""),
    ],
)
def test_a_post_hidden_alone_keeps_within_its_bounds(old: str, new: str) -> None:
    when = "protected and not restored_lately and urgent_posts_today < 2 and reason == 'terrorism'"
    proved(HEAD + BACK + rule("urgent", "post.hide", when))
    assert old in when
    broken(HEAD + BACK + rule("urgent", "post.hide", when.replace(old, new)))


# Sequences


@pytest.mark.promise(1)
@pytest.mark.promise(11)
def test_lower_then_hide_is_a_way_in() -> None:
    text = (
        HEAD
        + BACK
        + rule("one", "account.hide", "not protected")
        + rule("two", "account.hide", "protected", approve=ONE_MORE)
    )
    proved(text + rule("lower", "tier.assign", "weakens", approve=ONE_MORE))
    found = broken(text + rule("lower", "tier.assign", "weakens"))
    assert [(step.kind, step.gains) for step in found.steps] == [("tier.assign", "lowered"), ("account.hide", "")]
    assert "not protected any more" in found.words[0]
    assert found.words[1].startswith("2. A (reviewer) proposes hiding an ordinary account")


@pytest.mark.promise(1)
@pytest.mark.promise(11)
def test_puppets_with_a_role_are_a_way_in_and_puppets_without_are_not() -> None:
    enrol = rule("enrol", "person.enrol", role="administrator")
    grant = rule("grant", "role.grant", "role == 'reviewer'", role="administrator")
    found = broken(DULL + enrol + grant)
    assert found.claim == "silence"
    assert [step.kind for step in found.steps] == ["person.enrol", "role.grant", "account.hide"]
    assert found.steps[-1].approvers[0].name.startswith("puppet")
    assert broken(DULL + enrol).claim == "rights"
    assert broken(DULL + enrol + grant.replace("'reviewer'", "'auditor'")).claim == "rights"


@pytest.mark.promise(11)
def test_a_rulebook_of_ones_own_is_a_way_in() -> None:
    proved(DULL + rule("rules", "rulebook.replace", approve=ONE_MORE))
    found = broken(DULL + rule("rules", "rulebook.replace"))
    assert [step.kind for step in found.steps] == ["rulebook.replace", "account.hide"]
    assert "rules are theirs" in found.words[0]
    assert broken(HEAD + rule("settings", "setting.change")).claim == "silence"


@pytest.mark.promise(11)
@pytest.mark.parametrize(
    "kind",
    [
        "person.end",
        "person.notice",
        "role.take",
        "shift.add",
        "shift.remove",
        "rota.enter",
        "person.engage",
        "role.grant",
        "credential.end",
        "person.join",
        "token.issue",
        "person.offer",
    ],
)
def test_people_and_rotas_change_by_two(kind: str) -> None:
    proved(DULL + rule("people", kind, approve=ONE_MORE))
    assert broken(DULL + rule("people", kind)).claim == "rights"


def test_the_solver_and_the_search_agree_for_two_and_three_humans() -> None:
    text = HEAD + BACK + rule("three", "account.hide", approve=TWO_MORE)
    proved(text, humans=2)
    assert len(broken(text, humans=3).steps[0].approvers) == 2
    ladder = text + rule("enrol", "person.enrol", approve=ONE_MORE) + rule("grant", "role.grant", approve=ONE_MORE)
    proved(ladder)
    found = broken(ladder, humans=2)
    assert (found.claim, found.steps[-1].kind) == ("silence", "account.hide")
    for humans in (1, 2, 3):
        reached = reach(read(ladder), humans)
        for wanted in WANTED.values():
            here = story(read(ladder), wanted, humans) is not None
            assert within(read(ladder), reached, wanted) is here


def test_more_humans_than_the_solver_can_follow_are_counted() -> None:
    four = HEAD + BACK + rule("four", "account.hide", approve='{ n = 4, role = "reviewer" }')
    assert proved(four, humans=4).humans == 4
    assert broken(four, humans=5).claim == "silence"


# Restoring, and lowering


@pytest.mark.promise(7)
@pytest.mark.parametrize(
    "text",
    [
        BACK.replace('["agent", "reviewer", "duty manager"]', '"reviewer"', 1),
        BACK.replace('when = "not hidden_as_grave"', 'when = "not hidden_as_grave and not office"', 1),
        BACK + rule("slow", "account.restore", propose=RESTORERS, needs="", hold="5 min"),
        BACK + rule("duty", "account.restore", propose=RESTORERS),
        BACK + rule("crowd", "post.restore", "true", propose=RESTORERS, needs="", approve=ONE_MORE),
        "",
    ],
)
def test_restoring_can_be_made_neither_slow_nor_crowded(text: str) -> None:
    hides = rule("two", "account.hide", approve=ONE_MORE) + rule("post", "post.hide", approve=ONE_MORE)
    proved(HEAD + BACK + hides)
    found = broken(HEAD + text + hides)
    assert (found.claim, found.steps[0].gains) == ("restore", "slow")


LIFT = """[[rule]]
id = "lift-at-set-end"
kind = ["account.lift", "post.lift"]
when = "set_end_passed"
propose = { machine = "clock" }
"""


@pytest.mark.promise(12)
@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        (LIFT, "", "account.lift"),
        ('["account.lift", "post.lift"]', '["post.lift"]', "account.lift"),
        ('["account.lift", "post.lift"]', '["account.lift"]', "post.lift"),
        ('"set_end_passed"', '"set_end_passed and not protected"', "account.lift"),
        ('"set_end_passed"', '"set_end_passed and not restored_lately"', "account.lift"),
        ('"set_end_passed"', "\"set_end_passed and reason != 'spam'\"", "account.lift"),
        ('{ machine = "clock" }', '{ machine = "clock" }\nhold = "1 h"\napprove_within = "24 h"', "account.lift"),
        ('{ machine = "clock" }', '{ machine = "clock" }\nneeds = ["reason"]', "account.lift"),
        ('{ machine = "clock" }', f'{{ machine = "clock" }}\napprove = [{ONE_MORE}]\napprove_within = "1 h"',
         "account.lift"),
        ('{ machine = "clock" }', '{ role = ["agent", "reviewer", "duty manager"] }', "account.lift"),
        ('propose = { machine = "clock" }\n', "", "account.lift"),
    ],
)  # fmt: skip
def test_what_was_set_to_end_ends_by_itself(old: str, new: str, kind: str) -> None:
    assert LIFT in SHIPPED_TEXT
    assert old in LIFT
    text = SHIPPED_TEXT.replace(LIFT, LIFT.replace(old, new))
    found = broken(text)
    assert (found.claim, found.steps[0].kind) == ("lift", kind)
    said = "A brief freeze would never end" if kind == "account.lift" else "A post hidden until a set end would stay so"
    assert said in found.words[0]
    lost = [one for one in against(SHIPPED, read(text)) if one.what == "lift"]
    assert kind in {one.kind for one in lost}
    assert "happened by itself at the set end, now not always" in differences(lost)[0]
    assert not [one for one in against(read(text), SHIPPED) if one.what == "lift"]


@pytest.mark.promise(12)
def test_a_rule_beside_it_does_not_keep_the_clock_from_lifting() -> None:
    hides = BACK + rule("two", "account.hide", approve=ONE_MORE)
    proved(HEAD + hides)
    beside = rule("slow", "account.lift", "office", propose=" \n", needs="", hold="5 min")
    found = broken(HEAD + hides + beside)
    assert (found.claim, found.steps[0].facts["office"]) == ("lift", True)


@pytest.mark.promise(11)
def test_lowering_takes_what_hiding_takes() -> None:
    text = HEAD + BACK + rule("three", "account.hide", approve=TWO_MORE, hold="10 min")
    proved(text + rule("lower", "roster.remove", approve=TWO_MORE, hold="10 min"))
    assert broken(text + rule("lower", "roster.remove", approve=ONE_MORE, hold="10 min")).claim == "lower"
    assert broken(text + rule("lower", "roster.remove", approve=TWO_MORE, hold="9 min")).claim == "lower"
    proved(text + rule("raise", "tier.assign", "not weakens"))


# Where the solver lives


def test_no_answer_is_never_taken_for_a_no() -> None:
    one, other = z3.Ints("one other")
    solver = z3.Solver()
    solver.add(one**3 + other**3 == 42, one > 1)
    solver.set("rlimit", 1)
    with pytest.raises(ProverError, match="nothing is proved"):
        possible(solver)
    assert possible(z3.Solver())


def test_no_server_loads_the_solver() -> None:
    look = "import sys, gardefou.guard.decide, gardefou.guard.rules, gardefou.app.serve; sys.exit('z3' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", look], check=False).returncode == 0
    look = "import sys, gardefou.guard.prove; sys.exit('z3' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", look], check=False).returncode == 1
