"""An entry's bytes."""

import json

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from gardefou.ledger.entry import MAX_BYTES, MAX_INTEGER, EntryKind, decode, encode
from gardefou.ledger.errors import EntryError

texts = st.text(st.characters(codec="utf-8"), max_size=20)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)
bodies = st.dictionaries(texts, values, max_size=5)
AT = 1_509_663_600_000_000


def test_the_bytes_of_an_entry_are_these() -> None:
    """The treaty: these very bytes, for ever."""
    content = encode(
        kind=EntryKind.ORDER_EXECUTED, at=AT, order_id=2**62, body={"subject": "ab", "because": "é \n\u20ac", "n": 3}
    )
    assert (
        content
        == (
            '{"at":"1509663600000000","body":{"because":"é \\n€","n":3,"subject":"ab"},'
            '"kind":"order.executed","order":"4611686018427387904","v":1}'
        ).encode()
    )


def test_no_kind_was_renamed() -> None:
    """Kinds are hashed: this list only grows."""
    assert {
        "house.founded",
        "rulebook.entered",
        "setting.digested",
        "order.proposed",
        "order.refused",
        "order.waiting",
        "order.held",
        "order.executed",
        "order.reversed",
        "order.voided",
        "order.voted",
        "attempt.refused",
        "case.closed",
        "incident.opened",
        "incident.stood_down",
        "statement.drafted",
        "statement.published",
    } <= set(EntryKind)


@given(body=bodies, order_id=st.none() | st.integers(0, 2**63 - 1))
def test_what_is_written_is_read_back(body: dict[str, object], order_id: int | None) -> None:
    line = decode(encode(kind="house.founded", at=AT, order_id=order_id, body=body))  # type: ignore[arg-type]  # Hypothesis makes JSON.
    assert (line.kind, line.at, line.order_id, line.body) == ("house.founded", AT, order_id, body)


@given(body=bodies)
def test_the_order_fields_were_given_in_does_not_change_the_bytes(body: dict[str, object]) -> None:
    turned = dict(reversed(body.items()))
    assert encode(kind="house.founded", at=AT, order_id=None, body=body) == encode(  # type: ignore[arg-type]  # As above.
        kind="house.founded",
        at=AT,
        order_id=None,
        body=turned,  # type: ignore[arg-type]  # As above.
    )


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (2**53, r"body.a\[1\] is 9007199254740992, past 2\^53: write it as a decimal string"),
        (-(2**53), r"past 2\^53"),
        (0.5, r"body.a\[1\] is a float"),
        (b"x", r"body.a\[1\] is a bytes"),
        ("\ud800", r"body.a\[1\] is not valid Unicode"),
        ({1: 2}, r"a name in body.a\[1\] is a int and must be text"),
    ],
)
def test_what_an_entry_cannot_hold_exactly_is_refused_and_named(value: object, message: str) -> None:
    assert encode(kind="house.founded", at=AT, order_id=None, body={"a": [1, MAX_INTEGER]})
    with pytest.raises(EntryError, match=message):
        encode(kind="house.founded", at=AT, order_id=None, body={"a": [1, value]})  # type: ignore[list-item]  # That is the test.


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(EntryError, match="add it to EntryKind"):
        encode(kind="order.forgotten", at=AT, order_id=None, body={})


def test_an_entry_has_at_most_65535_bytes() -> None:
    frame = len(encode(kind="house.founded", at=AT, order_id=None, body={"a": ""}))
    full = encode(kind="house.founded", at=AT, order_id=None, body={"a": "x" * (MAX_BYTES - frame)})
    assert len(full) == 65_535
    with pytest.raises(EntryError, match=r"at most 65535 bytes, and this house\.founded would have 65536"):
        encode(kind="house.founded", at=AT, order_id=None, body={"a": "x" * (MAX_BYTES - frame + 1)})


GOOD = {"v": 1, "kind": "house.founded", "at": "12", "order": "3", "body": {"a": 1}}


@pytest.mark.parametrize(
    "change", [{"v": 2}, {"at": 12}, {"at": "012"}, {"order": "x"}, {"body": []}, {"kind": None}, {"body": {"a": 0.5}}]
)
def test_bytes_that_are_not_an_entry_are_refused(change: dict[str, object]) -> None:
    assert decode(rfc8785.dumps(GOOD)).order_id == 3  # type: ignore[arg-type]  # It is JSON.
    with pytest.raises(EntryError, match=r"not an entry|not one we can read|decimal string|whole number"):
        decode(json.dumps({**GOOD, **change}, sort_keys=True, separators=(",", ":")).encode())


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff", b"{", b"[" * 100_000])
def test_bytes_that_are_not_even_json_are_refused(content: bytes) -> None:
    with pytest.raises(EntryError, match="not an entry"):
        decode(content)


def test_a_second_spelling_of_the_same_entry_is_refused() -> None:
    with pytest.raises(EntryError, match="not canonical"):
        decode(json.dumps(GOOD).encode())


def test_a_field_added_later_does_not_stop_a_reader() -> None:
    assert decode(rfc8785.dumps({**GOOD, "witnessed": "7"})).body == {"a": 1}  # type: ignore[dict-item]  # It is JSON.


@pytest.mark.parametrize("at", [253_402_300_800_000_000, -62_135_596_800_000_001, 2**63, -(2**63)])
def test_an_entry_of_a_time_that_no_calendar_shows_is_refused(at: int) -> None:
    with pytest.raises(EntryError, match="no time"):
        decode(encode(kind="case.closed", at=at, order_id=None, body={}))
