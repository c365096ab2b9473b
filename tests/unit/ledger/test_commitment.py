"""Commitments."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gardefou.ledger.commitment import commitment, tag_of
from gardefou.ledger.errors import EntryError

SALT = bytes(range(32))
tags = st.text(st.characters(codec="ascii", categories=["Ll"]), min_size=1, max_size=8)
contents = st.text(st.characters(codec="utf-8"), max_size=40)


def test_a_commitment_is_this_hash() -> None:
    assert (
        commitment(salt=SALT, tag="person", content="Reviewer 12")
        == sha256(SALT + b"person\0" + b"Reviewer 12").hexdigest()
    )


@pytest.mark.promise(15)
@given(one=st.tuples(tags, contents), other=st.tuples(tags, contents))
def test_two_things_never_share_a_commitment(one: tuple[str, str], other: tuple[str, str]) -> None:
    same = commitment(salt=SALT, tag=one[0], content=one[1]) == commitment(salt=SALT, tag=other[0], content=other[1])
    assert same == (one == other)


@pytest.mark.parametrize(("salt", "tag"), [(SALT[:-1], "person"), (b"", "person"), (SALT, ""), (SALT, "a\0b")])
def test_a_short_salt_or_an_ambiguous_tag_is_refused(salt: bytes, tag: str) -> None:
    with pytest.raises(EntryError, match=r"salt has 32 bytes|short word"):
        commitment(salt=salt, tag=tag, content="x")


def test_a_recurring_thing_is_bound_to_its_key() -> None:
    """Reviewer 12 cannot become Reviewer 13 by changing the key beside the commitment."""
    assert (tag_of("person:12"), tag_of(None)) == ("person:12", "text")
    assert commitment(salt=SALT, tag=tag_of("person:12"), content="A") != commitment(
        salt=SALT, tag=tag_of("person:13"), content="A"
    )
