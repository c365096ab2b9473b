"""A rulebook that one person could use alone against a protected account does not load (promises 1, 7 and 12)."""

import pytest

from gardefou.guard.errors import RulebookError
from gardefou.guard.rules import load
from tests.factories.guard import SHIPPED_TEXT

HEAD = """
name = "example"
[veto]
role = "reviewer"
"""


def rule(
    name: str,
    kind: str,
    when: str,
    *,
    role: str = "reviewer",
    approve: str = "",
    needs: str = '"on shift"',
    propose: str = "",
    hold: str = "",
) -> str:
    return (
        f'[[rule]]\nid = "{name}"\nkind = "{kind}"\nwhen = "{when}"\n'
        + (propose or f'propose = {{ role = "{role}" }}\n')
        + f'needs = [{needs}]\nexecute_within = "5 min"\napprove_within = "1 h"\n'
        + (f"approve = [{approve}]\n" if approve else "")
        + (f'hold = "{hold}"\n' if hold else "")
    )


ONE_MORE = '{ n = 1, role = "reviewer" }'


@pytest.mark.promise(1)
@pytest.mark.parametrize("kind", ["account.hide", "account.limit", "account.freeze", "post.hide"])
def test_silencing_the_protected_takes_two(kind: str) -> None:
    load(HEAD + rule("two", kind, "protected", approve=ONE_MORE))
    load(HEAD + rule("one", kind, "not protected"))
    with pytest.raises(RulebookError, match=f"rule one: one person alone could do {kind}"):
        load(HEAD + rule("one", kind, "protected"))


@pytest.mark.promise(1)
@pytest.mark.parametrize(
    "when",
    [
        "tier != 'ordinary'",
        "tier == 'notable'",
        "followers == 77_777",
        "reason == 'a rare word'",
        "duration_minutes == 7 and followers < 3",
        "office",
        "roster == 'critical' and not restored_lately",
        "assigned_tier == 'critical'",
        "reason != 'spam'",
        "true",
    ],
)
def test_no_corner_is_overlooked(when: str) -> None:
    load(HEAD + rule("corner", "account.hide", when, approve=ONE_MORE))
    with pytest.raises(RulebookError, match="rule corner: one person alone"):
        load(HEAD + rule("corner", "account.hide", when))


@pytest.mark.promise(1)
def test_a_second_rule_that_applies_too_can_bring_the_second_person() -> None:
    alone = rule("alone", "account.hide", "true")
    load(HEAD + alone + rule("more", "account.hide", "protected", approve=ONE_MORE))
    with pytest.raises(RulebookError, match=r"rule alone: .* when followers is 0, tier is notable"):
        load(HEAD + alone + rule("more", "account.hide", "protected and followers >= 100", approve=ONE_MORE))


@pytest.mark.promise(1)
def test_a_machine_is_not_a_person() -> None:
    by_clock = 'propose = { machine = "clock" }\n'
    two = '{ n = 2, role = "reviewer" }'
    load(HEAD + rule("clock", "account.hide", "protected", propose=by_clock, approve=two))
    with pytest.raises(RulebookError, match="rule clock: one person alone"):
        load(HEAD + rule("clock", "account.hide", "protected", propose=by_clock, approve=ONE_MORE))


@pytest.mark.promise(12)
@pytest.mark.parametrize(
    "old",
    [
        "1 <= duration_minutes <= 15",
        "brief_freezes_today == 0",
        "not restored_lately",
    ],
)
def test_a_freeze_alone_keeps_within_its_bounds(old: str) -> None:
    when = "protected and not restored_lately and 1 <= duration_minutes <= 15 and brief_freezes_today == 0"
    load(HEAD + rule("brief", "account.freeze", when, role="duty manager"))
    wider = {"1 <= duration_minutes <= 15": "1 <= duration_minutes <= 16", "brief_freezes_today == 0": "true"}
    with pytest.raises(RulebookError, match="rule brief: one person alone"):
        load(HEAD + rule("brief", "account.freeze", when.replace(old, wider.get(old, "true")), role="duty manager"))
    with pytest.raises(RulebookError, match="rule brief: one person alone"):
        load(HEAD + rule("brief", "account.freeze", when, role="reviewer"))
    with pytest.raises(RulebookError, match="rule brief: one person alone"):
        load(HEAD + rule("brief", "account.freeze", when, role="duty manager", needs='"reason"'))


@pytest.mark.promise(12)
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("urgent_posts_today < 2", "urgent_posts_today < 3"),
        ("reason == 'terrorism'", "(reason == 'terrorism' or reason == 'spam')"),
        ("reason == 'terrorism'", "true"),
        ("not restored_lately", "true"),
    ],
)
def test_a_post_hidden_alone_keeps_within_its_bounds(old: str, new: str) -> None:
    when = "protected and not restored_lately and urgent_posts_today < 2 and reason == 'terrorism'"
    load(HEAD + rule("urgent", "post.hide", when))
    with pytest.raises(RulebookError, match="rule urgent: one person alone"):
        load(HEAD + rule("urgent", "post.hide", when.replace(old, new)))


@pytest.mark.promise(7)
def test_restoring_can_be_made_neither_slow_nor_crowded() -> None:
    load(HEAD + rule("back", "account.restore", "not hidden_as_grave"))
    load(HEAD + rule("grave", "account.restore", "hidden_as_grave", approve=ONE_MORE))
    with pytest.raises(RulebookError, match="rule back: restoring takes one person and no wait"):
        load(HEAD + rule("back", "account.restore", "not hidden_as_grave", approve=ONE_MORE))
    with pytest.raises(RulebookError, match="rule back: restoring takes one person and no wait"):
        load(HEAD + rule("back", "account.restore", "true", hold="5 min"))


@pytest.mark.promise(1)
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('approve = [ { n = 1, role = "reviewer" }, { n = 1, role = "duty manager", other = "team" } ]\n', ""),
        ("1 <= duration_minutes <= 15", "1 <= duration_minutes <= 60"),
        ("urgent_posts_today < 2", "urgent_posts_today < 20"),
    ],
)
def test_the_shipped_rulebook_weakened_by_a_line_does_not_load(old: str, new: str) -> None:
    assert old in SHIPPED_TEXT
    with pytest.raises(RulebookError, match=r"one person alone|approve"):
        load(SHIPPED_TEXT.replace(old, new))


def test_more_cases_than_can_be_tried_are_refused() -> None:
    def about(name: str) -> str:
        many = " or ".join(f"{name} == {value}" for value in range(3, 120, 3))
        return rule(name.replace("_", "-"), "account.hide", many, approve=ONE_MORE)

    load(HEAD + about("followers"))
    with pytest.raises(RulebookError, match="too many cases"):
        load(HEAD + about("followers") + about("peak_followers_90d") + about("urgent_posts_today"))
