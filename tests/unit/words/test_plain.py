"""Texts of strangers, without what cannot be kept or would mislead."""

import pytest

from gardefou.words.plain import is_address, misleading_in, one_line, paragraphs, storable, unseen_in


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


@pytest.mark.parametrize(
    "name", ["Ada Lovelace", "José-Marie d’Été", "محمد علي", "李雷", "e\u0301", "O'Neil, Jr. (night)"]
)
def test_a_name_that_one_sees_all_of_hides_nothing(name: str) -> None:
    assert unseen_in(name) == ""


@pytest.mark.parametrize(
    ("sign", "code"),
    [
        ("\r", "U+000D"), ("\n", "U+000A"), ("\x1b", "U+001B"), ("\x7f", "U+007F"), ("\x9b", "U+009B"),
        ("\u202e", "U+202E"), ("\u2066", "U+2066"), ("\u200b", "U+200B"), ("\u00ad", "U+00AD"), ("\u2028", "U+2028"),
        ("\ufeff", "U+FEFF"), ("\U000e0041", "U+E0041"), ("\u3164", "U+3164"),
    ],
)  # fmt: skip
def test_a_sign_that_nobody_sees_is_named(sign: str, code: str) -> None:
    assert unseen_in(f"a{sign}b") == code


def test_a_text_of_lines_keeps_its_lines_and_nothing_else_that_controls() -> None:
    assert misleading_in("a\r\nb\n\tc\u200d\u0645") == ""
    for sign in ("\r", "\x00", "\x08", "\x1b", "\x7f", "\x85", "\u202e", "\u2069"):
        assert misleading_in(f"a\n{sign}b") == f"U+{ord(sign):04X}"


@pytest.mark.parametrize("text", ["a@example.org", "a.b+c@x.example.org", "jürgen@müller.example", "root@localhost"])
def test_an_address_is_one(text: str) -> None:
    assert is_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "a", "@b", "a@", "a@b,c@d.example", "a@b;c@d.example", "<a@b.example> c@d.example", "a@b.example c",
        "a@b.example\r\nBcc: c@d.example", "g:a@b.example", '"a, b"@c.example', "a(b)@c.example", "a@b@c.example",
        "=?utf-8?q?a=40b=2C?=@c.example", "a@[127.0.0.1]", "a@b..c", "a\u200b@b.example", "a" * 250 + "@b.example",
        "a\\@b@c.example",
    ],
)  # fmt: skip
def test_what_could_be_taken_for_two_addresses_or_for_another_is_none(text: str) -> None:
    assert not is_address(text)


def test_what_somebody_wrote_keeps_its_lines_and_turns_nothing_after_it() -> None:
    assert paragraphs("\r\n one\u202e\r\n\ttwo\u2066\x00 \ud800three\x1b \u200e\u200f\u061c\n") == (
        "one\n\ttwo three \u200e\u200f\u061c"
    )
