"""The guard language: what it means, and that nothing else is in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gardefou.guard.errors import MissingFactError, RulebookError
from gardefou.guard.terms import SUBJECT_NAMES, Term, check, holds, parse
from tests.factories.guard import values


def term(text: str) -> Term:
    return parse(text, SUBJECT_NAMES, key="rule example.when")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tier == 'critical'", True),
        ("'critical' == tier", True),
        ("tier != 'critical'", False),
        ("protected", True),
        ("not protected", False),
        ("protected == true", True),
        ("office or roster == 'critical'", True),
        ("office and roster == 'critical'", False),
        ("followers >= 41_700_000", True),
        ("41_700_000 < followers", False),
        ("1 <= followers <= 41_700_000", True),
        ("1 <= followers < 41_700_000", False),
        ("not (office or restored_lately)", True),
        ("true", True),
        ("false", False),
        ("\n  protected\n    and not office\n", True),
    ],
)
def test_a_term_means_what_it_says(text: str, expected: bool) -> None:  # noqa: FBT001  # an example
    assert holds(term(text), values("critical", followers=41_700_000)) is expected


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("tear == 'critical'", "unknown name 'tear'"),
        ("tier == 'critcal'", "tier is never 'critcal'"),
        ("tier", "a named value, not true or false"),
        ("followers", "an integer, not true or false"),
        ("followers == 'many'", "followers is an integer"),
        ("protected == 1", "protected is true or false"),
        ("followers == true", "followers is an integer"),
        ("tier < 'critical'", "only == and !="),
        ("protected > false", "only == and !="),
        ("followers >= peak_followers_90d", "does not compare a name with a value"),
        ("1 == 1", "does not compare a name with a value"),
        ("tier in 'critical'", "something other than"),
        ("followers + 1 > 2", "outside the guard language"),
        ("followers > 2.5", "outside the guard language"),
        ("followers > -1", "outside the guard language"),
        ("__import__('os')", "outside the guard language"),
        ("tier.upper() == 'CRITICAL'", "outside the guard language"),
        ("protected if office else true", "outside the guard language"),
        ("(x := true)", "outside the guard language"),
        ("f'{tier}' == 'critical'", "outside the guard language"),
        ("followers > 99999999999999999999", "too large"),
        ("protected # and office", "comment"),
        ("protected; office", "cannot be read"),
        ("protected and", "cannot be read"),
        ("(" * 300 + "protected" + ")" * 300, "cannot be read"),
        ("not " * 50 + "protected", "nested more than 50 deep"),
        ("", "cannot be read"),
        ("x" * 3000, "longer than"),
    ],
)
def test_anything_else_is_refused_naming_the_key_and_why(text: str, why: str) -> None:
    with pytest.raises(RulebookError, match=why) as refused:
        term(text)
    assert refused.value.message.startswith("rulebook: rule example.when: ")


@given(st.text(max_size=60))
def test_any_text_is_a_term_or_an_error_of_ours(text: str) -> None:
    try:
        read = term(text)
    except RulebookError:
        return
    assert holds(read, values()) in {True, False}


def _value(name: str) -> st.SearchStrategy[object]:
    declared = SUBJECT_NAMES[name]
    if declared.values is not None:
        return st.sampled_from(sorted(declared.values))
    return {int: st.integers(0, 2**53), bool: st.booleans(), str: st.text(max_size=5)}[declared.type]


_LEAVES = st.sampled_from(
    [
        "protected",
        "office",
        "true",
        "false",
        "tier == 'critical'",
        "reason != 'spam'",
        "followers >= 7",
        "0 < followers",
    ]
)
_TEXTS = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(
        inner.map(lambda part: f"not ({part})"),
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(
            lambda parts: f"({parts[0]}) {parts[1]} ({parts[2]})"
        ),
    ),
    max_leaves=12,
)
_FACTS = st.fixed_dictionaries({name: _value(name) for name in SUBJECT_NAMES})


@given(_TEXTS, _FACTS)
def test_the_evaluator_is_total_on_declared_names(text: str, facts: dict[str, int | bool | str]) -> None:
    check(facts, SUBJECT_NAMES)
    assert holds(term(text), facts) is not holds(term(f"not ({text})"), facts)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"followers": True}, "followers must be an integer"),
        ({"protected": 1}, "protected must be true or false"),
        ({"tier": "grand"}, "tier is never 'grand'"),
    ],
)
def test_a_fact_of_the_wrong_type_is_our_own_mistake(changed: dict[str, int | bool | str], why: str) -> None:
    good = {**values(), "kind": "account.hide"}
    check(good, SUBJECT_NAMES)
    with pytest.raises(MissingFactError, match=why):
        check({**good, **changed}, SUBJECT_NAMES)


def test_a_missing_fact_is_our_own_mistake() -> None:
    facts = {name: value for name, value in values().items() if name != "office"}
    with pytest.raises(MissingFactError, match="without office"):
        check({**facts, "kind": "account.hide"}, SUBJECT_NAMES)
