"""An id token is believed when it is for us, now, in answer to this round, and signed by a key of the provider's."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from gardefou.app.oidc.errors import IdTokenError
from gardefou.app.oidc.id_token import Expected, groups_in, read
from gardefou.clock import SECOND
from tests.factories.oidc import CLIENT_ID, MadeUpProvider, by_public_key, unsigned

PROVIDER = MadeUpProvider(issuer="https://id.example")
KEYS = PROVIDER.answer("/keys", {})
THEIRS = RSAKey.generate_key(2048)
GOOD = PROVIDER.claims(nonce="ours")
NOW = int(GOOD["iat"])
EXPECTED = Expected(issuer=PROVIDER.issuer, client_id=CLIENT_ID, nonce="ours", now=NOW * SECOND)


def said(**other: Any) -> dict[str, Any]:
    """Return good claims but for some; None leaves one out."""
    return {name: value for name, value in {**GOOD, **other}.items() if value is not None}


@pytest.mark.parametrize(
    "other",
    [
        {},
        {"aud": [CLIENT_ID]},
        {"azp": CLIENT_ID},
        {"nbf": NOW},
        {"exp": NOW + 1},
        {"iat": NOW + 30},
        {"iat": NOW - 599},
    ],
)
def test_what_is_for_us_now_and_in_answer_is_believed(other: dict[str, Any]) -> None:
    assert read(PROVIDER.signed(said(**other)), KEYS, EXPECTED)["sub"] == "grace"


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"nonce": "theirs"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"nonce": ["ours"]}, "nonce"),
        ({"aud": "another"}, "audience"),
        ({"aud": None}, "audience"),
        ({"aud": [CLIENT_ID, "another"]}, "audience"),
        ({"aud": []}, "audience"),
        ({"azp": "another"}, "authorized party"),
        ({"iss": "https://id.example/"}, "issuer"),
        ({"iss": "https://other.example"}, "issuer"),
        ({"iss": None}, "issuer"),
        ({"exp": NOW}, "expired"),
        ({"exp": None}, "exp"),
        ({"exp": True}, "exp"),
        ({"exp": "tomorrow"}, "exp"),
        ({"exp": 2**70}, "exp"),
        ({"exp": -1}, "exp"),
        ({"iat": None}, "iat"),
        ({"iat": NOW - 600}, "issued at"),
        ({"iat": NOW + 31}, "issued at"),
        ({"nbf": NOW + 31}, "not before"),
        ({"sub": None}, "subject"),
        ({"sub": ""}, "subject"),
        ({"sub": 7}, "subject"),
        ({"sub": "x" * 256}, "subject"),
    ],
)
def test_one_claim_that_is_not_as_asked_is_enough(other: dict[str, Any], why: str) -> None:
    with pytest.raises(IdTokenError, match=why):
        read(PROVIDER.signed(said(**other)), KEYS, EXPECTED)


@pytest.mark.parametrize(
    "token",
    [
        unsigned(GOOD),
        by_public_key(PROVIDER, GOOD),
        PROVIDER.signed(GOOD, THEIRS),
        PROVIDER.signed(GOOD)[:-4] + "AAAA",
        PROVIDER.signed(GOOD).rpartition(".")[0] + ".",
        jwt.encode({"alg": "RS256", "kid": "2"}, GOOD, PROVIDER.key),
        "",
        "made-up",
        "a.b.c",
    ],
    ids=["none", "public key as a secret", "another key", "changed", "cut", "unknown key", "empty", "a word", "dots"],
)
def test_what_no_key_of_the_providers_signed_is_not_believed(token: str) -> None:
    with pytest.raises(IdTokenError, match="signature"):
        read(token, KEYS, EXPECTED)


def test_a_key_that_is_no_public_signing_key_signs_nothing() -> None:
    """A provider's set may hold keys to encrypt for it, and ours must never hold a shared secret."""
    encrypts = {**THEIRS.as_dict(private=False), "kid": "1", "use": "enc"}
    sets: list[dict[str, Any]] = [
        {"keys": [{"kty": "oct", "kid": "1", "k": "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA"}]},
        {"keys": [encrypts]},
        {"keys": []},
        {"keys": "none"},
        {},
    ]
    for keys in sets:
        with pytest.raises(IdTokenError, match="signature"):
            read(PROVIDER.signed(GOOD, THEIRS), keys, EXPECTED)


def test_an_elliptic_curve_signs_as_well() -> None:
    key = ECKey.generate_key("P-256", {"kid": "e", "use": "sig"})
    token = jwt.encode({"alg": "ES256", "kid": "e"}, GOOD, key)
    assert read(token, {"keys": [key.as_dict(private=False)]}, EXPECTED)["sub"] == "grace"


@pytest.mark.parametrize(
    ("claim", "groups"),
    [(["a", "b", 3], {"a", "b"}), ("a", {"a"}), ([], set()), (None, set()), ({"a": 1}, set()), (True, set())],
)
def test_groups_are_names_in_a_list_or_one_name(claim: object, groups: set[str]) -> None:
    assert groups_in({"groups": claim}, "groups") == groups
    assert groups_in({}, "groups") == frozenset()


@given(some.integers(min_value=0, max_value=len(PROVIDER.signed(GOOD)) - 1), some.sampled_from("AZaz09-_."))
def test_no_letter_of_a_token_can_be_another(place: int, letter: str) -> None:
    token = PROVIDER.signed(GOOD)
    changed = token[:place] + letter + token[place + 1 :]
    try:
        claims = read(changed, KEYS, EXPECTED)
    except IdTokenError:
        return
    # The last letter of base64 carries bits that stand for nothing.
    assert changed == token or (place == len(token) - 1 and claims == GOOD)
