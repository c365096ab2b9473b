"""What is seen at once, without a solver, whenever a rulebook is read (promises 1 and 7)."""

import pytest

from gardefou.guard.errors import RulebookError
from gardefou.guard.prove import load_proved
from gardefou.guard.rules import load
from tests.factories.guard import SHIPPED_TEXT
from tests.factories.rulebooks import BACK, BY_CLOCK, DULL, HEAD, ONE_MORE, RESTORERS, rule


@pytest.mark.promise(1)
@pytest.mark.parametrize("kind", ["account.hide", "account.limit", "account.freeze", "post.hide", "account.speak"])
def test_silencing_the_protected_takes_two(kind: str) -> None:
    load(HEAD + rule("two", kind, "protected", approve=ONE_MORE))
    load(HEAD + rule("one", kind, "not protected"))
    with pytest.raises(RulebookError, match=f"rule one: one person alone could do {kind} to a notable account"):
        load(HEAD + rule("one", kind, "protected"))
    with pytest.raises(RulebookError, match=f"rule one: one person alone could do {kind} to a critical account"):
        load(HEAD + rule("one", kind, "tier == 'critical'"))


@pytest.mark.promise(1)
def test_a_machine_is_not_a_person() -> None:
    two = f"{ONE_MORE}, {ONE_MORE}"
    load(HEAD + rule("clock", "account.hide", "protected", propose=BY_CLOCK, approve=two))
    with pytest.raises(RulebookError, match="rule clock: one person alone"):
        load(HEAD + rule("clock", "account.hide", "protected", propose=BY_CLOCK, approve=ONE_MORE))


@pytest.mark.promise(7)
def test_restoring_can_be_made_neither_slow_nor_crowded() -> None:
    load(HEAD + BACK)
    for changed in ({"approve": ONE_MORE}, {"hold": "5 min"}):
        with pytest.raises(RulebookError, match="rule back: restoring takes one person and no wait"):
            load(HEAD + rule("back", "account.restore", "true", propose=RESTORERS, **changed))


@pytest.mark.promise(1)
def test_the_shipped_rulebook_without_its_second_person_does_not_load() -> None:
    clauses = 'approve = [ { n = 1, role = "reviewer" }, { n = 1, role = "duty manager", other = "team" } ]\n'
    assert clauses in SHIPPED_TEXT
    with pytest.raises(RulebookError, match="one person alone"):
        load(SHIPPED_TEXT.replace(clauses, ""))


@pytest.mark.parametrize("text", [SHIPPED_TEXT, DULL], ids=["shipped", "dull"])
def test_what_is_proved_loads(text: str) -> None:
    book, _proof = load_proved(text)
    assert load(text) == book


def test_a_rulebook_that_tells_many_cases_apart_is_read_at_once() -> None:
    """Whatever was proved once must never fail to load for being large."""
    many = " or ".join(f"followers == {value} and urgent_posts_today == {value}" for value in range(0, 90, 3))
    text = DULL + "".join(
        rule(f"more-{place}", "account.hide", many, propose=" \n", approve=ONE_MORE) for place in range(9)
    )
    assert load(text) == load_proved(text)[0]
