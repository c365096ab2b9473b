"""Verdicts as values: never true, and written so that they can be compared for ever."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gardefou.guard.errors import VerdictFormError, VerdictTruthError
from gardefou.guard.rules import Place, Plan
from gardefou.guard.verdict import Cleared, Held, Reason, Refused, Verdict, Waiting, from_json, to_json

_TEXT = st.text(max_size=8)
_NUMBER = st.integers(0, 2**53)
_REASONS = st.lists(
    st.builds(Reason, code=_TEXT, fields=st.dictionaries(_TEXT, st.one_of(_TEXT, _NUMBER), max_size=3)), max_size=3
).map(tuple)
_PLAN = st.builds(
    Plan,
    rules=st.lists(_TEXT, max_size=3).map(tuple),
    propose=st.lists(st.tuples(_TEXT, st.lists(_TEXT, max_size=2).map(tuple)), max_size=2).map(tuple),
    places=st.lists(st.builds(Place, role=_TEXT, other=_TEXT, rule=_TEXT, because=_TEXT), max_size=3).map(tuple),
    hold=_NUMBER,
    approve_within=_NUMBER,
    execute_within=_NUMBER,
    needs=st.frozensets(_TEXT, max_size=3),
)
_FILLED = st.lists(st.one_of(st.none(), st.text(min_size=1, max_size=5)), max_size=3).map(tuple)
_COMMON = {"reasons": _REASONS, "plan": st.one_of(st.none(), _PLAN), "filled": _FILLED}
VERDICTS = st.one_of(
    st.builds(Cleared, **_COMMON),
    st.builds(Waiting, **_COMMON),
    st.builds(Refused, **_COMMON),
    st.builds(Held, until=_NUMBER, **_COMMON),
)


@given(VERDICTS)
def test_a_written_verdict_reads_back_the_same(verdict: Verdict) -> None:
    written = json.loads(json.dumps(to_json(verdict)))
    assert from_json(written) == verdict
    assert to_json(from_json(written)) == written


@given(VERDICTS)
def test_only_strings_and_integers_are_written(verdict: Verdict) -> None:
    def leaves(value: object) -> list[object]:
        if isinstance(value, dict):
            return [leaf for inner in value.values() for leaf in leaves(inner)]
        if isinstance(value, list):
            return [leaf for inner in value for leaf in leaves(inner)]
        return [value]

    assert all(type(leaf) in {str, int} for leaf in leaves(to_json(verdict)))


@pytest.mark.parametrize("verdict", [Cleared(), Waiting(), Held(until=1), Refused()])
def test_no_verdict_is_true_or_false(verdict: Verdict) -> None:
    assert isinstance(verdict, Cleared | Waiting | Held | Refused)
    with pytest.raises(VerdictTruthError, match="match on its kind"):
        bool(verdict)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"verdict": "yes"}, "there is no verdict 'yes'"),
        ({"reasons": "none"}, "reasons must be a list"),
        ({"reasons": ["none"]}, "is not a table"),
        ({"filled": [7]}, "is not a string"),
        ({"until": True}, "is not an integer"),
        ({"plan": []}, "is not a table"),
        ({"plan": {}}, "must be a list"),
    ],
)
def test_what_is_not_a_verdict_is_not_read_as_one(changed: dict[str, object], why: str) -> None:
    good = to_json(Held(until=5, reasons=(Reason(code="held"),)))
    assert from_json(good) == Held(until=5, reasons=(Reason(code="held"),))
    with pytest.raises(VerdictFormError, match=why):
        from_json({**good, **changed})
