"""Rules that can never apply, or never be met, are refused by name; so is a rulebook that is not proved."""

import pytest

from gardefou.guard.errors import RulebookError
from gardefou.guard.prove import check, load_proved
from gardefou.guard.reading import read
from tests.factories.guard import NONE_TEXT, SHIPPED, SHIPPED_TEXT
from tests.factories.rulebooks import BACK, BY_CLOCK, DULL, HEAD, ONE_MORE, rule


@pytest.mark.parametrize(
    ("when", "why"),
    [
        ("protected and tier == 'ordinary'", "rule odd.when: can never hold for account.freeze"),
        ("tier == 'ordinary' and roster == 'critical'", "can never hold"),
        ("followers < 3 and 5 < followers", "can never hold"),
        ("kind == 'account.hide'", "can never hold for account.freeze"),
        ("subject_kind == 'statement'", "can never hold for account.freeze"),
        ("false", "can never hold"),
    ],
)
def test_a_rule_that_can_never_apply_is_refused(when: str, why: str) -> None:
    check(read(DULL + rule("odd", "account.freeze", "protected", approve=ONE_MORE)))
    with pytest.raises(RulebookError, match=why):
        check(read(DULL + rule("odd", "account.freeze", when, approve=ONE_MORE)))


@pytest.mark.parametrize(
    "text",
    [
        rule("odd", "account.freeze", needs='"engagement_days >= 14", "engagement_days < 14"'),
        rule("odd", "account.freeze", propose=BY_CLOCK),
        rule("odd", "account.freeze", needs="") + rule("zz", "account.freeze", propose=BY_CLOCK, needs=""),
        rule("odd", "account.freeze", approve='{ n = 9, role = "agent" }')
        + rule("zz", "account.freeze", approve='{ n = 9, role = "reviewer" }'),
    ],
    ids=["needs that exclude each other", "a machine on shift", "a machine and a human", "a crowd"],
)
def test_a_rule_that_nobody_can_meet_is_refused(text: str) -> None:
    with pytest.raises(RulebookError, match="rule odd: asks, with the rules that apply beside it, for what nobody can"):
        check(read(HEAD + text))


def test_the_shipped_rulebook_has_no_such_rule() -> None:
    check(SHIPPED)


@pytest.mark.promise(1)
@pytest.mark.promise(11)
def test_only_a_proved_rulebook_may_come_into_force() -> None:
    book, proof = load_proved(SHIPPED_TEXT)
    assert (book, proof.rulebook) == (SHIPPED, SHIPPED.digest.hex())
    with pytest.raises(RulebookError, match=r"not proved: .*No sequence .* But: 1\. A \(agent\) proposes hiding"):
        load_proved(NONE_TEXT)
    with pytest.raises(RulebookError, match="can never hold"):
        load_proved(DULL + rule("odd", "account.freeze", "false"))
    with pytest.raises(RulebookError, match="is not TOML"):
        load_proved("name = ")
    load_proved(HEAD + BACK + rule("two", "account.hide", approve=ONE_MORE))
