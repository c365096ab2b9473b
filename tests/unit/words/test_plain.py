"""Texts of strangers, without what cannot be kept or would mislead."""

import pytest

from gardefou.words.plain import one_line, storable


@pytest.mark.parametrize("text", ["", "hello\nthere\t!", "\u202bعربي\u202c", "e\u0301 🙂", "\x01"])
def test_a_text_is_kept_as_it_was_written(text: str) -> None:
    assert storable(text) == text


def test_what_no_database_keeps_is_left_out() -> None:
    assert storable("a\0b\ud800c\udfff") == "abc"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("  Anna \n B. ", "Anna B."),
        ("\u202eannA\u202c", "annA"),
        ("\u2066a\u2067b\u2068c\u2069", "abc"),
        ("a \u202a b", "a b"),
        ("a\x1b[31m\0\x9b", "a[31m"),
        ("\u202d", ""),
        ("עברית عربي", "עברית عربي"),
        ("\u200fa\u200d", "\u200fa\u200d"),
    ],
)
def test_a_name_controls_nothing_around_it(name: str, shown: str) -> None:
    assert one_line(name) == shown
