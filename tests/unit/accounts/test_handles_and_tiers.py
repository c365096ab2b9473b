"""Handles as people write them, and the order of tiers."""

import pytest

from gardefou.accounts.errors import AccountError
from gardefou.accounts.handles import clean_handle, key_of
from gardefou.accounts.tiers import Tier, is_lower, tier_named


def test_spellings_of_one_handle_have_one_key() -> None:
    assert {key_of(handle) for handle in ("realDonaldTrump", "@realdonaldtrump", " @REALDONALDTRUMP ")} == {
        "realdonaldtrump"
    }


@pytest.mark.parametrize("handle", ["", "@", "   ", "x" * 201])
def test_a_handle_has_a_length(handle: str) -> None:
    with pytest.raises(AccountError, match="1 to 200 characters"):
        clean_handle(handle)


@pytest.mark.parametrize("handle", ["a b", "a/b", "a?b", "a#b", "a\x00b", "a\nb"])
def test_a_handle_fits_an_address(handle: str) -> None:
    with pytest.raises(AccountError, match="no address can hold"):
        clean_handle(handle)


def test_tiers_have_an_order_and_nothing_is_lower_than_none() -> None:
    places = [Tier.ORDINARY, Tier.NOTABLE, Tier.CRITICAL]
    assert [[is_lower(one, other) for other in places] for one in places] == [
        [False, True, True],
        [False, False, True],
        [False, False, False],
    ]
    assert not is_lower(Tier.ORDINARY, None)


def test_an_unknown_tier_is_named() -> None:
    assert tier_named("critical") is Tier.CRITICAL
    with pytest.raises(AccountError, match="'royal' is not a tier; use one of ordinary, notable, critical"):
        tier_named("royal")
