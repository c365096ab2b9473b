"""Every kind of order has words, in both languages, wherever one is spoken of."""

import pytest

from gardefou.guard.facts import KINDS
from gardefou.orders.kinds import Kind
from gardefou.words import speak
from gardefou.words.kinds import doing
from gardefou.words.roles import act


@pytest.mark.parametrize("kind", sorted(KINDS | {kind.value for kind in Kind}))
def test_every_kind_has_words_in_english_and_in_french(kind: str) -> None:
    with speak("en"):
        english, asked = doing(kind), act(kind, "critical")
    with speak("fr"):
        french = doing(kind)
    assert "." not in english + asked
    assert len({english, french, kind}) == 3
    assert asked != "do this"


def test_a_kind_nobody_knows_is_named_as_it_is() -> None:
    assert doing("account.dance") == "account.dance"
